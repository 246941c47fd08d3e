"""One difference in full: semula, isian saya, isian rekan, who and when."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from akk_tui import i18n
from akk_tui.contract.fields import canonical, group
from akk_tui.contract.fields import field as field_of
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick
from akk_tui.store.shapes import Conflict, OutboxRow
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.values import set_words, what_words

_LABEL = 14


def about(row: Conflict | OutboxRow) -> str:
    """``Kota Blitar · Tingkat kepatuhan · status``."""
    parts = (row.region_name, pick(row.title, row.title_en), what_words(row.kind, row.field))
    return " · ".join(part for part in parts if part)


def who(conflict: Conflict, zone: str) -> str:
    """``Budi, 6 Okt 2025 09.14 WIB``."""
    when = i18n.moment(conflict.at, zone) if conflict.at is not None else ""
    return ", ".join(part for part in (conflict.by or "", when) if part)


def earlier(conflict: Conflict, waiting: Sequence[OutboxRow]) -> list[str]:
    """The officer's older values of the same field that wait too: they go as well when theirs is taken."""
    rows = sorted(
        (row for row in waiting if row.op in conflict.ops and row.set != conflict.mine), key=lambda row: row.n
    )
    return [set_words(row.set) for row in rows]


def described(conflict: Conflict, waiting: Sequence[OutboxRow], zone: str) -> Content:
    """The three values under each other, each after its name."""
    theirs = set_words(conflict.theirs)
    rows = [
        (_("semula"), set_words(conflict.base), ""),
        (_("isian saya"), set_words(conflict.mine), "bold"),
        (_("isian rekan"), theirs, "bold"),
    ]
    if before := earlier(conflict, waiting):
        rows.insert(1, (_("saya, dulu"), ", ".join(before), ""))
    if named := who(conflict, zone):
        rows.append((_("oleh"), named, ""))
    lines = [content(about(conflict), "bold $primary")]
    for label, words, style in rows:
        lines.append(Content.assemble(content(f"{label:<{_LABEL}}", "$text-muted"), content(words, style)))
    return Content("\n").join(lines)


def simple_field(conflict: Conflict) -> bool:
    """Whether another value can be typed on one line or chosen from the states."""
    names = tuple(conflict.mine)
    if len(names) != 1 or not conflict.field:
        return False
    name = names[0]
    if len(group(conflict.kind, name)) > 1 or name in ("body", "deleted") or name.startswith(("evidence.", "pic")):
        return False
    return field_of(conflict.kind, name).merge != "text"


def typed_value(kind: str, name: str, text: str) -> object:
    """What was typed as the field's value in its one form; raises BadValue."""
    if not text.strip():
        return canonical(kind, name, None)
    if field_of(kind, name).merge == "set":
        return canonical(kind, name, [part.strip() for part in text.split(",") if part.strip()])
    return canonical(kind, name, text)


def editable_text(value: object) -> str:
    """The value as it is typed."""
    if isinstance(value, list):
        return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return "" if value is None else str(value)


class TextWindow(AkkModal[None]):
    """A window with a text to read; arrows scroll, esc and enter close."""

    DEFAULT_CSS = """
    TextWindow {
        & #window { width: 92; max-width: 96%; height: auto; max-height: 90%; }
        & #window { background: $panel; border: round $primary; }
        & VerticalScroll { height: auto; max-height: 100%; padding: 0 1; }
        & #text { height: auto; }
    }
    """
    BINDINGS = [("enter", "close", "")]

    def __init__(self, title: str, text: Content) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(self._title)
            with VerticalScroll():
                yield Static(self._text, id="text")


class ValueWindow(AkkModal[str]):
    """Asks for one line of text; answers it, or None."""

    DEFAULT_CSS = """
    ValueWindow {
        & #window { width: 72; max-width: 96%; height: auto; background: $panel; border: round $primary; padding: 0 1; }
        & #hint { height: auto; color: $text-muted; }
    }
    """

    def __init__(self, title: str, text: str, hint: str) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._hint = hint

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(self._title)
            value = Input(self._text, id="value")
            value.cursor_blink = False
            yield value
            yield Static(content(self._hint), id="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)
