"""Data in words, glyphs and figures: what several screens show in the same way. Never by colour alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, TYPE_CHECKING

from rich.cells import cell_len

from akk_tui.contract.errors import N_
from akk_tui.contract.ids import DATE
from akk_tui.i18n import day, language, ngettext, number, pick
from akk_tui.i18n import gettext as _
from akk_tui.reports.words import STAGES
from akk_tui.ui.widgets.states import state_glyph, state_word

if TYPE_CHECKING:
    from akk_tui.store.shapes import Attention, Change, CriterionRow, Forecast, ItemRow, RegionRow, StageStep

NONE: Final = "–"
READINESS: Final = {
    "ready": ("▲", N_("siap"), "good"),
    "nearly": ("◆", N_("hampir siap"), "warn"),
    "behind": ("▼", N_("perlu percepatan"), "bad"),
    "unknown": ("○", N_("belum ada data"), "muted"),
    "apart": ("·", N_("di luar pendampingan"), "muted"),
}
VERDICTS: Final = {
    "met": ("✓", N_("terpenuhi"), "good"),
    "not_met": ("✗", N_("belum terpenuhi"), "bad"),
    "no_data": ("?", N_("belum ada data"), "muted"),
}
_SPARKS: Final = "▁▂▃▄▅▆▇█"
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


def stage_word(stage: str | None) -> str:
    return NONE if stage is None else _(STAGES.get(stage, stage))


def score(value: float | None, digits: int = 2) -> str:
    """``77,50``; a dash where there is nothing to compute from."""
    return NONE if value is None else number(value, digits)


def best(row: RegionRow) -> str:
    """The official score, else the estimate with ``~`` before it."""
    if row.official is not None:
        return score(row.official)
    return NONE if row.estimate is None else "~" + score(row.estimate)


def whole(value: float | None) -> str:
    """A score in whole points, never rounded up to a mark that it does not reach."""
    return NONE if value is None else str(int(value))


def points(value: float | None) -> str:
    """Gain in points, ``+1,8``."""
    return "" if not value else f"+{number(value, 1)}" if value >= 0.05 else "+" + number(value, 2)


def score_tone(value: float | None, mark: float = 90.0) -> str:
    """The tone of a score: good from the mark upwards, bad far below it."""
    if value is None:
        return "muted"
    return "good" if value >= mark else "warn" if value >= mark - 20 else "bad"


def spark(values: Sequence[float], width: int = 6) -> str:
    """The newest ``width`` values as bars, scaled to their span but at least to ten points."""
    shown = values[-width:]
    if not shown:
        return ""
    low, high = min(shown), max(shown)
    span = max(high - low, 10.0)
    return "".join(_SPARKS[min(7, int((value - low) / span * 7.999))] for value in shown)


def bar(value: float | None, width: int) -> str:
    """A bar of ``width`` cells for 0 to 100, in eighths of a cell."""
    if value is None or width <= 0:
        return ""
    eighths = round(max(0.0, min(100.0, value)) / 100 * width * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def forecast(value: Forecast, assessment: date | None = None) -> str:
    """``27 Okt``; ``9 Nov!`` after the assessment; ``belum tercapai!`` never at this pace; a dash without data.

    A day in another year than the assessment's is told by month and year, ``Apr 2026!``.
    """
    if value.kind == "passed":
        return _("lulus ✓")
    if value.kind == "date" and value.day is not None:
        return _near(value.day, assessment)
    if value.kind == "not_by_assessment":
        return f"{_near(value.day, assessment)}!" if value.day is not None else _("belum tercapai!")
    return NONE


def _near(value: date, assessment: date | None) -> str:
    if assessment is None or value.year == assessment.year:
        return day(value, year=False)
    return day(value).partition(" ")[2]


def forecast_tone(value: Forecast) -> str:
    return {"passed": "good", "date": "", "not_by_assessment": "bad"}.get(value.kind, "muted")


def forecast_sentence(value: Forecast, mark: str) -> str:
    """The projection in one line, with its span."""
    if value.kind == "passed":
        return _("proyeksi: sudah {mark}").format(mark=mark)
    if value.kind == "date" and value.day is not None:
        words = _("proyeksi {mark}: {day}").format(mark=mark, day=day(value.day))
        if value.low is not None and value.high is not None and value.low != value.high:
            words += f" ({day(value.low, year=False)} – {day(value.high, year=False)})"
        return words
    if value.kind == "not_by_assessment" and value.day is not None:
        return _("proyeksi {mark}: {day}, sesudah hari penilaian").format(mark=mark, day=day(value.day))
    if value.kind == "not_by_assessment":
        return _("proyeksi {mark}: belum tercapai pada laju ini").format(mark=mark)
    return _("proyeksi: belum ada data")


def pass_mark(mark: float, at_mark: bool) -> str:
    """``> 90``, or ``≥ 90`` where the mark itself passes."""
    return f"{'≥' if at_mark else '>'} {number(mark, 0 if mark == int(mark) else 2)}"


def gap(value: float | None, at_mark: bool) -> str:
    """``kurang > 12,50``: more than the distance to the mark where the mark itself does not pass."""
    if value is None:
        return ""
    if value <= 0:
        return _("ambang terlampaui")
    return _("kurang {points}").format(points=missing(value, at_mark))


def missing(value: float | None, at_mark: bool) -> str:
    """``> 12,50``: what is missing, as a figure."""
    if value is None or value <= 0:
        return "" if value is None else NONE
    return number(value) if at_mark else "> " + number(round(value - 0.01, 2))


def due(value: date | None, overdue: int | None) -> str:
    """``batas waktu 30 Sep (terlambat 6 hari)``."""
    if value is None:
        return ""
    words = _("batas waktu {day}").format(day=day(value, year=False))
    return f"{words} ({late(overdue)})" if overdue else words


def late(days: int) -> str:
    return ngettext("terlambat {n} hari", "terlambat {n} hari", days).format(n=days)


def attention_glyph(kind: str) -> str:
    return {"stale": "~", "dropped": "↓", "late_forecast": "»", "criterion": "✗", "conflict": "≠", "followup": "↻"}.get(
        kind, "!"
    )


def attention(found: Attention) -> tuple[str, str]:
    """What needs somebody: the headline (region and thing), and the fact under it."""
    about = pick(found.title, found.title_en)
    if found.kind == "stale":
        return found.region_name, ngettext(
            "tanpa perubahan {n} hari", "tanpa perubahan {n} hari", found.days or 0
        ).format(n=found.days or 0)
    if found.kind == "dropped":
        dropped = number(abs(found.points or 0.0), 1)
        what = _("komponen {id}").format(id=found.component) if found.component else about
        return found.region_name, _("{what} turun {points}").format(what=what, points=dropped)
    if found.kind == "late_forecast":
        return found.region_name, _("proyeksi: belum tercapai pada hari penilaian")
    if found.kind == "criterion":
        return found.region_name, _("kriteria: {title} belum terpenuhi").format(title=about)
    if found.kind == "followup":
        about = _("tindak lanjut: {text}").format(text=about)
    title = " ".join(part for part in (found.region_name, found.item or found.indicator or "", about) if part)
    if found.kind in ("overdue", "followup"):
        fact = late(found.days or 0)
    elif found.kind == "conflict":
        fact = _("beda isian")
    else:
        fact = _("perlu perbaikan")
    return title, " · ".join(part for part in (fact, found.owner) if part)


def change(found: Change) -> str:
    """``Budi: 35.72 2.4.2 → diterima``."""
    place = found.region
    if found.kind == "assessment":
        indicator = found.key.rsplit(":", 1)[-1]
        if found.field.startswith("item."):
            what, value = found.field[5:], state_word(found.value or "belum_ada")
        else:
            what, value = f"{indicator} {field_word(found.field)}", _plain_value(found.value)
    elif found.kind in ("criterion", "score"):
        what = _("nilai resmi") if found.kind == "score" else found.key.rsplit(":", 1)[-1]
        what += "" if found.field == "value" else f" · {field_word(found.field)}"
        value = _("tersembunyi") if found.hidden else _plain_value(found.value)
    elif found.kind == "standing":
        what = field_word(found.field)
        value = stage_word(found.value) if found.field == "stage" else _plain_value(found.value)
    else:
        what, value = kind_word(found.kind), found.value or ""
        if found.field:
            from akk_tui.ui.widgets import values

            what += f" · {values.field_word(found.field)}"
            if found.field == "deleted":
                value = "" if found.value else _("tidak lagi")
            elif found.value and found.field != "cycle":
                value = values.value_words(found.field, found.value)
    return f"{found.by}: {place} {what}" + (f" → {value}" if value else "")


def _plain_value(text: str | None) -> str:
    """A day or a figure in the language's form, other text as it is; a dash for nothing."""
    if not text:
        return NONE
    if DATE.match(text):
        return day(date.fromisoformat(text))
    return text.replace(".", ",") if language() == "id" and _FIGURE.match(text) else text


