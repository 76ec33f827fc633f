"""Would entries of 1.1.0, or new ones, mend the recall of 2.2.0: writes lexicon_trials.md.

    python benchmarks/lexicon_trials.py PATH

PATH is the table of coded news, which does not ship. Entries are chosen by the passages of the
first writer and by the development part, and judged by the passages of the second writer and by
articles that did not choose. The locked third and the third writer are not read.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr
import news
import news_split
from framing.coding.codes import mean_codes
from framing.lexicons.lexicon import single_entries
from news import DRAWS, FOLDS, FRAMES, SEED

REPORT = Path(__file__).with_suffix(".md")
NOTES = Path(__file__).with_name("lexicon_trials_notes.md")
NEW = Path(__file__).with_name("passage-entries.toml")
# An entry that is right in fewer of its sentences is no use.
RIGHT = 0.6
TEXT = """\
# Would more entries mend what lexicon 2.2.0 misses?

Written by `python benchmarks/lexicon_trials.py PATH`. Mean F1 over the four frames and F1 of
skepticism; the difference of the mean to 2.2.0 has a paired bootstrap over passages or articles
(95%). The first writer's passages and the development part choose entries; the second writer's
passages and, in ten folds, the articles that did not choose judge them. 2.2.0 was fitted to the
development part, so that its .86 there is not to be reached by others.

"""


class Texts:
    """Coded sentences: the codes, and what a lexicon says of each."""

    def __init__(self, coded, unit, present):
        self.coded, self.unit, self.present = coded, pd.factorize(unit)[0], present

    def counts(self, joint, rows=slice(None)):
        """Return hits that are right, hits, and codes of each passage or article."""
        hit, coded = joint[rows].astype(float), self.coded[rows]
        total = np.zeros((self.unit.max() + 1, len(FRAMES), 3))
        np.add.at(total, self.unit[rows], np.stack([hit * coded, hit, coded], axis=-1))
        return total


def passages():
    """Return the texts of the first and of the second writer."""
    bed = fr.load_testbed("passages", part="training")
    means = mean_codes(bed.codes).reset_index()
    rows = bed.corpus.sentences[["doc_id", "sentence"]].assign(row=range(len(bed.corpus.sentences)))
    means = means.merge(rows, on=["doc_id", "sentence"])
    for writer in ("w1", "w2"):
        of_writer = means[means["doc_id"].str.startswith(writer)]

        def present(lexicon, of_writer=of_writer):
            return fr.find_hits(bed.corpus, lexicon).presence()[of_writer["row"].to_numpy()]

        yield Texts(of_writer[FRAMES].to_numpy(dtype=float), of_writer["doc_id"], present)


def development(path):
    """Return the development part of the news."""
    split = json.loads(news_split.SPLIT.read_text(encoding="utf-8"))["articles"]
    sentences = news.read_sentences(path, split["development"])
    coded = np.nan_to_num(sentences[FRAMES].to_numpy(dtype=float))
    return Texts(coded, sentences["article"], lambda lexicon: news.presence(sentences, lexicon))


def frames_of(lexicon):
    """Return the number of the frame of each entry."""
    return lexicon.table["frame"].astype(str).map(FRAMES.index).to_numpy()


def beyond(texts, base, entries, frame, rows=slice(None)):
    """Return how often each entry is right, and fires, where the base has no hit."""
    fresh = entries[rows] * ~base[rows].astype(bool)[:, frame]
    return (fresh * texts.coded[rows][:, frame]).sum(axis=0), fresh.sum(axis=0)


def added(base, entries, frame, chosen):
    """Return the hits of the base and of the entries that were chosen."""
    joint = base.astype(bool).copy()
    for number in range(len(FRAMES)):
        joint[:, number] |= (entries[:, chosen & (frame == number)] > 0).any(axis=1)
    return joint


def cells(total, base):
    """Return mean F1, F1 of skepticism, mean precision and recall, and the difference of means."""
    weights = np.random.default_rng(SEED).multinomial(
        len(total), np.full(len(total), 1 / len(total)), size=DRAWS
    )

    def mean(by_unit):
        return news.measures(np.einsum("da,afc->dfc", weights, by_unit))[..., 2].mean(axis=1)

    precision, recall, f1 = news.measures(total.sum(axis=0)).T
    gap = f1.mean() - news.measures(base.sum(axis=0))[:, 2].mean()
    low, high = np.quantile(mean(total) - mean(base), [0.025, 0.975])
    return (
        f"{f1.mean():.3f} | {f1[-1]:.3f} | {precision.mean():.2f} | {recall.mean():.2f} | "
        f"{gap:+.3f} [{low:+.3f}, {high:+.3f}]"
    )


def main():
    """Try, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    chooser, judge = passages()
    dev = development(parser.parse_args().path)
    current, old = fr.load_lexicon("peace-initiative"), fr.load_lexicon("peace-initiative-1.1")
    base = {texts: texts.present(current) for texts in (chooser, judge, dev)}
    fold = np.random.default_rng(SEED).permutation(dev.unit.max() + 1)[dev.unit] % FOLDS
    lines = TEXT + "| | entries | | mean | skepticism | precision | recall | difference |\n"
    lines += "|---" * 8 + "|\n"

    def row(name, entries, where, texts, joint):
        values = cells(texts.counts(joint), texts.counts(base[texts]))
        return f"| {name} | {entries} | {where} | {values} |\n"

    named = {"first writer": chooser, "second writer": judge, "development": dev}
    for name, lexicon in {"2.2.0": current, "1.1.0": old}.items():
        for where, texts in named.items():
            lines += row(name, len(lexicon.table), where, texts, texts.present(lexicon))
    for lexicon, rules in (
        (old, ("1.1.0, nowhere wrong beyond 2.2.0", "1.1.0, right with the first writer")),
        (fr.read_lexicon(NEW), ("new, right with the first writer",)),
    ):
        frame = frames_of(lexicon)
        alone = {texts: texts.present(single_entries(lexicon)) for texts in named.values()}
        right, fired = beyond(chooser, base[chooser], alone[chooser], frame)
        seen, shown = (
            (alone[chooser] * chooser.coded[:, frame]).sum(axis=0),
            alone[chooser].sum(axis=0),
        )

        def chosen(
            rule, rows=slice(None), frame=frame, alone=alone, counted=(right, fired, seen, shown)
        ):
            right, fired, seen, shown = counted
            good, all_hits = beyond(dev, base[dev], alone[dev], frame, rows)
            fits = fired <= right if "nowhere" in rule else (shown > 0) & (seen >= RIGHT * shown)
            return fits & (all_hits <= good)

        for rule in rules:
            picked = chosen(rule)
            for where, texts in named.items():
                joint = added(base[texts], alone[texts], frame, picked)
                lines += row(rule, picked.sum(), where, texts, joint)
            joint = base[dev].astype(bool).copy()
            for number in range(FOLDS):
                inside = fold == number
                others = added(base[dev], alone[dev], frame, chosen(rule, ~inside))
                joint[inside] = others[inside]
            lines += row(rule, "by fold", "development, chosen in other folds", dev, joint)
    notes = NOTES.read_text(encoding="utf-8") if NOTES.exists() else ""
    REPORT.write_text(f"{lines}\n{notes}".rstrip() + "\n", encoding="utf-8")
    print(lines)


if __name__ == "__main__":
    main()
