"""Runs of a model coder: what has to be sent, what is known from the cache, what came of it."""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from framing._core.checks import (
    InputError,
)
from framing.coding.codebooks import Codebook
from framing.coding.models.cache import Answer, Cache, now
from framing.coding.models.model_codes import (
    MODEL_COLUMNS,
    PLAN_COLUMNS,
    PROBLEM_COLUMNS,
    ModelCodes,
    ModelPlan,
    notes_of,
)
from framing.coding.models.prompts import (
    Passage,
    Prompt,
    messages_of,
    tokens_of,
)
from framing.coding.models.replies import (
    OF_QUOTES,
    ON_THE_WAY,
    REASONS,
    Outcome,
    Problem,
    failed,
    read_reply,
    schema_of,
)
from framing.coding.models.servers import (
    CUT,
    FILTERED,
    Endpoint,
    Failed,
    Gate,
    ModelServer,
    Stopped,
)

# A change of how replies are read is a new number, so that the cache of before is not used.
READING = 4
# Tokens of an answer: at most, and as a rule, for a sentence and for a frame of it.
MOST = (80, 70)
USUAL = (20, 10)
# Characters of a wrong answer that the model sees again when it is asked to mend it.
SEEN_AGAIN = 4000


@dataclass(frozen=True)
class Settings:
    """What is the same for all requests of a run."""

    frames: tuple[str, ...]
    unit: str
    batch: int
    max_tokens: int | None
    parameters: dict[str, Any]

    def most(self, n: int) -> int:
        """Return the tokens that an answer for n sentences may have."""
        per = MOST[0] + MOST[1] * len(self.frames)
        return self.max_tokens or n * per


@dataclass(frozen=True)
class ModelCoder:
    """A model with a prompt, and the key of each of its sentences in the cache."""

    name: str
    model: str
    prompt: Prompt
    keys: list[str]
    occasion: str = ""
    answers_as: str = ""


@dataclass(frozen=True)
class SourcePassages:
    """The sentences of a source: all of them, and those with a word, which are sent."""

    sent: list[Passage]
    silent: list[tuple[str, int]]


def coder_of(
    model: str,
    prompt: Prompt,
    occasion: str,
    passages: Sequence[Passage],
    settings: Settings,
    structured: str,
    url: str,
) -> ModelCoder:
    """Return a coder with the key of each passage: what must be the same for the same answer.

    The address counts: under one name, two servers may have two models.
    """
    fixed = [
        READING, prompt.text, url, model, settings.unit, occasion, settings.frames, settings.batch,
        settings.max_tokens, settings.parameters, structured,
    ]  # fmt: skip
    common = hashlib.sha256(json.dumps(fixed, ensure_ascii=False).encode())
    keys = []
    for item in passages:
        digest = common.copy()
        digest.update(json.dumps([item.before, item.text, item.after]).encode())
        keys.append(digest.hexdigest())
    name = ", ".join(part for part in (model, prompt.name, occasion) if part)
    return ModelCoder(name, model, prompt, keys, occasion)


