"""`upstander triage`, as people and programs see it."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.review.conftest import telegram
from tests.support.commands import Command
from tests.support.made_encoder import made_encoder

WORDS = "women are too stupid to drive, send them back to the kitchen"


def cut(span: str) -> str:
    """The part of the words that `span` means to `code --span`."""
    first, last = map(int, span.split(":"))
    return WORDS[first:last]


@pytest.fixture
def made(upstander: Command, tmp_path: Path) -> str:
    """A case of one group: a sexist remark, laughter, and the day's business."""
    said = [("1", WORDS), ("2", "😂😂"), ("3", "the meeting starts at nine")]
    (tmp_path / "result.json").write_text(telegram(said), encoding="utf-8")
    assert upstander("case", "new", "T-1", "--title", "T").status == 0
    taken = upstander("ingest", "T-1", str(tmp_path / "result.json"), "--exhibit", "AB/1")
    assert taken.status == 0, taken.err
    return "T-1"


def test_a_program_gets_scores_and_reasons(upstander: Command, made: str) -> None:
    """--json has the counts, the first messages of each head, and why; text only where it was asked for."""
    said = upstander("triage", made, "--head", "misogyny", "--json")
    assert said.status == 0, said.err
    first = said.json["first"]["misogyny"]
    assert [row["ordinal"] for row in first] == [0, 1, 2]
    assert first[1]["because_of"] == first[0]["message"]
    assert first[0]["in_context"] == first[0]["score"] > first[1]["in_context"] > first[1]["score"]
    assert any("women" in cut(span["span"]) for span in first[0]["reasons"])
    assert [row["flagged"] for row in said.json["heads"]] == [1]
    assert WORDS not in said.out
    assert WORDS in upstander("triage", made, "--head", "misogyny", "--json", "--show-text").out


def test_people_read_tables(upstander: Command, made: str) -> None:
    """Every head has its table; words are shown where asked for, and what a score is not is said."""
    said = upstander("triage", made, "--limit", "2")
    assert said.status == 0, said.err
    for words in ("misogyny", "religion", "decides nothing", "What the model flags"):
        assert words in said.out
    assert "stupid" not in said.out
    assert "stupid" in upstander("triage", made, "--show-text").out


def test_an_unknown_head_is_refused(upstander: Command, made: str) -> None:
    """In one sentence that names those there are."""
    refused = upstander("triage", made, "--head", "weather")
    assert (refused.status, "has no head weather; it has misogyny" in refused.err) == (2, True)


def test_an_encoder_reads_the_highest_again(upstander: Command, made: str, tmp_path: Path) -> None:
    """Both scores and both reasons are shown, to people and programs; the order stands until it is taken back."""
    bag = str(made_encoder(tmp_path / "bag", {"kitchen": (3.0,)}))
    called = ["triage", made, "--head", "misogyny"]
    said = upstander(*called, "--encoder", bag, "--json")
    assert said.status == 0, said.err
    first = said.json["first"]["misogyny"][0]
    assert (first["score"], round(first["encoder"], 3)) == (first["linear"], 0.953)
    assert [cut(span["span"]) for span in first["encoder_reasons"]] == ["kitchen"]
    assert (said.json["second"]["name"], said.json["second"]["messages"]) == ("bag", {"misogyny": 1})
    shown = upstander(*called, "--encoder", bag, "--show-text")
    assert f"(linear {first['linear']:.2f}, encoder 0.95)" in shown.out
    assert "by the encoder:  “kitchen” +3.00" in shown.out
    later = upstander(*called)
    assert "the order is that of a second stage: bag" in later.err
    assert "encoder 0.95" in later.out
    assert "encoder" not in upstander(*called, "--share", "0").out
    assert "second" not in upstander(*called, "--json").json


def test_an_encoder_that_is_none_is_refused(upstander: Command, made: str, tmp_path: Path) -> None:
    """In one sentence; and a share is nothing without an encoder."""
    refused = upstander("triage", made, "--encoder", str(tmp_path))
    assert (refused.status, "has no model.onnx" in refused.err) == (2, True)
    alone = upstander("triage", made, "--share", "0.1")
    assert (alone.status, "give its folder with --encoder" in alone.err) == (2, True)
    assert upstander("triage", made, "--share", "2").status == 2


def test_an_encoder_asks_no_network(made: str, tmp_path: Path) -> None:
    """In a process that cannot open a socket, and without any library that fetches models."""
    bag = made_encoder(tmp_path / "bag", {"kitchen": (3.0,)})
    program = f"""
import socket, sys
def refused(*_):
    raise OSError("no network here")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
from upstander.cli import run
status = run(["triage", {made!r}, "--encoder", {str(bag)!r}])
assert "onnxruntime" in sys.modules and not {{"huggingface_hub", "transformers", "torch"}} & set(sys.modules)
import os
assert os.environ["HF_HUB_OFFLINE"] == "1"
sys.exit(status)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
