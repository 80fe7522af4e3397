"""The one address of the outbox: where the mail provider reports."""

from django.urls import path

from portal.mail import webhooks

urlpatterns = [path("zustellung/", webhooks.receive, name="mail_reports")]
