"""Search measured on made messages, beside SQLite FTS5."""
