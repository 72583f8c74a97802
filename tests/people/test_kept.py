"""An open conversation that is kept says what it said when it was opened."""

from pathlib import Path

import numpy as np
import pytest
from tests.people.conftest import Sample

from upstander.people.kept import keep, kept
from upstander.people.opened import opened
from upstander.people.presence import Presence
from upstander.people.who import knowers


def test_what_is_kept_answers_as_what_was_opened(sample: Sample, tmp_path: Path) -> None:
    """Every ladder, every silence, every id, in every conversation of the sample."""
    for conversation in sorted(set(sample.conversations)):
        made = opened(sample.case, conversation)
        keep(made, tmp_path / conversation, made_from="now")
        there = kept(tmp_path / conversation, made_from="now")
        assert there is not None
        one, other = Presence(made), Presence(there)
        ordinals = range(0, len(made.at), max(1, len(made.at) // 40))
        for ordinal in ordinals:
            assert one.ladder(ordinal) == other.ladder(ordinal)
            assert knowers(one, ordinal) == knowers(other, ordinal)
        asked = np.array(list(ordinals))
        before, after = one.silence(asked), other.silence(asked)
        for name in ("present", "wrote", "replied", "reacted", "left", "next_post", "lag", "own_posts", "posted"):
            assert np.array_equal(getattr(before, name), getattr(after, name)), name
        message = sample.tables["responses"][0]["message"]
        assert made.ordinal(message) == there.ordinal(message)


@pytest.mark.parametrize("name", ["record.json", "at.npy", "receipts.arrow", "bounds.npy"])
def test_what_is_older_or_damaged_is_not_taken(sample: Sample, tmp_path: Path, name: str) -> None:
    """It is worked out again then."""
    conversation = min(sample.conversations)
    keep(opened(sample.case, conversation), tmp_path / "c", made_from="now")
    assert kept(tmp_path / "c", made_from="later") is None
    assert kept(tmp_path / "other", made_from="now") is None
    (tmp_path / "c" / name).write_bytes(b"{")
    assert kept(tmp_path / "c", made_from="now") is None
