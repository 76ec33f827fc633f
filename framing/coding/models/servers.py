"""Model servers: requests to an OpenAI-compatible endpoint, and an answer to each of its faults.

Requests are sent by httpx. Waiting and sending again are written here, because they concern all
requests of a run and not a single one: after a rate limit every thread waits and half as many send,
what may be spent is kept back before each request, and after many failures in a row, a quota or a
refused key the run ends. The client openai and the package tenacity send one call again and know
nothing of the others; openai also sends again where a quota is used up. The retries of httpx are of
connections alone.
"""

import ipaddress
import logging
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from fnmatch import fnmatchcase
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

from framing._core.checks import InputError, listing, suggestion
from framing.coding.models.prompts import pieces_of, tokens_of
from framing.coding.models.replies import check_once

if TYPE_CHECKING:
    import httpx

# How httpx says that a connection is there, with the stream as its value.
CONNECTED = ".connect_tcp.complete"
# Packages of the client: each of their modules has a logger of its own.
CLIENTS = ("httpx", "httpcore")
# The variable with the key of a hosted endpoint, unless key_env names another.
KEY_OF_HOSTED = "OPENAI_API_KEY"
# Failures in a row after which the run stops.
IN_A_ROW = 20
# Times that a request waits for a rate limit, and seconds that it waits at most.
WAITS = 8
LONGEST_WAIT = 600.0
# A server that is still loading its model says so with status 503.
LOADING = r"loading model|\b(model|server) .{0,60}\bload(ing|ed)\b|warming up"
# A shorter key is no secret, such as "ollama" for a server on this machine; answers may have it.
SHORTEST_KEY = 8
# Bytes of a reply that are read at most.
LARGEST = 10_000_000
# Tokens that the server counts must be at least this part of the words and marks that were sent.
LEAST_READ = 0.8
# A prompt is taken to have this many times the tokens that it has as a rule.
CAUTION = 1.5
# How each structure is called in a request, and what is tried after it.
FORMS = {"schema": "json_schema", "json": "json_object", "none": ""}
LESS = {"schema": "json", "json": "none"}
STRUCTURED = ("auto", "schema", "json", "none")
# How servers say that a request is too long. They name parameters in it, which they know well.
TOO_LONG = (
    r"context.{0,12}(length|window|size|limit)|maximum context|prompt.{0,12}too long|"
    r"\bn_(keep|ctx)\b|max_tokens must be at least 1, got -"
)
# What can be done then: some servers count the longest answer that is allowed.
SHORTER = "give a smaller batch= or max_tokens=, or raise the context of the server"
# How a service says that no server behind it takes a parameter.
NO_ROUTE = r"endpoints? found|parameter|response_format|structured|support"
# How servers say, whatever the status, that no request will succeed: the key, the money, the model.
BAD_KEY = (
    r"api[ _-]?key\b.{0,25}\b(not valid|invalid|incorrect|expired|revoked|not found)|"
    r"\b(invalid|incorrect|expired|revoked|wrong|no valid)\b.{0,20}\bapi[ _-]?key"
)
NO_MONEY = (
    r"\b(credit|balance|funds?)\b.{0,30}\b(too low|insufficient|exhausted|depleted|used up)|"
    r"\binsufficient (account )?(credits?|balance|funds?)|"
    r"billing.{0,20}\b(not active|inactive|disabled|hard limit)"
)
NO_MORE = (
    r"\bmodel\b[^.]{0,80}\b(decommissioned|discontinued|retired|no longer (available|supported))\b|"
    r"\bmodel(_| has been | is | was )(decommissioned|deprecated)"
)
# How they say that a limit ends with the day.
OF_A_DAY = r"\b(per|a|each)[ -]day\b|\bdaily\b"
# How servers say that they did not want to answer this text.
FLAGGED = (
    r"content.?(filter|management|policy)|moderation|flagged|responsible.?ai|safety (system|filter)"
)
# Why an answer ended: it was cut, it was held back, or the server broke off, by several names.
CUT = ("length", "max_tokens", "max_output_tokens", "model_length", "max_length")
FILTERED = ("content_filter", "safety", "recitation", "blocklist", "prohibited_content", "spii",
            "refusal", "sensitive", "guardrail_intervened")  # fmt: skip
