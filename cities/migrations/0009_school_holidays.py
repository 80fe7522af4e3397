"""School holidays of the Länder."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0008_place_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="SchoolHoliday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="Ferien")),
                ("first_day", models.DateField(verbose_name="erster Ferientag")),
                ("last_day", models.DateField(verbose_name="letzter Ferientag")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="Quelle")),
                (
                    "land",
                    models.ForeignKey(
                        limit_choices_to={"kind": "land"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cities.region",
                        verbose_name="Land",
                    ),
                ),
            ],
            options={
                "verbose_name": "Schulferien",
                "verbose_name_plural": "Schulferien",
                "ordering": ["first_day", "land"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("land", "first_day", "last_day"),
                        name="same_school_holidays_once",
                        violation_error_message="Diese Ferien sind schon eingetragen.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__gte", models.F("first_day")),
                            (
                                "last_day__lt",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("first_day"), "+", models.Value(100)
                                ),
                            ),
                        ),
                        name="school_holidays_of_1_to_100_days",
                        violation_error_message="Ferien dauern mindestens einen und höchstens 100 Tage.",
                    ),
                ],
            },
        ),
    ]
