"""The register's decisions as lines of the case folder's files, and lines that were there first as the register's.

The register is the truth of what is decided on the desk; stages and commands read the files. A decision is committed
first and written to its file at once afterwards: what a crash left out, the next one writes.
"""

from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from upstander.errors import BadDecision
from upstander.register.models import Case, Decision, File, Head
from upstander.storage import Case as Folder
from upstander.storage.decisions import add_numbered

__all__ = ["decision", "project", "project_file", "project_files"]


def decision(case: Case, folder: Folder, file: File, line: str) -> Decision:
    """A decision for an action to tell of: saved with its entry, and written to its file once that is committed."""
    # It is decided once it is committed: a file that cannot be written now, as on a full disk, takes nothing of that
    # back, and whoever decides next writes both or is told why not.
    transaction.on_commit(lambda: project_file(case, folder, file), robust=True)
    return Decision(case=case, file=file, line=line)


def project_file(case: Case, folder: Folder, file: File) -> None:
    """The same for one file. Raises `BadDecision`."""
    project_files(case, folder, file)


def project_files(case: Case, folder: Folder, *files: File) -> None:
    """The same for several, which are asked after at once. Raises `BadDecision`."""
    last = {file: add_numbered(folder.decisions / file.value, [], what=file.label) for file in files}
    # With the last that each file has, so that one question tells both that its entry is there and what is due.
    wanted = reduce(or_, (Q(file=file, entry__gte=number) for file, number in last.items()))
    found = Decision.objects.filter(wanted, case=case, admitted=False).order_by("entry")
    rows = list(found.values_list("file", "entry_id", "line"))
    for file, number in last.items():
        made = [(entry, line) for of, entry, line in rows if of == file]
        if number and (not made or made[0][0] != number) and number > Head.objects.get(pk=1).sequence:
            path = folder.decisions / file.value
            raise BadDecision(f"a line of {path} says that it is entry {number:,} of the ledger, which has none such")
        if made and made[-1][0] != number:
            add_numbered(folder.decisions / file.value, made, what=file.label)


def project(case: Case, folder: Folder) -> None:
    """Write what the register has and the files lack. Raises `BadDecision`."""
    made = Decision.objects.filter(case=case, admitted=False)
    for file in made.values_list("file", flat=True).order_by("file").distinct():
        project_file(case, folder, File(file))
