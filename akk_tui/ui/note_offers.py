"""Drafts that were left: offered one by one, taken up in the editor, or thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TYPE_CHECKING

import msgspec

from akk_tui import i18n
from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import Draft
from akk_tui.ui import draft_words
from akk_tui.ui.chooser import Chooser, Option
from akk_tui.ui.note_subject import write

if TYPE_CHECKING:
    from akk_tui.ui.screens.base import AkkScreen


def offer_all(screen: AkkScreen, drafts: Sequence[Draft]) -> None:
    """Offer the drafts that were left: the only one, or a list."""
    if len(drafts) == 1:
        offer(screen, drafts[0])
        return
    options = [Option(draft.id, draft_words.name_of(draft), i18n.moment(draft.at, screen.akk.zone)) for draft in drafts]

    def chosen(key: str | None) -> None:
        draft = next((draft for draft in drafts if draft.id == key), None)
        if draft is not None:
            offer(screen, draft)

    screen.akk.push_screen(Chooser(_("Draf yang belum disimpan"), options), chosen)


def offer(screen: AkkScreen, draft: Draft) -> None:
    """Ask what to do with a draft, with the difference shown."""
    from akk_tui.ui.screens.draft_offer import DraftOffer, DROP, TAKE

    # As it stands now: another session may have written more of it since the list was read.
    draft = screen.store.drafts.get(draft.id) or draft
    present: dict[str, Any] | None = None
    gone = False
    if draft.note is not None:
        try:
            present = screen.store.views.note(draft.note).seen
        except AkkError:
            gone = True

    def chosen(key: str | None) -> None:
        if key == TAKE:
            # Its note is deleted: what was typed becomes a new note about the same subject.
            write(screen, msgspec.structs.replace(draft, note=None, base=None) if gone else draft)
        elif key == DROP:
            screen.akk.journal.drop(draft.id)
            screen.akk.journal.flush(1.0)
            screen.renew()

    screen.akk.push_screen(DraftOffer(draft, present, gone=gone), chosen)
