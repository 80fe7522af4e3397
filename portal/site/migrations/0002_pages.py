"""First versions of the texts every page links to; what the operator must fill in stands in square brackets."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

IMPRESSUM = """\
Angaben nach § 5 des Digitale-Dienste-Gesetzes (DDG)

## Anbieter
[Name der Organisation mit Rechtsform]
[Straße und Hausnummer]
[Postleitzahl und Ort]

## Vertreten durch
[Vorname Name, Funktion]

## So erreichen Sie uns
E-Mail: [Adresse]
Telefon: [Nummer]

## Register
[Registergericht und Registernummer, oder: Es besteht keine Eintragung.]

## Umsatzsteuer
[Umsatzsteuer-Identifikationsnummer nach § 27a UStG, oder diesen Abschnitt streichen]

## Verantwortlich für den Inhalt
Nach § 18 Abs. 2 des Medienstaatsvertrags: [Vorname Name, Anschrift]

## Herkunft der Angaben
Einträge von Städten stammen zum Teil aus öffentlichen Quellen und sind dann mit „ungeprüft“ gekennzeichnet. \
Fehler melden Sie bitte an die oben genannte Adresse. Woher Orte und Postleitzahlen kommen, steht unter \
[Datenquellen](/datenquellen/).
"""

DATENSCHUTZ = """\
Hier steht, welche Daten wir verarbeiten, wozu, wie lange, und welche Rechte Sie haben.

## Verantwortlich
[Name, Anschrift, E-Mail und Telefon der verantwortlichen Stelle]
Datenschutzbeauftragte Person: [Name und E-Mail, oder: nicht benannt]

## Wenn Sie nur lesen
Wir setzen keine Cookies und binden nichts von fremden Servern ein: keine Statistik, keine Karten, keine Schriften \
von anderen. Der Webserver speichert für kurze Zeit die aufgerufene Seite, die Zeit und eine gekürzte Internetadresse, \
um Störungen und Angriffe zu erkennen (Art. 6 Abs. 1 Buchst. f DSGVO). Wir löschen das nach [14] Tagen.

## Cookies
Nur diese beiden, beide unbedingt erforderlich (§ 25 Abs. 2 TDDDG):
- `csrftoken`: schützt Formulare vor Missbrauch. Er wird gesetzt, wenn Sie eine Seite mit Formular öffnen, und gilt ein Jahr.
- `sessionid`: hält Sie angemeldet. Er wird beim Anmelden und beim Registrieren gesetzt, endet nach acht Stunden oder beim Schließen des Browsers.
Bei verschlüsselter Verbindung beginnen die Namen mit `__Host-`.

## Wenn Sie ein Konto anlegen
Wir speichern Name, E-Mail-Adresse, Telefon (freiwillig), Ihr Passwort in verschlüsselter Form und die Organisation, \
für die Sie sprechen (Art. 6 Abs. 1 Buchst. b DSGVO). Angaben zur Organisation werden nach der Freigabe öffentlich. \
Ihre persönlichen Kontaktdaten nicht: Die andere Seite erhält sie erst, wenn beide einem Kontakt zugestimmt haben.

## Wenn wir Ihnen Vorschläge schicken
Nur mit Ihrer Einwilligung (Art. 6 Abs. 1 Buchst. a DSGVO, § 7 UWG), die Sie ankreuzen und mit einem Code bestätigen. \
Sie können sie jederzeit widerrufen: mit dem Link in jeder Mail oder in Ihrem Bereich. Den Nachweis der Einwilligung \
bewahren wir nach dem Widerruf drei Jahre auf.

## Wenn wir Ihre Angaben von anderen haben
Zu Engagierten Städten haben wir öffentlich bekannte Angaben übernommen: Ort, Träger, Jahr der Aufnahme, mit Quelle. \
Namen und Mailadressen von Personen gehören nicht dazu (Art. 14 DSGVO).

## Wer die Daten sieht
Die Geschäftsstelle und [Name des Rechenzentrums, Name des Maildienstes], mit denen Verträge nach Art. 28 DSGVO \
bestehen. Die Server stehen in [Land der EU]. Es gibt keine automatisierten Entscheidungen: Über Vermittlungen \
entscheiden Menschen.

