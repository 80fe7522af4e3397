"""Addresses of answers, introductions and questions, and of what companies propose to towns."""

from django.urls import path

from matching import call_pages, proposal_views, token_pages, views

urlpatterns = [
    path("antwort/<str:token>/", token_pages.answer, name="answer"),
    path("antwort/<str:token>/anruf-<str:whose>.ics", call_pages.by_token, name="answer_call"),
    path("abmelden/<str:token>/", token_pages.unsubscribe, name="unsubscribe"),
    path("mein/vermittlungen/<int:pk>/", views.introduction_detail, name="introduction_detail"),
    path("mein/vermittlungen/<int:pk>/anruf-<str:whose>.ics", call_pages.for_member, name="introduction_call"),
    path("mein/anfragen/<slug:partner_slug>/<slug:city_slug>/", views.ask_contact, name="ask_contact"),
    path("projekte/<slug:slug>/angebot/", proposal_views.offer_help, name="offer_help"),
    path("staedte/<slug:slug>/idee/", proposal_views.bring_idea, name="bring_idea"),
    path("mein/angebote/<int:pk>/", proposal_views.proposal_detail, name="proposal_detail"),
]
