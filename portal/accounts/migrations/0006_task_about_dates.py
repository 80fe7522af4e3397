"""Tasks about dates: school holidays that are missing, cases that do not go on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_task_about_a_place"),
    ]

    operations = [
        migrations.AlterField(
            model_name="officetask",
            name="kind",
            field=models.CharField(
                choices=[
                    ("contact", "Anrufen oder Brief schreiben"),
                    ("responsible", "Wer ist zuständig?"),
                    ("delivery", "Unzustellbare Mail klären"),
                    ("place", "Ort klären"),
                    ("dates", "Termine klären"),
                ],
                max_length=20,
                verbose_name="Aufgabe",
            ),
        ),
    ]
