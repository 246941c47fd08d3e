"""Edits from the command line: the value at the start is what was seen, and what an edit did is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TYPE_CHECKING

from akk_tui.contract.fields import empty
from akk_tui.contract.states import unpack
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.store.shapes import Edit
    from akk_tui.store.store import Store


def seen(store: Store, kind: str, key: str, fields: Iterable[str]) -> dict[str, Any]:
    """The values of ``fields`` as a screen would show them now, empty ones included."""
    from akk_tui.store.overlay import Overlay

    row = Overlay(store.db).effective(kind, key)
    return {name: row.get(name, empty(kind, name)) for name in fields}


def seen_state(store: Store, key: str, pos: int) -> str:
    """The state of the item at ``pos`` of an assessment as a screen would show it now."""
    from akk_tui.store.overlay import Overlay

    return unpack(Overlay(store.db).effective("assessment", key).get("items") or "", pos)


def told(edit: Edit) -> str:
    """What to say after an edit."""
    if edit.op is None:
        return _("Sudah demikian; tidak ada yang berubah.")
    return _("Tersimpan; terkirim pada sinkronisasi berikutnya (akk-tui sync).")
