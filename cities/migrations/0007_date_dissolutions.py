from datetime import date

from django.db import migrations


def date_dissolutions(apps, schema_editor):
    """Those of the baseline: the new Kreis Göttingen, and Eisenach in the Wartburgkreis."""
    dissolved = apps.get_model("cities", "Municipality").objects.filter(successor__isnull=False)
    dissolved.update(dissolved_on=date(2016, 11, 1))
    dissolved.filter(pk="16056000").update(dissolved_on=date(2021, 7, 1))


class Migration(migrations.Migration):
    """Of its own: a table that was written to in a transaction cannot be altered in it."""

    dependencies = [
        ("cities", "0006_register"),
    ]

    operations = [
        migrations.RunPython(date_dissolutions, migrations.RunPython.noop),
    ]
