"""The rows of the sync screen's tables as cells, and the lines of their details."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple, TYPE_CHECKING

from rich.text import Text
from textual.content import Content

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick
from akk_tui.store.shapes import Conflict, DiscardedRow, OutboxRow, SentRow, SyncRun
from akk_tui.ui.terminal.safe import cell, content, cut
from akk_tui.ui.widgets import conflict as difference
from akk_tui.ui.widgets import outbox_words, values, word_diff
from akk_tui.ui.widgets.table import Column

if TYPE_CHECKING:
    from collections.abc import Callable

Row = OutboxRow | Conflict | SentRow | DiscardedRow | SyncRun
"""One line of any of the tabs."""

_REASONS: Final = {
    "theirs": N_("isian rekan dipakai"),
    "mine": N_("dijawab dengan isian lain"),
    "merged": N_("digabung dengan isian rekan"),
    "same": N_("diganti isian saya yang lebih baru"),
    "superseded": N_("diganti isian saya yang lebih baru"),
    "given_up": N_("dilepas setelah ditolak"),
    "undone": N_("diurungkan"),
}


_VALUE: Final = 60
"""Cells of each of two values under the table; the details show them whole."""
_ALONE: Final = 100
"""The same of a value that stands there alone."""


class Around(NamedTuple):
    """What words depend on: the officer's zone, the present moment, the style of a tone, the key of a command."""

    zone: str
    now: datetime
    tone: Callable[[str], str]
    key: Callable[[str], str]


def about(row: OutboxRow | Conflict | SentRow | DiscardedRow) -> str:
    """``Tingkat kepatuhan · status``."""
    title = values.title_words(row.kind, row.key, pick(row.title, row.title_en))
    return " · ".join(part for part in (title, values.what_words(row.kind, row.field)) if part)


def columns(tab: str, width: int) -> tuple[Column, ...]:
    """The columns of a tab in ``width`` cells; where it is narrow region and value fall away, then the state."""
    wide = width >= 90
    if tab == "runs":
        return _run_columns(width)
    value = 24 if width >= 110 else 18 if wide else 16 if width >= 60 else 0
    room = 36 if wide else 30 if width >= 70 else 20
    state = {"conflicts": 24 if wide else value, "outbox": 36 if wide else 24 if width >= 70 else 16}.get(tab, room)
    region = 22 if wide else 0
    made = [
        Column("region", _("Daerah"), region),
        Column("about", _("Isian"), max(width - state - value - region, 12)),
        Column("value", _("Isian saya") if tab in ("conflicts", "discarded") else _("Menjadi"), value),
        Column("state", _("Isian rekan") if tab == "conflicts" else _("Keadaan"), state),
    ]
    return tuple(column for column in made if column.width)


def _run_columns(width: int) -> tuple[Column, ...]:
    wide = width >= 90
    when, took, rows, size = 22 if wide else 13, 9 if wide else 0, 22 if wide else 12, 20 if wide else 0
    made = [
        Column("when", _("Mulai"), when),
        Column("took", _("Lama"), took),
        Column("outcome", _("Hasil"), max(width - when - took - rows - size, 10)),
        Column("rows", _("Baris ↑↓"), rows),
        Column("size", _("Ukuran ↑↓"), size),
    ]
    return tuple(column for column in made if column.width)


def cell_of(row: Row, column: Column, around: Around, *, narrow: bool) -> Text:
    """One cell. ``narrow``: the region has no column of its own."""
    width = (column.width or 2) - 1
    if isinstance(row, SyncRun):
        return _run_cell(row, column.key, width, around)
    if column.key == "region":
        return cell(row.region_name, width=width)
    if column.key == "about":
        return cell(f"{row.region} {about(row)}" if narrow else about(row), width=width)
    if column.key == "value":
        return cell(values.set_words(row.mine if isinstance(row, Conflict) else row.set), width=width)
    if isinstance(row, Conflict):
        return cell(difference.theirs_words(row), around.tone("warn"), width=width)
    if isinstance(row, OutboxRow):
        return cell(values.outbox_state(row), around.tone(values.outbox_tone(row.state)), width=width)
    if isinstance(row, DiscardedRow):
        return cell(reason_words(row.reason), around.tone("muted"), width=width)
    return cell(receipt(row, around), around.tone("good"), width=width)


def reason_words(reason: str) -> str:
    """Why a value was let go."""
    return _(_REASONS.get(reason, reason))


def _gone(row: DiscardedRow, around: Around) -> str:
    """``dilepas: diurungkan, Sen, 6 Okt 2025, 09.14 WIB``; without a date until the server next tells its time."""
    reason = reason_words(row.reason)
    if row.at is None:
        return _("dilepas: {reason}").format(reason=reason)
    return _("dilepas: {reason}, {when}").format(reason=reason, when=i18n.moment(row.at, around.zone))


def receipt(row: SentRow, around: Around) -> str:
    """``terkirim, no. 8123, 19.42 WIB``."""
    if row.at is None:
        return _("{words}, no. {seq}").format(words=values.result_words(row.result), seq=row.seq)
    day = i18n.in_zone(row.at, around.zone).date()
    when = i18n.clock(row.at, around.zone)
    if day != i18n.in_zone(around.now, around.zone).date():
        when = f"{i18n.day(day, year=False)} {when}"
    return _("{words}, no. {seq}, {when}").format(words=values.result_words(row.result), seq=row.seq, when=when)


