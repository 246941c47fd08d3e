"""What the signed-in officer may change: the server's rules, applied before an edit is saved."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TYPE_CHECKING

from akk_tui.contract import ids
from akk_tui.contract.errors import BadValue, N_
from akk_tui.contract.fields import field
from akk_tui.contract.names import NEW
from akk_tui.contract.records import Instrument
from akk_tui.contract.states import ADMIN_STAGES
from akk_tui.store.errors import (
    CycleClosed,
    ImmutableField,
    NotAuthor,
    OutOfScope,
    ReadOnlyUnit,
    RoleForbids,
    RowDeleted,
    UnknownItem,
)

if TYPE_CHECKING:
    from akk_tui.store.store import Store

SECOND_READER_STATES: Final = frozenset({"diverifikasi", "perlu_perbaikan", "diterima"})
"""The item states that a verifikator sets."""

_REQUIRED: Final = {
    "note": ("cycle", "region", "subject", "author"),
    "event": ("cycle", "region", "title"),
    "followup": ("cycle", "region", "text"),
    "score": ("value",),
}
_BY_ITEM: Final = ("item", "item_owner", "item_due", "evidence")


class Wish(NamedTuple):
    """An edit to judge: the fields with their new values on a row that now holds ``row`` (empty: a new one)."""

    kind: str
    key: str
    unit: str
    set: dict[str, Any]
    row: dict[str, Any]
    creates: bool = False


def check(store: Store, wish: Wish) -> None:
    """Raise the EditRefused that the server would answer with, if any."""
    cycle = wish.unit[:4]
    _unit_open(store, wish, cycle)
    if wish.kind in ("assessment", "criterion"):
        _in_instrument(store.instrument(cycle), wish)
    _role_may(store, wish)
    if wish.kind in _REQUIRED:
        _subject(store.instrument(cycle), wish)
    if wish.kind == "note":
        _note(store, wish)
    if not wish.creates:
        for name in wish.set:
            if field(wish.kind, name).immutable:
                raise ImmutableField(reason="bad_value", field=name)


def item_pos(instrument: Instrument, indicator: str, item: str) -> int | None:
    """The place of an item in its indicator's state string; None when the indicator does not have it."""
    for component in instrument.components:
        for known in component.indicators:
            if known.id == indicator:
                return next((one.pos for one in known.items if one.id == item), None)
    return None


def _unit_open(store: Store, wish: Wish, cycle: str) -> None:
    found = store.db.one("SELECT write FROM unit WHERE unit = ? AND NOT leaving", (wish.unit,))
    reference = store.reference()
    if found is None or reference is None:
        raise OutOfScope(reason="scope", unit=wish.unit)
    if any(known.id == cycle and known.state != "open" for known in reference.cycles):
        raise CycleClosed(reason="cycle_closed", cycle=cycle)
    if not found[0]:
        raise ReadOnlyUnit(reason="read_only", unit=wish.unit)


def _in_instrument(instrument: Instrument, wish: Wish) -> None:
    place = ids.place(wish.kind, wish.key)
    tail = place.tail if place else ""
    if wish.kind == "criterion":
        if not any(known.id == tail for known in instrument.criteria):
            raise UnknownItem(reason="unknown_item", item=tail, cycle=instrument.cycle)
        return
    if not any(known.id == tail for component in instrument.components for known in component.indicators):
        raise UnknownItem(reason="unknown_item", item=tail, cycle=instrument.cycle)
    for name in wish.set:
        form, _, item = name.partition(".")
        if form in _BY_ITEM:
            item = ".".join(item.split(".")[:3])
            if item_pos(instrument, tail, item) is None:
                raise UnknownItem(reason="unknown_item", item=item, cycle=instrument.cycle)


def _subject(instrument: Instrument, wish: Wish) -> None:
    """What a new row must have, and that its subject is the region, one of its indicators or a row."""
    if wish.creates:
        for name in _REQUIRED[wish.kind]:
            if wish.set.get(name) is None:
                raise BadValue(value="", field=name, reason=N_("harus diisi"))
    region, _, indicator = str(wish.set.get("subject") or "").partition(":")
    if ids.REGION.match(region) and region != wish.unit[5:]:
        raise BadValue(value=region, field="subject", reason=N_("bukan daerah, indikator atau kegiatan"))
    if indicator and not any(one.id == indicator for part in instrument.components for one in part.indicators):
        raise UnknownItem(reason="unknown_item", item=indicator, cycle=instrument.cycle)


def _role_may(store: Store, wish: Wish) -> None:
    role = store.meta.get("role") or "petugas"
    for name, value in wish.set.items():
        if role == "verifikator":
            may = wish.kind in ("note", "followup") or (name.startswith("item.") and value in SECOND_READER_STATES)
        else:
            may = role == "admin" or name != "stage" or not {value, wish.row.get("stage")} & ADMIN_STAGES
        if not may:
            # Of a new row it is the row as a whole, not the first of its fields.
            raise RoleForbids(reason="role", role=role, field=f"{NEW}.{wish.kind}" if wish.creates else name)


def _note(store: Store, wish: Wish) -> None:
    if wish.row.get("deleted"):
        raise RowDeleted(reason="deleted")
    author = wish.set.get("author") if wish.creates else wish.row.get("author")
    if author == store.meta.get("officer"):
        return
    if wish.creates or list(wish.set) != ["deleted"] or store.meta.get("role") != "admin":
        raise NotAuthor(reason="not_author", author=author)
