"""`upstander search`."""

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.text import Text

from upstander.cli.exits import DONE
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, counting, emit, note, number, page, table
from upstander.cli.unread import unread
from upstander.cli.whole import settled
from upstander.cli.written import part, present, visible
from upstander.errors import UsageError
from upstander.evidence.worded import plural
from upstander.storage import Case

if TYPE_CHECKING:
    from upstander.review.search import Found, Hit

__all__ = ["search"]

_LISTED = 5


def search(
    reference: Reference,
    query: Annotated[
        str | None,
        Parameter(
            help="What to search for, in one argument; see the manual page for its language.", allow_leading_hyphen=True
        ),
    ] = None,
    /,
    *,
    sort: Annotated[Literal["relevance", "oldest", "newest"], Parameter(help="Order of the hits.")] = "relevance",
    limit: Annotated[int, Parameter(help="Hits to show.", validator=Number(gte=0, lte=100_000))] = 25,
    offset: Annotated[int, Parameter(help="Hits to leave out first.", validator=Number(gte=0, lte=10_000_000))] = 0,
    context: Annotated[
        int, Parameter(help="Messages to show before and after each hit.", validator=Number(gte=0, lte=1000))
    ] = 0,
    facets: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Count the hits by conversation, author, custodian, month, kind and code.",
        ),
    ] = False,
    stem: Annotated[
        str | None, Parameter(help="Find words of the same stem too, in this language: en, de, fr and others.")
    ] = None,
    within: Annotated[
        float, Parameter(help="Seconds that the search may take.", validator=Number(gt=0, lte=3600))
    ] = 10.0,
    show_text: Annotated[
        bool, Parameter(negative="", show_default=False, help="Show the words, which may be offensive.")
    ] = False,
    save: Annotated[str | None, Parameter(help="Keep the search under this name; needs --by.")] = None,
    by: Annotated[str | None, Parameter(help="Who keeps it, or removes it.")] = None,
    saved: Annotated[str | None, Parameter(help="Search for what is kept under this name.")] = None,
    saved_list: Annotated[
        bool, Parameter(negative="", show_default=False, help="List the searches that are kept.")
    ] = False,
    saved_remove: Annotated[
        str | None, Parameter(help="Remove the search that is kept under this name; needs --by.")
    ] = None,
    shared: Shared = SHARED,
) -> int:
    """Search the messages of a case.

    Words that stand beside each other must all be there. "A phrase"; begin* and *end and *within*; fuzzy~1 or fuzzy~2;
    AND, OR, NOT or -, parentheses; author: custodian: conversation: exhibit: kind: code: flagged: deleted: held: since:
    until: at:[2018-03-01 TO 2018-03-05] contains:"any characters". Emoji are words. A word is found in its disguises
    too (stars, digits and signs for letters), and f**k finds what it may stand for.

    Without --show-text it is shown where the hits are and not what they say. The text index is made when it is missing
    or older than the tables. Times are in UTC.
    """
    # The index's libraries are loaded here: the help answers without them.
    from upstander.stages.searches import Wanted, answer, forget, forgotten, remember, remembered

    case = shared.case(reference)
    if saved_list:
        return _list(case, shared)
    if saved_remove is not None:
        if query is not None or by is None:
            raise UsageError(
                "a search that is removed says who removes it, and nothing is searched for: give --by NAME"
            )
        forget(case, saved_remove, by=by, now=shared.now())
        if shared.json:
            emit({"case": case.path.name, "removed": saved_remove})
        else:
            page().print(Text(f"The search {visible(saved_remove)} is removed."))
        return 0
    ends = settled(case)
    if saved is not None:
        if query is not None:
            raise UsageError("give either what to search for or --saved NAME, not both")
        ends = unread(forgotten(case), ends)
        kept = remembered(case, saved)
        query, stem = kept.query, stem or kept.stem
    if query is None:
        raise UsageError("nothing to search for is given; write it after the case, or --saved NAME, or --saved-list")
    if save is not None:
        if by is None:
            raise UsageError("a search that is kept says who keeps it: give --by NAME")
        remember(case, save, query, by=by, now=shared.now(), stem=stem)
    wanted = Wanted(query, sort, limit, offset, context, facets, stem, within)
    with counting() as told:
        found = answer(case, wanted, progress=told)
    if facets or "code:" in query.lower():
        from upstander.stages.review import codings

        ends = unread(codings(case), ends)
    if shared.json:
        emit(_plain(case, query, found, show_text=show_text))
    else:
        if show_text and sys.stdout.isatty():
            note("What follows is evidence and may be offensive or distressing.")
        _show(page(), found, offset=offset, show_text=show_text)
    return ends


