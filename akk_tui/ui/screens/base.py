"""What every screen is: header and status line, body, keys; reads off the loop; a view that is renewed on change."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast, ClassVar, Final, TYPE_CHECKING, TypeVar

from textual._context import NoActiveAppError
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import ScreenResume
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from akk_tui.contract.errors import AkkError, N_
from akk_tui.ui import commands
from akk_tui.ui.terminal.painting import after_paint, PaintedScreen
from akk_tui.ui.widgets.lines import FooterLine, Line, TopLine

if TYPE_CHECKING:
    from akk_tui.store.store import Store
    from akk_tui.ui.app import AkkApp

Answer = TypeVar("Answer")
_LOW: Final = 24
"""Lines of a terminal on which every window has room for all that it says."""


class Fetched(Message):
    """The read ``number`` of a name has ended in a worker thread: ``value``, or the error that it met."""

    def __init__(self, name: str, value: Any, error: AkkError | None, number: int) -> None:
        super().__init__()
        self.name, self.value, self.error, self.number = name, value, error, number


class Reads(PaintedScreen[Answer]):
    """A screen or window that reads the store off the loop, and whose styles are found once as long as they hold."""

    def __init__(self) -> None:
        super().__init__()
        # What is made now gets the styles of now: Textual would read all style sheets anew for it.
        with suppress(NoActiveAppError):
            self._css_update_count = self.akk.styles_number
        self._worn = self._dress()
        self._fetches: dict[str, int] = {}
        self._first_reads: set[str] = set()
        """The reads that have brought no value yet and are awaited."""
        self._known: set[str] = set()
        """The reads that have."""
        self._when_read: list[Callable[[], None]] = []

    def _dress(self) -> tuple[int, frozenset[str]] | None:
        """What the styles of everything here follow from, besides its own classes."""
        try:
            return self.akk.styles_number, cast("frozenset[str]", self.akk.classes)
        except NoActiveAppError:
            return None

    def _on_screen_resume(self, event: ScreenResume) -> None:
        worn, self._worn = self._worn, self._dress()
        if worn == self._worn:
            event.refresh_styles = False

    @property
    def akk(self) -> AkkApp:
        return cast("AkkApp", self.app)

    def fetch(self, name: str, read: Callable[[Store], Any]) -> None:
        """Run ``read`` with a store of its own in a worker thread; :meth:`fetched` gets the value on the loop.

        A newer fetch of the same ``name`` makes the older one's value void.
        """
        if name not in self._known:
            self._first_reads.add(name)
        number = self._fetches[name] = self._fetches.get(name, 0) + 1

        def work() -> None:
            value, error = None, None
            try:
                with self.akk.reading() as store:
                    value = read(store)
            except AkkError as cause:
                error = cause
            if self._fetches.get(name) == number:
                self.post_message(Fetched(name, value, error, number))

        self.run_worker(work, thread=True, exclusive=True, group=f"{type(self).__name__}.{name}", exit_on_error=True)

    def when_read(self, then: Callable[[], None]) -> None:
        """Call ``then`` once each read begun so far has brought a value for the first time: now, if none is awaited."""
        if self._first_reads:
            self._when_read.append(then)
        else:
            then()

    @property
    def stands(self) -> bool:
        """Whether its widgets are there: they are made after it, and taken away before it ends."""
        return self.is_mounted and bool(self.children)

    def on_fetched(self, message: Fetched) -> None:
        message.stop()
        if not self.stands or self._fetches.get(message.name) != message.number:
            return
        self.akk.painter.hold(message.name)
        try:
            if message.error is not None:
                self.failed(message.name, message.error)
            else:
                self.fetched(message.name, message.value)
        finally:
            self.akk.painter.release(message.name)
            self._known.add(message.name)
            self._first_reads.discard(message.name)
            if not self._first_reads:
                self._all_read()

    def _all_read(self) -> None:
        waiting, self._when_read = self._when_read, []
        for then in waiting:
            then()

    def read_anew(self) -> None:
        """Make void what was read, and what is being read: the next read of each name is its first one again."""
        self._fetches = {name: number + 1 for name, number in self._fetches.items()}
        self._known.clear()
        self._first_reads.clear()
        self._all_read()

    def fetched(self, name: str, value: Any) -> None:
        """The value that ``fetch(name, …)`` read."""

    def failed(self, name: str, error: AkkError) -> None:
        """What ``fetch(name, …)`` met instead of a value."""
        self.akk.tell_error(error)


class AkkScreen(Reads[None]):
    """A screen of the app.

    A subclass sets ``ID`` (its name in the registry; its key bindings come from there), yields its widgets in
    :meth:`body`, and brings them up to date in :meth:`refresh_view`, which runs after mounting, whenever the data
    changed while the screen is shown, and when it is shown again after a change. Actions of its commands are its
    ``action_…`` methods.
    """

    ID: ClassVar[str] = ""
    AUTO_FOCUS: ClassVar[str | None] = "*"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (104, "-wide")]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if cls.ID and "BINDINGS" not in cls.__dict__:
            cls.BINDINGS = cast("list[BindingType]", commands.bindings(cls.ID))
        super().__init_subclass__(**kwargs)

    def __init__(self) -> None:
        super().__init__()
        self.seen_data = -1
        with suppress(NoActiveAppError):
            width = self.akk.size.width
            self.add_class(*self._get_breakpoint_classes(width, self.HORIZONTAL_BREAKPOINTS or []), update=False)

    @property
    def space(self) -> Size:
        """The size of the screen; before it was laid out, the terminal's."""
        return self.size or self.akk.size

    @property
    def store(self) -> Store:
        """The store of the app's own thread: for reads under 8 ms and for edits."""
        return self.akk.store

    def compose(self) -> ComposeResult:
        yield TopLine(id="top")
        yield from self.body()
        yield FooterLine(id="keys")

    def body(self) -> ComposeResult:
        """The widgets between header and keys."""
        yield from ()

    def on_mount(self) -> None:
        self.renew()

    def on_screen_resume(self) -> None:
        if self.stands and self.seen_data != self.akk.data_number:
            # What is known is shown first: a thread that reads would take half of the time that painting needs.
            after_paint(self, self._renew_shown)
        self.renew_lines()

    def _renew_shown(self) -> None:
        if self.stands and self.is_current and self.seen_data != self.akk.data_number:
            self.renew()

    def seek(self, key: str) -> None:
        """Put the cursor on the row ``key``, which was just made, once it has been read, in the list of its kind."""

    def renew(self) -> None:
        """Bring the screen up to date with the store."""
        self.seen_data = self.akk.data_number
        try:
            self.refresh_view()
        except AkkError as cause:
            self.akk.tell_error(cause)

    def first_painted(self) -> None:
        """The first frame of the app stands and shows this screen: time for what could wait."""

    def refresh_view(self) -> None:
        """Bring the widgets up to date."""

    def action_report(self) -> None:
        """Ask for the report of a visit: of the region and the days that the screen is about."""
        from akk_tui.ui.report import ask_report

        ask_report(self)

    def on_descendant_focus(self) -> None:
        """Another widget has the focus: other keys may work."""
        self.renew_keys()

    def renew_keys(self) -> None:
        """Draw the keys again where they changed: other commands may be on or off now.

        While a key is being answered they wait for its end.
        """
        if self.painter is None:
            for line in self.query(FooterLine):
                line.renew()

    def before_paint(self) -> None:
        if self.stands:
            for line in self.query(FooterLine):
                line.renew()

    def renew_top(self) -> None:
        """Draw the header again where it changed."""
        for line in self.query(TopLine):
            line.renew()

    def renew_lines(self) -> None:
        """Draw header, status and keys again where they changed."""
        for line in self.query(Line):
            line.renew()


class AkkModal(Reads[Answer], ModalScreen[Answer]):
    """A window over a screen; ``esc`` closes it without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "close", N_("Tutup")),
        Binding("question_mark,f1", "app.command('help')", "", show=False, id="help"),
    ]
    AUTO_FOCUS: ClassVar[str | None] = "*"
    _low = False
    """Whether its list was made lower for a low terminal."""

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit_list)

    def _fit_list(self) -> None:
        """On a low terminal a list gives way to the lines above and below it, and scrolls."""
        tables = list(self.query("#window > AkkTable"))
        if len(tables) != 1:
            return
        table, height = tables[0], self.akk.size.height
        if self._low:
            self._low = False
            table.styles.clear_rule("max_height")
            table.refresh(layout=True)
        elif table.styles.inline.has_rule("max_height"):
            return
        auto = table.styles.height is None or table.styles.height.is_auto
        rest = [one for one in self.query_one("#window").children if one is not table and one.display]
        if height >= _LOW or not auto or not all(isinstance(one, (Static, Input)) for one in rest):
            return
        taken = 2 + sum(one.size.height + one.styles.margin.height for one in rest)
        table.styles.max_height = max(3, height * 9 // 10 - taken)
        self._low = True

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
