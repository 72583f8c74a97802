"""`python -m meridian OUT_DIR`: the sample operation; with `--only`, one capture to measure with."""

from __future__ import annotations

import argparse
from pathlib import Path

from meridian import capture, make
from meridian.captures import SOURCES


def main() -> None:
    """Read the arguments, write the files, say how much there is."""
    parser = argparse.ArgumentParser(prog="meridian", description="Operation Meridian: a wholly invented sample.")
    parser.add_argument("out", type=Path, help="folder to write into")
    parser.add_argument("--seed", type=int, default=2018)
    parser.add_argument("--messages", type=int, default=1_000_000, help="size of the capture that --only asks for")
    parser.add_argument("--only", choices=SOURCES, help="one capture for benchmarks, and no truth")
    arguments = parser.parse_args()
    if arguments.only:
        print(capture(arguments.out, source=arguments.only, messages=arguments.messages, seed=arguments.seed))
        return
    truth = make(arguments.out, seed=arguments.seed)
    print(f"{len(truth.messages)} messages, {len(truth.people)} people, {len(truth.exhibits)} exhibits")
    for exhibit in truth.exhibits:
        print(f"{exhibit.reference}  {exhibit.format:22} {exhibit.counts.messages:6} messages  {exhibit.files[0]}")


if __name__ == "__main__":
    main()
