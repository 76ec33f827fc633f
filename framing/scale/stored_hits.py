"""Hits on disk: scores, contrasts and models of a scored dataset, without its hits in memory."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from framing._core.checks import (
    InputError,
    check_choice,
    check_columns,
    check_objects,
    check_positive,
    check_seed,
    listing,
)
from framing._core.result import Shown
from framing._core.typing import Rows
from framing.contrasts.contrasts import Contrast, contrast
from framing.corpus.corpus import Corpus
from framing.corpus.dates import COLUMN as PRECISION
from framing.corpus.partitions import Partition, read_rows
from framing.corpus.rows import corpus_of_rows
from framing.corpus.stages import digest_of, refuse_inside
from framing.corpus.storage import only_run, open_storage
from framing.hits.concordance import Kwic, kwic
from framing.hits.hits import REJECTED, Hits, find_hits
from framing.lexicons.actors import Actors
from framing.lexicons.dictionaries import read_lexicon
from framing.lexicons.lexicon import Lexicon
from framing.regressions.designs import read_column
from framing.regressions.formulas import parse_formula
from framing.regressions.regressions import regress
from framing.scale.counted_documents import CountedDocuments, Wanted, count_documents
from framing.scale.manifest import Manifest, read_manifest
from framing.scale.scoring import WORDED, SearchSettings, count_column
from framing.scores.groups import allowed_keys, groups_of
from framing.scores.periods import FREQUENCY, check_zone
from framing.scores.scores import KINDS, ScoreParts, Scores, check_per, score_table, without_token
from framing.trends.trends import Trend, trend

UNITS = ("document", "corpus")
# With more documents, equal ones are counted together where the question allows it.
AT_ONCE = 200_000


@dataclass(frozen=True, eq=False, repr=False)
class StoredHits(Shown):
    """The hits and scores of a dataset on disk, from `open_hits`. It holds no hit in memory.

    Attributes
    ----------
    out : str
        The address of the results.
    settings : dict
        How the dataset was scored: lexicon, its hash, columns, options, version.
    table : pandas.DataFrame
        One row per partition: ``partition``, ``rows``, ``scored``, ``refused``, ``hits``,
        ``tokens``.
    """

    out: str
    settings: dict[str, Any]
    table: pd.DataFrame
    _manifest: Manifest

    @property
    def frames(self) -> list[str]:
        """The frames, in the order of the lexicon."""
        return list(self.settings["frames"])

    @property
    def lexicon(self) -> Lexicon:
        """The lexicon that was searched for, which is kept beside the results."""
        import tempfile

        storage, folder = self._manifest.storage, self._manifest.folder
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "lexicon.toml"
            path.write_bytes(storage.read(f"{folder}/lexicon.toml"))
            return read_lexicon(path)

    def __len__(self) -> int:
        return int(self.table["hits"].sum())

    def __repr__(self) -> str:
        return (
            f"<StoredHits: {len(self):,} of {self.settings['lexicon']} in "
            f"{self.table['scored'].sum():,} documents, {len(self.table):,} partitions>"
        )

    def documents(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the documents with their counts of each frame, in the order of the dataset.

        Parameters
        ----------
        columns : sequence of str, optional
            The columns to read; by default all. A number takes 8 bytes a document, an id some 60.

        Returns
        -------
        pandas.DataFrame
            One row per scored document.

        Raises
        ------
        InputError
            There is no such column.
        """
        storage = self._manifest.storage
        tables = []
        for path in self._manifest.paths("documents"):
            with storage.open(path) as file:
                parquet = pq.ParquetFile(file)
                check_columns(parquet.schema_arrow.names, columns or (), "The table of documents")
                tables.append(parquet.read(columns=None if columns is None else list(columns)))
        if not tables:
            raise InputError(
                f"{self.out}: no part of the dataset is scored yet. Run score_dataset again: it "
                "goes on."
            )
        table: pd.DataFrame = pa.concat_tables(tables).to_pandas()
        return table

    def hits(self, frame: str | None = None, *, limit: int = 1_000_000) -> pd.DataFrame:
        """Return hits as a table, partition by partition, at most ``limit`` of them.

        Parameters
        ----------
        frame : str, optional
            Only the hits of this frame.
        limit : int
            The most rows that are returned: the first of the dataset.

        Returns
        -------
        pandas.DataFrame
            The columns of ``Hits.table``.

        Raises
        ------
        InputError
            There is no such frame.
        """
        if frame is not None:
            check_choice("frame", frame, self.frames)
        pieces: list[pd.DataFrame] = []
        rows = 0
        for path in self._manifest.paths("hits"):
            with self._manifest.storage.open(path) as file:
                piece = pq.read_table(file).to_pandas()
            if frame is not None:
                piece = piece[piece["frame"] == frame]
            pieces.append(piece.iloc[: limit - rows])
            rows += len(pieces[-1])
            if rows >= limit:
                break
        return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame()

    def score(
        self, *, unit: str = "document", kind: str = "rate", per: float = 1000,
        rejected: str = "include",
    ) -> Scores:  # fmt: skip
        """Return frame scores, with the values that `framing.score` has for hits in memory.

        Parameters
        ----------
        unit : str
            "document", "corpus", a column of the documents, or a period of the date.
        kind : {"rate", "share", "count"}
            As in `framing.score`.
        per : float
            As in `framing.score`.
        rejected : {"include", "exclude", "only"}
            As in `framing.score`.

        Returns
        -------
        Scores
            Intervals are those of documents, as they are for hits in memory. A single document has
            no interval: its sentences are not stored. With more than 200,000 documents, scores of
            groups (``unit`` is not "document") are summed while the dataset is read, and documents
            that are equal in group, hits and size are counted together. Sums of whole numbers are
            equal to those in memory to the last bit; weights that are no whole numbers, and the
            ends of intervals, may differ in the last bits. Scores of documents take some 1,000
            bytes each in memory: `write_scores` writes them instead.

        Raises
        ------
        InputError
            As `framing.score`; or entries have negative weights, whose sum is no count.
        """
        self._check_options(kind, per, rejected)
        if unit != "document" and self._is_large:
            return self._score_counted(unit, kind, per, rejected)
        heads, sizes = self._heads, ["tokens", "sentences", WORDED]
        names = [_counted(frame, kind, rejected) for frame in self.frames]
        squares = [_squares(frame, rejected) for frame in self.frames] if kind != "share" else []
        table = self.documents([*heads, *sizes, *names, *squares])
        documents = table[heads]
        if table[PRECISION].dropna().eq("day").all():
            documents = documents.drop(columns=PRECISION)
        code, units = _units(documents, table, unit)
        parts = ScoreParts(
            "document", code, np.arange(len(table)),
            table[names].to_numpy(dtype=np.float64),
            table[WORDED if kind == "share" else "tokens"].to_numpy(dtype=np.float64),
            _case(table, names, squares) if squares else None,
        )  # fmt: skip
        options = (unit, kind, per, rejected)
        return replace(self._scores(parts, parts, units, *options), documents=documents)

    def write_scores(
        self, out: str | Path, *, kind: str = "rate", per: float = 1000, rejected: str = "include"
    ) -> list[str]:
        """Write the score of each document as Parquet, with memory that does not grow.

        Parameters
        ----------
        out : str or Path
            A folder, or an address. When the same call is made again, it writes only the files
            that are missing.
        kind, per, rejected
            As in `score`.

        Returns
        -------
        list of str
            One file per partition, in the order of the dataset. Each has the columns of the
            documents, ``sentences``, ``tokens``, and one column per frame, such as "peace: rate",
            with the value of ``score()``: 0 or more; missing for a document without a token.

        Raises
        ------
        InputError
            As `score`; ``out`` has files of another call or is inside the dataset; a column of the
            documents has the name of a score; or the disk is full.

        Examples
        --------
        >>> import framing as fr, pandas as pd, tempfile
        >>> folder = tempfile.mkdtemp()
        >>> news = pd.DataFrame({"doc_id": ["a", "b"], "text": ["A truce.", "Rain fell."]})
        >>> news.to_parquet(f"{folder}/news.parquet")
        >>> lexicon = fr.make_lexicon({"peace": ["truce"]})
        >>> source, scored = f"{folder}/news.parquet", f"{folder}/scored"
        >>> done = fr.score_dataset(source, lexicon, scored, workers=1)
        >>> (path,) = fr.open_hits(scored).write_scores(f"{folder}/scores")
        >>> pd.read_parquet(path)[["doc_id", "tokens", "peace: rate"]].values.tolist()
        [['a', 2, 500.0], ['b', 2, 0.0]]
        """
        self._check_options(kind, per, rejected)
        names = [count_column(frame, kind) for frame in self.frames]
        taken = sorted({*names} & {*self._heads})
        if taken:
            raise InputError(
                f"The documents have a column {listing(taken)}, which is the name of a score. "
                "Score the dataset again without it: keep=[…]."
            )
        storage, folder = open_storage(out)
        source, address = open_storage(self.settings["source"])
        refuse_inside(source, address, self.settings["root"], storage, folder, out)
        storage.make_folder(folder)
        with only_run(storage, folder, str(out)):
            paths = {}
            for line in self._manifest.in_order():
                name, _ = line["files"]["documents"]
                mark = digest_of([self.settings, line["files"], line["hash"], kind, per, rejected])
                path = f"{folder}/{name.removesuffix('.parquet')}-{mark[:10]}.parquet"
                paths[path] = f"{self._manifest.folder}/documents/{name}"
            other = [
                path
                for path in storage.files(folder)
                if path.endswith(".parquet") and path not in paths
            ]
            if other:
                raise InputError(
                    f"{out} has files that this call does not write, such as {other[0]}. If all "
                    "were read together, documents would count twice. Give another folder, or "
                    "delete these files."
                )
            for path, documents in paths.items():
                if not storage.is_file(path):
                    with storage.aside(path) as file:
                        self._write_scores(documents, file, names, kind, per, rejected)
        return list(paths)

    def _write_scores(
        self, documents: str, target: Any, names: list[str], kind: str, per: float, rejected: str
    ) -> None:
        """Write the scores of a partition, some rows at a time."""
        heads = [*self._heads, "sentences", "tokens"]
        counts = [_counted(frame, kind, rejected) for frame in self.frames]
        size = WORDED if kind == "share" else "tokens"
        with ExitStack() as stack:
            parquet = pq.ParquetFile(stack.enter_context(self._manifest.storage.open(documents)))
            read = parquet.schema_arrow
            columns = list(dict.fromkeys([*heads, *counts, size]))
            check_columns(read.names, columns, "The table of documents")
            fields = [read.field(name) for name in heads]
            schema = pa.schema([*fields, *(pa.field(name, pa.float64()) for name in names)])
            writer = stack.enter_context(pq.ParquetWriter(target, schema, compression="zstd"))
            for batch in parquet.iter_batches(batch_size=AT_ONCE // 4, columns=columns):
                table = pa.Table.from_batches([batch])
                rows = np.arange(len(table))
                parts = ScoreParts(
                    "document", rows, rows,
                    np.column_stack([table[name].to_numpy() for name in counts]).astype(np.float64),
                    table[size].to_numpy().astype(np.float64),
                )  # fmt: skip
                ids = pd.Series(rows, dtype="str")
                values = score_table(parts, ids, self.frames, kind, per)["value"].to_numpy()
                scores = [pa.array(column, from_pandas=True)
                          for column in values.reshape(-1, len(names)).T]  # fmt: skip
                arrays = [*(table[name] for name in heads), *scores]
                writer.write_table(pa.table(arrays, schema=schema))

    def _check_options(self, kind: str, per: float, rejected: str) -> None:
        """Raise InputError unless documents can be scored this way."""
        check_choice("kind", kind, KINDS)
        check_choice("rejected", rejected, REJECTED)
        check_per(per, kind)
        if rejected != "include" and self.settings["language"] != "en":
            raise InputError(
                f'rejected="{rejected}" needs the context of hits, which is found in English only. '
                "Leave rejected= out."
            )
        self._check_weights(kind)

    def _scores(
        self, summed: ScoreParts, parts: ScoreParts, units: pd.DataFrame, unit: str, kind: str,
        per: float, rejected: str,
    ) -> Scores:  # fmt: skip
        """Return scores with the sums of ``summed`` and the intervals of ``parts``."""
        return Scores(
            table=score_table(summed, units["unit_id"], self.frames, kind, per),
            units=units,
            kind=kind,
            unit=unit,
            per=float(per),
            empty=int((units["tokens"] == 0).sum()),
            lexicon=self.settings["lexicon"],
            lexicon_hash=self.settings["lexicon_hash"],
            parts=parts,
            settings={"unit": unit, "kind": kind, "per": float(per), "rejected": rejected},
            left_out=without_token(units),
        )

    @property
    def _heads(self) -> list[str]:
        """The columns of the documents that are no counts."""
        return ["doc_id", "title", "source", "date", PRECISION, *self.settings["kept"]]

    @property
    def _is_large(self) -> bool:
        """Whether equal documents are counted, instead of reading all documents into memory."""
        return int(self.table["scored"].sum()) > AT_ONCE

    def _count(
        self, keys: Sequence[str], kind: str, rejected: str, every: str | None = None,
        timezone: str | None = None,
    ) -> CountedDocuments:  # fmt: skip
        """Return the documents that are equal in these keys, in hits and in size, counted."""
        squares = [] if kind == "share" else [_squares(frame, rejected) for frame in self.frames]
        return count_documents(
            self._manifest,
            Wanted(
                self._heads, keys, [_counted(frame, kind, rejected) for frame in self.frames],
                squares, WORDED if kind == "share" else "tokens", kind == "count", every, timezone,
            ),
        )  # fmt: skip

    def _score_counted(self, unit: str, kind: str, per: float, rejected: str) -> Scores:
        """Return scores by groups of documents, from counted documents."""
        _check_unit(pd.DataFrame(columns=self._heads), unit)
        counted = self._count([] if unit == "corpus" else [unit], kind, rejected)
        if unit == "corpus":
            units = pd.DataFrame({"unit_id": ["corpus"]})
        else:
            values = groups_of(counted.sizes.keys, unit, argument="unit", limit=None)[1]
            units = pd.DataFrame({"unit_id": pd.Series(values, dtype="str")})

        def unit_of(keys: pd.DataFrame) -> Rows:
            if unit == "corpus":
                return np.zeros(len(keys), dtype=np.int64)
            code, names = groups_of(keys, unit, argument="unit", limit=None)
            rows: Rows = pd.Index(values).get_indexer(pd.Index(names))[code].astype(np.int64)
            return rows

        code = unit_of(counted.sizes.keys)
        sizes = {
            name: np.bincount(code, counted.sizes.array(name), len(units)).astype(np.float64)
            for name in ("documents", "sentences", "tokens", "denominator")
        }
        for name in ("documents", "sentences", "tokens"):
            units[name] = sizes[name].astype(np.int64)
        codes = [unit_of(piece.keys) for piece in counted.frames]
        numerators = [
            np.bincount(code, piece.array("numerator") * piece.array("copies"), len(units))
            for code, piece in zip(codes, counted.frames, strict=True)
        ]
        every = np.arange(len(units))
        summed = ScoreParts(
            "document", every, every, np.column_stack(numerators),
            sizes["tokens" if kind == "count" else "denominator"],
        )  # fmt: skip
        cells = pd.concat([piece.sums for piece in counted.frames], ignore_index=True)
        parts = ScoreParts(
            "document", np.concatenate(codes), np.arange(len(cells)),
            cells["numerator"].to_numpy(dtype=np.float64)[:, None],
            cells["denominator"].to_numpy(dtype=np.float64), counted.case,
            cells["copies"].to_numpy(dtype=np.int64),
            np.repeat(np.arange(len(codes)), [len(piece.sums) for piece in counted.frames]),
        )  # fmt: skip
        return self._scores(summed, parts, units, unit, kind, per, rejected)

    def _pieces(
        self, keys: Sequence[str], cluster: Sequence[str], kind: str, every: str | None = None,
        timezone: str | None = None,
    ) -> list[Scores]:  # fmt: skip
        """Return scores of each frame, whose units are counted documents."""
        self._check_weights(kind)
        counted = self._count(keys, kind, "include", every, timezone)
        pieces = []
        for position, (frame, cells) in enumerate(zip(self.frames, counted.frames, strict=True)):
            copies = cells.sums["copies"].to_numpy(dtype=np.int64)
            # Documents without a cluster are clusters of their own.
            lone = cells.keys[list(cluster)].isna().any(axis=1).to_numpy()
            rows = np.repeat(np.arange(len(copies)), np.where(lone, copies, 1))
            number = np.arange(len(rows))
            names = pd.Series(number, dtype="str")
            parts = ScoreParts(
                "document", number, number, cells.array("numerator")[rows, None],
                cells.array("denominator")[rows],
                None if counted.case is None else counted.case[[position]],
                np.where(lone, 1, copies)[rows],
            )  # fmt: skip
            units = cells.keys.iloc[rows].reset_index(drop=True)
            units = units.assign(doc_id=names, unit_id=names)
            pieces.append(
                Scores(
                    table=score_table(parts, names, [frame], kind, 1000),
                    units=units,
                    kind=kind,
                    unit="document",
                    per=1000.0,
                    empty=0,
                    lexicon=self.settings["lexicon"],
                    lexicon_hash=self.settings["lexicon_hash"],
                    parts=parts,
                )
            )
        return pieces

    def _keys_of(self, *arguments: Any) -> list[str] | None:
        """Return the columns of these arguments; None where documents cannot be counted by them."""
        names: list[str] = []
        for argument in arguments:
            if argument is None:
                continue
            listed = [argument] if isinstance(argument, str) else argument
            if isinstance(listed, pd.Series) or not all(isinstance(item, str) for item in listed):
                return None
            names += listed
        allowed = allowed_keys(pd.DataFrame(columns=self._heads))
        if not set(names) <= set(allowed) - {"document", "doc_id", "unit_id"}:
            return None
        return list(dict.fromkeys(names))

    def _check_weights(self, kind: str) -> None:
        """Raise InputError for sums of weights of which some are negative."""
        if kind != "share" and (self.lexicon.table["weight"] < 0).any():
            raise InputError(
                "Some entries have negative weights, so the sum of hits is not a count. Score "
                'kind="share".'
            )

    def contrast(self, *, by: Any, seed: int, kind: str = "rate", **options: Any) -> Contrast:
        """Compare groups of documents: `framing.contrast` of the scores by document.

        Parameters
        ----------
        by, seed, **options
            As in `framing.contrast`.
        kind : {"rate", "share", "count"}
            As in `score`.

        Returns
        -------
        Contrast
            The numbers of hits in memory. With more than 200,000 documents, equal documents are
            counted together (see `score`), unless ``by`` or ``cluster`` is a Series or a document:
            ``p`` then comes from other random permutations with the same distribution,
            ``left_out`` has numbers of documents instead of their ids, and ``scores`` are those of
            the groups. With ``cluster``, memory grows with the number of clusters.
        """
        cluster = _joined_by(options)
        keys = self._keys_of(by, cluster, options.get("weight"))
        if not self._is_large or keys is None or options.get("correction") is not None:
            return contrast(self.score(kind=kind), by=by, seed=seed, **options)
        pieces = self._pieces(keys, self._keys_of(cluster) or [], kind)
        scores = self.score(unit=by if isinstance(by, str) else "corpus", kind=kind)
        found = contrast(_by_frame(scores, pieces), by=by, seed=seed, **options)
        return replace(found, scores=scores, left_out=_counted_units(found.left_out, pieces[0]),
                       members=found.members.iloc[:0])  # fmt: skip

    def trend(self, *, seed: int, kind: str = "rate", **options: Any) -> Trend:
        """Follow the frames over time: `framing.trend` of the scores by document.

        Parameters
        ----------
        seed, **options
            As in `framing.trend`.
        kind : {"rate", "share", "count"}
            As in `score`.

        Returns
        -------
        Trend
            The numbers of hits in memory. With more than 200,000 documents equal documents are
            counted together, as in `contrast`: intervals by bootstrap then come from other random
            resamples with the same distribution, ``left_out`` has numbers of documents instead of
            their ids, and `change_at` and `find_change_points`, which need the day of each
            document, refuse the trend.
        """
        by, cluster = options.get("by"), _joined_by(options)
        keys = self._keys_of(by, cluster)
        large = self._is_large and options.get("correction") is None
        if not large or keys is None or not {"date", PRECISION}.isdisjoint(keys):
            return trend(self.score(kind=kind), seed=seed, **options)
        every, timezone = options.get("every", "week"), options.get("timezone")
        check_choice("every", every, FREQUENCY)
        check_zone(timezone)
        pieces = self._pieces(
            ["date", PRECISION, *keys], self._keys_of(cluster) or [], kind, every, timezone
        )
        scores = replace(self.score(unit="corpus", kind=kind), unit="document")
        found = trend(_by_frame(scores, pieces), seed=seed, **options)
        return replace(found, left_out=_counted_units(found.left_out, pieces[0]))

    def regress(self, formula: str, *, kind: str = "rate", **options: Any) -> Any:
        """Regress the frames on columns of the documents: `framing.regress` of their scores.

        Parameters
        ----------
        formula, **options
            As in `framing.regress`.
        kind : {"rate", "share", "count"}
            As in `score`.

        Returns
        -------
        Regression
            The numbers of hits in memory. With more than 200,000 documents, documents that are
            equal in all columns of the formula, hits and size are counted together, so that memory
            grows with what differs. A column of numbers that differ in each document, such as a
            price, saves nothing. ``left_out`` has numbers of documents instead of their ids.
            Numbers differ from those in memory in the ninth digit at the most.
        """
        cluster = _joined_by(options)
        names = [factor.column for term in parse_formula(formula) for factor in term]
        clusters = self._keys_of(cluster)
        if (
            not self._is_large or clusters is None or options.get("correction") is not None
            or not self._are_columns(names)
        ):  # fmt: skip
            return regress(self.score(kind=kind), formula, **options)
        periods = {name for name in (*names, *clusters) if name not in self._columns}
        periods -= {"length"}
        # Weeks do not divide months, so that both need days; so does a term that is a period, which
        # may have the errors by a shorter one.
        days = ("week" in periods and len(periods) > 1) or not periods.isdisjoint(names)
        every = "day" if days else min(periods, key=list(FREQUENCY).index, default=None)
        keys = [name for name in names if name in self._columns]
        keys += ["tokens"] * ("length" in names and "length" not in keys)
        keys = list(dict.fromkeys([*keys, *clusters, *(["date", PRECISION] if every else ())]))
        pieces = self._pieces(keys, clusters, kind, every)
        found = regress(_by_frame(pieces[0], pieces), formula, **options)
        return replace(found, left_out=_counted_units(found.left_out, pieces[0]))

    @property
    def _columns(self) -> list[str]:
        """The columns of documents that a formula can name, but not ids and dates."""
        return ["title", "source", *self.settings["kept"], "sentences", "tokens"]

    def _are_columns(self, names: Sequence[str]) -> bool:
        """Return whether documents can be counted by all these columns; unknown ones are errors."""
        known = [*self._columns, *FREQUENCY, "length"]
        for name in names:
            if name not in (*known, "doc_id", "documents"):
                empty = pd.DataFrame(columns=["doc_id", *self._columns])
                read_column(empty, name, labels=False, what="The formula")
        return set(names) <= set(known)

    def sample(
        self, size: int, *, seed: int, frame: str | None = None, actors: Actors | None = None
    ) -> tuple[Hits, Corpus]:
        """Return some documents with their texts, and their hits.

        Parameters
        ----------
        size : int
            The number of documents, drawn at random; all where there are fewer.
        seed : int
            The same seed gives the same documents, whatever the partitions.
        frame : str, optional
            Draw only documents with a hit of this frame.
        actors : Actors, optional
            The actors of `score_dataset`, for the names of speakers.

        Returns
        -------
        tuple of Hits and Corpus
            The texts are read from the dataset again, which must still be there.

        Raises
        ------
        InputError
            No document has a hit of the frame, or the dataset is gone or has changed.
        """
        check_seed(seed)
        check_positive("size", size, whole=True)
        if frame is not None:
            check_choice("frame", frame, self.frames)
        chosen = self._choose(size, seed, frame)
        search = self._search(actors)
        rows = self._read(chosen)
        corpus = corpus_of_rows(search, rows)
        return find_hits(corpus, search.lexicon, nested=search.nested, actors=actors), corpus

    def _choose(self, size: int, seed: int, frame: str | None) -> dict[str, set[int]]:
        """Return the rows of documents that are drawn, by partition."""
        lines = self._manifest.in_order()

        def rows_of(line: dict[str, Any]) -> Any:
            path = f"{self._manifest.folder}/documents/{line['files']['documents'][0]}"
            columns = ["row"] if frame is None else ["row", count_column(frame, "hits")]
            with self._manifest.storage.open(path) as file:
                table = pq.read_table(file, columns=columns).to_pandas()
            chosen = slice(None) if frame is None else table[columns[1]] > 0
            return table.loc[chosen, "row"].to_numpy()

        counts = np.array(
            [line["scored"] if frame is None else len(rows_of(line)) for line in lines], dtype=int
        )
        total = int(counts.sum())
        if not total:
            what = "no document" if frame is None else f"no document with a hit of {frame!r}"
            raise InputError(
                f"{self.out} has {what}, so no sample can be drawn. Choose another frame or "
                "dataset."
            )
        rng = np.random.default_rng(seed)
        if total > AT_ONCE:
            # An order of all documents would need memory for each.
            drawn = np.sort(rng.choice(total, min(size, total), replace=False))
        else:
            drawn = np.sort(rng.permutation(total)[:size])
        ends = np.cumsum(counts)
        chosen: dict[str, set[int]] = {}
        for line, end, count in zip(lines, ends.tolist(), counts.tolist(), strict=True):
            positions = drawn[np.searchsorted(drawn, end - count) : np.searchsorted(drawn, end)]
            if len(positions):
                rows = rows_of(line)[positions - (end - count)]
                chosen[line["partition"]] = set(rows.tolist())
        return chosen

    def _read(self, chosen: dict[str, set[int]]) -> list[dict[str, Any]]:
        """Return rows of the dataset, in its order."""
        storage, _ = open_storage(self.settings["source"])
        root = self.settings["root"]
        rows: list[dict[str, Any]] = []
        for line in self._manifest.in_order():
            wanted = chosen.get(line["partition"])
            if not wanted:
                continue
            path = root + line["name"]
            info = storage.info(path) if storage.is_file(path) else None
            if info is None or (info.size, info.changed) != (line["size"], line["changed"]):
                raise InputError(
                    f"{path} is gone or has changed since it was scored, so its texts cannot be "
                    "shown. Score the dataset again: score_dataset(…) does only what has changed."
                )
            partition = Partition(
                line["name"], line["start"], line["stop"], line["size"], line["changed"], path
            )
            last = max(wanted)
            for number, row, _ in read_rows(storage, partition):
                if number in wanted:
                    rows.append(row)
                if number >= last:
                    break
        return rows

    def _search(self, actors: Actors | None) -> SearchSettings:
        """Return how the texts were read and searched."""
        name = self.settings["actors"]
        if (actors.name if actors else None) != name:
            raise InputError(
                f"The dataset was scored with actors={name!r}. Give the same: actors=…"
            )
        known = {key: self.settings[key] for key in (
            "nested", "language", "furniture", "dates", "roles", "kept", "longest")}  # fmt: skip
        return SearchSettings(**known, lexicon=self.lexicon, actors=actors)

    def kwic(
        self, frame: str, *, sample: int = 200, seed: int, window: int = 5,
        actors: Actors | None = None,
    ) -> Kwic:  # fmt: skip
        """Return hits of a frame in their context, from documents drawn at random.

        Parameters
        ----------
        frame : str
            The frame.
        sample : int
            The number of documents with a hit of it.
        seed, actors
            As in `sample`.
        window : int
            The number of words on either side.

        Returns
        -------
        Kwic
            As `framing.kwic`.
        """
        hits, corpus = self.sample(sample, seed=seed, frame=frame, actors=actors)
        chosen = hits.table[hits.table["frame"] == frame].reset_index(drop=True)
        return kwic(corpus, replace(hits, table=chosen), window=window)

    def write_evidence(
        self, path: str | Path, *, sample: int = 200, seed: int, frame: str | None = None,
        actors: Actors | None = None, **options: Any,
    ) -> Any:  # fmt: skip
        """Write the evidence page of some documents.

        Parameters
        ----------
        path : str or Path
            The page to write.
        sample, seed, frame, actors
            As in `sample`.
        **options
            As in `framing.write_evidence`.

        Returns
        -------
        Path
            As `framing.write_evidence`.
        """
        from framing.evidence.evidence import write_evidence

        hits, corpus = self.sample(sample, seed=seed, frame=frame, actors=actors)
        return write_evidence(hits, corpus, path, **options)


def _counted(frame: str, kind: str, rejected: str) -> str:
    """Return the column of the numerators."""
    ends = {"include": "", "only": " rejected", "exclude": " not rejected"}
    if kind == "share":
        return count_column(frame, f"sentences{ends[rejected]}")
    return count_column(frame, f"weight{ends[rejected]}")


def _joined_by(options: Mapping[str, Any]) -> Any:
    """Return what joins documents to clusters; None where each document is one."""
    cluster = options.get("cluster")
    return None if isinstance(cluster, str) and cluster in ("document", "doc_id") else cluster


def _counted_units(left_out: pd.DataFrame, piece: Scores) -> pd.DataFrame:
    """Return how many documents were left out for each reason, instead of their ids."""
    copies = pd.Series(piece.parts.copies, index=piece.units["unit_id"])
    number = copies.reindex(left_out["unit_id"]).to_numpy()
    summed = pd.Series(number).groupby(left_out["reason"].to_numpy()).sum()
    named = [f"{int(count):,} documents" for count in summed]
    return pd.DataFrame({"unit_id": named, "reason": summed.index.to_numpy(dtype=object)})


def _by_frame(scores: Scores, pieces: list[Scores]) -> Scores:
    """Return scores that are compared and explained by those of single frames."""
    return replace(scores, parts=replace(scores.parts, by_frame=tuple(pieces)))


def _squares(frame: str, rejected: str) -> str:
    """Return the column of the sums of squared weights."""
    return _counted(frame, "rate", rejected).replace(": weight", ": squared weight")


def _case(table: pd.DataFrame, names: Sequence[str], squares: Sequence[str]) -> Any:
    """Return the mean weight of a hit of each frame, by weight; 1 without a hit."""
    total = table[list(names)].sum().to_numpy(dtype=np.float64)
    square = table[list(squares)].sum().to_numpy(dtype=np.float64)
    return np.divide(square, total, out=np.ones(len(total)), where=total > 0)


def _check_unit(documents: pd.DataFrame, unit: str) -> None:
    """Raise InputError unless documents with these columns can be scored by this unit."""
    columns = [key for key in allowed_keys(documents) if key not in ("doc_id", "unit_id")]
    check_choice("unit", unit, list(dict.fromkeys([*UNITS, *columns])))


def _units(documents: pd.DataFrame, table: pd.DataFrame, unit: str) -> tuple[Any, pd.DataFrame]:
    """Return the unit of each document, and the units with their sizes."""
    _check_unit(documents, unit)
    if unit == "document":
        code = np.arange(len(documents))
        units = documents.copy()
        units.insert(0, "unit_id", documents["doc_id"])
    elif unit == "corpus":
        code = np.zeros(len(documents), dtype=np.int64)
        units = pd.DataFrame({"unit_id": ["corpus"]})
    else:
        code, values = groups_of(documents, unit, argument="unit", limit=None)
        units = pd.DataFrame({"unit_id": pd.Series(values, dtype="str")})
    for name, sizes in (("documents", np.ones(len(code))), ("sentences", table["sentences"]),
                         ("tokens", table["tokens"])):  # fmt: skip
        summed = np.bincount(code, weights=sizes, minlength=len(units))
        units[name] = summed.astype(np.int64)
    return code, units


@check_objects
def open_hits(out: str | Path) -> StoredHits:
    """Open the results of `score_dataset`, without reading them.

    Returns stored hits: ``score``, ``contrast``, ``trend``, ``regress`` and ``kwic`` are its
    methods.

    Try it, after `score_dataset` has written the folder:
    ``fr.open_hits("scored").score(unit="corpus")``.

    Parameters
    ----------
    out : str or Path
        The folder or address that `score_dataset` wrote.

    Returns
    -------
    StoredHits
        Its ``score`` of groups, ``contrast``, ``trend`` and ``regress`` read a large dataset row
        by row and hold what differs in them: how often each set of group, hits and tokens occurs.
        ``score`` of documents holds all documents, some 1,000 bytes each; ``write_scores`` writes
        them as Parquet and holds some rows at a time. ``kwic``, ``sample`` and ``write_evidence``
        read the texts of documents drawn at random.

    Raises
    ------
    InputError
        There are no results at this address.

    Examples
    --------
    >>> import framing as fr, pandas as pd, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> news = pd.DataFrame({"doc_id": ["a", "b"], "text": ["A truce.", "Rain fell."]})
    >>> news.to_parquet(f"{folder}/news.parquet")
    >>> lexicon = fr.make_lexicon({"peace": ["truce"]})
    >>> done = fr.score_dataset(f"{folder}/news.parquet", lexicon, f"{folder}/scored", workers=1)
    >>> hits = fr.open_hits(f"{folder}/scored")
    >>> hits.score().table[["unit_id", "value"]].values.tolist()
    [['a', 500.0], ['b', 0.0]]
    """
    storage, folder = open_storage(out)
    manifest = read_manifest(storage, folder, str(out))
    columns = ["partition", "rows", "scored", "refused", "hits", "tokens"]
    table = pd.DataFrame(manifest.in_order(), columns=columns)
    return StoredHits(str(out), dict(manifest.run), table, manifest)
