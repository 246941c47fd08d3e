"""The user's own editor from within the app: the app steps aside, the text comes back, nothing typed is lost."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, TYPE_CHECKING

import msgspec
from textual.app import SuspendNotSupported

from akk_tui import external_editor
from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.limits import NOTE_BYTES
from akk_tui.store.shapes import Draft

if TYPE_CHECKING:
    from akk_tui.store.store import Store
    from akk_tui.ui.app import AkkApp


class CannotStepAside(AkkError):
    """The terminal cannot be handed to another program."""

    code = "failed"
    text = N_("Terminal ini tidak dapat dipinjamkan kepada penyunting lain.")


class NoFolder(AkkError):
    """The app has no folder for such files."""

    code = "failed"
    text = N_("Tidak ada folder untuk berkas sementara; penyunting lain tidak dapat dipakai.")


class Edited(NamedTuple):
    """The text that came back, and the file that holds it until the caller has it safe."""

    text: str
    path: Path


def folder(app: AkkApp) -> Path | None:
    """Where texts are while another editor has them; None: the app runs without a profile. Raises NoMemoryFolder."""
    return external_editor.folder_of(app.paths) if app.paths is not None else None


def edit(app: AkkApp, draft: Draft) -> Edited:
    """The text of ``draft`` after the user's editor had it, with the terminal to itself.

    Raises NoEditor, EditorFailed, EditedUnreadable, PathRefused, CannotStepAside, NoFolder; the text is as it was then.
    """
    place = folder(app)
    if place is None:
        raise NoFolder
    external_editor.command()
    failed: Exception | None = None
    found: Edited | None = None
    try:
        with app.suspend():
            # Textual takes the terminal back only where nothing is raised in here.
            try:
                found = Edited(*external_editor.edited(place, draft.body, draft.id))
            except Exception as cause:
                failed = cause
    except SuspendNotSupported as cause:
        raise CannotStepAside from cause
    if found is None:
        raise failed or CannotStepAside
    return found


def recover(store: Store, place: Path | None) -> int:
    """Take what a session that ended left in its editor's files into its drafts; how many drafts got a text.

    A text that no draft waits for, or that is larger than a note may be, stays in its file.
    """
    taken = 0
    for left in external_editor.leftovers(place) if place is not None else ():
        draft = store.drafts.get(left.draft)
        if draft is None or len(left.text.encode()) > NOTE_BYTES:
            continue
        if left.text != draft.body.removesuffix("\n"):
            store.drafts.save(msgspec.structs.replace(draft, body=left.text, at=store.now()))
            taken += 1
        left.path.unlink(missing_ok=True)
    return taken
