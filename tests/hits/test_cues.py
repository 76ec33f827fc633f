"""Every cue that ships is held against a sentence of its own: a cue that cannot fire fails."""

import itertools
import re

import numpy as np
import pytest
from support.chunks import make_chunk

import framing as fr
from framing.hits.context.cues import KINDS, context_patterns, load_cues
from framing.hits.matcher import Matcher, mark_context

ACTORS = fr.make_actors({"Putin": ["Vladimir Putin"]})
NUMBERED = context_patterns("en", ACTORS)
MATCHER = Matcher(fr.make_lexicon({"f": ["truce*"]}), NUMBERED)


def spelled(pattern):
    """Return one text for each alternative of a pattern, gaps closed and wildcards left out."""
    parts = re.split(r"\(([^()]*)\)", re.sub(r"~+\d+ ", "", pattern).replace("*", ""))
    options = [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]
    return [" ".join("".join(chosen).split()) for chosen in itertools.product(*options)]


CUES = [(kind, text) for kind, pattern in load_cues("en").patterns for text in spelled(pattern)]


GROUP = {
    "pseudo_negation": ("no", "not", "reject", "after", "pseudo_negation", "bounded"),
    "bounded": ("no", "not", "reject", "after", "pseudo_negation", "bounded"),
    "pseudo_hedge": ("hedge", "doubt", "condition", "inverted", "pseudo_hedge"),
    "pseudo_reporting": (
        "reporting",
        "weak_reporting",
        "participle",
        "pseudo_reporting",
        "stating",
    ),
}


def cued(kind):
    return [text for other, text in CUES if other == kind]


def chunk_of(texts):
    return make_chunk(texts, MATCHER.alphabet)


def marked(texts, column, without=()):
    """Return for each text whether all of its truces are marked; cues of some kinds taken away."""
    chunk = chunk_of(texts)
    cues = MATCHER.cues(chunk)
    gone = [KINDS.index(kind) for kind in without]
    spans = [match.span() for match in re.finditer("truce", chunk.text)]
    start, end = (np.array(edge, dtype=np.int64) for edge in zip(*spans, strict=True))
    positions = [chunk.folded.from_text(edge) for edge in (start, end)]
    found = mark_context(chunk, *positions, cues.take(~np.isin(cues.kind, gone)))
    number = np.searchsorted(chunk.begins, start, side="right") - 1
    return found.groupby(number)[column].all().tolist()


def never(kind, column, *templates):
    """Return the cues of a kind that mark no truce, in whichever sentence."""
    cues = cued(kind)
    rows = [marked([template.format(cue) for cue in cues], column) for template in templates]
    return [cue for cue, *any_of in zip(cues, *rows, strict=True) if not any(any_of)]


def at_all(kind, column, *templates):
    """Return the cues of a kind that mark a truce, in any sentence."""
    cues = cued(kind)
    rows = [marked([template.format(cue) for cue in cues], column) for template in templates]
    return [cue for cue, *any_of in zip(cues, *rows, strict=True) if any(any_of)]


def beaten(kind, *templates):
    """Return the cues that no sentence lets stand: a longer one always takes their words."""
    cues = cued(kind)
    chunk = chunk_of(["\n".join(template.format(cue) for template in templates) for cue in cues])
    found = MATCHER.cues(chunk).of(*GROUP[kind]).longest()
    start, end = (chunk.folded.into_text(edge) for edge in (found.start, found.end))
    number = np.searchsorted(chunk.begins, start, side="right") - 1
    standing = {
        (place, chunk.text[a:b].lower())
        for place, a, b, of in zip(number.tolist(), start, end, found.kind.tolist(), strict=True)
        if KINDS[of] == kind
    }
    return [cue for place, cue in enumerate(cues) if (place, cue.lower()) not in standing]


@pytest.mark.parametrize("most", [40, 5000, 2**40])
def test_cues_come_by_start_end_and_kind(most):
    numbers = [(most, "peace"), (7, "peace talks"), (2, "peace"), (most - 1, "talks"), (0, "talks")]
    matcher = Matcher(fr.make_lexicon({"war": {"entries": ["war"]}}), numbers)
    cues = matcher.cues(make_chunk(["Talks on peace talks."], matcher.alphabet))
    spans = list(zip(cues.start.tolist(), cues.end.tolist(), cues.kind.tolist(), strict=True))
    assert spans == [
        (0, 5, 0), (0, 5, most - 1), (9, 14, 2), (9, 14, most), (9, 20, 7), (15, 20, 0),
        (15, 20, most - 1),
    ]  # fmt: skip


def test_a_noun_phrase_is_denied():
    templates = ("It was {} truce.", "It was {} a truce.", "They see {} it in a truce.")
    assert never("no", "rejected", *templates) == []
    assert marked(["It was then a truce."], "rejected") == [False]


def test_a_verb_is_denied():
    assert never("not", "rejected", "They {} want a truce.", "They {} there were a truce.") == []


def test_what_is_refused_is_denied():
    assert never("reject", "rejected", "They {} the truce.", "They {} truce.") == []


def test_what_stands_before_is_denied():
    assert never("after", "rejected", "The truce {}.") == []


