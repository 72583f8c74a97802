"""The register's decisions as lines of the case folder's files, and lines that were there first as the register's.

The register is the truth of what is decided on the desk; stages and commands read the files. A decision is committed
first and written to its file at once afterwards: what a crash left out, the next one writes.
"""

from django.db import transaction

from upstander.errors import BadDecision
from upstander.register.models import Case, Decision, File, Head
from upstander.storage import Case as Folder
from upstander.storage.decisions import add_numbered

__all__ = ["decision", "project", "project_file"]


def decision(case: Case, folder: Folder, file: File, line: str) -> Decision:
    """A decision for an action to tell of: saved with its entry, and written to its file once that is committed."""
    # It is decided once it is committed: a file that cannot be written now, as on a full disk, takes nothing of that
    # back, and whoever decides next writes both or is told why not.
    transaction.on_commit(lambda: _project(case, folder, file), robust=True)
    return Decision(case=case, file=file, line=line)


def project_file(case: Case, folder: Folder, file: File) -> None:
    """The same for one file. Raises `BadDecision`."""
    _project(case, folder, file)


def project(case: Case, folder: Folder) -> None:
    """Write what the register has and the files lack. Raises `BadDecision`."""
    made = Decision.objects.filter(case=case, admitted=False)
    for file in made.values_list("file", flat=True).order_by("file").distinct():
        _project(case, folder, File(file))


def _project(case: Case, folder: Folder, file: File) -> None:
    path = folder.decisions / file.value
    last = add_numbered(path, [], what=file.label)
    # With the last that the file has, so that one question tells both that its entry is there and what is due.
    due = Decision.objects.filter(case=case, file=file, admitted=False, entry__gte=last).order_by("entry")
    made = list(due.values_list("entry_id", "line"))
    if last and (not made or made[0][0] != last) and last > Head.objects.get(pk=1).sequence:
        raise BadDecision(f"a line of {path} says that it is entry {last:,} of the ledger, which has none such")
    if made and made[-1][0] != last:
        add_numbered(path, made, what=file.label)
