"""The words around the open places of a merged text, for the app and the command line."""

from __future__ import annotations

from typing import Final, TYPE_CHECKING

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.domain.merge_places import Words
    from akk_tui.domain.textmerge import Merged


OLDER: Final = N_("server dipulihkan: mungkin lebih lama daripada semula")
"""What is said of theirs where the server was restored since mine was made."""


def words(by: str | None, officer: str | None, *, older: bool = False) -> Words:
    """``by``: who changed the text on the server; the same officer on another device is told as such.

    ``older``: what theirs lacks was not taken out by anybody, as far as is known.
    """
    from akk_tui.domain.merge_places import Words

    theirs = _("isian rekan")
    if by and by == officer:
        theirs = _("isian saya dari perangkat lain")
    elif by:
        theirs = _("isian rekan ({name})").format(name=by)
    return Words(_("isian saya"), theirs, _("sampai di sini"), _("tidak memuatnya") if older else _("dihapus"))


def text(merged: Merged, by: str | None, officer: str | None, *, older: bool = False) -> str:
    """The merged text with its open places marked."""
    from akk_tui.domain.merge_places import marked

    return marked(merged, words(by, officer, older=older))
