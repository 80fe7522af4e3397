"""The public doors of projects: the list, the page of each, its picture."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities import pictures
from cities.models import Project, ProjectPicture
from matching import proposal_sides
from portal.site import counterparts, directory, maps, own_projects, project_steps
from portal.site.filters import ProjectFilter

PICTURE_SECONDS = 7 * 24 * 60 * 60  # so long a picture that was taken back may still be seen by whoever saw it before


@login_not_required
@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    rows = Project.objects.public().select_related("city__organisation", "place__land")
    rows = rows.prefetch_related("topics", "needs").order_by("-published_at", "pk")
    return directory.show_list(request, ProjectFilter(request.GET, queryset=rows), "projects")


@login_not_required
@require_safe
def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The page everybody sees; the town's own people see on it, too, what they can do next."""
    rows = Project.objects.visible_to(request.user).with_picture().select_related("city__organisation", "place__land")
    project = get_object_or_404(rows.prefetch_related("topics", "skills", "needs"), slug=slug)
    is_own = Project.objects.editable_by(request.user).filter(pk=project.pk).exists()
    context = {
        "project": project,
        "city": project.city,
        "map": maps.around_project(project),
        "is_published": Project.objects.published().filter(pk=project.pk).exists(),
        "askers": counterparts.partners_asking(request.user, project.city),
        "helps_as_company": proposal_sides.senders(request.user).exists(),
        "own": own_projects.kept(project) if is_own else None,
        "steps": project_steps.possible(project) if is_own else {},
    }
    return render(request, "projects/detail.html", context)


@login_not_required
@require_safe
def picture(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """The bytes; another picture has another address, so a public one may be kept for long."""
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    found = get_object_or_404(ProjectPicture, project=project, digest=digest)
    response = HttpResponse(bytes(found.content), content_type=pictures.CONTENT_TYPE)
    response["Content-Disposition"] = "inline"
    is_public = Project.objects.public().filter(pk=project.pk).exists()
    response["Cache-Control"] = f"public, max-age={PICTURE_SECONDS}" if is_public else "no-store"
    return response
