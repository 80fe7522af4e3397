"""The weekly refresh of suggestions is the first step of the weekly round."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def rename(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    jobs = apps.get_model("matching", "DueJob").objects
    for job in jobs.filter(name="weekly_refresh"):
        jobs.create(name="weekly_round", due_at=job.due_at, done_at=job.done_at)
        job.delete()


class Migration(migrations.Migration):
    dependencies = [("matching", "0004_rounds")]
    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
