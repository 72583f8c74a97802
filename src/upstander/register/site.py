"""What the site is told from outside: one value, read once at the edge."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from platformdirs import user_data_path

from upstander.errors import BadSetting
from upstander.storage.taken import ARRIVING, KEY, REGISTER

__all__ = ["HELP", "RESTORING", "SECRETS", "Setting", "Site", "described", "home_of", "take_secret_back"]

#: A file in the home while a restore is at work, or where one did not come to its end.
RESTORING = ".restoring"

#: What each setting is for; the reference and `upstander settings` say it in these words.
HELP: Mapping[str, str] = MappingProxyType(
    {
        "home": "Folder that cases live in.",
        "database_url": "Where the register is: postgresql://user:password@host:port/name; absent, a file in the home.",
        "secret_key": "What sessions are signed with; if absent, one is made and kept in the home.",
        "hosts": "Names that the site is reached under, with commas between.",
        "https": "Whether it is reached by HTTPS: cookies are then sent over nothing else.",
        "proxies": "Reverse proxies between it and whoever comes: how many say in X-Forwarded-For whom they speak for.",
        "session_hours": "Hours without a page after which one has to sign in again.",
        "upload_gib": "Largest hand-in that is taken over the browser, in GiB.",
        "inbox": "Folder on the server; what lies in its folder of a case's reference can be handed in there by name.",
        "lock_after": "Wrong passwords after which a name is locked for a quarter of an hour, for whoever gave them.",
        "contact": "Where to report a weakness of this site (security.txt): an address or a page.",
    }
)

#: Settings that may be 0.
_NONE = frozenset({"proxies"})

#: Characters under which a secret can be guessed by whoever has a session.
_SECRET = 50

#: Settings that are shown to nobody.
SECRETS = frozenset({"secret_key", "database_url"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it stands, for whoever runs the site."""

    name: str
    help: str
    #: The variable that sets it.
    variable: str
    #: As text; None for a secret, whose value is shown to nobody.
    value: str | None
    #: The variable or the file that it was read from, or "default".
    source: str


#: What the address of a PostgreSQL may ask for besides: how the line to it is kept safe, and how it is found.
_ASKED = (
    "application_name channel_binding connect_timeout gssencmode host keepalives keepalives_count keepalives_idle"
    " keepalives_interval options passfile require_auth sslcert sslcrl sslkey sslmode sslnegotiation sslrootcert"
    " target_session_attrs tcp_user_timeout"
)
_OPTIONS = frozenset(_ASKED.split())


@dataclass(frozen=True, slots=True)
class Site:
    """The settings of a site. Each is read from `UPSTANDER_` and its name in capitals, or from a file.

    A variable whose name ends in `_FILE` names a file that holds the value: for secrets.
    """

    home: Path = Path()
    database_url: str = ""
    secret_key: str = ""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    https: bool = False
    proxies: int = 0
    session_hours: float = 2.0
    upload_gib: float = 8.0
    inbox: Path | None = None
    lock_after: int = 8
    contact: str = ""

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> "Site":
        """The settings that the environment gives. Raises `BadSetting`."""
        given: dict[str, Any] = {}
        for known in fields(cls):
            said = _said(environ, _variable(known.name))
            if said:
                given[known.name] = _value(known.name, said, known.default)
        given["home"] = home_of(environ)
        if not given.get("secret_key"):
            given["secret_key"] = _kept_secret(given["home"] / KEY)
        return cls(**given)

    @property
    def upload_bytes(self) -> int:
        """Bytes that one hand-in over the browser may have."""
        return int(self.upload_gib * 1024**3)

    @property
    def arriving(self) -> Path:
        """Where what is being sent lies until it is handed in; on the disk of the cases, and never in memory."""
        return self.home / ARRIVING

    @property
    def database(self) -> dict[str, Any]:
        """The register as Django's settings have it. Raises `BadSetting`."""
        if not self.database_url:
            return {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(self.home / REGISTER),
                "OPTIONS": {
                    # A writer waits for the one before it from its first line, rather than fail at its last.
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 20,
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
                },
            }
        try:
            url = urlsplit(self.database_url)
            port = url.port
        except ValueError as problem:
            raise BadSetting(f"UPSTANDER_DATABASE_URL cannot be read: {problem}") from problem
        if url.scheme not in ("postgresql", "postgres") or not url.path.strip("/"):
            raise BadSetting("UPSTANDER_DATABASE_URL is no postgresql://user:password@host:port/name")
        options = dict(parse_qsl(url.query, keep_blank_values=True))
        strange = sorted(options.keys() - _OPTIONS)
        if strange:
            raise BadSetting(
                f"UPSTANDER_DATABASE_URL asks for {strange[0]}, which is none of {', '.join(sorted(_OPTIONS))}"
            )
        # Where the socket lies, of an address that names no machine.
        socket = options.pop("host", "")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.strip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or "") or socket,
            "PORT": str(port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }


