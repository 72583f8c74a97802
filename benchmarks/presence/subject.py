"""What is measured, in a process of its own: `python -m benchmarks.presence.subject make|ask HOME MESSAGES`."""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
from benchmarks.presence.made import CAPTURE, make

from upstander.people.presence import Presence
from upstander.storage import Home

#: Messages that `who` is asked about, and coded messages that silence is counted for.
ASKED = 300
CODED = 5_000


def main() -> None:
    """Make, or ask, and print what it took as JSON."""
    verb, home, messages = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    began, busy = time.perf_counter(), time.process_time()
    if verb == "make":
        make(home, messages)
        took = {
            "seconds": time.perf_counter() - began,
            "cpu_seconds": time.process_time() - busy,
            "peak_bytes": _peak(),
        }
        print(json.dumps(took))
        return
    case = Home(home).open(f"M-{messages}")
    presence = Presence.open(case, CAPTURE)
    opening, opening_cpu = time.perf_counter() - began, time.process_time() - busy
    rng = np.random.default_rng(1)
    who, found = [], []
    busy = time.process_time()
    for ordinal in rng.integers(0, messages, ASKED):
        before = time.perf_counter()
        place = presence.of.ordinal(f"{CAPTURE}-{ordinal}")
        assert place is not None  # noqa: S101 - a wrong message must not be fast
        assert place == ordinal  # noqa: S101 - nor a missing one
        standings = presence.ladder(place)
        who.append(time.perf_counter() - before)
        found.append(len(standings))
    who_cpu = (time.process_time() - busy) / ASKED
    silence = []
    busy = time.process_time()
    for _ in range(5):
        coded = np.sort(rng.integers(0, messages, CODED))
        before = time.perf_counter()
        counted = presence.silence(coded)
        silence.append(time.perf_counter() - before)
    silence_cpu = (time.process_time() - busy) / len(silence)
    print(
        json.dumps(
            {
                "messages": messages,
                "open_seconds": opening,
                "open_cpu_seconds": opening_cpu,
                "who_cpu_ms": who_cpu * 1000,
                "silence_cpu_seconds": silence_cpu,
                "who_median_ms": float(np.median(who)) * 1000,
                "who_worst_ms": max(who) * 1000,
                "silence_median_seconds": float(np.median(silence)),
                "silence_worst_seconds": max(silence),
                "cells": int(counted.present.size),
                "people": min(found),
                "receipts": len(presence.of.receipts.ordinal),
                "responses": len(presence.of.acts.ordinal),
                "peak_bytes": _peak(),
            }
        )
    )


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
