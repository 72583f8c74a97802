"""The table of stances of a case: every kind of response, what people decided beside it, and what may be counted."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.review.conftest import CaseOf
from tests.support.made_group import Shown, group

from upstander.review.codings import Coding
from upstander.review.codings import append as code
from upstander.review.stance import STANCES_FILE, Ruling, Stance, append, counts
from upstander.review.stance.counting import challenging
from upstander.review.stance.listed import beside, listed
from upstander.review.stance.model import shipped
from upstander.review.stance.responding import responses
from upstander.review.stance.table import stances_table, weighed
from upstander.stages import review
from upstander.storage import Case
from upstander.storage.scan import scan

STANCES = ("challenge", "approve", "laugh_along", "move_on")
NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)

TALK = (
    ("Ash", "she should be sacked, useless"),
    ("Bo", "that's not funny mate, delete that", 1),
    ("Cy", "hahaha", 1),
    ("Di", "😂😂", 1),
    ("Ed", "who is on nights?"),
)


def rows(case: Case) -> pl.DataFrame:
    """The table, made."""
    review.stances(case)
    return scan(case, "stances").collect().with_columns(pl.col(pl.Categorical).cast(pl.String))


def ruling(row: dict[str, str], stance: Stance) -> Ruling:
    """A ruling on a row of the table."""
    reacted = row["act"] == "reaction"
    response, person, emoji = (None, row["person"], row["emoji"]) if reacted else (row["response"], None, None)
    return Ruling(row["message"], row["act"], response, person, emoji, stance, "DC Example", NOW)


def test_replies_are_weighed_or_seen(case_of: CaseOf) -> None:
    """Laughter and emoji are seen; words are weighed, and probabilities sum to 1."""
    made = rows(case_of(TALK, phones=2))
    assert made["act"].to_list() == ["reply"] * 3
    assert sorted(zip(made["basis"], made["stance"], strict=True))[:2] == [
        ("emoji", "laugh_along"),
        ("laughter", "laugh_along"),
    ]
    odds = made.select("challenge", "approve", "laugh_along", "move_on")
    assert odds.sum_horizontal().to_list() == pytest.approx([1, 1, 1])
    words = made.row(by_predicate=pl.col("basis") == "text", named=True)
    assert words["challenge"] > words["approve"]
    assert words["laugh_along"] == 0


def test_nothing_to_weigh_is_no_error(case_of: CaseOf) -> None:
    """A case without responses has an empty table and counts of nought."""
    case = case_of([("Ash", "morning")])
    assert rows(case).is_empty()
    counted = counts(case)
    assert (sum(counted.responses.values()), counted.unconfirmed) == (0, 0)
    assert listed(case) == []
    assert challenging(case).collect().is_empty()


def test_it_is_made_once(case_of: CaseOf) -> None:
    """The stage finds its part where it is, until somebody decides something."""
    case = case_of(TALK)
    made = review.stances(case)
    assert review.stances(case) == made
    append(case, [ruling(rows(case).to_dicts()[0], Stance.CHALLENGE)])
    assert review.stances(case).made_from != made.made_from


def reacted(tmp_path: Path, reactions: Sequence[tuple[int, str, str]]) -> Case:
    """A case of one group whose message 1 has these reactions."""
    case, _ = group(tmp_path / "home", [Shown("aaa", {1: "Ann", 2: "Bo", 3: "Cy"}, reactions=reactions)])
    return case


def test_reactions_are_by_their_emoji(tmp_path: Path) -> None:
    """Each reaction is a row with what its emoji says; one taken back is none."""
    case = reacted(tmp_path, [(1, "Bo", "😂"), (1, "Cy", "👎"), (2, "Cy", "🫠"), (2, "Ann", "👍"), (2, "Ann", "")])
    made = rows(case)
    assert list(zip(made["ordinal"], made["emoji"], made["stance"], strict=True)) == [
        (1, "😂", "laugh_along"),
        (1, "👎", "challenge"),
        (2, "🫠", "undecided"),
    ]
    assert set(made["basis"]) == {"emoji"}


def test_a_person_confirms_and_only_that_is_counted(tmp_path: Path) -> None:
    """Guesses are in no count; what is confirmed or corrected is, and can be taken back."""
    case = reacted(tmp_path, [(1, "Bo", "😂"), (1, "Cy", "👎")])
    laugh, down = rows(case).to_dicts()
    assert counts(case).unconfirmed == 2
    append(case, [ruling(laugh, Stance.LAUGH_ALONG), ruling(down, Stance.LAUGH_ALONG), ruling(down, Stance.CHALLENGE)])
    assert rows(case)["confirmed"].to_list() == ["laugh_along", "challenge"]
    counted = counts(case, [laugh["message"]])
    assert {name: number for name, number in counted.responses.items() if number} == {"challenge": 1, "laugh_along": 1}
    assert "2 responses confirmed (1 challenge, 0 approve, 1 laugh along, 0 move on); 0 more" in counted.words()
    assert counts(case, ["nothing"]).unconfirmed == 0
    append(case, [ruling(down, Stance.UNDECIDED)])
    assert rows(case)["confirmed"].to_list() == ["laugh_along", None]
    shown = beside(case, down["message"])[down["person"], "reaction", "👎"]
    assert shown.words() == "guess: challenge, 0.70"
    assert "confirmed" in beside(case, laugh["message"])[laugh["person"], "reaction", "😂"].words()


def test_a_ruling_by_any_sighting_is_on_the_message(case_of: CaseOf) -> None:
    """Ids of other captures' sightings, of the message and of the reply, name the same response."""
    case = case_of(TALK, phones=2)
    row = rows(case).row(by_predicate=pl.col("basis") == "text", named=True)
    others = scan(case, "sightings").filter(pl.col("sighting") != pl.col("message")).collect()
    other = dict(zip(others["message"], others["sighting"], strict=True))
    append(
        case, [Ruling(other[row["message"]], "reply", other[row["response"]], None, None, Stance.CHALLENGE, "B", NOW)]
    )
    assert rows(case)["confirmed"].drop_nulls().to_list() == ["challenge"]
    assert challenging(case).collect().rows() == [(row["response"], True)]


