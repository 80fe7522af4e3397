"""Introductions of one release may name each other."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0008_place_names"),
        ("matching", "0006_history_of_suggestions_by_statement"),
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
        migrations.AddField(
            model_name="introduction",
            name="linked_to",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="matching.introduction",
                verbose_name="zu dritt mit",
            ),
        ),
        migrations.AddField(
            model_name="introductionevent",
            name="linked_to",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="matching.introduction",
                verbose_name="zu dritt mit",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="introduction",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_introductionevent" ("asked_at", "city_agreed_at", "city_id", "closed_at", "connected_at", "created_by_id", "expires_at", "id", "initiated_by", "linked_to_id", "message", "met_at", "outcome_at", "partner_agreed_at", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "reasons", "state", "suggestion_id", "withdrawal_reason") VALUES (NEW."asked_at", NEW."city_agreed_at", NEW."city_id", NEW."closed_at", NEW."connected_at", NEW."created_by_id", NEW."expires_at", NEW."id", NEW."initiated_by", NEW."linked_to_id", NEW."message", NEW."met_at", NEW."outcome_at", NEW."partner_agreed_at", NEW."partner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."project_id", NEW."reasons", NEW."state", NEW."suggestion_id", NEW."withdrawal_reason"); RETURN NULL;',
                    hash="8147b8c32b318bcba48e5affd585d3b3383ca322",
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
                    func='INSERT INTO "matching_introductionevent" ("asked_at", "city_agreed_at", "city_id", "closed_at", "connected_at", "created_by_id", "expires_at", "id", "initiated_by", "linked_to_id", "message", "met_at", "outcome_at", "partner_agreed_at", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "reasons", "state", "suggestion_id", "withdrawal_reason") VALUES (NEW."asked_at", NEW."city_agreed_at", NEW."city_id", NEW."closed_at", NEW."connected_at", NEW."created_by_id", NEW."expires_at", NEW."id", NEW."initiated_by", NEW."linked_to_id", NEW."message", NEW."met_at", NEW."outcome_at", NEW."partner_agreed_at", NEW."partner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."project_id", NEW."reasons", NEW."state", NEW."suggestion_id", NEW."withdrawal_reason"); RETURN NULL;',
                    hash="0bdf1a4d3ab35b428922a83a20cbcdf485df012a",
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
                    func='INSERT INTO "matching_introductionevent" ("asked_at", "city_agreed_at", "city_id", "closed_at", "connected_at", "created_by_id", "expires_at", "id", "initiated_by", "linked_to_id", "message", "met_at", "outcome_at", "partner_agreed_at", "partner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "reasons", "state", "suggestion_id", "withdrawal_reason") VALUES (OLD."asked_at", OLD."city_agreed_at", OLD."city_id", OLD."closed_at", OLD."connected_at", OLD."created_by_id", OLD."expires_at", OLD."id", OLD."initiated_by", OLD."linked_to_id", OLD."message", OLD."met_at", OLD."outcome_at", OLD."partner_agreed_at", OLD."partner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."project_id", OLD."reasons", OLD."state", OLD."suggestion_id", OLD."withdrawal_reason"); RETURN NULL;',
                    hash="fce6bc2f63fd2a41fa91f5b63d3b7d10c1466dbc",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_1cc44",
                    table="matching_introduction",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="introduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("linked_to__isnull", True), models.Q(("linked_to", models.F("id")), _negated=True), _connector="OR"
                ),
                name="linked_to_another_introduction",
            ),
        ),
    ]
