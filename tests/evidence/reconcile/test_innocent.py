"""Phones whose owners deleted nothing: whatever else leaves unused numbers or other words, nothing is called deleted.

Each case was found by somebody who set out to have an innocent person accused.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.support.android import GROUP, NOW, Phone

from upstander.evidence.intake import Handed
from upstander.stages import ingest, reconcile
from upstander.storage import Case, Home
from upstander.storage.scan import scan

_HOUR = 3_600_000
_NAMES = {"A": "Ann", "B": "Ben", "C": "Cat"}
_PLACE = {"A": 1, "B": 2, "C": 3}

#: What is said in one hour, one after another: author, body in the text export, columns in the database.
Said = tuple[str, str | None, dict[str, Any] | None]


def body(number: int) -> str:
    """Words that are said once."""
    return f"message number {number} about the shift {number * 7919 % 1009}"


class Store:
    """A database of one group, as the phone of A, B or C has it."""

    def __init__(self, folder: Path, owner: str) -> None:
        folder.mkdir(parents=True)
        self.folder, self.owner, self.row = folder, owner, 0
        self.phone = Phone(folder / "msgstore.db")
        for name, place in _PLACE.items():
            user = f"44770090010{place}"
            self.phone.put(
                "jid", _id=place, user=user, server="s.whatsapp.net", type=0, raw_string=f"{user}@s.whatsapp.net"
            )
            self.phone.put("group_participant_user", _id=place, group_jid_row_id=20, user_jid_row_id=place, rank=0)
            assert name
        self.phone.put("jid", _id=20, user=GROUP.split("@")[0], server="g.us", type=1, raw_string=GROUP)
        self.phone.put("jid", _id=21, user="status", server="broadcast", type=5, raw_string="status@broadcast")
        self.phone.put("chat", _id=1, jid_row_id=20, subject="Earlies")
        self.phone.put("chat", _id=3, jid_row_id=21)

    def say(self, at: int, who: str, text: str | None, key: str, *, skip: int = 0, **columns: Any) -> int:
        """A message in the next row, after `skip` numbers that something else had."""
        self.row += 1 + skip
        own = who == self.owner
        columns = {"receipt_server_timestamp": at + 800 if own else -1, **columns}
        return self.phone.message(
            text,
            sender=0 if own else _PLACE[who],
            key_id=key,
            timestamp=at,
            received_timestamp=at + 500,
            _id=self.row,
            **columns,
        )

    def notice(self, at: int, action: int, about: str, key: str) -> None:
        """A notice that somebody was added (12) or removed (14) by A."""
        row = self.say(at, "A", None, key, kind=7)
        self.phone.put("message_system", message_row_id=row, action_type=action)
        self.phone.put("message_system_chat_participant", message_row_id=row, user_jid_row_id=_PLACE[about])


def write(path: Path, rows: Sequence[tuple[int, str, str]]) -> Path:
    """A text export of what was said: time, name, body."""
    path.parent.mkdir(parents=True)
    lines = []
    for at, name, text in rows:
        when = dt.datetime.fromtimestamp(at / 1000, dt.UTC)
        lines.append(f"{when:%d/%m/%Y, %H:%M} - {name}: {text}\n")
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def gaps(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """Hand in what each person has, and give the gaps, each with the reference of its exhibit."""

    def made(*handed: tuple[Path, str], conversation: str | None = None) -> list[dict[str, Any]]:
        case = Home(tmp_path / "home").new("X", title="", now=dt.datetime(2024, 5, 1, tzinfo=dt.UTC))
        for path, custodian in handed:
            said = Handed(
                custodian=custodian, reference=custodian, time_zone="UTC" if path.suffix == ".txt" else None,
                conversation=conversation if path.suffix == ".txt" else None,
            )  # fmt: skip
            ingest(case, [path], said, now=dt.datetime(2024, 5, 1, tzinfo=dt.UTC), progress=lambda *_: None, later=True)
        with case.writing():
            reconcile(case, progress=lambda *_: None)
        made.case = case  # type: ignore[attr-defined]
        exhibits = {row["exhibit"]: row["reference"] for row in scan(case, "exhibits").collect().to_dicts()}
        rows = scan(case, "gaps").collect().to_dicts()
        return [{**row, "reference": exhibits[row["exhibit"]].partition(".")[0]} for row in rows]

    return made


def pair(folder: Path, said: Mapping[int, Sequence[Said]], *, skip: int = 1, hours: int = 40) -> list[tuple[Path, str]]:
    """Ann's text export and Ben's database of one group, hour by hour; after each message here, an unused number."""
    store, rows = Store(folder / "b", "B"), []
    key = 0
    for hour in range(hours):
        usual: list[Said] = [("ABC"[hour % 3], body(hour), {"text": body(hour)})]
        for step, (who, written, columns) in enumerate(said.get(hour, usual)):
            at = NOW + hour * _HOUR + step * 9_000
            if columns is not None:
                columns = dict(columns)
                store.say(at, who, columns.pop("text", None), f"K{key}", skip=skip * (hour in said), **columns)
            key += 1
            if written is not None:
                rows.append((at, _NAMES[who], written))
        if hour in said:
            store.row += skip
    store.phone.close()
    return [(write(folder / "a" / "WhatsApp Chat with Earlies.txt", rows), "Ann"), (store.folder, "Ben")]


MENTION = ("A", "@\u2068Cat Hill\u2069 you on tonight?", {"text": "@447700900103 you on tonight?"})
POLL = ("A", "POLL:\nWho?\nOPTION: a (1 vote)\nOPTION: b (0 votes)", {"text": "Who?", "kind": 66})
EDITED = ("A", "good morning all of you <This message was edited>", {"text": "god morning"})
EDITED_TOO = ("A", "see you at nine <This message was edited>", {"text": "see you at ten"})
UNREADABLE = ("A", "where are we meeting then", {"text": None, "kind": 11})
_FORGED = "02/03/2024, 04:20 - Cat: I did it"
FORGED = ("A", f"{body(20)}\n{_FORGED}", {"text": f"{body(20)}\n{_FORGED}"})


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        ([MENTION], set()),
        ([POLL], {"edited_differently"}),
        ([EDITED, EDITED_TOO], {"edited_differently"}),
        ([UNREADABLE], {"edited_differently"}),
        ([FORGED], {"edited_differently"}),
    ],
    ids=["mention", "poll", "edited", "unreadable", "forged"],
)
def test_other_words_are_no_deletion(
    tmp_path: Path, gaps: Callable[..., list[dict[str, Any]]], said: list[Said], reasons: set[str]
) -> None:
    """Where both phones have it in other words, neither is said to lack it for good."""
    found = [row for row in gaps(*pair(tmp_path, {20: said})) if row["message"] is not None]
    assert {row["reason"] for row in found} == reasons


def test_holes_everywhere_say_nothing(tmp_path: Path, gaps: Callable[..., list[dict[str, Any]]]) -> None:
    """Where a phone has unused numbers throughout and misses much without a trace, a number is no trace."""
    lost: dict[int, list[Said]] = {
        hour: [("ABC"[hour % 3], body(hour), None if hour % 4 else {"text": body(hour)})] for hour in range(10, 40, 2)
    }
    handed = pair(tmp_path, lost, skip=0)
    found = [row for row in gaps(*handed) if row["message"] is not None]
    assert Counter(row["reason"] for row in found) == {"unexplained": 8}


def full(folder: Path, owner: str, *, without: range = range(0), skip: int = 0, **columns: Any) -> Store:
    """A database of forty hours, without some of them; `skip` numbers are unused in their place."""
    store = Store(folder, owner)
    for hour in range(40):
        if hour in without:
            continue
        gap = skip if hour == without.stop else 0
        store.say(NOW + hour * _HOUR, "ABC"[hour % 3], body(hour), f"K{hour}", skip=gap, **columns)
    return store


def test_a_phone_that_was_away(tmp_path: Path, gaps: Callable[..., list[dict[str, Any]]]) -> None:
    """Twelve messages that never came and fifteen status updates that expired are no twelve deletions."""
    a, b = full(tmp_path / "a", "A"), full(tmp_path / "b", "B", without=range(12, 24), skip=15)
    a.phone.close()
    b.phone.close()
    found = [row for row in gaps((a.folder, "Ann"), (b.folder, "Ben")) if row["message"] is not None]
    assert Counter(row["reason"] for row in found) == {"unexplained": 12}


def test_what_was_deleted_in_the_place_of_just_as_many_is_found(
    tmp_path: Path, gaps: Callable[..., list[dict[str, Any]]]
) -> None:
    """The same phone with twelve numbers for twelve messages: they were there."""
    a, b = full(tmp_path / "a", "A"), full(tmp_path / "b", "B", without=range(12, 24), skip=12)
    a.phone.close()
    b.phone.close()
    found = [row for row in gaps((a.folder, "Ann"), (b.folder, "Ben")) if row["message"] is not None]
    assert Counter(row["reason"] for row in found) == {"deleted_on_phone": 12}


def test_what_never_left_its_phone(tmp_path: Path, gaps: Callable[..., list[dict[str, Any]]]) -> None:
    """A message without the server's stamp, on its sender's phone alone, is not missed on the others."""
    a, b = full(tmp_path / "a", "A", without=range(30, 31)), full(tmp_path / "b", "B", without=range(30, 31), skip=1)
    a.say(NOW + 30 * _HOUR, "A", "pending, never left", "K30", receipt_server_timestamp=-1)
    a.phone.close()
    b.phone.close()
    found = [row for row in gaps((a.folder, "Ann"), (b.folder, "Ben")) if row["message"] is not None]
    assert [(row["reference"], row["reason"]) for row in found] == [("Ben", "not_sent")]


def test_what_was_deleted_for_everyone(tmp_path: Path, gaps: Callable[..., list[dict[str, Any]]]) -> None:
    """A tombstone elsewhere explains an absence before an unused number does."""
    a, b = full(tmp_path / "a", "A", without=range(30, 31)), full(tmp_path / "b", "B", without=range(30, 31), skip=1)
    row = a.say(NOW + 30 * _HOUR, "A", None, "K30", kind=15)
    a.phone.put("message_revoked", message_row_id=row, revoked_key_id="R", revoke_timestamp=NOW + 31 * _HOUR)
    a.phone.close()
    b.phone.close()
    found = [row for row in gaps((a.folder, "Ann"), (b.folder, "Ben")) if row["message"] is not None]
    assert [(row["reference"], row["reason"]) for row in found] == [("Ben", "revoked_for_all")]


def test_what_a_status_update_leaves(tmp_path: Path, gaps: Callable[..., list[dict[str, Any]]]) -> None:
    """Receipts of an own status update that expired, and a reaction to another one, are no deletions."""
    store = full(tmp_path / "a", "A", without=range(30, 31), skip=2)
    for reader in (2, 3):
        store.phone.put(
            "receipt_user", message_row_id=31, receipt_user_jid_row_id=reader, receipt_timestamp=NOW + 30 * _HOUR
        )
    store.phone.put(
        "message_add_on", _id=1, chat_row_id=3, from_me=0, sender_jid_row_id=2, parent_message_row_id=32,
        timestamp=NOW + 30 * _HOUR, message_add_on_type=56,
    )  # fmt: skip
    store.phone.put("message_add_on_reaction", message_add_on_row_id=1, reaction="❤")
    store.phone.close()
    found = gaps((store.folder, "Ann"))
    assert {row["row"] for row in found} == {"message:31", "message:32"}
    assert {row["reason"] for row in found} == {"unexplained"}


@pytest.mark.parametrize("told", [True, False], ids=["both tell", "one tells"])
def test_who_never_wrote_and_was_removed(tmp_path: Path, gaps: Callable[..., list[dict[str, Any]]], told: bool) -> None:
    """Nobody says that the phone is Ben's: what was sent while Ben was out is not missed on it."""
    a, b = Store(tmp_path / "a", "A"), Store(tmp_path / "b", "B")
    for hour in range(40):
        at = NOW + hour * _HOUR
        for action, when in ((14, 15), (12, 25)):
            if hour == when:
                for store in (a, b) if told else (a,):
                    store.notice(at - 60_000, action, "B", f"N{hour}")
        a.say(at, "AC"[hour % 2], body(hour), f"K{hour}")
        if not 15 <= hour < 25:
            b.say(at, "AC"[hour % 2], body(hour), f"K{hour}", skip=9 if hour == 25 else 0)
    a.phone.close()
    b.phone.close()
    found = [row for row in gaps((a.folder, "Ann"), (b.folder, "Ben")) if row["message"] is not None]
    assert Counter(row["reason"] for row in found) == {"after_leave": 10}
    assert all("somebody who may be its owner" in row["detail"] for row in found)