_FIGURE: Final = re.compile(r"\d{1,3}\.\d{2}\Z")
_KINDS: Final = {"note": N_("catatan"), "event": N_("kegiatan"), "followup": N_("tindak lanjut")}
_FIELDS: Final = {
    "stage": N_("tahapan"),
    "date": N_("tanggal"),
    "score": N_("nilai"),
    "as_of": N_("per"),
    "source": N_("sumber"),
    "year": N_("tahun"),
    "retracted": N_("ditarik"),
    "owners": N_("penanggung jawab"),
    "item_owner": N_("penanggung jawab"),
    "item_due": N_("batas waktu"),
    "summary": N_("ringkasan"),
    "owner": N_("penanggung jawab"),
    "due": N_("batas waktu"),
    "evidence": N_("bukti"),
    "pic": N_("PIC"),
    "team": N_("tim"),
}


def kind_word(kind: str) -> str:
    return _(_KINDS.get(kind, kind))


def field_word(field: str) -> str:
    """A field's name for a person: its first part, in words."""
    return _(_FIELDS.get(field.split(".", 1)[0], field))


def glyphs(items: Iterable[ItemRow]) -> str:
    """The states of an indicator's items, one glyph each."""
    return "".join(state_glyph(item.state) for item in items)


def title_of(thing: object) -> str:
    """The title in the language in use of anything that has both."""
    return pick(str(getattr(thing, "title", "")), str(getattr(thing, "title_en", "")))


