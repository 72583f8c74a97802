"""The first messages of every head, and the message that lent each its score: what the whole case was scored with."""

import random

import numpy as np
import pytest
from tests.review.conftest import CaseOf, Said

from upstander.review.triage import shipped
from upstander.review.triage.ranking import ranked
from upstander.review.triage.top import top, tops
from upstander.stages.review import triage

_TEXTS = (
    "women are too stupid to drive, send them back to the kitchen",
    "lol",
    "😂😂",
    "",
    "the meeting starts at nine",
    "i will hurt you",
    "disabled people are a burden",
    "see you later",
)


def _said(seed: int, count: int) -> list[Said]:
    draw = random.Random(seed)
    said: list[Said] = []
    for place in range(count):
        author, text = draw.choice("123"), draw.choice(_TEXTS)
        said.append((author, text, draw.randint(1, place)) if place and draw.random() < 0.4 else (author, text))
    return said


@pytest.mark.parametrize("limit", [3, 100])
def test_each_first_message_names_what_lent_it_its_score(case_of: CaseOf, limit: int) -> None:
    """Read from a few messages or from all of the case, it is the same order and the same reason."""
    case, model = case_of(_said(limit, 40)), shipped()
    triage(case)
    whole = ranked(case, model, lambda *_: None)
    names = whole.messages["message"].to_list()
    found = tops(case, model, model.heads, limit)
    for column, head in enumerate(model.heads):
        assert found[head] == top(case, model, head, limit)
        order = np.lexsort((whole.messages["ordinal"], -whole.own[:, column], -whole.context[:, column]))
        order = order[whole.worded[order]]
        assert [row.message for row in found[head]] == [names[row] for row in order[:limit]]
        for row in found[head]:
            at = names.index(row.message)
            lender = int(whole.lent[at, column])
            assert row.because_of == (None if lender == at else names[lender])
            assert row.in_context == pytest.approx(float(whole.context[at, column]))


def test_a_case_of_nothing_has_no_first_messages(case_of: CaseOf) -> None:
    """Every head has an empty list."""
    case, model = case_of([]), shipped()
    triage(case)
    assert tops(case, model, model.heads, 10) == {head: [] for head in model.heads}
