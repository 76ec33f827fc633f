import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from support.multiverse import FAST, LEXICON, SMALL, TWO, document, planted

import framing as fr
from framing.robustness.runs import RunPlan, check_size

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def lexicon():
    return fr.make_lexicon(LEXICON, name="planted")


@pytest.fixture(scope="module")
def found(lexicon):
    return fr.multiverse(planted(1), lexicon, TWO, choices=SMALL, seed=1)


def test_a_planted_effect_is_found_whatever_is_chosen_and_nothing_where_nothing_is(found):
    summary = found.summary.set_index("frame")
    assert summary.loc["peace", "same_sign"] == 1
    assert summary.loc["peace", "significant"] >= 0.9
    assert summary.loc["peace", ["p_median", "p_share", "p_z"]].max() < 0.02
    assert summary.loc["peace", "median"] == pytest.approx(0.7 / 0.25, rel=0.35)
    assert summary.loc["war", "significant"] < 0.3
    assert summary.loc["war", "p_median"] > 0.1


def test_the_joint_test_keeps_its_level_without_an_effect(lexicon):
    p = []
    for seed in range(12):
        corpus = planted(100 + seed, rates=(0.4, 0.4), n=12)
        claim = {**TWO, "seed": seed, "draws": 100, "permutations": 150}
        choices = {"kind": ["rate", "share"], "entry": 2}
        own = fr.multiverse(corpus, lexicon, claim, choices=choices, frame="peace", seed=seed)
        p.append(own.summary[["p_median", "p_share", "p_z"]].iloc[0].to_numpy(dtype=float))
    p = np.array(p)
    # Of 12 tests at 5% more than three would be rejected once in 400 times.
    assert ((p < 0.05).sum(axis=0) <= 3).all()
    assert 0.25 < p[:, 0].mean() < 0.75
    assert 0.25 < p[:, 2].mean() < 0.75


def test_each_row_is_what_contrast_gives_for_such_scores(lexicon):
    corpus = planted(2)
    hits = fr.find_hits(corpus, lexicon)
    gap = fr.contrast(fr.score(hits), **TWO)
    own = fr.multiverse(corpus, lexicon, gap, choices=SMALL, seed=5)
    columns = ["estimate", "low", "high", "ratio", "ratio_low", "ratio_high", "p", "n"]
    first = own.table[own.table["reference"]]
    pd.testing.assert_frame_equal(
        first[columns].reset_index(drop=True), gap.table[columns], check_dtype=False
    )
    assert (first["specification"] == 1).all()
    for kind, rejected in (("share", "include"), ("rate", "exclude"), ("share", "exclude")):
        other = fr.contrast(fr.score(hits, kind=kind, rejected=rejected), **TWO).table
        rows = own.table.query(f"kind == {kind!r} and rejected == {rejected!r} and entry == 'all'")
        # War knows no rejected hit, so that excluding them makes no other specification.
        expected = other[other["frame"].isin(rows["frame"])]
        assert len(rows) >= 1
        np.testing.assert_allclose(rows[columns].astype(float), expected[columns].astype(float))
    without = fr.drop_entries(lexicon, ["talks"])
    other = fr.contrast(fr.score(fr.find_hits(corpus, without)), **TWO).table
    rows = own.table.query("kind == 'rate' and rejected == 'include' and entry == 'without talks'")
    np.testing.assert_allclose(
        rows[columns].astype(float), other[other["frame"] == "peace"][columns].astype(float)
    )


