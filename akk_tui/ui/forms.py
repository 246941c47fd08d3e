"""The form window: named fields, what is wrong said under each, saved by one key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, TextArea

from akk_tui.contract.errors import AkkError, BadValue, N_
from akk_tui.i18n import gettext as _
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.editor import MarkdownEditor
from akk_tui.ui.widgets.form_fields import ChoiceField, FieldBox, FormField
from akk_tui.ui.widgets.form_fields import YES as YES
from akk_tui.ui.widgets.lines import Words

__all__ = ["YES", "Form", "FormField"]

_ROOMY: Final = 60
"""Cells of the terminal from which the labels stand beside their fields."""
_LABEL_MOST: Final = 26


class _Fields(VerticalScroll, can_focus=False):
    """The fields; the one in focus is scrolled into sight."""


class Form(AkkModal[dict[str, str] | None]):
    """Asks for some texts and closes with all of them by key, or with None.

    ``save`` gets the texts in their file form and does the edit: a sentence that it returns, or an AkkError that it
    raises, is shown and the form stays open. ``first`` is the key of the field that has the focus at the start.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", N_("Batal")),
        ("ctrl+s,f2", "save", N_("Simpan")),
        ("enter", "enter", N_("Berikut, atau simpan")),
        ("down", "move(1)", N_("Isian berikut")),
        ("up", "move(-1)", N_("Isian sebelumnya")),
    ]
    AUTO_FOCUS: ClassVar[str | None] = None
    HELP = N_(
        "tab dan panah berpindah isian; ctrl+s (atau F2, atau enter pada isian terakhir) menyimpan; esc batal. "
        "Tanggal boleh ditulis 6 okt, 6/10, +7, besok atau senin. Panah bawah membuka saran, enter mengambilnya; "
        "pilihan diganti dengan panah kiri dan kanan atau huruf pertamanya."
    )
    DEFAULT_CSS = """
    Form {
        & #about { height: auto; color: $text-muted; }
        & #about.-empty { display: none; }
        & #fields { height: auto; scrollbar-size: 1 1; }
        & #trouble { height: auto; display: none; color: $text-error; }
        & #trouble.-shown { display: block; }
        & #keys { height: auto; color: $text-muted; }
    }
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        *,
        save: Callable[[dict[str, str]], str | None] | None = None,
        note: str = "",
        first: str | None = None,
        trouble: str = "",
    ) -> None:
        super().__init__()
        self.heading = title
        self.fields = tuple(fields)
        self.note = note
        self._save = save
        self._first = first
        self._failed = trouble
        self._warned = False
        """Whether esc was pressed once on a changed form."""
        self._before: dict[str, str] = {}
        self._start: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        today = self.akk.store.today()
        with Vertical(id="window") as window:
            window.border_title = content(self.heading)
            about = Words(content(self.note), id="about")
            about.set_class(not self.note, "-empty")
            yield about
            with _Fields(id="fields"):
                for field in self.fields:
                    yield FieldBox(field, today)
            yield Words(id="trouble")
            yield Words(self._keys(), id="keys")

    def _keys(self) -> Content:
        several = self.fields[-1].kind == "text"
        keys = (
            (("ctrl+s" if several else "ctrl+s, enter"), _("simpan")),
            ("tab", _("isian berikut")),
            ("esc", _("batal")),
        )
        parts = [Content.assemble(content(key, "bold $accent"), content(f" {words}  ")) for key, words in keys]
        return Content.assemble(*parts)

    def on_mount(self) -> None:
        self._start = self.typed()
        # After a failure all that stands in it is still to be saved.
        self._before = {} if self._failed else self._start
        self._fit()
        self._trouble(self._failed)
        place = next((box for box in self.boxes if box.field.key == self._first), self.boxes[0])
        self.set_focus(place.input)
        for box in self.boxes:
            box.say()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """Labels beside the fields or above them; the fields scroll in what the other lines leave of the height."""
        width, height = self.akk.size
        roomy = width >= _ROOMY
        inner = min(76, width * 96 // 100) - 4
        others = [one.words for one in self.query(Words) if one.id in ("about", "trouble", "keys") and one.words.plain]
        taken = 2 + sum(words.get_height({}, inner) for words in others)
        self.query_one("#fields").styles.max_height = max(3, height * 9 // 10 - taken)
        label = min(max(cell_len(field.label) for field in self.fields) + 3, _LABEL_MOST) if roomy else None
        for box in self.boxes:
            box.fit(label)

    # what stands in it

    @property
    def boxes(self) -> list[FieldBox]:
        """The fields, in order."""
        return list(self.query(FieldBox))

    def box(self, key: str) -> FieldBox:
        """The field with that key."""
        return next(box for box in self.boxes if box.field.key == key)

    def typed(self) -> dict[str, str]:
        """What stands in the fields, as it was typed."""
        return {box.field.key: box.typed for box in self.boxes}

    @property
    def here(self) -> FieldBox | None:
        """The field that has the focus."""
        return next((box for box in self.boxes if box.input is self.focused), None)

    @property
    def changed(self) -> bool:
        """Whether anything was typed."""
        return self.typed() != self._before

    # moving

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        for box in self.boxes:
            if box.input is event.widget:
                box.say()
                self._in_sight(box)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        for box in self.boxes:
            if box.input is event.widget:
                box.withdraw()
                box.say(judge=bool(box.typed.strip()))

    def action_move(self, step: int) -> None:
        """Among what is offered, else to the next field (-1: the previous one)."""
        here = self.here
        if here is None:
            return
        if step > 0 and not here.offered and here.field.choices and here.field.kind in ("line", "set"):
            here.offer(all_of_them=not here.typed.strip() or here.typed.rstrip().endswith(","))
        if here.offered and (step > 0 or here.at >= 0):
            here.mark(step)
            self._in_sight(here)
            return
        self._go(step)

    def _in_sight(self, box: FieldBox) -> None:
        """Scroll as little as shows the field with its label and what is said under it."""

        def scroll() -> None:
            fields = self.query_one(_Fields)
            top, bottom = box.virtual_region.y, box.virtual_region.bottom
            to = min(max(fields.scroll_offset.y, bottom - fields.size.height), top)
            fields.scroll_to(y=to, animate=False, immediate=True)

        self.call_after_refresh(scroll)

    def _go(self, step: int) -> bool:
        boxes = self.boxes
        here = self.here
        place = boxes.index(here) + step if here is not None else 0
        if not 0 <= place < len(boxes):
            return False
        boxes[place].input.focus()
        return True

    def action_enter(self) -> None:
        """Take the marked offer; else go on, and save from the last field."""
        here = self.here
        if here is not None and here.take():
            return
        if not self._go(1):
            self.action_save()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_enter()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(ChoiceField.Changed)
    def _typed(self, event: Input.Changed | TextArea.Changed | ChoiceField.Changed) -> None:
        event.stop()
        if self._failed and self.typed() == self._start:
            # What the fields began with: nobody has typed yet.
            return
        self._failed = ""
        self._warned = False
        self._trouble("")
        here = self.here
        if here is not None:
            here.complain(None)
            if self.typed() != self._before:
                here.offer()

    def on_markdown_editor_full(self, message: MarkdownEditor.Full) -> None:
        message.stop()
        here = self.here
        if here is not None:
            here.complain(_("terlalu panjang"))

    # saving and leaving

    def action_save(self) -> None:
        """Save, unless something is wrong: then say it under its field and go there."""
        readings = {box.field.key: box.reading() for box in self.boxes}
        wrong = [box for box in self.boxes if readings[box.field.key].problem is not None]
        for box in wrong:
            box.complain(readings[box.field.key].problem)
        if wrong:
            wrong[0].input.focus()
            self._in_sight(wrong[0])
            return
        texts = {key: reading.text for key, reading in readings.items()}
        try:
            trouble = self._save(texts) if self._save is not None else None
        except AkkError as cause:
            if not self._under_field(cause):
                self._trouble(cause.words(_))
            return
        if trouble is not None:
            self._trouble(trouble)
            return
        self.dismiss(texts)

    def _under_field(self, cause: AkkError) -> bool:
        """Say an error of one field's value under that field."""
        place = next((box for box in self.boxes if box.field.key == cause.params.get("field")), None)
        if not isinstance(cause, BadValue) or place is None:
            return False
        place.complain(_(str(cause.params["reason"])))
        place.input.focus()
        return True

    def _trouble(self, words: str) -> None:
        trouble = self.query_one("#trouble", Words)
        if words == trouble.words.plain:
            return
        trouble.show(content(words))
        trouble.set_class(bool(words), "-shown")
        self._fit()

    def action_leave(self) -> None:
        """Withdraw what is offered; else close, on the second press when something was typed."""
        here = self.here
        if here is not None and here.offered:
            here.withdraw()
        elif self.changed and not self._warned:
            self._warned = True
            self._trouble(_("Ada isian yang belum disimpan. Esc sekali lagi membuangnya; ctrl+s menyimpan."))
        else:
            self.dismiss(None)
