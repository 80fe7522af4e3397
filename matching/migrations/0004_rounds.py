"""Rounds, and the rules for them."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0003_proposals"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MatchingRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "wartet"),
                            ("computing", "wird berechnet"),
                            ("prepared", "liegt zur Freigabe vor"),
                            ("released", "freigegeben"),
                            ("discarded", "verworfen"),
                            ("failed", "abgebrochen"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="Stand",
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="begonnen am")),
                ("claimed_until", models.DateTimeField(null=True)),
                ("computed_at", models.DateTimeField(null=True, verbose_name="berechnet am")),
                ("duration_ms", models.PositiveIntegerField(null=True, verbose_name="Dauer in ms")),
                ("question", models.JSONField(null=True)),
                ("question_hash", models.CharField(blank=True, max_length=64, verbose_name="Prüfsumme der Eingabe")),
                ("left_out", models.JSONField(default=list)),
                ("waiting", models.JSONField(default=dict)),
                ("coverage", models.PositiveIntegerField(default=0, verbose_name="Städte mit Vermittlung")),
                ("total", models.PositiveBigIntegerField(default=0, verbose_name="Punkte (1/100)")),
                ("bound", models.PositiveBigIntegerField(default=0, verbose_name="Obergrenze (1/100)")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="entschieden am")),
            ],
            options={
                "verbose_name": "Runde",
                "verbose_name_plural": "Runden",
            },
        ),
        migrations.CreateModel(
            name="MatchingRoundEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "wartet"),
                            ("computing", "wird berechnet"),
                            ("prepared", "liegt zur Freigabe vor"),
                            ("released", "freigegeben"),
                            ("discarded", "verworfen"),
                            ("failed", "abgebrochen"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="Stand",
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="begonnen am")),
                ("claimed_until", models.DateTimeField(null=True)),
                ("computed_at", models.DateTimeField(null=True, verbose_name="berechnet am")),
                ("duration_ms", models.PositiveIntegerField(null=True, verbose_name="Dauer in ms")),
                ("question_hash", models.CharField(blank=True, max_length=64, verbose_name="Prüfsumme der Eingabe")),
                ("coverage", models.PositiveIntegerField(default=0, verbose_name="Städte mit Vermittlung")),
                ("total", models.PositiveBigIntegerField(default=0, verbose_name="Punkte (1/100)")),
                ("bound", models.PositiveBigIntegerField(default=0, verbose_name="Obergrenze (1/100)")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="entschieden am")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RoundPair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "verbose_name": "ausgewähltes Paar",
                "verbose_name_plural": "ausgewählte Paare",
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
        migrations.AddField(
            model_name="introductionrules",
            name="most_per_round",
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)],
                verbose_name="Vermittlungen je Stadt und Runde",
            ),
        ),
        migrations.AddField(
            model_name="introductionrules",
            name="partners_first",
            field=models.BooleanField(
                default=False,
                help_text="Sonst gilt das nur für Städte. Es kostet Punkte: Paare, die besser passen, müssen warten.",
                verbose_name="Auch jeden Partner zuerst einmal vermitteln",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="most_per_round",
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)],
                verbose_name="Vermittlungen je Stadt und Runde",
            ),
        ),
        migrations.AddField(
            model_name="introductionrulesevent",
            name="partners_first",
            field=models.BooleanField(
                default=False,
                help_text="Sonst gilt das nur für Städte. Es kostet Punkte: Paare, die besser passen, müssen warten.",
                verbose_name="Auch jeden Partner zuerst einmal vermitteln",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introductionrules",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_introductionrulesevent" ("answer_days", "ask_first", "id", "months_after_refusal", "most_per_round", "partners_first", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."answer_days", NEW."ask_first", NEW."id", NEW."months_after_refusal", NEW."most_per_round", NEW."partners_first", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="7cbfd9fbd5b814c5c9ba3f834d7fc462bdf0d28f",
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
                    func='INSERT INTO "matching_introductionrulesevent" ("answer_days", "ask_first", "id", "months_after_refusal", "most_per_round", "partners_first", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."answer_days", NEW."ask_first", NEW."id", NEW."months_after_refusal", NEW."most_per_round", NEW."partners_first", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="c76943f84c8e4298c70049df6db0841c93ee0f70",
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
                    func='INSERT INTO "matching_introductionrulesevent" ("answer_days", "ask_first", "id", "months_after_refusal", "most_per_round", "partners_first", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."answer_days", OLD."ask_first", OLD."id", OLD."months_after_refusal", OLD."most_per_round", OLD."partners_first", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                    hash="774c5024cd4b5425349b9726737fe3c68cbb7646",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6b070",
                    table="matching_introductionrules",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="introductionrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_per_round__range", (1, 20))), name="from_1_to_20_per_round"
            ),
        ),
        migrations.AddField(
            model_name="matchinground",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="entschieden von",
            ),
        ),
        migrations.AddField(
            model_name="matchinground",
            name="started_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="begonnen von",
            ),
        ),
        migrations.AddField(
            model_name="matchinground",
            name="weights",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="matching.scoreweights",
                verbose_name="Gewichtung",
            ),
        ),
        migrations.AddField(
            model_name="matchingroundevent",
            name="closed_by",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="entschieden von",
            ),
        ),
        migrations.AddField(
            model_name="matchingroundevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="matchingroundevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="matching.matchinground",
            ),
        ),
        migrations.AddField(
            model_name="matchingroundevent",
            name="started_by",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="begonnen von",
            ),
        ),
        migrations.AddField(
            model_name="matchingroundevent",
            name="weights",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="matching.scoreweights",
                verbose_name="Gewichtung",
            ),
        ),
        migrations.AddField(
            model_name="roundpair",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pairs",
                to="matching.matchinground",
                verbose_name="Runde",
            ),
        ),
        migrations.AddField(
            model_name="roundpair",
            name="suggestion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rounds",
                to="matching.suggestion",
                verbose_name="Vorschlag",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchinground",
            constraint=models.UniqueConstraint(
                models.Value(1), condition=models.Q(("state__in", ["waiting", "computing"])), name="one_round_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="matchinground",
            constraint=models.UniqueConstraint(
                models.Value(1), condition=models.Q(("state", "prepared")), name="one_round_to_release"
            ),
        ),
        migrations.AddConstraint(
            model_name="matchinground",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__lte", models.F("bound"))), name="total_within_the_bound"
            ),
        ),
        migrations.AddConstraint(
            model_name="matchinground",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["prepared", "released", "discarded"]), _negated=True),
                    models.Q(("computed_at__isnull", False), ("question__isnull", False), ("weights__isnull", False)),
                    _connector="OR",
                ),
                name="computed_round_has_its_question",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchinground",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state__in", ["released", "discarded", "failed"])),
                    models.Q(("closed_at__isnull", True), ("state__in", ["waiting", "computing", "prepared"])),
                    _connector="OR",
                ),
                name="closed_round_has_a_time",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="matchinground",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_matchingroundevent" ("bound", "claimed_until", "closed_at", "closed_by_id", "computed_at", "coverage", "duration_ms", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question_hash", "started_at", "started_by_id", "state", "total", "weights_id") VALUES (NEW."bound", NEW."claimed_until", NEW."closed_at", NEW."closed_by_id", NEW."computed_at", NEW."coverage", NEW."duration_ms", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."question_hash", NEW."started_at", NEW."started_by_id", NEW."state", NEW."total", NEW."weights_id"); RETURN NULL;',
                    hash="98dfb612f94be243b856739f83ee9ca99e11ae0a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_572aa",
                    table="matching_matchinground",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="matchinground",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."bound" IS DISTINCT FROM (NEW."bound") OR OLD."claimed_until" IS DISTINCT FROM (NEW."claimed_until") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."closed_by_id" IS DISTINCT FROM (NEW."closed_by_id") OR OLD."computed_at" IS DISTINCT FROM (NEW."computed_at") OR OLD."coverage" IS DISTINCT FROM (NEW."coverage") OR OLD."duration_ms" IS DISTINCT FROM (NEW."duration_ms") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."question_hash" IS DISTINCT FROM (NEW."question_hash") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at") OR OLD."started_by_id" IS DISTINCT FROM (NEW."started_by_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."total" IS DISTINCT FROM (NEW."total") OR OLD."weights_id" IS DISTINCT FROM (NEW."weights_id"))',
                    func='INSERT INTO "matching_matchingroundevent" ("bound", "claimed_until", "closed_at", "closed_by_id", "computed_at", "coverage", "duration_ms", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question_hash", "started_at", "started_by_id", "state", "total", "weights_id") VALUES (NEW."bound", NEW."claimed_until", NEW."closed_at", NEW."closed_by_id", NEW."computed_at", NEW."coverage", NEW."duration_ms", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."question_hash", NEW."started_at", NEW."started_by_id", NEW."state", NEW."total", NEW."weights_id"); RETURN NULL;',
                    hash="db4150dd126b57eb2e78a6f06f4e5ed269eb43d7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ff042",
                    table="matching_matchinground",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="matchinground",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_matchingroundevent" ("bound", "claimed_until", "closed_at", "closed_by_id", "computed_at", "coverage", "duration_ms", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question_hash", "started_at", "started_by_id", "state", "total", "weights_id") VALUES (OLD."bound", OLD."claimed_until", OLD."closed_at", OLD."closed_by_id", OLD."computed_at", OLD."coverage", OLD."duration_ms", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."question_hash", OLD."started_at", OLD."started_by_id", OLD."state", OLD."total", OLD."weights_id"); RETURN NULL;',
                    hash="bb033b3e21209583d80fcbd6e190a01fc58b6ff4",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_37131",
                    table="matching_matchinground",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="roundpair",
            constraint=models.UniqueConstraint(fields=("round", "suggestion"), name="a_pair_once_in_a_round"),
        ),
    ]
