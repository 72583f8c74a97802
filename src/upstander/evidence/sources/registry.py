"""Every source, in the order that they look at a document: the most particular first, plain text last."""

from upstander.evidence.sources import (
    messenger,
    messenger_e2ee,
    messenger_html,
    rsmf,
    sms_xml,
    telegram,
    whatsapp_android,
    whatsapp_crypt,
    whatsapp_ios,
    whatsapp_text,
)
from upstander.evidence.sources.interface import Source

__all__ = ["SOURCES"]

SOURCES: tuple[Source, ...] = (
    whatsapp_android.SOURCE,
    whatsapp_ios.SOURCE,
    whatsapp_crypt.SOURCE,
    telegram.SOURCE,
    messenger.SOURCE,
    messenger_e2ee.SOURCE,
    messenger_html.SOURCE,
    sms_xml.SOURCE,
    rsmf.SOURCE,
    whatsapp_text.SOURCE,
)
