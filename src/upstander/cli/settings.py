"""`upstander settings`."""

import os
from dataclasses import asdict

from rich.text import Text

from upstander.cli.options import SHARED, Shared
from upstander.cli.terminal import emit, page
from upstander.cli.written import visible
from upstander.register.site import described

__all__ = ["settings"]


def settings(*, shared: Shared = SHARED) -> None:
    """List the settings of the site: what each is for, its value, and where that came from.

    Each is read from the environment, or from the file that the variable of that name with _FILE after it names.
    Secrets are not shown.
    """
    if shared.home is not None:
        os.environ["UPSTANDER_HOME"] = str(shared.home)
    found = described()
    if shared.json:
        emit({"settings": [asdict(setting) for setting in found]})
        return
    screen = page()
    for setting in found:
        value = "(not shown)" if setting.value is None else visible(setting.value) or "(nothing)"
        screen.print(Text(setting.variable, style="cyan").append(f" = {value}", style="bold"), soft_wrap=True)
        screen.print(Text(f"  {setting.help}"))
        screen.print(Text(f"  from: {visible(setting.source)}", style="dim"))
