"""The first weights and the one row of rules."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def write(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("matching", "ScoreWeights").objects.create()
    apps.get_model("matching", "IntroductionRules").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
