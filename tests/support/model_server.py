"""A server that speaks the protocol of OpenAI and misbehaves on request.

Run as a program, it writes its port to the file that is given, and each request, one JSON line
each, to a second file. The name of the model says how it behaves: "good", or a fault and how many
requests have it, such as "limit:2". Frames are present where the sentence has their name in it.
"""

import json
import re
import sys
import threading
import time
from contextlib import contextmanager
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

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def sentences(self):
        """The sentences of each request, in the order in which they came."""
        return [
            [item["sentence"] for item in json.loads(body["messages"][1]["content"])["sentences"]]
            for body in self.requests
        ]


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
        asked = json.loads(body["messages"][1]["content"])["sentences"]
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
        return {"sentences": answers}

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

    def denied(self, body, asked):
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.error(401, f"Incorrect API key provided: {given}")

    def unknown(self, body, asked):
        self.error(404, "model not found")


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
