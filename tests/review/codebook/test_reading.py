"""Reading a codebook: another organisation's works, and every mistake is found with its line."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.errors import BadCodebook
from upstander.review.codebook import codebook, read
from upstander.review.codebook.shelf import examined

HOSPITAL = Path(__file__).parent / "hospital.yaml"
TEXT = HOSPITAL.read_text(encoding="utf-8")


def mistakes(text: str) -> list[str]:
    """The mistakes of a text."""
    return [str(mistake) for mistake in read(text).mistakes]


def changed(old: str, new: str) -> list[str]:
    """The mistakes of the hospital's codebook with one thing changed."""
    assert old in TEXT
    return mistakes(TEXT.replace(old, new, 1))


def line_of(part: str) -> int:
    """The line that begins with, or has, this in the hospital's codebook."""
    return next(number for number, line in enumerate(TEXT.splitlines(), start=1) if part in line)


def test_another_organisation_writes_its_own() -> None:
    """A hospital's codebook has its own axes, scheme and codes."""
    book = codebook(HOSPITAL)
    assert (book.reference, len(book.codes), [axis.name for axis in book.axes]) == (
        "hospital-conduct@1", 4, ["conduct", "reply"],
    )  # fmt: skip
    assert [code.id for code in book.on("conduct")] == ["patient_mockery", "unsafe_shortcut", "dose_joke"]
    assert [code.id for code in book.kinds("unsafe_shortcut")] == ["dose_joke"]
    assert not book.code("dose_joke").span
    assert book.code("patient_mockery").severity == ((1, "No patient can be told"), (2, "A patient can be told"))
    plain = book.plain_code(book.code("unsafe_shortcut"))
    assert plain["mapping"] == {"standard": ["P", "S"]}
    assert plain["does_not"] == [] if "does_not" in plain else True


def test_the_digest_is_of_what_it_says() -> None:
    """Comments, spacing and quotation marks do not count; a word does."""
    book = read(TEXT).book
    spaced = read("# another comment\n" + TEXT.replace("title: Speaks up", "title:   'Speaks  up'")).book
    other = read(TEXT.replace("title: Speaks up", "title: Speaks out")).book
    assert book is not None
    assert spaced is not None
    assert other is not None
    assert book.digest == spaced.digest != other.digest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: hospital-conduct", "name: Hospital", "'name' of the codebook is 'Hospital' and not small letters"),
        ("name: hospital-conduct\n", "", "the codebook lacks 'name'"),
        ("version: 1", "version: first", "'version' of the codebook is 'first' and not a number"),
        ("language: en", "language: English", "'language' of the codebook is 'English' and not a language tag"),
        ("title: Conduct on the wards", "title:", "'title' of the codebook is empty and should be a text"),
        ("axis: reply", "axis: replies", "'axis' of code 'speaks_up' is 'replies' and none of conduct, reply"),
        ("axis: reply", "axis: conduct", "axis 'reply' has no code"),
        ("id: speaks_up", "id: Speaks-up", "'id' of code 'Speaks-up' is 'Speaks-up' and not small letters"),
        ("id: speaks_up", "id: dose_joke", "code 'dose_joke' is there a second time (first on line"),
        ("standard: [P]", "standards: [P]", "is mapped to scheme 'standards', which the codebook lacks; it has"),
        ("standard: [P]", "standard: [Q]", "is mapped to 'Q', which scheme 'standard' lacks"),
        ("standard: [P]", "standard: P", "standard of code 'patient_mockery' is a text and should be a list of texts"),
        ("standard: [P]", "standard: [P, P]", "'P' is twice in standard of code 'patient_mockery'"),
        ("see: [patient_mockery]", "see: [mockery]", "code 'unsafe_shortcut' says to see 'mockery', which"),
        ("parent: unsafe_shortcut", "parent: shortcut", "the parent of code 'dose_joke' is 'shortcut', which"),
        ("parent: unsafe_shortcut", "parent: dose_joke", "code 'dose_joke' is a kind of itself"),
        ("parent: unsafe_shortcut", "parent: speaks_up", "code 'dose_joke' is on another axis than its parent"),
        ("span: false", "span: no", "'span' of code 'dose_joke' is 'no' and neither true nor false"),
        ("span: false", "spans: false", "code 'dose_joke' has a field 'spans'; known are id, title"),
        ("{1: No", "{grave: No", "a severity of code 'patient_mockery' is 'grave' and no grade from 0 to 9"),
        ("counts: [It need not be given.]", "counts: []", "'counts' of code 'dose_joke' is an empty list"),
        ("counts: [It need not be given.]", "counts: [[a]]", "an item of 'counts' of code 'dose_joke' is a list"),
        ("    definition: A check is skipped on purpose.\n", "", "code 'unsafe_shortcut' lacks 'definition'"),
        ("    title: Reply\n", "    title: Reply\n    title: Answer\n", "'title' is there a second time (first on"),
        ("      S: Preserve safety", "      S:", "the title of entry 'S' of scheme 'standard' is empty"),
        ("title: Speaks up", "title: &a Speaks up", "anchors and aliases"),
        ("title: Speaks up", "title: *a", "anchors and aliases"),
        ("title: Speaks up", "title: !!python/name:os.system Speaks up", "tags (tag:yaml.org,2002:python"),
        ("title: Speaks up", 'title: "Speaks up', "it is no YAML"),
        ("axes:\n", "axes: none\nothers:\n", "'axes' of the codebook is a text and should be a mapping"),
    ],
)  # fmt: skip
def test_a_mistake_is_said(old: str, new: str, said: str) -> None:
    """Each mistake is a sentence that says what and where."""
    assert any(said in mistake for mistake in changed(old, new)), changed(old, new)


