"""The server that `upstander serve` runs: waitress, told how much it may take, and that in one sentence."""

import copy
from collections.abc import Callable
from io import BytesIO
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.utilities import RequestEntityTooLarge

from upstander.errors import UsageError
from upstander.register.site import Site

__all__ = ["listening"]

#: Bytes of a form without files: no page asks for more.
_FORM = 4 * 1024 * 1024

#: Where a hand-in is sent to.
_HAND_IN = "/exhibits/new/"


def listening(
    application: Callable[..., Any], site: Site, *, host: str, port: int, threads: int, sockets: Any = None
) -> Any:
    """A waitress server that listens already; its `run` serves until it is stopped. Raises `UsageError`."""
    try:
        server = create_server(
            application,
            **({"sockets": sockets} if sockets else {"host": host, "port": port}),
            threads=threads,
            ident="Upstander",
            max_request_body_size=_FORM,
            # A browser that goes away while it sends gigabytes is not waited for.
            channel_timeout=300,
            **_proxied(site),
        )
    except OSError as problem:
        raise UsageError(
            f"nothing can listen at {host}, port {port}: {(problem.strerror or str(problem)).lower()};"
            " choose another with --port"
        ) from problem
    except ValueError as problem:
        raise UsageError(f"{host} is no address of this machine: {problem}") from problem
    server.channel_class = _channel(site)
    return server


def _proxied(site: Site) -> dict[str, Any]:
    """What is believed of a proxy on this machine, and of nobody else."""
    headers = (["x-forwarded-proto"] if site.https else []) + (["x-forwarded-for"] if site.proxies else [])
    if not headers:
        return {}
    believed = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": " ".join(headers)}
    return {**believed, **({"trusted_proxy_count": site.proxies} if site.proxies else {})}


def _channel(site: Site) -> type[HTTPChannel]:
    class Parser(_Parser):
        largest = site.upload_bytes
        said = (
            f"This is more than the site takes at once: a hand-in may have {site.upload_gib:g} GiB, and any other form"
            f" {_FORM // 1024**2} MiB. Nothing of it was kept. Hand it in in parts, or from a folder on the server;"
            " whoever runs the site can raise the limit (UPSTANDER_UPLOAD_GIB)."
        )

    return type("Channel", (HTTPChannel,), {"parser_class": Parser})


class _TooLarge(RequestEntityTooLarge):
    """The sentence, as a page that needs nothing."""

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:  # noqa: ARG002
        """Status, headers and body."""
        page = (
            '<!DOCTYPE html><html lang="en-GB"><meta charset="utf-8"><title>Too large</title><h1>Too large</h1>'
            f"<p>{self.body}</p></html>"
        ).encode()
        return "413 Content Too Large", [("Content-Type", "text/html; charset=utf-8")], page


class _Parser(HTTPRequestParser):
    """Takes a large body where exhibits are handed in by somebody with a session, and nowhere else.

    What is too large is read and dropped: whoever sends it would see a broken line instead of the sentence.
    """

    largest: int
    said: str
    #: What waitress keeps in a parser.
    adj: Any
    error: Any
    _dropped = False

    def parse_header(self, header_plus: bytes) -> None:
        """The header, and with it how much may follow."""
        super().parse_header(header_plus)
        by_hand = self.command == "POST" and self.path.endswith(_HAND_IN)
        limit = self.largest if by_hand and "sessionid=" in self.headers.get("COOKIE", "") else _FORM
        self.adj = copy.copy(self.adj)
        self.adj.max_request_body_size = limit
        if self.content_length >= limit and not self.chunked:
            self._dropped = True
            self.adj.max_request_body_size = self.content_length + 1
            self.body_rcv = _Dropping(self.content_length)

    def received(self, data: bytes) -> int:
        """What came; gives how much of it was of this request."""
        taken: int = super().received(data)
        if self.completed and (self._dropped or isinstance(self.error, RequestEntityTooLarge)):
            self.error = _TooLarge(self.said)
        return taken


class _Dropping:
    """Counts a body to its end and keeps nothing of it."""

    error = None

    def __init__(self, left: int) -> None:
        self._left = left

    @property
    def completed(self) -> bool:
        """Whether all of it came."""
        return self._left == 0

    def received(self, data: bytes) -> int:
        """Count a piece."""
        taken = min(len(data), self._left)
        self._left -= taken
        return taken

    def getbuf(self) -> BytesIO:
        """Nothing, for whoever closes it."""
        return BytesIO()

    getfile = getbuf

    def __len__(self) -> int:
        return 0
