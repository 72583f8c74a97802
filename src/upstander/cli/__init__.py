"""The command line: `upstander <noun> <verb>`, one file a noun or verb.

`app` describes every command and its parameters without running any, for whoever writes the reference; `main` is the
entry point. Commands are found in `program`, loaded when they are asked for, and change nothing themselves: they call
the pipeline and the queries, and show what comes back.
"""

from upstander.cli.boundary import main, run
from upstander.cli.program import COMMANDS, app, commands, described

__all__ = ["COMMANDS", "app", "commands", "described", "main", "run"]
