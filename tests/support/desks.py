"""A desk run as it is run: a process of its own, in a home of its own, asked over HTTP."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlencode, urlsplit

from tests.support.postgres import own

__all__ = ["Answer", "Browser", "environment", "open_desk"]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Browser:
    """A browser without JavaScript: keeps cookies, and sends forms with their token."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, b"", "")

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form that stands on that page."""
        body = urlencode({**fields, "csrfmiddlewaretoken": self._token(path)}).encode()
        return self._ask("POST", path, body, "application/x-www-form-urlencoded")

    def send_kept(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form that stands on another page, which was loaded before."""
        body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies["csrftoken"]}).encode()
        return self._ask("POST", path, body, "application/x-www-form-urlencoded")

    def send(self, path: str, fields: dict[str, str], files: list[tuple[str, bytes]]) -> Answer:
        """Send a form with files, each (name, content)."""
        mark = "----made-for-a-test"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {**fields, "csrfmiddlewaretoken": self._token(path)}.items()
        ]
        for name, content in files:
            head = f'--{mark}\r\nContent-Disposition: form-data; name="exhibits"; filename="{name}"\r\n\r\n'
            parts.append(head.encode() + content + b"\r\n")
        body = b"".join([*parts, f"--{mark}--\r\n".encode()])
        return self._ask("POST", path, body, f"multipart/form-data; boundary={mark}")

    def _token(self, path: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path).body)
        assert found is not None
        return found[1]

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        host = urlsplit(self.address).netloc
        connection = http.client.HTTPConnection(host, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers |= {"Content-Type": kind, "Origin": f"http://{host}"}
        connection.request(method, path, body or None, headers)
        said = connection.getresponse()
        text = said.read().decode("utf-8", "replace")
        for name, value in said.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.strip().partition("=")
                self.cookies[key] = rest.partition(";")[0]
        connection.close()
        return Answer(said.status, {name.lower(): value for name, value in said.getheaders()}, text)


def environment(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a process of this home; its register is where the tests have theirs."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("UPSTANDER_", "DJANGO_"))}
    return {**bare, "UPSTANDER_HOME": str(home), "UPSTANDER_DATABASE_URL": own(home), **settings}


@contextmanager
def open_desk(home: Path, *arguments: str, **settings: str) -> Iterator[Browser]:
    """A desk that is open for as long as this lasts, and closes by itself when it is told to."""
    command = [sys.executable, "-m", "upstander", "serve", "--json", "--port", "0", *arguments]
    # A file, and no pipe: a desk that says more than a pipe holds would wait for somebody to read it.
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=said, text=True, env=environment(home, **settings)
        )
        try:
            yield Browser(_address(process, said))
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0, _all(said)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait(timeout=30)
            assert process.stdout is not None
            process.stdout.close()


def _address(process: "subprocess.Popen[str]", said: IO[str]) -> str:
    assert process.stdout is not None
    lines = ""
    while not lines.rstrip().endswith("}"):
        line = process.stdout.readline()
        assert line, _all(said)
        lines += line
    return str(json.loads(lines)["address"])


def _all(said: IO[str]) -> str:
    said.seek(0)
    return said.read()
