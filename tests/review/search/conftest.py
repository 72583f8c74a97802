"""A case that every kind of search finds something in, and its index."""

from collections.abc import Callable

import pytest
from tests.review.conftest import NOW, telegram

from upstander.evidence.intake import Handed
from upstander.review.search import Asked, Found, TextIndex, search
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


def numbered(found: Found) -> list[int]:
    """The places of the hits in the conversation, ascending."""
    return sorted(hit.row["ordinal"] for hit in found.hits)


@pytest.fixture
def find(there: TextIndex) -> Find:
    """Search, and give the places of the hits."""
    return lambda query, **options: numbered(search(there, Asked(query, **options)))
