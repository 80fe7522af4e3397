"""What gates and parts are called, and what is missing where a gate is closed, in German sentences."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cities.models import Sector
from matching.engine import nearness_of
from matching.facts import CityFacts, PartnerFacts
from matching.gates import MONTHS_OF_CONFIRMATION, PairHistory, Standing
from matching.reasons import km

GATE_LABELS: dict[str, str | Promise] = {
    "area": lazy("Einzugsgebiet"),
    "reach": lazy("Umkreis der Stadt"),
    "topics": lazy("Themen"),
    "approved": lazy("Freigabe"),
    "confirmed": lazy("Bestätigte Angaben"),
    "consent": lazy("Einwilligung"),
    "capacity": lazy("Vermittlungen im Monat"),
    "pause": lazy("Pause"),
    "history": lazy("Frühere Vermittlungen"),
}
PART_LABELS: dict[str, str | Promise] = {
    "place": lazy("Ort"),
    "topics": lazy("Themen"),
    "gap": lazy("Ergänzung"),
    "fairness": lazy("Ausgleich"),
    "answers": lazy("Antworten"),
}


def fit_missing(gate: str, names: dict[str, str], *, partner: PartnerFacts, city: CityFacts) -> str:
    """Why a fit gate is closed; `names` are those of "partner" and "city"."""
    if gate == "area":
        return _("{city} liegt nicht im Einzugsgebiet von {partner}.").format_map(names)
    if gate == "reach":
        text = _("{city} möchte Partner im Umkreis von {reach}, {partner} ist {distance} entfernt.")
        distance = nearness_of(partner, city).distance_km
        return text.format_map({**names, "reach": km(city.reach_km or 0), "distance": km(distance)})
    if any(not partner.topics.isdisjoint(topics) for topics in (city.topics, *(row.topics for row in city.projects))):
        text = _(
            "{partner} arbeitet zu den gemeinsamen Themen in einem anderen Gebiet als {city}, und weder der Bereich "
            "{sector} noch eine Fähigkeit von {partner} fehlt dort."
        )
        return text.format_map({**names, "sector": Sector(partner.sector).label})
    text = _(
        "{partner} und {city} haben kein gemeinsames Thema, und weder der Bereich {sector} noch eine Fähigkeit von "
        "{partner} fehlt dort."
    )
    return text.format_map({**names, "sector": Sector(partner.sector).label})


def side_missing(gate: str, name: str, *, standing: Standing) -> str:
    """Why one side closes a sendable gate."""
    texts = {
        "approved": _not_approved,
        "confirmed": _not_confirmed,
        "consent": _no_consent,
        "capacity": _no_capacity,
        "pause": _paused,
    }
    return texts[gate](name, standing)


def history_missing(names: dict[str, str], *, history: PairHistory, until: datetime | None) -> str:
    """Why the pair is left in peace; `until` is when that ends, None while the two are in touch."""
    if history.ongoing or until is None:
        return _("Zwischen {partner} und {city} läuft schon eine Vermittlung.").format_map(names)
    if history.refused_at and (not history.rejected_at or history.refused_at >= history.rejected_at):
        text = _("Die Vermittlung zwischen {partner} und {city} endete am {day} mit einer Absage; Ruhe bis {until}.")
        day = history.refused_at
    else:
        text = _("Die Geschäftsstelle hat {partner} und {city} am {day} verworfen; Ruhe bis {until}.")
        day = history.rejected_at or until
    return text.format_map({**names, "day": _day(day), "until": _day(until)})


def no_new_question(partner: str, city: str) -> str:
    """For one who asks, who may not know of a case that was settled without this side, or of the office's rejection."""
    text = _(
        "Zwischen {partner} und {city} ist zurzeit keine neue Anfrage möglich. "
        "Fragen dazu beantwortet die Geschäftsstelle."
    )
    return text.format(partner=partner, city=city)


def no_longer_taking_part(name: str) -> str:
    return _("{name} nimmt nicht mehr teil.").format(name=name)


def _not_approved(name: str, standing: Standing) -> str:
    if not standing.takes_part:
        return _("{name} nimmt zurzeit nicht teil.").format(name=name)
    return _("{name} ist noch nicht freigegeben.").format(name=name)


def _not_confirmed(name: str, standing: Standing) -> str:
    if standing.confirmed_at is None:
        return _("{name} hat die eigenen Angaben noch nicht bestätigt.").format(name=name)
    text = _("{name} hat die eigenen Angaben zuletzt am {day} bestätigt, vor mehr als {months} Monaten.")
    return text.format(name=name, day=_day(standing.confirmed_at), months=MONTHS_OF_CONFIRMATION)


def _no_consent(name: str, standing: Standing) -> str:
    if not standing.has_contact:
        return _("{name} hat keine Ansprechperson für Vermittlungen.").format(name=name)
    return _("Die Ansprechperson von {name} hat Kontaktvorschlägen nicht zugestimmt.").format(name=name)


def _no_capacity(name: str, standing: Standing) -> str:
    if not standing.capacity:
        return _("{name} möchte zurzeit keine Vermittlungen.").format(name=name)
    text = _("{name} hat in diesem Monat schon {number} von {capacity} Vermittlungen.")
    return text.format(name=name, number=standing.introductions, capacity=standing.capacity)


def _paused(name: str, standing: Standing) -> str:
    day = date_format(standing.paused_until, "d.m.Y") if standing.paused_until else ""
    return _("{name} macht Pause bis {day}.").format(name=name, day=day)


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "d.m.Y")
