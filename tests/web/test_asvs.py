"""The list of ASVS 5.0: every requirement up to level 2 once, and every test that it names is there."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "asvs.md"

#: How many requirements of level 1 and 2 each chapter has, in version 5.0.0.
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13}
CHAPTERS |= {16: 16, 17: 7}

_LINE = re.compile(r"^\| V(\d+)\.(\d+)\.(\d+) \| ([12]) \| ([^|]+) \| (.+) \|$", re.MULTILINE)


def _lines() -> list[tuple[str, str, str]]:
    """Id, what it asks for, and what is said of it."""
    found = _LINE.findall(PAGE.read_text(encoding="utf-8"))
    return [(f"V{chapter}.{part}.{number}", asks, here) for chapter, part, number, _, asks, here in found]


def test_every_requirement_has_one_line() -> None:
    """None twice, none without a word, and as many in each chapter as the standard has."""
    lines = _lines()
    assert [name for name, count in Counter(name for name, *_ in lines).items() if count > 1] == []
    counted = Counter(int(name[1:].partition(".")[0]) for name, *_ in lines)
    assert dict(counted) == CHAPTERS
    assert counted.total() == 253
    for name, asks, here in lines:
        assert asks.strip(), name
        assert here.startswith(("`tests/", "documented: ", "not here: ", "not met: ")), name


def test_every_test_that_is_named_is_there() -> None:
    """By file and name."""
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE.read_text(encoding="utf-8")))
    assert len(named) > 50
    known = {file: _defined(ROOT / file) for file, _ in named}
    assert [(file, test) for file, test in sorted(named) if test not in known[file]] == []


def test_gaps_are_counted_as_they_are_told() -> None:
    """The number at the top is the number of lines that say so."""
    told = sum(here.startswith("not met: ") for *_, here in _lines())
    assert f"Not met, wholly or in part: {told}." in PAGE.read_text(encoding="utf-8")


def _defined(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
