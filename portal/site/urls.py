"""Addresses of the public pages."""

from django.urls import include, path, re_path

from portal.site import (
    company_pages,
    directory,
    home,
    map_page,
    networks,
    pages,
    place_offers,
    project_upkeep,
    projects,
    regions,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("staedte/", directory.city_list, name="city_list"),
    path("staedte/<slug:slug>/", directory.city_detail, name="city_detail"),
    path("partner/", directory.partner_list, name="partner_list"),
    path("partner/<slug:slug>/", directory.partner_detail, name="partner_detail"),
    path("projekte/", projects.project_list, name="project_list"),
    path("projekte/neu/", project_upkeep.new, name="new_project"),
    path("projekte/<slug:slug>/", projects.project_detail, name="project_detail"),
    path("projekte/<slug:slug>/bild/<slug:digest>/", projects.picture, name="project_picture"),
    path("regionen/", regions.region_list, name="region_list"),
    path("regionen/<slug:region>/", regions.region_detail, name="region_detail"),
    path("regionen/<slug:region>/blatt.pdf", regions.region_handout, name="region_handout"),
    path("karte/", map_page.map_page, name="map"),
    path("netzwerke/", networks.network_list, name="network_list"),
    path("netzwerke/<slug:slug>/", networks.network_detail, name="network_detail"),
    path("netzwerke/<slug:slug>/mitglied-werden/", networks.join_network, name="join_network"),
    path("unternehmen/", company_pages.company_list, name="company_list"),
    path("unternehmen/<slug:slug>/", company_pages.company_detail, name="company_detail"),
    re_path(f"^(?P<slug>{'|'.join(pages.SLUGS)})/$", pages.page, name="page"),
    path("", include("portal.site.member_urls")),
    path("orte/", place_offers.place_offers, name="place_offers"),
    path("datenquellen/", pages.data_sources, name="data_sources"),
]
