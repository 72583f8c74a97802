"""Slack workspace exports: what was changed and deleted, what stands twice, and anything at all."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.made_slack import DAY, START, USERS, channel, export, lates, line, notice, pack, read_archive, ts


def test_an_edit_has_a_time_and_a_tombstone_says_deleted(tmp_path: Path) -> None:
    """Without a log only that and when; what a tombstone stood for is unknown, and so is who deleted it."""
    tables = lates(
        tmp_path,
        line(1, "tea!", edited={"user": "U0VALE", "ts": ts(9)}),
        line(2, "This message was deleted.", "USLACKBOT", subtype="tombstone", hidden=True, thread_ts=ts(2)),
    )
    assert [(row["version"], row["text"]) for row in tables.rows("edits")] == [(1, None), (2, "tea!")]
    assert tables.rows("edits")[1]["at"].isoformat() == "2024-03-01T09:50:09+00:00"
    edited, gone = tables.authored
    assert (edited["edited"], gone["kind"], gone["deleted"], gone["text"]) == (
        *(True, "deleted", "unknown"),
        "This message was deleted.",
    )
    assert (edited["placeholder"], gone["placeholder"]) == (False, True)


def test_what_slack_said_of_a_file_is_nobodys_words(tmp_path: Path) -> None:
    """Its sentence, where a file came; with a comment, or typed by somebody, it is words."""
    sentence, file = "<@U0VALE> uploaded a file: <https://x.slack.com/f/1|rota>", {"id": "F1", "name": "rota.pdf"}
    tables = lates(
        tmp_path,
        line(1, sentence, subtype="file_share", file=file),
        line(2, f"{sentence} and commented: look", subtype="file_share", file=file),
        line(3, sentence),
    )
    assert [row["placeholder"] for row in tables.authored] == [True, False, False]


def test_a_log_of_changes_keeps_every_version(tmp_path: Path) -> None:
    """Changes logged on later days are versions of the message, and make no message of their own."""

    def changed(seconds: float, before: str, after: str, at: float | None, was: float | None) -> dict[str, Any]:
        old, new = line(1, before), line(1, after)
        if was is not None:
            old["edited"] = {"user": "U0VALE", "ts": ts(was)}
        if at is not None:
            new["edited"] = {"user": "U0VALE", "ts": ts(at)}
        return {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "ts": ts(seconds),
            "message": new,
            "previous_message": old,
        }

    tables = export(
        tmp_path,
        {
            "channels.json": [channel()],
            "lates/2024-03-01.json": [
                line(1, "three", edited={"user": "U0VALE", "ts": ts(90_000)}),
                line(2, "other"),
                changed(5, "one", "two", 5, None),
                changed(6, "two", "two", None, None),  # a preview was added
            ],
            "lates/2024-03-02.json": [changed(90_000, "two", "three", 90_000, 5)],
        },
    )
    assert [row["text"] for row in tables.authored] == ["three", "other"]
    versions = [(row["version"], row["text"], row["row"]) for row in tables.rows("edits")]
    assert versions == [
        (1, "one", "lates/2024-03-01.json[2]"),
        (2, "two", "lates/2024-03-01.json[2]"),
        (3, "three", "lates/2024-03-01.json[0].edited"),
    ]
    assert tables.warned == {}


def test_a_logged_deletion_keeps_what_was_deleted(tmp_path: Path) -> None:
    """Where the message is still there it is marked; where the log alone has it, it is read from there."""
    gone = {"type": "message", "subtype": "message_deleted", "hidden": True}
    tables = lates(
        tmp_path,
        line(1, "kept"),
        gone | {"ts": ts(5), "deleted_ts": ts(1), "previous_message": line(1, "kept")},
        gone | {"ts": ts(6), "deleted_ts": ts(2), "previous_message": line(2, "only here", "U0FINCH")},
        gone | {"ts": ts(7), "deleted_ts": ts(3)},
        gone | {"ts": ts(8)},
    )
    told = [(row["platform_key"], row["text"], row["kind"], row["author"], row["deleted"]) for row in tables.authored]
    assert told == [
        (ts(1), "kept", "text", "U0VALE", "unknown"),
        (ts(2), "only here", "text", "U0FINCH", "unknown"),
        (ts(3), None, "deleted", "unknown", "unknown"),
    ]
    assert [row["deleted_at"].second for row in tables.authored] == [5, 6, 7]
    assert tables.authored[1]["row"] == f"lates/{DAY}[2]"
    assert tables.warned == {"author_uncertain": 1, "invalid_record": 1}


def test_a_tombstone_is_read_with_what_the_log_has(tmp_path: Path) -> None:
    """The first message of a thread becomes a tombstone; where the log has its text, author and text are its own."""
    tombstone = line(1, "This message was deleted.", "USLACKBOT", subtype="tombstone", thread_ts=ts(1))
    tables = lates(
        tmp_path,
        tombstone,
        line(2, "no", thread_ts=ts(1)),
        {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "ts": ts(5),
            "message": tombstone,
            "previous_message": line(1, "said", "U0FINCH", thread_ts=ts(1)),
        },
    )
    first, second = tables.authored
    assert (first["author"], first["text"], first["kind"], first["deleted"]) == ("U0FINCH", "said", "text", "unknown")
    assert (first["deleted_at"].second, second["reply_to"]) == (5, ts(1))
    assert (tables.rows("edits"), tables.warned) == ([], {})


def test_what_stands_twice_is_read_once(tmp_path: Path) -> None:
    """The same record again is said; another with the same ts is kept beside it, and its edits and reactions too."""
    twice = line(1, edited={"ts": ts(2)})
    tables = lates(tmp_path, twice, twice, twice | {"text": "coffee?"})
    assert [row["text"] for row in tables.authored] == ["tea?", "coffee?"]
    assert tables.warned == {"duplicate_record": 2}


def test_order_is_kept_and_said(tmp_path: Path) -> None:
    """Rows stay in the export's order; a step back in time is said."""
    tables = lates(tmp_path, line(500, "b"), line(1, "a"))
    assert [row["text"] for row in tables.authored] == ["b", "a"]
    assert tables.warned == {"times_run_backwards": 1}


