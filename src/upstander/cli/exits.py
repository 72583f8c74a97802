"""How a command ends."""

__all__ = ["DONE", "FAULT", "PARTIAL", "REFUSED", "STOPPED", "STRICT"]

#: Done.
DONE = 0
#: Done, and there are warnings that the caller asked to be strict about.
STRICT = 1
#: Done on what there is: some exhibits are not read yet.
PARTIAL = 1
#: Bad input or usage; nothing was done that a correct call would not do again.
REFUSED = 2
#: A fault of Upstander's own (EX_SOFTWARE).
FAULT = 70
#: Stopped from the keyboard.
STOPPED = 130
