"""Windows over the sync screen: a row's details, a difference whole, and all differences of a region before they go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store.shapes import Conflict, OutboxRow
from akk_tui.ui import commands
from akk_tui.ui.screens.base import AkkModal, Answer
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets import conflict as difference
from akk_tui.ui.widgets import conflict_value
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.values import set_words

COLUMNS_FROM = 104
"""Cells of the terminal from which the three values stand side by side."""


class _Reading(AkkModal[Answer]):
    """A window whose text scrolls in what the lines below it leave of the height."""

    WIDEST: ClassVar[int] = 92
    """Cells that it takes at most; the style sheet says the same."""

    def on_mount(self) -> None:
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        width, height = self.akk.size
        inner = min(self.WIDEST, width * 96 // 100) - 4
        taken = 2 + sum(words.words.get_height({}, inner) for words in self.query(Words))
        self.query_one(VerticalScroll).styles.max_height = max(2, height * 9 // 10 - taken)


class TextWindow(_Reading[None]):
    """A window with a text to read; arrows scroll, esc and enter close."""

    HELP = N_("Panah menggulung; esc atau enter menutup.")
    DEFAULT_CSS = """
    TextWindow {
        & VerticalScroll { height: auto; }
        & #text { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [("enter", "close", N_("Tutup"))]

    def __init__(self, title: str, text: Content) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(self._title)
            with VerticalScroll():
                yield Static(self._text, id="text")


class DifferenceWindow(_Reading[str]):
    """One difference with its texts whole; answers ``mine``, ``theirs``, ``value`` (where it is ``typed``), or None."""

    WIDEST = 160
    HELP = N_("m memakai isian saya, t isian rekan, e isian lain atau gabungan dua teks; esc menutup tanpa menjawab.")
    DEFAULT_CSS = """
    DifferenceWindow {
        & VerticalScroll { height: auto; }
        & Horizontal { height: auto; }
        & .side { width: 1fr; height: auto; border: round $foreground 30%; padding: 0 1; }
        & .side { border-title-color: $primary; }
        & #keys, & #about, & #text { height: auto; }
        & #about, & Horizontal { display: none; }
        &.-columns #about, &.-columns Horizontal { display: block; }
        &.-columns #text { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter", "close", N_("Tutup")),
        ("m", "answer('mine')", N_("Isian saya")),
        ("t", "answer('theirs')", N_("Isian rekan")),
        ("e", "answer('value')", N_("Isian lain")),
    ]

    def __init__(self, conflict: Conflict, waiting: Sequence[OutboxRow], zone: str, typed: bool) -> None:
        super().__init__()
        self._conflict = conflict
        self._waiting = waiting
        self._zone = zone
        self._typed = typed

    def compose(self) -> ComposeResult:
        if conflict_value.is_text(self._conflict):
            keys = _("m isian saya · t isian rekan · e gabungan keduanya · esc tutup")
        elif self._typed:
            keys = _("m isian saya · t isian rekan · e isian lain · esc tutup")
        else:
            keys = _("m isian saya · t isian rekan · esc tutup")
        with Vertical(id="window") as window:
            window.border_title = content(_("Beda isian"))
            with VerticalScroll():
                yield Static(content(difference.about(self._conflict), "bold $primary"), id="about")
                with Horizontal():
                    for side in difference.sides(self._conflict, self._waiting, self._zone):
                        shown = Static(difference.column(side), classes="side")
                        difference.entitle(shown, side)
                        yield shown
                yield Static(difference.described(self._conflict, self._waiting, self._zone), id="text")
            yield Words(content(keys, "$text-muted"), id="keys")

    def _fit(self) -> None:
        self.set_class(self.akk.size.width >= COLUMNS_FROM, "-columns")
        super()._fit()

    def action_answer(self, choice: str) -> None:
        """Close with an answer."""
        if choice == "value" and not self._typed:
            self.akk.tell(_("Baris utuh atau penghapusan dijawab dengan isian saya atau isian rekan."), "warning")
            return
        self.dismiss(choice)


class RegionWindow(_Reading[bool]):
    """One answer for all differences of a region: what will hold and every value that is let go; true when wanted."""

    WIDEST = 100
    HELP = N_("Semua nilai yang dipakai dan yang dilepas; panah menggulung, enter menjawab, esc batal.")
    DEFAULT_CSS = """
    RegionWindow {
        & VerticalScroll { height: auto; }
        & #values, & #after, & #keys { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [("enter", "accept", N_("Jawab semua"))]

    def __init__(self, conflicts: Sequence[Conflict], waiting: Sequence[OutboxRow], zone: str, choice: str) -> None:
        super().__init__()
        self._conflicts = tuple(conflicts)
        self._waiting = waiting
        self._zone = zone
        self._mine = choice == "mine"

    def compose(self) -> ComposeResult:
        n, region = len(self._conflicts), self._conflicts[0].region_name
        title = _("{region}: semua isian saya dipakai") if self._mine else _("{region}: semua isian rekan dipakai")
        after = (
            _("Isian rekan diganti saat terkirim; riwayat menyimpannya. {undo} mengurungkan: isian rekan berlaku.")
            if self._mine
            else _("Yang dilepas disimpan 90 hari di tab Dilepas dan dapat dipulihkan; {undo} tidak mengurungkan ini.")
        )
        keys = ngettext("enter menjawab {n} beda isian · esc batal", "enter menjawab {n} beda isian · esc batal", n)
        with Vertical(id="window") as window:
            window.border_title = content(title.format(region=region))
            with VerticalScroll():
                yield Static(Content("\n").join(self._lines()), id="values")
            yield Words(content(after.format(undo=commands.key_of("edit.undo", self.akk.keymap))), id="after")
            yield Words(content(keys.format(n=n), "$text-muted"), id="keys")

    def _lines(self) -> list[Content]:
        lines: list[Content] = []
        for conflict in self._conflicts:
            mine, theirs = set_words(conflict.mine), difference.theirs_words(conflict)
            by = difference.who(conflict, self._zone)
            theirs = f"{theirs} ({by})" if by else theirs
            used, gone = ([mine], [theirs]) if self._mine else ([theirs], [mine])
            gone += difference.earlier(conflict, self._waiting)
            lines.append(content(difference.about(conflict, region=False), "bold"))
            lines.append(Content.assemble(content("  " + _("dipakai") + "  ", "$text-muted"), content(used[0])))
            lines += [
                Content.assemble(content("  " + _("dilepas") + "  ", "$text-muted"), content(value)) for value in gone
            ]
        return lines

    def action_accept(self) -> None:
        """Answer them all."""
        self.dismiss(True)
