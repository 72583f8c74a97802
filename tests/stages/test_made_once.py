"""What many ask for at the same moment is made once, whole, and of the tables that its name says."""

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import numpy as np
import pytest
from tests.support.chats import chat

from upstander.evidence.intake import Handed
from upstander.people.opened import Opened, opened
from upstander.stages import ingest, knowing
from upstander.stages import pool as pools
from upstander.stages.pictures import captures_picture
from upstander.storage import Case, Home
from upstander.storage.scan import collect, scan

AT_ONCE = 8
_T = TypeVar("_T")


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case of two conversations that nobody has read anything of."""
    case = Home(tmp_path / "home").new("C-1", title="C", now=dt.datetime(2018, 4, 3, tzinfo=dt.UTC))
    for number in (1, 2):
        _take_in(case, tmp_path / f"{number}", f"Team {number}")
    return case


def _take_in(case: Case, folder: Path, name: str) -> None:
    folder.mkdir()
    (folder / "result.json").write_bytes(chat(300, name=name))
    now = dt.datetime(2018, 4, 4, tzinfo=dt.UTC)
    ingest(case, [folder / "result.json"], Handed(), now=now, progress=lambda *_: None)


def _together(ask: Callable[[int], _T]) -> list[_T]:
    ready = Barrier(AT_ONCE)

    def asked(number: int) -> _T:
        ready.wait()
        return ask(number)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(asked, range(AT_ONCE)))


def _conversation(case: Case) -> str:
    return str(collect(scan(case, "sightings").select("conversation").unique().sort("conversation")).item(0, 0))


def test_queues_of_several_codes_are_opened_at_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them read the same files, which one of them makes."""
    made = []
    make = pools._make

    def counted(case: Case, folder: Path, named: str) -> None:
        made.append(folder)
        make(case, folder, named)

    monkeypatch.setattr(pools, "_make", counted)
    found = _together(lambda number: pools.pool(case, f"code {number}"))
    assert len(made) == 1
    assert {len(pool.ids) for pool in found} == {len(found[0].ids)}
    assert all(np.array_equal(pool.matrix.columns, found[0].matrix.columns) for pool in found)
    assert sorted(path.suffix for path in made[0].iterdir()) == sorted(["", *[".npy"] * 7, ".parquet"])


def test_a_conversation_is_worked_out_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty who open it at once share what the first made; nothing else is left in the folder."""
    made = []

    def counted(case: Case, conversation: str) -> Opened:
        made.append(conversation)
        return opened(case, conversation)

    monkeypatch.setattr("upstander.stages.knowing.opened", counted)
    conversation = _conversation(case)
    _together(lambda _: knowing.presence(case, conversation))
    assert len(made) == 1
    assert len(list((case.index / knowing.KNOWING / conversation).iterdir())) == 1


def test_what_is_kept_of_older_tables_goes(case: Case, tmp_path: Path) -> None:
    """When the case grows, one folder is left: that of the tables as they are."""
    conversation = _conversation(case)
    folder = case.index / knowing.KNOWING / conversation
    folder.mkdir(parents=True)
    (folder / "at.npy").write_bytes(b"of an older version")
    knowing.presence(case, conversation)
    (before,) = folder.iterdir()
    _take_in(case, tmp_path / "3", "Team 3")
    knowing.presence(case, conversation)
    (after,) = folder.iterdir()
    assert before != after


def test_tables_that_change_while_they_are_read_are_not_kept_under_the_older_name(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence is taken in just then: what both keep is of the newer tables, or nothing."""
    pools_make = pools._make
    times: list[int] = []

    def grown(number: int) -> None:
        if number not in times:
            times.append(number)
            _take_in(case, tmp_path / f"more {number}", f"More {number}")

    def make(case: Case, folder: Path, named: str) -> None:
        grown(4)
        pools_make(case, folder, named)

    monkeypatch.setattr(pools, "_make", make)
    found = pools.pool(case, "age")
    assert [path.name for path in (case.index / "features").iterdir() if path.is_dir()] == [pools._made_from(case)]
    assert len(found.ids) == len(pools.pool(case, "age").ids)

    conversation = _conversation(case)

    def grown_and_opened(case: Case, conversation: str) -> Opened:
        grown(5)
        return opened(case, conversation)

    monkeypatch.setattr("upstander.stages.knowing.opened", grown_and_opened)
    knowing.presence(case, conversation)
    kept = case.index / knowing.KNOWING / conversation
    assert not kept.exists()
    knowing.presence(case, conversation)
    (folder,) = kept.iterdir()
    assert json.loads((folder / "record.json").read_bytes())["made_from"] == knowing._made_from(case)


def test_pictures_are_drawn_at_once(case: Case) -> None:
    """Whoever was first, each gets a whole one."""
    pictures = _together(lambda _: captures_picture(case))
    assert all(picture is not None and picture.path.read_text().rstrip().endswith("</svg>") for picture in pictures)
    assert {picture.words for picture in pictures if picture} == {pictures[0].words if pictures[0] else ()}
