from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.corpus import duplicates
from framing.corpus.duplicates import Sets, chance_found, choose_bands, minhash_of, signatures_of


def words(rng, count, vocabulary=5000):
    return [f"w{number}" for number in rng.integers(vocabulary, size=count)]


def edited(rng, tokens, share):
    """Return the tokens with so large a share of them, drawn at random, put anew."""
    changed = rng.random(len(tokens)) < share
    return [
        f"new{rng.integers(10**6)}" if new else old
        for old, new in zip(tokens, changed, strict=True)
    ]


def shingles(tokens, size=5):
    return {tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1)}


def jaccard(one, other):
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)


def groups(found):
    """Return the clusters as sets of doc_ids."""
    return {frozenset(part["doc_id"]) for _, part in found.table.groupby("cluster")}


def test_the_planted_duplicates_of_the_testbed_are_found_and_nothing_else():
    corpus = fr.load_testbed().corpus
    planted = corpus.table[corpus.table["near_duplicate_of"] != ""]
    pairs = {
        frozenset(pair)
        for pair in zip(planted["doc_id"], planted["near_duplicate_of"], strict=True)
    }
    assert len(pairs) == 5
    for measure in ("jaccard", "containment"):
        found = corpus.find_duplicates(seed=1, measure=measure)
        assert {
            frozenset(pair)
            for pair in zip(found.pairs["doc_id"], found.pairs["other"], strict=True)
        } == pairs
        assert {group for group in groups(found) if len(group) > 1} == pairs
    # Runs of five words forgive few edits: at 0.8 of Lee et al. (2022) none of these is found.
    assert len(corpus.find_duplicates(seed=1, threshold=0.8).pairs) == 0


def test_similarity_is_exact_and_pairs_below_the_threshold_join_nothing():
    rng = np.random.default_rng(1)
    tokens, expected = [], {}
    for story in range(60):
        original = words(rng, 150)
        copy = edited(rng, original, rng.choice([0.01, 0.05, 0.1, 0.2]))
        tokens += [original, copy]
        expected[f"text{2 * story + 1}", f"text{2 * story + 2}"] = jaccard(original, copy)
    found = fr.make_corpus([" ".join(one) for one in tokens]).find_duplicates(seed=1)
    reported = found.pairs.set_index(["doc_id", "other"])["similarity"].to_dict()
    above = {pair: value for pair, value in expected.items() if value >= 0.5}
    assert 20 < len(above) < 50
    assert reported == pytest.approx(above)


def test_so_many_pairs_at_the_threshold_are_found_as_is_said():
    # 400 pairs of texts that share 60 of 180 shingles, exactly as many as the threshold asks for.
    rng = np.random.default_rng(2)
    texts = []
    for _ in range(400):
        shared = words(rng, 64)
        texts += [" ".join([*shared, *words(rng, 60, 10**6)]) for _ in range(2)]
    similarity = jaccard(texts[0].split(), texts[1].split())
    assert similarity == 60 / 180
    corpus = fr.make_corpus(texts)
    missed = 0
    for seed in range(5):
        found = corpus.find_duplicates(threshold=similarity, seed=seed, hashes=120)
        recall = found.settings["recall"]
        missed += 400 - len(found.pairs)
    assert (found.settings["bands"], found.settings["rows"]) == (60, 2)
    assert recall == pytest.approx(1 - (1 - similarity**2) ** 60)
    # 2,000 trials: three standard errors around what is expected.
    assert abs(missed / 2000 - (1 - recall)) < 3 * np.sqrt(recall * (1 - recall) / 2000)


@pytest.mark.parametrize("hashes", [1, 64, 256])
def test_signatures_are_those_of_datasketch(hashes):
    # None, one, and as many as are hashed at the same time and around that.
    sizes = [0, 1, 2, 499, 500, 501, 1000, 1501, 30, 0]
    bounds = np.append(0, np.cumsum(sizes))
    keys = np.random.default_rng(9).integers(2**64, size=bounds[-1], dtype=np.uint64)
    expected = []
    for begin, end in pairwise(bounds):
        minhash = minhash_of(hashes, seed=3)
        minhash.update_batch((keys[begin:end] % 2**32).tolist())
        expected.append(minhash.hashvalues)
    found = signatures_of(Sets(keys, bounds), hashes, seed=3)
    assert np.array_equal(found, np.array(expected))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.text(alphabet="ab 和…", max_size=14), min_size=1, max_size=6), st.integers(1, 4))
