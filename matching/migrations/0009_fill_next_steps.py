"""What has ended has no next step; what is open is due at once, so that the clock plans it at its next tick."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OPEN = ("asked", "connected", "met")


def clear(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    none = {"next_step": "", "next_step_at": None}
    apps.get_model("matching", "Introduction").objects.exclude(state__in=OPEN).update(**none)
    apps.get_model("matching", "IntroductionEvent").objects.update(**none)


class Migration(migrations.Migration):
    dependencies = [("matching", "0008_next_steps")]
    operations = [migrations.RunPython(clear, migrations.RunPython.noop)]
