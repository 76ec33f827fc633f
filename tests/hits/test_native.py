"""The native engine finds what the numpy engine finds, and nobody needs it."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support import engines

import framing as fr
from framing.hits.native import build, library

needs_engine = pytest.mark.skipif(
    library.loaded_library() is None, reason="no native engine was built"
)
RUN = """
import framing as fr
corpus = fr.make_corpus(["No truce. Peace talks began in May, Putin said."])
lexicon = fr.make_lexicon({"peace": ["truce", "peace ~1 began"]})
table = fr.find_hits(corpus, lexicon, actors=fr.make_actors({"Putin": []})).table
fr.count_hits(corpus, lexicon)
print(table["entry"].tolist(), table["rejected"].tolist(), table["speaker"].tolist())
"""
WORDS = "the of to a in deal peace talks no land Kyiv don't U.S. cease-fire"
ANSWER = "['truce', 'peace ~1 began'] [True, False] ['', 'Putin']\n"


def run(**environment):
    """Run the script in a fresh process; return what it prints and what it says beside."""
    root = str(Path(library.__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", environment.pop("script", "") + RUN],
        capture_output=True, text=True, check=True, cwd=root,
        env={"PATH": "", "PYTHONPATH": root, **environment},
    )  # fmt: skip
    return done.stdout, done.stderr


@needs_engine
@pytest.mark.parametrize("first", range(0, 180, 60))
def test_both_engines_find_the_same_in_random_texts(first):
    wrong = {seed: engines.differs(seed) for seed in range(first, first + 60)}
    assert not {seed: why for seed, why in wrong.items() if why}


@needs_engine
@pytest.mark.parametrize("seed", [3020, 3050])
def test_a_short_word_that_is_looked_up_stands_in_the_same_sentence(seed):
    assert not engines.differs(seed)


@needs_engine
@pytest.mark.parametrize(
    "text",
    [
        "They want this. Iv. Talks go on. b. Peace holds. Yes. It holds. Right? Talks.",
        "Is it near, right? — été begins. He met J.-L. Doe. It is “so.” He went. “So?” He asked.",
        "They met on Sat. Sept. 5 in Oslo. Hi. Talks began. It grew by 4.5%. Then it fell.",
        "The U.S.-led talks, the U.S., in D.C.’s halls (the U.S.) End at 9 a.m. Then they met.",
    ],
)
def test_sentences_are_those_of_the_reference(text):
    corpus = fr.make_corpus([text], furniture=False)
    found = fr.find_hits(corpus, fr.make_lexicon({"peace": ["peace"]})).sentences
    assert found.equals(corpus.sentences)


@needs_engine
@pytest.mark.parametrize("first", range(0, 120, 40))
def test_denied_and_uncertain_hits_are_those_of_the_reference(first):
    wrong = {seed: engines.negation_differs(seed) for seed in range(first, first + 40)}
    assert not {seed: why for seed, why in wrong.items() if why}


@needs_engine
@pytest.mark.parametrize("first", [*range(0, 300, 100), 801_274])
def test_speakers_are_those_of_the_reference(first):
    # The last found a text without a verb of saying, where a semicolon ended nothing.
    seeds = range(first, first + (100 if first < 300 else 1))
    wrong = {seed: engines.speech_differs(seed) for seed in seeds}
    assert not {seed: why for seed, why in wrong.items() if why}


@needs_engine
@pytest.mark.parametrize("seed", range(40))
def test_the_words_and_signs_around_hits_are_those_of_the_reference(seed):
    assert not engines.words_differ(seed)


@needs_engine
@pytest.mark.parametrize("seed", range(60))
def test_the_paragraphs_that_hits_need_are_those_of_the_reference(seed):
    assert not engines.neighbours_differ(seed)


def test_words_that_end_no_line_are_those_of_the_reference():
    words, begun, others = engines.ends_of_lines()
    assert words < len(begun) < 6 * words
    assert np.array_equal(begun, others)


@needs_engine
@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_ranks_are_those_of_numpy(seed, right):
    rng = np.random.default_rng(seed)
    places = np.sort(rng.integers(-5, 60, rng.integers(0, 40)))
    wanted = rng.integers(-9, 70, 50)
    for positions in (wanted, np.sort(wanted), wanted.reshape(5, 10), wanted[:0]):
        side = "right" if right else "left"
        expected = np.searchsorted(places, positions, side=side)
        assert np.array_equal(library.ranks(places, positions, right=right), expected)


def test_without_a_compiler_in_the_path_everything_runs():
    assert run()[0] == ANSWER


def test_without_the_library_the_numpy_engine_runs_and_says_so_once():
    script = "from pathlib import Path; from framing.hits.native import library as engine\n"
    script += "engine.PATH = Path('/nowhere/engine.so')\n"
    out, said = run(script=script)
    assert out == ANSWER
    assert said.count("native engine is not used") == 1


def test_the_numpy_engine_can_be_asked_for():
    assert run(FRAMING_ENGINE="numpy", script="import framing.hits.native.library as engine\n") == (
        ANSWER, "",
    )  # fmt: skip


def test_a_library_of_another_version_is_not_used(monkeypatch):
    monkeypatch.setattr(library, "INTERFACE", 0)
    library.loaded_library.cache_clear()
    try:
        assert library.loaded_library() is None
    finally:
        library.loaded_library.cache_clear()


def test_nothing_is_built_without_a_compiler_and_the_install_goes_on(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(build, "find_spec", lambda name: None)
    old = tmp_path / "engine.so"
    old.write_bytes(b"of another version")
    assert "no C compiler" in build.build_engine(old)
    assert not old.exists()


def test_a_compiler_that_fails_is_a_reason_and_no_error(monkeypatch, tmp_path):
    monkeypatch.setattr(build, "compilers", lambda: [[sys.executable, "-c", "raise SystemExit(1)"]])
    assert build.build_engine(tmp_path / "engine.so")
    assert not list(tmp_path.iterdir())


@needs_engine
def test_words_at_which_strings_begin_everywhere_are_looked_up_and_found_the_same():
    # After some thousand words the engine looks words up instead of positions.
    rng = random.Random(3)
    entries = ["the", "of", "to", "a", "in the deal", "peace talks", "no deal", "u.s. to", "to a*"]
    peace = {"entries": entries, "exceptions": ["of the peace", "a u.s."]}
    lexicon = fr.make_lexicon({"peace": peace})
    text = " ".join(
        rng.choice(WORDS.split()) + rng.choice(["", "", "", ",", "."]) for _ in range(9000)
    )
    assert engines.spans_of(lexicon, text, native=True) == engines.spans_of(
        lexicon, text, native=False
    )
