"""What hits divide by: asked for by the name that a facet tells, a search finds as many as the facet says."""

from pathlib import Path

import pytest
from tests.review.conftest import NOW, telegram
from tests.review.search.conftest import index_of

from upstander.evidence.intake import Handed
from upstander.review.search import Asked, TextIndex, search
from upstander.stages import ingest
from upstander.stages.indexing import index
from upstander.storage import Home

#: Names that a search takes for one another, or for something else.
CALLED = [
    *('Dave "Tank" Smith', "Dave Tank Smith", "Müller", "Muller", "MULLER", "Zoe*", "Zoe", "Zoë Lee", "*", "Ann  Two"),
    *("Ann Two", "Jo Lee", "Jo Lee (k11)", "x" * 300, "x" * 301, "(", "a:b", "Jo", "-Jo", "\u202eoJ", "NOT"),
    *("Bo AND Cy", "\\", "'"),
]


def _as_many(there: TextIndex, field: str) -> int:
    told = search(there, Asked("dog", facets=True, listed=100)).facets[field]
    for value, count in told:
        # As the page's link asks for it.
        asked = " ".join(value.replace('"', " ").split())
        assert search(there, Asked(f'dog AND {field}:"{asked}"')).count == count, (field, value)
    return sum(count for _, count in told)


def test_every_author_is_found_by_the_name_that_is_told(tmp_path: Path) -> None:
    """However the names of others fold, and whatever stands in them."""
    authors = [(f"k{number}", name) for number, name in enumerate(CALLED) for _ in range(number + 1)]
    there = index_of(["dog"] * len(authors), tmp_path, authors=authors)
    assert _as_many(there, "author") == len(authors)


@pytest.mark.parametrize(
    "custodians", [("Zoë Example", "zoe example", "Bo"), ('Cy "Tank" Example', "Bo", "Bo"), ("A", "B", "C")]
)
def test_every_custodian_and_conversation_is_found_too(tmp_path: Path, custodians: tuple[str, ...]) -> None:
    """Custodians that a search takes for one are one; a message that two of their phones hold is one."""
    case = Home(tmp_path / "home").new("C-1", title="C", now=NOW)
    for number, custodian in enumerate(custodians):
        folder = tmp_path / str(number)
        folder.mkdir()
        said = [("Ann", "dog"), ("Bo", f"dog {number}")]
        title, key = ("Nights", 77) if number < 2 else ("NIGHTS", 78)
        (folder / "result.json").write_text(telegram(said, title=title, key=key) + "\n" * number, encoding="utf-8")
        handed = Handed(custodian=custodian, reference=f"P/{number}", time_zone="Europe/London")
        ingest(case, [folder / "result.json"], handed, now=NOW, progress=lambda *_: None)
    there = index(case, progress=lambda *_: None)
    assert _as_many(there, "custodian") >= 3
    assert _as_many(there, "conversation") == search(there, Asked("dog")).count
    assert len(search(there, Asked("dog", facets=True)).facets["conversation"]) == 2
