"""How often a person is asked: the rules, the mails that count, and until when a question waits."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_task_about_dates"),
        ("matching", "0010_open_introduction_has_a_next_step"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SuggestionMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="geschrieben am")),
            ],
            options={
                "verbose_name": "Vorschlagsmail",
                "verbose_name_plural": "Vorschlagsmails",
            },
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
        pgtrigger.migrations.RemoveTrigger(
            model_name="proposal",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="proposal",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="proposal",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="introductionrules",
            name="batch_size",
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)],
                verbose_name="Fragen an eine Stadt in einer Mail",
            ),
        ),
        migrations.AddField(
            model_name="introductionrules",
            name="batch_working_days",
            field=models.PositiveSmallIntegerField(
                default=5,
                validators=[django.core.validators.MaxValueValidator(60)],
                verbose_name="Arbeitstage bis zur nächsten Mail an eine Stadt",
            ),
        ),
        migrations.AddField(
            model_name="introductionrules",
            name="longest_wait_weeks",
            field=models.PositiveSmallIntegerField(
                default=8,
                help_text="Lassen Ferien, Pause und die Regeln oben sie so lange nicht zu, endet die Vermittlung.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(52)],
                verbose_name="Wochen, die eine Frage höchstens wartet",
            ),
        ),
        migrations.AddField(
            model_name="introductionrules",
            name="mails_per_week",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Eine Mail mit mehreren Fragen zählt einmal; Erinnerungen und Mitteilungen zählen nicht.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)],
                verbose_name="Vorschlagsmails je Person in sieben Tagen",
            ),
        ),
        migrations.AddField(
            model_name="introductionrules",
            name="most_open_yes",
            field=models.PositiveSmallIntegerField(
                default=2,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)],
                verbose_name="Offene Zusagen, bei denen eine Stadt nicht weiter gefragt wird",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="batch_size",
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)],
                verbose_name="Fragen an eine Stadt in einer Mail",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="batch_working_days",
            field=models.PositiveSmallIntegerField(
                default=5,
                validators=[django.core.validators.MaxValueValidator(60)],
                verbose_name="Arbeitstage bis zur nächsten Mail an eine Stadt",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="longest_wait_weeks",
            field=models.PositiveSmallIntegerField(
                default=8,
                help_text="Lassen Ferien, Pause und die Regeln oben sie so lange nicht zu, endet die Vermittlung.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(52)],
                verbose_name="Wochen, die eine Frage höchstens wartet",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="mails_per_week",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Eine Mail mit mehreren Fragen zählt einmal; Erinnerungen und Mitteilungen zählen nicht.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)],
                verbose_name="Vorschlagsmails je Person in sieben Tagen",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="most_open_yes",
            field=models.PositiveSmallIntegerField(
                default=2,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)],
                verbose_name="Offene Zusagen, bei denen eine Stadt nicht weiter gefragt wird",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="not_before",
            field=models.DateTimeField(null=True, verbose_name="frühestens gefragt am"),
        ),
        migrations.AddField(
            model_name="invitationevent",
            name="not_before",
            field=models.DateTimeField(null=True, verbose_name="frühestens gefragt am"),
        ),
        migrations.AddField(
            model_name="proposal",
            name="not_before",
            field=models.DateTimeField(null=True, verbose_name="Mail an die Stadt frühestens am"),
        ),
        migrations.AddField(
            model_name="proposalevent",
            name="not_before",
            field=models.DateTimeField(null=True, verbose_name="Mail an die Stadt frühestens am"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductionrules",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_introductionrulesevent" ("answer_days", "ask_first", "batch_size", "batch_working_days", "id", "longest_wait_weeks", "mails_per_week", "months_after_refusal", "most_open_yes", "most_per_round", "note_days", "outcome_days", "partners_first", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reminder_days", "silence_days", "whether_met_days") VALUES (NEW."answer_days", NEW."ask_first", NEW."batch_size", NEW."batch_working_days", NEW."id", NEW."longest_wait_weeks", NEW."mails_per_week", NEW."months_after_refusal", NEW."most_open_yes", NEW."most_per_round", NEW."note_days", NEW."outcome_days", NEW."partners_first", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reminder_days", NEW."silence_days", NEW."whether_met_days"); RETURN NULL;',
                    hash="e3fe3ab738cdff7dd2d14b9f686ca1705753d51c",
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
                    func='INSERT INTO "matching_introductionrulesevent" ("answer_days", "ask_first", "batch_size", "batch_working_days", "id", "longest_wait_weeks", "mails_per_week", "months_after_refusal", "most_open_yes", "most_per_round", "note_days", "outcome_days", "partners_first", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reminder_days", "silence_days", "whether_met_days") VALUES (NEW."answer_days", NEW."ask_first", NEW."batch_size", NEW."batch_working_days", NEW."id", NEW."longest_wait_weeks", NEW."mails_per_week", NEW."months_after_refusal", NEW."most_open_yes", NEW."most_per_round", NEW."note_days", NEW."outcome_days", NEW."partners_first", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reminder_days", NEW."silence_days", NEW."whether_met_days"); RETURN NULL;',
                    hash="f8dbc55666e0424f6abf31e4ee550d3fb490af8d",
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
                    func='INSERT INTO "matching_introductionrulesevent" ("answer_days", "ask_first", "batch_size", "batch_working_days", "id", "longest_wait_weeks", "mails_per_week", "months_after_refusal", "most_open_yes", "most_per_round", "note_days", "outcome_days", "partners_first", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reminder_days", "silence_days", "whether_met_days") VALUES (OLD."answer_days", OLD."ask_first", OLD."batch_size", OLD."batch_working_days", OLD."id", OLD."longest_wait_weeks", OLD."mails_per_week", OLD."months_after_refusal", OLD."most_open_yes", OLD."most_per_round", OLD."note_days", OLD."outcome_days", OLD."partners_first", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reminder_days", OLD."silence_days", OLD."whether_met_days"); RETURN NULL;',
                    hash="bd28bdf499e0cb04beb503f3f08670eafec207b9",
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
                    func='INSERT INTO "matching_invitationevent" ("answer", "answered_at", "answered_by_id", "asked_at", "comment", "deferred_at", "forwarded_at", "id", "introduction_id", "not_before", "not_yet_at", "noted_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recipient_id", "reminded_at", "side") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."comment", NEW."deferred_at", NEW."forwarded_at", NEW."id", NEW."introduction_id", NEW."not_before", NEW."not_yet_at", NEW."noted_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."recipient_id", NEW."reminded_at", NEW."side"); RETURN NULL;',
                    hash="7ab37f0388d937f622a1ef99d23fe252680a7679",
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
                    func='INSERT INTO "matching_invitationevent" ("answer", "answered_at", "answered_by_id", "asked_at", "comment", "deferred_at", "forwarded_at", "id", "introduction_id", "not_before", "not_yet_at", "noted_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recipient_id", "reminded_at", "side") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."comment", NEW."deferred_at", NEW."forwarded_at", NEW."id", NEW."introduction_id", NEW."not_before", NEW."not_yet_at", NEW."noted_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."recipient_id", NEW."reminded_at", NEW."side"); RETURN NULL;',
                    hash="ae40cd6b67a8cd61643b855c9a29b32859a0d1b5",
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
                    func='INSERT INTO "matching_invitationevent" ("answer", "answered_at", "answered_by_id", "asked_at", "comment", "deferred_at", "forwarded_at", "id", "introduction_id", "not_before", "not_yet_at", "noted_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recipient_id", "reminded_at", "side") VALUES (OLD."answer", OLD."answered_at", OLD."answered_by_id", OLD."asked_at", OLD."comment", OLD."deferred_at", OLD."forwarded_at", OLD."id", OLD."introduction_id", OLD."not_before", OLD."not_yet_at", OLD."noted_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."recipient_id", OLD."reminded_at", OLD."side"); RETURN NULL;',
                    hash="065df59a8f43c6532563eb26f122e024fffcda7d",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_32d40",
                    table="matching_invitation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposal",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_proposalevent" ("answer", "answered_by_id", "changed_at", "changes", "city_id", "closed_at", "company_id", "created_at", "created_by_id", "expires_at", "id", "kind", "kinds", "message", "not_before", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "state", "title", "withdrawal_reason") VALUES (NEW."answer", NEW."answered_by_id", NEW."changed_at", NEW."changes", NEW."city_id", NEW."closed_at", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."expires_at", NEW."id", NEW."kind", NEW."kinds", NEW."message", NEW."not_before", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."project_id", NEW."state", NEW."title", NEW."withdrawal_reason"); RETURN NULL;',
                    hash="8ac6d278fe1a45686e1917edeb57b8179c729a54",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7d10b",
                    table="matching_proposal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposal",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "matching_proposalevent" ("answer", "answered_by_id", "changed_at", "changes", "city_id", "closed_at", "company_id", "created_at", "created_by_id", "expires_at", "id", "kind", "kinds", "message", "not_before", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "state", "title", "withdrawal_reason") VALUES (NEW."answer", NEW."answered_by_id", NEW."changed_at", NEW."changes", NEW."city_id", NEW."closed_at", NEW."company_id", NEW."created_at", NEW."created_by_id", NEW."expires_at", NEW."id", NEW."kind", NEW."kinds", NEW."message", NEW."not_before", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."project_id", NEW."state", NEW."title", NEW."withdrawal_reason"); RETURN NULL;',
                    hash="5329450d3df3b72e62af049022dcf35f1ea2a8db",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a876d",
                    table="matching_proposal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposal",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_proposalevent" ("answer", "answered_by_id", "changed_at", "changes", "city_id", "closed_at", "company_id", "created_at", "created_by_id", "expires_at", "id", "kind", "kinds", "message", "not_before", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "state", "title", "withdrawal_reason") VALUES (OLD."answer", OLD."answered_by_id", OLD."changed_at", OLD."changes", OLD."city_id", OLD."closed_at", OLD."company_id", OLD."created_at", OLD."created_by_id", OLD."expires_at", OLD."id", OLD."kind", OLD."kinds", OLD."message", OLD."not_before", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."project_id", OLD."state", OLD."title", OLD."withdrawal_reason"); RETURN NULL;',
                    hash="313e1db503bd384eb3539c2751dc41d5f36e9e95",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f8b51",
                    table="matching_proposal",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="introductionrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("batch_size__range", (1, 10)),
                    ("batch_working_days__lte", 60),
                    ("longest_wait_weeks__range", (1, 52)),
                    ("mails_per_week__range", (1, 20)),
                    ("most_open_yes__range", (1, 20)),
                ),
                name="budget_of_questions_in_bounds",
            ),
        ),
        migrations.AddField(
            model_name="suggestionmail",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="suggestion_mails",
                to="accounts.organisation",
                verbose_name="Organisation",
            ),
        ),
        migrations.AddField(
            model_name="suggestionmail",
            name="person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Person",
            ),
        ),
        migrations.AddIndex(
            model_name="suggestionmail",
            index=models.Index(fields=["person", "written_at"], name="suggestion_mails_of_person"),
        ),
    ]
