"""Drafts that were left: offered one by one, taken up in the editor, or thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TYPE_CHECKING

import msgspec

from akk_tui import i18n
from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.store.shapes import Draft
from akk_tui.ui import draft_merges, draft_words
from akk_tui.ui.chooser import Chooser, Option
from akk_tui.ui.note_subject import choose_subject, write

if TYPE_CHECKING:
    from akk_tui.ui.screens.base import AkkScreen


def offer_all(screen: AkkScreen, drafts: Sequence[Draft]) -> None:
    """Offer the drafts that were left: the only one, or a list."""
    if len(drafts) == 1:
        offer(screen, drafts[0])
        return
    options = [Option(draft.id, _name(screen, draft), i18n.moment(draft.at, screen.akk.zone)) for draft in drafts]

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
    if draft_words.of_merge(draft):
        _offer_merge(screen, draft)
        return
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


def _name(screen: AkkScreen, draft: Draft) -> str:
    if draft_words.of_merge(draft):
        return _("Gabungan {what}").format(what=draft_merges.words(screen, draft))
    return draft_words.name_of(draft)


def _offer_merge(screen: AkkScreen, draft: Draft) -> None:
    """Ask what to do with a text whose difference ended before it was saved: it can go on as a note."""
    from akk_tui.ui.screens.draft_offer import DraftOffer, DROP, TAKE

    def chosen(key: str | None) -> None:
        if key == TAKE:
            made = draft_merges.as_note(screen.store, draft)
            if made.subject:
                write(screen, made)
            else:
                # What it was about is no more: the officer says where the text belongs.
                choose_subject(screen, None, lambda about: write(screen, msgspec.structs.replace(made, subject=about)))
        elif key == DROP:
            screen.akk.journal.drop(draft.id)
            screen.akk.journal.flush(1.0)
            screen.renew()

    when = i18n.moment(draft.at, screen.akk.zone)
    title = _("Draf gabungan, {when}").format(when=when)
    about = draft_merges.words(screen, draft)
    ended = _("{what}: beda isiannya sudah selesai, teks ini belum disimpan.").format(what=about)
    shown = msgspec.structs.replace(draft, base={"body": draft_merges.present(screen.store, draft)})
    offer = DraftOffer(shown, None, gone=False, title=title, about=ended, take=_("Jadikan catatan"))
    screen.akk.push_screen(offer, chosen)