def test_a_mistake_has_its_line() -> None:
    """The line is that of the field, in the text as it is."""
    assert changed("axis: reply", "axis: replies")[-1].startswith(f"line {line_of('axis: reply')}:")
    assert changed("standard: [P]", "standard: [Q]") == [
        f"line {line_of('standard: [P]')}: code 'patient_mockery' is mapped to 'Q', which scheme 'standard' lacks"
    ]


def test_all_mistakes_are_found_at_once(tmp_path: Path) -> None:
    """The first is in the error, and how many more there are; `examined` gives all."""
    path = tmp_path / "bad.yaml"
    path.write_text(
        TEXT.replace("axis: reply", "axis: replies").replace("[P]", "[Q]").replace("version: 1", "version: x")
    )
    found = examined(path)[1]
    assert found.book is None
    assert [mistake.line for mistake in found.mistakes] == sorted(mistake.line for mistake in found.mistakes)
    with pytest.raises(BadCodebook, match=r"bad\.yaml, line 3: 'version' .* \(and \d more; `upstander codebook check`"):
        codebook(path)


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "text", "a: 1\n---\nb: 2\n", "{", "a: b: c", "\x00", "?"])
def test_what_is_no_codebook(text: str) -> None:
    """Other YAML, and what is none, is refused with a line."""
    assert mistakes(text)
    assert all(mistake.startswith("line ") for mistake in mistakes(text))


def test_what_is_too_much() -> None:
    """Depth and size are bounded."""
    assert "nested more than" in mistakes("a: " + "[" * 10_000)[0]
    assert "characters" in mistakes("# " + "a" * 2_000_001)[0]


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are named with their line, and a folder is no file."""
    path = tmp_path / "book.yaml"
    path.write_bytes(b"name: a\ntitle: \xff\n")
    with pytest.raises(BadCodebook, match="no UTF-8 on line 2"):
        codebook(path)
    with pytest.raises(BadCodebook, match="cannot be read"):
        codebook(tmp_path)


def test_words_of_yaml_are_words() -> None:
    """A language `no` is Norwegian, and a title `yes` a title."""
    book = read(TEXT.replace("language: en", "language: no").replace("title: Reply", "title: yes")).book
    assert book is not None
    assert (book.language, book.axes[1].title) == ("no", "yes")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["conduct", "P", "standard"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "title", "axis", "codes", "counts", "mapping", "1", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(["axes", "schemes", "codes", "name", "version", "about"]), VALUES)
@settings(deadline=None, max_examples=150)
def test_any_shape_is_read_or_refused(field: str, value: object) -> None:
    """Whatever stands in a field, the answer is a codebook or sentences with lines."""
    made = yaml.safe_load(TEXT) | {field: value}
    found = read(yaml.safe_dump(made))
    assert (found.book is None) == bool(found.mistakes)
    assert all(mistake.line >= 1 and mistake.says for mistake in found.mistakes)


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")), st.integers(0, len(TEXT)))
@settings(deadline=None, max_examples=200)
def test_any_text_is_read_or_refused(text: str, place: int) -> None:
    """Anything at all, and anything put somewhere into a codebook, raises nothing else."""
    for given_ in (text, TEXT[:place] + text + TEXT[place:]):
        found = read(given_)
        assert (found.book is None) == bool(found.mistakes)
