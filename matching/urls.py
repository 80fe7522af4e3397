"""Addresses of answers, introductions and questions."""

from django.urls import path

from matching import token_pages, views

urlpatterns = [
    path("antwort/<str:token>/", token_pages.answer, name="answer"),
    path("abmelden/<str:token>/", token_pages.unsubscribe, name="unsubscribe"),
    path("mein/vermittlungen/<int:pk>/", views.introduction_detail, name="introduction_detail"),
    path("mein/anfragen/<slug:partner_slug>/<slug:city_slug>/", views.ask_contact, name="ask_contact"),
]
