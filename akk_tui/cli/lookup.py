"""What a user typed → what the data calls it, or a sentence that lists what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akk_tui.cli import words
from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.fields import NOTE_SUBJECT
from akk_tui.contract.ids import UUID
from akk_tui.contract.states import ITEM_STATES
from akk_tui.i18n import pick

if TYPE_CHECKING:
    from akk_tui.contract.records import Indicator, Instrument, Item
    from akk_tui.store.shapes import IndicatorRow, ItemRow, RegionDetail
    from akk_tui.store.store import Store


class Unknown(AkkError):
    """A word that names nothing here."""

    code = "usage"
    exit_code = 2


class UnknownItemOf(Unknown):
    """An item that its indicator does not have."""

    text = N_("Bukti dukung {item} tidak ada pada indikator {indicator} {title}. Yang ada:\n{known}")


class UnknownIndicator(Unknown):
    """An indicator that the instrument does not have."""

    text = N_("Indikator {indicator} tidak ada dalam instrumen {cycle}. Yang ada:\n{known}")


class UnknownState(Unknown):
    """A word that is no item state."""

    text = N_("Keadaan “{state}” tidak dikenal. Yang ada: {known}")


class UnknownCriterion(Unknown):
    """A criterion that the instrument does not have."""

    text = N_("Kriteria “{criterion}” tidak ada dalam instrumen {cycle}. Yang ada: {known}")


class BadSubject(Unknown):
    """A subject that a note or follow-up cannot have."""

    text = N_("“{subject}” bukan daerah (35.72), indikator suatu daerah (35.72:2.4) atau nomor kegiatan.")


def indicator(instrument: Instrument, id_: str) -> Indicator:
    """The indicator ``id_``; raises UnknownIndicator with the list of all."""
    every = [found for component in instrument.components for found in component.indicators]
    for found in every:
        if found.id == id_:
            return found
    known = "\n".join(f"  {found.id:<5} {pick(found.title, found.title_en)}" for found in every)
    raise UnknownIndicator(indicator=id_, cycle=instrument.cycle, known=known)


def item(instrument: Instrument, id_: str) -> tuple[Indicator, Item]:
    """The item ``id_`` with its indicator; raises UnknownItemOf or UnknownIndicator with what there is."""
    inside = indicator(instrument, ".".join(id_.split(".")[:2]))
    for found in inside.items:
        if found.id == id_:
            return inside, found
    known = "\n".join(f"  {found.id:<7} {pick(found.title, found.title_en)}" for found in inside.items)
    title = pick(inside.title, inside.title_en)
    raise UnknownItemOf(item=id_, indicator=inside.id, title=title, known=known)


def state(text: str) -> str:
    """The item state that ``text`` means (``perlu perbaikan`` is read too); raises UnknownState with the list."""
    name = text.strip().lower().replace(" ", "_").replace("-", "_")
    if name not in ITEM_STATES:
        known = ", ".join(f"{known} ({words.state(known)})" if "_" in known else known for known in ITEM_STATES)
        raise UnknownState(state=text, known=known)
    return name


def criterion(instrument: Instrument, id_: str) -> str:
    """``id_`` if the instrument has that criterion; raises UnknownCriterion with the list."""
    known = [found.id for found in instrument.criteria]
    if id_ not in known:
        raise UnknownCriterion(criterion=id_, cycle=instrument.cycle, known=", ".join(known))
    return id_


def row(detail: RegionDetail, id_: str) -> IndicatorRow:
    """The indicator's row in a region's view; ``id_`` is known to exist."""
    return next(found for part in detail.components for found in part.indicators if found.id == id_)


def item_row(detail: RegionDetail, indicator_id: str, id_: str) -> ItemRow:
    """The item's row in a region's view; ``id_`` is known to exist."""
    return next(found for found in row(detail, indicator_id).items if found.id == id_)


def subject(store: Store, cycle: str, text: str) -> str:
    """The subject that ``text`` names: a region by code or name, an indicator in one, an event."""
    if UUID.match(text):
        return text
    place, colon, tail = text.partition(":")
    region = store.views.find_region(place)
    if not colon:
        return region
    named = f"{region}:{tail}"
    if not NOTE_SUBJECT.match(named):
        raise BadSubject(subject=text)
    indicator(store.instrument(cycle), tail)
    return named


def region_of(store: Store, cycle: str, about: str) -> str:
    """The region of a subject; for an event the event's."""
    if not UUID.match(about):
        return about.partition(":")[0]
    from akk_tui.store.overlay import Overlay

    event = Overlay(store.db).effective("event", about)
    if not event.get("region") or event.get("cycle") != cycle:
        raise BadSubject(subject=about)
    return str(event["region"])