def test_counts_by_a_unit_and_presence_are_what_they_say():
    corpus = fr.make_corpus(
        ["A truce. Talks.\n\nRain.", "Snow.\n\nFog.", "Truce, truce.\n\nA truce.", "Hail."],
        source=["A", "B", "A", "B"],
    )
    lexicon = fr.make_lexicon({"peace": ["truce", "talks"]})
    choices = {"kind": ["count", "presence"], "unit": ["document", "paragraph", "sentence"]}
    own = fr.multiverse(corpus, lexicon, TWO, choices=choices, seed=1)
    table = own.table.set_index(["kind", "unit"])
    assert table.loc[("count", "document"), "estimate"].item() == pytest.approx(5 / 2)
    assert table.loc[("count", "paragraph"), "estimate"].item() == pytest.approx(5 / 4)
    assert table.loc[("presence", "document"), "estimate"].item() == pytest.approx(1)
    assert table.loc[("presence", "paragraph"), "estimate"].item() == pytest.approx(3 / 4)
    assert table.loc[("presence", "sentence"), "estimate"].item() == pytest.approx(4 / 5)
    assert table.loc[("presence", "paragraph"), "n"].item() == 7
    # Where B has no hit there is no ratio, but a row, and a log ratio with half a hit added.
    assert own.summary["without_ratio"].item() == len(own)
    assert np.isfinite(own.table["log_ratio"]).all()
    # A rate is the same by any unit: two of three are not made again.
    assert own.left_out["n"].sum() == 2
    assert own.left_out["reason"].str.contains("unit changes nothing").all()


def test_a_presence_that_every_unit_has_says_nothing_and_is_counted():
    texts = ["A truce. Rain.", "A truce. A truce. Rain.", "No truce. Rain. Hail."] * 4
    corpus = fr.make_corpus(texts, source=["A", "B"] * 6)
    words = fr.make_lexicon({"peace": ["truce"]})
    choices = {"kind": ["rate", "share", "presence"]}
    own = fr.multiverse(corpus, words, TWO, choices=choices, seed=1)
    assert own.table["kind"].tolist() == ["rate", "share"]
    assert own.left_out["reason"].tolist() == ["every document holds the frame"]


def test_an_entry_that_carries_the_difference_matters_most():
    rng = np.random.default_rng(3)
    texts = []
    for number in range(60):
        carried = ["accord"] * rng.poisson(3) if number % 2 == 0 else []
        words = carried + ["truce"] * rng.poisson(2) + ["talks"] * rng.poisson(1) + ["rain"] * 40
        cut = np.array_split(rng.permutation(words), 5)
        texts.append(" ".join("The " + " ".join(part) + "." for part in cut))
    corpus = fr.make_corpus(texts, source=["A", "B"] * 30)
    lexicon = fr.make_lexicon({"peace": LEXICON["peace"]})
    choices = {"kind": ["rate", "share"], "length": [0, 44], "entry": 3}
    own = fr.multiverse(corpus, lexicon, TWO, choices=choices, seed=1)
    first = own.matters.iloc[0]
    assert (first["choice"], first["lowest"]) == ("entry", "without accord")
    assert first["explained"] > 0.7
    assert own.matters["explained"].min() >= 0
    assert own.matters["explained"].sum() <= 1 + 1e-9


def test_furniture_that_carries_the_difference_matters_most():
    rng = np.random.default_rng(4)
    lexicon = fr.make_lexicon({"peace": [*LEXICON["peace"], "politics"]})
    line = "\nMore politics news »"
    texts = [document(rng, 0.4) + line * 3 * (number % 2 == 0) for number in range(50)]
    corpus = fr.make_corpus(texts, source=["A", "B"] * 25)
    assert corpus.exclusions["kind"].eq("line").sum() == 75
    choices = {
        "kind": ["rate", "share"],
        "furniture": [True, False],
        "rejected": ["include", "exclude"],
    }
    own = fr.multiverse(corpus, lexicon, TWO, choices=choices, frame="peace", seed=1)
    first = own.matters.iloc[0]
    assert (first["choice"], first["highest"]) == ("furniture", "left in")
    # Of a corpus that was read with its furniture the claim is the other option.
    raw = fr.make_corpus(texts, source=["A", "B"] * 25, furniture=False)
    other = fr.multiverse(raw, lexicon, TWO, choices=choices, frame="peace", seed=1)
    columns = ["furniture", "kind", "rejected", "estimate", "p", "ratio"]
    one, two = (part.table[columns].sort_values(columns[:3]) for part in (own, other))
    assert other.table.loc[other.table["reference"], "furniture"].item() == "left in"
    pd.testing.assert_frame_equal(one.reset_index(drop=True), two.reset_index(drop=True))


