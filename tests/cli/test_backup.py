"""A backup of a site in use, and the site brought back from it."""

import fcntl
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from tests.support.chats import chat
from tests.support.desks import environment
from tests.support.postgres import own
from tests.support.registers import asked

from upstander.actions.back_up import verified
from upstander.errors import OutputError
from upstander.storage import Home

RUN = [sys.executable, "-m", "upstander"]


LINES = ('{"by": "R", "query": "tea"}', '{"by": "R", "query": "late", "ledger": 999}', '{"half')


@dataclass(frozen=True)
class Made:
    """A site, and a backup of it."""

    home: Path
    tar: Path
    told: dict[str, Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A home in which something was taken in and something waits, with decisions; and its backup."""
    home = tmp_path_factory.mktemp("site") / "home"
    file = home.parent / "result.json"
    file.write_bytes(chat(200))
    variables = {**environment(home), "DJANGO_SETTINGS_MODULE": "upstander.web.settings"}
    subprocess.run([sys.executable, "-m", "tests.support.handing", str(file)], check=True, env=variables)
    subprocess.run([*RUN, "work", "--once"], check=True, env=variables, capture_output=True)
    case = home / "MS-1"
    (case / "decisions").mkdir(exist_ok=True)
    (case / "decisions" / "searches.jsonl").write_text("\n".join(LINES))
    waiting = case / "inbox" / "7-aabbccddeeff" / "1"
    waiting.mkdir(parents=True)
    (waiting / "waits \N{PILE OF POO}.json").write_bytes(b"{}")
    done = _run(home, "backup", home.parent / "site.tar", "--by", "R. Runner")
    assert done.returncode == 0, done.stderr
    return Made(home, home.parent / "site.tar", json.loads(done.stdout))


def _run(home: Path, *arguments: object, **settings: str) -> Any:
    command = [*RUN, *map(str, arguments), "--json"]
    return subprocess.run(command, capture_output=True, text=True, env=environment(home, **settings))


def test_what_is_brought_back_is_what_was_there(made: Made, tmp_path: Path) -> None:
    """Register, exhibits, decisions, tables digest for digest; a line that the register does not know is left out."""
    assert (made.told["cases"], oct(made.tar.stat().st_mode)[-3:]) == (1, "600")
    other = tmp_path / "other"
    back = _run(other, "restore", made.tar)
    assert back.returncode == 0, back.stderr
    told = json.loads(back.stdout)
    assert (told["differing"], told["entries"]) == ({}, made.told["entries"])
    before, after = (Home(home).open("MS-1") for home in (made.home, other))
    assert _held(before.exhibits) == _held(after.exhibits)
    assert _held(before.inbox) == _held(after.inbox)
    assert (after.decisions / "searches.jsonl").read_text() == LINES[0] + "\n"
    manifests = [json.loads((case.path / "manifest.json").read_text()) for case in (before, after)]
    assert manifests[0] == manifests[1]
    entries = asked(other, "SELECT verb, digest FROM register_entry ORDER BY sequence")
    assert [verb for verb, _ in entries[-2:]] == ["note_backup", "note_restore"]
    assert entries[-2][1] == made.told["digest"]
    again = _run(other, "restore", made.tar)
    assert again.returncode == 2
    assert "empty home" in again.stderr


#: A backup in whose middle somebody else writes to the register: right after its snapshot was taken.
_IN_USE = """
import subprocess, sys
import importlib
import django
django.setup()
from upstander.cli import main

backing = importlib.import_module("upstander.actions.back_up")
prove, verify = backing.verify_ledger, backing.verified

def meanwhile(*given, **named):
    if "using" in named:
        add = [sys.executable, "-m", "upstander", "account", "add", "late", "--name", "Late Example", "--generate"]
        subprocess.run(add, check=True, capture_output=True)
    return prove(*given, **named)

def verified(path, told):
    size = path.stat().st_size
    assert path.read_bytes().rstrip(b"\\0").endswith(b"}"), "all of it is on the disk before it is verified"
    found = verify(path, told)
    assert size == path.stat().st_size
    return found

backing.verify_ledger, backing.verified = meanwhile, verified
sys.exit(main())
"""


def test_a_backup_of_a_register_that_is_written_to_can_be_brought_back(made: Made, tmp_path: Path) -> None:
    """What it says of where the ledger ends is what its copy holds, whatever is written meanwhile."""
    command = [sys.executable, "-c", _IN_USE, "backup", str(tmp_path / "site.tar"), "--json"]
    variables = {**environment(made.home), "DJANGO_SETTINGS_MODULE": "upstander.web.settings"}
    done = subprocess.run(command, capture_output=True, text=True, env=variables)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    (last,) = asked(made.home, "SELECT max(sequence) FROM register_entry")[0]
    assert last == told["entries"] + 1
    back = _run(tmp_path / "other", "restore", tmp_path / "site.tar")
    assert back.returncode == 0, back.stderr
    assert json.loads(back.stdout)["entries"] == told["entries"]
    assert asked(tmp_path / "other", "SELECT count(*) FROM register_account WHERE username = 'late'") == [(0,)]


def test_a_backup_that_is_damaged_or_dangerous_writes_nothing(made: Made, tmp_path: Path) -> None:
    """One changed byte, an end that is missing, a member that leads out: refused, and nothing is written."""
    whole = made.tar.read_bytes()
    place = whole.index(b"entry 7 of the late turn")
    bad = {
        "is damaged": whole[:place] + b"?" + whole[place + 1 :],
        "cannot be read|cut short": whole[: len(whole) // 2],
        "cannot be read as a backup": b"not a tar at all",
    }
    path = tmp_path / "bad.tar"
    for sentence, content in bad.items():
        path.write_bytes(content)
        with pytest.raises(OutputError, match=sentence):
            verified(path, lambda *_: None)
        said = _run(tmp_path / "empty", "restore", path, UPSTANDER_SECRET_KEY="")
        assert said.returncode != 0
        assert list((tmp_path / "empty").iterdir()) == []
    path.write_bytes(_led_out())
    said = _run(tmp_path / "empty", "restore", path)
    assert said.returncode == 2
    assert "which is nothing of Upstander's" in said.stderr
    assert not (tmp_path / "out.txt").exists()
    assert Home(tmp_path / "empty").cases() == []
    assert list((tmp_path / "empty").iterdir()) == []
    # A secret that somebody put there is theirs.
    (tmp_path / "empty" / "secret-key").write_text("s" * 64)
    assert _run(tmp_path / "empty", "restore", path, UPSTANDER_SECRET_KEY="").returncode == 2
    assert [each.name for each in (tmp_path / "empty").iterdir()] == ["secret-key"]


def test_a_backup_that_is_killed_leaves_none_and_harms_nothing(made: Made, tmp_path: Path) -> None:
    """What has the name is whole; the register is as it was, with an entry that somebody began."""
    big = Home(made.home).open("MS-1").bytes / "ff" / ("f" * 64)
    big.parent.mkdir(exist_ok=True)
    with big.open("wb") as stream:
        stream.truncate(2_000_000_000)
    process = subprocess.Popen([*RUN, "backup", str(tmp_path / "site.tar")], env=environment(made.home))
    part = tmp_path / ".site.tar.part"
    deadline = time.monotonic() + 60
    while (not part.exists() or part.stat().st_size < 1_000_000) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    big.unlink()
    assert part.exists()
    assert not (tmp_path / "site.tar").exists()
    # The line that says it is entry 999 is as made up as before; without it all is whole.
    searches = made.home / "MS-1" / "decisions" / "searches.jsonl"
    assert "entry 999, which decided nothing" in _run(made.home, "ledger", "verify").stderr
    searches.write_text(LINES[0] + "\n")
    assert json.loads(_run(made.home, "ledger", "verify").stdout)["whole"] is True
    searches.write_text("\n".join(LINES))
    assert asked(made.home, "SELECT verb FROM register_entry ORDER BY sequence")[-1] == ("note_backup",)


def test_a_backup_that_was_killed_is_in_nobodys_way(made: Made, tmp_path: Path) -> None:
    """The next of its name is made, and the copy of the register that was left is gone; two at once are refused."""
    part, left = tmp_path / ".site.tar.part", made.home / ".backup-999999999-x"
    part.write_bytes(b"half of one")
    left.mkdir()
    with part.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        said = _run(made.home, "backup", tmp_path / "site.tar")
        assert (said.returncode, "another backup is being written" in said.stderr) == (2, True)
    assert _run(made.home, "backup", tmp_path / "site.tar").returncode == 0
    assert not part.exists()
    assert not left.exists()


def test_a_restore_that_is_killed_is_begun_anew(made: Made, tmp_path: Path) -> None:
    """Nothing opens what it left; the next one takes that away and brings back everything."""
    other = tmp_path / "other"
    process = subprocess.Popen([*RUN, "restore", str(made.tar)], env=environment(other), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (other / "MS-1").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (other / ".restoring").exists()
    said = _run(other, "ledger", "verify")
    assert said.returncode == 2
    assert "was stopped before its end" in said.stderr
    if server := own(other):
        # A database that is not a file of the home's is nobody's to empty but whoever runs it.
        assert "empty its database" in _run(other, "restore", made.tar).stderr
        with psycopg.connect(server, autocommit=True) as database:
            database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    back = _run(other, "restore", made.tar)
    assert back.returncode == 0, back.stderr
    assert not (other / ".restoring").exists()
    assert json.loads(back.stdout)["entries"] == made.told["entries"]
    assert _held(Home(made.home).open("MS-1").exhibits) == _held(Home(other).open("MS-1").exhibits)


def _led_out() -> bytes:
    made = io.BytesIO()
    out = {"bytes": 3, "sha256": hashlib.sha256(b"out").hexdigest()}
    index = {
        "database": connection.vendor,
        "made_at": "",
        "ledger": {},
        "cases": {},
        "files": {"cases/../../out.txt": out},
    }
    with tarfile.open(fileobj=made, mode="w:") as tar:
        for name, content in {"cases/../../out.txt": b"out", "backup.json": json.dumps(index).encode()}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return made.getvalue()


def _held(folder: Path) -> dict[str, bytes]:
    return {
        str((Path(parent) / name).relative_to(folder)): (Path(parent) / name).read_bytes()
        for parent, _, names in os.walk(folder)
        for name in names
    }
