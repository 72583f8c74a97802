"""One fuzzed source: arbitrary bytes are a document, and reading it ends in rows or in a `SourceError`."""

import sys
import tempfile
from pathlib import Path

import atheris
from tests.fuzz.drive import drive

from upstander.evidence.sources.registry import SOURCES


def main(name: str, arguments: list[str]) -> None:
    """Fuzz the source called `name`; the arguments are libFuzzer's."""
    (source,) = (source for source in SOURCES if source.name == name)
    with tempfile.TemporaryDirectory() as folder:

        def one(data: bytes) -> None:
            drive(source, data, Path(folder))

        atheris.instrument_all()
        atheris.Setup([name, *arguments], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