def test_a_text_has_the_shingles_of_itself_alone(texts, size):
    together, counts = duplicates.shingle_sets(texts, size)
    for row, text in enumerate(texts):
        alone, count = duplicates.shingle_sets([text], size)
        assert np.array_equal(together[row], alone.keys)
        assert counts[row] == count[0]


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.8, 0.95, 1.0])
def test_bands_are_the_widest_that_find_pairs_at_the_threshold(threshold):
    bands, rows = choose_bands(threshold, 256)
    assert bands * rows <= 256
    assert chance_found(threshold, bands, rows) >= 0.999
    assert rows == 256 or chance_found(threshold, 256 // (rows + 1), rows + 1) < 0.999


def test_half_a_wire_story_is_contained_in_the_whole():
    rng = np.random.default_rng(3)
    story, other = words(rng, 300), words(rng, 300)
    texts = [story, story[100:200], other, [*other[:20], *words(rng, 80)]]
    corpus = fr.make_corpus([" ".join(one) for one in texts])
    assert len(corpus.find_duplicates(seed=1).pairs) == 0
    found = corpus.find_duplicates(seed=1, measure="containment")
    assert found.pairs.to_numpy().tolist() == [["text1", "text2", 1.0]]
    assert (found.settings["recall"], found.settings["bands"]) == (1.0, None)
    # The fourth shares 16 of its 96 shingles.
    low = corpus.find_duplicates(seed=1, measure="containment", threshold=16 / 96)
    assert low.pairs["similarity"].tolist() == [1.0, pytest.approx(16 / 96)]
    above = corpus.find_duplicates(seed=1, measure="containment", threshold=16 / 96 + 0.001)
    assert len(above.pairs) == 1


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from([0.3, 0.5, 0.8]), st.integers(1, 4))
def test_containment_misses_no_pair(seed, threshold, size):
    # Texts of few words share much: all pairs are compared by hand.
    rng = np.random.default_rng(seed)
    texts = [words(rng, rng.integers(size, 12), 4) for _ in range(12)]
    corpus = fr.make_corpus([" ".join(one) for one in texts])
    found = corpus.find_duplicates(seed=1, threshold=threshold, shingle=size, measure="containment")
    sets = [shingles(one, size) for one in texts]
    distinct = {frozenset(one): number for number, one in reversed(list(enumerate(sets)))}
    numbers = sorted(distinct.values())
    expected = {
        (f"text{a + 1}", f"text{b + 1}")
        for a in numbers
        for b in numbers
        if a < b and len(sets[a] & sets[b]) / min(len(sets[a]), len(sets[b])) >= threshold
    }
    pairs = found.pairs[found.pairs["doc_id"].isin([f"text{a + 1}" for a in numbers])]
    pairs = pairs[pairs["other"].isin([f"text{a + 1}" for a in numbers])]
    assert set(zip(pairs["doc_id"], pairs["other"], strict=True)) == expected


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_clusters_do_not_depend_on_the_order_or_the_seed(seed):
    rng = np.random.default_rng(seed)
    originals = [words(rng, 80) for _ in range(6)]
    # Well above or below the threshold, so that no seed can miss one.
    texts = originals + [edited(rng, one, 0.02) for one in originals[:3]] + originals[:2]
    texts = pd.Series([" ".join(one) for one in texts])
    ids = pd.Series([f"d{number}" for number in range(len(texts))])
    one = fr.make_corpus(texts, doc_id=ids).find_duplicates(seed=seed, threshold=0.4)
    order = rng.permutation(len(texts))
    other = fr.make_corpus(texts[order], doc_id=ids[order])
    assert groups(one) == groups(other.find_duplicates(seed=seed, threshold=0.4))
    assert groups(one) == groups(other.find_duplicates(seed=seed + 1, threshold=0.4))
    table = one.table
    assert table.groupby("cluster")["weight"].sum().to_numpy() == pytest.approx(1)
    assert table.groupby("cluster")["kept"].sum().eq(1).all()


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.text(alphabet="ab \n.", min_size=1), min_size=1, max_size=8), st.integers(1, 6))
def test_identical_texts_are_always_joined_and_no_document_is_lost(texts, size):
    texts = [f"x {text}" for text in texts] * 2
    found = fr.make_corpus(texts).find_duplicates(seed=1, threshold=1, shingle=size)
    cluster = found.table["cluster"].tolist()
    assert len(cluster) == len(texts)
    assert cluster[: len(texts) // 2] == cluster[len(texts) // 2 :]


def test_short_documents_repeat_only_the_same_and_empty_ones_none():
    texts = ["A truce.", "a truce", "A truce now.", "…", "!!", "A truce, now, in the north."]
    for measure in ("jaccard", "containment"):
        found = fr.make_corpus(texts).find_duplicates(seed=1, measure=measure)
        assert groups(found) == {
            frozenset(group)
            for group in (["text1", "text2"], ["text3"], ["text4"], ["text5"], ["text6"])
        }
        assert (found.settings["short"], found.settings["empty"]) == (3, 2)
        assert "3 shorter than a shingle, 2 without a token" in repr(found)
    single = fr.make_corpus(["…"]).find_duplicates(seed=1)
    assert (len(single), len(single.pairs)) == (1, 0)


def test_page_furniture_does_not_count():
    rng = np.random.default_rng(4)
    story, lines = " ".join(words(rng, 30)), "\nRelated Sources:\nAd Choices\n" * 5
    texts = [story, story + lines, " ".join(words(rng, 30)) + lines]
    corpus = fr.make_corpus(texts)
    taken = set(corpus.exclusions["rule"])
    assert "related sources" in taken
    found = corpus.find_duplicates(seed=1, threshold=1)
    assert found.table["size"].tolist()[2] == 1
    assert fr.make_corpus([story, story + "\nRelated Sources:"]).find_duplicates(
        seed=1, threshold=1
    ).table["size"].tolist() == [2, 2]


def test_the_earliest_is_kept_and_the_others_are_listed_as_exclusions():
    wire = "Talks on a truce began in Geneva on Monday, the two sides said"
    texts = [wire + " late.", "Rain fell.", wire + ".", wire + " in notes.", "  "]
    dates = [None, "2025-01-01", "2025-03-02", "2025-03-01", "2025-01-01"]
    corpus = fr.make_corpus(texts, doc_id=list("abcde"), date=dates)
    found = corpus.find_duplicates(seed=1)
    assert found.table["cluster"].tolist() == ["d", "b", "d", "d"]
    assert found.table["kept"].tolist() == [False, True, False, True]
    assert found.table["weight"].tolist() == pytest.approx([1 / 3, 1, 1 / 3, 1 / 3])
    kept = corpus.drop_duplicates(found)
    assert kept.table["doc_id"].tolist() == ["b", "d"]
    assert len(corpus) == 4
    listed = kept.exclusions
    assert listed[["doc_id", "kind", "rule"]].to_numpy().tolist() == [
        ["e", "document", "blank text"],
        ["a", "document", "near-duplicate"],
        ["c", "document", "near-duplicate"],
    ]
    assert listed["reason"].iloc[2] == "repeats 'd': similarity 0.82 (jaccard of 5-token shingles)"
    assert listed.dtypes.equals(corpus.exclusions.dtypes)
    assert "3 documents" in repr(kept)
    with pytest.raises(
        fr.InputError, match=r"found in another corpus: it has 4 documents, this one has 2"
    ):
        kept.drop_duplicates(found)
    assert len(kept.drop_duplicates(kept.find_duplicates(seed=1))) == 2


def test_versions_that_drift_are_chained_and_that_is_said():
    rng = np.random.default_rng(5)
    story = words(rng, 300)
    texts = [" ".join(story[at : at + 200]) for at in (0, 50, 100)]
    corpus = fr.make_corpus(texts)
    found = corpus.find_duplicates(seed=1)
    assert found.table["size"].tolist() == [3, 3, 3]
    assert found.table["similarity"].iloc[2] < 0.5
    assert found.settings["chained"] == 1
    assert "1 through others" in repr(found)
    reason = corpus.drop_duplicates(found).exclusions["reason"]
    assert [text.endswith(", through documents between them") for text in reason] == [False, True]


def test_a_large_cluster_is_joined_without_all_of_its_pairs():
    rng = np.random.default_rng(6)
    template = " ".join(words(rng, 60))
    texts = [f"{template} day {day} of {day * 7}" for day in range(120)]
    found = fr.make_corpus([*texts, " ".join(words(rng, 60))]).find_duplicates(seed=1)
    assert found.table["size"].tolist() == [120] * 120 + [1]
    assert 119 <= len(found.pairs) < 120 * 119 / 2
    assert found.pairs["similarity"].ge(0.5).all()


def test_thousands_of_documents_of_one_template_are_refused_with_the_remedy(monkeypatch):
    # 6,400 documents are refused; with a thousandth of the pairs, 210 are, in no time.
    assert duplicates.MOST_PAIRS < 6400 * 6399 / 2
    monkeypatch.setattr(duplicates, "MOST_PAIRS", 20_000)
    template = " ".join(f"w{number}" for number in range(60))
    texts = [f"{template} {day}" for day in range(210)]
    assert len(fr.make_corpus(texts[:200]).find_duplicates(seed=1)) == 200
    with pytest.raises(fr.InputError, match=r"More than 20,000 pairs.*page furniture"):
        fr.make_corpus(texts).find_duplicates(seed=1)


def test_stories_and_weights_reach_the_units_of_scores():
    corpus = fr.make_corpus(["A truce at last, it seems.", "A truce at last, it seems.", "Rain."])
    found = corpus.find_duplicates(seed=1).table
    stories = found.rename(columns={"cluster": "story"})[["doc_id", "story", "weight"]]
    joined = corpus.with_columns(stories)
    assert "story" not in corpus.table
    assert joined.fingerprint == corpus.fingerprint
    scores = fr.score(fr.find_hits(joined, fr.make_lexicon({"peace": ["truce"]})))
    assert scores.units["story"].tolist() == ["text1", "text1", "text3"]
    assert scores.units["weight"].tolist() == [0.5, 0.5, 1.0]
    plain = corpus.with_columns(found[["doc_id", "cluster", "weight"]])
    assert plain.describe("cluster")["documents"].tolist() == [2, 1]


def test_columns_are_joined_by_id_and_missing_where_there_is_no_row():
    corpus = fr.make_corpus(["One.", "Two.", "Three."], doc_id=["b", "a", "c"])
    joined = corpus.with_columns(pd.DataFrame({"doc_id": ["a", "b"], "wave": [1, 2]}))
    assert joined.table["doc_id"].tolist() == ["b", "a", "c"]
    assert joined.table["wave"].tolist()[:2] == [2, 1]
    assert joined.table["wave"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"id": ["a"]}, r"with_columns has no column 'doc_id'"),
        ({"doc_id": ["a"]}, r"has only the column doc_id"),
        (
            {"doc_id": ["a"], "source": ["x"]},
            r"has the column 'source', which the corpus already has",
        ),
        ({"doc_id": ["a"], "frame": ["x"]}, r"cannot have the name 'frame'"),
        (
            {"doc_id": ["a", "z"], "x": [1, 2]},
            r"no document of the corpus has the doc_id 'z' \(1 of 2",
        ),
        ({"doc_id": ["a", "a"], "x": [1, 2]}, r"'a' is in rows 1, 2"),
        ({"doc_id": ["a", None], "x": [1, 2]}, r"doc_id is missing in row 2"),
    ],
)
def test_what_bad_columns_get(table, message):
    with pytest.raises(fr.InputError, match=message):
        fr.make_corpus(["One."], doc_id=["a"]).with_columns(pd.DataFrame(table))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"threshold": 0}, r"threshold=0 cannot be used: it must be a number above zero"),
        ({"threshold": 1.5}, r"threshold=1.5 cannot be used: it must be at most 1"),
        ({"threshold": 0.02}, r"threshold=0.02 is too low for 256 hashes"),
        ({"measure": "cosine"}, r"measure='cosine' is not known. Allowed: 'jaccard'"),
        ({"shingle": 0}, r"shingle=0"),
        ({"hashes": 1.5}, r"hashes=1.5"),
        ({"seed": -1}, r"seed=-1"),
    ],
)
def test_what_bad_arguments_get(arguments, message):
    with pytest.raises(fr.InputError, match=message):
        fr.make_corpus(["One."]).find_duplicates(**{"seed": 1, **arguments})


