"""Codes of models: what model coders said of sentences, and of which there is no code, and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from framing._core.checks import (
    InputError,
    check_objects,
    listing,
)
from framing._core.files import write_text
from framing._core.result import Result
from framing.coding.coded_hits import hits_of_codes
from framing.coding.codes import CODE_COLUMNS, Codes
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits

MODEL_COLUMNS = (
    "doc_id", "sentence", "coder", "frame", "code", "rejected", "quote_start", "quote_end",
)  # fmt: skip
PLAN_COLUMNS = (
    "coder", "sentences", "cached", "requests", "prompt_tokens", "completion_tokens", "cost",
)  # fmt: skip
PROBLEM_COLUMNS = ("doc_id", "sentence", "coder", "frame", "reason", "detail", "coded")
# Share of sentences without codes from which the result says so.
MISSING = 0.05
# Share of sentences with the very same codes from which the result says so, and their number.
SAME, SAME_OF = 0.9, 20


@dataclass(frozen=True, eq=False)
class ModelPlan(Result):
    """What a run of a model coder would send, and what it would cost. Nothing was sent.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per coder: ``coder``, ``sentences``, ``cached`` (sentences whose answer is
        known), ``requests``, ``prompt_tokens``, ``completion_tokens`` and ``cost``. Tokens are
        estimates from the number of words; the cost is missing without ``price``.
    endpoint : str
        The address to which the texts would go.
    local : bool
        Whether that is this machine.
    """

    table: pd.DataFrame
    endpoint: str
    local: bool

    def __repr__(self) -> str:
        total = self.table[["cached", "requests", "prompt_tokens", "completion_tokens"]].sum()
        cost = self.table["cost"].sum(min_count=1)
        return (
            f"<ModelPlan: {self.table['sentences'].max():,} {self.settings['unit']}s by "
            f"{listing(self.table['coder'])}; {total['requests']:,} requests to {self.endpoint} "
            f"({'this machine' if self.local else 'another machine'}), "
            f"{total['cached']:,} answers cached; about {total['prompt_tokens']:,} tokens in and "
            f"{total['completion_tokens']:,} out{'' if cost != cost else f', cost {cost:.4g}'}>"
        )


@dataclass(frozen=True, eq=False)
class ModelCodes(Result):
    """What model coders said of sentences, and of which sentences there is no code, and why.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per sentence, coder and frame, in reading order (per paragraph or document where
        the codebook codes these, named by its first sentence): ``doc_id``, ``sentence``,
        ``coder``, ``frame``, ``code`` (1, 0, or missing), ``rejected`` (the sentence denies the
        frame), ``quote_start`` and ``quote_end`` (offsets in the document of the words that the
        model gave as evidence; missing where there are none).
    problems : pandas.DataFrame
        One row per problem: ``doc_id``, ``sentence``, ``coder``, ``frame`` (empty where it
        concerns the whole sentence), ``reason``, ``detail`` and ``coded`` (true where the code
        is there and only its evidence is in doubt).
    manifest : dict
        How the codes were made, to publish: endpoint, models and fingerprints as the server
        reported them, codebook, prompts, settings, times, counts. It has no text of the corpus.
    notes : tuple of str
        What a user should know before using the codes: sentences without codes, answers that are
        all alike, evidence that is not in the sentence, an early stop.
    left_out : pandas.DataFrame
        The problems that left a sentence or a frame without a code.

    See Also
    --------
    code_with_model, write_manifest, hits_of_codes, agreement, validate, correct
    """

    table: pd.DataFrame
    problems: pd.DataFrame
    manifest: Mapping[str, Any]
    notes: tuple[str, ...]

    @cached_property
    def codes(self) -> Codes:
        """The codes, as `agreement`, `validate` and `correct` take them."""
        coded = self.table["code"].notna()
        table = self.table.assign(row=0)
        columns = [name for name in CODE_COLUMNS if name != "code"]
        return Codes(
            table.loc[coded, list(CODE_COLUMNS)].reset_index(drop=True),
            table.loc[~coded, columns].reset_index(drop=True),
            (0, 1),
            f"model coders by {self.manifest['codebook']['name']}",
            self.unit,
        )

    @property
    def unit(self) -> str:
        """What was coded: "sentence", "paragraph" or "document"."""
        return str(self.manifest["codebook"]["unit"])

    @property
    def coders(self) -> list[str]:
        """The model coders."""
        return [str(coder) for coder in self.table["coder"].unique()]

    def __repr__(self) -> str:
        sentences = len(self.table[["doc_id", "sentence"]].drop_duplicates())
        frames = listing(self.table["frame"].cat.categories, 6).replace("'", "")
        notes = f"; {'; '.join(self.notes)}" if self.notes else ""
        return (
            f"<ModelCodes: {sentences:,} {self.unit}s by {listing(self.coders)} ({frames}), "
            f"{self.table['code'].isna().mean():.1%} without a code{notes}>"
        )

    def hits(self, corpus: Corpus | Hits, *, coder: str | None = None) -> Hits:
        """Return the codes as hits, with what the model says is rejected.

        Parameters
        ----------
        corpus : Corpus or Hits
            The texts, or the hits of another instrument in the same texts.
        coder : str, optional
            Use the codes of this coder alone. By default the majority of the coders decides.

        Returns
        -------
        Hits
            As from `hits_of_codes`: a sentence without a code for each frame gets 0 tokens, so
            that no denominator counts it. With one coder, the hits have the column ``rejected``,
            which `score` can exclude.

        Raises
        ------
        InputError
            There is no such coder, no sentence was coded, or the codes are of other documents.
        """
        if not self.table["code"].notna().any():
            reasons = self.problems["reason"].astype(str).value_counts()
            top = ", ".join(f"{reason} {count:,}" for reason, count in reasons.head(3).items())
            raise InputError(
                f"The model coded nothing ({top}), so there are no hits. The table problems has "
                "the reason for each. code_with_model(…, again=…) sends them again."
            )
        hits = hits_of_codes(self.codes, corpus, coder=coder)
        if coder is None and len(self.coders) > 1:
            return hits
        rows = self.table[self.table["coder"] == (coder or self.coders[0])]
        keys = ["doc_id", "sentence", "frame"]
        denied = pd.MultiIndex.from_frame(rows.loc[rows["rejected"], keys].astype({"frame": str}))
        of_hits = pd.MultiIndex.from_frame(hits.table[keys].astype({"frame": str}))
        return replace(hits, table=hits.table.assign(rejected=of_hits.isin(denied)))


def notes_of(table: pd.DataFrame, problems: pd.DataFrame, unit: str) -> list[str]:
    """Return what a user should know: codes that are missing, alike or without evidence."""
    notes = []
    for coder, rows in table.groupby("coder", sort=False):
        missing = rows["code"].isna().mean()
        if missing > MISSING:
            listed = problems[(problems["coder"] == coder) & ~problems["coded"]]
            reasons = listed["reason"].astype(str).value_counts()
            top = ", ".join(f"{reason} {count:,}" for reason, count in reasons.head(3).items())
            notes.append(
                f"{coder}: {missing:.1%} of the codes are missing ({top}), and they are hardly a "
                "random part"
            )
        wide = rows.pivot(index=["doc_id", "sentence"], columns="frame", values="code").dropna()
        if len(wide) >= SAME_OF:
            same = wide.value_counts().iloc[0] / len(wide)
            pattern = [str(name) for name in wide.columns[wide.mode().iloc[0].to_numpy() == 1]]
            if same >= SAME:
                notes.append(
                    f"{coder}: {same:.0%} of the {unit}s have the same codes "
                    f"({', '.join(pattern) or 'no frame'})"
                )
        present = rows["code"] == 1
        without = present & rows["quote_start"].isna()
        if present.any() and without.sum() / present.sum() > MISSING:
            notes.append(
                f"{coder}: {without.sum() / present.sum():.0%} of the frames have no evidence that "
                f"stands in the {unit}"
            )
    return notes


@check_objects
def write_manifest(coded: ModelCodes, path: str | Path) -> Path:
    """Write how a model coder made its codes, as JSON without any text of the corpus.

    Parameters
    ----------
    coded : ModelCodes
        From `code_with_model`.
    path : str or Path
        Ends in ``.json``.

    Returns
    -------
    Path
        The path of the file. It can be published where the texts cannot.

    Raises
    ------
    InputError
        The path does not end in ``.json``.

    Examples
    --------
    >>> import framing as fr
    >>> fr.coding.write_manifest("codes", "manifest.json")
    Traceback (most recent call last):
    ...
    framing._core.checks.InputError: write_manifest: coded is a str; it must be ModelCodes, which
    code_with_model(corpus, codebook, model=…, base_url=…) returns.
    """
    path = Path(path)
    if path.suffix != ".json":
        raise InputError(f"{path}: a manifest is a .json file. Give a path that ends in .json.")
    write_text(path, json.dumps(coded.manifest, indent=2, ensure_ascii=False) + "\n")
    return path