## Wie lange
Solange Ihr Konto besteht. Konten, die 24 Monate nicht genutzt werden, löschen wir nach einem Hinweis an Sie.

## Ihre Rechte
Auskunft, Berichtigung, Löschung, Einschränkung, Widerspruch und Mitnahme Ihrer Daten (Art. 15 bis 21 DSGVO). \
Auskunft und Löschung erledigen Sie in Ihrem Bereich selbst. Beschweren können Sie sich bei jeder \
Aufsichtsbehörde, für uns zuständig ist: [Name der Aufsichtsbehörde].
"""

BARRIEREFREIHEIT = """\
Dieses Portal soll von allen genutzt werden können. Maßstab sind die Richtlinien WCAG 2.2, Stufe AA, und die Norm \
EN 301 549.

## Was geht
- Alles lässt sich mit der Tastatur bedienen, der Fokus ist sichtbar.
- Alle Formulare gehen ohne JavaScript. Fehler stehen oben gesammelt und am Feld.
- Die Seiten passen sich an 320 Pixel Breite und 200 % Vergrößerung an, an dunkle Darstellung und hohen Kontrast.
- Antworten auf eine Anfrage brauchen keine Anmeldung.

## Was noch fehlt
- Es gibt noch kein Video in Deutscher Gebärdensprache.
- Die Seite in Leichter Sprache wurde noch nicht von einer Prüfgruppe gelesen.

## Wie wir prüfen
Jede Änderung wird mit dem Werkzeug axe geprüft. Diese Erklärung beruht auf einer Selbstbewertung. \
Stand der Prüfung: [Datum].

## Barriere melden
Etwas geht nicht? Schreiben Sie an [E-Mail-Adresse] oder rufen Sie an: [Nummer]. Wir antworten innerhalb von [14] Tagen.

## Durchsetzung
Wenn Sie mit unserer Antwort nicht zufrieden sind: [Schlichtungs- oder Durchsetzungsstelle, soweit eine zuständig ist]
"""

LEICHTE_SPRACHE = """\
## Was ist diese Internet-Seite?
Auf dieser Seite finden sich Menschen und Gruppen.
Sie wollen in ihrer Stadt etwas Gutes tun.
Sie wollen dabei zusammen-arbeiten.

## Wer macht mit?
Es gibt 2 große Gruppen.
- Gruppe 1 heißt: Offensive Mittelstand. In der Gruppe sind viele Partner. Sie helfen kleinen Firmen.
- Gruppe 2 heißt: Engagierte Stadt. In diesen Städten helfen viele Menschen freiwillig mit.

## Was können Sie hier tun?
- Sie können eine Stadt suchen. Schreiben Sie dafür einen Ort in das Such-Feld.
- Sie können einen Partner suchen.
- Sie können mitmachen. Dafür brauchen Sie eine E-Mail-Adresse.

## Wie lernen sich 2 Gruppen kennen?
Wir schreiben beiden Gruppen eine E-Mail.
Wir fragen: Möchten Sie die andere Gruppe kennen-lernen?
Beide müssen Ja sagen.
Dann bekommen beide den Namen und die Telefon-Nummer.
Sagt eine Gruppe Nein? Dann passiert nichts.

## Was passiert mit Ihren Daten?
Wir passen auf Ihre Daten auf.
Wir geben Ihre Daten nicht weiter. Außer Sie sagen Ja.
Sie können Ihre Daten löschen.

## Haben Sie eine Frage?
Dann schreiben Sie uns.
Die Adresse steht hier: [Impressum](/impressum/).
"""

PAGES = [
    ("impressum", "Impressum", IMPRESSUM),
    ("datenschutz", "Datenschutz", DATENSCHUTZ),
    ("barrierefreiheit", "Erklärung zur Barrierefreiheit", BARRIEREFREIHEIT),
    ("leichte-sprache", "Leichte Sprache", LEICHTE_SPRACHE),
]


def write(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    page = apps.get_model("site", "SitePage")
    for slug, title, body in PAGES:
        page.objects.get_or_create(slug=slug, defaults={"title": title, "body": body})


class Migration(migrations.Migration):
    dependencies = [("site", "0001_initial")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
