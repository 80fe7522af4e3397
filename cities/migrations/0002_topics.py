"""The subjects that partners, towns and projects share."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TOPICS = [
    ("strategy", "Engagementstrategie"),
    ("matching", "Freiwilligenvermittlung"),
    ("participation", "Bürgerbeteiligung"),
    ("cohesion", "Demokratie und Zusammenhalt"),
    ("integration", "Integration"),
    ("neighbourhood", "Quartier"),
    ("generations", "Generationen"),
    ("youth", "Kinder, Jugend, Bildung"),
    ("digital", "Digitalisierung und KI"),
    ("climate", "Klima und Nachhaltigkeit"),
    ("skilled_labour", "Fachkräfte und Ausbildung"),
    ("health", "Gesundheit und gute Arbeit"),
    ("town_centre", "Innenstadt und Standort"),
    ("clubs", "Vereine stärken"),
    ("recognition", "Anerkennung"),
    ("crisis", "Katastrophen- und Nachbarschaftshilfe"),
    ("circular", "Kreislaufwirtschaft"),
]


def write(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    topic = apps.get_model("cities", "Topic")
    topic.objects.bulk_create(
        topic(code=code, name=name, position=position) for position, (code, name) in enumerate(TOPICS)
    )


class Migration(migrations.Migration):
    dependencies = [("cities", "0001_initial")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
