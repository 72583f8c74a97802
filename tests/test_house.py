"""Rules of the house that no linter can say."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: Modules of more than 300 lines, each with its reason. 500 is too many for any, a file of tests included.
LONG: dict[str, str] = {}

#: Names that say nothing about what is inside.
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "service", "misc"}

#: What must not be committed: paths of one machine, and hosts of package registries.
PRIVATE = re.compile(
    r"/(?:work|root|home/[a-z]+)/|pypi\.org|registry\.npmjs|files\.pythonhosted|deb\.debian", re.IGNORECASE
)


def _committed(*suffixes: str) -> list[Path]:
    """Files that git tracks, or would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    paths = [ROOT / name for name in listed]
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]


def test_modules_are_small() -> None:
    """A module of more than 300 lines is on the list with its reason; no file, of tests either, has more than 500."""
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in _committed(".py")
    }
    modules = {name: length for name, length in lengths.items() if not name.startswith("tests/")}
    assert {name for name, length in modules.items() if length > 300 and name not in LONG} == set()
    assert {name for name, length in lengths.items() if length > 500} == set()


def test_names_say_something() -> None:
    """No file or folder is called by a word that fits anything."""
    named = {part for path in _committed() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert named & EMPTY_WORDS == set()


def test_nothing_names_a_machine_or_a_registry() -> None:
    """No committed text has a path of one machine, or a host that packages come from."""
    found = []
    for path in _committed(".py", ".toml", ".md", ".yaml", ".lock", ".txt", ".json", ""):
        if path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in PRIVATE.finditer(text)]
    assert found == []


def _pinned(lock: str, dependencies: list[str]) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    for dependency in dependencies:
        name = re.split(r"[<>=~!\[ ]", dependency)[0].lower()
        assert re.search(rf"^{re.escape(name)}==.* \\\n    --hash=sha256:", text, re.MULTILINE), name


def test_the_locks_pin_what_the_project_asks_for() -> None:
    """Every runtime dependency is pinned in requirements.lock, by hash; those of `models` beside them, alike."""
    with (ROOT / "pyproject.toml").open("rb") as stream:
        project = tomllib.load(stream)["project"]
    _pinned("requirements.lock", project["dependencies"])
    _pinned("requirements-models.lock", project["dependencies"] + project["optional-dependencies"]["models"])
    plain, more = (
        set(re.findall(r"^[\w.-]+==\S+", (ROOT / f"{lock}.lock").read_text(encoding="utf-8"), re.MULTILINE))
        for lock in ("requirements", "requirements-models")
    )
    assert plain < more


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A relative link in the documentation is a file that exists."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_links_in_the_front_pages_lead_somewhere() -> None:
    """The same for the pages at the top."""
    for page in ROOT.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), (page.name, target)


def test_what_has_a_register_is_tried_on_both_databases() -> None:
    """`just test` names each such module for PostgreSQL, but those in a browser and the one that restarts its own."""
    found = re.search(r'^register := "(.+)"$', (ROOT / "justfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    tried = tuple(found[1].split())
    needs = re.compile(r"django_db|tests\.support\.desks|tests\.register")
    left = {
        name
        for path in _committed(".py")
        if (name := str(path.relative_to(ROOT))).startswith("tests/")
        and path.name.startswith("test_")
        and path != Path(__file__)
        and not name.startswith((*tried, "tests/browser/"))
        and needs.search(path.read_text(encoding="utf-8"))
    }
    assert left == {"tests/cli/test_coding_restarted.py", "tests/cli/test_postgresql_restarted.py"}
