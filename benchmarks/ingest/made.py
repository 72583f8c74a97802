"""A made WhatsApp export of any size: what a long-lived group's looks like to a parser, and nothing of what it says.

Sixty authors, one record in sixteen of several lines, emoji, media, edits, and one system line in 170, among them
subject changes with `: ` in them, which parsers that take the first `: ` for the end of a name read as messages.

    python -m benchmarks.ingest.made OUT --lines 1000000
"""

import argparse
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["write"]

#: Part of every made file's name in the cache: raise it when the same arguments give other bytes.
EDITION = 1

_START = 1_456_923_600
_GAPS = (2, 4, 7, 11, 15, 21, 30, 48, 75, 140, 400, 1800)
_SYSTEM = (
    "{a} added {b}",
    "{a} left",
    "{a} removed {b}",
    "{b} joined using this group's invite link",
    "{a} changed this group's icon",
    '{a} changed the subject from "Rota" to "Rota: nights"',
    "{a} changed the group description",
    "{a} is now an admin",
)
_SYLLABLES = ("ba", "den", "for", "gil", "ha", "ken", "lo", "mar", "nor", "pel", "rus", "sta", "ton", "val", "wick")
_EMOJI = ("👍", "😂", "❤️", "🙏🏽", "👮‍♀️", "🚓")


def write(path: Path, *, layout: str, lines: int | None = None, authored: int | None = None) -> dict[str, int]:
    """Write an export of so many lines, or of so many authored messages; gives what is in it."""
    rng = random.Random(f"{EDITION}/{layout}")
    counts = {"lines": 0, "authored": 0, "system": 0, "authors": 60}
    end = "\r\n" if layout == "ios" else "\n"
    with path.open("w", encoding="utf-8", newline="") as file:
        block: list[str] = []
        for kind, record in _records(rng, layout):
            held = record.count("\n") + 1
            if lines is not None and counts["lines"] + held > lines:
                if counts["lines"] == lines:
                    break
                continue
            counts["lines"] += held
            counts[kind] += 1
            block.append(record.replace("\n", end) + end)
            if len(block) == 20_000:
                file.write("".join(block))
                block.clear()
            if counts["authored"] == authored:
                break
        file.write("".join(block))
    return counts


def _records(rng: random.Random, layout: str) -> Iterator[tuple[str, str]]:
    names = [f"{_word(rng, 2).title()} {_word(rng, 3).title()}" for _ in range(60)]
    words = [_word(rng, size) for size in (1, 1, 2, 2, 3) for _ in range(800)]
    stamp = "[{:%d/%m/%Y, %H:%M:%S}] " if layout == "ios" else "{:%d/%m/%Y, %H:%M} - "
    mark = "\u200e" if layout == "ios" else ""
    media = f"{mark}image omitted" if layout == "ios" else "<Media omitted>"
    now = _START
    while True:
        draws = [rng.random() for _ in range(512)]
        gaps = rng.choices(_GAPS, k=512)
        authors = rng.choices(names, k=512)
        for draw, gap, author in zip(draws, gaps, authors, strict=True):
            now += gap
            head = stamp.format(datetime.fromtimestamp(now, UTC))
            if draw < 0.0059:
                notice = rng.choice(_SYSTEM).format(a=author, b=rng.choice(names))
                yield "system", f"{head}Night Shift: {mark}{notice}" if layout == "ios" else f"{head}{notice}"
            elif draw < 0.03:
                yield "authored", f"{head}{author}: {media}"
            else:
                yield "authored", f"{head}{author}: {_body(rng, words, draw)}"


def _body(rng: random.Random, words: list[str], draw: float) -> str:
    text = " ".join(rng.choices(words, k=int(2 + draw * 14)))
    if draw > 0.94:
        return "\n".join([text, *(" ".join(rng.choices(words, k=5)) for _ in range(rng.randrange(1, 5)))])
    if draw > 0.86:
        return f"{text} {rng.choice(_EMOJI)}"
    if draw < 0.04:
        return f"re: {text}"
    return text


def _word(rng: random.Random, size: int) -> str:
    return "".join(rng.choices(_SYLLABLES, k=size))


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--layout", choices=("android", "ios"), default="android")
    parser.add_argument("--lines", type=int)
    parser.add_argument("--authored", type=int)
    given = parser.parse_args()
    print(json.dumps(write(given.out, layout=given.layout, lines=given.lines, authored=given.authored)))


if __name__ == "__main__":
    _main()
