"""What no certificate of a population covers, counted: what has no words, what is no words, what no exhibit holds."""

from dataclasses import dataclass, replace

import polars as pl

from upstander.review.certificate.scope import Scope, within
from upstander.review.certificate.words import counted

__all__ = ["Uncovered", "uncovered"]

#: Kinds of message whose content is not in their text.
_MEDIA = ["image", "video", "audio", "voice", "sticker", "gif", "document", "view_once", "media"]
#: What is said of the messages of each kind that have no words.
_CALLED = {
    "deleted": "deleted messages whose text the platform no longer shows",
    "image": "pictures without a caption",
    "video": "videos without a caption",
    "gif": "moving pictures without a caption",
    "document": "files without a caption",
    "media": "files that the export left out, of a kind that it does not say, without a caption",
    "audio": "sound recordings",
    "voice": "voice messages",
    "sticker": "stickers",
    "contact": "contact cards",
    "location": "places",
    "link": "links without a text",
    "call": "calls",
    "poll": "polls without their question",
    "payment": "payments without a text",
    "event": "events without a text",
    "view_once": "messages to be seen once",
    "empty": "messages of which the export has nothing",
    "text": "blank messages",
    "unknown": "messages of a kind that the export does not say, or whose text had not arrived",
}
#: Letters of a message from which on its script is told; fewer are a name or a laugh.
_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Numbers of messages in scope. Whatever is counted here may be what was looked for."""

    #: Without anybody's words, by their kind, most first.
    without_text: dict[str, int]
    #: With words and with a picture, recording or file, which nothing here has looked into.
    with_media: int
    #: Most of whose letters are of another script than Latin.
    other_script: int
    #: Without a date, where the scope is a period: they are in no period.
    undated: int
    #: Messages that left a trace on a phone and that no exhibit holds.
    lost: int

    @property
    def silent(self) -> int:
        """Messages in scope without words."""
        return sum(self.without_text.values())

    def sentences(self) -> list[str]:
        """Each that there is, in words."""
        said = []
        if self.without_text:
            kinds = "; ".join(f"{_CALLED.get(kind, kind)}: {number:,}" for kind, number in self.without_text.items())
            verb = "has" if self.silent == 1 else "have"
            said.append(f"Not covered: {counted(self.silent, 'message')} in scope {verb} nobody's words ({kinds}).")
        if self.with_media:
            said.append(
                "Not covered: what the picture, recording or file shows that"
                f" {counted(self.with_media, 'message')} with text"
                f" {'carries' if self.with_media == 1 else 'carry'}; the text is covered."
            )
        if self.undated:
            said.append(f"Not covered: {counted(self.undated, 'message')} without a date, in no period.")
        if self.other_script:
            said.append(
                f"{counted(self.other_script, 'message')} {'is' if self.other_script == 1 else 'are'} mostly written in"
                " another script than Latin: covered only"
                " as far as the readers read it, and hardly ranked, for the first ranking has learnt English. Languages"
                " in Latin script are not told apart."
            )
        if self.lost:
            said.append(
                f"Not covered: {counted(self.lost, 'message')} that left a trace and that no exhibit holds; `upstander"
                " gaps` lists them."
            )
        return said


def uncovered(messages: pl.DataFrame, carried: pl.DataFrame, gaps: pl.DataFrame, scope: Scope) -> Uncovered:
    """Count what is not covered in `scope`.

    `messages` is `collection`, `carried` has the `message` of every attachment, `gaps` are the rows of that table. A
    trace that does not say in which conversation or when may be of the scope, and is counted.
    """
    inside = within(messages, scope)
    period = scope.since is not None or scope.until is not None
    undated = within(messages, replace(scope, since=None, until=None))["at"].null_count() if period else 0
    text = pl.col("text")
    told, silent = inside.filter(text.is_not_null()), inside.filter(text.is_null())
    kinds = silent.group_by(pl.col("kind").cast(pl.String)).len().sort(["len", "kind"], descending=[True, False])
    media = pl.col("kind").cast(pl.String).is_in(_MEDIA) | pl.col("message").is_in(carried["message"].implode())
    latin, letters = text.str.count_matches(r"\p{Latin}"), text.str.count_matches(r"\p{L}")
    return Uncovered(
        {kind or "unknown": number for kind, number in kinds.iter_rows()},
        told.filter(media).height,
        told.filter((letters >= _LETTERS) & (2 * latin < letters)).height,
        undated,
        _lost(gaps, scope),
    )


def _lost(gaps: pl.DataFrame, scope: Scope) -> int:
    """Messages that no capture holds: each trace once, a stretch of row numbers for as many as it has."""
    traces = gaps.filter((pl.col("held_by") == 0) & pl.col("message").is_null())
    if scope.conversations is not None:
        traces = traces.filter(pl.col("conversation").is_null() | pl.col("conversation").is_in(scope.conversations))
    if scope.since is not None:
        # `at` of a trace is the latest time that it can have been.
        traces = traces.filter(pl.col("at").is_null() | (pl.col("at") >= scope.since))
    ends = pl.col("row").str.extract(r":(\d+)-(\d+)$", 2).cast(pl.Int64) - pl.col("row").str.extract(
        r":(\d+)-(\d+)$", 1
    ).cast(pl.Int64)
    keyed = traces.filter(pl.col("target_key").is_not_null()).select("conversation", "target_key").n_unique()
    rows = traces.filter(pl.col("target_key").is_null()).unique(["exhibit", "capture", "row"])
    return keyed + int(rows.select((ends + 1).fill_null(1)).to_series().sum())