def _run_cell(run: SyncRun, key: str, width: int, around: Around) -> Text:
    if key == "when":
        local = i18n.in_zone(run.started, around.zone).date()
        full = i18n.moment(run.started, around.zone)
        short = f"{i18n.day(local, year=False)} {i18n.clock(run.started, around.zone)[:5]}"
        return cell(full if width >= 20 else short, width=width)
    if key == "took":
        return cell(values.seconds_words(run.seconds), width=width)
    if key == "rows":
        return cell(f"↑{run.pushed} ↓{run.pulled}", width=width)
    if key == "size":
        return cell(f"↑{values.size_words(run.bytes_up)} ↓{values.size_words(run.bytes_down)}", width=width)
    return cell(outcome(run), around.tone("good" if run.outcome == "done" else "bad"), width=width)


def outcome(run: SyncRun) -> str:
    """``selesai, 12 terkirim, 1 beda isian``, or what went wrong."""
    if run.outcome != "done":
        return values.failure_words(run.outcome, run.words)
    answers = values.answers_words(run.answers)
    return _("selesai") + (f", {answers}" if answers else "")


def operation_lines(row: OutboxRow | SentRow | DiscardedRow, around: Around) -> list[str]:
    """Everything about one operation."""
    lines = [
        f"{row.region_name} {row.region}".strip(),
        about(row),
        _("menjadi: {value}").format(value=values.set_words(row.set)),
    ]
    if isinstance(row, SentRow):
        return [*lines, receipt(row, around)]
    lines.append(_("semula: {value}").format(value=values.set_words(row.was)))
    if isinstance(row, DiscardedRow):
        lines.append(_("disimpan: {when}").format(when=i18n.moment(row.made, around.zone)))
        return [*lines, _gone(row, around)]
    return [
        *lines,
        _("disimpan: {when}").format(when=i18n.moment(row.at, around.zone)),
        _("keadaan: {state}").format(state=values.outbox_state(row)),
        outbox_words.advice(row, around.key),
    ]


def run_lines(run: SyncRun, around: Around) -> list[str]:
    """Everything about one round."""
    return [
        i18n.moment(run.started, around.zone) + " · " + values.seconds_words(run.seconds),
        outcome(run),
        _("baris: {up} terkirim, {down} diterima").format(up=run.pushed, down=run.pulled),
        ngettext(
            "ukuran: {up} naik, {down} turun · {n} permintaan",
            "ukuran: {up} naik, {down} turun · {n} permintaan",
            run.requests,
        ).format(up=values.size_words(run.bytes_up), down=values.size_words(run.bytes_down), n=run.requests),
        _("sesudahnya menunggu jawaban: {n} beda isian, {refused} ditolak").format(
            n=run.conflicts, refused=run.refused
        ),
    ]


def _change(was: str, now: str) -> Content:
    """``belum ada → diunggah``; of long texts the words around what differs, which is marked.

    Where words only came or only went, one text shows it.
    """
    if not word_diff.is_long(was, now):
        return content(f"{was} → {now}")
    before, after = word_diff.gone(was, [now], short=True), word_diff.marked(now, was, short=True)
    parts = [one for one in (before, after) if one.spans] or [after]
    width = _VALUE if len(parts) > 1 else _ALONE
    return content(" → ").join(one.truncate(width, ellipsis=True) for one in parts)


def _folded(text: str) -> str:
    """``text`` in one line: what stands below it must not be pushed away."""
    return " ".join(text.split())


def summary(row: OutboxRow | SentRow | DiscardedRow | SyncRun, around: Around) -> Content:
    """What stands under the table: what the row is about, what changed, how it stands, what can be done."""
    if isinstance(row, SyncRun):
        first, *rest = run_lines(row, around)
        return Content("\n").join([content(first, "bold $primary"), *map(content, rest)])
    lines = [content(" · ".join(part for part in (row.region_name, about(row)) if part), "bold $primary")]
    now = _folded(values.set_words(row.set))
    if isinstance(row, SentRow):
        value = content(cut(now, _ALONE))
        return Content("\n").join([*lines, value, content(receipt(row, around), around.tone("good"))])
    was = _folded(values.set_words(row.was)) if row.was is not None else _("belum ada")
    lines.append(_change(was, now))
    if isinstance(row, DiscardedRow):
        lines.append(content(_gone(row, around)))
        key = around.key("sync.restore")
        words = (
            _("{key} memulihkannya; isi yang lebih baru digabung atau menjadi selisih.")
            if row.moved
            else _("{key} memulihkannya sebagai perubahan baru.")
        )
        lines.append(content(words.format(key=key), "$text-muted"))
        return Content("\n").join(lines)
    lines.append(content(values.outbox_state(row), around.tone(values.outbox_tone(row.state))))
    lines.append(content(outbox_words.advice(row, around.key), "$text-muted"))
    return Content("\n").join(lines)
