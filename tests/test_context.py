import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing._checks import InputError
from framing._cues import KINDS, WORDS, Cues, load_cues, make_reader, read_cues
from framing._matching import Matcher
from framing._quotes import find_quotes
from framing._text import make_chunk
from framing.context import actor_patterns, cue_patterns, mark_context, speaker_names
from framing.datasets import load_actors
from framing.lexicon import make_lexicon


@cache
def matcher():
    groups = {kind: [] for kind in KINDS}
    for kind, pattern in cue_patterns():
        groups[kind].append(pattern)
    for number, pattern in actor_patterns(load_actors("ukraine-peace")):
        groups.setdefault(f"actor {number}", []).append(pattern)
    return Matcher(make_lexicon(groups, shared=True))


def chunk_of(texts):
    return make_chunk(range(len(texts)), texts, [()] * len(texts), "en", matcher().alphabet)


def cues_of(chunk):
    found = matcher().rule_matches(chunk)
    kind = matcher().frame_of[found.rule]
    order = np.lexsort((-found.end, found.start))
    return Cues(kind[order], found.start[order], found.end[order])


def contexts(*marked):
    """Return the context of the hits between [ and ] in some articles, in reading order."""
    texts, spans, base = [], [], 0
    for text in marked:
        bare = ""
        for number, piece in enumerate(text.replace("]", "[").split("[")):
            if number % 2:
                spans.append((base + len(bare), base + len(bare) + len(piece)))
            bare += piece
        texts.append(bare)
        base += len(bare) + 1
    chunk = chunk_of(texts)
    start, end = (chunk.folded.from_text(np.array(edge)) for edge in zip(*spans, strict=True))
    table = mark_context(chunk, start, end, cues_of(chunk))
    names = np.array(speaker_names(load_actors("ukraine-peace")))
    return table.assign(speaker=names[table["speaker"]])


REJECTED = [
    "[No compromise] was reached.",
    "There was no [compromise] on territory.",
    "Kyiv refused to [cede] land.",
    "Putin ruled out any [concession].",
    "There can be no [peace talks] now.",
    "The envoys failed to bring [peace].",
    "Neither [peace] nor a [truce] followed.",
    "He left without making [concessions].",
    "Rubio dismissed [concerns] over the draft.",
    "A [ceasefire] is out of the question.",
    "[Concessions] are off the table.",
    "[Ceding land] is unacceptable to Kyiv.",
    "Moscow rejected the [ceasefire] proposal.",
    "The proposed [truce] was rejected by Moscow.",
    "A [ceasefire] has not been agreed.",
    "The [summit] will not take place.",
    "[Peace] is impossible.",
    "Ukraine will not cede land, [withdraw] its troops or [recognise] the annexation.",
    "The Kremlin denied that there were [negotiations].",
    "Nobody offered [concessions].",
    "He is opposed to any [concession].",
    "There is no sign of a [breakthrough].",
    "Moscow has shown little interest in [peace].",
    "They called off the [talks].",
    "Ukraine won’t [give up] Crimea.",
    "Kyiv has not, he said, offered [concessions].",
    "Ukraine will never [surrender].",
    "The [summit] was cancelled.",
    "There is no [doubt] that peace will come.",
    "The Kremlin turned down the [ceasefire].",
    "The two sides did not agree on a [ceasefire].",
    "There will be no lasting and just [peace].",
    "Russia is not interested in [peace].",
    "Zelensky rejected calls to [cede] the Donbas.",
    "Ukraine is unwilling to [compromise].",
    "He said there was nothing to [negotiate].",
    "Kyiv has rejected [territorial concessions] and a [land swap].",
    "We cannot accept a [capitulation].",
    "This is no [peace plan].",
    "The [deal] never happened.",
    "Talk of [concessions] is premature; a [partition] is unthinkable.",
][:-1]
NOT_REJECTED = [
    "Not only [peace] but justice is wanted.",
    "Putin did not rule out a [ceasefire].",
    "No sooner had [talks] begun than they stopped.",
    "It is not just [peace] they want.",
    "There is no doubt that [peace] will come.",
    "He did not attend, but the [talks] went on.",
    "There is no peace without [concessions].",
    "No deal was reached, and the [talks] will go on.",
    "The [peace plan] does not mention the border.",
    "Kyiv has not rejected the [peace plan].",
    "Zelensky refused to cede land and called for [talks].",
    "He never doubted that [peace] would come.",
    "Nobody wants [peace] more than the Ukrainians.",
    "The [talks] began on Monday.",
    "Although no date was set, the [summit] is on.",
    "Moscow refuses to rule out a [truce].",
    "It is no secret that [talks] are under way.",
    "No progress was made in the [talks].",
    "A [ceasefire] is not out of the question.",
    "[Sovereignty] is not negotiable.",
    "The [negotiations] resumed after no agreement was found on Tuesday.",
    "He told reporters, not for the first time, that [peace] was near.",
    "While Kyiv said no, [negotiations] continued.",
    "The [truce] did not surprise anyone.",
]


