"""Every source, in the order that they look at a document: the most particular first, plain text last."""

import importlib.util

from upstander.evidence.sources.interface import Source

__all__ = ["SOURCES"]

#: TODO(integration): becomes plain imports when every source has landed.
_MODULES = (
    "whatsapp_android",
    "whatsapp_crypt",
    "whatsapp_ios",
    "messenger",
    "messenger_e2ee",
    "messenger_html",
    "telegram",
    "sms_xml",
    "rsmf",
    "whatsapp_text",
)


def _load() -> tuple[Source, ...]:
    found = []
    for name in _MODULES:
        full = f"upstander.evidence.sources.{name}"
        if importlib.util.find_spec(full) is not None:
            module = importlib.import_module(full)
            source = getattr(module, "SOURCE", None)
            if source is not None:
                found.append(source)
    return tuple(found)


SOURCES: tuple[Source, ...] = _load()