def test_posts_after_a_coded_message_are_looked_at(case_of: CaseOf) -> None:
    """A post that names no message is a row only after a message that somebody coded; what is decided of it stays."""
    case = case_of([("Ash", "look at her"), ("Bo", "lol"), ("Ash", "right"), ("Cy", "stop that", 1), ("Cy", "morning")])
    assert rows(case)["act"].to_list() == ["reply"]
    message = rows(case)["message"][0]
    code(case, [Coding(message, "sexual", "police-misconduct@1", True, "DC", NOW)])
    made = rows(case)
    posts = made.filter(pl.col("act") == "next_post")
    # Ash wrote it, and Cy answered it openly.
    assert posts["stance"].to_list() == ["laugh_along"]
    append(case, [ruling(posts.to_dicts()[0], Stance.MOVE_ON)])
    code(case, [Coding(message, "sexual", "police-misconduct@1", False, "DC", NOW)])
    assert rows(case)["confirmed"].drop_nulls().to_list() == ["move_on"]


def test_a_post_long_after_is_no_response(case_of: CaseOf) -> None:
    """Only ten messages and ten minutes are soon."""
    case = case_of([("Ash", "look"), *(("Ash", f"and {n}") for n in range(10)), ("Bo", "lol")])
    first = scan(case, "sightings").filter(pl.col("ordinal") == 0).collect()["message"][0]
    code(case, [Coding(first, "sexual", "police-misconduct@1", True, "DC", NOW)])
    assert rows(case).is_empty()


def test_the_order_of_rows_changes_nothing(case_of: CaseOf) -> None:
    """A response's stance depends on nothing but itself and what it is to."""
    made = responses(case_of([*TALK, ("Fay", "agreed mate, spot on", 1), ("Gus", "what time is it", 5)]))
    whole = weighed(made, shipped())
    back = weighed(made.reverse(), shipped()).reverse()
    assert whole.drop(STANCES).equals(back.drop(STANCES))
    for stance in STANCES:
        assert whole[stance].to_list() == pytest.approx(back[stance].to_list(), abs=1e-6)


def test_a_megabyte_is_weighed_by_its_beginning() -> None:
    """A reply without end takes no longer than its first words, and the message that it answers neither."""
    long = "not funny, delete this. " * 45_000
    texts = ["not funny, delete this. " * 500, long, "ha" * 600_000, "😂" * 300_000, " " * 1_000_000, "\"'" * 500_000]
    made = weighed(_replies(texts, parent=long), shipped())
    assert made["challenge"][0] == pytest.approx(made["challenge"][1])
    assert set(made["basis"]) == {"text"}


def _replies(texts: Sequence[str | None], parent: str | None = "she should go") -> pl.DataFrame:
    """Replies to one message."""
    kept = {"act": ["reply"] * len(texts), "emoji": [None] * len(texts), "text": texts, "parent": [parent] * len(texts)}
    return pl.DataFrame(kept, schema=dict.fromkeys(kept, pl.String))


def test_languages_that_it_does_not_know_are_undecided() -> None:
    """Words of two hundred scripts and languages are guessed nothing of."""
    blocks = [chr(start) for start in range(0x370, 0xD000, 0x70) if chr(start).isalpha()]
    texts = [letter + chr(ord(letter) + 1) + f" {letter}{letter} {chr(ord(letter) + 2)}" for letter in blocks]
    texts += [
        "das ist überhaupt nicht witzig",
        "ça ne se fait pas du tout",
        "nie żartuj sobie z niej",
        "to není vtipné",
    ]
    made = weighed(_replies(texts), shipped())
    assert made.height >= 200
    assert set(made["stance"]) == {"undecided"}
    assert weighed(_replies([None, "", "  "]), shipped())["stance"].to_list() == ["undecided"] * 3


def test_quoting_in_order_to_object_is_no_agreement() -> None:
    """What a reply quotes of the message counts for nothing, however it is quoted."""
    said = "yes exactly, so true"
    texts = ["delete that", f"> {said}\ndelete that", f"“{said}” delete that"]
    likely = weighed(_replies(texts, parent=said), shipped())["approve"]
    assert likely[1] == pytest.approx(likely[0])
    assert likely[2] == pytest.approx(likely[0])


def test_a_decision_that_cannot_be_read_is_said(case_of: CaseOf) -> None:
    """The rest is read, and whoever asks is told of the line."""
    case = case_of(TALK)
    case.decisions.mkdir(exist_ok=True)
    (case.decisions / STANCES_FILE).write_text(json.dumps({"act": "reply"}) + "\n")
    (sentence,) = review.stances(case).about["unread"]
    assert "line 1" in sentence


def test_progress_is_told(case_of: CaseOf) -> None:
    """The kernel says how far it is."""
    case = case_of(TALK)
    heard: list[tuple[int, int]] = []
    made = responses(case)
    told = list(stances_table(case, made, [], shipped(), told=lambda done, total: heard.append((done, total))))
    assert (len(told), heard) == (1, [(3, 3)])
