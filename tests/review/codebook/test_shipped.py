"""The codebooks that are shipped: sound, complete, and never changed without a new version."""

import re

import pytest

from upstander.errors import BadCode, BadCodebook
from upstander.review.codebook import Codebook, codebook, shipped

#: What each version says, by its digest: a change of the text needs a new version and a new line here.
DIGESTS = {"police-misconduct@1": "8a59c1746749233358280fc207c3ab4979334e0b23df5785d301fdc1ecbbf74b"}


@pytest.fixture(scope="module")
def police() -> Codebook:
    """The codebook of police misconduct."""
    return codebook("police-misconduct")


def test_what_is_shipped() -> None:
    """Every shipped book is sound, is named as its file, and says what its version always said."""
    books = [codebook(name) for name in shipped()]
    assert [book.name for book in books] == shipped()
    assert {book.reference: book.digest for book in books} == DIGESTS


def test_every_axis_of_the_brief_is_there(police: Codebook) -> None:
    """Behaviour, target, form, frame, justification, response and severity each have codes."""
    axes = [axis.name for axis in police.axes]
    assert axes == ["behaviour", "target", "form", "frame", "justification", "response", "severity"]
    assert all(any(police.on(axis)) for axis in axes)
    assert {code.id for axis in axes for code in police.on(axis)} == set(police.codes)
    assert "silence" not in police.codes


def test_every_scheme_is_whole_and_used(police: Codebook) -> None:
    """Ten standards, eleven letters without an I, nine characteristics; each standard is some code's."""
    entries = {scheme.name: [entry.id for entry in scheme.entries] for scheme in police.schemes}
    assert entries["standard"] == [str(number) for number in range(1, 11)]
    assert sorted({entry[0] for entry in entries["allegation"]}) == list("ABCDEFGHJKL")
    assert len(entries["characteristic"]) == 9
    used = {entry for code in police.codes.values() for _, ids in code.mapping for entry in ids}
    assert used >= set(entries["standard"]) | set(entries["characteristic"])


def test_a_reviewer_can_decide(police: Codebook) -> None:
    """Every code says what counts and what does not; every behaviour is mapped to a standard."""
    for code in police.codes.values():
        assert code.counts, code.id
        assert code.does_not, code.id
        assert code.definition.endswith("."), code.id
        if code.axis == "behaviour":
            assert dict(code.mapping)["standard"], code.id
        assert all(re.fullmatch(r"[1-3]", str(grade)) for grade, _ in code.severity), code.id


def test_codes_are_found(police: Codebook) -> None:
    """By id; one that is spelled wrongly is answered with those like it."""
    assert police.code("sexual_violence").title == "Sexual violence"
    with pytest.raises(BadCode, match=r"did you mean sexual_violence"):
        police.code("sexual-violense")
    with pytest.raises(BadCode, match="codebook show"):
        police.code("zzz")


def test_kinds_follow_their_parent(police: Codebook) -> None:
    """The codes of an axis are listed each before its kinds."""
    behaviour = [code.id for code in police.on("behaviour")]
    assert behaviour.index("police_integrity") < behaviour.index("force_boast")
    assert [entry.id for _, entries in police.mapped(police.code("domestic_abuse")) for entry in entries] == [
        "2", "9", "F8", "H3", "K", "sex",
    ]  # fmt: skip


def test_an_unknown_book_is_refused() -> None:
    """A name that is not shipped, and a path that is not there."""
    with pytest.raises(BadCodebook, match="police-misconduct is shipped"):
        codebook("army")
    with pytest.raises(BadCodebook, match="cannot be read"):
        codebook("nowhere/army.yaml")
