"""Every command, where it is, and the one line that `upstander --help` shows for it.

A command's module is imported when the command is asked for and not before: the help must answer at once, and the
columns' libraries take longer to load than everything else together.
"""

from collections.abc import Iterator, Mapping
from inspect import getdoc
from types import MappingProxyType

from cyclopts import App

from upstander import __version__

__all__ = ["COMMANDS", "app", "commands", "described"]

_HELP = """\
An open investigation workbench for misconduct cultures: exports of many phones become one trustworthy set of messages.

Begin with `upstander demo`. Exit status: 0 done; 1 done, with warnings that --strict asked about, or without exhibits
that are still unread; 2 bad input or usage.
"""

#: By the words of the command: where its function is, and its summary (a test compares it with the docstring's first
#: line).
COMMANDS: Mapping[tuple[str, ...], tuple[str, str]] = MappingProxyType(
    {
        ("demo",): ("upstander.cli.demo:demo", "Run the whole job on an invented operation and show what it found."),
        ("serve",): (
            "upstander.cli.serve:serve",
            "Open the desk in a browser: the investigators' site over the cases of the home.",
        ),
        ("work",): (
            "upstander.cli.work:work",
            "Take in what was handed in at the desk; `upstander serve` does this beside itself.",
        ),
        ("case", "new"): ("upstander.cli.case:new", "Open a new case."),
        ("case", "list"): ("upstander.cli.case:list_cases", "List the cases of the home."),
        ("case", "admit"): (
            "upstander.cli.admit:admit",
            "Bring a case that was made on the command line to the desk, and say who owns it there.",
        ),
        ("ingest",): ("upstander.cli.ingest:ingest", "Take files in as exhibits and read them."),
        ("status",): ("upstander.cli.status:status", "Show what a case holds."),
        ("messages",): ("upstander.cli.messages:messages", "Show or export messages and system events."),
        ("warnings",): ("upstander.cli.warnings:warnings", "List what could not be read, was assumed or looks odd."),
        ("captures",): (
            "upstander.cli.captures:captures",
            "Show which captures are one conversation and why, or draw them.",
        ),
        ("gaps",): ("upstander.cli.gaps:gaps", "List the messages that a phone should hold and does not, and why."),
        ("clocks",): (
            "upstander.cli.clocks:clocks",
            "Show how each phone's clock stood to the platform's, stretch by stretch.",
        ),
        ("who",): ("upstander.cli.who:who", "Show who knew of a message, how that is known, and what they did."),
        ("stances",): (
            "upstander.cli.stances:stances",
            "Show whether responses challenge, approve, laugh along or move on, and record what a person decides.",
        ),
        ("people",): (
            "upstander.cli.people:people",
            "Show the persons of a case: their handles, where they appear, and why handles are one person.",
        ),
        ("codebook", "list"): ("upstander.cli.codebook:list_codebooks", "List the codebooks that are shipped."),
        ("codebook", "check"): (
            "upstander.cli.codebook:check",
            "Read a codebook of your own and say what is wrong with it, line by line.",
        ),
        ("codebook", "show"): (
            "upstander.cli.codebook:show",
            "Show a codebook's codes, or all that it says of one.",
        ),
        ("code",): (
            "upstander.cli.coding:code",
            "Write down that a code applies to a message, or does not; or that none does; or many from a file.",
        ),
        ("codings",): (
            "upstander.cli.codings:codings",
            "List what reviewers decided: what stands, and on request what it took the place of.",
        ),
        ("agreement",): (
            "upstander.cli.agreement:agreement",
            "Show how far reviewers agree, where they do not, and what is to be read a second time.",
        ),
        ("search",): ("upstander.cli.search:search", "Search the messages of a case."),
        ("triage",): (
            "upstander.cli.triage:triage",
            "Rank the messages by a model that travels with Upstander, and show which come first and why.",
        ),
        ("queue", "next"): ("upstander.cli.queue:next_", "Show what to read next for a code, and why."),
        ("queue", "show"): ("upstander.cli.queue:show", "Show how far ranked reading of a code has come."),
        ("simulate",): (
            "upstander.cli.simulate:simulate",
            "Replay a labelled data set through the queue: what reading it would have cost.",
        ),
        ("certificate",): (
            "upstander.cli.certificate:certificate",
            "Say how much of what is relevant has been found, with a guarantee, or that it cannot be said.",
        ),
        ("rsmf",): ("upstander.cli.rsmf:rsmf", "Write a case as RSMF 2.0, for a review platform."),
        ("case-uco",): ("upstander.cli.case_uco:case_uco", "Write a case as CASE/UCO JSON-LD, for forensic tools."),
        ("rebuild",): ("upstander.cli.rebuild:rebuild", "Make every table again from the exhibits."),
        ("ledger", "verify"): (
            "upstander.cli.ledger:verify",
            "Prove that no entry of the ledger was changed, removed or put in, and no decision that it enters.",
        ),
        ("account", "add"): ("upstander.cli.account:add", "Make an account for the desk."),
        ("account", "list"): ("upstander.cli.account:list_accounts", "List the accounts of the desk."),
        ("account", "password"): (
            "upstander.cli.account:password",
            "Give an account another password: for somebody who lost theirs. Sessions of theirs end.",
        ),
        ("account", "close"): (
            "upstander.cli.account:close",
            "Close an account: nobody can sign in with it any more. What it did stays.",
        ),
        ("account", "number"): (
            "upstander.cli.account:number",
            "Correct the number of an account: it tells two people of one name apart.",
        ),
        ("account", "second-step"): (
            "upstander.cli.account:second_step",
            "Show whether an account has a second step, or remove it: for somebody who lost their phone or key.",
        ),
        ("backup",): (
            "upstander.cli.backup:backup",
            "Back up the register and every case in one file, while they are in use, and verify it.",
        ),
        ("restore",): (
            "upstander.cli.backup:restore",
            "Bring everything back from a backup, into a home where there is nothing yet, and verify it.",
        ),
        ("settings",): (
            "upstander.cli.settings:settings",
            "List the settings of the site: what each is for, its value, and where that came from.",
        ),
        ("doctor",): (
            "upstander.cli.doctor:doctor",
            "Look whether all is as it should be: the folder, the register, the ledger, the exhibits, the machine.",
        ),
        ("version",): ("upstander.cli.version:version", "Show the versions of Upstander and of what it computes with."),
    }
)

