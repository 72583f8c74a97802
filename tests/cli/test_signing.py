"""Every command that takes a name refuses the same, and writes nothing then."""

from pathlib import Path

import pytest
from tests.support.commands import Command

NAMED = [
    ["code", "REF", "2", "banter", "--by"],
    ["codings", "REF", "--by"],
    ["queue", "next", "REF", "--code", "banter", "--by"],
    ["certificate", "REF", "--code", "banter", "--draw", "1", "--by"],
    ["certificate", "REF", "--code", "banter", "--rule", "fixed", "--number", "1", "--by"],
    ["certificate", "REF", "--code", "banter", "--by"],
    ["search", "REF", "one", "--save", "S", "--by"],
    ["stances", "REF", "2", "--confirm", "challenge", "--response", "3", "--by"],
]


@pytest.mark.parametrize("name", ["", "  ", "A\nB", "A\u202eB", "x" * 201])
@pytest.mark.parametrize("command", NAMED, ids=lambda words: " ".join(words[:2] + words[-3:-1]))
def test_a_name_is_checked_everywhere(upstander: Command, case: str, home: Path, command: list[str], name: str) -> None:
    """Empty, blank, broken, turned round or endless: status 2, a sentence, no line in any decision file."""
    said = upstander(*(case if word == "REF" else word for word in command), name)
    assert (said.status, "--by is a name" in said.err) == (2, True), said.err
    assert not list((home / case).glob("decisions/*.jsonl"))


def test_the_one_who_reads_again_is_checked_too(upstander: Command, case: str) -> None:
    """`agreement --for` compares with names that were written down."""
    said = upstander("agreement", case, "--for", "A\tB")
    assert (said.status, "--for is a name" in said.err) == (2, True), said.err
