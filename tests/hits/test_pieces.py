"""A long text is searched in pieces, and its hits are those of the whole text."""

import numpy as np
from support import engines
from support.chunks import chunk_of, pieces_of

import framing as fr
from framing.hits.context.cues import context_patterns
from framing.hits.matcher import PIECE, CuedLexicon, Matcher, find_matches

PLAIN = (
    "Trump: truce is near\n“No truce will hold,” Putin said. He hoped for peace talks. The deal "
    "failed.\n“The war goes on. Weapons arrive\n“and no ceasefire is in sight,” he said.\nQ: Will "
    "there be peace?\nA: Talks may end, but not at 9 a.m. Monday. See https://x.org/peace-talks.\n"
)


def differences(matcher, chunk, nested, sizes):
    """Return for which sizes of a piece a column of the hits is another one."""
    matcher.piece = len(chunk.text) + 1
    whole = find_matches(matcher, chunk, nested)
    wrong = []
    for size in sizes:
        matcher.piece = size
        found = find_matches(matcher, chunk, nested)
        wrong += [(size, name) for name in whole if not np.array_equal(whole[name], found[name])]
    return wrong, len(whole["row"])


def wrong_examples(seeds, sizes):
    """Return the random examples with a difference, and the number of all hits."""
    wrong, total = {}, 0
    for seed in seeds:
        drawn = engines.example(seed)
        if drawn is None:
            continue
        lexicon, texts, removed, nested, language = drawn
        matcher = Matcher(lexicon, native=False)
        # As one document too, since pieces are cut inside of documents.
        for parts, lines in ((texts, removed), ([" ".join(texts)], [[]])):
            chunk = chunk_of(parts, lines, language, matcher.alphabet)
            found, count = differences(matcher, chunk, nested, sizes)
            total += count
            if found:
                wrong[seed] = found
    return wrong, total


def test_hostile_texts_in_small_pieces_have_the_same_hits():
    wrong, total = wrong_examples(range(40), (1, 30))
    assert not wrong
    assert total > 100


def test_plain_text_in_small_pieces_has_the_same_hits_and_context():
    actors = fr.load_actors("ukraine-peace")
    cued = CuedLexicon.of(fr.load_lexicon("peace-initiative"), context_patterns("en", actors))
    matcher = Matcher(cued.lexicon, cued.cues, native=False)
    chunk = chunk_of([PLAIN * 4, PLAIN.replace("\n", " ") * 2], [[], []], "en", matcher.alphabet)
    wrong, total = differences(matcher, chunk, "frame", (20, 500))
    assert not wrong
    assert total > 20


def test_a_condition_looks_back_over_the_edge_of_a_piece():
    entry = {"pattern": "talks", "if": "peace", "before": 2}
    matcher = Matcher(fr.make_lexicon({"peace": {"entries": [entry]}}), native=False, piece=1)
    text = "Peace came. Rain fell. Then talks began. Rain fell. Rain fell. Then talks ended."
    chunk = chunk_of([text], [[]], "en", matcher.alphabet)
    assert find_matches(matcher, chunk, "frame")["row"].tolist() == [2]


def test_pieces_show_each_sentence_once_and_are_cut_by_default_for_long_texts():
    matcher = Matcher(fr.make_lexicon({"peace": ["truce"]}), native=False)
    chunk = chunk_of(["The truce held. Rain fell.\n" * 10_000], [[]], "en", matcher.alphabet)
    cut = pieces_of(chunk, PIECE, 3)
    assert len(cut) > 2
    shown = np.concatenate([piece.rows[before:] for before, piece in cut])
    assert shown.tolist() == list(range(len(chunk.first)))
    assert len(find_matches(matcher, chunk, "frame")["row"]) == 10_000
