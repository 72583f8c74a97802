"""Every seed of the fuzzers is read by some source, and no simple damage to one raises anything but a `SourceError`."""

import random
from pathlib import Path

import pytest
from tests.fuzz.drive import drive
from tests.fuzz.seeds import write_seeds

from upstander.evidence.sources import Format
from upstander.evidence.sources.registry import SOURCES


def test_every_seed_is_read_by_one_source(tmp_path: Path) -> None:
    """A seed that no source reads would fuzz nothing."""
    write_seeds(tmp_path / "seeds")
    for seed in sorted((tmp_path / "seeds").iterdir()):
        readers = [source.name for source in SOURCES if drive(source, seed.read_bytes(), tmp_path) > 0]
        assert len(readers) == 1, (seed.name, readers)


@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_damaged_seeds_never_raise(source: Format, tmp_path: Path) -> None:
    """Cut, flipped and doubled seeds, a few hundred of them, end in rows or in a refusal."""
    write_seeds(tmp_path / "seeds")
    chance = random.Random(source.name)
    for seed in sorted((tmp_path / "seeds").iterdir()):
        whole = seed.read_bytes()
        for _ in range(25):
            damaged = bytearray(whole)
            for _ in range(chance.randint(0, 8)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            if chance.random() < 0.5:
                del damaged[chance.randrange(len(damaged)) :]
            if chance.random() < 0.2:
                damaged += whole
            drive(source, bytes(damaged), tmp_path)
