"""A browser: pages opened in a real Chromium, with what a reader would do there."""

import json
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

import websocket

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


class Browser:
    """A Chromium with one tab. Files that a page saves go to ``folder``."""

    def __init__(self, folder):
        self.folder = Path(folder)
        profile = self.folder / "profile"
        profile.mkdir(parents=True)
        self.process = subprocess.Popen(
            [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-port=0",
             "--remote-allow-origins=*", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        port_file = profile / "DevToolsActivePort"
        wait(lambda: port_file.exists() and port_file.read_text().count("\n"))
        port = port_file.read_text().splitlines()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as reply:
            tab = next(item for item in json.load(reply) if item["type"] == "page")
        self.socket = websocket.create_connection(tab["webSocketDebuggerUrl"], timeout=60)
        self.number = 0
        self.problems = []
        self.send("Page.enable")
        self.send("Runtime.enable")
        self.send("Log.enable")
        downloads = {"behavior": "allow", "downloadPath": str(self.folder)}
        self.send("Browser.setDownloadBehavior", **downloads)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait(20)

    def send(self, method, **params):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            reply = json.loads(self.socket.recv())
            if reply.get("method") in {"Runtime.exceptionThrown", "Log.entryAdded"}:
                self.problems.append(reply["params"])
            if reply.get("id") == self.number:
                assert "error" not in reply, reply
                return reply["result"]

    def run(self, code):
        """Return the value of an expression of JavaScript; a promise is awaited."""
        found = self.send(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def open(self, path, state=""):
        """Open a file and wait until its script has filled the status of the filters."""
        self.send("Page.navigate", url="about:blank")
        self.send("Page.navigate", url=f"{Path(path).as_uri()}{state and '#' + state}")
        wait(lambda: self.run("document.getElementById('rows-of-hits')?.value || ''"))

    def saved(self, name):
        """Return the file that the page saved, once it is whole."""
        path = self.folder / name
        wait(path.exists)
        return path


def wait(condition, seconds=60):
    """Wait until a condition holds; raise AssertionError where it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the browser did not answer in time"
        time.sleep(0.05)
