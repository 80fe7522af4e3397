"""Addresses of the public pages."""

from django.urls import include, path, re_path

from portal.site import company_pages, directory, home, pages

urlpatterns = [
    path("", home.home, name="home"),
    path("staedte/", directory.city_list, name="city_list"),
    path("staedte/<slug:slug>/", directory.city_detail, name="city_detail"),
    path("partner/", directory.partner_list, name="partner_list"),
    path("partner/<slug:slug>/", directory.partner_detail, name="partner_detail"),
    path("unternehmen/", company_pages.company_list, name="company_list"),
    path("unternehmen/<slug:slug>/", company_pages.company_detail, name="company_detail"),
    re_path(f"^(?P<slug>{'|'.join(pages.SLUGS)})/$", pages.page, name="page"),
    path("", include("portal.site.member_urls")),
    path("datenquellen/", pages.data_sources, name="data_sources"),
]
