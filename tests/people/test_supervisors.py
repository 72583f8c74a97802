"""A roster gives a rank to the right person or to nobody."""

from pathlib import Path

import pytest

from upstander.errors import BadRoster
from upstander.people.supervisors import Named, offices

PEOPLE = (
    Named("p1", frozenset({"Paul Drummond", "Skip"}), frozenset({"+447700900110"})),
    Named("p2", frozenset({"Darren Holt"}), frozenset({"+447700900141"})),
    Named("p3", frozenset({"Danny"}), frozenset()),
    Named("p4", frozenset({"Danny"}), frozenset()),
)


def _roster(folder: Path, text: str) -> Path:
    path = folder / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_people_are_found_by_number_name_or_person(tmp_path: Path) -> None:
    """A national number, a name with a title, and an id each find their person; supervisors follow."""
    path = _roster(
        tmp_path,
        "Name,number,rank,Supervisor\nSgt Paul Drummond,,sergeant,\n,07700 900141,constable,Sgt Paul Drummond\n",
    )
    found = offices(path, PEOPLE)
    assert {person: office.rank for person, office in found.of.items()} == {"p1": "sergeant", "p2": "constable"}
    assert found.supervisors == {"p1"}
    assert found.unplaced == ()


def test_a_name_of_two_people_is_nobodys(tmp_path: Path) -> None:
    """Where a name fits two people or none, nobody gets the rank, and the line is named."""
    found = offices(_roster(tmp_path, "name,rank\nDanny,constable\nNobody Else,inspector\n"), PEOPLE)
    assert found.of == {}
    assert found.unplaced == ("Danny", "Nobody Else")


def test_a_number_that_is_another_one_is_nobodys(tmp_path: Path) -> None:
    """A line whose number contradicts its name gives no rank; nor does another country's number with the same end."""
    path = _roster(
        tmp_path, "name,number,rank\nDarren Holt,+447999123123,chief\n,+1 2 7700900110,foreign\nDanny,,constable\n"
    )
    found = offices(path, PEOPLE)
    assert found.of == {}
    assert found.unplaced == ("Darren Holt", "+1 2 7700900110", "Danny")


@pytest.mark.parametrize("text", ["", "who,rank\n", "name\nAnn\n"])
def test_a_roster_without_its_columns_is_refused(tmp_path: Path, text: str) -> None:
    """A file that is no roster ends with what it needs."""
    with pytest.raises(BadRoster, match="needs one of"):
        offices(_roster(tmp_path, text), PEOPLE)


def test_a_roster_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing file is said."""
    with pytest.raises(BadRoster, match="cannot be read"):
        offices(tmp_path / "none.csv", PEOPLE)
