"""The lines of every screen: header and status above, keys below. They are drawn only when their text changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast, Final, NamedTuple, TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.reactive import Reactive
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from akk_tui import i18n
from akk_tui.i18n import gettext as _
from akk_tui.ui import commands
from akk_tui.ui.terminal.safe import content, cut

if TYPE_CHECKING:
    from akk_tui.store.shapes import StatusLine
    from akk_tui.ui.app import AkkApp


def countdown(days: int | None) -> str:
    """``Penilaian 29 hari lagi``; empty when the day is not known."""
    if days is None:
        return ""
    if days == 0:
        return _("Penilaian hari ini")
    if days < 0:
        return i18n.ngettext("Penilaian {days} hari lalu", "Penilaian {days} hari lalu", -days).format(days=-days)
    return i18n.ngettext("Penilaian {days} hari lagi", "Penilaian {days} hari lagi", days).format(days=days)


def last_sync(moment: datetime | None, zone: str, now: datetime, *, short: bool = False) -> str:
    """``sinkron terakhir 09.14 WIB``, with the day when it was not today; ``short``: only when."""
    if moment is None:
        return _("belum pernah sinkron")
    local = i18n.in_zone(moment, zone).date()
    clock = i18n.clock(moment, zone)
    if local != i18n.in_zone(now, zone).date():
        clock = f"{i18n.day(local, year=False)} {clock}"
    return clock if short else _("sinkron terakhir {clock}").format(clock=clock)


def status_parts(
    status: StatusLine | None, online: bool | None, running: str | None, zone: str, now: datetime, brevity: int = 0
) -> list[str]:
    """What the status line says, the most important first.

    ``brevity`` 1: of the last sync only when it was; 2: the counts as signs, too.
    """
    parts = [_("● daring") if online else _("○ luring")]
    if running is not None:
        parts.append("↻ " + running)
    elif status is not None:
        parts.append(last_sync(status.last_sync, zone, now, short=brevity > 0))
    if status is None:
        return parts
    counts = {"↑": status.pending, "≠": status.conflicts, "✗": status.refused}
    if brevity > 1:
        signs = " ".join(f"{sign}{n}" for sign, n in counts.items() if n)
        return [*parts, signs] if signs else parts
    if status.pending:
        parts.append(i18n.ngettext("{n} belum terkirim", "{n} belum terkirim", status.pending).format(n=status.pending))
    if status.conflicts:
        parts.append(i18n.ngettext("{n} beda isian", "{n} beda isian", status.conflicts).format(n=status.conflicts))
    if status.refused:
        parts.append(i18n.ngettext("{n} ditolak", "{n} ditolak", status.refused).format(n=status.refused))
    return parts


def _title(status: StatusLine | None, width: int) -> str:
    """Name, cycle and countdown in the longest form that fits."""
    if status is None:
        return " AKK "
    cycle, days = status.cycle, countdown(status.days_left)
    long = " AKK  " + _("Siklus {cycle}").format(cycle=cycle) + (f" ▸ {days} " if days else " ")
    forms = (long, f" AKK {cycle} ▸ {days} " if days else long, f" AKK {cycle} ")
    return next((form for form in forms if cell_len(form) <= width), " AKK ")


def clickable(words: Content, action: str) -> Content:
    """``words`` that run ``action`` of the screen under the mouse; the keys do the same."""
    return words.stylize(Style.from_meta({"@click": f"screen.{action}"}))


class Line(Widget):
    """A widget that draws one or two lines and repaints only when they differ from those that stand."""

    DEFAULT_CSS = "Line { height: 1; width: 1fr; }"

    _drawn: tuple[Any, ...] | None = None

    @property
    def akk(self) -> AkkApp:
        return cast("AkkApp", self.app)

    def text(self, width: int) -> Content:
        """What the line shows in ``width`` cells."""
        raise NotImplementedError

    def render(self) -> Content:
        drawn = self.text(self.size.width)
        self._drawn = (drawn.plain, tuple(drawn.spans), self.size.width)
        return drawn

    def renew(self) -> None:
        """Draw again if something changed."""
        now = self.text(self.size.width)
        if (now.plain, tuple(now.spans), self.size.width) != self._drawn:
            self.refresh()


class Words(Static):
    """Some lines of text that are drawn again only when they differ, and move others only when their height does."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)
    """A new size comes from a layout and asks for no other one: in Textual it does, for those that scroll."""

    def __init__(self, words: Content | None = None, *, id: str | None = None) -> None:  # noqa: A002
        self._words = words or Content("")
        super().__init__(self._words, id=id)
        self.auto_links = False

    @property
    def words(self) -> Content:
        """What it shows."""
        return self._words

    def show(self, words: Content) -> None:
        """Show ``words``."""
        old = self._words
        if words.plain == old.plain and words.spans == old.spans:
            return
        self._words = words
        width = self.content_size.width
        higher = not width or words.get_height({}, width) != old.get_height({}, width)
        height = self.styles.height
        self.update(words, layout=higher and (height is None or height.is_auto))


