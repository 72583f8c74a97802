"""Reviewers who code at once, in two processes: no coding lost, none twice, nobody given what another has."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).parents[2]
#: Django before anything that has models.
_BEGIN = """
import django, runpy, sys
django.setup()
sys.argv[:] = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
#: Reviewers in two processes, and how many messages each of them reads.
FIRST, SECOND, EACH = ("ada", "ben"), ("cara", "dev"), 4


def _started(home: Path, *said: str) -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "UPSTANDER_HOME": str(home),
        "UPSTANDER_DATABASE_URL": os.environ.get("UPSTANDER_TEST_DATABASE_URL", ""),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "default",
        "DJANGO_SETTINGS_MODULE": "upstander.web.settings",
    }
    command = [sys.executable, "-c", _BEGIN, str(Path(__file__).with_name("reviewers_at_once.py")), *said]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def _told(running: "subprocess.Popen[str]") -> str:
    said, wrong = running.communicate("go on\n", timeout=300)
    assert running.returncode == 0, wrong[-4_000:]
    return said


def test_no_coding_is_lost_and_none_is_written_twice(tmp_path: Path) -> None:
    """Four people, two processes, every form sent twice at the same moment; on PostgreSQL too where one is given."""
    home = tmp_path / "home"
    home.mkdir()
    mark = uuid4().hex[:6]
    reference = f"AT-ONCE-{mark.upper()}"
    names = [f"{name}{mark}" for name in (*FIRST, *SECOND)]
    asked = [str(home), reference, ",".join(names[:2]), ",".join(names[2:]), str(EACH)]
    one = _started(home, *asked, "--prepare")
    assert one.stdout is not None
    assert one.stdout.readline() == "ready\n", one.communicate()[1][-4_000:]
    other = json.loads(_told(_started(home, *asked)))
    mine, _, checked = _told(one).partition("\n")
    counts = [json.loads(mine), other]
    forms = len(names) * EACH
    assert sum(each["written"] for each in counts) == forms
    assert sum(each["twice"] for each in counts) == forms
    told = json.loads(checked)
    lines = (home / reference / "decisions" / "codings.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    numbers = [row["ledger"] for row in rows]
    assert numbers == sorted(set(numbers))
    assert told == {"coded": forms, "open": 0, "lines": len(rows)}
    said = [row for row in rows if "rank has come to it" not in (row.get("note") or "")]
    assert len(said) == len({row["message"] for row in said}) == forms
    assert {row["by"] for row in said} == {f"{name.capitalize()} Example" for name in names}
