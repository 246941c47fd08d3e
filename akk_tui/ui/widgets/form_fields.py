"""The fields of a form: what each kind shows, how its text is read, and the line under it that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from akk_tui.contract.limits import LINE_CHARS, TEXT_BYTES
from akk_tui.i18n import gettext as _
from akk_tui.i18n import language
from akk_tui.ui import dates
from akk_tui.ui.terminal.safe import content, cut
from akk_tui.ui.widgets.editor import MarkdownEditor
from akk_tui.ui.widgets.lines import Words

YES: Final = "ya"
"""The text of a check that is ticked; otherwise it is empty."""
_OFFERS: Final = 5
_WHOLE: Final = ("date", "past", "number")
"""Fields whose value is written anew rather than mended: ``+7`` for ``2025-10-31``."""


class FormField(NamedTuple):
    """One field of a form. ``label`` and ``hint`` are translated texts."""

    key: str
    label: str
    value: str = ""
    """As text in its file form: ISO dates, decimal points, comma-separated sets, ``ya`` of a check."""
    kind: str = "line"
    """``line``, ``text`` (several lines), ``date``, ``past`` (a date up to today), ``number``, ``choice``, ``set`` or
    ``check``."""
    choices: tuple[tuple[str, str], ...] = ()
    """(value, words) of a choice; of a line or set: what is offered while typing."""
    check: Callable[[str], str | None] | None = None
    """Why a text (in its file form, not empty) is refused, or None."""
    hint: str = ""
    required: bool = False


class Reading(NamedTuple):
    """What a field's text means: ``text`` in its file form, ``problem`` why it cannot stand, ``shown`` in words."""

    text: str
    problem: str | None = None
    shown: str = ""


def read(field: FormField, typed: str, today: date) -> Reading:
    """Read what was typed into ``field``."""
    found = _form(field, typed if field.kind == "text" else " ".join(typed.split()), today)
    if found.problem is None and field.required and not found.text.strip():
        return found._replace(problem=_("harus diisi"))
    if found.problem is None and found.text and field.check is not None:
        return found._replace(problem=field.check(found.text))
    return found


def _form(field: FormField, typed: str, today: date) -> Reading:
    if field.kind in ("date", "past"):
        return _day(typed, today, past=field.kind == "past")
    if field.kind == "number":
        return _number(typed)
    if field.kind == "set":
        return Reading(", ".join(dict.fromkeys(part for part in map(str.strip, typed.split(",")) if part)))
    return Reading(typed)


def _day(typed: str, today: date, *, past: bool) -> Reading:
    if not typed:
        return Reading("")
    found = dates.parse(typed, today, past=past)
    if found is None:
        return Reading(typed, _("tanggal tidak dikenali: tulis 2025-10-06, 6 okt, 6/10, +7 atau besok"))
    if past and found > today:
        return Reading(typed, _("belum terjadi: paling akhir hari ini"))
    return Reading(found.isoformat(), None, dates.shown(found))


def _number(typed: str) -> Reading:
    if not typed:
        return Reading("")
    text = typed.replace(",", ".")
    try:
        finite = Decimal(text).is_finite()
    except InvalidOperation:
        finite = False
    return Reading(text) if finite else Reading(typed, _("bukan angka"))


class LineField(Input):
    """One line of text; enter belongs to the form. ``whole``: what is typed first takes the place of what stands."""

    def __init__(self, value: str, *, whole: bool = False) -> None:
        super().__init__(value, max_length=LINE_CHARS * 8, select_on_focus=whole)
        self.cursor_blink = False

    def put(self, text: str) -> None:
        """Show ``text`` with the cursor behind it."""
        self.value = text
        self.cursor_position = len(text)


