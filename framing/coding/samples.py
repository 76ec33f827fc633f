"""Samples: sentences drawn for coders, with the probability of being drawn of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, check_objects, check_positive
from framing._core.renaming import renamed
from framing._core.resampling import rng_for
from framing._core.result import Shown
from framing._core.typing import Array
from framing.coding.codes import Codes, check_coded_names, mean_codes
from framing.coding.coding_units import hits_by_unit, unit_texts
from framing.coding.group_errors import PERIODS, periods_of
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits

NO_HIT = "no hit"
# The smallest number of sentences drawn per stratum: a variance needs two.
MIN_DRAWN = 2
ALLOCATIONS = ("proportional", "neyman")
# What to do about a frame that no sheet can have.
RENAME = "Give the frame another name in the lexicon, and find its hits again"
# Shares of sentences with the frame that are expected before any is coded.
EXPECTED_RIGHT, EXPECTED_MISSED = 0.8, 0.05


@dataclass(frozen=True, eq=False)
class Sample(Shown):
    """Sentences drawn for coding. They hold text: share them only if you may share the articles.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per sentence, in reading order: ``doc_id``, ``sentence``, ``start``, ``end``,
        ``stratum``, ``probability`` (of being drawn), ``before``, ``text``, ``after`` (the
        sentence and its neighbours). A sample of several waves also has ``wave``, from 1.
    strata : pandas.DataFrame
        One row per stratum: ``stratum``, ``size`` (sentences in the corpus) and ``n`` (sentences
        drawn).
    frames : list of str
        The frames to code.
    lexicon, lexicon_hash, corpus_fingerprint : str
        The lexicon and the corpus of the hits that made the strata.
    seed : int
        Seed of the draw.
    unit : {"sentence", "paragraph", "document"}
        What was drawn. A paragraph or a document is named by its first sentence; ``before`` and
        ``after`` are the paragraphs next to it, and ``gaps`` (pairs of an offset in ``text`` and
        a number of characters) says where page furniture was left out of it.
    """

    table: pd.DataFrame
    strata: pd.DataFrame
    frames: list[str]
    lexicon: str
    lexicon_hash: str
    corpus_fingerprint: str
    seed: int
    unit: str = "sentence"

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return (
            f"<Sample: {len(self):,} of {self.strata['size'].sum():,} {self.unit}s in "
            f"{len(self.strata)} strata, seed {self.seed}>"
        )

    @property
    def last_wave(self) -> "Sample":
        """The sentences of the last wave alone, for its coding sheet.

        To correct or validate, use the whole sample.
        """
        if "wave" not in self.table:
            return self
        table = self.table[self.table["wave"] == self.table["wave"].max()].reset_index(drop=True)
        drawn = table["stratum"].value_counts()
        strata = self.strata.assign(n=self.strata["stratum"].map(drawn).fillna(0).astype(int))
        return replace(self, table=table, strata=strata)

    def _rows(self) -> pd.DataFrame:
        return self.strata


@renamed(by="strata")
@check_objects
def sample_for_coding(
    hits: Hits,
    corpus: Corpus | Hits,
    n: int,
    *,
    strata: str | Sequence[str] = "frame",
    allocate: str = "proportional",
    first: Sample | None = None,
    codes: Codes | None = None,
    unit: str | None = None,
    seed: int,
) -> Sample:
    """Draw sentences for coders: a stratified random sample with known probabilities.

    Returns a Sample for `write_coding_sheet`; `validate` and `correct` need it again.

    Try it: ``news = fr.load_testbed("newswire")``,
    ``hits = fr.find_hits(news.corpus, fr.load_lexicon("peace-initiative"))``,
    ``fr.sample_for_coding(hits, news.corpus, 100, seed=1).table``.

    By default there is one stratum per frame, and one for sentences without a hit. A sentence
    with hits of several frames is in the stratum of the rarest. So the sample has sentences of
    each frame, and it shows what the lexicon misses. The sample of a stratum is proportional to
    its size: even with a bad lexicon this is not less precise than a simple random sample
    (Cochran 1977).

    Parameters
    ----------
    hits : Hits
        From `find_hits`. By default they define the strata.
    corpus : Corpus or Hits
        The corpus that the hits were found in. Or the hits themselves, where the texts are not
        here: the sample then has positions and no text.
    n : int
        Sentences to draw.
    strata : str or sequence of str
        "frame", a column of the corpus such as "source", a period of the dates ("month",
        "quarter", "year"), or several of these: each combination of their values is a stratum.
        ``()`` gives a simple random sample.
    allocate : {"proportional", "neyman"}
        How many sentences each stratum gives: in proportion to its size; or also to how much its
        codes vary, which makes corrected shares most precise (Neyman 1934). Without a first wave,
        four in five sentences with a hit and one in twenty of the others are expected to have the
        frame.
    first : Sample, optional
        A first wave, drawn from the same hits with the same ``strata``. Then ``n`` sentences are
        drawn beside it, and the sample has both waves.
    codes : Codes, optional
        Codes of the first wave. "neyman" takes from them how much the codes of each stratum vary,
        with half a case and half a failure added.
    unit : {"sentence", "paragraph", "document"}, optional
        What to draw and to code, as the codebook says it. By default the unit of the hits, which
        is the sentence for those of a lexicon. ``n`` counts these units.
    seed : int
        The same seed draws the same sentences.

    Returns
    -------
    Sample
        It has no sentence without a token. Each stratum gives at least two sentences, or its only
        one. With ``first``, ``last_wave`` has the new sentences for a coding sheet. `correct` and
        `validate` take the whole sample with the codes of both waves: the waves together are a
        random sample of each stratum.

    Raises
    ------
    InputError
        The hits are of another corpus, there are fewer than ``n`` sentences, ``n`` is too small
        for the strata, there is no such column, the first wave has other strata, codes are given
        without the wave that they are of, or a frame has a name that no coding sheet can have
        ("note", "text", "code"), which a lexicon that nobody codes may have.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques (3rd ed.). Wiley. Chapter 5.
    Neyman, J. (1934). On the two different aspects of the representative method. Journal of the
    Royal Statistical Society 97(4), 558-625.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce. Rain fell. Snow fell. Few doubt it. Hail fell."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "doubt": ["doubt"]}))
    >>> fr.sample_for_coding(hits, corpus, 4, seed=1).strata
      stratum  size  n
    0  no hit     3  2
    1   peace     1  1
    2   doubt     1  1
    """
    check_positive("n", n, whole=True)
    check_choice("allocate", allocate, ALLOCATIONS)
    if codes is not None and (first is None or allocate != "neyman"):
        raise InputError(
            "codes= takes the codes of a first wave, to draw a second one. Give the sample of the "
            'first wave as first=, and allocate="neyman"; or leave codes= out.'
        )
    check_coded_names(hits.frames, "hits", RENAME)
    same = corpus.corpus_fingerprint if isinstance(corpus, Hits) else corpus.fingerprint
    if hits.corpus_fingerprint != same:
        raise InputError(
            "These hits were found in another corpus than the given one: the texts or their "
            "order differ. Run find_hits on this corpus first."
        )
    searched = hits
    hits = hits_by_unit(hits, unit or hits.unit)
    unit = hits.unit
    usable = np.flatnonzero(hits.sentences["tokens"].to_numpy() > 0)
    left = len(usable) - (len(first) if first is not None else 0)
    if n > left:
        more = " that are not yet drawn" if first is not None else ""
        raise InputError(
            f"n={n:,} cannot be drawn: there are {left:,} {unit}s with a token{more}. Give n= at "
            "most this number."
        )
    labels, names = _strata(hits, [strata] if isinstance(strata, str) else list(strata))
    members = [usable[labels[usable] == number] for number in range(len(names))]
    filled = [number for number, rows in enumerate(members) if len(rows)]
    sizes = np.array([len(members[number]) for number in filled])
    names_of_strata = [names[number] for number in filled]
    before = np.zeros(len(filled), dtype=np.int64)
    earlier = np.zeros(0, dtype=np.intp)
    if first is not None:
        before = _check_first(first, hits, names_of_strata, sizes)
        keys = pd.MultiIndex.from_frame(hits.sentences[["doc_id", "sentence"]])
        earlier = keys.get_indexer(pd.MultiIndex.from_frame(first.table[["doc_id", "sentence"]]))
    spread = np.ones(len(filled))
    if allocate == "neyman":
        present = hits.presence()
        with_hit = np.array([present[members[number]].mean(axis=0) for number in filled])
        spread = _spread(with_hit, names_of_strata, hits, first, codes)
    counts = _allocate(sizes, int(before.sum()) + n, before, spread)
    rng = rng_for(seed, "sample_for_coding")
    drawn = []
    for number, count, earlier_count in zip(filled, counts.tolist(), before.tolist(), strict=True):
        inside, old = members[number], np.intersect1d(members[number], earlier)
        new = rng.choice(
            np.setdiff1d(inside, old) if len(old) else inside,
            size=count - earlier_count, replace=False,
        )  # fmt: skip
        drawn.append(np.sort(np.concatenate([old, new])))
    rows = np.concatenate(drawn)
    order = np.argsort(rows, kind="stable")
    sizes_of_strata = pd.DataFrame({"stratum": names_of_strata, "size": sizes})
    # The stratum of each drawn sentence: counts 2 and 1 give 0, 0, 1, then in reading order.
    stratum = np.repeat(np.arange(len(filled)), counts)[order]
    table = _with_text(searched, unit, corpus, rows[order])
    table.insert(4, "stratum", sizes_of_strata["stratum"].iloc[stratum].to_numpy())
    table.insert(5, "probability", (counts / sizes)[stratum])
    if first is not None:
        table["wave"] = _waves(table, first)
    return Sample(
        table=table,
        strata=sizes_of_strata.assign(n=counts),
        frames=hits.frames,
        lexicon=hits.lexicon,
        lexicon_hash=hits.lexicon_hash,
        corpus_fingerprint=hits.corpus_fingerprint,
        seed=int(seed),
        unit=unit,
    )


def _strata(hits: Hits, by: list[str]) -> tuple[NDArray[np.intp], list[str]]:
    """Return the stratum of each sentence, and the names of the strata."""
    columns = [column for column in hits.documents.columns if column != "doc_id"]
    periods = PERIODS if "date" in columns else {}
    columns_of_labels: list[list[str]] = []
    for name in by:
        check_choice("strata", name, ["frame", *dict.fromkeys([*columns, *periods])])
        if name == "frame":
            columns_of_labels.append(_rarest_frame(hits))
        else:
            documents = hits.documents.set_index("doc_id")
            if name in columns:
                values = documents[name].astype(object)
            else:
                values = periods_of(documents["date"], name)
            columns_of_labels.append(
                hits.sentences["doc_id"].map(values).where(lambda x: x.notna(), "(missing)")
                .astype(str).tolist()
            )  # fmt: skip
    if not columns_of_labels:
        return np.zeros(len(hits.sentences), dtype=np.intp), ["all"]
    labels = [", ".join(pair) for pair in zip(*columns_of_labels, strict=True)]
    frames = [NO_HIT, *hits.frames]
    # The strata of frames keep the order of the lexicon; others are sorted.
    names = [name for name in frames if name in set(labels)]
    names = names if set(names) == set(labels) else sorted(set(labels))
    return pd.Index(names).get_indexer(pd.Index(labels)), names


def _rarest_frame(hits: Hits) -> list[str]:
    """Return the rarest frame of each sentence, or "no hit"."""
    present = hits.presence()
    # The most frequent frame first, so that rarer ones overwrite it.
    order = np.argsort(-present.sum(axis=0), kind="stable")
    labels = np.full(len(present), NO_HIT, dtype=object)
    for frame in order.tolist():
        labels[present[:, frame]] = hits.frames[frame]
    return [str(label) for label in labels]


def _check_first(
    first: Sample, hits: Hits, names: list[str], sizes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how many sentences of each stratum the first wave has; its strata must be the same."""
    same = (
        first.corpus_fingerprint == hits.corpus_fingerprint
        and first.unit == hits.unit
        and first.strata["stratum"].tolist() == names
        and first.strata["size"].tolist() == sizes.tolist()
    )
    if not same:
        raise InputError(
            "The strata of first= differ from these: first= was drawn from other hits, from "
            "another "
            "corpus, or with another strata= or unit=. Give the hits, strata and unit of the first "
            "wave."
        )
    return first.strata["n"].to_numpy(dtype=np.int64)


