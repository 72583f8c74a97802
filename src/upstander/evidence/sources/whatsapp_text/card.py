"""What the source was tried on, and what it does not read."""

from upstander.evidence.sources.interface import Card

__all__ = ["CARD"]

CARD = Card(
    title="WhatsApp text export (Android and iOS)",
    tried_on=(
        "DoctorDalek1963/language-whatsapp (iOS, 12-hour clock): 13 messages",
        "gesiscss/WhatsR (Android and iOS, 24 and 12 hours, 4 files): 42 messages and 8 system lines in each",
        "joweich/chat-miner (5 layouts of date and clock): 7 messages and 2 system lines in each",
        "lucasrodes/whatstk (lorem 500, lorem-2000, merge-part1 and 2, pokemon): 500, 2,000, 300, 300 and 18"
        " messages, 2 system lines",
        "mlomb/chat-analytics (2 conversations, one zipped too): 5, 11 and 11 messages, 3 system lines in the latter",
        "nmoya/whatsapp-parser (layout of 2012, 2 files): 9 and 10 messages",
        "Pustur/whatsapp-chat-parser-website (iOS zip with media and a poll): 48 messages, 4 system lines,"
        " 4 files held",
    ),
    limits=(
        "A text export has no ids, members, receipts or reactions, and says nothing of those who never wrote.",
        "A line that somebody shaped like a head, in the file's own layout and at a fitting time, reads as a message;"
        " one that stands more than a day away from both neighbours is flagged, and one in another layout stays text.",
        "Times are local; the zone is the one stated, or UTC and said.",
        "System phrases of other languages than English, German, French, Spanish, Portuguese, Italian and Dutch are"
        " told apart by layout and by U+200E, and give no evidence on membership.",
        "Phrases in French, Spanish, Portuguese, Italian and Dutch are from memory of the app: no genuine export in"
        " these languages was at hand.",
        "The phone's owner has one handle in membership events, as the export's language names them (You, Du, Tú).",
        "A name with a colon and a space in it is whole where a notice of the file states it, or where every message"
        " under its first part goes on with the same words, in 25 messages or more over 30 days or more (said once);"
        " else the first part is the author, the text is whole, and the doubt is said once.",
        "Where an iOS file marks its own notices, unmarked notices are flagged, and unmarked placeholders (video"
        " omitted) are their author's words; exports of old iOS versions mark neither, and both are believed there.",
        "In a language that is not known, a marked body that stands more than once is a placeholder; a single one under"
        " the name that opens the file, or that starts with somebody's name, is a notice.",
        "A document over 12 MiB, several times what any one export has, is read twice.",
        "Exports saved again as UTF-16 are refused; text over 1 MiB in one message is cut in the tables.",
        "Other programs write `[2020-01-01 12:00] Name: text` too (signal-export): such a file is taken for"
        " WhatsApp's.",
    ),
)
