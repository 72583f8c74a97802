"""Which pages of the desk the documentation shows, in which order, and what it says of each."""

from dataclasses import dataclass

from tests.support.shown_desk import REFERENCE

__all__ = ["DARK", "PICTURES", "Picture"]

_CASE = f"/cases/{REFERENCE}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page: the name of its address, the address, what it is for, and how much of it is shown."""

    name: str
    title: str
    path: str
    says: str
    height: int = 900
    who: str = "maya"
    #: Where the picture begins, as a heading's id; empty for the top.
    since: str = ""
    #: Whether it is of a desk on which something is being taken in.
    moving: bool = False


PICTURES = (
    Picture("begin", "The first page", "/begin/", "Whoever comes first makes the first account.", 1240, ""),
    Picture(
        "account_login",
        "Signing in",
        "/account/login/",
        "A password, or a passkey; a second step if you set one up.",
        640,
        "",
    ),
    Picture("cases", "Cases", "/cases/", "The cases in which you have a role, and no others.", 500),
    Picture(
        "case",
        "Overview",
        f"{_CASE}/",
        "What came in, what was found, what needs a person, and what each phone holds.",
        1500,
    ),
    Picture(
        "hand_in",
        "Handing in",
        f"{_CASE}/exhibits/new/",
        "Drop the files of a phone here and say whose it is; they are read in the background.",
        1100,
    ),
    Picture(
        "exhibits",
        "Exhibits",
        f"{_CASE}/exhibits/",
        "Every file as received, under its SHA-256, and what could not be read of it.",
        1100,
    ),
    Picture(
        "exhibits_moving",
        "Taking in",
        f"{_CASE}/exhibits/",
        "Exhibits are read in the background; each can be stopped, and goes on where it was.",
        760,
        moving=True,
    ),
    Picture(
        "exhibit",
        "Exhibit",
        f"{_CASE}/exhibits/{{exhibit}}/",
        "One file: what it is, how it came here, and everybody who read it.",
        1400,
    ),
    Picture(
        "warnings",
        "Warnings",
        f"{_CASE}/warnings/",
        "What could not be read, was assumed or looks odd, with its place.",
    ),
    Picture(
        "gaps", "Gaps and clocks", f"{_CASE}/gaps/", "What each phone lacks and why, and clocks that were moved.", 1800
    ),
    Picture(
        "conversations",
        "Conversations",
        f"{_CASE}/conversations/",
        "Each conversation once, however many phones show it.",
    ),
    Picture(
        "why",
        "Before you read",
        f"{_CASE}/reading/why/",
        "You say once what you read for; it stands in the ledger with every page that you read.",
        1120,
    ),
    Picture(
        "conversation",
        "Conversation",
        f"{_CASE}/conversations/{{conversation}}/?page=2",
        "As it was, with a sign for each phone beside each message; words stay hidden until you ask for them.",
    ),
    Picture(
        "message",
        "Message",
        f"{_CASE}/messages/{{message}}/",
        "One message with everything: who knew of it and how that is known, what they did, where it stands.",
        1500,
        since="who",
    ),
    Picture(
        "search",
        "Search",
        f"{_CASE}/search/?q=leave",
        "Words, phrases and beginnings; hits in their context, and what they divide by.",
        1100,
    ),
    Picture("review", "Review", f"{_CASE}/review/", "Every code of the codebook, and how far reading for it has come."),
    Picture(
        "review_queue",
        "The queue",
        f"{_CASE}/review/{{code}}/",
        "One message after the other: one key shows, one codes, one moves on.",
        1300,
    ),
    Picture(
        "review_second",
        "Second readings",
        f"{_CASE}/review/{{code}}/second/",
        "A second reader is given what chance drew, and is not told what the first one said.",
        1000,
        "theo",
    ),
    Picture(
        "review_sample",
        "Final sample",
        f"{_CASE}/review/{{sampled}}/sample/",
        "What chance drew of the unread, for a certificate.",
        1000,
    ),
    Picture(
        "review_agreement",
        "Agreement",
        f"{_CASE}/review/second-readings/",
        "How far reviewers agree where they read the same, each figure with its interval.",
    ),
    Picture(
        "review_disagreements",
        "Disagreements",
        f"{_CASE}/review/{{code}}/disagreements/",
        "Where two readers differ, each waits for a third word.",
        600,
    ),
    Picture(
        "review_disagreement",
        "A disagreement",
        f"{_CASE}/review/{{code}}/disagreements/{{disputed}}/",
        "Who said what of a message, and the word that settles it.",
    ),
    Picture(
        "review_certificate",
        "Certificate",
        f"{_CASE}/review/{{code}}/certificate/",
        "What may be claimed of how much was found, and what it costs.",
        1300,
    ),
    Picture("people", "People", f"{_CASE}/people/", "Persons and their handles, with what joins them."),
    Picture(
        "pairs",
        "Pairs",
        f"{_CASE}/people/pairs/",
        "Handles that may be one person wait for your word; it can be taken back.",
    ),
    Picture(
        "person",
        "Person",
        f"{_CASE}/people/{{person}}/",
        "Where they were, and what they did about what was coded, stated against opportunity.",
        1100,
    ),
    Picture(
        "conduct",
        "Behind a number",
        f"{_CASE}/people/messages/?person={{person}}&code={{code}}&did=present",
        "Every number of a person's page leads to its messages.",
    ),
    Picture(
        "stances",
        "Responses",
        f"{_CASE}/people/stances/",
        "What a response may have meant is a guess, with how likely it is, until somebody has looked.",
    ),
    Picture(
        "stance",
        "One response",
        f"{_CASE}/people/stances/one/",
        "The response, what it answers, and one key for each word on it.",
        1200,
    ),
    Picture(
        "access", "Access", f"{_CASE}/access/", "Who has which role; whoever the case is about can never be given one."
    ),
    Picture(
        "access_give",
        "Giving a role",
        f"{_CASE}/access/give/",
        "Who, and which role: what each may do is said beside it.",
        800,
    ),
    Picture(
        "standing_new",
        "Naming somebody",
        f"{_CASE}/standings/new/",
        "Subjects and their supervisors are named, so that they are never given access.",
        900,
    ),
    Picture(
        "standing_withdraw",
        "Withdrawing a name",
        f"{_CASE}/standings/{{standing}}/withdraw/",
        "What was stated wrongly is withdrawn, with a reason that stays in the ledger.",
        800,
    ),
    Picture(
        "ledger",
        "Ledger",
        f"{_CASE}/ledger/",
        "Everything that anybody did, as sentences, each sealed with the one before it.",
    ),
    Picture(
        "settings",
        "Settings of the site",
        "/settings/",
        "For whoever runs it: every setting, what it is for, and where its value is from.",
        1200,
        "robin",
    ),
    Picture(
        "accounts",
        "Accounts",
        "/accounts/",
        "For whoever runs it: accounts are made, closed and let in again.",
        620,
        "robin",
    ),
    Picture("own", "Your own page", "/own/", "What you have read, and what spares you while you read.", 1300),
)

#: Those that are shown in the dark as well.
DARK = ("case", "conversation", "review_queue")