def test_what_does_not_occur_is_denied():
    assert never("occurrence", "rejected", "The truce is not {}.") == []
    assert at_all("occurrence", "rejected", "The truce is {}.") == []


@pytest.mark.parametrize("kind", ["pseudo_negation", "bounded"])
def test_what_looks_like_a_negation_is_none(kind):
    assert at_all(kind, "rejected", "They {} the truce.", "{} truce.") == []
    assert beaten(kind, "They {} the truce.", "{} the truce.", "Then {} a truce came.") == []


def test_what_is_uncertain_is_hedged():
    templates = ("Then {} the truce held.", "{} the truce held.", "They {} a truce.")
    assert never("hedge", "hedged", *templates) == []
    assert never("condition", "hedged", *templates) == []


def test_what_is_doubted_is_hedged():
    assert never("doubt", "hedged", "They {} the truce.", "The truce {}.") == []


def test_the_order_of_words_begins_a_condition():
    first = ("{} the truce hold, they would stay.", "They would stay, {} the truce hold.")
    for template in first:
        assert never("inverted", "hedged", template) == []
    others = ("{} this truce hold?", "They {} a truce.", "They were {} and the truce held.")
    # "They leave should a truce fail" is a condition, and who supposes a truce is not sure of it.
    assert at_all("inverted", "hedged", *others) == ["should", "suppose"]


def test_what_looks_like_a_hedge_is_none():
    assert at_all("pseudo_hedge", "hedged", "Then {} truce held.") == []
    assert beaten("pseudo_hedge", "Then {} the truce held.", "{}, the truce.") == []


def test_a_boundary_ends_a_negation():
    texts = [f"They did not stop {cue} the truce held." for cue in cued("boundary")]
    found = zip(cued("boundary"), marked(texts, "rejected"), strict=True)
    # "Let alone" denies what follows once more.
    assert [cue for cue, rejected in found if rejected] == ["let alone"]
    assert any(marked(texts, "rejected", without=["boundary"]))


def test_a_list_that_ends_with_or_is_denied_as_one():
    assert never("or", "rejected", "They want no pause, truce {} truce.") == []


def speakers_of(texts):
    corpus = fr.make_corpus(texts, furniture=False)
    found = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce*"]}), actors=ACTORS).table
    return found["speaker"].tolist()


@pytest.mark.parametrize("kind", ["reporting", "weak_reporting", "stating"])
def test_a_verb_of_saying_has_a_speaker(kind):
    cues = cued(kind)
    templates = [
        "Putin {} that the truce held.",
        "Putin {} the truce held.",
        "“The truce,” Putin {}.",
    ]
    rows = [speakers_of([template.format(cue) for cue in cues]) for template in templates]
    silent = [cue for cue, *said in zip(cues, *rows, strict=True) if "Putin" not in said]
    assert silent == []


def test_a_participle_goes_on_with_the_subject():
    texts = [f"Putin said it was late, {cue} the truce held." for cue in cued("participle")]
    assert set(speakers_of(texts)) == {"Putin"}


def test_an_attribution_names_who_says_it():
    before = [*cued("attribution"), *cued("citing")]
    assert set(speakers_of([f"The truce held, {cue} Putin." for cue in before])) == {"Putin"}
    judged = speakers_of([f"It was {cue} Putin as a truce." for cue in cued("judging")])
    assert set(judged) == {"Putin"}


def test_a_quotation_follows_the_one_who_spoke():
    cues = cued("speaking")
    assert set(speakers_of([f"Putin {cue} reporters. “The truce holds.”" for cue in cues])) == {
        "Putin"
    }
    assert set(speakers_of([f"Putin {cue} reporters. The truce holds." for cue in cues])) == {""}


def test_how_something_is_said_counts_where_it_closes_a_quotation():
    cues = cued("manner")
    templates = [f"“The truce holds,” {order}." for order in ("Putin {}", "{} Putin")]
    for template in templates:
        assert set(speakers_of([template.format(cue) for cue in cues])) == {"Putin"}
    assert set(speakers_of([f"Putin {cue} when the truce held." for cue in cues])) == {""}


def test_who_names_something_owns_the_quotation_that_follows():
    cues = cued("naming")
    assert set(speakers_of([f"Putin {cue} it “a truce” of sorts." for cue in cues])) == {"Putin"}
    assert set(speakers_of([f"Putin {cue} the truce." for cue in cues])) == {""}
    assert set(speakers_of([f"The plan, {cue} “a truce” of sorts, held." for cue in cues])) == {""}


def test_what_looks_like_a_verb_of_saying_is_none():
    assert beaten("pseudo_reporting", "Putin {} the truce.", "{} the truce.") == []


def test_every_kind_is_held_against_a_sentence():
    assert {kind for kind, _ in CUES} == set(KINDS)


def test_names_of_people_are_searched_only_where_there_are_actors():
    plain = {KINDS[kind] for kind, _ in context_patterns("en", None)}
    assert "reporting" in plain
    assert not plain & {"male", "female", "full_name", "men", "women"}
    assert {"male", "women"} <= {KINDS[kind] for kind, _ in NUMBERED if kind < len(KINDS)}