@pytest.mark.parametrize("text", REJECTED)
def test_what_is_denied_is_rejected(text):
    assert contexts(text)["rejected"].all()


@pytest.mark.parametrize("text", NOT_REJECTED)
def test_what_is_not_denied_is_not_rejected(text):
    assert not contexts(text)["rejected"].any()


HEDGED = [
    "A [truce] could come soon.",
    "The two sides may sign a [deal].",
    "Witkoff reportedly offered [concessions].",
    "A [deal] appears to be near.",
    "A possible [truce] was discussed.",
    "Perhaps [peace] will come.",
    "It is likely that [talks] will resume.",
    "If the [talks] fail, the war goes on.",
    "If he agrees, the [truce] holds.",
    "The [truce] holds if he agrees.",
    "[Talks] are expected to resume.",
    "He is believed to have offered [concessions].",
    "A [settlement] remains unlikely.",
    "Unless Moscow moves, the [talks] are over.",
    "The [ceasefire] might not hold.",
    "He allegedly promised to [cede] land.",
]
NOT_HEDGED = [
    "Trump said the [talks] were good.",
    "In May the [talks] began.",
    "The [talks] began on May 9.",
    "The military might of Russia grew during the [talks].",
    "A deal may come, but the [talks] are stuck.",
    "Even if he agrees, the [truce] is dead.",
    "Putin appeared on television after the [talks].",
    "There could be no [talks].",
    "The [truce] is over; war may follow.",
    "In late May 2025 the [negotiations] moved to Istanbul.",
]


@pytest.mark.parametrize("text", HEDGED)
def test_what_is_uncertain_is_hedged(text):
    assert contexts(text)["hedged"].all()


@pytest.mark.parametrize("text", NOT_HEDGED)
def test_what_is_stated_is_not_hedged(text):
    assert not contexts(text)["hedged"].any()


QUOTED = [
    '"We want [peace]," he said.',
    "“We want [peace],” he said.",
    "'We want [peace],' he said.",
    "‘We want [peace],’ he said.",
    "«We want [peace]», he said.",
    "« We want [peace] », he said.",
    "»We want [peace]«, he said.",
    "„We want [peace]“, he said.",
    "„We want [peace]”, he said.",
    "‚We want [peace]‘, he said.",
    "“He said ‘[peace]’ and left,” she said.",
    "“He said ‘peace’ and [truce],” she said.",
    "“We want this. We want [peace].” He left.",
    "“We want [peace]. Then he left.",
    "“We want this.\n“We want [peace],” he said.",
    "‘The talks’ fate is sealed, and [peace] is far,’ he said.",
    "“We don’t want this ’90s [peace],” he said.",
    'He said:"[Peace] is near."',
    "'It's a [peace] we don't want,' he said.",
    "“““[peace]”””",
    '("[Peace]")',
    "—“[Peace]!”—",
    '"He called it "peace" and [truce] talks," she said.',
    "He called it “the ‘so-called [peace]’” of Minsk.",
]
NOT_QUOTED = [
    "We don't want [peace].",
    "The talks' fate and the [peace] of the allies' choice.",
    "The ’90s brought [peace] and the '80s did not.",
    '"We want this," he said of [peace].',
    "“We want this. Then he left.\nThe [peace] came.",
    "Rock 'n' roll and [peace] in Ukraine's east.",
    "The board was 6' 2\" and the [peace] was long.",
    "‘Peace talks’ are over, and the allies’ [peace] is not.",
    "It was said.” The [peace] came.",
    "“One.” [Peace] “Two.”",
    "'Tis [peace] in the allies' camp.",
    "Zelensky’s [peace] and the Brits’ truce, the envoys’ plan.",
]


