"""The skills that networks have or lack, and the office's rules for projects as delivered."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SKILLS = [
    ("project_management", "Projektleitung"),
    ("facilitation", "Moderation und Beteiligung"),
    ("communication", "Öffentlichkeitsarbeit"),
    ("design", "Gestaltung und Medien"),
    ("it", "IT und Digitales"),
    ("law", "Recht und Satzung"),
    ("finance", "Finanzen und Fördermittel"),
    ("staff", "Personal und Ausbildung"),
    ("safety", "Arbeitsschutz und Gesundheit"),
    ("crafts", "Handwerk und Bau"),
    ("events", "Veranstaltungen und Logistik"),
    ("evaluation", "Auswertung und Wirkung"),
]


def write(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    skill = apps.get_model("cities", "Skill")
    skill.objects.bulk_create(
        skill(code=code, name=name, position=position) for position, (code, name) in enumerate(SKILLS)
    )
    apps.get_model("cities", "ProjectRules").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("cities", "0003_projects")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
