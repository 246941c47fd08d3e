"""What the sync screen does to the store: answers, sending again, giving up, putting back; each ends in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TYPE_CHECKING

from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui import commands
from akk_tui.ui.forms import Form
from akk_tui.ui.widgets import conflict as difference
from akk_tui.ui.widgets import conflict_value, values
from akk_tui.ui.widgets.state_menu import StateMenu

if TYPE_CHECKING:
    from akk_tui.store.shapes import Conflict, DiscardedRow, OutboxRow
    from akk_tui.ui.app import AkkApp


def answer(
    app: AkkApp, row: Conflict, choice: str, value: dict[str, Any] | None = None, *, draft: str | None = None
) -> str:
    """Answer one difference with ``mine``, ``theirs`` or a ``value``, which a ``draft`` was of; raises AkkError."""
    made = app.store.resolve(row.op, choice, value, shown=row.theirs, draft=draft)
    if made.op is None:
        words = _("Isian rekan dipakai; isian saya ada di tab Dilepas, {restore} memulihkannya.")
        return words.format(restore=commands.key_of("sync.restore", app.keymap))
    words = (
        _("Isian saya dipakai; {undo} mengurungkan: isian rekan berlaku.")
        if choice == "mine"
        else _("Isian lain dipakai; {undo} mengurungkan: isian rekan berlaku.")
    )
    return words.format(undo=commands.key_of("edit.undo", app.keymap))


def answer_all(app: AkkApp, rows: Sequence[Conflict], choice: str) -> str:
    """Answer all ``rows`` as one step; raises AkkError, then none is answered."""
    app.store.resolve_all([(row.op, row.theirs) for row in rows], choice)
    n = len(rows)
    words = (
        ngettext(
            "{n} beda isian {region} dijawab dengan isian saya.",
            "{n} beda isian {region} dijawab dengan isian saya.",
            n,
        )
        if choice == "mine"
        else ngettext(
            "{n} beda isian {region} dijawab dengan isian rekan.",
            "{n} beda isian {region} dijawab dengan isian rekan.",
            n,
        )
    )
    return words.format(n=n, region=rows[0].region_name)


def ask_value(app: AkkApp, row: Conflict, done: Callable[[str], None]) -> tuple[Any, Callable[[Any], None]]:
    """A window that asks for another value of the difference, and what takes its answer."""
    (name, *others) = row.mine
    if name.startswith("item.") and not others:

        def chosen(state: str | None) -> None:
            if state is not None:
                done(answer(app, row, "value", {name: state}))

        return StateMenu(difference.about(row), None), chosen
    said: list[str] = []

    def save(texts: dict[str, str]) -> None:
        said.append(answer(app, row, "value", conflict_value.typed_values(row, texts)))

    def saved(texts: Any) -> None:
        if said:
            done(said[-1])

    theirs = _("isian rekan: {value}").format(value=difference.theirs_words(row))
    form = Form(_("Isian lain"), conflict_value.form_fields(row), save=save, note=f"{difference.about(row)}\n{theirs}")
    return form, saved


def retry(app: AkkApp, rows: Sequence[OutboxRow]) -> str:
    """Queue refused changes again; raises AkkError."""
    for row in rows:
        app.store.retry(row.op)
    n = len(rows)
    return ngettext(
        "{n} perubahan dikirim lagi pada sinkronisasi berikutnya.",
        "{n} perubahan dikirim lagi pada sinkronisasi berikutnya.",
        n,
    ).format(n=n)


def give_up(app: AkkApp, row: OutboxRow) -> str:
    """Give a refused change up; raises AkkError."""
    app.store.discard(row.op)
    words = _("Perubahan dilepas: {value}. Tab Dilepas menyimpannya 90 hari.")
    return words.format(value=values.set_words(row.set))


def put_back(app: AkkApp, row: DiscardedRow) -> str:
    """Make a value that was let go a new change; raises AkkError."""
    app.store.restore(row.op)
    words = (
        _("Dipulihkan: {value}. Isi yang lebih baru digabung atau menjadi selisih. {undo} mengurungkannya.")
        if row.moved
        else _("Dipulihkan sebagai perubahan baru: {value}. {undo} mengurungkannya.")
    )
    return words.format(value=values.set_words(row.set), undo=commands.key_of("edit.undo", app.keymap))
