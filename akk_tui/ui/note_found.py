"""What the screen Catatan reads of the store at one moment, off the loop, and how it counts it in words."""

from __future__ import annotations

from typing import Final, NamedTuple, TYPE_CHECKING

from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.store.shapes import Draft, NoteRow
from akk_tui.ui import commands, draft_merges, note_drafts
from akk_tui.ui.widgets.note_list import parse, Query

if TYPE_CHECKING:
    from akk_tui.store.store import Store
    from akk_tui.ui.app import AkkApp

LIST_MOST: Final = 500
"""Notes in the list; older ones are found by search."""
_TAGS_OFFERED: Final = 4


class Found(NamedTuple):
    """What one reading of the store brought.

    ``more``: there are other notes than ``rows``; ``drafts``: those to offer.
    """

    query: Query
    rows: tuple[NoteRow, ...] = ()
    more: bool = False
    drafts: tuple[Draft, ...] = ()
    tags: tuple[str, ...] = ()


def fetch(store: Store, cycle: str, typed: str) -> Found:
    """The newest notes that the filter keeps; one more than is shown tells that there are others."""
    tags = tuple(tag for tag, _count in store.views.note_tags(cycle))
    query = parse(typed, tags)
    most = None if query.private else LIST_MOST + 1
    rows = store.views.notes(cycle, search=query.words or None, tags=query.tags, limit=most)
    if query.private:
        rows = tuple(row for row in rows if row.state == note_drafts.PRIVATE)
    return Found(query, rows[:LIST_MOST], len(rows) > LIST_MOST, tuple(draft_merges.left_over(store)), tags)


def count_words(app: AkkApp, found: Found, drafts: int) -> str:
    """How many notes there are, what they match, which tags the one that is typed may become, how many drafts wait."""
    shown = len(found.rows)
    if found.more:
        key = commands.key_of("notes.filter", app.keymap)
        parts = [_("{n} catatan terbaru; yang lain ditemukan dengan {key}").format(n=shown, key=key)]
    else:
        parts = [ngettext("{n} catatan", "{n} catatan", shown).format(n=shown)]
    if not found.query.empty:
        parts.append(_("cocok dengan {words}").format(words=found.query.shown))
    for tag in found.query.open:
        near = [one for one in found.tags if one.casefold().startswith(tag)]
        parts.append(" ".join(f"#{one}" for one in near[:_TAGS_OFFERED]) + "?")
    if drafts:
        key = commands.key_of("notes.drafts", app.keymap)
        left = ngettext("{n} draf belum disimpan ({key})", "{n} draf belum disimpan ({key})", drafts)
        parts.append(left.format(n=drafts, key=key))
    return " · ".join(parts)
