import json
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.chunks import make_chunk

import framing as fr
from framing.hits.context.cues import (
    KINDS,
    WORDS,
    Cues,
    actor_patterns,
    cue_patterns,
    load_cues,
    make_reader,
    read_cues,
    speaker_names,
)
from framing.hits.context.quotes import find_quotes
from framing.hits.matcher import Matcher, mark_context


@cache
def matcher():
    groups = {kind: [] for kind in KINDS}
    for kind, pattern in cue_patterns():
        groups[kind].append(pattern)
    for number, pattern in actor_patterns(fr.load_actors("ukraine-peace")):
        groups.setdefault(f"actor {number}", []).append(pattern)
    return Matcher(fr.make_lexicon(groups, shared=True))


def chunk_of(texts):
    return make_chunk(texts, matcher().alphabet)


def cues_of(chunk):
    found = matcher().finder.find(chunk)
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
    names = np.array(speaker_names(fr.load_actors("ukraine-peace")))
    return table.assign(speaker=names[table["speaker"]])


REJECTED = [
    "Trump couldn’t care less about a [truce].",
    "We are a long way from a [truce].",
    "The last thing Putin wants is a [truce].",
    "The strikes dashed hopes for a [truce].",
    "Trump no longer insists on a [truce].",
    "We are nowhere near a [truce].",
    "The [truce] is yet to begin.",
    "The [truce] is not yet in force.",
    "The survey does not show that a [truce] is near.",
    "Ban the [talks] now.",
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
    "The [truce], which never came, was promised.",
    "The [truce], which did not come into force, was promised.",
    "The [truce], which was rejected by Moscow, was ours.",
    "Few, if any, want a [truce].",
    "The [truce] is in tatters.",
    "The [ceasefire] failed to take hold.",
    "The [truce] was not worth the paper it was written on.",
]
NOT_REJECTED = [
    "Mr Ban said the [truce] holds.",
    "Bar-David has called for a [truce].",
    "Ban’s call for a [truce] was heard.",
    "Kyiv cannot win without [talks].",
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
    "He did not say if a [truce] would hold.",
    "Moscow has shown no willingness to scale back its [peace] terms.",
    "Moscow would never soften its [truce] terms.",
    "Kyiv did not drop its [truce] demand.",
    "We cannot allow the [truce] to fail.",
    "The [truce] may or may not hold.",
    "He declined to say whether he backed a [truce].",
    "The [truce], which never broke, was praised.",
    "They broke the [truce], which is unacceptable.",
    "The men who signed the [truce] are dead.",
    "The town lies in ruins, and the [truce] holds.",
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
    "A [truce], signed by both in Oslo, could last.",
    "The [truce] -- the third this year -- may end.",
    "A [truce] - the third this year - might end.",
    "The alleged [truce] broke.",
    "Alleged [truce] breaches grew.",
    "The [breach] is alleged.",
    "He spoke of those alleged “[talks]”.",
    "He hopes he might win [talks].",
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
    "The [truce] holds -- the war may end.",
    "He has alleged that the [truce] broke.",
    "The envoys, who met in May, alleged that the [truce] broke.",
    "He [hopes] he might win.",
    "It is a [truce] he could sign.",
    "The court heard of the [talks] in one case that could possibly fail.",
    "Could you outline the [talks]?",
    "The war can only be ended by [talks].",
    "The [truce] is signed, Putin said, may he rest.",
    "They signed a [truce] that holds, in Oslo, could the army sleep.",
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
    "``[Peace] is near,'' he said.",
    "“He called it ``[peace]'' and ‘truce’,” she said.",
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
    "``We want this,'' he said of [peace].",
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
    ("Putin left early, saying the [talks] had failed.", "Putin"),
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


ROLES = [
    {'"': 0, "“": 1, "„": 1, "”": -1},
    {"«": 1, "»": -1},
    {"'": 0, "‘": 1, "’": -1},
]
# The second sign of ''a mark that is written twice''.
SECOND = "\0"
MARKS = set("".join("".join(roles) for roles in ROLES)) | {SECOND}


def around(line, place):
    """Return the characters around the run of marks at a place, a space beyond the edges."""
    left = right = place
    while left >= 0 and line[left] in MARKS:
        left -= 1
    while right < len(line) and line[right] in MARKS:
        right += 1
    return (line[left] if left >= 0 else " "), (line[right] if right < len(line) else " ")


def spans(steps, length):
    """Return the outermost pairs; what nothing closes ends where the next one opens."""
    waiting, pairs, opens, past = [], {}, [], -1
    for place, step in steps:
        if step > 0:
            opens.append(place)
            waiting.append(place)
        elif waiting:
            pairs[waiting.pop()] = place
    found = []
    for place, following in pairwise([*opens, length]):
        if place not in pairs:
            found.append((place, following))
        elif place > past:
            past = pairs[place]
            found.append((place, past))
    return found


def plain_steps(line, roles):
    depth = 0
    for place, mark in enumerate(line):
        if mark not in roles:
            continue
        left, right = around(line, place)
        opens, closes = left in " (", right in " ,.)"
        step = (1 if opens else -1) if opens != closes else roles[mark]
        step = 1 if mark == "„" else step or (-1 if depth else 1)
        depth = max(depth + step, 0)
        yield place, step


def single_steps(line, outer):
    steps = []
    for place, mark in enumerate(line):
        direct = line[place - 1 : place] or " ", line[place + 1 : place + 2] or " "
        inner = direct[0].isalpha() and direct[1].isalpha()
        if mark not in ROLES[2] or inner or any(a <= place < b for a, b in outer):
            continue
        left, right = around(line, place)
        opens, closes = left in " (", right in " ,.)"
        if mark != "’" and not closes:
            steps.append((place, 1, False))
        elif not opens and (closes or mark == "’"):
            run = place + 1
            while run < len(line) and line[run] in MARKS:
                run += 1
            followed = line[run : run + 1] == " " and line[run + 1 : run + 2].isalpha()
            steps.append((place, -1, left == "s" and followed))
    for number, (place, step, weak) in enumerate(steps):
        sure = [following for _, following, other in steps[number:] if not other]
        if not (weak and sure and sure[0] < 0):
            yield place, step


def quoted_places(line):
    line = line.replace("''", '"' + SECOND)
    outer = [span for roles in ROLES[:2] for span in spans(plain_steps(line, roles), len(line))]
    every = outer + spans(single_steps(line, outer), len(line))
    return [any(a <= place < b for a, b in every) for place in range(len(line))]


def test_a_quotation_that_nothing_closes_ends_where_the_next_one_opens():
    text = 'He said: "A truce is near. "Peace is far." A deal holds. "Talks go on." The war ends.'
    corpus = fr.make_corpus([text], furniture=False)
    lexicon = fr.make_lexicon({"f": ["truce", "peace", "deal", "talks", "war"]})
    quoted = fr.find_hits(corpus, lexicon).table["quoted"].tolist()
    assert quoted == [True, True, False, True, False]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("bcs bcs,.(\"“”„«»'‘’", min_size=1), min_size=1, max_size=4))
