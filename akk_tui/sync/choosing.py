"""Which place the secret of a new sign-in goes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from akk_tui.sync import places, vault
from akk_tui.sync.signing_errors import NoPlace, NoSuchPlace

if TYPE_CHECKING:
    from akk_tui.paths import Paths


def never_asked() -> bool:
    """Nobody can be asked: no."""
    return False


def choose(paths: Paths, wanted: str, may_use_file: Callable[[], bool] = never_asked) -> str:
    """The name of the place: ``wanted``, or for ``auto`` the keyring if one works, else the user's folder in memory.

    An encrypted profile keeps it itself, where no other place was asked for.
    Only where neither is there ``may_use_file`` is asked, and a file is taken if it agrees. Raises NoSuchPlace when
    ``wanted`` is not to be had, NoPlace when nothing is left.
    """
    if wanted in (places.AUTO, places.FILE) and vault.sealed(paths):
        return places.VAULT
    if wanted == places.FILE:
        return wanted
    if wanted in (places.AUTO, places.KEYRING):
        from akk_tui.sync import keyrings

        if keyrings.works():
            return places.KEYRING
    if wanted in (places.AUTO, places.RUNTIME) and places.runtime_folder() is not None:
        return places.RUNTIME
    if wanted != places.AUTO:
        raise NoSuchPlace(place=wanted)
    if may_use_file():
        return places.FILE
    raise NoPlace
