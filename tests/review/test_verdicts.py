"""What applies by the snapshot of the codings is what applies by the readings themselves."""

import random
from datetime import UTC, datetime

import polars as pl
import pytest
from tests.review.conftest import CaseOf

from upstander.review.codings import Coding, Via, append, told
from upstander.review.codings.standing import readings
from upstander.review.codings.verdicts import verdicts
from upstander.review.search.codes import coded
from upstander.stages import review
from upstander.stages.conduct import _applied
from upstander.storage.scan import collect, scan

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_settled_decides_and_what_is_open_is_open(case_of: CaseOf, seed: int) -> None:
    """Of three readers, two codes and any words that settle, in any order; with none of them, nothing."""
    case = case_of([("Ash", f"message {number}") for number in range(12)])
    assert verdicts(case).is_empty()
    sightings = collect(scan(case, "sightings").select("message", "sighting")).rows()
    messages = {sighting: message for message, sighting in sightings}
    chance = random.Random(seed)
    made = [
        Coding(
            chance.choice(sightings)[1],
            chance.choice(("threat", "joke")),
            f"{chance.choice(('one', 'other'))}@{chance.choice('12')}",
            chance.random() < 0.5,
            chance.choice(("Ann", "Bo", "Cy")),
            NOW,
            chance.choice((Via.READ, Via.SECOND, Via.SETTLED)),
        )
        for _ in range(150)
    ]
    append(case, made)
    review.codings(case)
    found = readings((messages[coding.sighting], coding) for _, coding in told(case).rows)
    rows = verdicts(case)
    assert {(row["message"], row["code"], row["book"]): row["applies"] for row in rows.to_dicts()} == {
        key: reading.applies for key, reading in found.items()
    }
    assert rows["applies"].null_count() > 0, "some are open"
    # What pages and searches tell of it.
    sure = {(message, code) for (message, code, _), reading in found.items() if reading.applies}
    assert {row for rows in _applied(case).values() for row in rows} == sure
    unsure = {(message, code) for (message, code, _), reading in found.items() if reading.applies is None}
    assert {(message, code) for code, told_ in coded(case).items() for message in told_} == sure | unsure
    own = pl.col("by").cast(pl.String) == "Ann"
    mine = collect(
        scan(case, "codings").filter(own, "stands", "applies").select("message", pl.col("code").cast(pl.String))
    )
    assert {(message, code) for code, told_ in coded(case, by=["Ann"]).items() for message in told_} == set(mine.rows())