def _conversations(case: Case) -> int:
    applied = scan(case, "captures").collect().to_dicts()
    return len({row["conversation"] for row in applied if row["standing"] == "applied"})


def test_a_broadcast_joins_no_conversations(tmp_path: Path, gaps: Callable[..., list[dict[str, Any]]]) -> None:
    """What one person sent to two others makes of their exchanges no single one; it is proposed."""
    sent = [
        (NOW + hour * _HOUR, "Ann Lee", f"notice {hour}: parade at {hour + 5} in yard {hour * 37}") for hour in range(8)
    ]
    answers = {"Ben": "thanks, will do Ann", "Cat": "are you mad? never again"}
    handed = [
        (write(tmp_path / name / "WhatsApp Chat with Ann Lee.txt", [*sent, (NOW + 9 * _HOUR, name, said)]), name)
        for name, said in answers.items()
    ]
    assert gaps(*handed) == []
    assert _conversations(gaps.case) == 2  # type: ignore[attr-defined]
    assert "proposed" in scan(gaps.case, "captures").collect()["standing"].to_list()  # type: ignore[attr-defined]


def test_two_groups_of_one_name_stay_two(tmp_path: Path, gaps: Callable[..., list[dict[str, Any]]]) -> None:
    """A name that fits two groups with keys of their own joins neither; what was said decides."""
    store, rows = Store(tmp_path / "b", "B"), []
    store.phone.put(
        "jid", _id=30, user="120363000000000099", server="g.us", type=1, raw_string="120363000000000099@g.us"
    )
    store.phone.put("chat", _id=7, jid_row_id=30, subject="Earlies")
    for hour in range(30):
        at = NOW + hour * _HOUR
        store.say(at, "ABC"[hour % 3], body(hour), f"K{hour}")
        store.say(at + 600_000, "ABC"[hour % 3], f"the other group {hour} {hour * 31}", f"L{hour}", chat=7)
        rows.append((at, _NAMES["ABC"[hour % 3]], body(hour)))
    store.phone.close()
    text = write(tmp_path / "a" / "WhatsApp Chat with Earlies.txt", rows)
    assert gaps((store.folder, "Ben"), (text, "Ann"), conversation="Earlies") == []
    assert _conversations(gaps.case) == 2  # type: ignore[attr-defined]


