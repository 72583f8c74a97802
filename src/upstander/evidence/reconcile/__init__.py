"""Many captures, one conversation: which rows are one message, what each capture lacks and why."""
