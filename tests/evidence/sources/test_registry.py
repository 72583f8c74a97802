"""Sources are declared by how their documents begin, and loaded when one comes."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.fuzz.seeds import write_seeds

from upstander.errors import SourceError, WrongSource
from upstander.evidence.document import Document
from upstander.evidence.sources.registry import SOURCES, Declared

_ALL = [declared for declared in SOURCES if isinstance(declared, Declared)]


@pytest.mark.parametrize("declared", _ALL, ids=[declared.name for declared in _ALL])
def test_a_source_is_declared_under_its_own_name(declared: Declared) -> None:
    """The name that is known before a source is loaded is the one that it writes into the tables."""
    assert declared.name == declared.source.name
    assert declared.card is declared.source.card


@pytest.mark.parametrize("declared", _ALL, ids=[declared.name for declared in _ALL])
def test_the_declared_beginning_refuses_nothing_that_the_source_takes(declared: Declared, tmp_path: Path) -> None:
    """Every seed, also behind a byte order mark or empty lines, is recognised as declared just as by the source."""
    write_seeds(tmp_path / "seeds")
    path = tmp_path / "document"
    taken = 0
    for seed in sorted((tmp_path / "seeds").iterdir()):
        for before in (b"", b"\xef\xbb\xbf", b"\r\n\r\n", b" \t\n", b"\n \xef\xbb\xbf\n"):
            path.write_bytes(before + seed.read_bytes())
            document = Document.of(path, scratch=tmp_path)
            try:
                found = declared.source.recognise(document)
            except SourceError as problem:
                if isinstance(problem, WrongSource):
                    continue
                with pytest.raises(type(problem)):
                    declared.recognise(document)
                continue
            assert declared.recognise(document) == found, seed.name
            taken += 1
    assert taken


def test_a_text_export_loads_only_what_reads_it(tmp_path: Path) -> None:
    """To recognise a text export, nothing that reads databases, XML, JSON or encrypted backups is imported."""
    path = tmp_path / "_chat.txt"
    path.write_text("12/03/2021, 08:15 - Ana Brook: Morning\n12/03/2021, 08:16 - Ben: Hi\n")
    program = (
        "import sys; from pathlib import Path; import upstander.stages\n"
        "from upstander.evidence.document import Document\n"
        "from upstander.evidence.reading import recognise\n"
        "from upstander.evidence.sources.registry import SOURCES\n"
        "found = recognise(Document.of(Path(sys.argv[1]), scratch=Path('.')), SOURCES)\n"
        "assert found is not None and found[0].name == 'whatsapp_text'\n"
        "print(*sorted({'polars', 'lxml', 'ijson', 'Cryptodome', 'sqlite3'} & sys.modules.keys()))"
    )
    said = subprocess.run([sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True)
    assert said.stdout.split() == []
