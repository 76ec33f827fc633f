"""Files of samples: which sentences were drawn, and with which probability."""

import json
from pathlib import Path

import pandas as pd

from framing._core.checks import InputError, check_objects
from framing._core.files import read_text, write_text
from framing.coding.samples import Sample

# Columns with text of the articles, which the file leaves out.
TEXTS = ("before", "text", "after")
FACTS = ("lexicon", "lexicon_hash", "corpus_fingerprint", "seed")


@check_objects
def write_sample(sample: Sample, path: str | Path) -> Path:
    """Write which sentences were drawn for coding, and how, without their texts.

    Coding takes days. The file lets another session validate and correct with the same sample.

    Parameters
    ----------
    sample : Sample
        From `sample_for_coding` or `sample_by_codebook`.
    path : str or Path
        A file of JSON, such as ``"codes.sample.json"``. The commands ``framing validate`` and
        ``framing correct`` read it too.

    Returns
    -------
    Path
        The file that was written. It has ids, positions and probabilities, and may be shared.

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce holds. Rain fell. Talks began."] * 9)
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "talks"]}))
    >>> sample = fr.sample_for_coding(hits, corpus, 6, seed=1)
    >>> path = fr.write_sample(sample, tempfile.mkdtemp() + "/codes.sample.json")
    >>> fr.read_sample(path)
    <Sample: 6 of 27 sentences in 2 strata, seed 1>
    """
    target = Path(path)
    content = {
        "what": "The sentences of a coding sample. framing validate and framing correct read it.",
        **{name: getattr(sample, name) for name in FACTS},
        "unit": sample.unit,
        "frames": sample.frames,
        "strata": sample.strata.astype(object).to_dict("records"),
        "sentences": sample.table.drop(columns=[*TEXTS]).astype(object).to_dict("records"),
    }
    write_text(target, json.dumps(content, indent=1, ensure_ascii=False, default=int) + "\n")
    return target


@check_objects
def read_sample(path: str | Path) -> Sample:
    """Return the sample of a file that `write_sample` wrote.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Sample
        As it was drawn, with empty texts: `validate` and `correct` need none. A coding sheet is
        written from the sample that was drawn, not from this one.

    Raises
    ------
    InputError
        The file is missing, or is none that `write_sample` wrote.

    Examples
    --------
    See `write_sample`.
    """
    try:
        content = json.loads(read_text(Path(path)))
        table = pd.DataFrame(content["sentences"])
        last = "gaps" if "gaps" in table else "probability"
        for position, name in enumerate(TEXTS, start=list(table.columns).index(last) + 1):
            table.insert(position, name, pd.Series("", index=table.index, dtype="str"))
        table["doc_id"] = table["doc_id"].astype("str")
        facts = {key: content[key] for key in FACTS}
        # Samples of earlier versions are of sentences.
        facts["unit"] = content.get("unit", "sentence")
        return Sample(table, pd.DataFrame(content["strata"]), list(content["frames"]), **facts)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path}: this file cannot be read as a sample ({type(error).__name__}: {error}). Give "
            "the file that write_sample or `framing sample` wrote. If it is damaged, draw the "
            "sample again with the same articles, lexicon, n and seed."
        ) from None
