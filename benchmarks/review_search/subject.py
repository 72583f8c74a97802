"""What is measured, in a process of its own: `python -m benchmarks.review_search.subject VERB FOLDER MESSAGES`."""

import json
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.review_search.made import EXHIBITS, frames, vocabulary

from upstander.review.search import Asked, Sort, TextIndex, parse, search
from upstander.review.search.building import build
from upstander.review.search.searching import _found
from upstander.review.search.source import Names

#: Queries of each kind, each asked once; and hits that an answer shows.
ASKED, SHOWN = 100, 50
FTS5_TABLES = {
    "words": "CREATE VIRTUAL TABLE words USING fts5(text, content='m', content_rowid='row', tokenize='unicode61')",
    "grams": "CREATE VIRTUAL TABLE grams USING fts5(text, content='m', content_rowid='row', tokenize='trigram')",
}


def main() -> None:
    """Build, or ask, and print what it took as JSON."""
    verb, folder, messages = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    verbs: dict[str, Callable[[Path, int], dict[str, Any]]] = {
        "ours": _build_ours, "fts5": _build_fts5, "ask-ours": _ask_ours, "ask-fts5": _ask_fts5,
    }  # fmt: skip
    found = verbs[verb](folder, messages)
    print(json.dumps(found | {"peak_bytes": _peak()}))


def _build_ours(folder: Path, messages: int) -> dict[str, Any]:
    made = _Timed(frames(messages))
    names = Names(
        exhibits=[f"e{number:02d}" for number in range(EXHIBITS)],
        references={f"e{number:02d}": f"E/{number}" for number in range(EXHIBITS)},
        custodians={f"e{number:02d}": f"Custodian {number}" for number in range(EXHIBITS)},
    )
    began, busy = time.perf_counter(), time.process_time()
    build(made, names, folder / "ours", made_from="benchmark", progress=lambda _: None)
    took = {"seconds": time.perf_counter() - began - made.seconds, "cpu": time.process_time() - busy - made.cpu}
    sizes = {part.name: _size(part) for part in (folder / "ours").iterdir()}
    return took | {"bytes": sum(sizes.values()), "engine_bytes": sizes["engine"]}


def _build_fts5(folder: Path, messages: int) -> dict[str, Any]:
    file = folder / "fts5.db"
    file.unlink(missing_ok=True)
    database = sqlite3.connect(file)
    database.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-500000;"
        "CREATE TABLE m(row INTEGER PRIMARY KEY, message TEXT, conversation INTEGER, at INTEGER, author TEXT,"
        " text TEXT)"
    )
    made = _Timed(frames(messages))
    took: dict[str, Any] = {}
    busy = time.process_time()
    row = 0
    for frame in made:
        conversations = frame["conversation"].str.to_integer(base=16)
        rows = zip(
            range(row, row + frame.height), frame["message"], conversations, frame["at"].dt.epoch("ms"),
            frame["author"], frame["text"], strict=True,
        )  # fmt: skip
        database.executemany("INSERT INTO m VALUES (?, ?, ?, ?, ?, ?)", rows)
        row += frame.height
    database.commit()
    database.executescript("CREATE INDEX by_place ON m(conversation, at); CREATE INDEX by_author ON m(author);")
    took["table_cpu"] = time.process_time() - busy - made.cpu
    took["table_bytes"] = _size(file)
    before = took["table_bytes"]
    for name, statement in FTS5_TABLES.items():
        busy, began = time.process_time(), time.perf_counter()
        database.execute(statement)
        database.execute(f"INSERT INTO {name}({name}) VALUES ('rebuild')")
        database.execute(f"INSERT INTO {name}({name}) VALUES ('optimize')")
        database.commit()
        took[f"{name}_cpu"], took[f"{name}_seconds"] = time.process_time() - busy, time.perf_counter() - began
        took[f"{name}_bytes"] = _size(file) - before
        before = _size(file)
    return took


def _ask_ours(folder: Path, _messages: int) -> dict[str, Any]:
    index = TextIndex(folder / "ours")
    began = time.perf_counter()
    search(index, Asked("ba", limit=1))
    found: dict[str, Any] = {"open_seconds": time.perf_counter() - began}
    kinds: dict[str, Any] = {}
    for kind, queries in queries_of(index).items():
        engine, whole, cpu, counts = [], [], [], []
        for query in queries:
            sort = Sort.OLDEST if "by time" in kind else Sort.RELEVANCE
            asked = Asked(query, limit=SHOWN, within=120, facets=kind == "facets", sort=sort)
            began, busy = time.perf_counter(), time.process_time()
            _found(index, asked, parse(query))
            engine.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - busy) * 1000)
            began = time.perf_counter()
            answer = search(index, asked)
            whole.append((time.perf_counter() - began) * 1000)
            counts.append(answer.count)
        kinds[kind] = _measured(engine, counts, cpu) | {"whole_p95_ms": float(np.percentile(whole, 95))}
    return {"kinds": kinds, "messages": index.rows, **found}