_NOUNS = {
    "case": "Open and list cases, and bring them to the desk.",
    "codebook": "Show and check codebooks: what a message may be coded as.",
    "queue": "Read what matters first: what is next, and how far it has come.",
    "account": "Make, list and close accounts of the desk, and let in who lost a password or a phone.",
    "ledger": "Prove what was done on the desk.",
}


def _assembled() -> App:
    app = App(
        name="upstander",
        help=_HELP,
        version=__version__,
        # Markdown would load a Markdown parser, a lexer library and 50 ms for every help page.
        help_format="plaintext",
        version_format="plaintext",
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    nouns = {noun: App(name=noun, help=summary) for noun, summary in _NOUNS.items()}
    for words, (path, summary) in COMMANDS.items():
        holder = nouns[words[0]] if len(words) > 1 else app
        holder.command(path, name=words[-1], help=summary)
    for noun in nouns.values():
        app.command(noun)
    return app


app = _assembled()


def described(words: tuple[str, ...]) -> App:
    """The command of these words, loaded, with its whole docstring as its help rather than only the summary."""
    command = app
    for word in words:
        command = command[word]
    paragraphs = (getdoc(command.default_command) or "").split("\n\n")
    command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    return command


def commands() -> Iterator[tuple[tuple[str, ...], App]]:
    """Every command with its words, loaded; for the reference and its tests."""
    for words in COMMANDS:
        yield words, described(words)