def test_quotations_are_those_of_a_plain_reading(lines):
    lines = [" ".join(line.split()) for line in lines if line.strip()]
    if not lines:
        return
    # A blank line between: from a comma to a small letter a line would go on.
    chunk = chunk_of(["\n\n".join(lines)])
    quotes = find_quotes(make_reader(chunk, load_cues("en")))
    places = np.arange(len(chunk.text) - 1)
    found = quotes.holding(chunk.folded.from_text(places)) >= 0
    expected = [place for line in lines for place in [*quoted_places(line), False, False]][:-2]
    at_edge = np.array([character == "\n" for character in chunk.text[:-1]])
    assert (found | at_edge).tolist() == (np.array(expected) | at_edge).tolist()


@pytest.mark.parametrize(("open_mark", "close_mark"), ["“”", "‘’", "«»", '""', ("“‘", "’”")])
def test_a_hundred_thousand_quotations_in_each_other(open_mark, close_mark):
    depth = 100_000
    text = open_mark * depth + "peace" + close_mark * depth + " and war"
    chunk = chunk_of([text])
    start = np.array([text.index("peace"), text.index("war")])
    none = np.empty(0, dtype=np.int64)
    found = mark_context(chunk, start, start + 3, Cues(none, none, none))
    assert found["quoted"].tolist() == [True, False]


def test_no_article_changes_the_context_of_another():
    texts = [text for text, _ in SPEAKERS] + REJECTED + HEDGED + NOT_REJECTED + QUOTED + NOT_QUOTED
    alone = pd.concat([contexts(text) for text in texts], ignore_index=True)
    pd.testing.assert_frame_equal(contexts(*texts), alone)


def test_what_folding_changes_leaves_the_context_alone():
    plain = contexts("“There is no [peace],” Zelensky said.")
    for text in (
        "“There  is no\u00a0[peace],”   Zelensky said.",
        "“There is no [pe\u00adace],” Zelen\u00adsky said.",
        "ﬁ “There is no [peace],” Zelensky said.",
        "🕊 “There is no [peace],” Zelensky said.",
    ):
        pd.testing.assert_frame_equal(contexts(text), plain)


def test_a_paragraph_of_two_letters_at_the_end_has_a_context():
    hits = fr.find_hits(fr.make_corpus(["“A truce.\n\nHe"]), fr.make_lexicon({"a": ["truce|he"]}))
    assert hits.table["quoted"].tolist() == [True, False]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["no", "not", "peace", "refused to", ",", "and", "“", "”", "'", "Trump", "said", "if",
             "could", "he", ".", "that", "who", "without", ":", "\n", "ruled out", "or", "but"]
        ),
        min_size=1,
    )
)  # fmt: skip
def test_any_text_has_a_context(words):
    contexts(" ".join([*words, "[peace]", *words]))


