"""Values of a row's fields in words, as a report prints them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from akk_tui import i18n
from akk_tui.contract.fields import empty
from akk_tui.i18n import gettext as _
from akk_tui.reports import words

_EVIDENCE: Final = ("title", "number", "date", "capaian", "per", "link", "photo")


def shown(kind: str, field: str, found: Mapping[str, Any] | None) -> str:
    """The value of ``field`` (the first of its group) in ``found``; a dash where nothing is entered."""
    values = found or {}
    head = field.partition(".")[0]
    value = values.get(field)
    if kind == "assessment" and head == "item":
        return words.state(str(value or empty(kind, field)))
    if kind == "assessment" and head == "evidence":
        return _evidence(value)
    if kind == "assessment" and head == "pic":
        # The telephone number of a person is no matter of a report.
        return str(value.get("name") or words.NOTHING) if isinstance(value, dict) else words.NOTHING  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    if head in ("score", "value"):
        return _figure(values, str(value or ""))
    if kind == "event" and value and head in ("attendance", "kind"):
        return (words.attendance if head == "attendance" else words.event_kind)(str(value))
    if kind == "event" and head == "start":
        return _times(values)
    if kind == "followup" and head == "status" and value:
        return words.followup_state(str(value))
    if kind == "standing" and head == "stage":
        return _with(words.stage(value), [words.iso(values.get("date"))])
    return words.value(value)


def _times(values: Mapping[str, Any]) -> str:
    """The days of an activity with their clocks: ``6 Okt 2025 09.00–12.00 WIB``."""
    days = [date.fromisoformat(str(text)[:10]) for name in ("start", "end") if (text := values.get(name))]
    if not days:
        return words.NOTHING
    clocks = words.clocks(values.get("start"), values.get("end"), values.get("zone"))
    return " ".join(part for part in (words.days(days[0], days[-1]), clocks) if part)


def _evidence(value: Any) -> str:
    if not isinstance(value, dict):
        return words.NOTHING
    parts = [words.value(value[name]) for name in _EVIDENCE if value.get(name) and name != "per"]  # pyright: ignore[reportUnknownMemberType]
    per = value.get("per")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if per:
        parts.append(_("per {day}").format(day=words.iso(str(per))))  # pyright: ignore[reportUnknownArgumentType]
    return " · ".join(parts) or words.NOTHING


def _figure(values: Mapping[str, Any], text: str) -> str:
    """A score or a criterion's value, with day, year and source behind it."""
    if values.get("retracted"):
        return _("ditarik")
    if i18n.language() == "id" and text.replace(".", "", 1).isdecimal():
        text = text.replace(".", ",")
    beside = [words.iso(values.get("as_of")), str(values.get("year") or ""), str(values.get("source") or "")]
    return _with(text or words.NOTHING, beside if text else [])


def _with(text: str, beside: list[str]) -> str:
    kept = ", ".join(part for part in beside if part)
    return f"{text} ({kept})" if kept else text
