"""The real program, started for a test: `afterpatch serve` on a free port of loopback, and a client for it."""
import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("AFTERPATCH_PROGRAM", SOURCE / "build/release/src/app/afterpatch"))
KNOWLEDGE = SOURCE / "knowledge"
COOKIE = "afterpatch_session"


def run(*words, stdin=None):
    """One command of the program; its output, or an assertion with what it complained of."""
    done = subprocess.run([PROGRAM, *map(str, words)], input=stdin, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Server:
    """Lives until stop(), kill() or the end of its `with`."""

    def __init__(self, *words):
        self.log = tempfile.NamedTemporaryFile("w+", prefix=f"serve-{os.getpid()}-", suffix=".log")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--listen", "127.0.0.1:0", "--knowledge", KNOWLEDGE, *map(str, words)],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.address = self.wait_for(r"console is at (\S+?)/?\n")
        self.port = int(self.address.rsplit(":", 1)[1])

    def said(self):
        return Path(self.log.name).read_text()

    def wait_for(self, pattern, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.said())
            if found:
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"the server did not say {pattern!r}: {self.said()}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.log.close()


class Demo(Server):
    """`serve --demo`, with what it says about how to get in."""

    def __init__(self, *words):
        self.temporary = tempfile.mkdtemp(prefix=f"serve-test-{os.getpid()}-")
        os.environ["TMPDIR"], before = self.temporary, os.environ.get("TMPDIR")
        try:
            super().__init__("--demo", *words)
        finally:
            os.environ.pop("TMPDIR")
            if before is not None:
                os.environ["TMPDIR"] = before
        self.password = self.wait_for(r"with the password (\S+)")
        self.token = self.wait_for(r"/v/(\S+)")
        self.folder = next(Path(self.temporary).glob("afterpatch-demo-*"))

    def __exit__(self, *_):
        super().__exit__()
        shutil.rmtree(self.temporary, ignore_errors=True)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    """One person's browser: keeps its session. `source`: the address of loopback it comes from."""

    def __init__(self, port, certificate=None, source=None, headers=()):
        self.port, self.source, self.headers = port, source, dict(headers)
        self.context = ssl.create_default_context(cafile=certificate) if certificate else None
        self.session = self.csrf = self.token = None

    def ask(self, method, path, body=None, headers=()):
        kind = {"context": self.context} if self.context else {}
        make = http.client.HTTPSConnection if self.context else http.client.HTTPConnection
        connection = make("127.0.0.1", self.port, timeout=60, source_address=(self.source, 0) if self.source else None, **kind)
        sent = {**self.headers, **dict(headers)}
        if self.session:
            sent["Cookie"] = f"{COOKIE}={self.session}"
        if self.csrf and method not in ("GET", "HEAD"):
            sent["X-CSRF-Token"] = self.csrf
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if isinstance(body, (dict, list)):
            body, sent["Content-Type"] = json.dumps(body), "application/json"
        try:
            connection.request(method, path, body, sent)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path):
        return self.ask("GET", path)

    def sign_in(self, name, password):
        answer = self.ask("POST", "/api/v1/session", {"name": name, "password": password})
        assert answer.status in (200, 201), answer.body
        self.session = re.search(rf"{COOKIE}=([^;]+)", answer.headers["Set-Cookie"])[1]
        self.csrf = answer.json["csrf"]
        return answer

    # A victim's upload, in pieces; ends early if the server is gone.
    def announce(self, name, size):
        answer = self.ask("POST", "/api/v1/victim/uploads", {"name": name, "bytes": size})
        assert answer.status == 201, answer.body
        return answer.json

    def offset(self, upload):
        return int(self.ask("HEAD", f"/api/v1/victim/uploads/{upload}").headers["Upload-Offset"])

    def piece(self, upload, offset, data):
        return self.ask("PATCH", f"/api/v1/victim/uploads/{upload}", data,
                        {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"})

    def send(self, name, data):
        upload = self.announce(name, len(data))["id"]
        for at in range(0, len(data), 4 << 20):
            answer = self.piece(upload, at, data[at:at + (4 << 20)])
            assert answer.status == 204, answer.body
        return upload

    def wait_for_hunt(self, upload, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            row = self.get(f"/api/v1/victim/uploads/{upload}").json
            if row["state"] in ("done", "failed"):
                return row
            time.sleep(0.2)
        raise AssertionError(f"the upload was not hunted in {seconds} s: {row}")
