"""Decisions on evidence, each with its entry."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="register.entry",
                    ),
                ),
                (
                    "file",
                    models.CharField(
                        choices=[
                            ("aliases.jsonl", "who is one person"),
                            ("certificates.jsonl", "what certificates rest on"),
                            ("codings.jsonl", "codings"),
                            ("draws.jsonl", "second readings"),
                            ("searches.jsonl", "searches kept under a name"),
                            ("stances.jsonl", "stances"),
                        ],
                        max_length=40,
                    ),
                ),
                ("line", models.TextField()),
                ("admitted", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="register.case"
                    ),
                ),
            ],
            options={
                "ordering": ["entry"],
                "indexes": [models.Index(fields=["case", "file", "entry"], name="decisions_of_a_file")],
            },
        ),
    ]
