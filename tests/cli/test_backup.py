"""A backup of a site in use, and the site brought back from it."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest
from tests.support.chats import chat
from tests.support.desks import environment

from upstander.storage import Home

RUN = [sys.executable, "-m", "upstander"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two hand-ins: one taken in, one that waits."""
    home = tmp_path_factory.mktemp("site") / "home"
    files = []
    for number in (1, 2):
        path = home.parent / f"result{number}.json"
        path.write_bytes(chat(200 * number))
        files.append(str(path))
    variables = {**environment(home), "DJANGO_SETTINGS_MODULE": "upstander.web.settings"}
    subprocess.run([sys.executable, "-m", "tests.support.handing", files[0]], check=True, env=variables)
    subprocess.run([*RUN, "work", "--once"], check=True, env=variables, capture_output=True)
    return home


def _run(home: Path, *arguments: object, **settings: str) -> Any:
    command = [*RUN, *map(str, arguments), "--json"]
    return subprocess.run(command, capture_output=True, text=True, env=environment(home, **settings))


def test_what_is_brought_back_is_what_was_there(site: Path, tmp_path: Path) -> None:
    """Register, exhibits, decisions, tables digest for digest; a line that the register does not know is left out."""
    decisions = site / "MS-1" / "decisions"
    decisions.mkdir(exist_ok=True)
    lines = ['{"by": "R", "query": "tea"}', '{"by": "R", "query": "late", "ledger": 999}', '{"half']
    (decisions / "searches.jsonl").write_text("\n".join(lines))
    (site / "MS-1" / "inbox" / "7-aabbccddeeff" / "1").mkdir(parents=True)
    (site / "MS-1" / "inbox" / "7-aabbccddeeff" / "1" / "waits \N{PILE OF POO}.json").write_bytes(b"{}")
    made = _run(site, "backup", tmp_path / "site.tar", "--by", "R. Runner")
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert (told["cases"], oct((tmp_path / "site.tar").stat().st_mode)[-3:]) == (1, "600")
    assert [path.name for path in tmp_path.iterdir()] == ["site.tar"]

    other = tmp_path / "other"
    back = _run(other, "restore", tmp_path / "site.tar")
    assert back.returncode == 0, back.stderr
    assert json.loads(back.stdout)["differing"] == {}
    assert json.loads(back.stdout)["entries"] == told["entries"]
    before, after = (Home(home).open("MS-1") for home in (site, other))
    assert _held(before.exhibits) == _held(after.exhibits)
    assert _held(before.inbox) == _held(after.inbox)
    assert (after.decisions / "searches.jsonl").read_text() == lines[0] + "\n"
    manifests = [json.loads((case.path / "manifest.json").read_text()) for case in (before, after)]
    assert manifests[0] == manifests[1]
    proved = json.loads(_run(other, "ledger", "verify").stdout)
    assert proved["entries"] == told["entries"] + 1, "that it was brought back is an entry too"

    again = _run(other, "restore", tmp_path / "site.tar")
    assert again.returncode == 2
    assert "empty home" in again.stderr
    twice = _run(site, "backup", tmp_path / "site.tar")
    assert twice.returncode == 2
    assert "is there already" in twice.stderr


def test_a_backup_that_is_damaged_or_dangerous_writes_nothing(site: Path, tmp_path: Path) -> None:
    """One changed byte, an end that is missing, a member that leads out: refused, and the home stays empty."""
    assert _run(site, "backup", tmp_path / "site.tar").returncode == 0
    whole = (tmp_path / "site.tar").read_bytes()
    place = whole.index(b"entry 7 of the late turn")
    bad = {
        "changed": whole[:place] + b"?" + whole[place + 1 :],
        "cut short": whole[: len(whole) // 2],
        "dangerous": _led_out(),
    }
    for name, content in bad.items():
        path = tmp_path / f"{name}.tar"
        path.write_bytes(content)
        said = _run(tmp_path / "empty", "restore", path)
        assert said.returncode == 2, name
        assert name in said.stderr or "backup" in said.stderr
        assert "Traceback" not in said.stderr
        assert Home(tmp_path / "empty").cases() == []
    assert not (tmp_path / "out.txt").exists()


def test_a_backup_that_is_killed_leaves_none_and_harms_nothing(site: Path, tmp_path: Path) -> None:
    """What has the name is whole; the site goes on, and the next backup is made."""
    big = Home(site).open("MS-1").bytes / "ff" / ("f" * 64)
    big.parent.mkdir(exist_ok=True)
    with big.open("wb") as stream:
        stream.truncate(2_000_000_000)
    process = subprocess.Popen([*RUN, "backup", str(tmp_path / "site.tar")], env=environment(site))
    part = tmp_path / ".site.tar.part"
    deadline = time.monotonic() + 30
    while (not part.exists() or part.stat().st_size < 1_000_000) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    big.unlink()
    assert part.exists()
    assert not (tmp_path / "site.tar").exists()
    assert json.loads(_run(site, "ledger", "verify").stdout)["whole"]


def _led_out() -> bytes:
    made = io.BytesIO()
    out = {"bytes": 3, "sha256": hashlib.sha256(b"out").hexdigest()}
    index = {"database": "sqlite", "made_at": "", "ledger": {}, "cases": {}, "files": {"cases/../../out.txt": out}}
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