def test_no_hits_have_no_context():
    none = np.empty(0, dtype=np.int64)
    for texts in (["Peace."], [""], ["", ""]):
        chunk = chunk_of(texts)
        assert mark_context(chunk, none, none, cues_of(chunk)).empty


def test_a_longer_cue_replaces_the_shorter_ones_inside_it():
    chunk = chunk_of(["Kyiv did not rule out talks. It is no doubt over."])
    kinds = cues_of(chunk).of("no", "not", "reject", "bounded").longest().kind
    assert [KINDS[kind] for kind in kinds] == ["not", "reject", "bounded"]


def test_the_names_of_the_study_are_looked_for():
    actors = fr.load_actors("ukraine-peace")
    assert speaker_names(actors)[:3] == ["", "unresolved", "other"]
    numbers = {alias: number for number, alias in actor_patterns(actors)}
    assert actors.names[numbers["Zelenskiy"]] == "Zelensky"


def test_cues_that_do_not_ship_are_named():
    with pytest.raises(fr.InputError, match=r"language='de' is not known\. Allowed: 'en'"):
        cue_patterns("de")


def cue_file(**changes):
    parts = {"cues": {kind: [] for kind in KINDS}, "words": {kind: [] for kind in WORDS}}
    for part, kind in (("cues", "no"), ("words", "and")):
        parts[part] |= {kind: changes.get(kind, [])}
    parts["words"] |= {key: value for key, value in changes.items() if key == "nad"}
    lines = ['language = "xx"']
    for part, kinds in parts.items():
        lines.append(f"[{part}]")
        lines += [f"{kind} = {items!r}" for kind, items in kinds.items()]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (cue_file(no=["k (n"]), r"xx\.toml, line 3: cue of 'no', 'k \(n': the \( in column 3"),
        ({"and": ["as well as"]}, r"line 38: 'as well as' of 'and' is not one plain word"),
        (cue_file(nad=["x"]), r"line \d+: kind='nad' is not known.*Did you mean 'and'"),
        ('language = "xx"\n[cues]\n[words]\n', r"line 2: \[cues\] has no 'no'.*no = \[\]"),
        ("[cues]\n[words]\n", r"missing required field language"),
    ],
)
def test_what_bad_cues_get(tmp_path, content, message):
    path = tmp_path / "xx.toml"
    path.write_text(content if isinstance(content, str) else cue_file(**content))
    with pytest.raises(fr.InputError, match=message):
        read_cues(path)


def test_the_report_says_how_well_the_labelled_passages_are_told():
    sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
    import context

    report = (Path(context.__file__).parent / "context.md").read_text(encoding="utf-8")
    actors, data = fr.load_actors("ukraine-peace"), Path(__file__).parent / "data"
    for path in (*context.FILES, data / "context_test.tsv"):
        # The table of the files that rules were developed on begins with the name of the file.
        name = "" if path.name == "context_test.tsv" else f" {path.name} |"
        for row in context.measure(path, actors, errors=False):
            counts = f"| {row['column']} | {row['coded']} | {row['found']} |"
            shares = " | ".join(f"{row[key]:.2f}" for key in ("precision", "recall", "F1"))
            assert f"\n|{name}{counts.removeprefix('|')} {shares} |\n" in report


def test_codes_of_briefings_are_held_against_the_text(tmp_path, monkeypatch):
    sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
    import context

    texts = {"a": "There is no ceasefire, Putin said.", "b": "A ceasefire may come."}
    path = tmp_path / "texts.jsonl"
    lines = [json.dumps({"doc_id": key, "text": text}) for key, text in texts.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    codes = tmp_path / "codes.csv"
    codes.write_text(
        "part,stratum,doc_id,start,end,rejected,hedged,quoted,speaker\n"
        "closed,plain,a,12,21,1,0,0,Putin|unresolved\n"
        "closed,neg,b,2,11,1,?,0,Putin\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(context, "BRIEFINGS", codes)
    told = context.measure_briefings(path, fr.load_actors("ukraine-peace"))
    assert (
        "| 200 unread | rejected | 1.00 [0.21, 1.00] (1 of 1) | 0.50 [0.09, 0.91] (1 of 2) |"
        in told
    )
    assert "| 200 unread | speaker, exact | 0.50 [0.09, 0.91] (1 of 2) | |" in told
    assert "(1 of 2)" in told.split("any column wrong")[1]
    assert "| 200 unread | the same, plain half | 0.00 [0.00, 0.79] (0 of 1) | |" in told


def test_the_codes_that_ship_are_five_hundred_places_with_known_values():
    codes = pd.read_csv(
        Path(__file__).parents[2] / "benchmarks" / "context_briefings.csv", dtype=str
    )
    assert codes["part"].value_counts().to_dict() == {"read": 300, "closed": 200}
    assert not codes.duplicated(["doc_id", "start", "end"]).any()
    for column in ("rejected", "hedged", "quoted"):
        assert set(codes[column]) <= {"0", "1", "?"}
    # The two parts share no briefing.
    assert codes.groupby("doc_id")["part"].nunique().max() == 1
