"""A password that somebody else chose ends; those of accounts that there are already are taken as their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0006_holds"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="password_ends",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
