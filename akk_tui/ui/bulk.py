"""Changes to many items of the checklist at once: state, owner, due date. All of them are one step for undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from akk_tui import i18n
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick
from akk_tui.store.outbox import Wanted

if TYPE_CHECKING:
    from akk_tui.store.shapes import ChecklistRow
    from akk_tui.store.store import Store
    from akk_tui.ui.forms import Form

Saved = Callable[[int, str], None]
"""Told after a change: how many rows are another than before, and the sentence to say."""


def title(rows: Sequence[ChecklistRow]) -> str:
    """What a change is about: the item with its region, or how many are marked."""
    if len(rows) == 1:
        item = rows[0].item
        return f"{rows[0].region_name} · {item.id} {pick(item.title, item.title_en)}"
    return ngettext("{n} butir yang ditandai", "{n} butir yang ditandai", len(rows)).format(n=len(rows))


def state_of(rows: Sequence[ChecklistRow]) -> str | None:
    """The state that all rows have; None when they differ."""
    states = {row.item.state for row in rows}
    return states.pop() if len(states) == 1 else None


def set_state(store: Store, rows: Sequence[ChecklistRow], state: str) -> int:
    """Set the state of all ``rows``, as one step; how many changed. Raises AkkError, then none did."""
    return _save(store, rows, "item", state, lambda row: row.item.seen)


def _save(
    store: Store, rows: Sequence[ChecklistRow], field: str, value: str | None, seen: Callable[[ChecklistRow], object]
) -> int:
    wanted = [
        Wanted(
            "assessment",
            f"{row.cycle}:{row.region}:{row.indicator}",
            {f"{field}.{row.item.id}": value},
            {f"{field}.{row.item.id}": seen(row)},
            row.item.conflict,
        )
        for row in rows
    ]
    return sum(edit.op is not None for edit in store.outbox.together(wanted))


def owner_form(store: Store, rows: Sequence[ChecklistRow], known: Sequence[str], saved: Saved) -> Form:
    """Ask for the owner of ``rows``; ``known`` are the OPD to offer. An empty text leaves it to the indicator."""
    from akk_tui.ui.forms import Form, FormField

    now = {row.item.own_owner or "" for row in rows}
    shown = {row.item.owner or "" for row in rows}

    def save(texts: dict[str, str]) -> None:
        owner = texts["owner"].strip() or None
        changed = _save(store, rows, "item_owner", owner, lambda row: row.item.own_owner)
        if owner is None:
            words = ngettext(
                "{n} butir ikut penanggung jawab indikator.", "{n} butir ikut penanggung jawab indikator.", changed
            )
        else:
            words = ngettext("{n} butir kini pada {owner}.", "{n} butir kini pada {owner}.", changed)
        saved(changed, words.format(n=changed, owner=owner))

    inherited = ", ".join(sorted(shown - {""})) or "–"
    field = FormField(
        "owner",
        _("Penanggung jawab"),
        now.pop() if len(now) == 1 else "",
        choices=tuple((name, name) for name in known),
        hint=_("kosong: ikut indikatornya; sekarang {owner}").format(owner=inherited),
    )
    return Form(_("Penanggung jawab"), [field], save=save, note=title(rows))


def due_form(store: Store, rows: Sequence[ChecklistRow], saved: Saved) -> Form:
    """Ask for the due date of ``rows``. An empty text leaves it to the indicator."""
    from akk_tui.ui.forms import Form, FormField

    now = {row.item.own_due for row in rows}
    shown = {row.item.due for row in rows}

    def save(texts: dict[str, str]) -> None:
        day = texts["due"] or None
        changed = _save(
            store, rows, "item_due", day, lambda row: row.item.own_due.isoformat() if row.item.own_due else None
        )
        if day is None:
            words = ngettext(
                "{n} butir ikut batas waktu indikatornya.", "{n} butir ikut batas waktu indikatornya.", changed
            )
        else:
            words = ngettext("{n} butir: batas waktu {day}.", "{n} butir: batas waktu {day}.", changed)
        saved(changed, words.format(n=changed, day=i18n.day(_date(day)) if day else ""))

    same = now.pop() if len(now) == 1 else None
    days = ", ".join(i18n.day(day) for day in sorted(day for day in shown if day is not None)[:3]) or "–"
    field = FormField(
        "due",
        _("Batas waktu"),
        same.isoformat() if same else "",
        "date",
        hint=_("kosong: ikut indikatornya; sekarang {day}").format(day=days),
    )
    return Form(_("Batas waktu"), [field], save=save, note=title(rows))


def _date(text: str) -> date:
    return date.fromisoformat(text)
