"""The public list of companies that want to be shown, and the page of each."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partners.models import Affiliation, Company, Partner
from portal.site.directory import show_list
from portal.site.filters import CompanyFilter
from portal.site.own_companies import projects_near


@login_not_required
@require_safe
def company_list(request: HttpRequest) -> HttpResponse:
    rows = Company.objects.public().select_related("organisation", "seat__district", "seat__land")
    rows = rows.prefetch_related("topics", "offers").order_by("organisation__name", "pk")
    return show_list(request, CompanyFilter(request.GET, queryset=rows), "companies")


@login_not_required
@require_safe
def company_detail(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Company.objects.visible_to(request.user).select_related("organisation", "seat__land")
    company = get_object_or_404(rows.prefetch_related("topics", "skills", "offers"), slug=slug)
    advice = Affiliation.objects.holding().filter(
        organisation=company.organisation, partner__in=Partner.objects.public()
    )
    context = {
        "company": company,
        "advisers": advice.select_related("partner__organisation").order_by("partner__organisation__name"),
        "projects": projects_near(company),
    }
    return render(request, "companies/detail.html", context)
