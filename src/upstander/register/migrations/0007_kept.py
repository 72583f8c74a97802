"""The database refuses to change or remove a decision, as it does an entry of the ledger."""

from django.db import migrations

from upstander.register import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0006_holds"),
    ]

    operations = [
        migrations.RunPython(triggers.make_of_decisions, triggers.drop),
    ]
