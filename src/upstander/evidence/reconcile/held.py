"""What the captures hold, as columns: one `Held` a capture, in the order of its export.

Everything after this works on numbers: times in milliseconds since 1970, authors by number, bodies by digest. Text is
read once, here, a part at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.evidence.reconcile.bodies import bodies
from upstander.storage import Case, Part, parts
from upstander.storage.parts import GROUP_ROWS

__all__ = ["NEVER", "PRECISION_MS", "Held", "Ints", "captures_held"]

Ints = npt.NDArray[np.int64]

#: No time at all.
NEVER = np.iinfo(np.int64).min

#: How long the written unit of a time is.
PRECISION_MS = {"day": 86_400_000, "minute": 60_000, "second": 1000, "millisecond": 1, "microsecond": 1}

#: What is read of the messages table. Text is not kept.
_COLUMNS = (
    "message", "conversation", "position", "row", "platform_key", "sent_at", "sent_at_precision", "time_zone",
    "time_zone_basis", "server_at", "author", "outgoing", "kind", "event", "text", "edited", "deleted",
    "placeholder",
)  # fmt: skip


@dataclass(slots=True)
class Held:
    """One capture: what is said of it, and its rows (arrays of one length, in the order of the export)."""

    capture: str
    exhibit: str
    source: str
    platform: str
    platform_key: str | None
    title: str | None
    kind: str
    account: str | None
    #: Ids of the rows in the messages table.
    sightings: pl.Series
    #: Row in the export's database, `message:17`, or null.
    rows: pl.Series
    #: Written times (ms since 1970, `NEVER` where there is none), and how long their unit is (ms).
    sent: Ints
    unit: Ints
    #: The server's stamp (ms since 1970, or `NEVER`).
    server: Ints
    #: Author by number in `authors`; -1 for a system event.
    author: Ints
    authors: list[str]
    #: Whether the exporting account sent it, so that the time is its phone's.
    own: npt.NDArray[np.bool_]
    #: Digests of platform key (0: none) and of body, and what sort of body it is (`bodies.SORTS`).
    key: npt.NDArray[np.uint64]
    body: npt.NDArray[np.uint64]
    sort: npt.NDArray[np.int8]
    #: Characters of the text.
    length: Ints
    edited: npt.NDArray[np.bool_]
    #: Whether the export says that the phone's owner deleted it (a recovered message).
    deleted_here: npt.NDArray[np.bool_]
    #: Whether the zone that times were read under was recorded by the format, and which zone that is.
    zone_recorded: bool
    zone: str
    #: Whether a placeholder stands for a file (`<Media omitted>`).
    placeholder: npt.NDArray[np.bool_]
    #: Whether it is a file of any kind without a caption.
    bare: npt.NDArray[np.bool_]
    #: SHA-256 digests of attachments by row (0: none), where a file or a platform hash is known.
    media: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))

    def __len__(self) -> int:
        """Number of rows, system events too."""
        return len(self.sent)

    @property
    def authored(self) -> npt.NDArray[np.bool_]:
        """Which rows are messages and no system events."""
        made: npt.NDArray[np.bool_] = self.author >= 0
        return made

    @property
    def keyed(self) -> bool:
        """Whether its authored messages have platform keys."""
        return bool((self.key[self.authored] != 0).any())


def captures_held(case: Case, wanted: frozenset[str] | None = None) -> Iterator[Held]:
    """Every capture of the case (or those wanted), by part and then by id."""
    for part in parts(case):
        if (part.path / "conversations.parquet").is_file() and (part.path / "messages.parquet").is_file():
            yield from _of_part(part, wanted)


def _of_part(part: Part, wanted: frozenset[str] | None) -> Iterator[Held]:
    described = pl.read_parquet(part.path / "conversations.parquet")
    described = described.with_columns(pl.col(pl.Categorical).cast(pl.String)).sort("conversation")
    if wanted is not None:
        described = described.filter(pl.col("conversation").is_in(list(wanted)))
    if described.is_empty():
        return
    frame = _read(part.path / "messages.parquet", wanted)
    media = _media(part)
    # Rows of a conversation stand together in a part.
    runs = frame["conversation"].rle().struct.unnest()
    slices: dict[str, list[pl.DataFrame]] = {}
    start = 0
    for length, name in runs.with_columns(pl.col("value").cast(pl.String)).rows():
        slices.setdefault(name, []).append(frame.slice(start, length))
        start += length
    # What has been read of a conversation is let go with it.
    del frame
    for row in described.iter_rows(named=True):
        rows = slices.pop(row["conversation"], None)
        if rows:
            yield _held(row, pl.concat(rows), media)


def _read(path: Path, wanted: frozenset[str] | None) -> pl.DataFrame:
    """The rows with digests for what they say. A row group's texts are held at a time, and no more."""
    whole = pl.scan_parquet(path)
    found = []
    for begin in range(0, max(1, whole.select(pl.len()).collect().item()), GROUP_ROWS):
        some = whole.slice(begin, GROUP_ROWS).select(_COLUMNS)
        if wanted is not None:
            some = some.filter(pl.col("conversation").cast(pl.String).is_in(list(wanted)))
        found.append(bodies(some.collect()))
    return pl.concat(found)


