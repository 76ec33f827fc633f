"""Model coders: a language model codes sentences by the codebook, as one more coder."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from framing._core.checks import (
    InputError,
    check_choice,
    check_from_zero,
    check_objects,
    check_positive,
)
from framing.coding.codebooks import Codebook
from framing.coding.coded_hits import sentence_hits
from framing.coding.coding_units import unit_texts, units_among
from framing.coding.models.cache import Cache
from framing.coding.models.model_codes import ModelCodes, ModelPlan
from framing.coding.models.prompts import (
    Passage,
    prompts_of,
)
from framing.coding.models.replies import (
    REASONS,
)
from framing.coding.models.runs import Run, Settings, SourcePassages, coder_of
from framing.coding.models.servers import (
    STRUCTURED,
    Gate,
    endpoint_of,
)
from framing.coding.samples import Sample, sample_for_coding
from framing.corpus.corpus import Corpus

# Where answers are kept unless another file is named.
CACHE = "model-codes.sqlite"


@check_objects
def code_with_model(
    source: Corpus | Sample,
    codebook: Codebook,
    *,
    model: str | Sequence[str] | Mapping[str, str],
    base_url: str,
    context: int = 1,
    batch: int = 1,
    replicate: int | Sequence[str] = 1,
    occasion: str = "",
    cache: str | Path | None = CACHE,
    again: str | Sequence[str] = (),
    dry_run: bool = False,
    price: tuple[float, float] | None = None,
    max_cost: float | None = None,
    allow_hosted: bool = False,
    key_env: str | None = None,
    structured: str = "auto",
    workers: int = 4,
    timeout: float = 120.0,
    retries: int = 2,
    pause: float = 1.0,
    max_tokens: int | None = None,
    temperature: float = 0.0,
    seed: int = 1,
) -> ModelCodes | ModelPlan:
    """Let a language model code text by the codebook, as one more coder.

    Returns ModelCodes: ``table`` has a code for each sentence and frame, ``problems`` the
    sentences without one, and ``codes`` is what `agreement`, `validate` and `correct` take. With
    ``dry_run`` it returns a ModelPlan, the cost, and sends nothing.

    The model runs on a server with the protocol of OpenAI: Ollama, llama.cpp or vLLM on this
    machine, or a hosted service. The texts go to ``base_url`` and nowhere else. Codes of a model
    have errors of a size that nobody knows beforehand: have people code a sample, then look at
    `agreement` and `validate`, and report what `correct` gives.

    Nothing is sent twice. Answers are kept in the cache by a hash of prompt, text, address, model
    and settings; a run that was stopped goes on where it was, and a sentence that stands in several
    documents is sent once. Nothing is guessed: a sentence without a usable answer has no code and
    is listed in ``problems``.

    Parameters
    ----------
    source : Corpus or Sample
        All sentences of a corpus, or those of a sample from `sample_for_coding` or
        `sample_by_codebook`. Sentences without a word are not sent.
    codebook : Codebook
        From `read_codebook` or `load_codebook`. Its ``unit`` says what is coded: where it is
        "paragraph" or "document", what is said here of sentences holds for these.
    model : str, sequence of str, or mapping
        The name of the model on the server, or several names. The coder is named after it. An
        answer of a model of another name is not used, and where it is the first one, it is an
        error. Where a name stands for another one, such as a deployment or an alias of a proxy:
        ``{"my-deployment": "gpt-4o"}``.
    base_url : str
        The address of the server, such as "http://127.0.0.1:11434/v1" (Ollama).
    context : int
        Sentences before and after that the model sees but does not code; of paragraphs, the
        paragraphs. A sample has one. Documents have none.
    batch : int
        Sentences in a request. More are cheaper, since each request repeats the codebook; with
        one, no sentence can take over the codes of another.
    replicate : int or sequence of str
        The number of wordings of the prompt that are used, 1 to 5: each is a coder, named
        "model, prompt 2" and so on, for `agreement` between wordings. Or wordings of your own,
        which stand before the codebook.
    occasion : str
        A label of this run, such as "2026-12", if the same sentences are to be coded anew, for
        `drift`. It is added to the name of the coder.
    cache : str, Path or None
        The file with the answers. It holds hashes, codes and offsets, no text and no key. None
        keeps nothing.
    again : str or sequence of str
        Reasons, such as "truncated", for which sentences without a code are sent again.
        "interrupted" are those that were sent when an earlier run was killed.
    dry_run : bool
        Send nothing, and return a `ModelPlan` with requests, tokens and cost.
    price : tuple of two floats, optional
        The price of a million tokens of prompts and of answers, in any currency.
    max_cost : float, optional
        What this call may cost at most, in the currency of ``price``. A run whose estimate is
        above it does not start. A request is sent only if the largest cost that it can have is
        left; one without an answer counts with this cost.
    allow_hosted : bool
        Allow that texts go to another machine.
    key_env : str, optional
        The environment variable with the key; for another machine OPENAI_API_KEY if not given.
        The key is never stored or shown.
    structured : {"auto", "schema", "json", "none"}
        How the server is asked for JSON: by a schema, as any JSON, or in the prompt alone. "auto"
        begins with the schema and goes on to what the server takes. Each answer is checked in any
        case, and one that cannot be used is asked for once more with its fault.
    workers : int
        Requests at the same time; a rate limit halves them.
    timeout : float
        Seconds until a request is given up, however much of the answer has come.
    retries : int
        How often a request is sent again after a time-out, a lost connection or an error of the
        server.
    pause : float
        Seconds before the first of these; each further pause is twice as long. After a rate limit
        the run waits as long as the server asks.
    max_tokens : int, optional
        Tokens of an answer. By default enough for the frames; raise it for a model that thinks
        before it answers. An answer that was cut is asked for once more with twice as many.
    temperature : float
        0 for the most likely answer. It is left out for a server that does not take it.
    seed : int
        Seed for the server, where it takes one. Servers do not promise the same answers.

    Returns
    -------
    ModelCodes
        ``table`` has a row per sentence (paragraph or document, named by its first sentence),
        coder and frame with ``code`` 1, 0 or missing;
        ``problems`` says why a code is missing or has no evidence; ``codes`` are `Codes` for
        `agreement`, `validate` and `correct`, and ``hits(corpus)`` are `Hits`. With ``dry_run``
        it is a `ModelPlan`.

    Raises
    ------
    InputError
        There is no server at the address, it lacks the model or refuses the key, the texts would
        leave this machine without ``allow_hosted``, the estimate is above ``max_cost``, the run
        stopped before the first sentence was coded, or an argument is out of range.

    References
    ----------
    Baumann, J. et al. (2025). Large language model hacking: Quantifying the hidden risks of using
    LLMs for text annotation. arXiv:2509.08825.
    Egami, N., Hinck, M., Stewart, B. M. and Wei, H. (2023). Using imperfect surrogates for
    downstream inference. Advances in Neural Information Processing Systems 36.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce may come. Rain fell in the hills."])
    >>> codebook = fr.data.load_codebook("peace-initiative")
    >>> fr.coding.code_with_model(
    ...     corpus, codebook, model="qwen", base_url="http://127.0.0.1:11434/v1", cache=None,
    ...     dry_run=True,
    ... ).table[["coder", "sentences", "requests"]]
      coder  sentences  requests
    0  qwen          2         2
    """
    check_choice("structured", structured, STRUCTURED)
    for name, value in (("batch", batch), ("workers", workers)):
        check_positive(name, value, whole=True)
    for name, value in (("context", context), ("retries", retries), ("seed", seed)):
        check_from_zero(name, value)
    for name, number in (("timeout", timeout), ("pause", pause)):
        check_positive(name, number)
    if max_tokens is not None:
        check_positive("max_tokens", max_tokens, whole=True)
    again = [again] if isinstance(again, str) else again
    for reason in again:
        check_choice("again", reason, REASONS)
    prices = _checked_prices(price, max_cost)
    endpoint = endpoint_of(base_url, key_env)
    if not endpoint.local and not (allow_hosted or dry_run):
        raise InputError(
            f"The texts would go to {endpoint.url}, which is not this machine. Allow it with "
            "allow_hosted=True if you may share these texts, or run the model on this machine."
        )
    passages = _passages(source, codebook, context)
    settings = Settings(
        tuple(codebook.frames), codebook.unit, batch, max_tokens,
        {"temperature": float(temperature), "seed": seed},
    )  # fmt: skip
    prompts = prompts_of(codebook, replicate)
    aliases = model if isinstance(model, Mapping) else {}
    coders = [
        replace(
            coder_of(name, prompt, occasion, passages.sent, settings, structured, endpoint.url),
            answers_as=str(aliases.get(name, "")),
        )
        for name in _model_names(model)
        for prompt in prompts
    ]
    base = Cache(cache) if cache is None or not dry_run or Path(cache).exists() else Cache(None)
    try:
        run = Run(passages, settings, coders, endpoint, base, frozenset(again))
        plan = run.plan(prices if price is not None else None)
        if dry_run:
            return plan
        cost = plan.table["cost"].sum()
        if max_cost is not None and cost > max_cost:
            raise InputError(
                f"The run would cost about {cost:.4g}, and max_cost is {max_cost:g}. Nothing was "
                "sent. Code a sample, put more sentences in a request (batch=), or raise max_cost."
            )
        gate = Gate(workers, float("inf") if max_cost is None else float(max_cost))
        options = {
            "timeout": timeout, "retries": retries, "pause": pause, "structured": structured,
            "prices": prices,
        }  # fmt: skip
        run.send(gate, workers, options)
        return run.result(codebook, context, price)
    finally:
        base.close()


def _checked_prices(
    price: tuple[float, float] | None, max_cost: float | None
) -> tuple[float, float]:
    """Return the two prices, 0 without prices; raise InputError where they cannot be used."""
    if max_cost is not None:
        check_positive("max_cost", max_cost)
        if price is None:
            raise InputError(
                "max_cost= needs price=: the price of a million tokens of prompts and of answers, "
                "such as price=(0.15, 0.60)."
            )
    if price is None:
        return 0.0, 0.0
    good = isinstance(price, tuple | list) and len(price) == 2
    if not good or not all(isinstance(item, int | float) and item >= 0 for item in price):
        raise InputError(
            f"price={price!r} cannot be used. Give two numbers: the price of a million tokens of "
            "prompts and of answers, such as price=(0.15, 0.60)."
        )
    return float(price[0]), float(price[1])


def _model_names(model: str | Sequence[str] | Mapping[str, str]) -> list[str]:
    """Return the models, each once."""
    names = [model] if isinstance(model, str) else list(model)
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise InputError(f"model={model!r} cannot be used. Give the name of a model on the server.")
    if len(set(names)) < len(names):
        raise InputError(f"model={names!r} names a model twice. Name each once.")
    return names


def _passages(source: Corpus | Sample, codebook: Codebook, context: int) -> SourcePassages:
    """Return the sentences, paragraphs or documents with their neighbours."""
    if isinstance(source, Sample):
        return _drawn(source, codebook, context)
    units = units_among(source.sentences, codebook.unit)
    text_of = dict(zip(source.table["doc_id"], source.table["text"], strict=True))
    known = unit_texts(source.sentences, codebook.unit, text_of)
    units = units.assign(text=known.texts, gaps=known.gaps)
    # Neighbours of paragraphs stay paragraphs.
    glue = " " if codebook.unit == "sentence" else "\n\n"
    sent: list[Passage] = []
    silent: list[tuple[str, int]] = []
    for doc_id, group in units.groupby("doc_id", sort=False):
        texts, gaps = group["text"].tolist(), group["gaps"].tolist()
        numbers = group[["sentence", "start", "tokens"]].to_numpy().tolist()
        for at, (number, start, tokens) in enumerate(numbers):
            if not tokens:
                silent.append((str(doc_id), number))
                continue
            before = glue.join(texts[max(at - context, 0) : at])
            after = glue.join(texts[at + 1 : at + 1 + context])
            sent.append(Passage(str(doc_id), number, start, before, texts[at], after, gaps[at]))
    if not sent:
        raise InputError(
            f"The corpus has no {codebook.unit} with a word, so there is nothing to code. Give a "
            "corpus with text."
        )
    return SourcePassages(sent, silent)


def _drawn(sample: Sample, codebook: Codebook, context: int) -> SourcePassages:
    """Return what a sample has drawn, with its neighbours."""
    if sample.unit != codebook.unit:
        raise InputError(
            f"The sample is of {sample.unit}s; the codebook {codebook.name!r} codes each "
            f"{codebook.unit}. Draw with unit={codebook.unit!r}, or with sample_by_codebook."
        )
    if context > 1 and codebook.unit != "document":
        raise InputError(
            f"context={context}: a sample has one {sample.unit} before and one after. Use "
            "context=1 or 0, or give the corpus."
        )
    no_gaps: list[Any] = [()] * len(sample)
    table = sample.table if "gaps" in sample.table else sample.table.assign(gaps=no_gaps)
    if not table["text"].str.strip().any():
        raise InputError(
            "The sample has no texts: it was drawn from hits, or read from a file. Draw it from "
            "the corpus."
        )
    columns = ["doc_id", "sentence", "start", "before", "text", "after", "gaps"]
    drawn = [
        Passage(
            str(doc_id), int(sentence), int(start), before if context else "", text,
            after if context else "", tuple((at, more) for at, more in gaps),
        )
        for doc_id, sentence, start, before, text, after, gaps in table[columns].itertuples(
            index=False, name=None
        )
    ]  # fmt: skip
    return SourcePassages(drawn, [])


@check_objects
def sample_by_codebook(corpus: Corpus, codebook: Codebook, n: int, *, seed: int) -> Sample:
    """Draw sentences at random, for people and models who code by a codebook.

    Returns a Sample for `write_coding_sheet` and `code_with_model`.

    Try it: ``news = fr.load_testbed("newswire")``,
    ``fr.sample_by_codebook(news.corpus, fr.load_codebook("peace-initiative"), 50, seed=1).table``.

    No instrument is needed beforehand: there is one stratum, and each sentence has the same
    probability. If hits of a lexicon or of a model are known for all sentences,
    `sample_for_coding` draws by these.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    codebook : Codebook
        Its frames are those to code, and its ``unit`` is what is drawn: sentences, paragraphs or
        documents.
    n : int
        Sentences (paragraphs, documents) to draw.
    seed : int
        The same seed draws the same sentences.

    Returns
    -------
    Sample
        A simple random sample of the sentences (paragraphs, documents) that have a word.

    Raises
    ------
    InputError
        There are fewer than ``n`` sentences.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce. Rain fell. Snow fell. Few doubt it. Hail fell."])
    >>> codebook = fr.data.load_codebook("peace-initiative")
    >>> len(fr.coding.sample_by_codebook(corpus, codebook, 3, seed=1))
    3
    """
    sentences = units_among(corpus.sentences, codebook.unit)
    none = np.zeros((len(sentences), len(codebook.frames)), dtype=bool)
    hits = sentence_hits(
        corpus.table.drop(columns="text"), sentences, none, codebook.frames,
        entry="(none)", instrument=f"codebook {codebook.name}", instrument_hash=codebook.hash,
        corpus_fingerprint=corpus.fingerprint, unit=codebook.unit,
    )  # fmt: skip
    return sample_for_coding(hits, corpus, n, strata=(), seed=seed)
