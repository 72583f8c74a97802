"""What a message of Slack carries: files, the cards of links and bots (attachments), and blocks of text."""

from collections.abc import Iterator
from typing import Any

from upstander.evidence.document import Document, File
from upstander.evidence.sources.loose import TEXT_LIMIT, items, record
from upstander.evidence.sources.slack.workspace import word

__all__ = ["blocks_text", "cards", "files", "place_of"]

_FAMILIES = frozenset({"image", "video", "audio"})
_CARD = ("pretext", "author_name", "title", "text")
#: Blocks within blocks that are looked into.
DEPTH = 12


def files(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The files of a message; older exports have one, called `file`."""
    found = [one for one in items(entry.get("files")) if isinstance(one, dict)]
    single = entry.get("file")
    return found or ([single] if isinstance(single, dict) else [])


def place_of(file: dict[str, Any], document: Document, root: str, folder: str) -> tuple[dict[str, Any], File | None]:
    """Columns of the attachment, and the file where a tool put it beside the export: Slack's own has links only."""
    name, key = word(file.get("name")), word(file.get("id")) or ""
    title, mode = word(file.get("title")), file.get("mode")
    columns: dict[str, Any] = {
        "kind": _kind(file),
        "name": name or title or key or None,
        "media_type": (word(file.get("mimetype")) or "")[:128] or None,
        "caption": title if title != name else None,
        "held": "absent",
    }
    size = file.get("size")
    if isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**62:
        columns["bytes"] = size
    above = f"{root}/" if root else ""
    if name and key:
        for path in (
            f"{above}__uploads/{key}/{name}",
            f"{above}{folder}/attachments/{key}-{name}",
            f"{above}attachments/{key}-{name}",
        ):
            found = document.siblings.get(path)
            if found is not None:
                columns["held"] = "held"
                return columns, found
    if file.get("is_external") is True or mode in {"external", "hidden_by_limit"}:
        columns["held"] = "omitted"
    return columns, None


def cards(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Attachments in Slack's sense, as columns: the card of a link, a bot's report, a message that was shared."""
    for one in map(record, items(entry.get("attachments"))):
        address = next(
            (found for key in ("from_url", "title_link", "original_url", "image_url") if (found := word(one.get(key)))),
            None,
        )
        words = [value for key in _CARD if isinstance(value := one.get(key), str) and value]
        for field in map(record, items(one.get("fields"))):
            words += [value for key in ("title", "value") if isinstance(value := field.get(key), str) and value]
        if not words:
            words = [blocks_text(one) or "", fallback if isinstance(fallback := one.get("fallback"), str) else ""]
            words = [next(filter(None, words), "")]
        caption = "\n".join(words)[:TEXT_LIMIT] or None
        if address or caption:
            yield {"kind": "link", "held": "omitted", "name": address, "caption": caption}


def blocks_text(entry: dict[str, Any]) -> str | None:
    """The words of a message that has blocks and no text of its own, a block a line."""
    lines = ["".join(_words(block, DEPTH)) for block in items(entry.get("blocks"))]
    return "\n".join(line for line in lines if line)[:TEXT_LIMIT] or None


def _words(block: Any, depth: int) -> Iterator[str]:
    """Texts of one block in its own order."""
    if isinstance(block, list):
        for one in block:
            yield from _words(one, depth)
    if not isinstance(block, dict) or depth == 0:
        return
    said = block.get("text")
    if isinstance(said, str):
        yield said
    elif block.get("type") == "user" and isinstance(block.get("user_id"), str):
        yield f"<@{block['user_id']}>"
    elif block.get("type") == "emoji" and isinstance(block.get("name"), str):
        yield f":{block['name']}:"
    elif block.get("type") == "link" and isinstance(block.get("url"), str):
        yield block["url"]
    else:
        for key in ("text", "title", "fields", "elements"):
            yield from _words(block.get(key), depth - 1)


def _kind(file: dict[str, Any]) -> str:
    if file.get("subtype") == "slack_audio":
        return "voice"
    stated = word(file.get("mimetype"))
    if stated is None:
        return "unknown"
    if stated == "image/gif":
        return "gif"
    family = stated.partition("/")[0]
    return family if family in _FAMILIES else "document"
