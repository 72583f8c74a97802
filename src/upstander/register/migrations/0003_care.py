"""What spares readers, and how much they have read."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0002_decisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Care",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="care",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("veiled", models.BooleanField(default=True)),
                ("grey", models.BooleanField(default=True)),
                ("always_veiled", models.JSONField(default=list)),
                (
                    "pause_after",
                    models.PositiveIntegerField(
                        default=200, null=True, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("keys", models.BooleanField(default=True)),
                ("theme", models.CharField(blank=True, max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name="Exposure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("messages", models.PositiveIntegerField(default=0)),
                ("paused_at", models.PositiveIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exposures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "day"), name="one_exposure_a_day")],
            },
        ),
    ]
