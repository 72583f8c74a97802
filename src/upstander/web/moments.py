"""Times as people read them."""

from datetime import UTC, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

__all__ = ["millis", "moment"]


def moment(at: datetime | None) -> SafeString:
    """A time as people read it, in UTC, with what a machine reads beside it."""
    if at is None:
        return mark_safe("undated")
    told = at.astimezone(UTC)
    return format_html('<time datetime="{}">{}</time>', told.isoformat(), f"{told.day} {told:%B %Y, %H:%M} UTC")


def millis(at: int) -> SafeString:
    """A time in milliseconds since 1970 as people read it."""
    return moment(datetime.fromtimestamp(at / 1000, UTC))