def _media(part: Part) -> pl.DataFrame | None:
    """Digest of the first attachment of every message that has one with a known SHA-256."""
    path = part.path / "attachments.parquet"
    if not path.is_file():
        return None
    known = pl.scan_parquet(path).filter(pl.col("sha256").is_not_null(), pl.col("ordinal") == 0)
    found = known.select("message", media=pl.col("sha256").str.to_lowercase().hash(seed=7)).unique("message").collect()
    return None if found.is_empty() else found


def _held(row: dict[str, str | None], rows: pl.DataFrame, media: pl.DataFrame | None) -> Held:
    if not rows["position"].is_sorted():
        rows = rows.sort("position")
    author = rows["author"].cast(pl.String)
    names = author.unique().drop_nulls().sort()
    number = author.replace_strict(names, pl.int_range(len(names), eager=True), default=-1, return_dtype=pl.Int64)
    authored = (rows["kind"] != "system").to_numpy()
    digests = np.zeros(len(rows), np.uint64)
    if media is not None:
        joined = rows.select("message").join(media, on="message", how="left", maintain_order="left")
        digests = joined["media"].fill_null(0).to_numpy()
    owner = row["account"]
    own = rows["outgoing"].fill_null(False).to_numpy()
    if owner is not None and not own.any():
        own = (author == owner).fill_null(False).to_numpy()
    return Held(
        capture=str(row["conversation"]),
        exhibit=str(row["exhibit"]),
        source=str(row["source"]),
        platform=str(row["platform"]),
        platform_key=row["platform_key"],
        title=row["title"],
        kind=str(row["kind"]),
        account=owner,
        sightings=rows["message"],
        rows=rows["row"],
        sent=_instants(rows["sent_at"]),
        unit=rows["unit"].to_numpy(),
        server=_instants(rows["server_at"]),
        author=np.where(authored, number.fill_null(-1).to_numpy(), -1),
        authors=names.to_list(),
        own=own & authored,
        key=rows["key"].to_numpy(),
        body=rows["body"].to_numpy(),
        sort=rows["sort"].to_numpy(),
        length=rows["length"].to_numpy(),
        edited=rows["edited"].to_numpy(),
        deleted_here=(rows["deleted"].cast(pl.String) == "by_owner").fill_null(False).to_numpy(),
        zone_recorded=rows["time_zone_basis"].unique().cast(pl.String).to_list() == ["recorded"],
        zone=str(rows["time_zone"][0]),
        placeholder=(rows["kind"] == "media").to_numpy(),
        bare=rows["bare"].to_numpy(),
        media=digests,
    )


def _instants(times: pl.Series) -> Ints:
    made: Ints = times.dt.epoch("ms").fill_null(NEVER).to_numpy()
    return made