def criteria(row: RegionRow) -> str:
    """``8/8 ✓``; ``6/8, 2 belum ada data``."""
    words = f"{row.criteria_met}/{row.criteria_total}"
    if row.criteria_met == row.criteria_total:
        return words + " ✓"
    unknown = row.criteria_total - row.criteria_known
    return words + (", " + _("{n} belum ada data").format(n=unknown) if unknown else "")


def criterion_value(row: CriterionRow) -> str:
    """A criterion's value for a person."""
    if row.value is None:
        return NONE
    if row.form == "yesno":
        return _("ya") if row.value == "ya" else _("tidak")
    if row.form == "number" and language() == "id":
        return row.value.replace(".", ",")
    return _opinions(row.value) if row.form == "opinion" else row.value


def _opinions(value: str) -> str:
    """``WTP 2023–2024`` of ``2023:WTP 2024:WTP``; differing ones one by one."""
    pairs = [pair.partition(":")[::2] for pair in value.split()]
    years, found = [year for year, _opinion in pairs], {opinion for _year, opinion in pairs}
    if len(found) == 1 and len(years) > 1:
        return f"{found.pop()} {years[0]}–{years[-1]}"
    return ", ".join(f"{opinion} {year}" for year, opinion in pairs)


def mark_note(mark: str) -> str:
    """How sure a value of the instrument is, where it is not official."""
    return {"assumption": _(" (asumsi)"), "one_source": _(" (satu sumber)")}.get(mark, "")


def criterion_threshold(row: CriterionRow) -> str:
    """A criterion's threshold for a person."""
    if row.form == "yesno":
        return _("ya") if row.threshold == "ya" else _("tidak")
    if row.form == "opinion":
        return _("WTP {n} tahun").format(n=row.threshold)
    shown = row.threshold.replace(".", ",") if language() == "id" and row.form == "number" else row.threshold
    return f"≥ {shown}"


def iso_day(text: str | None) -> str:
    """``6 Nov 2025`` of an ISO date; any other text as it is."""
    if not text:
        return ""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def flow(parts: Iterable[str], width: int, between: str = " · ") -> str:
    """The parts in lines of at most ``width`` cells, broken between parts where that can be."""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]}{between}{part}" if lines[-1] else part
        if lines[-1] and cell_len(longer) > width:
            lines.append(part)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def stage_line(stages: Iterable[StageStep], width: int) -> str:
    """``usulan ✓ observasi ✓ bimtek 11–13 Feb ✓ pendampingan ● penilaian 4 Nov``; narrow: the past falls away."""
    from akk_tui.i18n import days

    parts: list[str] = []
    for step in stages:
        words = stage_word(step.stage)
        if step.start is not None:
            words += " " + days(step.start, step.end or step.start)
        parts.append(words + {"done": " ✓", "now": " ●"}.get(step.status, ""))
    line = "  ".join(parts)
    while cell_len(line) > width and len(parts) > 1:
        del parts[0]
        line = "… " + "  ".join(parts)
    return line
