"""Takes everything invented away, and the history of what it took."""

from collections.abc import Iterable

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from cities.models import City, Project
from matching.models import Introduction, Proposal
from partners.models import Company, Partner, RegionalNetwork
from portal.accounts import personal_data
from portal.accounts.declarations import events_of, registers
from portal.accounts.models import Membership, OfficeTask, Organisation, User
from portal.mail.models import OutgoingMail
from portal.site.demo import towns

INVENTED_ADDRESS = ".example"
Keys = dict[type[Model], set[object]]


def remove() -> None:
    """The towns stay. Accounts on .example go, too, with what they alone have founded in the demo."""
    before = _keys_of_tracked_rows()
    organisations = Organisation.objects.filter(pk__in=list(_invented().values_list("pk", flat=True)))
    cities = list(City.objects.filter(organisation__in=organisations))
    people = list(User.objects.filter(email__endswith=INVENTED_ADDRESS).values_list("pk", flat=True))
    _delete_tasks(list(organisations.values_list("name", flat=True)))
    _delete_cases(organisations)
    _delete_entries(organisations)
    towns.forget(cities)
    OutgoingMail.objects.filter(to__endswith=INVENTED_ADDRESS).delete()
    personal_data.end_sessions(people)
    User.objects.filter(pk__in=people).delete()
    personal_data.forget_in_contexts(people)
    _delete_history(before)
    _delete_history_of_towns(cities)


def _invented() -> QuerySet[Organisation]:
    """Marked ones, and those whose people all have invented addresses: somebody tried the demo."""
    members = Membership.objects.filter(organisation=OuterRef("pk"))
    real = members.exclude(user__email__endswith=INVENTED_ADDRESS)
    founded = ~Q(kind=Organisation.Kind.CITY) & Q(Exists(members)) & ~Q(Exists(real))
    return Organisation.objects.filter(Q(is_demo=True) | founded)


def _delete_tasks(names: Iterable[str]) -> None:
    """What the office should do for somebody invented; the texts name both sides."""
    told = list(names)
    for task in OfficeTask.objects.select_related("organisation"):
        if any(name in task.text for name in told) or (task.organisation and task.organisation.name in told):
            task.delete()


def _delete_cases(organisations: QuerySet[Organisation]) -> None:
    of_town = Q(city__organisation__in=organisations)
    Introduction.objects.filter(Q(partner__organisation__in=organisations) | of_town).delete()
    Proposal.objects.filter(Q(company__organisation__in=organisations) | of_town).delete()
    Project.objects.filter(of_town).delete()


def _delete_entries(organisations: QuerySet[Organisation]) -> None:
    """A network goes with the partner that coordinates it."""
    own = Q(organisation__in=organisations)
    networks = RegionalNetwork.objects.filter(own | Q(coordinator__organisation__in=organisations))
    orphaned = list(networks.values_list("organisation", flat=True))
    networks.delete()
    Company.objects.filter(own).delete()
    Partner.objects.filter(own).delete()
    others = Organisation.objects.filter(Q(pk__in=organisations) | Q(pk__in=orphaned))
    others.exclude(kind=Organisation.Kind.CITY).delete()


def _keys_of_tracked_rows() -> Keys:
    return {
        model: set(model._default_manager.values_list("pk", flat=True))
        for model, _register in registers()
        if events_of(model)
    }


def _delete_history(before: Keys) -> None:
    """Of every row that was there before and is no more."""
    after = _keys_of_tracked_rows()
    for model, keys in before.items():
        _delete_events(model, keys - after[model])


def _delete_history_of_towns(cities: Iterable[City]) -> None:
    """Whatever a demo town said about itself was invented; the history of its facts stays."""
    silent = Q(description="", website="", sectors_present=[], sectors_missing=[], reach_km=None)
    _delete_events(City, [city.pk for city in cities], but=silent)
    _delete_events(Organisation, [city.organisation_id for city in cities], but=Q(is_demo=False))


def _delete_events(model: type[Model], keys: Iterable[object], *, but: Q | None = None) -> None:
    events = events_of(model)
    if events:
        rows = events._default_manager.filter(pgh_obj_id__in=list(keys))
        (rows.exclude(but) if but else rows).delete()
