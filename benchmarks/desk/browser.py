"""A plain client: one connection, cookies, forms with their token; each answer with the time that it took."""

import re
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode

__all__ = ["Answer", "Browser"]

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_TIMED = re.compile(r"(\w+);dur=([0-9.]+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Milliseconds: wall here, wall and thread's CPU there."""

    status: int
    where: str
    text: str
    wall: float
    server: float
    cpu: float
    process: int


class Browser:
    """One person's. Not for several threads at once."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        """Signed in already where it is given another's cookies."""
        self._port = port
        self.cookies: dict[str, str] = {} if cookies is None else cookies
        self._line = self._fresh()
        self._token = ""

    def _fresh(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._port, timeout=60)

    def get(self, path: str, **headers: str) -> Answer:
        """A page. A connection that was closed meanwhile is opened anew."""
        try:
            return self._ask("GET", path, None, headers)
        except (HTTPException, ConnectionError):
            self._line = self._fresh()
            return self._ask("GET", path, None, headers)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """A form, with the token of the last page that had one. It is sent once: what becomes of it is to be known."""
        return self._ask("POST", path, {"csrfmiddlewaretoken": self._token, **form}, {})

    def twin(self) -> "Browser":
        """The same person over another connection."""
        made = Browser(self._port, self.cookies)
        made._token = self._token
        return made

    def sign_in(self, name: str, password: str, reference: str = "") -> None:
        """With a password, and for a case with a reason to read."""
        self.get("/account/login/")
        answer = self.post("/account/login/", {"login": name, "password": password})
        if answer.status != 302:
            raise SystemExit(f"{name} could not sign in: {answer.status}")
        self.get("/own/")
        if reference:
            self.get(f"/cases/{reference}/reading/why/")
            self.post(f"/cases/{reference}/reading/why/", {"kind": "reviewing", "said": ""})

    def _ask(self, verb: str, path: str, form: dict[str, str] | None, headers: dict[str, str]) -> Answer:
        body = urlencode(form) if form is not None else None
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self._line.request(verb, path, body=body, headers=sent)
        answer = self._line.getresponse()
        text = answer.read().decode()
        wall = 1000 * (time.perf_counter() - began)
        for said in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(said).items()}
        token = _TOKEN.search(text)
        if token is not None:
            self._token = token.group(1)
        took = {name: float(value) for name, value in _TIMED.findall(answer.headers.get("Server-Timing", ""))}
        where = answer.headers.get("Location", "")
        process = int(took.get("process", 0))
        return Answer(answer.status, where, text, wall, took.get("app", 0.0), took.get("cpu", 0.0), process)