def test_two_contacts_of_one_name_are_not_one_person(tmp_path: Path, gaps: Callable[..., list[dict[str, Any]]]) -> None:
    """Of forty messages under one name, one is another number's: nobody is taken for the other."""
    a, b = [], []
    for number in range(120):
        who = "tom2" if number == 60 else ("tom1", "ann", "ben")[number % 3]
        said, at = f"word {number} and {number * 7919 % 997}", NOW + number * 420_000
        a.append((at, {"tom1": "Tom Smith", "tom2": "Tom Smith", "ann": "Ann", "ben": "Ben"}[who], said))
        number_of = {"tom1": "+44 7700 900111", "tom2": "+44 7700 900222", "ann": "Ann", "ben": "Ben"}
        b.append((at, number_of[who], said))
    found = gaps(
        (write(tmp_path / "x" / "WhatsApp Chat with N.txt", a), "Ben"),
        (write(tmp_path / "y" / "WhatsApp Chat with N.txt", b), "Ann"),
    )
    assert {row["reason"] for row in found} == {"two_readings"}
    suggested = scan(gaps.case, "alias_suggestions").collect().to_dicts()  # type: ignore[attr-defined]
    assert [row["standing"] for row in suggested if "Tom" in row["a"] + row["b"]] == ["proposed"]
