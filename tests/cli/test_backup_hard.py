"""Backups of homes that somebody, or a crash, left something in; and what a restore leaves where it is stopped."""

import fcntl
import json
import stat
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.support.chats import chat
from tests.support.desks import environment
from tests.support.postgres import own
from tests.support.registers import asked

from upstander.storage import Home
from upstander.storage.files import write_json

RUN = [sys.executable, "-m", "upstander"]


def _run(home: Path, *arguments: object, **settings: str) -> Any:
    command = [*RUN, *map(str, arguments), "--json"]
    return subprocess.run(command, capture_output=True, text=True, env=environment(home, **settings))


def _done(home: Path, *arguments: object) -> Any:
    done = _run(home, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a case of the desk, in which something was taken in and two searches are kept."""
    home = tmp_path_factory.mktemp("hard") / "home"
    file = home.parent / "result.json"
    file.write_bytes(chat(5))
    _done(home, "account", "add", "ines", "--name", "Ines Example", "--generate")
    _done(home, "case", "new", "R-1", "--title", "Late turn")
    _done(home, "ingest", "R-1", file, "--exhibit", "AB/1")
    for name in ("tea", "late"):
        _done(home, "search", "R-1", name, "--save", name, "--by", "R. Reader")
    _done(home, "case", "admit", "R-1", "--owner", "ines")
    return home


def _names(tar: Path) -> set[str]:
    with tarfile.open(tar) as held:
        return {member.name for member in held}


def test_what_is_nothing_of_upstanders_is_left_out_and_named(site: Path, tmp_path: Path) -> None:
    """Copies of editors, what a full disk left, links and folders that are no case: the backup can be brought back."""
    case = Home(site).open("R-1")
    number = next(case.intakes.glob("*.json")).name
    strays = {
        case.decisions / "searches.jsonl~": "cases/R-1/decisions/searches.jsonl~",
        case.decisions / ".searches.jsonl.swp": "cases/R-1/decisions/.searches.jsonl.swp",
        case.intakes / f".{number}.new": f"cases/R-1/exhibits/intakes/.{number}.new",
        site / "R-1 copy" / "exhibits" / "case.json": "cases/R-1 copy",
    }
    link = case.decisions / "codings.jsonl"
    try:
        for path in strays:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}")
        link.symlink_to(case.decisions / "searches.jsonl")
        made = _run(site, "backup", tmp_path / "site.tar")
        assert made.returncode == 0, made.stderr
    finally:
        for path in (*strays, link):
            path.unlink()
        (site / "R-1 copy" / "exhibits").rmdir()
        (site / "R-1 copy").rmdir()
    left = {*strays.values(), "cases/R-1/decisions/codings.jsonl"}
    assert set(json.loads(made.stdout)["left_out"]) == left
    assert "and not in the backup: cases/R-1 copy" in made.stderr
    assert _names(tmp_path / "site.tar") & left == set()
    back = _done(tmp_path / "other", "restore", tmp_path / "site.tar")
    assert (back["cases"], back["left_out"]) == (1, [])
    assert _done(tmp_path / "other", "ledger", "verify")["whole"] is True


#: A backup as an earlier version made it: of every file that lies there, whatever it is.
_EARLIER = """
import sys
import importlib
import django
django.setup()
from upstander.cli import main
backing = importlib.import_module("upstander.actions.back_up")
if sys.argv.pop() == "earlier":
    verify = backing.verified
    backing.verified = lambda path, told: verify(path, told, earlier=True)
write, belongs = backing._write, backing.belongs

def everything(*given):
    backing.belongs = lambda name: True
    try:
        return write(*given)
    finally:
        backing.belongs = belongs

backing._write = everything
sys.exit(main())
"""


def test_a_backup_is_verified_for_what_can_be_brought_back(site: Path, tmp_path: Path) -> None:
    """One that holds anything else is not made; one that an earlier version made is brought back without that."""
    stray = Home(site).open("R-1").decisions / "searches.jsonl~"
    stray.write_text("{}")
    tar = tmp_path / "site.tar"
    command = [sys.executable, "-c", _EARLIER, "backup", str(tar), "--json"]
    variables = {**environment(site), "DJANGO_SETTINGS_MODULE": "upstander.web.settings"}
    try:
        refused = subprocess.run([*command, "now"], capture_output=True, text=True, env=variables)
        assert (refused.returncode, "nothing of Upstander's" in refused.stderr) == (2, True)
        assert not tar.exists()
        assert subprocess.run([*command, "earlier"], capture_output=True, env=variables).returncode == 0
    finally:
        stray.unlink()
    assert "cases/R-1/decisions/searches.jsonl~" in _names(tar)
    back = _run(tmp_path / "other", "restore", tar)
    assert back.returncode == 0, back.stderr
    assert json.loads(back.stdout)["left_out"] == ["cases/R-1/decisions/searches.jsonl~"]
    assert "not brought back: cases/R-1/decisions/searches.jsonl~" in back.stderr
    assert not (tmp_path / "other" / "R-1" / "decisions" / "searches.jsonl~").exists()


def test_a_decision_that_is_in_force_is_brought_back(site: Path, tmp_path: Path) -> None:
    """The last line where somebody's editor left it without an end, and half of one that the ledger has as it is."""
    path = Home(site).open("R-1").decisions / "searches.jsonl"
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    _brought_back(site, tmp_path / "first", path)
    path.write_bytes(path.read_bytes() + b'\n{"half')
    key = json.loads(_run(site, "messages", "R-1").stdout.splitlines()[0])["message"]
    # A command that decides something enters whatever is not entered yet.
    _done(site, "code", "R-1", key, "--nothing", "--by", "R. Reader")
    assert path.read_bytes().endswith(b"half")
    _brought_back(site, tmp_path / "second", path)


def _brought_back(site: Path, folder: Path, path: Path) -> None:
    assert _done(site, "ledger", "verify")["whole"] is True
    folder.mkdir()
    _done(site, "backup", folder / "site.tar")
    _done(folder / "other", "restore", folder / "site.tar")
    assert _done(folder / "other", "ledger", "verify")["whole"] is True
    assert (folder / "other" / path.relative_to(site)).read_bytes() == path.read_bytes() + b"\n"


#: Somebody is signed in.
_SESSION = """
import django
django.setup()
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore()
session["_auth_user_id"] = "1"
session.create()
"""

#: A restore that is killed when everything is in its place, and before it is verified.
_KILLED = """
import importlib
import os
import sys
import django
django.setup()
from upstander.cli import main
bringing = importlib.import_module("upstander.actions.restore")
bringing.bring_up_to_date = lambda _: os._exit(9)
sys.exit(main())
"""


def _program(home: Path, program: str, *arguments: object) -> int:
    variables = {**environment(home), "DJANGO_SETTINGS_MODULE": "upstander.web.settings"}
    return subprocess.run([sys.executable, "-c", program, *map(str, arguments)], env=variables).returncode


@pytest.fixture(scope="module")
def two(site: Path) -> tuple[Path, Path]:
    """A backup of that site in which somebody is signed in, and another with one case more."""
    one, more = site.parent / "one.tar", site.parent / "more.tar"
    assert _program(site, _SESSION) == 0
    assert asked(site, "SELECT count(*) FROM django_session") == [(1,)]
    _done(site, "backup", one)
    _done(site, "case", "new", "SECRET-2", "--title", "Not for this home")
    _done(site, "backup", more)
    (site / "SECRET-2").rename(site.parent / "SECRET-2")
    return one, more


def test_a_restore_takes_away_what_one_before_it_began(two: tuple[Path, Path], tmp_path: Path) -> None:
    """And nothing that is somebody else's: it is refused. Nobody is signed in afterwards."""
    one, more = two
    home = tmp_path / "home"
    assert _program(home, _KILLED, "restore", more) == 9
    assert (home / "SECRET-2").is_dir()
    other = home / "OTHER-3" / "exhibits"
    other.mkdir(parents=True)
    (other / "case.json").write_text("{}")
    said = _run(home, "restore", one)
    assert (said.returncode, "(OTHER-3), and not of the restore" in said.stderr) == (2, True)
    assert (home / "SECRET-2").is_dir()
    (other / "case.json").unlink()
    if server := own(home):
        with psycopg.connect(server, autocommit=True) as database:
            database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    _done(home, "restore", one)
    assert other.is_dir()
    assert sorted(case.path.name for case in Home(home).cases()) == ["R-1"]
    assert not (home / "SECRET-2").exists()
    assert asked(home, "SELECT count(*) FROM django_session") == [(0,)]


def test_a_restore_writes_into_no_folder_that_is_there(two: tuple[Path, Path], tmp_path: Path) -> None:
    """It may be no case, and is somebody's; and of two restores at once, one is refused."""
    (tmp_path / "R-1").mkdir()
    said = _run(tmp_path, "restore", two[0])
    assert (said.returncode, "empty home" in said.stderr) == (2, True)
    assert (list((tmp_path / "R-1").iterdir()), (tmp_path / ".restoring").exists()) == ([], False)
    (tmp_path / "R-1").rmdir()
    with (tmp_path / ".restoring").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        said = _run(tmp_path, "restore", two[0])
    assert (said.returncode, "another restore" in said.stderr) == (2, True)


def test_a_home_that_is_not_there_is_made_by_what_makes_something(two: tuple[Path, Path], tmp_path: Path) -> None:
    """For its owner alone, with a secret from outside as without; what only reads makes none, and says so."""
    home = tmp_path / "new" / "home"
    for settings in ({"UPSTANDER_SECRET_KEY": "k" * 64}, {}):
        for words in (("account", "list"), ("backup", tmp_path / "none.tar"), ("doctor",)):
            said = _run(home, *words, **settings)
            assert (said.returncode, f"there is no home at {home}" in said.stderr) == (2, True), said.stderr
            assert not home.exists()
    makes: dict[Path, tuple[object, ...]] = {
        home: ("account", "add", "ines", "--name", "Ines Example", "--generate"),
        tmp_path / "other" / "home": ("restore", two[0]),
    }
    for place, command in makes.items():
        said = _run(place, *command, UPSTANDER_SECRET_KEY="k" * 64)
        assert said.returncode == 0, said.stderr
        assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_a_full_disk_leaves_no_half_of_a_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the record that was there is there."""
    path = tmp_path / "0001-0123456789ab.json"
    write_json(path, {"number": 1})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("upstander.storage.files.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_json(path, {"number": 2})
    assert list(tmp_path.iterdir()) == [path]
    assert json.loads(path.read_text()) == {"number": 1}
