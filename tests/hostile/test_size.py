"""Documents of any size are read in memory that does not grow with them."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.hostile.conftest import Received
from tests.support.android import Phone
from tests.support.memory import PEAK

_MIB = 1 << 20
_PROGRAM = f"""{PEAK}
import sys
from upstander.cli import main
status = main()
print("PEAK", peak(), file=sys.stderr)
sys.exit(status)
"""


_STAGE = f"""{PEAK}
import datetime as dt
import sys
from upstander.evidence.intake import Handed
from upstander.stages.exhibits import ingest, together
from upstander.storage import Home

stage, home, path = sys.argv[1:]
now = dt.datetime(2018, 4, 4, tzinfo=dt.UTC)
if stage == "read":
    case = Home(Path(home)).new("C-1", title="C", now=now)
    ingest(case, [Path(path)], Handed(), now=now, progress=lambda *_: None, later=True)
else:
    together(Home(Path(home)).open("C-1"), progress=lambda *_: None)
print(peak())
"""


def _peak(received: Received, path: Path) -> int:
    """MiB that a process of its own takes at most while it ingests `path` alone into a new case."""
    home = received.case.path.parents[1] / f"of {path.name}"
    said = ""
    for command in (["case", "new", "C-1", "--title", "C"], ["ingest", "C-1", str(path)]):
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, *command, "--home", str(home)], capture_output=True, text=True, check=False
        )
        said = done.stderr
        assert done.returncode == 0, said
    return round(float(said.rpartition("PEAK ")[2]))


def _telegram(path: Path, megabytes: int) -> int:
    record: dict[str, object] = {
        "type": "message",
        "date": "2018-03-01T07:00:00",
        "date_unixtime": "1519887600",
        "from": "Ash",
    }
    record |= {"from_id": "user1", "text": "x" * 300, "text_entities": []}
    with path.open("w") as stream:
        stream.write('{"name": "Team", "type": "private_group", "id": 77, "messages": [\n')
        number = 0
        while stream.tell() < megabytes * _MIB:
            for _ in range(1_000):
                stream.write(("," if number else "") + json.dumps({"id": number, **record}) + "\n")
                number += 1
        stream.write("]}")
    return number


def _whatsapp(path: Path, megabytes: int) -> int:
    line = "13/03/2018, 09:30 - Vale: " + "x" * 80 + "\n"
    many = megabytes * _MIB // len(line)
    with path.open("w") as stream:
        for _ in range(many):
            stream.write(line)
    return many


def _sms(path: Path, megabytes: int) -> int:
    many = megabytes * _MIB // 300
    body = "x" * 160
    with path.open("w") as stream:
        stream.write('<?xml version="1.0" encoding="UTF-8"?><smses>')
        for number in range(many):
            stream.write(
                f'<sms protocol="0" address="+44770090000{number % 10}" date="{1519896600000 + number}" type="1"'
                f' body="{body}" read="1" status="-1" contact_name="Vale" />\n'
            )
        stream.write("</smses>")
    return many


def _android(path: Path, megabytes: int) -> int:
    many = megabytes * _MIB // 400
    phone = Phone(path)
    phone.put("jid", _id=1, user="1", server="g.us", type=1, raw_string="1@g.us")
    phone.put("jid", _id=2, user="2", server="s.whatsapp.net", type=0, raw_string="2@s.whatsapp.net")
    phone.put("chat", _id=1, jid_row_id=1, subject="Team")
    phone.connection.execute("BEGIN")
    phone.connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO message (_id,"
        " chat_row_id, from_me, key_id, sender_jid_row_id, timestamp, message_type, text_data, sort_id)"
        " SELECT i, 1, 0, 'K' || i, 2, 1709280000000 + i, 0, printf('%.300c', 'x'), i FROM n",
        (many,),
    )
    phone.connection.execute("COMMIT")
    phone.close()
    return many


@pytest.mark.parametrize("make", [_telegram, _whatsapp, _sms, _android])
def test_ten_times_the_document_in_about_the_same_memory(tmp_path: Path, make: Callable[[Path, int], int]) -> None:
    """From 3 to 30 MiB: reading takes less than twice as much, and what is worked out of it a kilobyte a message.

    In processes of their own: what one of them let go, the allocators of the other would count again.
    """
    few, many = make(tmp_path / "small", 3), make(tmp_path / "large", 30)
    small, large = (_stages(tmp_path / f"of {name}", tmp_path / name) for name in ("small", "large"))
    print(make.__name__, few, small, many, large)  # noqa: T201
    assert large["read"] < 2 * small["read"], (small, large)
    # A row group is held with its texts, and of each message numbers alone.
    assert large["together"] - small["together"] < 100 + 0.8 * (many - few) / 1024, (small, large)


def _stages(home: Path, path: Path) -> dict[str, float]:
    """MiB that each stage takes at most when `path` is ingested into a new case."""
    found: dict[str, float] = {}
    for stage in ("read", "together"):
        command = [sys.executable, "-c", _STAGE, stage, str(home), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found[stage] = round(float(done.stdout))
    return found


def test_one_line_of_a_hundred_megabytes(received: Received, tmp_path: Path) -> None:
    """A line without end is cut in the tables, is said, and costs no multiple of itself."""
    bad = tmp_path / "line.txt"
    with bad.open("w") as stream:
        stream.write("13/03/2018, 09:30 - Vale: before\n13/03/2018, 09:31 - Vale: ")
        for _ in range(100):
            stream.write("x" * 1_000_000)
        stream.write("\n13/03/2018, 09:32 - Vale: after\n")
    assert _peak(received, bad) < 400
    received.command("ingest", "C-1", "--time-zone", "UTC", str(bad))
    assert [row["kind"] for row in received.warnings()] == ["line_too_long"]
    texts = received.column("messages", "text")
    assert [len(text) for text in texts][::2] == [6, 5]
    assert len(texts[1]) < 20_000_000


@pytest.mark.parametrize(
    "head",
    [
        b"[13/03/2018, 09:30:15] Vale: rota\n[13/03/2018, 09:30:16] Vale: then nothing\n",
        b'{"name": "Team", "type": "private_group", "id": 77, "messages": [',
        b'{"participants": [{"name": "A"}], "messages": [',
        b'<?xml version="1.0"?><smses count="2">',
        b"SQLite format 3\x00",
    ],
)
def test_a_huge_sparse_file(received: Received, tmp_path: Path, head: bytes) -> None:
    """Half a gigabyte of nothing after a good beginning is a sentence, and costs no multiple of that."""
    bad = tmp_path / "sparse"
    bad.write_bytes(head)
    with bad.open("r+b") as stream:
        stream.truncate(512 * _MIB)
    # JSON of Messenger's is held whole, up to 128 MiB of it.
    assert _peak(received, bad) < (900 if b"participants" in head else 400)
