"""A claim with other instruments, models and prompts: in how many of them it holds."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from support.multiverse import FAST

import framing as fr

FRAMES = ["peace", "war"]
DOCUMENTS, SENTENCES = 24, 8
# How often each model says 1 where the frame is there and where not, in the sources A and B. The
# second model raises false alarms in B.
MODELS = {
    ("exact", 1): (0.95, 0.02, 0.02),
    ("exact", 2): (0.9, 0.03, 0.03),
    ("alarmed", 1): (0.9, 0.02, 0.75),
    ("alarmed", 2): (0.9, 0.02, 0.7),
}


@pytest.fixture(scope="module")
def study():
    rng = np.random.default_rng(3)
    in_b = np.repeat(np.arange(DOCUMENTS) % 2 == 1, SENTENCES)
    # The frame is in 50% of the sentences of A, and in 25% of those of B.
    truth = rng.random((len(in_b), 2)) < np.where(in_b, 0.25, 0.5)[:, None]
    words = [
        f"Day{' of truce' * peace}{' of shelling' * war} came." for peace, war in truth.tolist()
    ]
    texts = [" ".join(words[at : at + SENTENCES]) for at in range(0, len(words), SENTENCES)]
    corpus = fr.make_corpus(texts, source=["A", "B"] * (DOCUMENTS // 2))
    keys = corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)
    assert len(keys) == len(truth)
    tables, coders = [], []
    for (model, prompt), (right, false_a, false_b) in MODELS.items():
        chance = np.where(truth, right, np.where(in_b, false_b, false_a)[:, None])
        said = (rng.random(truth.shape) < chance).astype(float)
        name = model if prompt == 1 else f"{model}, prompt {prompt}"
        coders.append({"coder": name, "model": model, "prompt": f"wording {prompt}"})
        wide = keys.assign(coder=name, **dict(zip(FRAMES, said.T, strict=True)))
        long = wide.melt(["doc_id", "sentence", "coder"], var_name="frame", value_name="code")
        tables.append(long.assign(rejected=False, quote_start=pd.NA, quote_end=pd.NA))
    table = pd.concat(tables, ignore_index=True)
    table["frame"] = pd.Categorical(table["frame"], categories=FRAMES)
    manifest = {"coders": coders, "codebook": {"name": "mine", "unit": "sentence"}}
    coded = fr.coding.ModelCodes(table, pd.DataFrame(), manifest, ())
    people = keys.assign(**dict(zip(FRAMES, truth.T.astype(int), strict=True)))
    return corpus, coded, people


CLAIM = {"by": "source", "groups": ["A", "B"], "kind": "share", **FAST}


def test_a_conclusion_that_hangs_on_the_model_is_seen_to(study):
    corpus, coded, _ = study
    found = fr.multiverse(corpus, coded, CLAIM, choices={"instrument": coded}, seed=1)
    peace = found.table[found.table["frame"] == "peace"]
    pairs = peace[["instrument", "prompt"]].to_numpy().tolist()
    assert pairs == [[model, f"prompt {prompt}"] for model, prompt in MODELS]
    assert found.settings["choices"] == {
        "instrument": ["exact", "alarmed"], "prompt": ["prompt 1", "prompt 2"],
    }  # fmt: skip
    # Each row is what contrast gives for this coder.
    for row, coder in zip(peace.to_dict("records"), coded.coders, strict=True):
        share = fr.score(coded.hits(corpus, coder=coder), kind="share")
        own = fr.contrast(share, by="source", groups=["A", "B"], **FAST).table
        own = own[own["frame"] == "peace"].iloc[0]
        assert (row["estimate"], row["low"], row["p"]) == tuple(own[["estimate", "low", "p"]])
    summary = found.summary.set_index("frame").loc["peace"]
    assert summary["specifications"] == 4
    assert summary["same_sign"] == 0.5
    assert summary["reversed"] == 0.5
    # The model moves the conclusion, the wording does not.
    matters = found.matters[found.matters["frame"] == "peace"].set_index("choice")["explained"]
    assert matters["instrument"] > 0.9 > 0.1 > matters["prompt"]
    fr.plot_multiverse(found, frame="peace")
    plt.close("all")


def test_prompts_cross_with_other_choices_and_with_correction(study):
    corpus, coded, people = study
    base = coded.hits(corpus, coder="alarmed")
    sample = fr.sample_for_coding(base, corpus, 120, strata="source", seed=1)
    codes = fr.make_codes(people.merge(sample.table[["doc_id", "sentence"]]))
    claim = fr.contrast(fr.score(base, kind="share"), by="source", groups=["A", "B"], **FAST)
    choices = {
        "instrument": coded,
        "correction": [None, (codes, sample)],
        "kind": ["share", "presence"],
    }
    found = fr.multiverse(corpus, coded, claim, choices=choices, frame="peace", seed=1)
    assert found.table.loc[found.table["reference"], "instrument"].tolist() == ["alarmed"]
    table = found.table[found.table["kind"] == "share"]
    corrected = table[table["correction"] != "none"]
    assert len(corrected) == 4
    # Alone, two of four say that B has more of it. Corrected, all say what is true.
    assert (table.loc[table["correction"] == "none", "estimate"] > 0).sum() == 2
    assert (corrected["estimate"] > 0.1).all()
    truth = (
        people["peace"]
        .groupby(people["doc_id"].map(corpus.table.set_index("doc_id")["source"]))
        .mean()
    )
    assert (
        (corrected["low"] < truth["A"] - truth["B"]) & (truth["A"] - truth["B"] < corrected["high"])
    ).all()


def test_lexicon_and_models_are_one_choice(study):
    corpus, coded, _ = study
    lexicon = fr.make_lexicon({"peace": ["truce"], "war": ["shelling"]}, name="words")
    wide = fr.make_lexicon(
        {"peace": ["truce", "shelling"], "war": ["shelling"]}, name="wide", shared=True
    )
    choices = {
        "instrument": {"model": coded, "wide": fr.find_hits(corpus, wide)},
        "nested": ["frame", "lexicon"], "hedged": ["include", "exclude"],
        "kind": ["share", "rate"],
    }  # fmt: skip
    found = fr.multiverse(corpus, lexicon, CLAIM, choices=choices, frame="peace", seed=1)
    assert found.settings["choices"]["instrument"] == ["words", "exact", "alarmed", "wide"]
    assert found.settings["choices"]["prompt"] == ["none", "prompt 1", "prompt 2"]
    # Six sets of hits by two kinds; nothing is nested or hedged here.
    counted = found.table.groupby(["instrument", "prompt"]).size()
    assert counted.tolist() == [2, 2, 2, 2, 2, 2]
    reasons = found.left_out.set_index("reason")["n"]
    assert "alarmed has no such prompt" in reasons.index
    assert "words has no such prompt" in reasons.index
    assert "exact does not say what is hedged" in reasons.index
    with pytest.raises(fr.InputError, match="'instrument' takes hits by name"):
        fr.multiverse(corpus, coded, CLAIM, choices={"instrument": ["exact"]}, seed=1)
    other = fr.find_hits(fr.make_corpus(["A truce."]), lexicon)
    with pytest.raises(fr.InputError, match="another corpus"):
        fr.multiverse(corpus, coded, CLAIM, choices={"instrument": {"words": other}}, seed=1)
    one = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    with pytest.raises(fr.InputError, match="has no frame 'war'"):
        fr.multiverse(corpus, coded, CLAIM, choices={"instrument": {"words": one}}, seed=1)
    with pytest.raises(fr.InputError, match="'nested' cannot vary here: the hits are given"):
        fr.multiverse(corpus, coded, CLAIM, choices=choices, seed=1)


def test_wordings_with_the_same_counts_are_each_counted(study):
    corpus, coded, _ = study
    # The second wording of "exact" says what the first one says.
    of = {name: coded.table["coder"].eq(name) for name in ("exact", "exact, prompt 2")}
    table = coded.table.copy()
    table.loc[of["exact, prompt 2"], "code"] = table.loc[of["exact"], "code"].to_numpy()
    alike = fr.coding.ModelCodes(table, pd.DataFrame(), coded.manifest, ())
    found = fr.multiverse(corpus, alike, CLAIM, choices={"instrument": alike}, seed=1)
    peace = found.table[found.table["frame"] == "peace"]
    assert peace[["instrument", "prompt"]].to_numpy().tolist() == [
        [model, f"prompt {prompt}"] for model, prompt in MODELS
    ]
    assert peace["p"].iloc[0] == peace["p"].iloc[1]
    assert found.left_out.empty


def test_a_second_occasion_is_another_instrument_and_a_repeated_name_is_refused(study):
    corpus, coded, _ = study
    coders = [{**coder, "coder": f"{coder['coder']}, later"} for coder in coded.manifest["coders"]]
    table = coded.table.assign(coder=coded.table["coder"] + ", later")

    def on(occasion):
        named = [{**coder, "occasion": occasion} for coder in coders]
        manifest = {**coded.manifest, "coders": named}
        return fr.coding.ModelCodes(table, pd.DataFrame(), manifest, ())

    choices = {"instrument": {"before": coded, "after": on("later")}}
    found = fr.multiverse(corpus, coded, CLAIM, choices=choices, frame="peace", seed=1)
    names = ["exact", "alarmed", "exact, later", "alarmed, later"]
    assert found.settings["choices"]["instrument"] == names
    assert len(found.table) == 8
    choices = {"instrument": {"before": coded, "after": on("")}}
    with pytest.raises(fr.InputError, match="'exact' with prompt 1 is there twice"):
        fr.multiverse(corpus, coded, CLAIM, choices=choices, frame="peace", seed=1)
