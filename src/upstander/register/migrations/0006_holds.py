"""Holds: which message is in whose hands, and what may not be twice; and how codes are read is a decision file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0005_hand_ins"),
    ]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="file",
            field=models.CharField(
                choices=[
                    ("aliases.jsonl", "who is one person"),
                    ("certificates.jsonl", "what certificates rest on"),
                    ("codings.jsonl", "codings"),
                    ("draws.jsonl", "second readings"),
                    ("queues.jsonl", "how codes are read"),
                    ("searches.jsonl", "searches kept under a name"),
                    ("stances.jsonl", "stances"),
                ],
                max_length=40,
            ),
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=200)),
                ("message", models.CharField(max_length=200)),
                (
                    "mode",
                    models.CharField(
                        choices=[("queue", "the queue"), ("sample", "the final sample"), ("second", "second readings")],
                        max_length=10,
                    ),
                ),
                ("via", models.CharField(max_length=10)),
                ("why", models.CharField(max_length=100)),
                ("given_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("revealed_at", models.DateTimeField(null=True)),
                ("before", models.PositiveIntegerField(default=0)),
                ("after", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[("coded", "coded"), ("passed", "passed on"), ("lapsed", "let lie")],
                        max_length=10,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="register.case"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["case", "code", "end"], name="holds_of_a_code")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end__in", ["", "coded"]), ("mode__in", ["queue", "sample"])),
                        fields=("case", "code", "message"),
                        name="one_first_reading_of_a_message",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("end__in", ["", "coded"]), ("mode", "second")),
                        fields=("case", "code", "message"),
                        name="one_second_reading_of_a_message",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("end", "")),
                        fields=("case", "code", "account", "mode"),
                        name="one_message_in_hand",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__in", ["", "coded", "passed", "lapsed"])), name="hold_of_a_known_end"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["queue", "sample", "second"])), name="hold_of_a_known_mode"
                    ),
                ],
            },
        ),
    ]