BROKEN = ("error", "abort", "aborted", "cancelled", "canceled", "network_error")
# What the name of a model may have after it: its version, its price class, how it is stored.
VERSION = (
    r"(:latest|[-@](\d{4}-?\d{2}-?\d{2}|\d{3,4})|:(free|nitro|floor|online|beta|extended|thinking)|"
    r"[-.@:](i?q\d\w*|f16|fp16|bf16|f32|fp8|int[48]|awq|gptq|gguf|mlx|[48]bit))*"
)
# How a reply is not what it should be: no JSON, no such field, a number or depth without end.
UNREADABLE = (
    msgspec.DecodeError, KeyError, IndexError, TypeError, ValueError, AttributeError,
    OverflowError, RecursionError,
)  # fmt: skip


class Failed(Exception):  # noqa: N818
    """A request failed, with the reason and details."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class Stopped(Exception):  # noqa: N818
    """No more requests are sent in this run, with the reason."""


@dataclass(frozen=True)
class Endpoint:
    """The address of a server. The key is not part of it: `key_of` reads it when it is needed."""

    url: str
    local: bool
    key_env: str | None

    def __str__(self) -> str:
        return f"{self.url} ({'this machine' if self.local else 'another machine'})"


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    content: str
    refused: str
    finish: str
    model: str
    fingerprint: str
    prompt_tokens: int
    completion_tokens: int


def endpoint_of(base_url: str, key_env: str | None) -> Endpoint:
    """Return the endpoint at an address; raise InputError where texts must not go there."""
    url = base_url.strip() if isinstance(base_url, str) else ""
    parts = urlsplit(url)
    try:
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if parts.scheme not in ("http", "https") or not host:
        raise InputError(
            f"base_url={base_url!r} is not the address of a server. Ollama on this machine is at "
            '"http://127.0.0.1:11434/v1", llama.cpp at "http://127.0.0.1:8080/v1", vLLM at '
            '"http://127.0.0.1:8000/v1".'
        )
    if parts.username or parts.password or parts.query:
        raise InputError(
            f"base_url for {host} has a name, a password or a query. Remove them. Put a key into "
            "an environment variable and name the variable with key_env=; the key is not stored."
        )
    path = parts.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
    return Endpoint(
        urlunsplit((parts.scheme, parts.netloc, path, "", "")), _is_local(host), key_env
    )


def _is_local(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def key_of(endpoint: Endpoint) -> str:
    """Return the key of an endpoint from the environment; empty where none is needed."""
    name = endpoint.key_env or ("" if endpoint.local else KEY_OF_HOSTED)
    if not name:
        return ""
    key = os.environ.get(name, "").strip()
    if not key:
        raise InputError(
            f"The endpoint {endpoint.url} needs a key: set the environment variable {name}, or "
            "name another one with key_env=."
        )
    # No key is among the names of a frame that raises: some tools show these with a traceback.
    good = key.isascii() and key.isprintable()
    open_ = not endpoint.local and endpoint.url.startswith("http:")
    if not good or open_:
        del key
    if not good:
        raise InputError(f"The key in {name} has characters that a key cannot have. Copy it again.")
    if open_:
        raise InputError(
            f"The key would go to {endpoint.url} without encryption. Give an address that begins "
            "with https://."
        )
    return key


@dataclass
class Gate:
    """What all requests of a run pass: how many at once, until when to wait, what they may cost."""

    limit: int
    max_cost: float
    spent: float = 0.0
    stopped: str = ""
    # Whether it stopped for a cause that no other request can escape.
    fatal: bool = False
    resume: float = 0.0
    why: str = ""
    _reserved: float = 0.0
    _active: int = 0
    _in_a_row: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def enter(self, cost: float) -> None:
        """Wait until a request that costs at most this much may be sent."""
        with self._changed:
            while True:
                wait = self.resume - time.monotonic()
                if self.stopped:
                    raise Stopped(self.stopped)
                if wait > 0:
                    self._changed.wait(wait)
                elif self._active >= self.limit:
                    self._changed.wait()
                elif self.spent + self._reserved + cost <= self.max_cost:
                    break
                elif self._active:
                    self._changed.wait()
                else:
                    self._stop(f"max_cost={self.max_cost:g} is used up: {self.spent:.4g} was spent")
            self.why = ""
            self._active += 1
            self._reserved += cost

    def leave(self, reserved: float, cost: float) -> None:
        """Note that a request is over, and what it cost."""
        with self._changed:
            self._active -= 1
            self._reserved -= reserved
            self.spent += cost
            self._changed.notify_all()

    def pause(self, seconds: float, why: str, *, fewer: bool) -> None:
        """Let no request start for some seconds; with ``fewer``, half as many at once from now."""
        with self._changed:
            self.resume = max(self.resume, time.monotonic() + seconds)
            self.why = why
            if fewer:
                self.limit = max(1, self.limit // 2)

    def count(self, failed: bool, why: str = "") -> None:
        """Note whether a request came to nothing, and stop after many of these in a row."""
        with self._changed:
            self._in_a_row = self._in_a_row + 1 if failed else 0
            if self._in_a_row >= IN_A_ROW:
                self._stop(f"{IN_A_ROW} requests in a row failed, the last by: {why}")

    def stop(self, why: str) -> None:
        """Let no other request start."""
        with self._changed:
            self._stop(why)

    def _stop(self, why: str) -> None:
        self.stopped = self.stopped or why
        self._changed.notify_all()


class ModelServer:
    """A server with one model. It is asked from several threads at once."""

    def __init__(
        self,
        endpoint: Endpoint,
        model: str,
        gate: Gate,
        *,
        answers_as: str = "",
        timeout: float,
        retries: int,
        pause: float,
        structured: str,
        prices: tuple[float, float],
    ) -> None:
        self.endpoint, self.model, self.gate = endpoint, model, gate
        self._answers_as = answers_as
        self._timeout, self._retries, self._pause = timeout, retries, pause
        self._prices = prices
        self._key = key_of(endpoint)
        self._client = _client(endpoint, self._key, timeout)
        self._log = KeyFilter(self._hide)
        self._log.attach()
        self._lock = threading.Lock()
        # What this server takes; a parameter that it refuses is not sent again.
        self.structured = "schema" if structured == "auto" else structured
        self.fixed = structured != "auto"
        self.refused_parameters: list[str] = []
        self.answered = False
        self.recognised = False
        self.requests = 0
        self.most_read = 0
        self.software = ""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        self._log.detach()

    def check(self) -> None:
        """Raise InputError where there is no server, the key is refused, or it lacks the model."""
        import httpx

        try:
            status, body, _ = self._send("GET", "/models", None, min(self._timeout, 10.0))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            start = " Start it (ollama serve, llama-server, vllm serve)" * self.endpoint.local
            raise InputError(
                f"No server at {self.endpoint.url} ({self._clean(str(error))})."
                f"{start or ' Check the address'}, or give another base_url."
            ) from None
        except (httpx.HTTPError, Failed):
            return
        if status == 401 or (status == 403 and _is_json(body)):
            raise InputError(f"{self._key_refused(status, body)}.")
        if self._answers_as:
            return  # Lists have models, and not the names of deployments.
        names = _names(body) if status == 200 else []
        # A proxy may list "openai/*" for all models that it passes on.
        if names and not any(
            same_model(self.model, name) or ("*" in name and fnmatchcase(self.model, name))
            for name in names
        ):
            raise InputError(
                f"{self.endpoint.url} has no model {self.model!r}. It has {listing(names)}."
                f"{suggestion(self.model, names)}"
            )

    def ask(
        self,
        messages: Sequence[dict[str, str]],
        schema: dict[str, Any],
        max_tokens: int,
        settings: dict[str, Any],
        before: Callable[[], None],
    ) -> Reply:
        """Return the reply to messages; raises Failed, or Stopped where the run must end.

        ``before`` is called directly before a request goes out.
        """
        try:
            reply = self._ask(messages, schema, max_tokens, settings, before)
        except Failed as failure:
            # A text that is refused is no sign of a server that is out of order.
            if failure.reason == "refused":
                self.gate.count(False)
                raise
            self.gate.count(True, f"{failure.reason} {failure.detail}".strip())
            raise
        self.gate.count(False)
        return reply

    def _ask(
        self,
        messages: Sequence[dict[str, str]],
        schema: dict[str, Any],
        max_tokens: int,
        settings: dict[str, Any],
        before: Callable[[], None],
    ) -> Reply:
        import httpx

        tries = waits = 0
        least, about = pieces_of(messages), tokens_of(messages)
        most = self._cost(CAUTION * about, max_tokens)
        while True:
            body = self._body(messages, schema, max_tokens, settings)
            self.gate.enter(most)
            cost, headers = 0.0, dict[str, str]()
            try:
                before()
                with self._lock:
                    self.requests += 1
                status, text, headers = self._send("POST", "/chat/completions", body, self._timeout)
                status = _status_of(status, text)
                if status == 200:
                    reply = self._read(text)
                    # A server that does not count is taken to have used all that it could.
                    answer = reply.completion_tokens or max_tokens
                    cost = self._cost(reply.prompt_tokens or about, answer)
                    self.answered = True
                    return self._checked(reply, least)
                failure = self._failure(status, text, body, _retry_after(headers))
            except httpx.TimeoutException:
                cost = most  # An answer that never came may have to be paid.
                failure = Failed("timeout", f"no answer in {self._timeout:g} seconds")
            except httpx.ConnectError as error:
                failure = Failed("no connection", self._clean(str(error)))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                cost = most
                failure = Failed("connection lost", type(error).__name__)
            finally:
                self.gate.leave(most, cost)
            if failure is None:
                continue  # The request is sent again without what this server refused.
            if failure.reason == "rate limit" or _is_loading(failure):
                waits += 1
                seconds = _retry_after(headers)
                self._wait(failure, seconds, waits)
            elif failure.reason in ("timeout", "no connection", "connection lost", "server error"):
                tries += 1
                if tries > self._retries:
                    if failure.reason != "server error" or not self._less():
                        raise failure
                    tries = 0
                asked = _retry_after(headers) if failure.reason == "server error" else None
                seconds = self._pause * 2 ** (tries - 1) if asked is None else asked
                self.gate.pause(min(seconds, LONGEST_WAIT), failure.reason, fewer=False)
            else:
                raise failure

    def _wait(self, failure: Failed, asked: float | None, waits: int) -> None:
        """Pause all requests for a rate limit, for as long as the server asks."""
        if waits > WAITS:
            raise failure
        seconds = min(self._pause * 2 ** (waits - 1), 60.0) if asked is None else asked
        if seconds > LONGEST_WAIT:
            self.gate.stop(f"the server asks to wait {seconds:,.0f} seconds (rate limit)")
            raise failure
        self.gate.pause(seconds, failure.reason, fewer=failure.reason == "rate limit")

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None, timeout: float
    ) -> tuple[int, str, dict[str, str]]:
        """Return status, text and headers of a reply that comes within ``timeout`` seconds."""
        import httpx

        data = b""
        with Deadline(timeout) as limit:
            try:
                with self._client.stream(
                    method,
                    self.endpoint.url + path,
                    json=body,
                    timeout=timeout,
                    extensions={"trace": limit.trace},
                ) as response:
                    for chunk in response.iter_bytes():
                        data += chunk
                        if len(data) > LARGEST:
                            raise Failed("not a reply", f"more than {LARGEST:,} bytes")
            except httpx.TransportError:
                if limit.over:
                    raise httpx.ReadTimeout("too slow") from None
                raise
        if limit.over:
            raise httpx.ReadTimeout("too slow")  # What came until then may be cut.
        self.software = self._hide(response.headers.get("server", self.software))[:60]
        text = self._hide(data.decode("utf-8-sig", "replace"))
        return response.status_code, text, dict(response.headers)

    def _body(
        self,
        messages: Sequence[dict[str, str]],
        schema: dict[str, Any],
        max_tokens: int,
        settings: dict[str, Any],
    ) -> dict[str, Any]:
        """Return the request, without what this server does not take."""
        body: dict[str, Any] = {"model": self.model, "messages": list(messages), **settings}
        without = self.refused_parameters
        name = "max_completion_tokens" if "max_tokens" in without else "max_tokens"
        body[name] = max_tokens
        if self.structured == "schema":
            form = {"name": "codes", "strict": True, "schema": schema}
            body["response_format"] = {"type": FORMS["schema"], "json_schema": form}
        elif self.structured == "json":
            body["response_format"] = {"type": FORMS["json"]}
        return {key: value for key, value in body.items() if key not in without}

    def _failure(
        self, status: int, text: str, body: dict[str, Any], waits: float | None = None
    ) -> Failed | None:
        """Return what a reply without success means; None where the request was changed.

        ``waits`` are the seconds that the server asks to wait, if it says so.
        """
        code, message = _error_of(text)
        said = f"{status} {self._clean(message)}".strip()
        if 400 <= status < 500 and re.search(FLAGGED, f"{code} {message}".lower()):
            return Failed("refused", said)
        low = f"{code} {message}".lower()
        if status == 403 and not _is_json(text):
            return Failed("request refused", f"{said}: by a proxy in front of the server")
        if status in (401, 403) or (400 <= status < 500 and re.search(BAD_KEY, low)):
            self._end(self._key_refused(status, text))
        if 400 <= status < 500 and (
            status == 402
            or code in ("insufficient_quota", "billing_hard_limit_reached")
            or re.search(NO_MONEY, low)
            or (status == 429 and not waits and re.search(OF_A_DAY, low))
        ):
            self._end(f"the quota of the endpoint is used up ({said})")
        if status == 410 or (400 <= status < 500 and re.search(NO_MORE, low)):
            self._end(f"the endpoint no longer has the model {self.model!r} ({said})")
        if status == 404 and re.search(NO_ROUTE, message.lower()) and self._simpler(message, body):
            return None
        if status == 404:
            self._end(f"the endpoint has no model {self.model!r}, or another address ({said})")
        if status == 429:
            return Failed("rate limit", said)
        if code == "context_length_exceeded" or re.search(TOO_LONG, message.lower()):
            return Failed("request refused", f"{said}: {SHORTER}")
        if status in (400, 422, 501) and self._simpler(message, body):
            return None
        if status in (408, 409, 425) or status >= 500:
            return Failed("server error", said)
        if 300 <= status < 400:
            return Failed("request refused", f"{status}: the server sends texts elsewhere")
        return Failed("request refused", said)

    def _simpler(self, message: str, body: dict[str, Any]) -> bool:
        """Leave out what the server does not take, and return whether there was anything."""
        said = message.lower()
        with self._lock:
            for name in ("max_tokens", "temperature", "seed"):
                if name in body and re.search(rf"\b{name}\b", said):
                    self.refused_parameters.append(name)
                    return True
            named = re.search("response_format|json_schema|json_object|schema|grammar", said)
            if "response_format" in body and not self.fixed and (named or not self.answered):
                if body["response_format"]["type"] == FORMS[self.structured]:
                    self.structured = LESS[self.structured]
                return True
        return False

    def _less(self) -> bool:
        """Ask for less structure of a server that fails from the first request on.

        Some servers answer a schema that they do not know with an error of their own. Where no
        structure helps, the next request begins with the schema again.
        """
        with self._lock:
            if self.fixed or self.answered:
                return False
            if self.structured == "none":
                self.structured = "schema"
                return False
            self.structured = LESS[self.structured]
            return True

    def _read(self, text: str) -> Reply:
        """Return a reply as far as it keeps to the protocol; else raise Failed."""
        try:
            data = msgspec.json.decode(text)
            check_once(text)
            choice = data["choices"][0]
            message = choice["message"]
            content = message.get("content") or ""
            refused = message.get("refusal") or ""
            finish = str(choice.get("finish_reason") or "").lower()
            if any(other["message"] != message for other in data["choices"][1:]):
                # One was asked for. Which of them is right is not known.
                raise Failed("not a reply", "several answers that differ")
            return Reply(
                content if isinstance(content, str) else _joined(content),
                str(refused),
                finish,
                str(data.get("model") or ""),
                str(data.get("system_fingerprint") or ""),
                _tokens(data, "prompt_tokens"),
                _tokens(data, "completion_tokens"),
            )
        except UNREADABLE:
            start = self._clean(text.strip()[:80])
            raise Failed("not a reply", f"not OpenAI-compatible: {start!r}") from None

    def _checked(self, reply: Reply, least: int) -> Reply:
        """Return the reply if this model answered it, and all of the prompt was read."""
        if reply.model and not same_model(self._answers_as or self.model, reply.model):
            said = (
                f"the server answered for {reply.model[:60]!r}; if this is what the name stands "
                f"for, give model={{{self.model!r}: {reply.model[:60]!r}}}"
            )
            if not self.recognised:
                self._end(said)  # It has another model under this name: so will all answers be.
            raise Failed("other model", said)
        self.recognised = True
        read = reply.prompt_tokens
        with self._lock:
            # A server that counts no words from its cache has read longer prompts before.
            longest, self.most_read = self.most_read, max(self.most_read, read)
        if 0 < read < LEAST_READ * least and longest < LEAST_READ * least:
            raise Failed(
                "prompt cut",
                f"the server read {read:,} of at least {least:,} tokens: raise its context "
                "(num_ctx in Ollama, -c in llama.cpp)",
            )
        return reply

    def _cost(self, prompt_tokens: float, completion_tokens: float) -> float:
        """Return what tokens cost."""
        first, second = self._prices
        return (prompt_tokens * first + completion_tokens * second) / 1e6

    def _end(self, why: str) -> None:
        """Stop the run."""
        self.gate.fatal = True
        self.gate.stop(why)
        raise Stopped(why)

    def _key_refused(self, status: int, text: str) -> str:
        name = self.endpoint.key_env or ("" if self.endpoint.local else KEY_OF_HOSTED)
        said = self._clean(_error_of(text)[1])
        if not name:
            return f"{self.endpoint.url} needs a key ({said}): name its variable with key_env="
        if status == 403:
            return f"{self.endpoint.url} does not let the key in {name} do this ({said})"
        return f"{self.endpoint.url} refuses the key in {name} ({said}): set the right key"

    def _clean(self, text: str) -> str:
        """Return the beginning of a message of the server, without the key."""
        if self._key:
            text = text.replace(self._key, "(key)")
        return " ".join(text.split())[:160]

    def _hide(self, text: str) -> str:
        """Return what a server sent without the key, before any of it is cut or kept."""
        if len(self._key) < SHORTEST_KEY:
            return text
        # As it is, in JSON, and as Python shows bytes.
        for written in (self._key, self._key.replace("/", "\\/"), repr(self._key)[1:-1]):
            text = text.replace(written, "(key)")
        return text


def _client(endpoint: Endpoint, key: str, timeout: float) -> "httpx.Client":
    """Return the client. A local server is asked without the proxy of the environment."""
    try:
        import httpx
    except ImportError:
        raise InputError(
            'Model coders need the package httpx: pip install "media-framing[model]".'
        ) from None
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    # Each request has a connection of its own. Where a server or a proxy sends a reply twice, the
    # second one would be read as the reply to the next request on the same connection.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.Client(
        headers=headers, timeout=timeout, limits=limits, trust_env=not endpoint.local,
        follow_redirects=False,
    )  # fmt: skip


def _names(text: str) -> list[str]:
    """Return the models in a list of the server; none where it is no such list."""
    try:
        return [str(item["id"]) for item in msgspec.json.decode(text)["data"]]
    except UNREADABLE:
        return []


def _error_of(text: str) -> tuple[str, str]:
    """Return the code and the message of an error of the server."""
    try:
        error = msgspec.json.decode(text)
        if isinstance(error, list):
            error = error[0]  # As Gemini wraps it.
        error = error.get("error", error)
        if isinstance(error, dict):
            code = error.get("code") or error.get("type") or ""
            return str(code), str(error.get("message") or error.get("detail") or error)
        return "", str(error)
    except UNREADABLE:
        return "", text


def _is_json(text: str) -> bool:
    """Return whether a reply is JSON, and not the page of a proxy."""
    try:
        msgspec.json.decode(text)
    except UNREADABLE:
        return False
    return True


def _status_of(status: int, text: str) -> int:
    """Return the status of a reply; of an error that comes with status 200, its own one."""
    if status != 200:
        return status
    try:
        data = msgspec.json.decode(text)
        error = data.get("error")
        if not error:
            broken = str(data["choices"][0].get("finish_reason")).lower() in BROKEN
            return 502 if broken else status
    except UNREADABLE:
        return status
    code = error.get("code") if isinstance(error, dict) else None
    if re.fullmatch(r"[45]\d\d", str(code)):
        return int(str(code))
    return 429 if "rate_limit" in str(code) else 502


def _joined(parts: Any) -> str:
    """Return the text of content in pieces."""
    kinds = ("text", "output_text")
    return "".join(str(item["text"]) for item in parts if item.get("type") in kinds)


def _tokens(data: dict[str, Any], name: str) -> int:
    """Return a number of tokens of a reply; 0 where the server does not say it as a number."""
    usage = data.get("usage")
    value = str(usage.get(name)) if isinstance(usage, dict) else ""
    return int(float(value)) if re.fullmatch(r"\d{1,12}(\.\d+)?", value, flags=re.ASCII) else 0


def _is_loading(failure: Failed) -> bool:
    """Return whether a server fails because it has not loaded its model yet."""
    return failure.reason == "server error" and bool(re.search(LOADING, failure.detail.lower()))


def _retry_after(headers: dict[str, str]) -> float | None:
    """Return the seconds that the server asks to wait; None where it does not say."""
    value = headers.get("retry-after-ms", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return float(value) / 1000
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((until - datetime.now(UTC)).total_seconds(), 0.0)


def same_model(asked: str, answered: str) -> bool:
    """Return whether a server that answered under a name answered for the model that was asked.

    A name may lack the folder or the owner before it, and may have a date, "latest", a price class
    or the way in which the weights are stored after it.
    """
    first, second = (name.strip().rsplit("/", 1)[-1].lower() for name in (asked, answered))
    first, second = (name.removesuffix(".gguf") for name in (first, second))
    return bool(
        re.fullmatch(re.escape(first) + VERSION, second)
        or re.fullmatch(re.escape(second) + VERSION, first)
    )


class Deadline:
    """The end of a request: after some seconds its connection is closed, and ``over`` is true.

    A time-out of httpx counts from the last byte. A server that sends a byte now and then, of the
    headers or of the body, would keep a request for ever. httpx has no other limit, so that the
    connection is closed from here. `trace`, an extension that httpx documents, says which one it
    is.
    """

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for item in self._sockets:
                item.close()
            self._sockets.clear()

    def trace(self, event: str, facts: Mapping[str, Any]) -> None:
        """Note the connection of the request, as httpx reports it."""
        if event.endswith(CONNECTED):
            # A copy stays valid where encryption takes the first one over.
            copy = facts["return_value"].get_extra_info("socket").dup()
            with self._lock:
                self._sockets.append(copy)
            if self.over:
                self._shut()

    def _pass(self) -> None:
        """Close the connection, because the time is over."""
        self.over = True
        self._shut()

    def _shut(self) -> None:
        with self._lock:
            for item in self._sockets:
                with suppress(OSError):  # The server has closed it before.
                    item.shutdown(socket.SHUT_RDWR)


class KeyFilter(logging.Filter):
    """A filter of the client's log: its messages have no key while it is attached.

    At the level DEBUG the client logs the headers of replies, and some servers repeat the key in
    them.
    """

    def __init__(self, hide: Callable[[str], str]) -> None:
        super().__init__()
        self._hide = hide
        self._loggers: list[logging.Logger] = []

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the key out of a message; every message is kept."""
        message = record.getMessage()
        hidden = self._hide(message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True

    def attach(self) -> None:
        """Begin to read the log of the client."""
        # A filter of a logger does not see what the loggers below it write, so each gets it.
        known = list(logging.root.manager.loggerDict)
        names = [name for name in known if name.split(".")[0] in CLIENTS]
        self._loggers = [logging.getLogger(name) for name in {*CLIENTS, *names}]
        for logger in self._loggers:
            logger.addFilter(self)

    def detach(self) -> None:
        """Read the log no longer."""
        for logger in self._loggers:
            logger.removeFilter(self)
        self._loggers.clear()
