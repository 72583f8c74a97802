"""`code --nothing`, `code --from` and decision files with lines that cannot be read, as people see them."""

import json
from pathlib import Path

import pytest
from tests.support.commands import Command

NOTHING = ["--nothing", "--by", "R"]


def lines(home: Path, case: str) -> list[str]:
    """The lines of the decision file."""
    path = home / case / "decisions" / "codings.jsonl"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_nothing_applies(upstander: Command, case: str, home: Path) -> None:
    """One line, one sentence, one row for people and a coding for each code for programs; and it can be taken back."""
    said = upstander("code", case, "2", *NOTHING)
    assert said.status == 0, said.err
    assert "None of the" in said.out
    assert "by R." in said.out
    assert len(lines(home, case)) == 1
    answer = upstander("code", case, "3", "banter", *NOTHING, "--via", "queue", "--json").json["nothing"]
    assert (answer["for"], answer["via"], len(answer["codes"]) > 20) == ("banter", "queue", True)
    shown = upstander("codings", case)
    assert " ".join(shown.out.split()).count("codes of") == 2
    rows = upstander("codings", case, "--code", "banter", "--json").json["codings"]
    assert [(row["sequence"], row["applies"], row["via"]) for row in rows] == [(1, False, "read"), (2, False, "queue")]
    assert upstander("code", case, "2", "banter", "--by", "R").status == 0
    refused = upstander("code", case, "2", *NOTHING)
    assert (refused.status, "that banter applies" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2", "--by", "R"], "one MESSAGE and one CODE"),
        (["2", "banter"], "--by somebody"),
        (["2", *NOTHING, "--not"], "leave --not and --span out"),
        (["2", *NOTHING, "--span", "0:1"], "leave --not and --span out"),
        (["2", *NOTHING, "--settle"], "settle it with CODE"),
        (["2", *NOTHING, "--via", "queue"], "name it as CODE"),
        (["2", "bantr", *NOTHING], "did you mean banter"),
        (["2", "--from", "x.csv", "--by", "R"], "give only --by with it"),
        (["--from", "x.csv", "--by", "R", "--not"], "give only --by with it"),
        (["--from", "none.csv", "--by", "R"], "no such file"),
        (["--from", "none.xlsx", "--by", "R"], "neither CSV nor JSON lines"),
    ],
)
def test_what_is_refused(upstander: Command, case: str, home: Path, arguments: list[str], words: str) -> None:
    """With a sentence, status 2, and nothing written."""
    said = upstander("code", case, *arguments)
    assert (said.status, words in " ".join(said.err.split())) == (2, True), said.err
    assert lines(home, case) == []


ROWS = [
    ("2", "banter", "yes", "0:7", "why, though", ""),
    ("3", "banter", "NO", "", "", ""),
    ("3", "bantr", "no", "", "", ""),
    ("99", "banter", "no", "", "", ""),
    ("4", "banter", "perhaps", "", "", ""),
    ("4", "banter", "yes", "0:999", "", ""),
    ("4", "banter", "1", "", "", "Other\u202e"),
    ("4", "banter", "1", "", "", "Other"),
    ("", "banter", "1", "", "", ""),
    ("4", "banter", "1", "", "", "r"),
]


def test_many_from_a_file(upstander: Command, case: str, home: Path, tmp_path: Path) -> None:
    """Sound rows are written together, each bad one is said with its line, and the file may be given again."""
    path = tmp_path / "codings.csv"
    heading = "message,code,applies,span,note,by,colour\n"
    path.write_text(heading + "".join(",".join(f'"{cell}"' for cell in row) + ",red\n" for row in ROWS))
    said = upstander("code", case, "--from", path, "--by", "R")
    assert said.status == 1
    told = " ".join(said.err.split())
    for line, words in [
        (4, "did you mean banter"), (5, "has no message '99'"), (6, "say yes or no"), (7, "no part of message"),
        (8, "U+202E"), (10, "lacks message"), (11, "write the name as before"),
    ]:  # fmt: skip
        assert f"line {line}: " in told, told
        assert words in told
    assert "10 rows: 3 codings written, 7 not taken" in " ".join(said.out.split())
    assert "colour" in said.out
    first = json.loads(lines(home, case)[0])
    assert (first["span"], first["note"], first["by"], first["via"]) == ([0, 7], "why, though", "R", "read")
    again = upstander("code", case, "--from", path, "--by", "R", "--json").json
    assert (again["written"], again["known"], len(again["refused"])) == (0, 3, 7)
    assert len(lines(home, case)) == 3


