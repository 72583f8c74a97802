"""Writes a made msgstore.db, in the schema of 2025 that the sample operation uses."""

import sqlite3
from importlib.resources import files
from pathlib import Path

import numpy as np
from benchmarks.reconcile.held import EDITED, TOMBSTONE
from benchmarks.reconcile.made import EVENTS, SYSTEM
from benchmarks.reconcile.store import ACTIONS, ENCRYPTION, GROUP, Store
from benchmarks.reconcile.text import TITLE

__all__ = ["write"]

_BLOCK = 100_000


def write(store: Store, path: Path) -> None:
    """Write the database at `path`; its indexes come last, which is several times faster."""
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;")
    statements = files("meridian").joinpath("android_2025.sql").read_text(encoding="utf-8").split(";\n")
    db.executescript(";\n".join(s for s in statements if "INDEX " not in s))
    _people(store, db)
    _messages(store, db)
    _system(store, db)
    _beside(store, db)
    _quotes(store, db)
    _reactions(store, db)
    _receipts(store, db)
    db.commit()
    for statement in statements:
        if "INDEX " in statement and "compound" not in statement:
            db.execute(statement)
    db.commit()
    db.close()


def _people(store: Store, db: sqlite3.Connection) -> None:
    operation, phone = store.operation, store.operation.phones[store.index]
    rows = [(i, *raw.split("@"), raw) for i, raw in enumerate(store.addresses, 1)]
    db.executemany("INSERT INTO jid (_id, user, server, agent, type, raw_string) VALUES (?, ?, ?, 0, 0, ?)", rows)
    group = store.addresses.index(GROUP) + 1
    db.execute(
        "INSERT INTO chat (_id, jid_row_id, subject, hidden, account_jid_row_id) VALUES (1, ?, ?, 0, ?)",
        (group, TITLE, group),
    )
    people = operation.shape.people
    linked = np.flatnonzero(store.by_link).tolist()
    db.executemany(
        "INSERT INTO jid_map (lid_row_id, jid_row_id) VALUES (?, ?)", [(people + 2 + p, p + 1) for p in linked]
    )
    for past, sql in (
        (False, "INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank, pending, add_timestamp)"
                " VALUES (?, ?, 0, 0, ?)"),
        (True, "INSERT INTO group_past_participant_user (group_jid_row_id, user_jid_row_id, is_leave, timestamp)"
               " VALUES (?, ?, 1, ?)"),
    ):  # fmt: skip
        members = store.members(past=past)
        db.executemany(sql, [(group, jid, at) for jid, at in members])
    assert phone.keyed  # noqa: S101 - no other layout has a database