def test_duplicates_that_carry_the_difference_matter_most(lexicon):
    rng = np.random.default_rng(5)
    texts = [document(rng, 0.35) for _ in range(40)]
    wire = document(rng, 3.0)
    corpus = fr.make_corpus([*texts, *[wire] * 12], source=["A", "B"] * 20 + ["A"] * 12)
    choices = {"kind": ["rate", "share"], "duplicates": ["keep", "once", "weight"]}
    own = fr.multiverse(corpus, lexicon, TWO, choices=choices, frame="peace", seed=1)
    first = own.matters.iloc[0]
    assert (first["choice"], first["highest"]) == ("duplicates", "keep")
    sizes = own.table.groupby("duplicates")["n"].first()
    assert sizes.to_dict() == {"keep": 52, "once": 41, "weight": 52}
    # As a user would do it.
    found = corpus.find_duplicates(seed=1)
    once = fr.score(fr.find_hits(corpus.drop_duplicates(found), lexicon))
    row = own.table.query("duplicates == 'once' and kind == 'rate'")
    gap = fr.contrast(once, **TWO).table.query("frame == 'peace'")
    for column in ("estimate", "low", "high", "p", "ratio", "n"):
        assert row[column].item() == pytest.approx(gap[column].item())
    weighted = corpus.with_columns(
        found.table[["doc_id", "weight"]].rename(columns={"weight": "w"})
    )
    gap = fr.contrast(fr.score(fr.find_hits(weighted, lexicon)), weight="w", **TWO).table
    row = own.table.query("duplicates == 'weight' and kind == 'rate'")
    assert row["estimate"].item() == pytest.approx(gap.query("frame == 'peace'")["estimate"].item())


def test_the_same_table_with_any_number_of_workers(found, lexicon):
    two = fr.multiverse(planted(1), lexicon, TWO, choices=SMALL, seed=1, workers=2)
    for name in ("table", "summary", "matters", "options", "left_out"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(two, name), check_exact=True)


def test_the_cache_is_read_where_all_is_the_same_and_nowhere_else(tmp_path, found, lexicon):
    def again(corpus=None, words=lexicon, **options):
        options = {"choices": SMALL, "seed": 1, "cache": tmp_path} | options
        claim = options.pop("claim", TWO)
        return fr.multiverse(corpus or planted(1), words, claim, **options)

    first = again()
    parts = first.settings["cache"]["made"]
    assert first.settings["cache"] == {"read": 0, "made": parts, "damaged": 0}
    second = again()
    assert second.settings["cache"] == {"read": parts, "made": 0, "damaged": 0}
    pd.testing.assert_frame_equal(found.table, second.table, check_exact=True)
    pd.testing.assert_frame_equal(found.summary, second.summary, check_exact=True)
    # An entry that never fires changes the lexicon, and no count.
    more = fr.make_lexicon({**LEXICON, "war": [*LEXICON["war"], "zzz"]}, name="planted")
    changed = planted(1)
    texts = [*changed.table["text"][:-1], "No truce."]
    changed = fr.make_corpus(texts, source=["A", "B"] * 25)
    for other in (
        again(words=more),
        again(corpus=changed),
        again(seed=2),
        again(claim={**TWO, "seed": 2}),
        again(claim={**TWO, "level": 0.9}),
    ):
        assert other.settings["cache"]["read"] == 0
    assert again(corpus=changed).summary["ratio"][0] != first.summary["ratio"][0]


