"""A case that every kind of search finds something in, and its index."""

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
from tests.review.conftest import NOW, telegram

from upstander.evidence.intake import Handed
from upstander.review.search import Asked, Found, TextIndex, search
from upstander.review.search.building import build
from upstander.review.search.source import Names
from upstander.stages import ingest
from upstander.stages.indexing import index
from upstander.storage import Home

SAID = [
    ("Ann", "Hello there, the DOG barked at José 😂🏽"),
    ("Bob", "you d*g, s-l-a-b and d0g 🐒🐒"),
    ("Cid", "don't say dgo to me, dogs!"),
    ("Ann", "中文没有空格 ครับผม"),
    ("Bob", "underdogma of it *bold* tom@example.com"),
    ("Bob", "\u202egnp.exe\u202c ⁧walked⁩ and walking"),
]
Find = Callable[..., list[int]]


@pytest.fixture(scope="session")
def there(tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    """An index of what was said, for tests that only read it."""
    folder = tmp_path_factory.mktemp("spoken")
    case = Home(folder / "home").new("C-1", title="C", now=NOW)
    for phone in (1, 2):
        (folder / f"{phone}").mkdir()
        file = folder / f"{phone}" / "result.json"
        file.write_text(telegram(SAID) + "\n" * phone, encoding="utf-8")
        handed = Handed(custodian=f"Phone {phone}", reference=f"P/{phone}", time_zone="Europe/London")
        ingest(case, [file], handed, now=NOW, progress=lambda *_: None)
    return index(case, progress=lambda *_: None)


def index_of(texts: Sequence[str], folder: Path, authors: Sequence[tuple[str, str]] = ()) -> TextIndex:
    """An index of messages in one conversation, a minute apart, without a case; `authors` are ids and labels."""
    rows = range(len(texts))
    wrote = authors or [("ann", "ann")] * len(texts)
    frame = pl.DataFrame(
        {
            "message": [f"{1:016x}-{row}" for row in rows],
            "conversation": ["1"] * len(texts),
            "ordinal": list(rows),
            "at": pl.Series([1_519_862_400_000 + row * 60_000 for row in rows]).cast(pl.Datetime("ms", "UTC")),
            **{name: [key for key, _ in wrote] for name in ("author", "person")},
            "label": [label for _, label in wrote],
            "kind": ["text"] * len(texts),
            "text": list(texts),
            **{name: pl.Series([[]] * len(texts), dtype=pl.List(pl.String)) for name in ("holders", "deleted")},
        }
    )
    build([frame], Names(), folder / "text", made_from="x", progress=lambda _: None)
    return TextIndex(folder / "text")


def marked(there: TextIndex, query: str) -> dict[int, list[str]]:
    """What of each hit is highlighted, by its place."""
    hits = search(there, Asked(query, limit=1000)).hits
    return {hit.row["ordinal"]: [hit.row["text"][first:last] for first, last in hit.spans] for hit in hits}


def numbered(found: Found) -> list[int]:
    """The places of the hits in the conversation, ascending."""
    return sorted(hit.row["ordinal"] for hit in found.hits)


@pytest.fixture
def find(there: TextIndex) -> Find:
    """Search, and give the places of the hits."""
    return lambda query, **options: numbered(search(there, Asked(query, **options)))
