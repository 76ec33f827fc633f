"""A server that speaks the protocol of OpenAI and misbehaves on request.

Run as a program, it writes its port to the file that is given, and each request, one JSON line
each, to a second file. The name of the model says how it behaves: "good", or a fault and how many
requests have it, such as "limit:2". Frames are present where the sentence has their name in it.
"""

import gzip
import json
import re
import sys
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    """The server, with the requests that it got."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, log=None, delay=0.0, reject=()):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests, self.keys, self.log, self.delay = [], [], log, delay
        self.reject, self.lock = set(reject), threading.Lock()
        self.models = None
        # What is answered to a request with this form: a status, and what is sent.
        self.answers = {}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def sentences(self):
        """The sentences of each request, in the order in which they came."""
        return [[item["sentence"] for item in asked_in(body)] for body in self.requests]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def reply(self, status, data, headers=()):
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def error(self, status, message, code="", headers=()):
        self.reply(status, {"error": {"message": message, "code": code}}, headers)

    def do_GET(self):
        self.server.keys.append(self.headers.get("Authorization", ""))
        if self.server.models is None:
            self.error(404, "no list")
        else:
            self.reply(200, {"data": [{"id": name} for name in self.server.models]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = asked_in(body)
        with self.server.lock:
            self.server.requests.append(body)
            self.server.keys.append(self.headers.get("Authorization", ""))
            number = len(self.server.requests)
            if self.server.log:
                with open(self.server.log, "a", encoding="utf-8") as file:  # noqa: PTH123
                    file.write(json.dumps([item["sentence"] for item in asked]) + "\n")
        time.sleep(self.server.delay)
        for name in self.server.reject:
            if name in body or name in body.get("response_format", {}).get("type", ""):
                return self.error(400, f"Unsupported parameter: {name}", "unsupported_parameter")
        form = body.get("response_format", {}).get("type", "none")
        if form in self.server.answers:
            return self.reply(*self.server.answers[form])
        fault, _, times = body["model"].partition(":")
        if number > int(times or 10**9):
            fault = "good"
        return getattr(self, fault, self.good)(body, asked)

    def content(self, body, asked):
        """The right answer: each frame whose name is in the sentence, quoted."""
        names = frames_of(body)
        answers = []
        for item in asked:
            words = re.findall(r"\w+", item["sentence"])
            present = [name for name in names if name in words]
            labels = [{"frame": name, "rejected": "no" in words, "quote": name} for name in present]
            answers.append({"id": item["id"], "frames": labels, "cannot_tell": []})
        return {name_in(body): answers}

    def say(self, body, content, **changes):
        text = content if isinstance(content, str) else json.dumps(content)
        words = sum(len(message["content"].split()) for message in body["messages"])
        data = {
            "model": changes.pop("model", body["model"]),
            "system_fingerprint": "build-1",
            "choices": [
                {
                    "message": {"content": text, "refusal": changes.pop("refusal", None)},
                    "finish_reason": changes.pop("finish", "stop"),
                }
            ],
            "usage": {
                "prompt_tokens": changes.pop("prompt_tokens", 2 * words),
                "completion_tokens": 30,
            },
        }
        self.reply(200, data)

    # What the model does.
    def good(self, body, asked):
        self.say(body, self.content(body, asked))

    def fenced(self, body, asked):
        text = json.dumps(self.content(body, asked))
        self.say(body, f"<think>Hm.</think>\n```json\n{text}\n```")

    def limit(self, body, asked):
        self.error(429, "Rate limit reached", headers=[("Retry-After", "0.05")])

    def limit_silent(self, body, asked):
        self.error(429, "Rate limit reached")

    def limit_long(self, body, asked):
        self.error(429, "Rate limit reached", headers=[("Retry-After", "90000")])

    def quota(self, body, asked):
        self.error(429, "You exceeded your current quota", "insufficient_quota")

    def broken(self, body, asked):
        self.error(500, "internal error")

    def no_schema(self, body, asked):
        (self.broken if "response_format" in body else self.good)(body, asked)

    def hang(self, body, asked):
        time.sleep(1.0)

    def drip(self, body, asked):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(20):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.05)

    def drip_headers(self, body, asked):
        """Send headers without end, one now and then."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.now_and_then(b"X-Header: 1\r\n")

    def interim(self, body, asked):
        """Say again and again that the answer will come."""
        self.now_and_then(b"HTTP/1.1 102 Processing\r\n\r\n")

    def now_and_then(self, data):
        self.close_connection = True
        with suppress(OSError):  # The client has given up.
            for _ in range(25):
                self.wfile.write(data)
                self.wfile.flush()
                time.sleep(0.04)

    def drop(self, body, asked):
        self.close_connection = True

    def html(self, body, asked):
        self.reply(200, b"<html><body>Welcome to the proxy</body></html>")

    def redirect(self, body, asked):
        self.reply(307, b"", [("Location", "http://192.0.2.1/v1/chat/completions")])

    def half(self, body, asked):
        self.say(body, json.dumps(self.content(body, asked))[:-20])

    def cut(self, body, asked):
        self.say(body, json.dumps(self.content(body, asked))[:-20], finish="length")

    def refuse(self, body, asked):
        self.say(body, "", refusal="I cannot help with that.")

    def filtered(self, body, asked):
        self.say(body, "", finish="content_filter")

    def silent(self, body, asked):
        self.say(body, "")

    def shape(self, body, asked):
        self.say(body, {"codes": [1, 0]})

    def label(self, body, asked):
        content = self.content(body, asked)
        for answer in content["sentences"]:
            answer["frames"].append({"frame": "war", "rejected": False, "quote": ""})
        self.say(body, content)

    def label_once(self, body, asked):
        (self.good if len(body["messages"]) > 2 else self.label)(body, asked)

    def first_only(self, body, asked):
        content = self.content(body, asked)
        self.say(body, {"sentences": content["sentences"][:1]})

    def quote(self, body, asked):
        content = self.content(body, asked)
        for answer in content["sentences"]:
            for label in answer["frames"]:
                label["quote"] = "words that nobody wrote"
        self.say(body, content)

    def unsure(self, body, asked):
        names = frames_of(body)
        answers = [{"id": item["id"], "frames": [], "cannot_tell": names[:1]} for item in asked]
        self.say(body, {"sentences": answers})

    def always(self, body, asked):
        labels = [{"frame": name, "rejected": False, "quote": ""} for name in frames_of(body)]
        answers = [{"id": item["id"], "frames": labels, "cannot_tell": []} for item in asked]
        self.say(body, {"sentences": answers})

    def stranger(self, body, asked):
        self.say(body, self.content(body, asked), model="whatever-is-loaded")

    def short(self, body, asked):
        self.say(body, self.content(body, asked), prompt_tokens=40)

    # What is wrong with the reply around the answer.
    def around(self, body, asked, change=lambda data: None, text=None, **headers):
        """Send the right answer in a reply that is changed first."""
        text = json.dumps(self.content(body, asked)) if text is None else text
        choice = {"message": {"content": text, "refusal": None}, "finish_reason": "stop"}
        data = {"model": body["model"], "choices": [choice]}
        data["usage"] = {"prompt_tokens": 900, "completion_tokens": 30}
        change(data)
        self.reply(200, data, [(name.replace("_", "-"), value) for name, value in headers.items()])

    def error_200(self, body, asked):
        self.reply(200, {"error": {"message": "upstream failed", "code": 502}})

    def limit_200(self, body, asked):
        self.reply(200, {"error": {"message": "slow down", "code": "rate_limit_exceeded"}})

    def error_beside(self, body, asked):
        self.around(body, asked, lambda data: data.update(error={"message": "upstream failed"}))

    def finish_error(self, body, asked):
        self.around(body, asked, lambda data: data["choices"][0].update(finish_reason="error"))

    def stream(self, body, asked):
        text = json.dumps(self.content(body, asked))
        pieces = [{"choices": [{"delta": {"content": letter}}]} for letter in text]
        lines = "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces)
        self.reply(
            200, f"{lines}data: [DONE]\n\n".encode(), [("Content-Type", "text/event-stream")]
        )

    def picture(self, body, asked):
        self.around(body, asked, Content_Type="image/png")

    def mark_outside(self, body, asked):
        choice = {"message": {"content": json.dumps(self.content(body, asked))}}
        data = json.dumps({"model": body["model"], "choices": [choice]})
        self.reply(200, b"\xef\xbb\xbf" + data.encode())

    def not_gzip(self, body, asked):
        self.around(body, asked, Content_Encoding="gzip")

    def cut_gzip(self, body, asked):
        data = gzip.compress(b'{"choices": []}' * 50)[:20]
        self.reply(200, data, [("Content-Encoding", "gzip")])

    def huge(self, body, asked):
        self.reply(200, gzip.compress(b" " * 11_000_000), [("Content-Encoding", "gzip")])

    def deep(self, body, asked):
        self.reply(200, b"[" * 200_000)

    def deep_error(self, body, asked):
        self.reply(400, b"[" * 200_000)

    def limit_past(self, body, asked):
        past = "Wed, 21 Oct 2015 07:28:00 GMT"
        self.error(429, "slow down", headers=[("Retry-After", past)])

    def limit_negative(self, body, asked):
        self.error(429, "slow down", headers=[("Retry-After", "-5")])

    def limit_year(self, body, asked):
        year = "Wed, 21 Oct 99999999999999 07:28:00 GMT"
        self.error(429, "slow down", headers=[("Retry-After", year)])

    def limit_digits(self, body, asked):
        self.error(429, "slow down", headers=[("Retry-After", "9" * 500)])

    def large(self, body, asked):
        self.error(413, "Payload too large")

    def context(self, body, asked):
        said = "The maximum context length is 512 tokens: reduce max_tokens or the schema."
        self.error(400, said, "context_length_exceeded")

    def other_later(self, body, asked):
        name = body["model"] if len(self.server.requests) == 1 else "another"
        self.say(body, self.content(body, asked), model=name)

    def loading(self, body, asked):
        self.error(503, "Loading model", 503)

    def flagged(self, body, asked):
        if any("doubt" in item["sentence"] for item in asked):
            self.error(403, "Your input was flagged by the moderation of the model", 403)
        else:
            self.good(body, asked)

    def managed(self, body, asked):
        if any("doubt" in item["sentence"] for item in asked):
            self.error(400, "The prompt triggers the content management policy", "content_filter")
        else:
            self.good(body, asked)

    def no_route(self, body, asked):
        if "response_format" in body:
            self.error(404, "No endpoints found that can handle the requested parameters.")
        else:
            self.good(body, asked)

    def unprocessable(self, body, asked):
        if "seed" in body:
            detail = [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]
            self.reply(422, {"detail": detail})
        else:
            self.good(body, asked)

    def limit_ms(self, body, asked):
        self.error(429, "slow", headers=[("retry-after-ms", "5"), ("Retry-After", "500")])

    def deployed(self, body, asked):
        self.say(body, self.content(body, asked), model="vendor/large-2025-01-02")

    def cut_capital(self, body, asked):
        self.say(body, json.dumps(self.content(body, asked)), finish="MAX_TOKENS")

    def safety(self, body, asked):
        self.say(body, "", finish="SAFETY")

    def abort(self, body, asked):
        self.say(body, json.dumps(self.content(body, asked)), finish="abort")

    def parts(self, body, asked):
        text = json.dumps(self.content(body, asked))
        parts = [{"type": "reasoning", "summary": []}, {"type": "text", "text": text[:9]},
                 {"type": "text", "text": text[9:]}]  # fmt: skip
        self.around(body, asked, lambda data: data["choices"][0]["message"].update(content=parts))

    def thinks(self, body, asked):
        message = {"content": None, "reasoning_content": json.dumps(self.content(body, asked))}
        self.around(body, asked, lambda data: data["choices"][0]["message"].update(message))

    def blanks(self, body, asked):
        choice = {"message": {"content": json.dumps(self.content(body, asked))}}
        data = {"model": body["model"], "choices": [choice]}
        self.reply(200, b"\n \n" * 50 + json.dumps(data).encode())

    def chunks(self, body, asked):
        choice = {"message": {"content": json.dumps(self.content(body, asked))}}
        data = gzip.compress(json.dumps({"model": body["model"], "choices": [choice]}).encode())
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for at in range(0, len(data), 50):
            piece = data[at : at + 50]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def half_chunks(self, body, asked):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"ff\r\n{")
        self.close_connection = True

    def page_502(self, body, asked):
        self.reply(502, b"<html><h1>502 Bad Gateway</h1></html>")

    def nothing(self, body, asked):
        self.reply(200, b"")

    def completion(self, body, asked):
        choice = {"text": json.dumps(self.content(body, asked)), "finish_reason": "stop"}
        self.reply(200, {"model": body["model"], "choices": [choice]})

    def moved(self, body, asked):
        content = self.content(body, asked)
        for answer in content[name_in(body)]:
            answer["id"] = answer["id"] % len(asked) + 1
        self.say(body, content)

    def reasons(self, body, asked):
        content = self.content(body, asked)
        for answer in content[name_in(body)]:
            answer |= {"reasoning": "As the codebook says.", "confidence": 0.8}
        self.say(body, content)

    def no_choices(self, body, asked):
        self.around(body, asked, lambda data: data.update(choices=[]))

    def null(self, body, asked):
        self.around(body, asked, lambda data: data["choices"][0]["message"].update(content=None))

    def null_refusal(self, body, asked):
        message = {"content": None, "refusal": "I cannot help with that."}
        self.around(body, asked, lambda data: data["choices"][0]["message"].update(message))

    def tool(self, body, asked):
        calls = [{"function": {"name": "code", "arguments": json.dumps(self.content(body, asked))}}]
        message = {"content": None, "tool_calls": calls}
        self.around(body, asked, lambda data: data["choices"][0]["message"].update(message))

    def twice_around(self, body, asked):
        wrong = json.dumps({"sentences": [{"id": 1, "frames": []}]})
        choices = [{"message": {"content": json.dumps(self.content(body, asked))}}]
        data = json.dumps({"model": body["model"], "choices": choices})
        second = json.dumps([{"message": {"content": wrong}}])
        self.reply(200, f'{data[:-1]}, "choices": {second}}}'.encode())

    def two_choices(self, body, asked):
        other = {"sentences": [{"id": item["id"], "frames": []} for item in asked]}
        choice = {"index": 1, "message": {"content": json.dumps(other)}}
        self.around(body, asked, lambda data: data["choices"].insert(0, choice))

    def doubled(self, body, asked):
        """Send each reply twice, as a proxy that is out of step does."""
        choice = {"message": {"content": json.dumps(self.content(body, asked))}}
        data = json.dumps({"model": body["model"], "choices": [choice]}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\n\r\n".encode()
        self.wfile.write(2 * (head + data))

    def warms(self, body, asked):
        self.reply(503, {"error": "Model qwen is currently loading", "estimated_time": 20.0})

    def usage_words(self, body, asked):
        self.around(body, asked, lambda data: data.update(usage={"prompt_tokens": "many"}))

    def output_text(self, body, asked):
        parts = [{"type": "output_text", "text": json.dumps(self.content(body, asked))}]
        self.around(body, asked, lambda data: data["choices"][0]["message"].update(content=parts))

    def half_letters(self, body, asked):
        content = self.content(body, asked)
        for answer in content["sentences"]:
            answer["id"] = "\ud83d"
            answer["\ud83dnote"] = "\udc00"
        self.say(body, content)

    def show_key(self, body, asked):
        """Repeat the key where a run keeps or shows what a server says."""
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        answer = {"id": 1, "frames": [{"frame": key, "rejected": False, "quote": ""}]}
        places = {"A": 0, "Rain": 1, "Some": 2}
        number = places.get(asked[0]["sentence"].split()[0], 3)
        if number == 0:
            self.reply(200, f"<html>{'x' * 60}{key}</html>".encode())
        elif number == 1:
            self.around(body, asked, text=json.dumps({"sentences": [answer]}))
        elif number == 2:
            self.around(body, asked, lambda data: data.update(model=key))
        else:
            self.around(body, asked, lambda data: data.update(system_fingerprint=key))

    def show_key_in_header(self, body, asked):
        self.around(body, asked, X_Request_Key=self.headers.get("Authorization", ""))

    def credit(self, body, asked):
        self.around(body, asked, lambda data: data.update(usage={"prompt_tokens": -(10**9)}))

    # What servers say where no request will succeed, and what only looks like it.
    def key_400(self, body, asked):
        said = {"code": 400, "message": "API key not valid. Please pass a valid API key."}
        self.reply(400, [{"error": said}])

    def no_credit(self, body, asked):
        said = "Your credit balance is too low to access the API. Please go to Plans & Billing."
        self.error(400, said, "invalid_request_error")

    def gone(self, body, asked):
        self.error(410, "This model is no longer available", "model_deprecated")

    def decommissioned(self, body, asked):
        self.error(400, "The model `good` has been decommissioned and is no longer supported.")

    def limit_of_the_day(self, body, asked):
        self.error(429, "Rate limit exceeded: free-models-per-day. Add 10 credits.", 429)

    def limit_of_the_day_told(self, body, asked):
        said = "Rate limit reached on tokens per day (TPD). Please try again in 0.01s."
        self.error(429, said, "", [("Retry-After", "0.01")])

    def listed_limit(self, body, asked):
        said = "Resource has been exhausted (e.g. check quota)."
        self.reply(429, [{"error": {"code": 429, "message": said, "status": "RESOURCE_EXHAUSTED"}}])

    def firewall(self, body, asked):
        if any("doubt" in item["sentence"] for item in asked):
            self.reply(403, b"<!DOCTYPE html><html><title>Attention Required!</title></html>")
        else:
            self.good(body, asked)

    def revoked(self, body, asked):
        if len(self.server.requests) < 3:
            return self.good(body, asked)
        return self.error(401, "Invalid Authentication")

    # What is wrong with the answer.
    def rewrite(self, body, asked, first, second):
        """Send the right answer with a piece of its JSON in other words."""
        self.say(body, json.dumps(self.content(body, asked)).replace(first, second))

    def twice(self, body, asked):
        self.rewrite(body, asked, '"cannot_tell"', '"frames": [], "cannot_tell"')

    def capital(self, body, asked):
        names = frames_of(body)
        self.rewrite(body, asked, f'"frame": "{names[-1]}"', f'"frame": "{names[-1].title()}"')

    def dotted(self, body, asked):
        names = frames_of(body)
        self.rewrite(body, asked, f'"frame": "{names[-1]}"', f'"frame": "{names[-1]}."')

    def id_text(self, body, asked):
        self.rewrite(body, asked, '"id": 1', '"id": "1"')

    def number_code(self, body, asked):
        self.rewrite(body, asked, '"rejected": false', '"rejected": 0')

    def mark_inside(self, body, asked):
        self.say(body, "\ufeff" + json.dumps(self.content(body, asked)))

    def half_thought(self, body, asked):
        self.say(body, "Hm, {a truce}.</think>\n" + json.dumps(self.content(body, asked)))

    def open_thought(self, body, asked):
        self.say(body, "<think>Hm. " + json.dumps(self.content(body, asked)))

    def trailing(self, body, asked):
        self.say(body, json.dumps(self.content(body, asked)) + "\nThat is {all}.")

    def fence_in_text(self, body, asked):
        text = json.dumps(self.content(body, asked))
        self.say(body, f"Here it is:\n```json\n{text}\n```\nI hope that it helps.")

    def from_zero(self, body, asked):
        content = self.content(body, asked)
        for answer in content["sentences"]:
            answer["id"] -= 1
        self.say(body, content)

    def other_field(self, body, asked):
        self.rewrite(body, asked, '"frames": [{', '"frames": [], "labels": [{')

    def end_mark(self, body, asked):
        self.say(body, json.dumps(self.content(body, asked)) + "<|im_end|>")

    def channels(self, body, asked):
        before = "<|channel|>analysis<|message|>Hm {truce}.<|end|><|start|>assistant"
        after = "<|channel|>final<|message|>"
        self.say(body, before + after + json.dumps(self.content(body, asked)) + "<|return|>")

    def many_gaps(self, body, asked):
        content = self.content(body, asked)
        for answer in content["sentences"]:
            for label in answer["frames"]:
                label["quote"] = " … ".join([*"aeoutrc" * 6, "zzz"])
        self.say(body, content)

    def encoded_twice(self, body, asked):
        self.say(body, json.dumps(json.dumps(self.content(body, asked))))

    def not_a_number(self, body, asked):
        self.rewrite(body, asked, '"cannot_tell"', '"confidence": NaN, "cannot_tell"')

    def translated(self, body, asked):
        self.rewrite(body, asked, '"frame": "truce"', '"frame": "Waffenruhe"')

    def presence(self, body, asked):
        content = self.content(body, asked)
        for answer in content["sentences"]:
            names = [label["frame"] for label in answer["frames"]]
            answer["frames"] = [
                {"frame": name, "present": name in names, "quote": ""} for name in frames_of(body)
            ]
        self.say(body, content)

    def quoted(self, body, asked):
        content = self.content(body, asked)
        for answer in content["sentences"]:
            for label in answer["frames"]:
                label["quote"] = f"… “\u00a0{label['quote'].upper()}\u200b” ..."
        self.say(body, content)

    def denied(self, body, asked):
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.error(401, f"Incorrect API key provided: {given}")

    def unknown(self, body, asked):
        self.error(404, "model not found")


def name_in(body):
    """What the items of a request are called: sentences, paragraphs or documents."""
    return next(iter(json.loads(body["messages"][1]["content"])))


def asked_in(body):
    """The items of a request, each with its text as "sentence"."""
    name = name_in(body)
    items = json.loads(body["messages"][1]["content"])[name]
    return [{**item, "sentence": item[name[:-1]]} for item in items]


def frames_of(body):
    """The frames of the codebook in the prompt."""
    lines = body["messages"][0]["content"].splitlines()
    return sorted(line.removeprefix("Frame ") for line in lines if line.startswith("Frame "))


@contextmanager
def serving(**options):
    """Serve in a thread, on a free port of this machine."""
    server = Server(**options)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    port_file, log_file, pause = sys.argv[1:]
    served = Server(log=log_file, delay=float(pause))
    with open(port_file, "w", encoding="utf-8") as port:  # noqa: PTH123
        port.write(f"{served.server_port}\n")
    served.serve_forever()