def test_a_second_time_overturns_nothing(upstander: Command, case: str, home: Path, tmp_path: Path) -> None:
    """What was decided since stands, whether rows have times or none; what only repeats is written once."""
    path = tmp_path / "codings.jsonl"
    word = {"message": "2", "code": "banter", "applies": True}
    rows = [word, word | {"applies": False}, word, word, word | {"message": "3", "at": "2020-01-01T00:00:00Z"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    first = upstander("code", case, "--from", path, "--by", "R", "--json")
    assert (first.status, first.json["written"], first.json["known"]) == (0, 4, 1)
    for number in ("2", "3"):
        assert upstander("code", case, number, "banter", "--by", "R", "--not").status == 0
    again = upstander("code", case, "--from", path, "--by", "R", "--json").json
    assert (again["written"], again["known"], again["overtaken"]) == (0, 5, 4)
    standing = [row for row in upstander("codings", case, "--json").json["codings"] if row["stands"]]
    assert [row["applies"] for row in standing] == [False, False]
    path.write_text(json.dumps(rows[-1] | {"at": "2019-01-01T00:00:00Z"}) + "\n")
    late = upstander("code", case, "--from", path, "--by", "R")
    assert (late.status, "an older word cannot be added" in late.err) == (2, True)
    path.write_text(json.dumps(rows[-1] | {"at": "2999-01-01T00:00:00Z"}) + "\n")
    assert "still to come" in upstander("code", case, "--from", path, "--by", "R").err


def test_ways_of_naming_and_writing(upstander: Command, case: str, home: Path, tmp_path: Path) -> None:
    """Ids, their beginnings and platform keys; semicolons, a mark of UTF-8, a note of two lines, an open quote."""
    ids = [json.loads(line)["message"] for line in upstander("messages", case, "-o", "-", "--json").out.splitlines()]
    path = tmp_path / "codings.csv"
    path.write_bytes(
        "\ufeffMessage;Code;Applies;Note\r\n".encode()
        + f'{ids[1]};banter;yes;"one\r\ntwo"\r\n'.encode()
        + f"{ids[2][:-1]};banter;yes;\r\n".encode()
        + b"4;banter;yes;caf\xe9\r\n"
        + b"5;banter;no\r\n"
        + b'5;banter;no;"open\r\n6;banter;no;\r\n'
    )
    said = upstander("code", case, "--from", path, "--by", "R", "--json").json
    assert [(row["line"], row["why"].split(";")[0][:30]) for row in said["refused"]] == [
        (4, f"{ids[2][:-1]!r} fits more than one message"[:30]),
        (5, "has bytes in note that are no "),
        (6, "has 3 cells, and the heading h"),
        (7, "a quotation mark that opens he"),
    ]
    assert json.loads(lines(home, case)[0])["note"] == "one\r\ntwo"
    path.write_text("code,applies\nbanter,yes\n")
    assert "lacks message" in upstander("code", case, "--from", path, "--by", "R").err
    path.write_text("message,code,applies\n")
    assert "has no rows" in upstander("code", case, "--from", path, "--by", "R").err
    path.write_text("message,code,applies\n2,banter,yes\n")
    assert "does not say who decides" in upstander("code", case, "--from", path).err


def test_lines_that_cannot_be_read(upstander: Command, case: str, home: Path) -> None:
    """The rest is read by every command, each says which line it is, and a certificate what it does not cover."""
    for number, applies in (("2", []), ("3", ["--not"])):
        assert upstander("code", case, number, "banter", "--by", "R", *applies).status == 0
    path = home / case / "decisions" / "codings.jsonl"
    first, second = path.read_text().splitlines()
    path.write_text(f'{first}\n\n{second[:40]}\n{{"message": 3}}\n{second}\n{second[:-9]}')
    assert upstander("code", case, "4", "banter", "--by", "R").status == 0
    for command in (
        ["codings", case],
        ["queue", "next", case, "--code", "banter"],
        ["queue", "show", case, "--code", "banter"],
        ["certificate", case, "--code", "banter"],
        ["agreement", case],
        ["search", case, "code:banter"],
    ):
        said = upstander(*command)
        assert said.status == 1, (command, said.err)
        told = " ".join(said.err.split())
        assert "line 3 of the decision file" in told
        assert "line 6 of the decision file" in told
        assert told.count("breaks off") == 2
        assert "line 4 of the decision file" in told
        assert "lacks 'message'" in told
        assert "make it empty, and leave the others where they are" in told
    rows = upstander("codings", case, "--json").json["codings"]
    assert [row["sequence"] for row in rows] == [1, 5, 7]
    made = upstander("certificate", case, "--code", "banter")
    assert "3 lines of the decision file cannot be read, and nothing here covers" in " ".join(made.out.split())
    assert upstander("certificate", case, "--code", "banter", "--json").json["unread_lines"] == 3
    # Mended by emptying them: the numbers of the others are as they were.
    content = path.read_text().split("\n")
    path.write_text("\n".join("" if place in (2, 3, 5) else line for place, line in enumerate(content)))
    whole = upstander("codings", case, "--json")
    assert (whole.status, [row["sequence"] for row in whole.json["codings"]]) == (0, [1, 5, 7])


def test_a_search_that_cannot_be_read_is_said(upstander: Command, case: str, home: Path) -> None:
    """By the list and by whoever uses one; the others are there."""
    assert upstander("search", case, "morning", "--save", "S", "--by", "R").status == 0
    with (home / case / "decisions" / "searches.jsonl").open("a") as stream:
        stream.write('{"name": "T", "que\n')
    for command in (["--saved-list"], ["--saved", "S"]):
        said = upstander("search", case, *command)
        assert (said.status, "line 2 of the file of searches" in " ".join(said.err.split())) == (1, True), said.err


def test_who_is_who_is_not_guessed_at(upstander: Command, case: str, home: Path) -> None:
    """A lost refusal would join two people, and a lost sample be drawn again: nothing is answered then."""
    folder = home / case / "decisions"
    folder.mkdir(exist_ok=True)
    for name, command in (
        ("aliases.jsonl", ["rebuild", case]),
        ("certificates.jsonl", ["certificate", case, "--code", "banter"]),
        ("draws.jsonl", ["agreement", case]),
    ):
        (folder / name).write_text('{"a": "x/y", "b\n')
        said = upstander(*command)
        assert (said.status, "line 1 of the" in said.err) == (2, True), said.err
        assert "breaks off" in said.err
        assert "make it empty" in said.err
        (folder / name).unlink()
