"""The questions of the last months count in the budget of whoever was asked."""

from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F
from django.utils import timezone


def count(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    mail = apps.get_model("matching", "SuggestionMail")
    asked = apps.get_model("matching", "Invitation").objects.filter(
        recipient__isnull=False, asked_at__gt=timezone.now() - timedelta(days=180)
    )
    for side in ("partner", "city"):
        rows = asked.filter(side=side).exclude(introduction__initiated_by=F("side"))
        questions = rows.values_list("recipient", f"introduction__{side}__organisation", "asked_at")
        mail.objects.bulk_create(
            [
                mail(person_id=person, organisation_id=organisation, written_at=at)
                for person, organisation, at in questions
            ],
            batch_size=1000,
        )


class Migration(migrations.Migration):
    dependencies = [("matching", "0011_budget_of_questions")]
    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
