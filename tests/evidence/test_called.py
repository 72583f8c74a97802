"""What the words of the tables are called by people."""

import pytest

from upstander.evidence.called import conversation_called, message_called, platform_called, read_as
from upstander.evidence.sources.registry import SOURCES
from upstander.model import table


def _values(name: str, field: str) -> list[str]:
    return next(list(each.values) for each in table(name).fields if each.name == field)


def test_every_platform_and_kind_has_a_name() -> None:
    """As they write themselves: no small letters, no underscores."""
    platforms = [platform_called(value) for value in _values("conversations", "platform")]
    assert len(set(platforms)) == len(platforms)
    assert "whatsapp" not in platforms
    assert conversation_called("direct") == "one to one"
    assert not [value for value in _values("messages", "kind") if "_" in message_called(value)]


@pytest.mark.parametrize("name", [declared.name for declared in SOURCES])
def test_an_exhibit_is_read_as_what_its_format_is_called(name: str) -> None:
    """By the card of the source."""
    assert "_" not in read_as(name, "document")
    assert read_as(name, "document") != name


def test_what_no_source_reads_is_said_by_what_it_is_to_others() -> None:
    """Each role in words."""
    assert read_as(None, "companion") == "read with the file that it belongs to"
    assert not [role for role in _values("exhibits", "role") if read_as(None, role) == role]
