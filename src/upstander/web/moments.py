"""Times as people read them."""

from datetime import UTC, datetime

from django.utils.safestring import SafeString, mark_safe

from upstander.evidence.worded import moment_in_words

__all__ = ["millis", "moment"]


def moment(at: datetime | None) -> SafeString:
    """A time as people read it, in UTC, with what a machine reads beside it."""
    if at is None:
        return mark_safe("undated")
    said = f'<time datetime="{at.astimezone(UTC).isoformat()}">{moment_in_words(at)}</time>'
    return mark_safe(said)  # noqa: S308 - digits, and words of ours


def millis(at: int) -> SafeString:
    """A time in milliseconds since 1970 as people read it."""
    return moment(datetime.fromtimestamp(at / 1000, UTC))
