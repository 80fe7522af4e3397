"""Brings the partners in line with the office's list."""

from portal.site.import_command import ImportCommand


class Command(ImportCommand):
    help = "Liest die Liste der OM-Partner (CSV, XLSX); bei einem Fehler wird nichts gespeichert."
    kind = "partners"