def _list(case: Case, shared: Shared) -> int:
    from upstander.stages.searches import all_remembered, forgotten

    there = all_remembered(case)
    ends = unread(forgotten(case), DONE)
    if shared.json:
        rows = [{"name": row.name, "query": row.query, "by": row.by, "at": row.at, "stem": row.stem} for row in there]
        emit({"case": case.path.name, "searches": [present(row) for row in rows]})
        return ends
    columns = [("Name", "="), ("Search", "*"), ("By", ""), ("When", "=")]
    rows_ = [[cell(row.name, "cyan"), cell(row.query), cell(row.by), cell(row.at, "dim")] for row in there]
    page().print(table("Searches that are kept", columns, rows_) if there else Text("No searches are kept."))
    return ends


def _plain(case: Case, query: str, found: "Found", *, show_text: bool) -> dict[str, Any]:
    facets = {
        name: [{"name": value, "messages": count} for value, count in rows] for name, rows in found.facets.items()
    }
    return present(
        {
            "case": case.path.name,
            "query": query,
            "count": found.count,
            "without_text": found.without_text,
            "hits": [_hit(hit, show_text=show_text) for hit in found.hits],
            "facets": facets or None,
        }
    )


def _hit(hit: "Hit", *, show_text: bool) -> dict[str, Any]:
    around = {
        name: [_message(row, show_text=show_text) for row in rows] or None
        for name, rows in (("before", hit.before), ("after", hit.after))
    }
    spans = [part(*span) for span in hit.spans]
    return present({**_message(hit.row, show_text=show_text), "score": hit.score, "spans": spans, **around})


def _message(row: dict[str, Any], *, show_text: bool) -> dict[str, Any]:
    return present({**row, "text": row["text"] if show_text else None, "deleted_on": row["deleted_on"] or None})


def _show(screen: Console, found: "Found", *, offset: int, show_text: bool) -> None:
    title = None
    for hit in found.hits:
        if hit.row["conversation"] != title:
            title = hit.row["conversation"]
            screen.print(Text(visible(hit.row["title"] or title), style="bold"))
        for row in hit.before:
            screen.print(_line(row, "dim", show_text=show_text))
        screen.print(_line(hit.row, "", hit, show_text=show_text))
        for row in hit.after:
            screen.print(_line(row, "dim", show_text=show_text))
        if hit.before or hit.after:
            screen.print()
    for name, rows in found.facets.items():
        if rows:
            columns = [(f"By {name}", "="), ("Messages", ">=")]
            screen.print(table("", columns, [[cell(value), number(count)] for value, count in rows]))
    last = offset + len(found.hits)
    span = f"; shown are {offset + 1:,} to {last:,}" if found.hits and len(found.hits) < found.count else ""
    screen.print(Text(f"{plural(found.count, 'message')} found{span}.", style="bold"))
    if found.without_text:
        screen.print(
            Text(
                f"{plural(found.without_text, 'message')} without words in the case; kind: and other fields find them."
            )
        )
    if found.hits and not show_text:
        screen.print(Text("Their words are not shown; --show-text shows them."))


def _line(row: dict[str, Any], style: str, hit: "Hit | None" = None, *, show_text: bool) -> Text:
    line = Text(f"{row['at']:%Y-%m-%d %H:%M:%S}" if row["at"] else "(no time)          ", style="dim")
    line.append(f"  {visible(row['label'] or '(nobody)')}", style=style or "cyan")
    line.append(f"  {visible(row['message'])}", style="dim")
    line.append(f"  {visible(', '.join(row['exhibits'][:_LISTED]))}", style="dim")
    if row["deleted_on"]:
        line.append(f"  deleted on {visible(', '.join(row['deleted_on']))}", style="bold red")
    if not show_text:
        if hit is not None and hit.spans:
            places = ", ".join(part(*span) for span in hit.spans[:_LISTED])
            more = " …" if len(hit.spans) > _LISTED else ""
            line.append(f"  {row['kind']}, at {places}{more}")
        else:
            line.append(f"  {row['kind']}")
        return line
    line.append("\n  ")
    if hit is None or hit.snippet is None:
        text = row["text"] or f"({row['kind']}, no words)"
        return line.append(visible(text[:200]) + ("…" if len(text) > 200 else ""), style=style)
    return line.append_text(_marked(hit.snippet))


def _marked(snippet: Any) -> Text:
    shown, place = Text("…" if snippet.before else ""), 0
    for first, last in snippet.spans:
        shown.append(visible(snippet.text[place:first]))
        shown.append(visible(snippet.text[first:last]), style="bold reverse")
        place = last
    shown.append(visible(snippet.text[place:]))
    return shown.append("…" if snippet.after else "")
