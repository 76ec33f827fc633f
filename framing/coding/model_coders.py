"""Model coders: a language model codes sentences by the codebook, as one more coder."""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from framing._core.checks import (
    InputError,
    check_choice,
    check_from_zero,
    check_objects,
    check_positive,
    listing,
)
from framing._core.files import write_text
from framing._core.result import Result
from framing.coding.codebooks import Codebook
from framing.coding.coded_hits import hits_of_codes, sentence_hits
from framing.coding.codes import CODE_COLUMNS, Codes
from framing.coding.model_cache import Answer, Cache, now
from framing.coding.model_prompts import (
    Passage,
    Prompt,
    messages_of,
    prompts_of,
    tokens_of,
)
from framing.coding.model_replies import (
    OF_QUOTES,
    ON_THE_WAY,
    REASONS,
    Outcome,
    Problem,
    failed,
    read_reply,
    schema_of,
)
from framing.coding.model_servers import (
    STRUCTURED,
    Endpoint,
    Failed,
    Gate,
    ModelServer,
    Stopped,
    endpoint_of,
)
from framing.coding.samples import Sample, sample_for_coding
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits

MODEL_COLUMNS = (
    "doc_id", "sentence", "coder", "frame", "code", "rejected", "quote_start", "quote_end",
)  # fmt: skip
PLAN_COLUMNS = (
    "coder", "sentences", "cached", "requests", "prompt_tokens", "completion_tokens", "cost",
)  # fmt: skip
PROBLEM_COLUMNS = ("doc_id", "sentence", "coder", "frame", "reason", "detail", "coded")
# A change of how replies are read is a new number, so that the cache of before is not used.
READING = 1
# Tokens of an answer: at most, and as a rule, for a sentence and for a frame of it.
MOST = (80, 70)
USUAL = (20, 10)
# Characters of a wrong answer that the model sees again when it is asked to mend it.
SEEN_AGAIN = 4000
# Share of sentences without codes from which the result says so.
MISSING = 0.05
# Share of sentences with the very same codes from which the result says so, and their number.
SAME, SAME_OF = 0.9, 20
# Where answers are kept unless another file is named.
CACHE = "model-codes.sqlite"


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
            f"<ModelPlan: {self.table['sentences'].max():,} sentences by "
            f"{', '.join(self.table['coder'])}; {total['requests']:,} requests to {self.endpoint} "
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
        One row per sentence, coder and frame, in reading order: ``doc_id``, ``sentence``,
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
        )

    @property
    def coders(self) -> list[str]:
        """The model coders."""
        return [str(coder) for coder in self.table["coder"].unique()]

    def __repr__(self) -> str:
        sentences = len(self.table[["doc_id", "sentence"]].drop_duplicates())
        frames = listing(self.table["frame"].cat.categories, 6).replace("'", "")
        notes = f"; {'; '.join(self.notes)}" if self.notes else ""
        return (
            f"<ModelCodes: {sentences:,} sentences by {', '.join(self.coders)} ({frames}), "
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
            There is no such coder, or the codes are of other documents.
        """
        hits = hits_of_codes(self.codes, corpus, coder=coder)
        if coder is None and len(self.coders) > 1:
            return hits
        rows = self.table[self.table["coder"] == (coder or self.coders[0])]
        keys = ["doc_id", "sentence", "frame"]
        denied = pd.MultiIndex.from_frame(rows.loc[rows["rejected"], keys].astype({"frame": str}))
        of_hits = pd.MultiIndex.from_frame(hits.table[keys].astype({"frame": str}))
        return replace(hits, table=hits.table.assign(rejected=of_hits.isin(denied)))


@dataclass(frozen=True)
class _Settings:
    """What is the same for all requests of a run."""

    frames: tuple[str, ...]
    batch: int
    max_tokens: int | None
    parameters: dict[str, Any]

    def most(self, n: int) -> int:
        """Return the tokens that an answer for n sentences may have."""
        per = MOST[0] + MOST[1] * len(self.frames)
        return self.max_tokens or n * per


@dataclass(frozen=True)
class _Coder:
    """A model with a prompt, and the key of each of its sentences in the cache."""

    name: str
    model: str
    prompt: Prompt
    keys: list[str]


@check_objects
def code_with_model(
    source: Corpus | Sample,
    codebook: Codebook,
    *,
    model: str | Sequence[str],
    base_url: str,
    context: int = 1,
    batch: int = 1,
    replicate: int | Sequence[str] = 1,
    occasion: str = "",
    cache: str | Path | None = CACHE,
    again: Sequence[str] = (),
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
    """Let a language model code sentences by the codebook, as one more coder.

    The model runs on a server with the protocol of OpenAI: Ollama, llama.cpp or vLLM on this
    machine, or a hosted service. The texts go to ``base_url`` and nowhere else. Codes of a model
    have errors of a size that nobody knows beforehand: have people code a sample, then look at
    `agreement` and `validate`, and report what `correct` gives.

    Nothing is sent twice. Answers are kept in the cache by a hash of prompt, text, model and
    settings; a run that was stopped goes on where it was, and a sentence that stands in several
    documents is sent once. Nothing is guessed: a sentence without a usable answer has no code and
    is listed in ``problems``.

    Parameters
    ----------
    source : Corpus or Sample
        All sentences of a corpus, or those of a sample from `sample_for_coding` or
        `sample_by_codebook`. Sentences without a word are not sent.
    codebook : Codebook
        From `read_codebook` or `load_codebook`, with the unit "sentence".
    model : str or sequence of str
        The name of the model on the server, or several names. The coder is named after it.
    base_url : str
        The address of the server, such as "http://127.0.0.1:11434/v1" (Ollama).
    context : int
        Sentences before and after that the model sees but does not code. A sample has one.
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
    again : sequence of str
        Reasons, such as "truncated", for which sentences without a code are sent again.
        "interrupted" are those that were sent when an earlier run was killed.
    dry_run : bool
        Send nothing, and return a `ModelPlan` with requests, tokens and cost.
    price : tuple of two floats, optional
        The price of a million tokens of prompts and of answers, in any currency.
    max_cost : float, optional
        What this call may cost at most, in the currency of ``price``. A run whose estimate is
        above it does not start. A request is sent only if the largest cost that it can have is
        left.
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
        Seconds until a request is given up.
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
        ``table`` has a row per sentence, coder and frame with ``code`` 1, 0 or missing;
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
    for reason in [again] if isinstance(again, str) else again:
        check_choice("again", reason, REASONS)
    prices = _checked_prices(price, max_cost)
    endpoint = endpoint_of(base_url, key_env)
    if not endpoint.local and not (allow_hosted or dry_run):
        raise InputError(
            f"The texts would go to {endpoint.url}, which is not this machine. Allow it with "
            "allow_hosted=True if you may share these texts, or run the model here."
        )
    passages = _passages(source, codebook, context)
    settings = _Settings(
        tuple(codebook.frames), batch, max_tokens, {"temperature": float(temperature), "seed": seed}
    )
    prompts = prompts_of(codebook, replicate)
    coders = [
        _coder(name, prompt, occasion, passages.sent, settings, structured)
        for name in _model_names(model)
        for prompt in prompts
    ]
    base = Cache(cache) if cache is None or not dry_run or Path(cache).exists() else Cache(None)
    try:
        run = _Run(passages, settings, coders, endpoint, base, frozenset(again))
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


def _model_names(model: str | Sequence[str]) -> list[str]:
    """Return the models, each once."""
    names = [model] if isinstance(model, str) else list(model)
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise InputError(f"model={model!r} cannot be used. Give the name of a model on the server.")
    if len(set(names)) < len(names):
        raise InputError(f"model={names!r} names a model twice. Name each once.")
    return names


@dataclass(frozen=True)
class _Passages:
    """The sentences of a source: all of them, and those with a word, which are sent."""

    sent: list[Passage]
    silent: list[tuple[str, int]]


def _passages(source: Corpus | Sample, codebook: Codebook, context: int) -> _Passages:
    """Return the sentences with their neighbours."""
    if codebook.unit != "sentence":
        raise InputError(
            f"The codebook {codebook.name!r} codes each {codebook.unit}; code_with_model codes "
            'sentences. Use a codebook with unit = "sentence".'
        )
    if isinstance(source, Sample):
        if context > 1:
            raise InputError(
                f"context={context}: a sample has one sentence before and one after. Use "
                "context=1 or 0, or give the corpus."
            )
        columns = ["doc_id", "sentence", "start", "before", "text", "after"]
        drawn = [_passage(*row) for row in source.table[columns].itertuples(index=False, name=None)]
        if not context:
            drawn = [replace(item, before="", after="") for item in drawn]
        return _Passages(drawn, [])
    spans = source.sentences[["doc_id", "sentence", "start", "end", "tokens"]]
    text_of = dict(zip(source.table["doc_id"], source.table["text"], strict=True))
    sent: list[Passage] = []
    silent: list[tuple[str, int]] = []
    for doc_id, group in spans.groupby("doc_id", sort=False):
        text = text_of[doc_id]
        texts = [text[start:end] for start, end in group[["start", "end"]].to_numpy().tolist()]
        numbers = group[["sentence", "start", "tokens"]].to_numpy().tolist()
        for at, (number, start, tokens) in enumerate(numbers):
            if not tokens:
                silent.append((str(doc_id), number))
                continue
            before = " ".join(texts[max(at - context, 0) : at])
            after = " ".join(texts[at + 1 : at + 1 + context])
            sent.append(_passage(doc_id, number, start, before, texts[at], after))
    if not sent:
        raise InputError("There is no sentence with a word in the corpus.")
    return _Passages(sent, silent)


def _passage(doc_id: Any, sentence: Any, start: Any, before: str, text: str, after: str) -> Passage:
    return Passage(str(doc_id), int(sentence), int(start), before, text, after)


def _coder(
    model: str,
    prompt: Prompt,
    occasion: str,
    passages: Sequence[Passage],
    settings: _Settings,
    structured: str,
) -> _Coder:
    """Return a coder with the key of each passage: what must be the same for the same answer."""
    fixed = [
        READING, prompt.text, model, occasion, settings.frames, settings.batch,
        settings.max_tokens, settings.parameters, structured,
    ]  # fmt: skip
    common = hashlib.sha256(json.dumps(fixed, ensure_ascii=False).encode())
    keys = []
    for item in passages:
        digest = common.copy()
        digest.update(json.dumps([item.before, item.text, item.after]).encode())
        keys.append(digest.hexdigest())
    name = ", ".join(part for part in (model, prompt.name, occasion) if part)
    return _Coder(name, model, prompt, keys)


class _Run:
    """A run: what is known from the cache, what has to be sent, and what came of it."""

    def __init__(
        self,
        passages: _Passages,
        settings: _Settings,
        coders: Sequence[_Coder],
        endpoint: Endpoint,
        cache: Cache,
        again: frozenset[str],
    ) -> None:
        self.passages, self.settings, self.coders = passages, settings, coders
        self.endpoint, self.cache = endpoint, cache
        self.answers: dict[str, Answer] = {}
        self.from_cache: set[str] = set()
        self.stopped = ""
        self.started = now()
        self.requests = 0
        self.server_facts: dict[str, Any] = {}
        self.gate: Gate | None = None
        self._lock = threading.Lock()
        self._jobs: dict[str, list[list[int]]] = {}
        for coder in coders:
            known, sent = cache.read(coder.keys)
            retried = {
                key
                for key, answer in known.items()
                if any(problem.reason in again for problem in answer.outcome.problems)
            }
            if "interrupted" in again:
                sent = set()
            for key in sent:
                known[key] = Answer(failed("interrupted", "it was sent when a run was killed"))
            known = {key: answer for key, answer in known.items() if key not in retried}
            self.answers |= known
            self.from_cache |= known.keys() - sent
            self._jobs[coder.name] = self._batches(coder)

    def _batches(self, coder: _Coder) -> list[list[int]]:
        """Return the passages to send, in batches; passages that are alike are sent once."""
        first: dict[str, int] = {}
        for number, key in enumerate(coder.keys):
            if key not in self.answers:
                first.setdefault(key, number)
        numbers, size = list(first.values()), self.settings.batch
        return [numbers[at : at + size] for at in range(0, len(numbers), size)]

    def plan(self, prices: tuple[float, float] | None) -> ModelPlan:
        """Return what would be sent."""
        rows = []
        for coder in self.coders:
            jobs = self._jobs[coder.name]
            sent = [[self.passages.sent[number] for number in job] for job in jobs]
            tokens = sum(tokens_of(messages_of(coder.prompt, batch)) for batch in sent)
            per = USUAL[0] + USUAL[1] * len(self.settings.frames)
            answer = per * sum(map(len, jobs))
            cost = np.nan
            if prices is not None:
                cost = (tokens * prices[0] + answer * prices[1]) / 1e6
            known = sum(key in self.answers for key in coder.keys)
            rows.append((coder.name, len(coder.keys), known, len(jobs), tokens, answer, cost))
        table = pd.DataFrame(rows, columns=list(PLAN_COLUMNS))
        return ModelPlan(table, self.endpoint.url, self.endpoint.local)

    def send(self, gate: Gate, workers: int, options: dict[str, Any]) -> None:
        """Send what is not known, in several threads, and store each answer as it comes."""
        self.gate = gate
        total = sum(len(job) for jobs in self._jobs.values() for job in jobs)
        if not total:
            return
        title = f"to {self.endpoint}"
        with tqdm(total=total, unit="sentence", desc=title, delay=1, disable=None) as bar:
            for coder in self.coders:
                if jobs := self._jobs[coder.name]:
                    server = ModelServer(self.endpoint, coder.model, gate, **options)
                    try:
                        server.check()
                        self._send_all(server, coder, jobs, workers, bar)
                    finally:
                        server.close()
                    self.requests += server.requests
                    self.server_facts[coder.name] = {
                        "structured": server.structured,
                        "parameters_refused": server.refused_parameters,
                        "software": server.software,
                    }
        self.stopped = gate.stopped
        if gate.fatal and not any(answer.outcome.codes for answer in self.answers.values()):
            raise InputError(
                f"No sentence was coded: {self.stopped}. Nothing is lost: the same call goes on."
            )

    def _send_all(
        self,
        server: ModelServer,
        coder: _Coder,
        jobs: list[list[int]],
        workers: int,
        bar: "tqdm[Any]",
    ) -> None:
        """Send the batches of a coder: the first alone, to learn what the server takes."""
        pool = ThreadPoolExecutor(max_workers=workers)
        try:
            self._code(server, coder, jobs[0])
            bar.update(len(jobs[0]))
            waiting: dict[Future[None], int] = {
                pool.submit(self._code, server, coder, job): len(job) for job in jobs[1:]
            }
            for done in as_completed(waiting):
                done.result()
                bar.update(waiting[done])
                if server.gate.why:
                    bar.set_postfix_str(f"waits: {server.gate.why}")
        except BaseException:
            # What is on its way is waited for, and its answers are stored.
            server.gate.stop("the run was interrupted")
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _code(self, server: ModelServer, coder: _Coder, job: list[int]) -> None:
        """Code a batch, and store what came of it."""
        keys = [coder.keys[number] for number in job]
        batch = _Batch(
            server, coder.prompt, [self.passages.sent[number] for number in job], self.settings,
            lambda: self.cache.mark(keys),
        )  # fmt: skip
        try:
            batch.run()
        except Stopped as stop:
            batch.rest("not sent", str(stop))
        except Failed as failure:
            batch.rest(failure.reason, failure.detail)
        answers = {key: batch.answer(number) for number, key in enumerate(keys, start=1)}
        final = {
            key: answer
            for key, answer in answers.items()
            if not any(problem.reason in ON_THE_WAY for problem in answer.outcome.problems)
        }
        self.cache.store(final)
        self.cache.forget(answers.keys() - final.keys())
        with self._lock:
            self.answers |= answers

    def result(
        self, codebook: Codebook, context: int, price: tuple[float, float] | None
    ) -> ModelCodes:
        """Return the codes and the problems, in reading order."""
        rows: list[tuple[object, ...]] = []
        problems: list[tuple[object, ...]] = []
        for coder in self.coders:
            for item, key in zip(self.passages.sent, coder.keys, strict=True):
                answer = self.answers.get(key)
                outcome = failed("not sent") if answer is None else answer.outcome
                _add(item, coder.name, outcome, codebook.frames, rows, problems)
            problems += [
                (doc_id, number, coder.name, "", "no word", "", False)
                for doc_id, number in self.passages.silent
            ]
        table = pd.DataFrame(rows, columns=list(MODEL_COLUMNS))
        table["frame"] = pd.Categorical(table["frame"], categories=codebook.frames)
        table["code"] = table["code"].astype("float64")
        table = table.astype({"quote_start": "Int64", "quote_end": "Int64", "rejected": "bool"})
        listed = pd.DataFrame(problems, columns=list(PROBLEM_COLUMNS))
        listed["reason"] = pd.Categorical(listed["reason"], categories=list(REASONS))
        listed = listed.astype(
            {"doc_id": "str", "sentence": "int64", "coder": "str", "frame": "str", "detail": "str",
             "coded": "bool"}
        )  # fmt: skip
        missing = listed[~listed["coded"]].drop(columns="coded").reset_index(drop=True)
        notes = (*self._stop_note(), *_notes(table, listed))
        return ModelCodes(
            table, listed, self._manifest(codebook, context, price, table, listed), notes,
            settings={"codebook": codebook.name, "codebook_hash": codebook.hash},
            left_out=missing,
        )  # fmt: skip

    def _stop_note(self) -> list[str]:
        return [f"stopped early: {self.stopped}; the same call goes on"] if self.stopped else []

    def _manifest(
        self,
        codebook: Codebook,
        context: int,
        price: tuple[float, float] | None,
        table: pd.DataFrame,
        problems: pd.DataFrame,
    ) -> dict[str, Any]:
        """Return how the codes were made, without any text of the corpus."""
        coders = []
        for coder in self.coders:
            answers = [
                self.answers[key] for key in dict.fromkeys(coder.keys) if key in self.answers
            ]
            asked = [answer for answer in answers if answer.at]
            of_coder = table[table["coder"] == coder.name]
            listed = problems.loc[problems["coder"] == coder.name, "reason"]
            reasons = listed.astype(str).value_counts(sort=False)
            coders.append(
                {
                    "coder": coder.name,
                    "model": coder.model,
                    "models_answered": dict(sorted(Counter(a.model for a in asked).items())),
                    "fingerprints": dict(sorted(Counter(a.fingerprint for a in asked).items())),
                    "prompt": coder.prompt.text,
                    "prompt_hash": hashlib.sha256(coder.prompt.text.encode()).hexdigest(),
                    "first_answer": min((a.at for a in asked), default=""),
                    "last_answer": max((a.at for a in asked), default=""),
                    "sentences": len(coder.keys),
                    "from_cache": sum(key in self.from_cache for key in coder.keys),
                    "codes": int(of_coder["code"].notna().sum()),
                    "missing_codes": int(of_coder["code"].isna().sum()),
                    "problems": {reason: int(reasons[reason]) for reason in sorted(reasons.index)},
                    "prompt_tokens": round(sum(a.prompt_tokens for a in asked)),
                    "completion_tokens": round(sum(a.completion_tokens for a in asked)),
                    **self.server_facts.get(coder.name, {}),
                }
            )
        settings = self.settings
        return {
            "endpoint": self.endpoint.url,
            "local": self.endpoint.local,
            "codebook": {
                "name": codebook.name, "version": codebook.version, "hash": codebook.hash,
                "frames": codebook.frames,
            },
            "context": context,
            "batch": settings.batch,
            "max_tokens": settings.most(settings.batch),
            **settings.parameters,
            "started": self.started,
            "ended": now(),
            "requests": self.requests,
            "price": None if price is None else list(price),
            "cost": round(self.gate.spent, 6) if self.gate and price is not None else None,
            "stopped": self.stopped,
            "coders": coders,
        }  # fmt: skip


class _Batch:
    """The sentences of one request, until each has an outcome."""

    def __init__(
        self,
        server: ModelServer,
        prompt: Prompt,
        passages: list[Passage],
        settings: _Settings,
        before: Any,
    ) -> None:
        self._server, self._prompt, self._passages = server, prompt, passages
        self._settings, self._before = settings, before
        self._outcomes: dict[int, Outcome] = {}
        self._model = self._fingerprint = ""
        self._tokens = [0, 0]

    def run(self) -> None:
        """Ask the server; ask once more for what cannot be used."""
        numbers = list(range(1, len(self._passages) + 1))
        messages = messages_of(self._prompt, self._passages)
        content = self._content(messages, numbers)
        if content is None:
            return
        reading = read_reply(content, self._passages, self._settings.frames)
        self._outcomes |= reading.outcomes
        if not reading.faults:
            return
        wrong = sorted(reading.faults)
        faults = reading.faults
        for number, fault in faults.items():
            self._outcomes[number] = failed(fault.reason, fault.detail)
        passages = [self._passages[number - 1] for number in wrong]
        said = "; ".join(dict.fromkeys(_fault_text(fault) for fault in faults.values()))
        repair = [
            *messages_of(self._prompt, passages),
            {"role": "assistant", "content": content[:SEEN_AGAIN]},
            {
                "role": "user",
                "content": f"This answer cannot be used: {said}. Answer again for these sentences, "
                "ids 1 to "
                f"{len(wrong)}, with JSON only, in the shape given. The frames are "
                f"{', '.join(self._settings.frames)}.",
            },
        ]
        content = self._content(repair, wrong)
        if content is None:
            return
        reading = read_reply(content, passages, self._settings.frames)
        for at, number in enumerate(wrong, start=1):
            if at in reading.outcomes:
                self._outcomes[number] = reading.outcomes[at]
            else:
                fault = reading.faults[at]
                self._outcomes[number] = failed(fault.reason, fault.detail)

    def _content(self, messages: list[dict[str, str]], numbers: list[int]) -> str | None:
        """Return the answer; None where there is none, with the reason as outcome."""
        schema = schema_of(self._settings.frames, len(numbers))
        most = self._settings.most(len(numbers))
        reason = ""
        for tokens in (most, 2 * most):
            reply = self._server.ask(
                messages, schema, tokens, self._settings.parameters, self._before
            )
            self._model, self._fingerprint = reply.model, reply.fingerprint
            self._tokens[0] += reply.prompt_tokens
            self._tokens[1] += reply.completion_tokens
            if reply.refused or reply.finish == "content_filter":
                reason = "refused"
                break
            if reply.finish == "length":
                reason = "truncated"
            elif not reply.content.strip():
                reason = "empty answer"
            else:
                return reply.content
        for number in numbers:
            self._outcomes[number] = failed(reason)
        return None

    def rest(self, reason: str, detail: str) -> None:
        """Note why the sentences without codes were not answered."""
        for number in range(1, len(self._passages) + 1):
            if number not in self._outcomes or not self._outcomes[number].codes:
                self._outcomes[number] = failed(reason, detail)

    def answer(self, number: int) -> Answer:
        """Return what came of a sentence, with its part of the tokens."""
        n = len(self._passages)
        first, second = self._tokens
        return Answer(
            self._outcomes[number], self._model, self._fingerprint, first / n, second / n, now()
        )


def _fault_text(fault: Problem) -> str:
    """Return a fault as a phrase for the model."""
    return f"{fault.reason} ({fault.detail})" if fault.detail else fault.reason


def _add(
    item: Passage,
    coder: str,
    outcome: Outcome,
    frames: Sequence[str],
    rows: list[tuple[object, ...]],
    problems: list[tuple[object, ...]],
) -> None:
    """Add the codes and the problems of a sentence to the rows of the tables."""
    codes = {code.frame: code for code in outcome.codes}
    head = (item.doc_id, item.sentence, coder)
    for frame in frames:
        code = codes.get(frame)
        if code is None or code.code is None:
            rows.append((*head, frame, np.nan, False, None, None))
            continue
        start = None if code.start is None else item.start + code.start
        end = None if code.end is None else item.start + code.end
        rows.append((*head, frame, float(code.code), code.rejected, start, end))
    for problem in outcome.problems:
        coded = problem.reason in OF_QUOTES
        problems.append((*head, problem.frame, problem.reason, problem.detail, coded))


def _notes(table: pd.DataFrame, problems: pd.DataFrame) -> list[str]:
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
                    f"{coder}: {same:.0%} of the sentences have the same codes "
                    f"({', '.join(pattern) or 'no frame'})"
                )
        present = rows["code"] == 1
        without = present & rows["quote_start"].isna()
        if present.any() and without.sum() / present.sum() > MISSING:
            notes.append(
                f"{coder}: {without.sum() / present.sum():.0%} of the frames have no evidence that "
                "stands in the sentence"
            )
    return notes


@check_objects
def sample_by_codebook(corpus: Corpus, codebook: Codebook, n: int, *, seed: int) -> Sample:
    """Draw sentences at random, for people and models who code by a codebook.

    No instrument is needed beforehand: there is one stratum, and each sentence has the same
    probability. If hits of a lexicon or of a model are known for all sentences,
    `sample_for_coding` draws by these.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    codebook : Codebook
        Its frames are those to code.
    n : int
        Sentences to draw.
    seed : int
        The same seed draws the same sentences.

    Returns
    -------
    Sample
        A simple random sample of the sentences that have a word.

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
    sentences = corpus.sentences
    none = np.zeros((len(sentences), len(codebook.frames)), dtype=bool)
    hits = sentence_hits(
        corpus.table.drop(columns="text"), sentences, none, codebook.frames,
        entry="(none)", instrument=f"codebook {codebook.name}", instrument_hash=codebook.hash,
        corpus_fingerprint=corpus.fingerprint,
    )  # fmt: skip
    return sample_for_coding(hits, corpus, n, strata=(), seed=seed)


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
        raise InputError(f"{path}: a manifest is written as .json. Give a path that ends so.")
    write_text(path, json.dumps(coded.manifest, indent=2, ensure_ascii=False) + "\n")
    return path
