"""What an operation is about, for a person: the title of its item, indicator, criterion or note, and its region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akk_tui.store.views import values

if TYPE_CHECKING:
    from akk_tui.contract.records import Instrument
    from akk_tui.store.overlay import Overlay
    from akk_tui.store.store import Store

_STANDING = {"team": ("Tim", "Team"), "stage": ("Tahapan", "Stage")}
_SCORE = ("Nilai pemenuhan indikator", "Indicator fulfilment")
_KINDS = {
    "note": ("Catatan", "Note"),
    "event": ("Kegiatan", "Activity"),
    "followup": ("Tindak lanjut", "Follow-up"),
}
_TEXT_OF = {"note": ("title", "body"), "event": ("title",), "followup": ("text",)}
_LENGTH = 80


class Titles:
    """Titles by one reference; ``overlay`` is read for rows that carry their own title."""

    def __init__(self, store: Store, overlay: Overlay | None = None) -> None:
        reference = store.reference()
        self._names: dict[str, str] = (
            {region.code: region.full_name for region in reference.regions} if reference else {}
        )
        self._instruments: dict[str, Instrument] = (
            {cycle.id: cycle.instrument for cycle in reference.cycles} if reference else {}
        )
        self._store = store
        self._known: dict[str, dict[str, tuple[str, str]]] = {}
        self._db = store.db
        self._overlay = overlay

    def name(self, unit: str) -> str:
        """The full name of a unit's region, also of one that was the officer's; its code when it is not known."""
        code = unit[5:]
        if code not in self._names:
            from akk_tui.store import former

            self._names = {code: code, **former.names(self._store), **self._names}
        return self._names[code]

    def about(self, kind: str, key: str, unit: str, field: str) -> tuple[str, str, str, str]:
        """``(region, its name, title, title in English)`` of a field of a row; an id where a title is not known."""
        return (unit[5:], self.name(unit), *self.title(kind, key, unit, field))

    def title(self, kind: str, key: str, unit: str, field: str) -> tuple[str, str]:
        """The title in both languages."""
        if kind in _TEXT_OF:
            return self._of_text(kind, key)
        if kind == "score":
            return _SCORE
        if kind == "standing":
            return _STANDING.get(field, _STANDING["stage"])
        tail = tail_of(kind, key)
        name = (item_of(field) or tail) if kind == "assessment" else f"criterion {tail}"
        return self._of(unit[:4]).get(name, (name, name))

    def _of_text(self, kind: str, key: str) -> tuple[str, str]:
        from akk_tui.store.overlay import Overlay
        from akk_tui.store.views.fold import one_line

        self._overlay = self._overlay or Overlay(self._db)
        row = self._overlay.effective(kind, key)
        for name in _TEXT_OF[kind]:
            found = values.text(row.get(name))
            if found:
                line = one_line(found)
                short = line if len(line) <= _LENGTH else line[: _LENGTH - 1] + "…"
                return (short, short)
        return _KINDS[kind]

    def _of(self, cycle: str) -> dict[str, tuple[str, str]]:
        if cycle not in self._known:
            instrument = self._instruments.get(cycle)
            self._known[cycle] = titles_of(instrument) if instrument else {}
        return self._known[cycle]


def item_of(field: str) -> str | None:
    """The item that a field of an assessment belongs to; None for the indicator's own fields."""
    kind, _, rest = field.partition(".")
    if kind in ("item", "item_owner", "item_due"):
        return rest
    return rest.rpartition(".")[0] if kind == "evidence" else None


def titles_of(instrument: Instrument) -> dict[str, tuple[str, str]]:
    """Titles in both languages by the id of item and indicator, and by ``component ID`` and ``criterion ID``."""
    found = {f"criterion {one.id}": (str(one.title), str(one.title_en)) for one in instrument.criteria}
    for component in instrument.components:
        found[f"component {component.id}"] = (component.title, component.title_en)
        for indicator in component.indicators:
            found[indicator.id] = (indicator.title, indicator.title_en)
            found.update({item.id: (item.title, item.title_en) for item in indicator.items})
    return found


def tail_of(kind: str, key: str) -> str:
    """The last part of a key that names its place; ``""`` for other keys."""
    from akk_tui.contract.errors import BadKey
    from akk_tui.contract.ids import place

    try:
        found = place(kind, key)
    except BadKey:
        return ""
    return found.tail if found else ""
