"""On SQLite, no entry of the ledger takes the place of another that has its digest."""

from django.db import migrations

from upstander.register import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0007_password_ends"),
    ]

    operations = [
        migrations.RunPython(triggers.make_in_order, triggers.drop),
    ]
