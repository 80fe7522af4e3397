"""The doors through which the people of a town write its projects and take their steps."""

from collections.abc import Callable
from typing import cast

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cities import pictures, projects
from cities.models import City, Project
from cities.project_forms import PictureForm, ProjectForm
from cities.projects import ProjectEntry
from portal.accounts.models import User
from portal.accounts.refusals import Refusal
from portal.site import project_steps, publishing

REMOVE = "remove"  # the button that takes the picture away
show_or_act = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@show_or_act
def new(request: HttpRequest) -> HttpResponse:
    """A draft; whoever looks after no town has nothing to post here."""
    person = _person(request)
    towns = City.objects.editable_by(person)
    if not towns.exists():
        raise Http404
    form = ProjectForm(_posted(request), initial=ProjectForm.initial_for(_chosen(request, towns)), cities=towns)
    if form.is_bound and form.is_valid():
        project = _written(form, lambda entry: projects.draft(form.cleaned_data["city"], entry, by=person))
        if project:
            messages.success(request, _("Ihr Entwurf ist gespeichert. So sieht das Projekt aus."))
            return redirect("project_detail", project.slug)
    return render(request, "projects/new.html", {"form": form}, status=_status(form))


@never_cache
@show_or_act
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    person, project = _person(request), _own(request, slug)
    form = ProjectForm(
        _posted(request), initial=ProjectForm.initial_of(project), cities=City.objects.filter(pk=project.city_id)
    )
    if form.is_bound and form.is_valid():
        changed = _written(form, lambda entry: publishing.update(project, entry, by=person))
        if changed:
            messages.success(request, _("Ihr Projekt ist gespeichert."))
            return redirect("project_detail", changed.slug)
    return render(request, "projects/edit.html", {"form": form, "project": project}, status=_status(form))


@never_cache
@show_or_act
def edit_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """Apart from the text, so that a file that is refused loses no text, and a text that is refused loses no file."""
    person, project = _person(request), _own(request, slug)
    if REMOVE in request.POST:
        return _tried(request, project, _("Das Bild ist entfernt."), lambda: pictures.remove(project, by=person))
    current = getattr(project, "picture", None)
    form = PictureForm(
        _posted(request),
        request.FILES or None,
        initial={"alternative_text": current.alternative_text if current else ""},
        has_picture=current is not None,
    )
    if form.is_bound and form.is_valid() and _kept(project, form, by=person):
        messages.success(request, _("Ihr Bild ist gespeichert."))
        return redirect("project_detail", project.slug)
    return render(request, "projects/picture.html", {"form": form, "project": project}, status=_status(form))


@never_cache
@show_or_act
def step(request: HttpRequest, slug: str, word: str) -> HttpResponse:
    """GET says what the step means, POST takes it; a step that does not fit leads to the project, which says why."""
    project, way = _own(request, slug), project_steps.named(word)
    if way is None:
        raise Http404
    form = way.form(_posted(request))
    if form.is_bound and form.is_valid():
        person = _person(request)
        return _tried(request, project, str(way.done), lambda: project_steps.act(way, project, form, by=person))
    if project.state not in way.states:
        return redirect("project_detail", project.slug)
    return render(request, "projects/step.html", {"project": project, "step": way, "form": form}, status=_status(form))


def _written(form: ProjectForm, write: Callable[[ProjectEntry], Project]) -> Project | None:
    """What the verb wrote; a refusal becomes an error of the form, and what was typed stays."""
    try:
        return write(form.entry())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


def _kept(project: Project, form: PictureForm, *, by: User) -> bool:
    """Whether the picture, or only its description, was taken; else the form says why not."""
    data = form.cleaned_data
    try:
        if data["picture"]:
            pictures.attach(project, data["picture"], data["alternative_text"], by=by)
        else:
            pictures.describe(project, data["alternative_text"], by=by)
    except Refusal as refusal:
        form.add_error("picture", str(refusal))
        return False
    return True


def _tried(request: HttpRequest, project: Project, done: str, act: Callable[[], object]) -> HttpResponse:
    """Back on the project's page the person reads what became of it."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("project_detail", project.slug)


def _chosen(request: HttpRequest, towns: QuerySet[City]) -> City | None:
    """The town the link came from, or the only one."""
    named = towns.filter(slug=request.GET.get("stadt", "")).first()
    return named or (towns.get() if towns.count() == 1 else None)


def _own(request: HttpRequest, slug: str) -> Project:
    rows = Project.objects.editable_by(request.user).with_picture().select_related("city__organisation", "place")
    return get_object_or_404(rows, slug=slug)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _status(form: forms.Form) -> int:
    return 400 if form.errors else 200


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware lets nobody else come here
