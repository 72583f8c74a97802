"""Codes and the heads of the first ranking that mean the same."""

from upstander.review.codebook import codebook
from upstander.review.triage import shipped
from upstander.review.triage.codes import HEADS, head_of


def test_every_code_and_head_is_there() -> None:
    """The list speaks of codes that the shipped codebook has and of heads that the shipped model has."""
    book = codebook("police-misconduct")
    assert [book.code(code).id for code in HEADS] == list(HEADS)
    assert set(HEADS.values()) <= set(shipped().heads)


def test_a_head_is_named_meant_or_absent() -> None:
    """The code's own name counts before what it means; where the model lacks the head there is none."""
    assert head_of("religion", ("religion", "hate")) == "religion"
    assert head_of("threat_violence", ("religion", "threat")) == "threat"
    assert head_of("threat_violence", ("religion", "threat_violence", "threat")) == "threat_violence"
    assert head_of("threat_violence", ("religion",)) is None
    assert head_of("dishonesty", ("religion", "threat")) is None
