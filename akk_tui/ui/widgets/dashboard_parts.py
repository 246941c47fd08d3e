"""What surrounds the map of the dashboard: the funnel of stages with readiness, what needs attention, what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.content import Content

from akk_tui.i18n import clock, day, in_zone
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.terminal.safe import cell, content, cut, pad

if TYPE_CHECKING:
    from akk_tui.store.shapes import Attention, Change, Dashboard

Rows = list[tuple[str, tuple[Text]]]
ATTENTION_ROWS: Final = 60
"""Rows of the attention list; how many more there are is said in its last row."""
_COLOURS: Final = {"ready": "$success", "nearly": "$warning", "behind": "$error", "unknown": "$text-muted"}
_GAINING: Final = ("overdue", "needs_work")
"""The reasons that name an item: accepting it adds points."""


def funnel(data: Dashboard, width: int, *, narrow: bool) -> Content:
    """Two lines: how many regions reached each stage, and how ready those of the officer are."""
    steps = [
        f"{words.stage_word(count.stage)} {words.NONE if count.reached is None else count.reached}"
        for count in data.stages
        if count.reached or not narrow or count.stage == "penilaian"
    ]
    counts = {"ready": data.ready, "nearly": data.nearly, "behind": data.behind, "unknown": data.unknown}
    ready: list[Content] = []
    for name, count in counts.items():
        if name == "unknown" and not count:
            continue
        glyph, word, _tone = words.READINESS[name]
        word = "" if width < 56 else f"{_(word)} "
        ready.append(content(f"{glyph} {word}{count}   ", _COLOURS[name]))
    apart = len(data.regions) - sum(counts.values())
    if apart and not narrow:
        glyph, word, _tone = words.READINESS["apart"]
        ready.append(content(f"{glyph} {_(word)} {apart}", "$text-muted"))
    labels = ("", "") if narrow else (_("Tahapan"), _("Kesiapan"))
    size = 0 if narrow else max(cell_len(label) for label in labels) + 2
    return Content.assemble(
        content(pad(labels[0], size), "$text-muted"),
        content(cut(" ▸ ".join(steps), width - 2 - size)),
        "\n",
        content(pad(labels[1], size), "$text-muted"),
        *ready,
    )


def attention_rows(
    listed: Sequence[Attention], total: int, width: int, tone: Callable[[str], str], *, closed: bool
) -> Rows:
    """Two lines for each reason, keyed by its place; ``total`` counts those too that are not handed out."""
    rows: Rows = []
    for n, found in enumerate(listed[:ATTENTION_ROWS]):
        head, fact = words.attention(found)
        if found.points and found.kind in _GAINING:
            begin, dot, rest = fact.partition(" · ")
            fact = f"{begin} · {words.points(found.points)}{dot}{rest}"
        text = cell(f"{words.attention_glyph(found.kind)} {head}", width=width)
        text.append("\n")
        text.append_text(cell(f"  {fact}", tone("warn"), width=width))
        rows.append((str(n), (text,)))
    rest = total - len(rows)
    if rest > 0:
        rows.append(("rest", (cell(_("… {n} lagi").format(n=rest), tone("muted")),)))
    none = _("Siklus ini sudah ditutup.") if closed else _("Tidak ada.")
    return rows or [("none", (cell(none, tone("muted"), width=width),))]


def change_rows(changes: Sequence[Change], width: int, tone: Callable[[str], str]) -> Rows:
    """A line for each change, keyed by its place."""
    rows: Rows = [(str(n), (cell(words.change(found), width=width),)) for n, found in enumerate(changes)]
    return rows or [("none", (cell(_("Belum ada perubahan baru."), tone("muted")),))]


def about_change(found: Change, zone: str) -> str:
    """``Kota Blitar · 6 Okt 09.14 WIB``: where and when a change was made."""
    if found.at is None:
        return found.region_name
    return f"{found.region_name} · {day(in_zone(found.at, zone), year=False)} {clock(found.at, zone)}"
