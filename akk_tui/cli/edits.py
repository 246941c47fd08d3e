"""Edits from the command line: the value at the start is what was seen, and what an edit did is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TYPE_CHECKING

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.fields import empty
from akk_tui.contract.states import unpack
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.store.shapes import Edit
    from akk_tui.store.store import Store


class BadOption(AkkError):
    """A date, year or number among the options that is none."""

    code = "usage"
    exit_code = 2
    text = N_("{option} {value} tidak sah: {reason}")


def day(option: str, text: str) -> date:
    """The day that an option's ``text`` (ISO) names; raises BadOption."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadOption(option=option, value=text, reason=N_("tanggal ditulis TTTT-BB-HH")) from None


def whole(option: str, text: str) -> int:
    """The whole number that an option's ``text`` names; raises BadOption."""
    if not (text.isascii() and text.isdecimal() and len(text) < 8):
        raise BadOption(option=option, value=text, reason=N_("bukan bilangan"))
    return int(text)


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
