"""`upstander stances`, and the stance beside each response in `upstander who`."""

from pathlib import Path

import pytest
from tests.support.commands import Command
from tests.support.made_group import Shown, group

ONE, TWO = "aaa0000000000000-1", "aaa0000000000000-2"


@pytest.fixture
def made(home: Path) -> str:
    """A case of one group: Bo [b] answers the first message, and two react to it."""
    shown = Shown(
        "aaa", {1: "Ann", 2: "Bo [b]", 4: "Ann"}, owner="Ann", custodian="Ann Example", replies={2: 1},
        reactions=[(1, "Bo [b]", "👍"), (1, "Cy", "👎"), (4, "Cy", "🫠")],
    )  # fmt: skip
    case, _ = group(home, [shown])
    return case.path.name


def test_guesses_are_listed_as_guesses(upstander: Command, made: str) -> None:
    """Every response has its guess and probabilities, and none is counted."""
    answer = upstander("stances", made, "--json").json
    assert answer["counts"]["unconfirmed"] == 4
    assert set(answer["counts"]["confirmed_responses"].values()) == {0}
    assert [row["guess"] for row in answer["stances"] if row["act"] == "reaction"] == [
        "approve",
        "challenge",
        "undecided",
    ]
    assert all(row["confirmed"] is None for row in answer["stances"])
    said = upstander("stances", made)
    assert (said.status, "guess: challenge, 0.70" in said.out, "4 more are not" in " ".join(said.out.split())) == (
        0,
        True,
        True,
    )


def test_words_are_shown_only_where_asked_for(upstander: Command, made: str) -> None:
    """The text of a reply is in no output without --show-text."""
    for form in ((), ("--json",)):
        assert "text 2" not in upstander("stances", made, ONE, *form).out
        assert "text 2" in upstander("stances", made, ONE, *form, "--show-text").out


def test_a_person_confirms_a_reply_and_a_reaction(upstander: Command, made: str) -> None:
    """What is confirmed is counted, shown as confirmed, and stands beside the response in `who`."""
    by = ("--by", "DC Example")
    answer = upstander("stances", made, ONE, "--confirm", "challenge", "--response", TWO, *by, "--json").json
    assert answer["counts"]["confirmed_responses"]["challenge"] == 1
    said = upstander("stances", made, "K1", "--confirm", "laugh_along", "--reaction", "👎", "--person", "Cy", *by)
    assert (said.status, "laugh along, confirmed" in said.out) == (0, True)
    people = {row["label"]: row for row in upstander("who", made, ONE, "--json").json["people"]}
    assert people["Cy"]["responses"][0]["stance"] == {"stance": "laugh_along", "confirmed": True}
    replied = {row["act"]: row["stance"] for row in people["Bo [b]"]["responses"]}
    assert replied["reply"] == {"stance": "challenge", "confirmed": True}
    assert replied["reaction"] == {"stance": "approve", "confirmed": False, "probability": 0.8, "basis": "emoji"}
    shown = " ".join(upstander("who", made, ONE).out.split())
    assert "confirmed" in shown
    assert "guess:" in shown
    back = upstander("stances", made, ONE, "--confirm", "undecided", "--response", TWO, *by, "--json").json
    assert back["counts"]["confirmed_responses"]["challenge"] == 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--confirm", "challenge"), "needs the MESSAGE"),
        ((ONE, "--confirm", "challenge", "--response", TWO), "needs the MESSAGE"),
        ((ONE, "--confirm", "challenge", "--by", "A"), "needs the MESSAGE"),
        ((ONE, "--confirm", "challenge", "--by", "A", "--response", TWO, "--reaction", "👍"), "needs the MESSAGE"),
        ((ONE, "--confirm", "challenge", "--by", "A", "--response", "zzz"), "no response 'zzz'"),
        ((ONE, "--confirm", "challenge", "--by", "A", "--reaction", "👍", "--person", "Ann"), "by 'Ann'"),
        ((ONE, "--by", "A"), "add --confirm"),
        (("zzzz",), "no message"),
    ],
)
def test_what_is_not_clear_is_refused(upstander: Command, made: str, asked: tuple[str, ...], words: str) -> None:
    """A sentence says what is missing, and nothing is written."""
    said = upstander("stances", made, *asked)
    assert said.status == 2
    assert words in " ".join(said.err.split())


def test_who_says_nothing_where_nothing_was_weighed(upstander: Command, made: str) -> None:
    """Before `stances` was asked for, `who` has no stances and no error."""
    people = upstander("who", made, ONE, "--json").json["people"]
    assert all("stance" not in did for row in people for did in row["responses"])
