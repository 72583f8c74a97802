"""The picture of reconciliation: one lane a phone, time across, what each holds, what it lacks and what its clock did.

`layout` decides where everything stands, in pixels, and knows the box of every text; `drawn` hands that to Altair and
gives SVG, PNG, PDF or HTML; `words` says the same in sentences, for whoever cannot see it. Altair and the converter are
loaded when something is drawn and not before.
"""

__all__: list[str] = []
