"""The next step of each introduction with its day, what was done of it, and how many days lie between."""

import django.core.validators
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0009_school_holidays"),
        ("matching", "0007_linked_introductions"),
        ("partners", "0004_areas_of_topics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="introduction",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="introduction",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="introduction",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="introductionrules",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="introductionrules",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="introductionrules",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="invitation",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="invitation",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="invitation",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="introduction",
            name="connected_means_both_agreed",
        ),
        migrations.RemoveConstraint(
            model_name="introduction",
            name="ended_introduction_has_a_time",
        ),
        migrations.RemoveIndex(
            model_name="introduction",
            name="introductions_to_expire",
        ),
        migrations.AddField(
            model_name="introduction",
            name="asked_outcome_at",
            field=models.DateTimeField(null=True, verbose_name="nach dem Ergebnis gefragt am"),
        ),
        migrations.AddField(
            model_name="introduction",
            name="asked_whether_met_at",
            field=models.DateTimeField(null=True, verbose_name="nach dem Gespräch gefragt am"),
        ),
        migrations.AddField(
            model_name="introduction",
            name="next_step",
            field=models.CharField(
                blank=True,
                choices=[
                    ("invite", "Anfrage"),
                    ("remind", "Erinnerung"),
                    ("note_waiting", "Zwischenstand"),
                    ("expire", "Ablauf"),
                    ("ask_whether_met", "Frage nach dem Gespräch"),
                    ("ask_outcome", "Frage nach dem Ergebnis"),
                    ("close_silent", "Abschluss ohne Rückmeldung"),
                ],
                default="expire",
                max_length=20,
                verbose_name="nächster Schritt",
            ),
        ),
        migrations.AddField(
            model_name="introduction",
            name="next_step_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, null=True, verbose_name="nächster Schritt am"
            ),
        ),
        migrations.AddField(
            model_name="introductionevent",
            name="asked_outcome_at",
            field=models.DateTimeField(null=True, verbose_name="nach dem Ergebnis gefragt am"),
        ),
        migrations.AddField(
            model_name="introductionevent",
            name="asked_whether_met_at",
            field=models.DateTimeField(null=True, verbose_name="nach dem Gespräch gefragt am"),
        ),
        migrations.AddField(
            model_name="introductionevent",
            name="next_step",
            field=models.CharField(
                blank=True,
                choices=[
                    ("invite", "Anfrage"),
                    ("remind", "Erinnerung"),
                    ("note_waiting", "Zwischenstand"),
                    ("expire", "Ablauf"),
                    ("ask_whether_met", "Frage nach dem Gespräch"),
                    ("ask_outcome", "Frage nach dem Ergebnis"),
                    ("close_silent", "Abschluss ohne Rückmeldung"),
                ],
                default="expire",
                max_length=20,
                verbose_name="nächster Schritt",
            ),
        ),
        migrations.AddField(
            model_name="introductionevent",
            name="next_step_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, null=True, verbose_name="nächster Schritt am"
            ),
        ),
        migrations.AddField(
            model_name="introductionrules",
            name="note_days",
            field=models.PositiveSmallIntegerField(
                default=10,
                help_text="Wer zugesagt hat, erfährt, dass wir noch auf die andere Seite warten.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)],
                verbose_name="Tage bis zum Zwischenstand",
            ),
        ),
        migrations.AddField(
            model_name="introductionrules",
            name="outcome_days",
            field=models.PositiveSmallIntegerField(
                default=90,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)],
                verbose_name="Tage vom Kontakt bis zur Frage nach dem Ergebnis",
            ),
        ),
        migrations.AddField(
            model_name="introductionrules",
            name="reminder_days",
            field=models.PositiveSmallIntegerField(
                default=7,
                help_text="Sie entfällt, wenn danach weniger als drei Tage für die Antwort bleiben.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)],
                verbose_name="Tage bis zur Erinnerung",
            ),
        ),
        migrations.AddField(
            model_name="introductionrules",
            name="silence_days",
            field=models.PositiveSmallIntegerField(
                default=28,
                help_text="Antwortet niemand, endet die Vermittlung ohne Rückmeldung.",
                validators=[django.core.validators.MinValueValidator(7), django.core.validators.MaxValueValidator(365)],
                verbose_name="Tage von der Frage nach dem Ergebnis bis zum Abschluss",
            ),
        ),
        migrations.AddField(
            model_name="introductionrules",
            name="whether_met_days",
            field=models.PositiveSmallIntegerField(
                default=14,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)],
                verbose_name="Tage vom Kontakt bis zur Frage nach dem Gespräch",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="note_days",
            field=models.PositiveSmallIntegerField(
                default=10,
                help_text="Wer zugesagt hat, erfährt, dass wir noch auf die andere Seite warten.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)],
                verbose_name="Tage bis zum Zwischenstand",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="outcome_days",
            field=models.PositiveSmallIntegerField(
                default=90,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)],
                verbose_name="Tage vom Kontakt bis zur Frage nach dem Ergebnis",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="reminder_days",
            field=models.PositiveSmallIntegerField(
                default=7,
                help_text="Sie entfällt, wenn danach weniger als drei Tage für die Antwort bleiben.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)],
                verbose_name="Tage bis zur Erinnerung",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="silence_days",
            field=models.PositiveSmallIntegerField(
                default=28,
                help_text="Antwortet niemand, endet die Vermittlung ohne Rückmeldung.",
                validators=[django.core.validators.MinValueValidator(7), django.core.validators.MaxValueValidator(365)],
                verbose_name="Tage von der Frage nach dem Ergebnis bis zum Abschluss",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="whether_met_days",
            field=models.PositiveSmallIntegerField(
                default=14,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)],
                verbose_name="Tage vom Kontakt bis zur Frage nach dem Gespräch",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="deferred_at",
            field=models.DateTimeField(null=True, verbose_name="zurückgestellt am"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="not_yet_at",
            field=models.DateTimeField(null=True, verbose_name="„noch nicht gesprochen“ am"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="noted_at",
            field=models.DateTimeField(null=True, verbose_name="Zwischenstand erledigt am"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="reminded_at",
            field=models.DateTimeField(null=True, verbose_name="Erinnerung erledigt am"),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="deferred_at",
            field=models.DateTimeField(null=True, verbose_name="zurückgestellt am"),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="not_yet_at",
            field=models.DateTimeField(null=True, verbose_name="„noch nicht gesprochen“ am"),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="noted_at",
            field=models.DateTimeField(null=True, verbose_name="Zwischenstand erledigt am"),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="reminded_at",
            field=models.DateTimeField(null=True, verbose_name="Erinnerung erledigt am"),
        ),
        migrations.AlterField(
            model_name="introduction",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "gefragt"),
                    ("connected", "verbunden"),
                    ("declined", "abgesagt"),
                    ("expired", "abgelaufen"),
                    ("withdrawn", "zurückgezogen"),
                    ("met", "getroffen"),
                    ("cooperating", "arbeiten zusammen"),
                    ("no_cooperation", "keine Zusammenarbeit"),
                    ("silent", "ohne Rückmeldung"),
                ],
                default="asked",
                max_length=20,
                verbose_name="Stand",
            ),
        ),
        migrations.AlterField(
            model_name="introductionevent",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "gefragt"),
                    ("connected", "verbunden"),
                    ("declined", "abgesagt"),
                    ("expired", "abgelaufen"),
                    ("withdrawn", "zurückgezogen"),
                    ("met", "getroffen"),
                    ("cooperating", "arbeiten zusammen"),
                    ("no_cooperation", "keine Zusammenarbeit"),
                    ("silent", "ohne Rückmeldung"),
                ],
                default="asked",
                max_length=20,
                verbose_name="Stand",
            ),
        ),
        migrations.AddIndex(
            model_name="introduction",
            index=models.Index(
                condition=models.Q(("next_step_at__isnull", False)),
                fields=["next_step_at"],
                name="introductions_to_carry_on",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introduction",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_introductionevent" ("asked_at", "asked_outcome_at", "asked_whether_met_at", "city_agreed_at", "city_id", "closed_at", "connected_at", "created_by_id", "expires_at", "id", "initiated_by", "linked_to_id", "message", "met_at", "next_step", "next_step_at", "outcome_at", "partner_agreed_at", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "reasons", "state", "suggestion_id", "withdrawal_reason") VALUES (NEW."asked_at", NEW."asked_outcome_at", NEW."asked_whether_met_at", NEW."city_agreed_at", NEW."city_id", NEW."closed_at", NEW."connected_at", NEW."created_by_id", NEW."expires_at", NEW."id", NEW."initiated_by", NEW."linked_to_id", NEW."message", NEW."met_at", NEW."next_step", NEW."next_step_at", NEW."outcome_at", NEW."partner_agreed_at", NEW."partner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."project_id", NEW."reasons", NEW."state", NEW."suggestion_id", NEW."withdrawal_reason"); RETURN NULL;',
                    hash="b458bd4df05ac03a27b50d4eed08997fdddbb45c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ba588",
                    table="matching_introduction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introduction",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "matching_introductionevent" ("asked_at", "asked_outcome_at", "asked_whether_met_at", "city_agreed_at", "city_id", "closed_at", "connected_at", "created_by_id", "expires_at", "id", "initiated_by", "linked_to_id", "message", "met_at", "next_step", "next_step_at", "outcome_at", "partner_agreed_at", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "reasons", "state", "suggestion_id", "withdrawal_reason") VALUES (NEW."asked_at", NEW."asked_outcome_at", NEW."asked_whether_met_at", NEW."city_agreed_at", NEW."city_id", NEW."closed_at", NEW."connected_at", NEW."created_by_id", NEW."expires_at", NEW."id", NEW."initiated_by", NEW."linked_to_id", NEW."message", NEW."met_at", NEW."next_step", NEW."next_step_at", NEW."outcome_at", NEW."partner_agreed_at", NEW."partner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."project_id", NEW."reasons", NEW."state", NEW."suggestion_id", NEW."withdrawal_reason"); RETURN NULL;',
                    hash="89461ce17cd2b276164089abdcf750c13ebb78fc",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_28baf",
                    table="matching_introduction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introduction",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_introductionevent" ("asked_at", "asked_outcome_at", "asked_whether_met_at", "city_agreed_at", "city_id", "closed_at", "connected_at", "created_by_id", "expires_at", "id", "initiated_by", "linked_to_id", "message", "met_at", "next_step", "next_step_at", "outcome_at", "partner_agreed_at", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "reasons", "state", "suggestion_id", "withdrawal_reason") VALUES (OLD."asked_at", OLD."asked_outcome_at", OLD."asked_whether_met_at", OLD."city_agreed_at", OLD."city_id", OLD."closed_at", OLD."connected_at", OLD."created_by_id", OLD."expires_at", OLD."id", OLD."initiated_by", OLD."linked_to_id", OLD."message", OLD."met_at", OLD."next_step", OLD."next_step_at", OLD."outcome_at", OLD."partner_agreed_at", OLD."partner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."project_id", OLD."reasons", OLD."state", OLD."suggestion_id", OLD."withdrawal_reason"); RETURN NULL;',
                    hash="7f625cd1a9a0fdabd4a1581dd5c005b450a8c41b",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_1cc44",
                    table="matching_introduction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductionrules",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_introductionrulesevent" ("answer_days", "ask_first", "id", "months_after_refusal", "most_per_round", "note_days", "outcome_days", "partners_first", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reminder_days", "silence_days", "whether_met_days") VALUES (NEW."answer_days", NEW."ask_first", NEW."id", NEW."months_after_refusal", NEW."most_per_round", NEW."note_days", NEW."outcome_days", NEW."partners_first", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reminder_days", NEW."silence_days", NEW."whether_met_days"); RETURN NULL;',
                    hash="7c148ce1b1c54bc4c2a26ae2820a0c1933251595",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5e2ca",
                    table="matching_introductionrules",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductionrules",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "matching_introductionrulesevent" ("answer_days", "ask_first", "id", "months_after_refusal", "most_per_round", "note_days", "outcome_days", "partners_first", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reminder_days", "silence_days", "whether_met_days") VALUES (NEW."answer_days", NEW."ask_first", NEW."id", NEW."months_after_refusal", NEW."most_per_round", NEW."note_days", NEW."outcome_days", NEW."partners_first", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reminder_days", NEW."silence_days", NEW."whether_met_days"); RETURN NULL;',
                    hash="0f26da2fce01ea255846c8653a66c1c1f4bee97d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5dc89",
                    table="matching_introductionrules",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductionrules",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_introductionrulesevent" ("answer_days", "ask_first", "id", "months_after_refusal", "most_per_round", "note_days", "outcome_days", "partners_first", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reminder_days", "silence_days", "whether_met_days") VALUES (OLD."answer_days", OLD."ask_first", OLD."id", OLD."months_after_refusal", OLD."most_per_round", OLD."note_days", OLD."outcome_days", OLD."partners_first", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reminder_days", OLD."silence_days", OLD."whether_met_days"); RETURN NULL;',
                    hash="a469fb82dbc6469deb5a2b11486ed15ff7966daf",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6b070",
                    table="matching_introductionrules",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invitation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_invitationevent" ("answer", "answered_at", "answered_by_id", "asked_at", "comment", "deferred_at", "forwarded_at", "id", "introduction_id", "not_yet_at", "noted_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recipient_id", "reminded_at", "side") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."comment", NEW."deferred_at", NEW."forwarded_at", NEW."id", NEW."introduction_id", NEW."not_yet_at", NEW."noted_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."recipient_id", NEW."reminded_at", NEW."side"); RETURN NULL;',
                    hash="a4a9ae307634f27ca0ae15b54df9aa5c7e83646b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_24bfa",
                    table="matching_invitation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invitation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "matching_invitationevent" ("answer", "answered_at", "answered_by_id", "asked_at", "comment", "deferred_at", "forwarded_at", "id", "introduction_id", "not_yet_at", "noted_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recipient_id", "reminded_at", "side") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."comment", NEW."deferred_at", NEW."forwarded_at", NEW."id", NEW."introduction_id", NEW."not_yet_at", NEW."noted_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."recipient_id", NEW."reminded_at", NEW."side"); RETURN NULL;',
                    hash="d44121b0c2b0b0369e4196ba18a6c7a98edc1159",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d8be8",
                    table="matching_invitation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invitation",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_invitationevent" ("answer", "answered_at", "answered_by_id", "asked_at", "comment", "deferred_at", "forwarded_at", "id", "introduction_id", "not_yet_at", "noted_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recipient_id", "reminded_at", "side") VALUES (OLD."answer", OLD."answered_at", OLD."answered_by_id", OLD."asked_at", OLD."comment", OLD."deferred_at", OLD."forwarded_at", OLD."id", OLD."introduction_id", OLD."not_yet_at", OLD."noted_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."recipient_id", OLD."reminded_at", OLD."side"); RETURN NULL;',
                    hash="75d1a970b738e9775630ac27f0732db46498d4c0",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_32d40",
                    table="matching_invitation",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["connected", "met", "cooperating", "no_cooperation", "silent"]), _negated=True
                    ),
                    models.Q(
                        ("city_agreed_at__isnull", False),
                        ("connected_at__isnull", False),
                        ("partner_agreed_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="connected_means_both_agreed",
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["declined", "expired", "withdrawn", "no_cooperation", "silent"]), _negated=True
                    ),
                    ("closed_at__isnull", False),
                    _connector="OR",
                ),
                name="ended_introduction_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="introductionrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("note_days__range", (1, 90)),
                    ("outcome_days__range", (1, 365)),
                    ("reminder_days__range", (1, 90)),
                    ("silence_days__range", (7, 365)),
                    ("whether_met_days__range", (1, 365)),
                ),
                name="days_of_later_steps_in_bounds",
            ),
        ),
    ]
