"""What is done with one note from the list or while it is read: follow-up, tags, sending a private one, deleting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TYPE_CHECKING

from akk_tui.contract.errors import AkkError
from akk_tui.contract.ids import UUID
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store.shapes import NoteRow
from akk_tui.ui import note_drafts
from akk_tui.ui.chooser import Chooser, Option
from akk_tui.ui.followups import write_followup
from akk_tui.ui.forms import Form, FormField
from akk_tui.ui.widgets.subject import Choice, SearchChooser

if TYPE_CHECKING:
    from akk_tui.ui.screens.base import AkkScreen


class Undoable(NamedTuple):
    """Something that was done with a private note: its title, and how to take it back."""

    title: str
    undo: Callable[[], object]


def title_of(row: NoteRow) -> str:
    """The note's title, else the beginning of its text."""
    return row.title or row.excerpt[:40] or _("tanpa judul")


def followup(screen: AkkScreen, row: NoteRow, text: str) -> None:
    """Open the form of a follow-up that comes from a line of the note."""
    event = row.subject if UUID.match(row.subject) else None
    # Colleagues see the follow-up, but never a note that is not sent.
    subject = row.subject if row.state == note_drafts.PRIVATE else row.id
    write_followup(screen, region=row.region, subject=subject, event=event, text=text)


def change_tags(screen: AkkScreen, row: NoteRow, known: Sequence[str]) -> None:
    """Ask for the tags of the note, offering those that other notes have."""

    def save(texts: dict[str, str]) -> str | None:
        tags = list(note_drafts.parse_tags(texts["tags"]))
        seen = screen.store.views.note(row.id).seen
        if sorted(tags) == sorted(row.tags):
            return None
        note_drafts.change(screen.store, row.id, {"tags": tags}, seen, private=row.state == note_drafts.PRIVATE)
        return None

    def done(texts: dict[str, str] | None) -> None:
        if texts is None:
            return
        if sorted(note_drafts.parse_tags(texts["tags"])) == sorted(row.tags):
            screen.akk.tell(_("Tidak ada yang berubah."))
        elif row.state == note_drafts.PRIVATE:
            screen.akk.data_changed()
        else:
            screen.akk.edited()

    choices = tuple((tag, tag) for tag in known)
    hint = _("dipisah koma")
    field = FormField("tags", _("Tanda"), ", ".join(row.tags), kind="set", choices=choices, hint=hint)
    screen.akk.push_screen(Form(_("Tanda · {title}").format(title=title_of(row)), [field], save=save), done)


def choose_tag(screen: AkkScreen, chosen: Callable[[str], None]) -> None:
    """Ask for one of the tags that notes have; notes that are never sent are offered like one."""
    cycle = screen.akk.cycle
    tags = screen.store.views.note_tags(cycle) if cycle else ()
    private = screen.store.private.count()
    choices = [
        Choice(tag, str(count), f"#{tag} · " + ngettext("{n} catatan", "{n} catatan", count).format(n=count))
        for tag, count in tags
    ]
    if private:
        choices.insert(0, Choice(_("pribadi"), str(private), _("catatan pribadi, tidak pernah dikirim")))
    if not choices:
        screen.akk.tell(_("Belum ada catatan yang bertanda."), "warning")
        return
    screen.akk.push_screen(SearchChooser(_("Saring menurut tanda"), choices), lambda tag: chosen(tag) if tag else None)


def publish(screen: AkkScreen, row: NoteRow, done: Callable[[Undoable], None]) -> None:
    """Ask, and make a private note one like others: once a request held it, it cannot be private again.

    ``done`` gets how to take it back until then.
    """
    options = [
        Option("stay", _("Tetap pribadi"), _("tidak ada yang dikirim")),
        Option("send", _("Kirim"), _("rekan di daerah ini dapat membacanya")),
    ]

    def chosen(key: str | None) -> None:
        if key != "send":
            return
        store = screen.store
        try:
            store.private.send(row.id)
        except AkkError as cause:
            screen.akk.tell_error(cause)
        else:
            done(Undoable(title_of(row), lambda: store.private.take_back(row.id) or store.undo()))
            screen.akk.edited()

    screen.akk.push_screen(Chooser(_("Kirim “{title}”?").format(title=title_of(row)[:40]), options), chosen)


def delete(screen: AkkScreen, row: NoteRow) -> Undoable | None:
    """Delete the note and say how it comes back; how, for a private one."""
    private = screen.store.private if row.state == note_drafts.PRIVATE else None
    if private is not None:
        private.delete(row.id)
    else:
        screen.store.delete_note(row.id)
    screen.akk.tell(
        screen.akk.keyed(_("Catatan “{title}” dihapus; {key:edit.undo} mengurungkannya.")).format(title=title_of(row))
    )
    return Undoable(title_of(row), lambda: private.restore(row.id)) if private is not None else None
