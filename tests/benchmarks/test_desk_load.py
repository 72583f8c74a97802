"""The desk's load: a bar that is missed is said to be missed, whatever it is missed by."""

from typing import Any

import pytest
from benchmarks.desk.page import bars, summed
from benchmarks.desk.pages import SEARCHES


def _found(**more: Any) -> dict[str, Any]:
    met = {kind: [[12.0, 10.0, 5.0]] * 30 for kind in (*SEARCHES, "people")}
    proof: dict[str, Any] = {"acknowledged": 3, "lines": 3, "lines_of_the_ledger": 3, "lines_that_differ": 0}
    proof |= {"lost_in_the_ledger": [], "lost_in_the_file": [], "twice_in_the_ledger": [], "verified": True}
    proof |= {"messages_coded_twice_for_a_code": [], "messages_held_twice_for_a_code": [], "said": "whole"}
    kinds = summed(met) | more.pop("kinds", {})
    return {"kinds": kinds, "proof": proof | more, "seconds": 180.0}


def _missed(found: dict[str, Any]) -> list[str]:
    return [row["bar"] for row in bars(found) if not row["met"]]


def test_all_can_be_met() -> None:
    """Ten milliseconds everywhere and nothing lost."""
    assert _missed(_found()) == []


@pytest.mark.parametrize(
    ("found", "missed"),
    [
        ({"lost_in_the_file": [7]}, "codings lost"),
        ({"lost_in_the_ledger": [7]}, "codings lost"),
        ({"messages_coded_twice_for_a_code": [["m", "c"]]}, "coded twice"),
        ({"twice_in_the_ledger": [7]}, "coded twice"),
        ({"lines": 4}, "the file is what the register says"),
        ({"lines_that_differ": 1}, "the file is what the register says"),
        ({"verified": False}, "the ledger, `upstander ledger verify`"),
        ({"kinds": summed({"pairs": [[1.0, 151.0, 1.0]] * 30})}, "any page, server time, median"),
        ({"kinds": summed({"pairs": [[1.0, 9.0, 1.0]] * 28 + [[1.0, 400.0, 1.0]] * 2})}, "any page, server time, p95"),
        ({"kinds": summed({SEARCHES[0]: [[1.0, 61.0, 1.0]] * 30})}, "search, server time, median"),
    ],
)
def test_one_is_missed(found: dict[str, Any], missed: str) -> None:
    """And only that one."""
    assert _missed(_found(**found)) == [missed]