def _ask_fts5(folder: Path, _messages: int) -> dict[str, Any]:
    database = sqlite3.connect(folder / "fts5.db")
    database.execute("PRAGMA cache_size=-500000")
    asked = queries_of(TextIndex(folder / "ours"))
    found = {}
    for kind, queries in asked.items():
        if kind in ("fuzzy 1", "fuzzy 2", "masked d*g", "emoji", "begins and ends"):
            continue
        times, cpu, counts = [], [], []
        for query in queries:
            statements = _statements(kind, query)
            began, busy = time.perf_counter(), time.process_time()
            rows = [database.execute(statement, values).fetchall() for statement, values in statements]
            times.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - busy) * 1000)
            counts.append(rows[-1][0][0] if rows[-1] else 0)
        found[kind] = _measured(times, counts, cpu)
    return {"kinds": found}


def _statements(kind: str, query: str) -> list[tuple[str, Sequence[Any]]]:
    """The page of hits, by rank where that is asked for, and their number."""
    name, where = "words", ""
    values: list[Any] = []
    match = query
    if kind.startswith("substring"):
        name, match = "grams", f'"{query.partition(":")[2].strip(chr(34))}"'
    elif kind == "term, conversation and dates":
        term, conversation, since, until = query.split()
        match = term
        where = " AND m.conversation = ? AND m.at >= ? AND m.at < ?"
        values = [int(conversation.partition(":")[2], 16), *(_ms(bound) for bound in (since, until))]
    elif kind == "term and author":
        match, author = query.split()
        where, values = " AND m.author = ?", [author.partition(":")[2]]
    join = f"FROM {name} JOIN m ON m.row = {name}.rowid WHERE {name} MATCH ?{where}"
    order = " ORDER BY m.at" if "by time" in kind else "" if name == "grams" else f" ORDER BY {name}.rank"
    counted = f"SELECT count(*) FROM {name} WHERE {name} MATCH ?" if not where else f"SELECT count(*) {join}"
    statements: list[tuple[str, Sequence[Any]]] = [
        (f"SELECT m.* {join}{order} LIMIT {SHOWN}", [match, *values]),
        (counted, [match, *values]),
    ]
    if kind == "facets":
        month = "strftime('%Y-%m', m.at / 1000, 'unixepoch')"
        groups = [(f"SELECT {by}, count(*) {join} GROUP BY 1", [match]) for by in ("m.conversation", "m.author", month)]
        return [*groups, *statements]
    return statements


def _ms(bound: str) -> int:
    return int(np.datetime64(bound.partition(":")[2], "ms").astype(int))


def queries_of(index: TextIndex) -> dict[str, list[str]]:
    """Queries of each kind; of words that a message has, so that every one finds something."""
    rng = np.random.default_rng(3)
    words = vocabulary()
    rows = index.messages(int(row) for row in rng.integers(0, index.rows, 3_000))
    texts = [row["text"] for row in rows if len(row["text"].split()) >= 4]
    middling = [words[int(place)] for place in rng.integers(500, 20_000, ASKED)]
    common = [words[int(place)] for place in rng.integers(20, 200, ASKED)]
    said = [texts[int(place)].split() for place in rng.integers(0, len(texts), ASKED)]
    # Emoji are no words to unicode61.
    said = [[word for word in one if word.isascii()] for one in said]
    conversations = [index.names.conversations[int(n)] for n in rng.integers(0, len(index.names.conversations), ASKED)]
    authors = [index.names.authors[int(number)] for number in rng.integers(0, len(index.names.authors), ASKED)]
    return {
        "term": middling,
        "common term, ranked": common,
        "common term, by time": common,
        "two words": [f"{one} {other}" for one, other in zip(common, reversed(middling), strict=True)],
        "phrase of two": [f'"{one[0]} {one[1]}"' for one in said],
        "phrase of three": [f'"{" ".join(one[:3])}"' for one in said],
        "prefix": [f"{word[:5]}*" for word in middling],
        "fuzzy 1": [f"{word}~1" for word in middling],
        "fuzzy 2": [f"{word}~2" for word in middling[:50]],
        "facets": common,
        "term, conversation and dates": [
            f"{word} conversation:{conversation} since:2015-06-01 until:2017-06-01"
            for word, conversation in zip(common, conversations, strict=True)
        ],
        "term and author": [f"{word} author:{author}" for word, author in zip(common, authors, strict=True)],
        "substring in words": [f'contains:"{word[1:5]}"' for word in middling],
        "substring across words": [f'contains:"{one[0][-3:]} {one[1][:3]}"' for one in said],
        "masked d*g": [f"{word[:2]}*{word[3:]}" for word in middling],
        "emoji": [*"😂🤣😭🙈🙉🙊🐒👀🔥💀👍"],
    }


def _measured(times: Sequence[float], counts: Sequence[int], cpu: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(times, [50, 95])
    busy50, busy95 = np.percentile(cpu, [50, 95])
    return {
        "p50_ms": float(p50),
        "p95_ms": float(p95),
        "cpu_p50_ms": float(busy50),
        "cpu_p95_ms": float(busy95),
        "hits_median": float(np.median(counts)),
        "asked": len(times),
    }


class _Timed:
    """Frames, and the time that making them takes, which is not measured."""

    def __init__(self, made: Any) -> None:
        self._made = made
        self.seconds = self.cpu = 0.0

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        began, busy = time.perf_counter(), time.thread_time()
        try:
            return next(self._made)
        finally:
            self.seconds += time.perf_counter() - began
            self.cpu += time.thread_time() - busy


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else sum(file.stat().st_size for file in path.rglob("*"))


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


if __name__ == "__main__":
    main()