class ChoiceField(Widget, can_focus=True):
    """A choice: ``[chosen]`` among the others; left and right move, a letter goes to the next that begins with it."""

    DEFAULT_CSS = """
    ChoiceField { height: auto; width: 1fr; padding: 0 1; background: $boost; }
    """

    class Changed(Message):
        """Another choice is chosen."""

    def __init__(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        super().__init__()
        self.choices = tuple(choices)
        values = [key for key, _words in self.choices]
        if value not in values:
            self.choices = ((value, value or "–"), *self.choices)
            values.insert(0, value)
        self.at = values.index(value)

    @property
    def value(self) -> str:
        """The chosen value."""
        return self.choices[self.at][0]

    def render(self) -> Content:
        parts: list[Content] = []
        used, width = 0, max(8, self.size.width)
        for n, (_key, words) in enumerate(self.choices):
            shown = f"[{words}]" if n == self.at else f" {words} "
            if used and used + cell_len(shown) > width:
                parts.append(Content("\n"))
                used = 0
            style = ("bold reverse" if self.has_focus else "bold") if n == self.at else "$text-muted"
            parts.append(content(cut(shown, width), style))
            used += cell_len(shown)
        return Content.assemble(*parts)

    def choose(self, at: int) -> None:
        """Choose the option number ``at``, counted around."""
        self.at = at % len(self.choices)
        self.refresh(layout=True)
        self.post_message(self.Changed())

    def on_key(self, event: events.Key) -> None:
        at = self._letter(event.character) if event.character is not None and event.character.isalnum() else None
        if event.key in ("left", "right"):
            at = self.at + (1 if event.key == "right" else -1)
        elif event.key == "space":
            at = self.at + 1
        if at is not None:
            event.stop()
            event.prevent_default()
            self.choose(at)

    def _letter(self, letter: str) -> int | None:
        letter = letter.casefold()
        order = [(self.at + n) % len(self.choices) for n in range(1, len(self.choices) + 1)]
        return next((n for n in order if self.choices[n][1].casefold().startswith(letter)), None)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if len(self.choices) > 1:
            self.choose(self.at + 1)


class CheckField(Widget, can_focus=True):
    """A box: space ticks it."""

    DEFAULT_CSS = """
    CheckField { height: 1; width: 1fr; padding: 0 1; background: $boost; }
    """

    def __init__(self, value: str) -> None:
        super().__init__()
        self.value = YES if value == YES else ""

    def render(self) -> Content:
        words = _("[✓] ya") if self.value else _("[ ] tidak")
        return content(words, "bold reverse" if self.has_focus else "bold")

    def toggle(self) -> None:
        """Tick or untick."""
        self.value = "" if self.value else YES
        self.refresh()
        self.post_message(ChoiceField.Changed())

    def on_key(self, event: events.Key) -> None:
        if event.key in ("space", "left", "right"):
            event.stop()
            event.prevent_default()
            self.toggle()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.toggle()


class FieldBox(Vertical):
    """One field with its label, what it says about the typed text, and what it offers."""

    DEFAULT_CSS = """
    FieldBox {
        height: auto;
        & .row { height: auto; }
        & .label { height: auto; padding: 0 1 0 0; }
        & Input, & MarkdownEditor { width: 1fr; background: $boost; }
        & MarkdownEditor { height: 5; }
        & .said, & .offers { height: auto; display: none; }
        &.-says .said { display: block; }
        &.-offers .offers { display: block; }
    }
    """

    def __init__(self, field: FormField, today: date) -> None:
        super().__init__()
        self.field = field
        self.today = today
        self.offered: list[tuple[str, str]] = []
        self.at = -1
        """The place of the marked offer; -1: none."""
        self._refused: str | None = None
        self.input: LineField | MarkdownEditor | ChoiceField | CheckField = self._widget()

    def _widget(self) -> LineField | MarkdownEditor | ChoiceField | CheckField:
        field = self.field
        if field.kind == "text":
            return MarkdownEditor(field.value, limit=TEXT_BYTES)
        if field.kind == "choice":
            return ChoiceField(field.choices, field.value)
        if field.kind == "check":
            return CheckField(field.value)
        value = field.value.replace(".", ",") if field.kind == "number" and language() == "id" else field.value
        return LineField(value, whole=field.kind in _WHOLE)

    def compose(self) -> ComposeResult:
        mark = " *" if self.field.required else ""
        with Horizontal(classes="row"):
            yield Static(content(self.field.label + mark), classes="label")
            yield self.input
        offers, said = Words(), Words()
        offers.add_class("offers")
        said.add_class("said")
        yield offers
        yield said

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self.input.text if isinstance(self.input, TextArea) else self.input.value

    def reading(self) -> Reading:
        """What the field means now."""
        return read(self.field, self.typed, self.today)

    # the line under the field

    def complain(self, words: str | None) -> None:
        """Say ``words`` as the field's error; None takes it back."""
        self._refused = words
        self.say()

    def say(self, *, judge: bool = False) -> None:
        """Show what was understood, what is wrong, or (in focus) the hint. ``judge``: the typing has ended."""
        found = self.reading()
        problem = self._refused or (found.problem if judge or isinstance(self.input, ChoiceField) else None)
        if problem:
            self._show_said(content("✗ " + problem, "$text-error"))
        elif found.shown:
            self._show_said(content("= " + found.shown, "$text-success"))
        else:
            hint = self.field.hint if self.input.has_focus else ""
            self._show_said(content(hint, "$text-muted"))

    def _show_said(self, words: Content) -> None:
        self.query_one(".said", Words).show(words)
        self.set_class(bool(words.plain), "-says")

    # what it offers

    def offer(self, *, all_of_them: bool = False) -> None:
        """Show what goes with the word that is typed; ``all_of_them``: also when there is none yet."""
        self.offered, self.at = self._fitting(all_of_them=all_of_them), -1
        self._draw_offers()

    def withdraw(self) -> None:
        """Offer nothing any more."""
        self.offered, self.at = [], -1
        self._draw_offers()

    def _fitting(self, *, all_of_them: bool) -> list[tuple[str, str]]:
        field = self.field
        if field.kind not in ("line", "set") or not field.choices:
            return []
        word, taken = self.typed.strip().casefold(), set[str]()
        if field.kind == "set":
            *before, word = (part.strip().casefold() for part in self.typed.split(","))
            taken = set(before)
        if not word and not all_of_them:
            return []
        known = [one for one in field.choices if one[0].casefold() not in taken]
        if any(word == key.casefold() for key, _words in known):
            return []
        first = [one for one in known if one[0].casefold().startswith(word)]
        return first + [one for one in known if one not in first and word in f"{one[0]} {one[1]}".casefold()]

    def mark(self, step: int) -> None:
        """Mark the next offer, or with -1 the one before; above the first none is marked."""
        self.at = min(max(self.at + step, -1), len(self.offered) - 1)
        self._draw_offers()

    def _draw_offers(self) -> None:
        start = min(max(0, self.at - _OFFERS + 1), max(0, len(self.offered) - _OFFERS))
        lines: list[Content] = []
        width = max(12, self.size.width - 24)
        for n, (key, words) in enumerate(self.offered[start : start + _OFFERS], start):
            shown = cut(key if words in ("", key) else f"{key} · {words}", width)
            lines.append(content(f"› {shown}" if n == self.at else f"  {shown}", "bold" if n == self.at else ""))
        if len(self.offered) > start + _OFFERS:
            lines.append(content("  …", "$text-muted"))
        self.query_one(".offers", Words).show(Content("\n").join(lines))
        self.set_class(bool(lines), "-offers")

    def take(self) -> bool:
        """Put the marked offer into the field; False when none is marked."""
        if self.at < 0 or not isinstance(self.input, LineField):
            return False
        key = self.offered[self.at][0]
        before = ""
        if self.field.kind == "set":
            before = "".join(f"{part.strip()}, " for part in self.input.value.split(",")[:-1] if part.strip())
        with self.input.prevent(Input.Changed):
            self.input.put(before + key)
        self.withdraw()
        self.say()
        return True

    def fit(self, label: int | None) -> None:
        """Put the label, ``label`` cells wide, beside the field; None: above it."""
        self.query_one(".row").styles.layout = "vertical" if label is None else "horizontal"
        self.query_one(".label").styles.width = "1fr" if label is None else label
        for line in self.query(Words):
            line.styles.padding = (0, 0, 0, 1 if label is None else label + 1)
        self._draw_offers()
