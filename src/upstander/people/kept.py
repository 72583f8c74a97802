"""An open conversation kept on disk: opened again, nothing is worked out and nothing is loaded before it is asked for.

A folder a conversation: arrays as they are, mapped when they are read; the little else as Arrow files and JSON. It is
made from the tables and can be deleted at will.
"""

import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from upstander.people.holds import Strings
from upstander.people.opened import Acts, Opened
from upstander.people.receipts import Receipts
from upstander.people.rosters import Account, Digests
from upstander.people.rows import Capture
from upstander.people.spells import Spell
from upstander.people.stretches import Stretch
from upstander.storage.files import write_json

__all__ = ["RECORD", "keep", "kept"]

RECORD = "record.json"

#: Bytes up to which a file is read as it is opened: a map of it would hold more, and one of the files that may be open.
_SMALL = 32_768

#: Arrays by ordinal, receipt or act, each a file of its own.
_PLAIN = ("at", "author", "authored", "_hashes", "_ordinals")
_RECEIPTS = ("ordinal", "person", "delivered", "read", "played")
_ACTS = ("ordinal", "person", "lag")


def keep(of: Opened, folder: Path, *, made_from: str) -> None:
    """Write an open conversation to `folder`, in place of what is there. Raises `OSError`."""
    new = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}")
    try:
        _lay_down(of, new, made_from)
        shutil.rmtree(folder, ignore_errors=True)
        new.replace(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _lay_down(of: Opened, new: Path, made_from: str) -> None:
    new.mkdir(parents=True)
    for name in _PLAIN:
        np.save(new / f"{name}.npy", getattr(of, name))
    bounds = np.cumsum([0, *(len(posts) for posts in of.posts)])
    np.save(new / "posts.npy", np.concatenate([np.zeros(0, np.int64), *of.posts]))
    np.save(new / "bounds.npy", bounds)
    for name in _RECEIPTS:
        np.save(new / f"receipts-{name}.npy", getattr(of.receipts, name))
    for name in _ACTS:
        np.save(new / f"acts-{name}.npy", getattr(of.acts, name))
    _write(new / "receipts.arrow", len(of.receipts.ordinal), capture=of.receipts.capture, row=of.receipts.row)
    acts = of.acts
    _write(new / "acts.arrow", len(acts.ordinal), act=acts.act, response=acts.response, emoji=acts.emoji)
    own: list[tuple[int, str, int]] = []
    for person, phones in sorted(of.own.items()):
        for reference, ordinals, read in phones:
            np.save(new / f"own-{len(own)}.npy", ordinals)
            own.append((person, reference, int(read)))
    digests = [[ordinal, *said] for ordinal, said in sorted(of.digests.of.items())]
    schema = {"ordinal": pl.Int64, "digest": pl.String, "capture": pl.String}
    pl.DataFrame(digests, schema=schema, orient="row").write_ipc(new / "digests.arrow")
    little = {
        "made_from": made_from,
        "conversation": of.conversation,
        "captures": [asdict(capture) for capture in of.captures],
        "ids": list(of.ids),
        "labels": list(of.labels),
        "spells": [[asdict(spell) for spell in spells] for spells in of.spells],
        "stretches": [[asdict(stretch) for stretch in stretches] for stretches in of.stretches],
        "own": own,
        "administrators": sorted(of.administrators),
        "shared": [list(entry) for entry in of.shared],
        "accounts": [[capture, person, _plain(entry)] for (capture, person), entry in of.digests.accounts.items()],
        "anywhere": [[person, _plain(entry)] for person, entry in of.digests.anywhere.items()],
    }
    write_json(new / RECORD, little)


def kept(folder: Path, *, made_from: str) -> Opened | None:
    """The open conversation in `folder`; None where there is none, or one of other tables or another version."""
    try:
        little: dict[str, Any] = json.loads((folder / RECORD).read_bytes())
        if little["made_from"] != made_from:
            return None
        return _opened(folder, little)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException, pl.exceptions.PolarsError):
        # Whatever is wrong with it, it is worked out again.
        return None


def _opened(folder: Path, little: dict[str, Any]) -> Opened:
    def array(name: str) -> Any:
        path = folder / f"{name}.npy"
        return np.load(path, mmap_mode="r" if path.stat().st_size > _SMALL else None)

    plain = {name: array(name) for name in _PLAIN}
    posts, bounds = array("posts"), array("bounds").tolist()
    receipts, acts = _table(folder / "receipts.arrow"), _table(folder / "acts.arrow")
    own: dict[int, list[tuple[str, Any, int]]] = {}
    for number, (person, reference, read) in enumerate(little["own"]):
        own.setdefault(person, []).append((reference, array(f"own-{number}"), read))
    digests = _table(folder / "digests.arrow")
    return Opened(
        conversation=little["conversation"],
        captures=[Capture(**capture) for capture in little["captures"]],
        ids=little["ids"],
        labels=little["labels"],
        posts=[posts[begin:end] for begin, end in pairwise(bounds)],
        spells=[[Spell(**spell) for spell in spells] for spells in little["spells"]],
        stretches=[[Stretch(**stretch) for stretch in stretches] for stretches in little["stretches"]],
        own=own,
        receipts=Receipts(
            **{name: array(f"receipts-{name}") for name in _RECEIPTS},
            capture=_Mapped(receipts["capture"]),
            row=_Mapped(receipts["row"]),
        ),
        acts=Acts(
            **{name: array(f"acts-{name}") for name in _ACTS},
            act=_Mapped(acts["act"]),
            response=_Mapped(acts["response"]),
            emoji=_Mapped(acts["emoji"]),
        ),
        administrators=frozenset(little["administrators"]),
        shared=[(ordinal, message) for ordinal, message in little["shared"]],
        digests=Digests(
            {
                ordinal: (digest, capture)
                for ordinal, digest, capture in zip(*(column.to_pylist() for column in digests.columns), strict=True)
            },
            {(capture, person): _accounts(entry) for capture, person, entry in little["accounts"]},
            {person: _accounts(entry) for person, entry in little["anywhere"]},
        ),
        **plain,
    )


@dataclass(frozen=True, slots=True)
class _Mapped:
    """Strings by place, of a file that is mapped."""

    values: pa.ChunkedArray

    def __getitem__(self, place: int, /) -> Any:
        """The string, or None."""
        return self.values[int(place)].as_py()


def _table(path: Path) -> pa.Table:
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def _write(path: Path, rows: int, **columns: Strings) -> None:
    """Strings as a file that can be mapped."""
    series = {
        name: values if isinstance(values, pl.Series) else pl.Series([values[place] for place in range(rows)])
        for name, values in columns.items()
    }
    frame = pl.DataFrame({name: values.cast(pl.String) for name, values in series.items()})
    frame.write_ipc(path, compat_level=pl.CompatLevel.oldest())


def _plain(accounts: Sequence[Account]) -> list[list[Any]]:
    return [[account.address, [list(device) for device in account.devices]] for account in accounts]


def _accounts(plain: list[list[Any]]) -> list[Account]:
    return [Account(address, tuple((agent, device) for agent, device in devices)) for address, devices in plain]
