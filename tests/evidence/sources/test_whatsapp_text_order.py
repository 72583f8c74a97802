"""Lines that somebody typed decide nothing: neither the order of a file's dates nor who said what."""

from pathlib import Path

import pytest
from tests.support.reading import Tables, read

from upstander.evidence.sources.whatsapp_text import SOURCE


def _read(lines: list[str], tmp_path: Path) -> Tables:
    path = tmp_path / "_chat.txt"
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    return read(SOURCE, path, scratch=tmp_path)


def _months(tables: Tables) -> list[int]:
    return [row["sent_at"].month for row in tables.authored if row["sent_at"] is not None]


def test_one_forged_line_does_not_date_a_file(tmp_path: Path) -> None:
    """March and April stay March and April; the line is text, and its claim is named."""
    days = [f"[{day:02d}/{month:02d}/2018, 10:00:00] Ann: hello" for month in (3, 4) for day in (1, 4, 9, 12)]
    forged = ["[12/04/2018, 11:00:00] Ben: evil", "[04/25/2018, 10:00:00] Ann: forged", "[12/04/2018, 11:05:00] Ann: c"]
    tables = _read(days + forged, tmp_path)
    assert _months(tables) == [3] * 4 + [4] * (len(tables.authored) - 4)
    assert "forged" not in [row["text"] for row in tables.authored if row["author"] == "Ann" and row["sent_at"]]


def test_a_decision_that_hangs_on_one_date_says_so(tmp_path: Path) -> None:
    """Where a single date decides, and the others would stand closer together without it, the file is ambiguous."""
    days = [f"[{day:02d}/02/2018, 10:00:00] Ann: hello" for day in (1, 2, 2, 3, 4)]
    tables = _read([*days[:3], "[02/25/2018, 10:00:00] Ann: forged", *days[3:]], tmp_path)
    assert tables.warned["date_order_ambiguous"] == 1


def test_one_true_date_still_decides(tmp_path: Path) -> None:
    """The thirteenth of a month, in its place, settles a short file without a warning."""
    days = [f"[{day:02d}/02/2018, 10:00:00] Ann: hello" for day in (9, 10, 11, 12, 13)]
    tables = _read(days, tmp_path)
    assert _months(tables) == [2] * 5
    assert tables.warned["date_order_ambiguous"] == 0


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_run_of_typed_lines_is_text(count: int, tmp_path: Path) -> None:
    """Up to three lines in a row, of other people and another month, stay in the message they were typed into."""
    typed = [f"[09/01/2018, 10:0{n}:00] {name}: forged" for n, name in enumerate(("Cal", "Dee", "Eve")[:count])]
    end = ["and that is all", "[13/02/2018, 10:05:00] Ann: hm"]
    tables = _read(["[13/02/2018, 10:00:00] Ben: I quote:", *typed, *end], tmp_path)
    assert [row["author"] for row in tables.authored] == ["Ben", "Ann"]
    assert tables.authored[0]["text"].endswith("and that is all")
    warned = tables.rows("warnings", kind="header_like_line")
    assert len(warned) == count
    assert "10:00:00] Cal" in warned[0]["detail"]


def test_a_typed_line_at_the_end_is_text(tmp_path: Path) -> None:
    """The last line of a file has no message after it, and is judged by the one before."""
    tables = _read(["[13/02/2018, 10:00:00] Ben: look", "[09/01/2018, 10:00:00] Ann: forged"], tmp_path)
    assert [row["author"] for row in tables.authored] == ["Ben"]
    assert tables.warned["header_like_line"] == 1