def test_a_damaged_cache_is_made_again_and_said(tmp_path, lexicon):
    choices = {**SMALL, "kind": ["rate", "share", "count"], "length": [0, 60]}
    options = {"choices": choices, "seed": 1, "cache": tmp_path}
    first = fr.multiverse(planted(1), lexicon, TWO, **options)
    files = sorted(tmp_path.rglob("output.pkl"))
    data = files[0].read_bytes()
    files[0].write_bytes(data[: len(data) // 2])
    files[1].write_bytes(b"")
    # A byte in the middle.
    data = bytearray(files[2].read_bytes())
    data[len(data) // 2] ^= 1
    files[2].write_bytes(bytes(data))
    own = fr.multiverse(planted(1), lexicon, TWO, **options)
    expected = {"read": len(files) - 3, "made": 0, "damaged": 3}
    assert own.settings["cache"] == expected
    pd.testing.assert_frame_equal(first.table, own.table, check_exact=True)
    assert fr.multiverse(planted(1), lexicon, TWO, **options).settings["cache"]["damaged"] == 0
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(fr.InputError, match=r"is a file\. Give a folder"):
        fr.multiverse(planted(1), lexicon, TWO, seed=1, cache=file)


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path):
    script = (
        "import framing as fr, sys\n"
        "hits = fr.load_study('briefings')\n"
        "claim = {'by': 'year', 'groups': ['2025', '2023'], 'seed': 1, 'draws': 200}\n"
        "choices = {'kind': ['rate', 'share', 'presence', 'count'],\n"
        "    'unit': ['document', 'paragraph'], 'length': [0, 100, 2000], 'entry': 2}\n"
        "found = fr.multiverse(hits, None, claim, choices=choices, frame='peace', seed=1,\n"
        "    cache=sys.argv[1])\n"
        "print(found.settings['cache'])\n"
    )
    call = [sys.executable, "-c", script, str(tmp_path)]
    one = subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    began = time.monotonic()
    while len(list(tmp_path.rglob("output.pkl"))) < 2 and time.monotonic() - began < 60:
        time.sleep(0.005)
    os.kill(one.pid, signal.SIGKILL)
    assert one.communicate()[0] == ""
    written = len(list(tmp_path.rglob("output.pkl")))
    second = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    parts = len(list(tmp_path.rglob("output.pkl")))
    assert 2 <= written < parts
    assert eval(second.stdout) == {"read": written, "made": parts - written, "damaged": 0}


def test_a_study_bears_what_needs_no_text(lexicon):
    corpus = planted(1)
    study = fr.make_study(corpus, lexicon)
    own = fr.multiverse(study, None, TWO, seed=1, frame="peace", limit=20)
    assert set(own.settings["choices"]) <= {"kind", "unit", "rejected", "quoted", "hedged", "entry"}
    assert len(own) == 20
    assert own.settings["distinct"]["peace"] > 20
    assert "drawn from up to" in repr(own)
    assert "not drawn: limit=20" in own.left_out["reason"].tolist()
    again = fr.multiverse(study, None, TWO, seed=1, frame="peace", limit=20)
    pd.testing.assert_frame_equal(own.table, again.table)
    with pytest.raises(fr.InputError, match=r"'nested' cannot vary here: a study has no text"):
        fr.multiverse(study, None, TWO, choices={"nested": ["frame", "lexicon"]}, seed=1)
    with pytest.raises(fr.InputError, match="must be None with a Study"):
        fr.multiverse(study, lexicon, TWO, seed=1)


def test_single_documents_are_compared_by_their_paragraphs():
    study = fr.load_study("articles")
    ids = study.documents["doc_id"].tolist()[:2]
    gap = fr.contrast(fr.score(study.hits, unit="paragraph"), by="doc_id", groups=ids, **FAST)
    choices = {"kind": ["rate", "presence"], "unit": ["document"]}
    own = fr.multiverse(study, None, gap, choices=choices, seed=1)
    first = own.table[own.table["reference"]].reset_index(drop=True)
    for column in ("estimate", "low", "p", "n", "ratio"):
        np.testing.assert_allclose(first[column], gap.table[column])
    assert own.left_out["reason"].str.contains("the groups are single documents").sum() == 4


def test_shares_are_corrected_by_a_coded_sample(lexicon):
    bed = fr.load_testbed()
    words = fr.load_lexicon("peace-initiative")
    hits = fr.find_hits(bed.corpus, words)
    sample = fr.sample_for_coding(hits, bed.corpus, 300, seed=1)
    groups = {"east": ["dnipro-observer", "neva-bulletin"], "west": ["prairie-notebook"]}
    claim = {"by": "source", "groups": groups, "kind": "share", **FAST}
    choices = {"kind": ["rate", "share"], "correction": [None, (bed.codes, sample)]}
    own = fr.multiverse(bed.corpus, words, claim, choices=choices, frame="peace", seed=1)
    row = own.table[own.table["correction"] != "none"].iloc[0]
    side = bed.corpus.table["source"].map({n: g for g, names in groups.items() for n in names})
    table = bed.corpus.table[["doc_id"]].assign(side=side)
    named = fr.find_hits(bed.corpus.with_columns(table), words)
    gap = fr.correct(named, bed.codes, sample, by="side", cluster="document")
    gap = gap.query("frame == 'peace'")
    gap = gap.set_index("quantity").loc["side=east - side=west"]
    for column in ("estimate", "low", "high", "p"):
        assert row[column] == pytest.approx(gap[column])
    # The same documents are compared, with codes or without them.
    plain = own.table[(own.table["correction"] == "none") & (own.table["kind"] == "share")].iloc[0]
    assert row[["n", "clusters"]].tolist() == plain[["n", "clusters"]].tolist()
    assert f"corrected by {int(gap['n'])} coded sentences" in row["note"]
    assert row["kind"] == "share"
    assert len(own) == 3
    assert own.left_out["reason"].str.contains("only shares of the sentences").tolist() == [True]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"choices": {"kinds": ["rate"]}}, r"choices='kinds' is not known.*Did you mean 'kind'"),
        ({"choices": {"kind": ["rates"]}}, r"'kind'='rates' is not known. Allowed: 'rate'"),
        ({"choices": {"kind": "rate"}}, r"'kind' takes a list of options, such as \['rate'\]"),
        ({"choices": {"kind": ["rate"]}}, "so nothing varies"),
        ({"choices": {"entry": ["truces"]}}, "'entry'='truces' is not known.*Did you mean 'truce'"),
        ({"choices": {"correction": [1]}}, "takes None and pairs of codes"),
        ({"choices": {"length": list(range(12_000)), "kind": ["share"]}}, "24,000 combinations"),
        ({"frame": "piece"}, "frame='piece' is not known"),
        ({"limit": 0}, "limit=0 cannot be used"),
        ({"contrast": {"seed": 1}}, "contrast needs 'by'"),
        ({"contrast": {"by": "source", "sed": 1}}, "contrast='sed' is not known"),
        ({"lexicon": None}, "lexicon=None is for a Study only"),
        ({"source": "corpus"}, "source is a str; it must be Corpus"),
    ],
)
def test_what_cannot_be_used_is_said(options, message, lexicon):
    given = {"source": planted(1), "lexicon": lexicon, "contrast": TWO, "seed": 1} | options
    source, words, claim = (given.pop(name) for name in ("source", "lexicon", "contrast"))
    with pytest.raises(fr.InputError, match=message):
        fr.multiverse(source, words, claim, **given)


