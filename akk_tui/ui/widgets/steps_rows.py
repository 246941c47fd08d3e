"""Prioritas pemenuhan in lines: its columns at a width, the rows, the mark where the list passes, and the head."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.content import Content

from akk_tui.i18n import day, ngettext, pick
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.terminal.safe import cell, content, cut
from akk_tui.ui.widgets.states import state_glyph, state_tone, state_word
from akk_tui.ui.widgets.table import Column

if TYPE_CHECKING:
    from akk_tui.store.shapes import Priority
    from akk_tui.ui.sandbox import Sandbox

MARK: Final = "mark"
"""The key of the line that says where the list passes."""
_TITLE_LEAST: Final = 16
_TITLE_MOST: Final = 72
_OPTIONAL: Final = (("total", 8), ("owner", 15), ("due", 9), ("state", 16), ("indicator", 26))
"""They fall away from the end: indicator, state in words, due date, owner, running total."""

_ROOM: Final = {"state": 16, "indicator": 40}
"""So many more cells than it takes must be there: the title is worth more than these."""


def columns(width: int) -> list[Column]:
    """The columns that fit in ``width`` cells. The title never falls away, nor do the box, the state and the points."""
    left = width - 4 - 2 - 7 - _TITLE_LEAST
    kept: set[str] = set()
    for key, size in _OPTIONAL:
        least = size + _ROOM.get(key, 0)
        if left < least:
            break
        kept.add(key)
        left -= size
    title = min(_TITLE_MOST, _TITLE_LEAST + max(0, left))
    left = max(0, left + _TITLE_LEAST - title)
    owner = 15 + min(left, 13)
    left -= owner - 15
    every = (
        Column("box", "", 4),
        Column("glyph", "", 2),
        Column("title", _("Butir"), title),
        Column("indicator", " " + _("Indikator"), 26 + left),
        Column("state", " " + _("Status kini"), 16),
        Column("owner", " " + _("Oleh"), owner),
        Column("due", " " + _("Batas"), 9),
        Column("gain", _("Poin"), 7, True),
        Column("total", _("Jumlah"), 8, True),
    )
    always = {"box", "glyph", "title", "gain"}
    return [column for column in every if column.key in kept or column.key in always]


def rows(
    sandbox: Sandbox, shown: Sequence[Priority], columns_: Sequence[Column], tone: Callable[[str], str], mark: str
) -> Iterator[tuple[str, list[Text]]]:
    """The lines of the table, keyed by item; among them one keyed ``MARK`` under the first item that passes."""
    totals = sandbox.totals(shown)
    already = sandbox.before.reaches
    last = None if already else sandbox.passing(totals)
    passed = already
    if already:
        yield MARK, _line(columns_, _("sudah melampaui {mark}").format(mark=mark), tone("good"))
    for row in shown:
        passed = passed or row.item.id == last
        cells = _cells(sandbox, row, totals.get(row.item.id), passed, tone)
        yield row.item.id, [_fit(cells[column.key], column) for column in columns_]
        if row.item.id == last:
            yield MARK, _line(columns_, _("sampai di sini melampaui {mark}").format(mark=mark), tone("good"))
    if totals and not passed:
        words_ = _("semua butir di atas belum cukup untuk {mark}")
        yield MARK, _line(columns_, words_.format(mark=mark), tone("warn"))


def _cells(
    sandbox: Sandbox, row: Priority, total: float | None, passed: bool, tone: Callable[[str], str]
) -> Mapping[str, Text]:
    item = row.item
    chosen = sandbox.chosen.get(item.id)
    box = f"[{state_glyph(chosen)}]" if chosen else "[ ]"
    late = item.overdue_days
    due = "" if item.due is None else day(item.due, year=False) + ("!" if late else "")
    title = f"{item.id} {pick(item.title, item.title_en)}" + (" ≠" if item.conflict else "")
    return {
        "box": cell(box, tone("accent" if chosen else "muted")),
        "glyph": cell(state_glyph(item.state), tone(state_tone(item.state))),
        "title": cell(title, tone("strong") if chosen else ""),
        "indicator": cell(f" {row.indicator} {pick(row.indicator_title, row.indicator_title_en)}", tone("muted")),
        "state": cell(" " + state_word(item.state), tone(state_tone(item.state))),
        "owner": cell(" " + (item.owner or words.NONE), tone("muted")),
        "due": cell(" " + due, tone("bad") if late else tone("muted")),
        "gain": cell(words.points(item.gain), tone("accent"), right=True),
        "total": cell(words.score(total), tone("good") if passed else "", right=True),
    }


def _fit(text: Text, column: Column) -> Text:
    """``text`` cut to its column, with … where something is missing."""
    width = column.width or 1
    if not column.right and text.cell_len > width:
        return cell(text.plain, str(text.style), width=width - (column.key in ("title", "indicator")))
    return text


def _line(columns_: Sequence[Column], words_: str, style: str) -> list[Text]:
    """A line through the whole table, with words in it: one text laid over the columns, cell by cell."""
    width = sum(column.width or 0 for column in columns_)
    begin = cut(f"──▲ {words_} ", width)
    line = begin + "─" * (width - cell_len(begin))
    found: list[Text] = []
    for column in columns_:
        size = column.width or 0
        found.append(cell(line[:size], style))
        line = line[size:]
    return found


def head(sandbox: Sandbox, width: int, mark: str, at_mark: bool, *, lines: int = 3, gained: str = "▒") -> Content:
    """Who, then score now and then, gap and forecast; with room a bar. While anything is tried, SIMULASI.

    ``gained`` draws what the sandbox adds to the bar.
    """
    row, before, after = sandbox.data.region, sandbox.before, sandbox.after
    n = len(sandbox.chosen)
    badge = " " + _("SIMULASI — tidak ada yang tersimpan") + " "
    if cell_len(badge) + cell_len(row.name) + 4 > width:
        badge = " " + _("SIMULASI {n}").format(n=n) + " "
    name = Content.assemble(
        content(row.name, "bold"),
        content(f"  {row.code}", "$text-muted") if width >= 60 else "",
        content("  ") if n else "",
        content(badge, "bold reverse $warning") if n else "",
    )
    facts = _now(sandbox, mark, at_mark) if not n else _then(sandbox, mark, at_mark, short=width < 60)
    text = Content.assemble(name, "\n", content(words.flow(facts, width)))
    if lines >= 4 and width >= 60 and before.estimate is not None and after.estimate is not None:
        text = Content.assemble(text, "\n", _bar(sandbox, min(width - 2, 100), gained))
    return text


def _now(sandbox: Sandbox, mark: str, at_mark: bool) -> list[str]:
    before, row = sandbox.before, sandbox.data.region
    missing = words.gap(before.gap, at_mark)
    facts = [
        _("perkiraan {score}").format(score=words.score(before.estimate)) + (f" ({missing})" if missing else ""),
        words.forecast_sentence(before.forecast, mark),
    ]
    if row.official is not None:
        facts.insert(0, _("nilai resmi {score}").format(score=words.score(row.official)))
    return [fact for fact in facts if fact]


def _then(sandbox: Sandbox, mark: str, at_mark: bool, *, short: bool) -> list[str]:
    """``perkiraan 79,82 → 86,40 (+6,58)``, what is missing then, and the projection then; ``short``: figures alone."""
    before, after, n = sandbox.before, sandbox.after, len(sandbox.chosen)
    now, then = words.score(before.estimate), words.score(after.estimate)
    projection = _("proyeksi {mark}: {now} → {then}").format(
        mark=mark, now=words.forecast(before.forecast), then=words.forecast(after.forecast)
    )
    if short:
        return [f"{now} → {then}", words.gap(after.gap, at_mark), projection]
    gain = ("+" if after.gain >= 0 else "−") + words.score(abs(after.gain))
    return [
        ngettext("{n} butir dicoba", "{n} butir dicoba", n).format(n=n),
        _("perkiraan {now} → {then} ({gain})").format(now=now, then=then, gain=gain),
        words.gap(after.gap, at_mark),
        projection,
    ]


def _bar(sandbox: Sandbox, width: int, gained: str) -> Content:
    """0 to 100: what stands, what the sandbox adds, and a stroke at the pass mark."""
    now, then = sandbox.before.estimate or 0.0, sandbox.after.estimate or 0.0
    low, high = sorted((now, then))
    first, second = round(low / 100 * width), round(high / 100 * width)
    at = min(width - 1, round(sandbox.instrument.pass_mark / 100 * width))
    line = "█" * first + gained * (second - first) + "·" * (width - second)
    tone = "$success" if then >= now else "$error"
    parts = [
        content(line[:first], "$primary"),
        content(line[first:second], tone),
        content(line[second:], "$text-muted"),
    ]
    whole = Content.assemble(*parts)
    stroke = content("┃", "bold $warning")
    return Content.assemble(whole[:at], stroke, whole[at + 1 :])


def about(row: Priority, chosen: str | None, width: int) -> Content:
    """The item under the cursor in full: its title, indicator, owner, due date and what is tried."""
    item = row.item
    first = cut(f"{item.id} {pick(item.title, item.title_en)}", width)
    facts = [
        f"{row.indicator} {pick(row.indicator_title, row.indicator_title_en)}",
        state_word(item.state) + (" → " + _("{state} (dicoba)").format(state=state_word(chosen)) if chosen else ""),
        item.owner or _("tanpa penanggung jawab"),
        words.due(item.due, item.overdue_days),
    ]
    return Content.assemble(content(first, "bold"), "\n", content(words.flow((f for f in facts if f), width)))