class Run:
    """A run: what is known from the cache, what has to be sent, and what came of it."""

    def __init__(
        self,
        passages: SourcePassages,
        settings: Settings,
        coders: Sequence[ModelCoder],
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

    def _batches(self, coder: ModelCoder) -> list[list[int]]:
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
            tokens = sum(
                tokens_of(messages_of(coder.prompt, batch, self.settings.unit)) for batch in sent
            )
            per = USUAL[0] + USUAL[1] * len(self.settings.frames)
            answer = per * sum(map(len, jobs))
            cost = np.nan
            if prices is not None:
                cost = (tokens * prices[0] + answer * prices[1]) / 1e6
            known = sum(key in self.answers for key in coder.keys)
            rows.append((coder.name, len(coder.keys), known, len(jobs), tokens, answer, cost))
        table = pd.DataFrame(rows, columns=list(PLAN_COLUMNS))
        return ModelPlan(
            table, self.endpoint.url, self.endpoint.local, settings={"unit": self.settings.unit}
        )

    def send(self, gate: Gate, workers: int, options: dict[str, Any]) -> None:
        """Send what is not known, in several threads, and store each answer as it comes."""
        self.gate = gate
        total = sum(len(job) for jobs in self._jobs.values() for job in jobs)
        if not total:
            return
        title = f"to {self.endpoint}"
        with tqdm(total=total, unit=self.settings.unit, desc=title, delay=1, disable=None) as bar:
            for coder in self.coders:
                if jobs := self._jobs[coder.name]:
                    server = ModelServer(
                        self.endpoint, coder.model, gate, answers_as=coder.answers_as, **options
                    )
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
                f"No {self.settings.unit} was coded: {self.stopped}. Nothing is lost: the same "
                "call continues."
            )

    def _send_all(
        self,
        server: ModelServer,
        coder: ModelCoder,
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

    def _code(self, server: ModelServer, coder: ModelCoder, job: list[int]) -> None:
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
        notes = (*self._stop_note(), *notes_of(table, listed, self.settings.unit))
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
                    "occasion": coder.occasion,
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
                    "tolerated": dict(
                        sorted(Counter(s for a in answers for s in a.outcome.tolerated).items())
                    ),
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
                "unit": codebook.unit, "frames": codebook.frames,
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
        settings: Settings,
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
        unit = self._settings.unit
        messages = messages_of(self._prompt, self._passages, unit)
        content = self._content(messages, numbers)
        if content is None:
            return
        reading = read_reply(content, self._passages, self._settings.frames, unit)
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
            *messages_of(self._prompt, passages, unit),
            {"role": "assistant", "content": content[:SEEN_AGAIN]},
            {
                "role": "user",
                "content": f"This answer cannot be used: {said}. Answer again for these {unit}s, "
                "ids 1 to "
                f"{len(wrong)}, with JSON only, in the shape given. The frames are "
                f"{', '.join(self._settings.frames)}.",
            },
        ]
        content = self._content(repair, wrong)
        if content is None:
            return
        reading = read_reply(content, passages, self._settings.frames, unit)
        for at, number in enumerate(wrong, start=1):
            if at in reading.outcomes:
                self._outcomes[number] = reading.outcomes[at]
            else:
                fault = reading.faults[at]
                self._outcomes[number] = failed(fault.reason, fault.detail)

    def _content(self, messages: list[dict[str, str]], numbers: list[int]) -> str | None:
        """Return the answer; None where there is none, with the reason as outcome."""
        schema = schema_of(self._settings.frames, len(numbers), self._settings.unit)
        most = self._settings.most(len(numbers))
        reason = detail = ""
        for tokens in (most, 2 * most):
            reply = self._server.ask(
                messages, schema, tokens, self._settings.parameters, self._before
            )
            self._model, self._fingerprint = reply.model, reply.fingerprint
            self._tokens[0] += reply.prompt_tokens
            self._tokens[1] += reply.completion_tokens
            if reply.refused or reply.finish in FILTERED:
                reason, detail = "refused", ""
                break
            if reply.finish in CUT:
                reason, detail = "truncated", f"after {tokens:,} tokens: raise max_tokens"
            elif not reply.content.strip():
                reason = "empty answer"
                detail = "a model that thinks needs more max_tokens, or has to think less"
            else:
                return reply.content
        for number in numbers:
            self._outcomes[number] = failed(reason, detail)
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
        start, end = None, None
        if code.start is not None and code.end is not None:
            start, end = item.span(code.start, code.end)
        rows.append((*head, frame, float(code.code), code.rejected, start, end))
    for problem in outcome.problems:
        coded = problem.reason in OF_QUOTES
        problems.append((*head, problem.frame, problem.reason, problem.detail, coded))
