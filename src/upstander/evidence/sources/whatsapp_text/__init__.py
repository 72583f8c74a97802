"""WhatsApp's text export (`_chat.txt`, `WhatsApp Chat with ….txt`), of Android and iOS."""

from upstander.evidence.sources.interface import Source
from upstander.evidence.sources.whatsapp_text.card import CARD
from upstander.evidence.sources.whatsapp_text.reading import NAME, read
from upstander.evidence.sources.whatsapp_text.recognising import recognise

__all__ = ["SOURCE"]

SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