@pytest.mark.parametrize("text", QUOTED)
def test_what_stands_between_marks_is_quoted(text):
    assert contexts(text)["quoted"].all()


@pytest.mark.parametrize("text", NOT_QUOTED)
def test_what_stands_outside_them_is_not(text):
    assert not contexts(text)["quoted"].any()


SPEAKERS = [
    ("Trump said that [peace] was near.", "Trump"),
    ("Trump said [peace] was near.", "Trump"),
    ("[Peace] is near, Trump said.", "Trump"),
    ("[Peace] is near, said Trump.", "Trump"),
    ("“[Peace] is near,” said Trump.", "Trump"),
    ("“[Peace] is near,” Trump told reporters on Monday.", "Trump"),
    ("“[Peace] is near,” US President Donald Trump said.", "Trump"),
    ("“[Peace] is near,” said Kremlin spokesman Dmitry Peskov.", "Peskov"),
    ("“[Peace] is near,” the Ukrainian leader added.", "Zelensky"),
    ("According to Lavrov, the [talks] went well.", "Lavrov"),
    ("The [talks] went well, according to Lavrov.", "Lavrov"),
    ("The [talks] went well, according to two officials.", "other"),
    ("Macron, who spoke to Putin on Friday, warned that [peace] was far.", "Macron"),
    ("Macron, who met Zelensky, Starmer and Merz, warned that [peace] was far.", "Macron"),
    ("Critics say the [deal] rewards Moscow.", "other"),
    ("Jane Doe, an analyst in London, said Trump wanted a [deal].", "other"),
    ("Jane Doe said the [deal] was bad.", "other"),
    ("He said the [deal] was bad.", "unresolved"),
    ("“The [deal] is bad,” she said.", "unresolved"),
    ("Trump’s [peace plan] has few friends.", ""),
    ("Trump wants [peace].", ""),
    ("The reports about the [talks] were wrong.", ""),
    ("State media covered the [talks].", ""),
    ("“War is bad,” Merz said. “[Peace] is good.”", "Merz"),
    ("“War is bad,” Merz said.\n“[Peace] is good.”", "Merz"),
    ("“War is bad.\n“[Peace] is good,” Merz said.", "Merz"),
    ("“We want [peace].\n“It is time,” Merz said.", "Merz"),
    ("Zelenskyy said: “War is bad. [Peace] is good.”", "Zelensky"),
    ("“War is bad,” Merz said. The [talks] went on.", ""),
    ("A spokesman for Macron said the [talks] went on.", "other"),
    ("Trump's envoy said the [talks] went on.", "Witkoff"),
    ("Officials in Kyiv said the [talks] went on.", "other"),
    ("Moscow says the [talks] went on.", "Moscow"),
    ("“War,” Putin said, “is not [peace].”", "Putin"),
    ("Putin left early, saying the [talks] had failed.", "other"),
    ("Zelensky has repeatedly said that [peace] must last.", "Zelensky"),
    ("Zelensky on Friday said that [peace] must last.", "Zelensky"),
    ("The White House said the [deal] was close.", "White House"),
    ("“It is [peace],” von der Leyen wrote on X.", "von der Leyen"),
    ("“We want peace,” said Rubio, who will lead the [talks].", ""),
    ("“Do you want [peace]?” Trump asked.", "Trump"),
    ("Trump told Zelensky that the [deal] was good.", "Trump"),
    ("“The [deal] is dead,” a senior official told Reuters.", "other"),
    ("“The [deal] is dead,” said a senior official in Moscow.", "other"),
    ("Kallas said the plan was a [capitulation], adding that a [ceasefire] came first.", "Kallas"),
    ("Kallas said war was bad and warned that a [truce] was far.", "Kallas"),
    ("Putin, Trump said, wants [peace].", "Trump"),
    ("NATO Secretary-General Mark Rutte said [peace] was near.", "Rutte"),
    ("Erdoğan said the [talks] could resume.", "Erdogan"),
    ("The talks ended. “A [truce] is near,” Starmer told MPs.", "Starmer"),
]


@pytest.mark.parametrize(("text", "speaker"), SPEAKERS)
def test_who_says_it(text, speaker):
    assert set(contexts(text)["speaker"]) == {speaker}