def test_the_first_report_or_the_last_version_of_a_story_is_kept():
    texts = ["A truce holds in the north of the land.", "A truce holds in the north of the land."]
    dates = ["2025-02-03", None, "2025-02-01", "2025-02-03"]
    corpus = fr.make_corpus([*texts, *texts], date=dates)
    found = corpus.find_duplicates(seed=1)
    assert corpus.drop_duplicates(found).table["doc_id"].tolist() == ["text3"]
    latest = corpus.drop_duplicates(found, keep="latest")
    assert latest.table["doc_id"].tolist() == ["text4"]
    assert latest.exclusions["doc_id"].tolist() == ["text1", "text2", "text3"]
    said = "'text4' is the latest of 4 documents that repeat each other"
    assert latest.exclusions["reason"].unique().tolist() == [said]
    undated = fr.make_corpus(texts)
    kept = undated.drop_duplicates(undated.find_duplicates(seed=1), keep="latest")
    assert kept.table["doc_id"].tolist() == ["text2"]
    with pytest.raises(fr.InputError, match="'earliest', 'latest'"):
        corpus.drop_duplicates(found, keep="last")


def test_versions_under_one_id_or_address_are_noted():
    table = pd.DataFrame(
        {"url": ["a", "b", "b", "c"], "text": ["One.", "Two.", "Two now.", "Six."]}
    )
    (note,) = fr.make_corpus(table, text="text").notes
    assert note.startswith("1 document of 4 has the same 'url' as one before and another text")
    # Numbers of sections, or one address of all, name no article; equal texts have their own note.
    for names in (["a", "a", "a", "b"], ["a", "b", "c", "d"], [None, None, "b", "c"]):
        assert not fr.make_corpus(table.assign(url=names), text="text").notes
