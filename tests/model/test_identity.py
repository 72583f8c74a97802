"""Ids come from content and from nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from upstander.model import conversation_id, message_id

_text = st.text(max_size=40)


def test_conversation_ids_are_stable_across_versions() -> None:
    """The id of a known conversation is what it was when codings were first attached to it."""
    made = conversation_id(exhibit="0" * 64, member=None, source="whatsapp_text", key="chat")
    assert made == "2a0f15d253f902bc"
    assert message_id(made, 18233) == f"{made}-18233"


@given(one=st.tuples(_text, _text, _text, _text), other=st.tuples(_text, _text, _text, _text))
def test_different_conversations_have_different_ids(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str]
) -> None:
    """No way of cutting the same characters into fields gives the same id twice."""

    def identity(of: tuple[str, str, str, str]) -> str:
        return conversation_id(exhibit=of[0], member=of[1], source=of[2], key=of[3])

    assert (identity(one) == identity(other)) == (one == other)