def _waves(table: pd.DataFrame, first: Sample) -> NDArray[np.int64]:
    """Return the wave of each drawn sentence: those of the earlier sample, or the next number."""
    keys = ["doc_id", "sentence"]
    earlier = first.table[keys].assign(wave=first.table.get("wave", 1))
    last = int(earlier["wave"].max())
    wave = table[keys].merge(earlier, how="left", on=keys)["wave"]
    return wave.fillna(last + 1).to_numpy(dtype=np.int64)


def _spread(
    with_hit: Array, names: list[str], hits: Hits, first: Sample | None, codes: Codes | None
) -> Array:
    """Return the expected standard deviation of the codes in each stratum, over all frames.

    ``with_hit`` has the share of sentences with a hit, by stratum and frame.
    """
    share = with_hit * EXPECTED_RIGHT + (1 - with_hit) * EXPECTED_MISSED
    if first is not None and codes is not None:
        keys = ["doc_id", "sentence"]
        frames = [frame for frame in hits.frames if frame in codes.frames]
        coded = (
            mean_codes(codes).table.reset_index().merge(first.table[[*keys, "stratum"]], on=keys)
        )
        if coded.empty or not frames:
            raise InputError(
                "codes= has no code of a sentence of first= for a frame of the hits. Give the "
                "codes of the first wave."
            )
        grouped = coded.groupby("stratum")[frames]
        total, n = grouped.sum().reindex(names), grouped.count().reindex(names)
        columns = [hits.frames.index(frame) for frame in frames]
        smooth = ((total + 0.5) / (n + 1)).to_numpy()
        share = np.where(np.isnan(smooth), share[:, columns], smooth)
    spread: Array = np.sqrt((share * (1 - share)).mean(axis=1))
    return spread


