"""`upstander version`."""

import platform
from importlib.metadata import version as installed

from upstander import __version__
from upstander.cli.options import SHARED, Shared
from upstander.cli.written import as_json

__all__ = ["version"]


def version(*, shared: Shared = SHARED) -> None:
    """Show the versions of Upstander and of what it computes with."""
    versions = {"upstander": __version__, "python": platform.python_version()}
    versions.update({name: installed(name) for name in ("pyarrow", "polars")})
    if shared.json:
        print(as_json(versions))  # noqa: T201 - the result
    else:
        print("\n".join(f"{name} {number}" for name, number in versions.items()))  # noqa: T201 - the result
