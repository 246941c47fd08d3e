"""The table of the checklist: which columns it has at a width, and what stands in the cells of items and of heads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.text import Text

from akk_tui import i18n
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick
from akk_tui.store.shapes import ChecklistRow
from akk_tui.ui.terminal.safe import cell
from akk_tui.ui.widgets.checklist_rows import Group, is_open
from akk_tui.ui.widgets.event_list import across
from akk_tui.ui.widgets.states import state_glyph, state_tone, state_word
from akk_tui.ui.widgets.table import Column

Tone = Callable[[str], str]

_WIDE: Final = 100
_MIDDLE: Final = 70


def columns(width: int, by: str) -> tuple[Column, ...]:
    """The columns for ``width`` cells when grouped ``by``: what the heads say needs no column.

    They fall away in this order: gain, the word of the state, then OPD and region; the due date stays, shortened.
    """
    width = max(width, 24)
    wide, middle = width >= _WIDE, width >= _MIDDLE
    first = [Column("mark", "", 2), Column("state", _("Status") if wide else "", 18 if wide else 4)]
    last: list[Column] = []
    if middle and by != "region":
        last.append(Column("region", _("Daerah"), 22 if wide else 16))
    if middle and by != "owner":
        last.append(Column("owner", _("OPD"), 18 if wide else 14))
    if by != "due":
        last.append(Column("due", _("Batas waktu"), 25 if wide else 11))
    if wide:
        last.append(Column("gain", _("Naik"), 6, right=True))
    used = sum(column.width or 0 for column in (*first, *last))
    return (*first, Column("item", _("Butir"), max(width - used, 12)), *last)


def head(group: Group, shown: Sequence[Column], tone: Tone, *, opened: bool) -> list[Text]:
    """The line over a group: its title, what is owed, what is late, and what accepting all of it adds."""
    parts = [group.title, _("{n} kurang").format(n=group.open)]
    if group.late:
        parts.append(_("{n} terlambat").format(n=group.late))
    if group.gain >= 0.05:
        parts.append(_("naik {points} per daerah").format(points=i18n.number(group.gain, 1)))
    return line(" · ".join(parts), shown, tone("strong"), "▾" if opened else "▸")


def line(words: str, shown: Sequence[Column], style: str, sign: str = "") -> list[Text]:
    """A line that is no item: ``words`` from the state's place on, over all columns behind it."""
    # The first column is the mark's.
    return [cell(sign, style), *across(words, shown[1:], style)]


def row(found: ChecklistRow, shown: Sequence[Column], tone: Tone, *, marked: bool) -> list[Text]:
    """The cells of one item."""
    return [_cell(found, column, tone, marked) for column in shown]


def _cell(found: ChecklistRow, column: Column, tone: Tone, marked: bool) -> Text:
    item = found.item
    width = (column.width or 1) - (0 if column.right else 1)
    if column.key == "mark":
        return cell("x" if marked else "", tone("accent"))
    if column.key == "state":
        sign = ("≠" if item.conflict else "") + ("↑" if item.pending else "")
        word = f" {state_word(item.state)}" if width > 4 else ""
        return cell(f"{state_glyph(item.state)}{word} {sign}".rstrip(), tone(state_tone(item.state)), width=width)
    if column.key == "item":
        return cell(f"{item.id} {pick(item.title, item.title_en)}", width=width)
    if column.key == "region":
        return cell(found.region_name, width=width)
    if column.key == "owner":
        return cell(item.owner or "–", width=width)
    if column.key == "gain":
        return cell(f"+{i18n.number(item.gain, 1)}" if item.gain >= 0.05 else "", tone("muted"), right=True)
    return _due(found, width, tone)


def _due(found: ChecklistRow, width: int, tone: Tone) -> Text:
    item = found.item
    if item.due is None:
        return cell("–", tone("muted"))
    day = i18n.day(item.due, year=False)
    if item.overdue_days and is_open(found):
        late = ngettext("terlambat {n} hari", "terlambat {n} hari", item.overdue_days).format(n=item.overdue_days)
        words = f"{day} {late}" if width >= 20 else f"{day} !{item.overdue_days}"
        return cell(words, tone("bad"), width=width)
    return cell(day, width=width)