class TopLine(Line):
    """Cycle, countdown and DATA CONTOH on the left, the state of the sync on the right; two lines when narrow."""

    def text(self, width: int) -> Content:
        app = self.akk
        status = app.status
        # The same in every language: it also stands on pictures and screens that others see.
        sample = " " + _("DATA CONTOH") + " " if status is not None and status.sample else ""
        title = content(_title(status, width - cell_len(sample)), "bold $primary")
        if sample:
            title = Content.assemble(title, content(sample, "bold reverse $warning"))
        room = width if self.size.height > 1 else width - title.cell_length
        forms = (self._right(brevity) for brevity in range(3))
        right = next((form for form in forms if cell_len(form) < room), self._right(2))
        tone = "$success" if app.online else "$text-muted"
        if self.size.height > 1 or title.cell_length + cell_len(right) > width:
            if self.size.height > 1:
                return Content.assemble(title, "\n", content(cut(" " + right, width), tone))
            right = cut(right, max(0, width - title.cell_length))
        gap = max(0, width - title.cell_length - cell_len(right))
        return Content.assemble(title, content(" " * gap), content(right, tone))

    def _right(self, brevity: int) -> str:
        app = self.akk
        parts = status_parts(app.status, app.online, app.sync.words(), app.zone, app.now(), brevity)
        return " · ".join(parts) + " "


class _Key(NamedTuple):
    """A key of the footer with what it does; one that is off now is drawn pale."""

    key: str
    title: str
    off: bool

    @property
    def size(self) -> int:
        """Its cells, with the gap after them."""
        return cell_len(self.key) + cell_len(self.title) + 3


_STAY: Final = ("search", "help")


class FooterLine(Line):
    """The keys of the commands that work here, from the registry; those that are off now are pale.

    Where the line is narrow keys fall away from the right: the palette first, then what works everywhere, then the
    screen's own, its last ones first; search and help stay to the end, help longest. While a text
    field has the focus, only keys are shown that it does not take as text. A screen whose parts have keys of their own
    names by ``footer_hides(command id)`` those of the parts that are not shown.
    """

    def text(self, width: int) -> Content:
        app, typing = self.akk, isinstance(self.screen.focused, (Input, TextArea))
        hides = getattr(self.screen, "footer_hides", None)
        found: dict[str, _Key] = {}
        for command in commands.of_screen(getattr(self.screen, "ID", "")):
            if not command.footer or (hides is not None and hides(command.id)):
                continue
            keys = [key for key in commands.keys_of(command, app.keymap) if not (typing and commands.is_typed(key))]
            if keys:
                off = command.when is not None and command.when(app) is not None
                found[command.id] = _Key(commands.shown_key(keys[0]), commands.in_a_row(command), off)
        left = width - 1
        fitting: set[str] = set()
        for name in sorted(found, key=_importance):
            left -= found[name].size
            if left < 0:
                break
            fitting.add(name)
        parts = [
            Content.assemble(
                content(one.key, "$text-disabled" if one.off else "bold $accent"),
                content(f" {one.title}  ", "$text-disabled" if one.off else "$text-muted"),
            )
            for name, one in found.items()
            if name in fitting
        ]
        return Content.assemble(" ", *parts)


def _importance(name: str) -> int:
    """Help, search, everything else in its order."""
    return -1 - _STAY.index(name) if name in _STAY else 0
