"""A cache that all processes of a site share."""

from django.core.management import call_command
from django.db import migrations


def _make(apps, schema):
    call_command("createcachetable", "register_cache", database=schema.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("register", "0003_care")]
    operations = [migrations.RunPython(_make, migrations.RunPython.noop)]