def test_what_is_refused_is_refused_before_the_contrast_is_made():
    # The column of the contrast is not there, which only the contrast itself finds out.
    claim = {"by": "nowhere", "seed": 1}
    signed = fr.make_lexicon({"peace": [{"pattern": "truce", "weight": -1}]})
    with pytest.raises(fr.InputError, match=r"multiverse: entries of 'peace' have negative"):
        fr.multiverse(planted(1), signed, claim, seed=1)
    plain = fr.make_lexicon({"peace": ["truce"]})
    for choices, message in [
        ({"kinds": ["rate"]}, "choices='kinds' is not known"),
        ({"kind": "rate"}, "takes a list of options"),
        ({"correction": [1]}, "takes None and pairs of codes"),
        (["kind"], "choices is a list; it takes a list of options for each choice"),
    ]:
        with pytest.raises(fr.InputError, match=message):
            fr.multiverse(planted(1), plain, claim, choices=choices, seed=1)
    with pytest.raises(fr.InputError, match="nowhere"):
        fr.multiverse(planted(1), plain, claim, seed=1)


def test_labels_of_ones_own_are_those_of_documents(lexicon):
    corpus = planted(1)
    scores = fr.score(fr.find_hits(corpus, lexicon), unit="paragraph")
    labels = corpus.table.set_index("doc_id")["source"].rename("side")
    claim = {"by": labels, "unit": "paragraph", **FAST}
    own = fr.multiverse(corpus, lexicon, claim, choices=SMALL, seed=1)
    first = own.table[own.table["reference"]]["estimate"].tolist()
    assert first == pytest.approx(fr.contrast(scores, by=labels, **FAST).table["estimate"].tolist())
    sides = pd.Series(np.resize(["x", "y"], len(scores)), scores.units["unit_id"], name="side")
    with pytest.raises(fr.InputError, match="labels of paragraphs or sentences"):
        fr.multiverse(corpus, lexicon, claim | {"by": sides}, choices=SMALL, seed=1)