def _allocate(
    sizes: NDArray[np.int64],
    n: int,
    before: NDArray[np.int64] | None = None,
    spread: Array | None = None,
) -> NDArray[np.int64]:
    """Return how many sentences each stratum gives: by size and spread, and at least two.

    ``before`` has the sentences that are drawn already; ``n`` counts them.
    """
    minimum = np.minimum(sizes, MIN_DRAWN)
    minimum = minimum if before is None else np.maximum(minimum, before)
    weight = sizes if spread is None else sizes * spread
    if n < minimum.sum():
        raise InputError(
            f"n={n} is too small for {len(sizes)} strata, which need at least {minimum.sum()} "
            "sentences. Draw more sentences, or use fewer strata."
        )
    counts = minimum.copy()
    while counts.sum() < n:
        # The next sentence goes to the stratum that is furthest below its proportional share.
        # Sizes 90 and 10 with 3 and 2 drawn: 90 / 4 is more than 10 / 3, so the first gets it.
        priority = np.where(counts < sizes, weight / (counts + 1), -1.0)
        counts[int(priority.argmax())] += 1
    return counts


def _with_text(
    hits: Hits, unit: str, corpus: Corpus | Hits, rows: NDArray[np.intp]
) -> pd.DataFrame:
    """Return the units in these rows with their text and that of their neighbours."""
    sentences = hits_by_unit(hits, unit).sentences
    if isinstance(corpus, Hits):
        table = sentences.iloc[rows][["doc_id", "sentence", "start", "end"]].reset_index(drop=True)
        return table.assign(**dict.fromkeys(("before", "text", "after"), "")).astype(
            dict.fromkeys(("before", "text", "after"), "str")
        )
    text_of = dict(zip(corpus.table["doc_id"], corpus.table["text"], strict=True))
    ids = sentences["doc_id"].tolist()
    near = np.unique(np.clip(rows[:, None] + np.array([-1, 0, 1]), 0, len(ids) - 1))
    fine = hits.sentences if hits.unit == "sentence" else corpus.sentences
    texts = unit_texts(fine, unit, text_of, near.tolist())
    number = {row: at for at, row in enumerate(near.tolist())}

    def text(row: int, doc_id: str) -> str:
        # Empty before the first and after the last sentence of a document.
        if row not in number or ids[row] != doc_id:
            return ""
        return texts.texts[number[row]]

    table = sentences.iloc[rows][["doc_id", "sentence", "start", "end"]].reset_index(drop=True)
    if unit != "sentence":
        table["gaps"] = [texts.gaps[number[row]] for row in rows.tolist()]
    pairs = list(zip(rows.tolist(), table["doc_id"], strict=True))
    for name, step in (("before", -1), ("text", 0), ("after", 1)):
        table[name] = pd.Series([text(row + step, doc_id) for row, doc_id in pairs], dtype="str")
    return table
