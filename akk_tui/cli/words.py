"""The words and glyphs that lists for people use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TYPE_CHECKING

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.reports.words import (
    attendance,
    clocks,
    days,
    event_kind,
    field,
    followup_state,
    glyph,
    iso,
    ITEM_STATES,
    NOTHING,
    outbox_state,
    OUTBOX_STATES,
    refusal,
    score,
    stage,
    state,
    value,
)

if TYPE_CHECKING:
    from akk_tui.store.shapes import Forecast

__all__ = [
    "ITEM_STATES",
    "NOTHING",
    "OUTBOX_STATES",
    "attendance",
    "clocks",
    "days",
    "event_kind",
    "field",
    "followup_state",
    "glyph",
    "iso",
    "outbox_state",
    "refusal",
    "score",
    "stage",
    "state",
    "value",
]

READINESS: Final = {
    "ready": ("▲", N_("siap")),
    "nearly": ("◆", N_("hampir siap")),
    "behind": ("▼", N_("perlu percepatan")),
    "unknown": ("○", N_("belum ada data")),
    "apart": ("·", N_("di luar pendampingan")),
}


LIFTED: Final = N_("Yang ditolak karena siklus ditutup atau hak tulis dicabut kini dapat dikirim: akk-tui outbox retry")
"""Where something was refused for what holds no longer."""

_PASSING: Final = {"passed": N_("terlewati"), "not_by_assessment": N_("belum tercapai")}
_PASSING_SHORT: Final = {"passed": N_("sudah"), "not_by_assessment": N_("belum")}


def shown(kind: str, name: str, found: Mapping[str, Any] | None) -> str:
    """The value of ``name`` (the first of its group; empty: a row as a whole) in ``found``, in words.

    A telephone number, which a report leaves out, too.
    """
    from akk_tui.reports import values

    if not name:
        return values.shown(kind, "value", found) if kind == "score" else NOTHING
    return value((found or {}).get(name)) if name == "pic" else values.shown(kind, name, found)


def about(key: str, kind: str, title: str) -> str:
    """``title``; a score, of which there may be one a day, with its day."""
    return f"{title} {iso(key.rpartition(':')[2])}" if kind == "score" else title


def forecast(value: Forecast, *, short: bool = False) -> str:
    """``27 Okt 2025``, ``terlewati``, ``belum tercapai``, or a dash; short: ``27 Okt``, ``sudah``, ``belum``.

    A day after the assessment ends in ``!``.
    """
    if value.day and value.kind != "passed":
        return i18n.day(value.day, year=not short) + ("!" if value.kind == "not_by_assessment" else "")
    found = _PASSING_SHORT if short else _PASSING
    return _(found[value.kind]) if value.kind in found else NOTHING


def moment(value: datetime | None, zone: str) -> str:
    """``6 Okt 2025 09.14 WIB``, or that it never was."""
    return i18n.moment(value, zone) if value else _("belum pernah")


def token_store(name: str) -> str:
    """Where the secret of the sign-in is, in words."""
    return {
        "keyring": _("keyring sistem"),
        "runtime": _("memori, sampai Anda keluar dari komputer ini"),
        "file": _("berkas yang hanya dapat dibuka Anda"),
        "vault": _("profil terenkripsi ini"),
        "command": _("program Anda (setelan sign_in.token_command)"),
    }.get(name, name)
