"""A very long article is read in parts, and nothing that is found shows where it was cut."""

import random

import pytest
from pandas.testing import assert_frame_equal
from support import engines
from support.chunks import parts_of, set_part_size

import framing as fr
from framing.hits.matcher import Matcher, count_matches

TURNS = [
    "PRESIDENT TRUMP: The truce is near. We will sign a deal.",
    "Talks with Kyiv may end, but not at 9 a.m. Monday.",
    "“No truce will hold,” Putin said. He hoped for peace talks.",
    "He said the deal failed. Rain fell on peace-",
    "makers in the town, and no ceasefire is in sight.",
    "“The war goes on. Weapons arrive",
    "“and no ceasefire is in sight,” he said.",
    "Q: Will there be peace?",
    "More Quick Read Articles »",
    "The men don't talk. Peace came. Then talks began, and war ended.",
    "",
]
RULES = {
    "peace": {
        "entries": [
            "truce", "peace", {"pattern": "talks", "if": "peace", "before": 2},
            {"pattern": "deal", "unless": "fail*", "within": 5}, "ceasefire ~~6 said",
        ],
        "exceptions": ["peace-makers"],
    },
    "war": ["war", "weapon*"],
}  # fmt: skip


def found(texts, lexicon, nested="frame"):
    """Return the hits with their context, the sentences, the counts, and those of the corpus."""
    corpus = fr.make_corpus(texts)
    hits = fr.find_hits(corpus, lexicon, nested=nested, actors=fr.load_actors("ukraine-peace"))
    counts = fr.count_hits(corpus, lexicon, nested=nested)
    return hits.table, hits.sentences, counts.table, corpus.sentences


def assert_parts_show_nothing(texts, lexicon, sizes, nested="frame"):
    whole = found(texts, lexicon, nested)
    for size in sizes:
        with pytest.MonkeyPatch.context() as patch:
            set_part_size(patch, size)
            for one, other in zip(whole, found(texts, lexicon, nested), strict=True):
                assert_frame_equal(one, other)
    return len(whole[0])


@pytest.mark.parametrize("join", ["\n", "\r\n\r\n"])
def test_a_long_article_has_the_same_hits_context_and_sentences_in_parts(join):
    rng = random.Random(1)
    texts = [join.join(rng.choices(TURNS, k=size)) for size in (200, 3, 100)]
    count = assert_parts_show_nothing(["Peace.", *texts], fr.make_lexicon(RULES), (150, 900))
    assert count > 150


def test_hostile_articles_have_the_same_counts_in_parts_in_both_engines():
    counted = 0
    for seed in range(12):
        drawn = engines.example(seed)
        if drawn is None:
            continue
        lexicon, texts, _, nested, language = drawn
        texts = ["\n".join([*texts, "Peace.", *texts]), "Rain."]
        removed = [[(0, texts[0].find("\n"))] if texts[0].find("\n") > 0 else [], []]
        for native in (True, False):
            matcher = Matcher(lexicon, native=native)
            given = matcher, nested, language, 0, texts, removed
            rows, tokens = count_matches(*given)
            with pytest.MonkeyPatch.context() as patch:
                set_part_size(patch, 10)
                others, those = count_matches(*given)
            whole, parts = (sorted(zip(*table.values(), strict=True)) for table in (rows, others))
            assert whole == parts
            assert tokens.tolist() == those.tolist()
            counted += len(whole)
    assert counted > 40


def test_an_article_is_cut_where_no_quotation_and_no_turn_goes_on():
    plain, quoted = "Rain fell on the don't-care town.", "“A truce,” she said."
    cut = parts_of("\n".join([plain] * 20 + [quoted] * 40 + [plain] * 20), 60)
    edges = [part.before + part.first for part in cut]
    assert len(edges) > 5
    assert not any(20 <= edge < 60 for edge in edges)
    assert [part.ends for part in cut] == [False] * (len(cut) - 1) + [True]
    talk = "\n".join(["MR. TRUMP: A truce is near."] + ["It rained."] * 50)
    assert len(parts_of(talk, 60)) == 1
    assert len(parts_of(f"{talk}\n{talk}", 60)) == 2
