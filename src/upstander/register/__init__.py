"""The register: what people did and decided on the desk, in one database, with one history of its shape.

::

    accounts ── grants ──▶ cases ◀── standings        who may see what, and who never may
    entries (the ledger) ◀── every action             hash-chained; the database refuses to change it

Nothing is written here but by an action (`upstander.actions`). Tables of evidence are not in it: they are in the case
folders, made from the exhibits.
"""