def home_of(environ: Mapping[str, str] = os.environ) -> Path:
    """The home that the environment names, which may not be there: nothing is made. Raises `BadSetting`."""
    said = _said(environ, _variable("home"))
    return Path(said).expanduser() if said else _default_home()


def described(environ: Mapping[str, str] = os.environ) -> list[Setting]:
    """Every setting: its value, and where that came from. Makes nothing and keeps nothing. Raises `BadSetting`."""
    found = []
    for known in fields(Site):
        variable = _variable(known.name)
        said = _said(environ, variable)
        value = _value(known.name, said, known.default) if said else known.default
        if known.name == "home" and not said:
            value = _default_home()
        file = environ.get(f"{variable}_FILE", "").strip()
        source = "default" if not said else f"the file {file}" if file else variable
        shown = None if known.name in SECRETS else _shown(value)
        found.append(Setting(known.name, HELP[known.name], variable, shown, source))
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value)


def _variable(name: str) -> str:
    return f"UPSTANDER_{name.upper()}"


def _default_home() -> Path:
    return Path(user_data_path("upstander", appauthor=False)).expanduser()


def _said(environ: Mapping[str, str], name: str) -> str:
    direct, file = environ.get(name, "").strip(), environ.get(f"{name}_FILE", "").strip()
    if direct and file:
        raise BadSetting(f"{name} and {name}_FILE are both set; give one")
    if not file:
        return direct
    try:
        return Path(file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadSetting(f"the file that {name}_FILE names cannot be read: {problem}") from problem


def _value(name: str, said: str, default: Any) -> Any:
    where = _variable(name)
    if name == "secret_key" and len(said) < _SECRET:
        raise BadSetting(
            f"{where} has {len(said)} characters and needs {_SECRET} or more, made by chance; without it one is made"
            " and kept in the home"
        )
    if name in ("home", "inbox"):
        return Path(said).expanduser()
    if isinstance(default, tuple):
        return tuple(part.strip() for part in said.split(",") if part.strip())
    if isinstance(default, bool):
        known = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if said.lower() not in known:
            raise BadSetting(f"{where} is {said!r}; say yes or no")
        return known[said.lower()]
    if isinstance(default, int | float):
        try:
            value = type(default)(said)
        except ValueError as problem:
            raise BadSetting(f"{where} is {said!r} and no number") from problem
        if value == 0 and name in _NONE:
            return value
        if not 0 < value < 1e6:
            raise BadSetting(f"{where} is {said!r}; give a number above 0")
        return value
    return said


#: Secrets that this process made.
_made: set[Path] = set()


def _kept_secret(path: Path) -> str:
    """The secret of this home, made once; readable by its owner alone."""
    # A home that is made here is nobody else's.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = secrets.token_urlsafe(48)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text(encoding="ascii").strip()
        if len(kept) < 32:
            raise BadSetting(f"the secret in {path} is cut short; remove the file: all sessions end") from None
        return kept
    with os.fdopen(descriptor, "w") as stream:
        stream.write(made)
    _made.add(path)
    return made


def take_secret_back(home: Path) -> None:
    """Remove the secret that this process made in a home where nothing came of it; one that was there stays."""
    path = home / KEY
    if path in _made:
        path.unlink(missing_ok=True)
        _made.discard(path)
