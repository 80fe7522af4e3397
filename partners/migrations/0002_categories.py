"""The nine groups of OM partners and the sector each usually stands for."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CATEGORIES = [
    ("chamber_guild", "Kammern und Innungen", "IHK, HWK, Kreishandwerkerschaften", "business"),
    (
        "social_insurance",
        "Sozialversicherungen",
        "Berufsgenossenschaften, Kranken- und Rentenversicherung",
        "administration",
    ),
    ("social_partner", "Sozialpartner", "Arbeitgeberverbände, Gewerkschaften", "business"),
    (
        "professional_association",
        "Berufs- und Fachverbände",
        "Verbände von Fachkräften, Betriebsärzten, Beratenden",
        "business",
    ),
    ("consulting_quality", "Beratungs- und Qualitätsdienstleister", "Beratungsunternehmen, Zertifizierer", "business"),
    ("research", "Forschungsinstitute", "Hochschulen, Institute, Kompetenzzentren (ReKodA)", "science"),
    (
        "public_body",
        "Staatliche Einrichtungen",
        "Ministerien, Wirtschaftsförderungen, Zukunftszentren",
        "administration",
    ),
    ("network", "Netzwerke", "Bundesweite und regionale Netzwerke", "civil_society"),
    ("company", "Unternehmen", "Unternehmen, die andere beraten oder verbinden", "business"),
]


def write(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    category = apps.get_model("partners", "PartnerCategory")
    category.objects.bulk_create(
        category(code=code, name=name, examples=examples, sector=sector, position=position)
        for position, (code, name, examples, sector) in enumerate(CATEGORIES)
    )


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