# Anything at all

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from([ts(1), "U0VALE", "channel_join", "message_changed", "message_deleted", "tombstone", "message"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["ts", "text", "user", "users", "name", "id", "message", "edited", "count", "elements"]),
        inner, max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip
_fields = st.sampled_from(
    [
        *("type", "subtype", "ts", "user", "bot_id", "text", "edited", "reactions", "files", "file", "attachments"),
        *("blocks", "thread_ts", "inviter", "members", "topic", "message", "previous_message", "deleted_ts", "item"),
        *("comment", "username", "user_profile", "bot_profile", "parent_user_id"),
    ]
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    entries=st.lists(st.dictionaries(_fields, _json, max_size=8) | _json, max_size=5),
    listed=st.lists(
        st.dictionaries(st.sampled_from(["id", "name", "members", "created", "creator", "topic", "profile"]), _json)
        | _json,
        max_size=3,
    ),
)
def test_values_of_any_type_do_no_harm(
    entries: list[Any], listed: list[Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever JSON stands where a field is due, rows keep their shape and nothing raises."""
    files = {
        "channels.json": [channel(), *listed],
        "users.json": [*USERS, *listed],
        "lates/2024-03-01.json": entries,
        "lates/2024-03-02.json": [line(90_000), *entries],
    }
    folder = tmp_path_factory.mktemp("any")
    tables, _ = read_archive(pack(folder / "a.zip", files), folder / "scratch")
    assert ts(90_000) in {row["platform_key"] for row in tables.rows("messages")}
    assert tables.warned["fault"] == 0


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 1_500), changes=st.lists(st.tuples(st.integers(0, 1_500), st.binary(min_size=1, max_size=3))))
def test_mutated_days_do_no_harm(
    cut: int, changes: list[tuple[int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any bytes changed, any end cut off: the other days are read all the same."""
    content = bytearray(
        json.dumps([line(n, edited={"ts": ts(n + 1)}) for n in range(5)] + [notice(9, "channel_join")]).encode()
    )
    for place, value in changes:
        content[place % len(content) : place % len(content) + len(value)] = value
    files = {
        "channels.json": [channel()],
        "lates/2024-03-01.json": bytes(content[: cut or None]),
        "lates/2024-03-02.json": [line(90_000, "after")],
    }
    folder = tmp_path_factory.mktemp("mutated")
    tables, _ = read_archive(pack(folder / "a.zip", files), folder / "scratch")
    assert "after" in {row["text"] for row in tables.authored}


def test_a_long_day_is_streamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above a size, a day is read record by record, and gives the same."""
    entries = [line(number, f"m{number}") for number in range(300)]
    entries += [
        line(301) | {"ts": START + 301.5},
        line(302, edited={"ts": START + 302.25}, blocks=[1.5, {"text": 2.5}]),
    ]
    entries += [line(303) | {"text": [2.5, 7]}]
    whole = lates(tmp_path, *entries)
    monkeypatch.setattr(sys.modules["upstander.evidence.sources.slack.records"], "WHOLE", 100)
    streamed = lates(tmp_path, *entries)
    assert streamed.rows("messages") == whole.rows("messages")
    assert streamed.warned == whole.warned == {"unknown_value": 1}