def _messages(store: Store, db: sqlite3.Connection) -> None:
    operation, holds = store.operation, store.holds
    items = holds.items
    db.execute(
        "INSERT INTO message (_id, chat_row_id, from_me, key_id, status, timestamp, received_timestamp,"
        " receipt_server_timestamp, message_type, sort_id) VALUES (1, 1, 0, 'NOTICE', 6, ?, ?, -1, 7, 1)",
        (store.first, store.first),
    )
    stamps, types = store.stamps(), store.types
    jids = store.jids(operation.author[items], operation.at[items])
    system = operation.kind[items] == SYSTEM
    server = np.where(store.mine, operation.at[items] // 1000 * 1000, -1)
    for first in range(0, len(items), _BLOCK):
        part = slice(first, first + _BLOCK)
        mine = store.mine[part].tolist()
        sender = [None if own else jid for own, jid in zip(mine, jids[part].tolist(), strict=True)]
        status = np.where(system[part], 6, np.where(store.mine[part], 13, 0)).tolist()
        rows = zip(
            store.ids[part].tolist(), map(int, mine), operation.key(items[part]).to_pylist(), sender, status,
            stamps[part].tolist(), store.arrived[part].tolist(), server[part].tolist(), types[part].tolist(),
            (operation.kind[items[part]] == 2).astype(int).tolist(), store.texts[part].to_pylist(),
            store.ids[part].tolist(), strict=True,
        )  # fmt: skip
        db.executemany(
            "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp,"
            " received_timestamp, receipt_server_timestamp, message_type, origin, text_data, sort_id)"
            " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )


def _system(store: Store, db: sqlite3.Connection) -> None:
    operation, items = store.operation, store.holds.items
    db.execute("INSERT INTO message_system (message_row_id, action_type) VALUES (1, ?)", (ENCRYPTION,))
    for place in np.flatnonzero(operation.kind[items] == SYSTEM).tolist():
        item, row = int(items[place]), int(store.ids[place])
        event = EVENTS[operation.event[item]]
        db.execute("INSERT INTO message_system (message_row_id, action_type) VALUES (?, ?)", (row, ACTIONS[event]))
        about = int(operation.about[item])
        if event == "added":
            jid = int(store.jids(np.array([about]), operation.at[[item]])[0])
            db.execute("INSERT INTO message_system_chat_participant VALUES (?, ?)", (row, jid))
            mine = about == operation.phones[store.index].owner
            db.execute("INSERT INTO message_system_group VALUES (?, ?)", (row, int(mine)))
        if event == "timer_changed" and operation.shape.timer is not None:
            db.execute(
                "INSERT INTO message_ephemeral_setting (message_row_id, setting_duration) VALUES (?, ?)",
                (row, operation.shape.timer.seconds),
            )
        if event == "number_changed":
            old, new = store.numbers_changed()
            db.execute("INSERT INTO message_system_number_change VALUES (?, ?, ?)", (row, old, new))


def _beside(store: Store, db: sqlite3.Connection) -> None:
    """Files, edits and tombstones."""
    operation, holds = store.operation, store.holds
    items = holds.items
    keys = operation.key(items)
    db.executemany(
        "INSERT INTO message_media (message_row_id, chat_row_id, file_path, mime_type, file_size, file_hash)"
        " VALUES (?, 1, ?, ?, ?, ?)",
        [
            (int(store.ids[place]), *store.medium(place, keys[place].as_py(), coded=True))
            for place in store.media.tolist()
        ],
    )
    for place in np.flatnonzero(holds.state == EDITED).tolist():
        when = int(operation.edited[items[place]])
        row = (int(store.ids[place]), keys[place].as_py(), when, when)
        db.execute("INSERT INTO message_edit_info VALUES (?, ?, ?, ?)", row)
    for place in np.flatnonzero(holds.state == TOMBSTONE).tolist():
        revoked = (int(store.ids[place]), keys[place].as_py(), int(operation.revoked[items[place]]))
        db.execute("INSERT INTO message_revoked VALUES (?, ?, NULL, ?)", revoked)


def _quotes(store: Store, db: sqlite3.Connection) -> None:
    operation = store.operation
    targets, said = store.quoted()
    own = (operation.author[targets] == operation.phones[store.index].owner).tolist()
    jids = store.jids(operation.author[targets], operation.at[targets]).tolist()
    db.executemany(
        "INSERT INTO message_quoted (message_row_id, chat_row_id, parent_message_chat_row_id, from_me,"
        " sender_jid_row_id, key_id, timestamp, message_type, text_data) VALUES (?, 1, 1, ?, ?, ?, ?, 0, ?)",
        zip(
            store.ids[store.replies].tolist(), map(int, own),
            [None if mine else jid for mine, jid in zip(own, jids, strict=True)],
            operation.key(targets).to_pylist(), operation.at[targets].tolist(), said.to_pylist(), strict=True,
        ),
    )  # fmt: skip


def _reactions(store: Store, db: sqlite3.Connection) -> None:
    owner = store.operation.phones[store.index].owner
    of, people, when = store.reactions
    jids = store.jids(people, when)
    rows = zip(of.tolist(), people.tolist(), jids.tolist(), when.tolist(), strict=True)
    for number, (row, by, jid, at) in enumerate(rows, 1):
        mine = by == owner
        db.execute(
            "INSERT INTO message_add_on (_id, chat_row_id, from_me, key_id, sender_jid_row_id, parent_message_row_id,"
            " timestamp, status, message_add_on_type) VALUES (?, 1, ?, ?, ?, ?, ?, 0, 56)",
            (number, int(mine), f"{number:032X}", None if mine else jid, row, at),
        )
        db.execute("INSERT INTO message_add_on_reaction VALUES (?, '👍', ?)", (number, at))


def _receipts(store: Store, db: sqlite3.Connection) -> None:
    of, people, delivered, read = store.receipts
    db.executemany(
        "INSERT INTO receipt_user (message_row_id, receipt_user_jid_row_id, receipt_timestamp, read_timestamp)"
        " VALUES (?, ?, ?, ?)",
        zip(of.tolist(), store.jids(people, delivered).tolist(), delivered.tolist(), read.tolist(), strict=True),
    )