def test_a_contrast_of_other_hits_is_refused(lexicon):
    corpus = planted(1)
    hits = fr.find_hits(corpus, lexicon)
    gap = fr.contrast(fr.score(hits), **TWO)
    with pytest.raises(fr.InputError, match="do not belong together"):
        fr.multiverse(planted(2), lexicon, gap, seed=1)
    bed = fr.load_testbed("newswire").corpus
    words = fr.load_lexicon("peace-initiative")
    said = fr.score(fr.find_hits(bed, words), unit="speaker", kind="share")
    gap = fr.contrast(said, by="speaker", groups=["other", "(journalist)"], **FAST)
    with pytest.raises(fr.InputError, match="A contrast of speakers"):
        fr.multiverse(bed, words, gap, seed=1)
    few = fr.Hits(**{**vars(hits), "table": hits.table.iloc[::2].reset_index(drop=True)})
    gap = fr.contrast(fr.score(few), **TWO)
    with pytest.raises(fr.InputError, match="source and the contrast have different counts"):
        fr.multiverse(corpus, lexicon, gap, seed=1)


def test_a_result_shows_itself(found):
    assert repr(found).startswith("<Multiverse of 2 curves by source: 6 to 10 specifications each")
    assert "p_median" in found._repr_html_()
    assert len(found) == len(found.table)


def test_choices_that_cannot_vary_are_named_with_the_reason():
    corpus = fr.make_corpus(
        ["A truce is near.", "Talks on a truce.", "Rain fell.", "Gas and oil."] * 5,
        source=["Wire", "Wire", "Blog", "Blog"] * 5,
    )
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    claim = {"by": "source", **FAST}
    own = fr.multiverse(corpus, lexicon, claim, seed=1)
    dropped = own.settings["dropped"]
    assert dropped["weights"] == "each entry has the weight 1"
    assert dropped["quoted"] == "no hit is in quotation marks"
    assert dropped["furniture"] == "no document has page furniture"
    assert dropped["entry"] == "no frame has another entry with a hit"
    assert "duplicates" not in dropped
    assert set(dropped).isdisjoint(own.settings["choices"])
    assert "not varied: " in repr(own)
    study = fr.make_study(corpus, lexicon)
    dropped = fr.multiverse(study, None, claim, seed=1).settings["dropped"]
    assert dropped["nested"] == dropped["duplicates"] == "a study has no text. Give its corpus"
    # Among named choices, one whose only option is that of the claim.
    choices = {"kind": ["rate", "share"], "unit": ["document"]}
    dropped = fr.multiverse(corpus, lexicon, claim, choices=choices, seed=1).settings["dropped"]
    assert dropped == {"unit": "no option but that of the claim"}


def test_more_curves_than_memory_holds_are_refused_before_they_are_drawn():
    groups = [f"p{number}" for number in range(51)]
    plan = RunPlan(None, [None] * 1_275, seed=1, joint_seed=1, permutations=2_000, level=0.95)
    plan = replace(plan, units=SimpleNamespace(groups=groups))
    with pytest.raises(fr.InputError, match=r"51 groups make 1,275 comparisons.*groups=\[…\]"):
        check_size(plan, 400)
    check_size(replace(plan, comparisons=[None] * 51), 400)
