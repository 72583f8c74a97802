"""`upstander search`, as people and programs see it."""

from pathlib import Path

import pytest
from tests.support.commands import Command


@pytest.fixture
def case(upstander: Command, chat: Path) -> str:
    """A case of one Telegram group."""
    assert upstander("case", "new", "C-1", "--title", "C").status == 0
    taken = upstander("ingest", "C-1", chat, "--custodian", "Ash", "--exhibit", "A/1", "--time-zone", "Europe/London")
    assert taken.status == 0, taken.err
    return "C-1"


def test_words_are_shown_only_when_asked_for(upstander: Command, case: str) -> None:
    """Without --show-text: how many, which, whose and where; with it, the words with their surroundings."""
    quiet = upstander("search", case, "morning")
    assert quiet.status == 0, quiet.err
    assert "1 message found." in quiet.out
    assert "at 0:7" in quiet.out
    assert "morning" not in quiet.out
    assert "--show-text shows them" in quiet.out
    assert "morning all" in upstander("search", case, "morning", "--show-text", "--context", "1").out


def test_a_program_gets_everything(upstander: Command, case: str) -> None:
    """Count, hits with spans, and facets; the text only when it is asked for."""
    answer = upstander("search", case, "morning", "--facets", "--context", "1", "--json").json
    assert answer["count"] == 1
    (hit,) = answer["hits"]
    assert hit["spans"] == ["0:7"]
    assert "text" not in hit
    assert len(hit["after"]) == 1
    assert answer["facets"]["author"] == [{"name": "Ash", "messages": 1}]
    assert upstander("search", case, "morning", "--json", "--show-text").json["hits"][0]["text"] == "morning all"


def test_searches_are_kept_and_used_again(upstander: Command, case: str) -> None:
    """Attributed, listed, and the last of a name stands."""
    assert upstander("search", case, "--saved-list").out == "No searches are kept.\n"
    assert upstander("search", case, "evening", "--save", "greeting", "--by", "Ann").status == 0
    assert upstander("search", case, "morning", "--save", "greeting", "--by", "Bo").status == 0
    assert upstander("search", case, "--saved", "greeting", "--json").json["query"] == "morning"
    (row,) = upstander("search", case, "--saved-list", "--json").json["searches"]
    assert (row["name"], row["by"]) == ("greeting", "Bo")
    assert "greeting" in upstander("search", case, "--saved-list").out
    unknown = upstander("search", case, "--saved", "other")
    assert unknown.status == 2
    assert "there are: greeting" in unknown.err


def test_a_search_that_is_kept_is_removed_by_somebody(upstander: Command, case: str) -> None:
    """It stands no longer, what was written stays, and it can be kept again."""
    assert upstander("search", case, "morning", "--save", "greeting", "--by", "Ann").status == 0
    assert "give --by NAME" in upstander("search", case, "--saved-remove", "greeting").err
    removed = upstander("search", case, "--saved-remove", "greeting", "--by", "Bo", "--json")
    assert removed.json == {"case": case, "removed": "greeting"}
    assert upstander("search", case, "--saved-list", "--json").json["searches"] == []
    assert "there are: none" in upstander("search", case, "--saved", "greeting").err
    assert "there are: none" in upstander("search", case, "--saved-remove", "greeting", "--by", "Bo").err
    assert upstander("search", case, "all", "--save", "greeting", "--by", "Cid").status == 0
    assert upstander("search", case, "--saved", "greeting", "--json").json["query"] == "all"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody:word"], "there is no field nobody:"),
        (["a", "--saved-remove", "b", "--by", "c"], "nothing is searched for"),
        (["(a"], "at character 1 of the search"),
        ([], "nothing to search for is given"),
        (["a", "--saved", "b"], "not both"),
        (["a", "--save", "b"], "--by NAME"),
        (["a", "--stem", "xx"], "words cannot be stemmed in 'xx'"),
        (["author:zed"], "names nothing in this case"),
    ],
)
def test_what_cannot_be_asked(upstander: Command, case: str, arguments: list[str], said: str) -> None:
    """One sentence, and status 2."""
    answer = upstander("search", case, *arguments)
    assert answer.status == 2
    assert said in answer.err


def test_a_search_may_begin_with_a_minus(upstander: Command, case: str) -> None:
    """What must not be, alone, finds all the rest."""
    assert upstander("search", case, "-morning", "--json").json["count"] == 4
