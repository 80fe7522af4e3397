"""Whatever is open has a next step with its day, and nothing else has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0009_fill_next_steps")]

    operations = [
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("next_step_at__isnull", False),
                        ("state__in", ["asked", "connected", "met"]),
                        models.Q(("next_step", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state__in", ["asked", "connected", "met"]), _negated=True),
                        ("next_step", ""),
                        ("next_step_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="open_introduction_has_a_next_step",
            ),
        ),
    ]
