"""The line in which one types what to look for in a text; it tells which of how many matches is seen."""

from __future__ import annotations

import re

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.store.views import fold
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.quiet import Quiet


def pattern(typed: str) -> re.Pattern[str] | None:
    """What finds ``typed`` in folded text, whatever its case and accents; None for nothing typed."""
    return re.compile(re.escape(fold.fold(typed))) if typed.strip() else None


class FindInput(Input):
    """Enter and down go to the next match, up to the previous one."""

    HELP = N_("Enter atau panah bawah: yang berikut; panah atas: yang sebelumnya; esc menutup pencarian.")


class FindBar(Horizontal):
    """Hidden until :meth:`open`; says :class:`Typed` and :class:`Step`."""

    DEFAULT_CSS = """
    FindBar {
        height: 1;
        display: none;
        background: $panel;
        & .label { width: auto; padding: 0 0 0 1; color: $accent; text-style: bold; }
        & Input { width: 1fr; height: 1; border: none; padding: 0 1; background: $boost; }
        & #found { width: 22; padding: 0 1; text-align: right; }
        &.-shown { display: block; }
    }
    .-tiny FindBar #found { width: 14; }
    """

    class Typed(Message):
        """Something else is looked for: ``found`` matches it in folded text, None when nothing is typed."""

        def __init__(self, found: re.Pattern[str] | None) -> None:
            super().__init__()
            self.found = found

    class Step(Message):
        """The next match is wanted (``step`` -1: the previous one)."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def compose(self) -> ComposeResult:
        yield Static(content(_("cari")), classes="label")
        typed = FindInput(placeholder=_("kata di dalam catatan"))
        typed.cursor_blink = False
        yield typed
        yield Quiet(id="found")

    @property
    def input(self) -> Input:
        """The field."""
        return self.query_one(Input)

    @property
    def found(self) -> re.Pattern[str] | None:
        """What matches what is typed, in folded text."""
        return pattern(self.input.value)

    @property
    def is_open(self) -> bool:
        """Whether it is seen."""
        return self.has_class("-shown")

    def open(self) -> None:
        """Show it; what was typed before is selected."""
        self.add_class("-shown")
        self.input.focus()
        self.input.action_select_all()
        self.post_message(self.Typed(self.found))

    def close(self) -> None:
        """Hide it: nothing stands out any more."""
        self.remove_class("-shown")
        self.post_message(self.Typed(None))

    def tell(self, at: int, of: int) -> None:
        """Say that match ``at`` of ``of`` is seen."""
        if not self.input.value.strip():
            words = ""
        elif not of:
            words = _("tidak ada")
        else:
            words = _("{at} dari {of}").format(at=at, of=of)
        self.query_one("#found", Quiet).say(content(words, "$text-error" if words and not of else "$text-muted"))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self.post_message(self.Typed(pattern(event.value)))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Step(1))

    def on_key(self, event: events.Key) -> None:
        if event.key in ("up", "down"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Step(1 if event.key == "down" else -1))
