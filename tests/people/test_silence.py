"""Silence is counted against opportunity, and counted right."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.made_group import MINUTE, Event, Shown, group

from upstander.people.presence import Presence
from upstander.people.rows import captures

_WHO = ("Ann", "Bo", "Cy")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    authors=st.lists(st.sampled_from(_WHO), min_size=2, max_size=20),
    replies=st.dictionaries(st.integers(1, 20), st.integers(1, 20), max_size=4),
    reactions=st.lists(st.tuples(st.integers(1, 20), st.sampled_from(_WHO)), max_size=4),
    minutes=st.integers(1, 12),
)
def test_the_counts_are_those_of_a_slow_reading(
    authors: list[str], replies: dict[int, int], reactions: list[tuple[int, str]], minutes: int
) -> None:
    """Every cell is what going through the messages one by one gives: posts, lags, replies, reactions."""
    messages = {place + 1: author for place, author in enumerate(authors)}
    answers = {a: b for a, b in replies.items() if a in messages and b in messages and b < a}
    reacted = [(ordinal, who, "👍") for ordinal, who in reactions if ordinal in messages]
    events = [Event(0, "added", who, "Ann") for who in _WHO]
    with TemporaryDirectory() as folder:
        case, _ = group(Path(folder), [Shown("aaa", messages, events, replies=answers, reactions=reacted)])
        presence = Presence.open(case, captures(case)[0].conversation)
        asked = sorted(messages)
        found = presence.silence(asked, window=minutes * MINUTE)
        alone = [presence.silence(asked, window=minutes * MINUTE, person=row) for row in range(len(presence.of.ids))]
    for row, who in enumerate(presence.of.labels):
        for column, ordinal in enumerate(asked):
            later = [place for place, author in messages.items() if author == who and place > ordinal]
            within = [place for place in messages if ordinal < place <= ordinal + minutes]
            assert found.next_post[row, column] == (later[0] if later else -1)
            assert found.lag[row, column] == ((later[0] - ordinal) * MINUTE if later else -1)
            assert found.own_posts[row, column] == sum(messages[place] == who for place in within)
            assert found.posted[column] == len(within)
            assert found.wrote[row, column] == (messages[ordinal] == who)
            assert found.replied[row, column] == any(b == ordinal and messages[a] == who for a, b in answers.items())
            assert found.reacted[row, column] == ((ordinal, who, "👍") in reacted)
            assert found.present[row, column]
    for row, one in enumerate(alone):
        for name in ("present", "wrote", "replied", "reacted", "left", "next_post", "lag", "own_posts", "nothing"):
            assert np.array_equal(getattr(one, name), getattr(found, name)[row : row + 1]), name


def test_who_left_within_the_window_is_said_to_have(tmp_path: Path) -> None:
    """A leave within the window is seen, one after it is not, and who was out was not silent."""
    events = [Event(0, "added", who, "Ann") for who in _WHO] + [Event(5, "left", "Cy")]
    case, _ = group(tmp_path, [Shown("aaa", {1: "Ann", 2: "Bo", 4: "Ann", 8: "Ann"}, events)])
    presence = Presence.open(case, captures(case)[0].conversation)
    cy = presence.of.labels.index("Cy")
    found = presence.silence([1, 4, 8], window=2 * MINUTE)
    assert found.left[cy].tolist() == [False, True, False]
    assert found.present[cy].tolist() == [True, True, False]
    assert found.nothing[cy].tolist() == [True, True, False]
    assert not np.any(found.nothing[presence.of.labels.index("Ann")])
