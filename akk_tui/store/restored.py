"""Whether and when a server was restored from a backup, and what the officer is told of it; see ``recovery``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, TYPE_CHECKING

from akk_tui.contract.errors import N_

if TYPE_CHECKING:
    from akk_tui.store.store import Store

STATE: Final = "recovering"
"""When the recovery that is under way began."""
DONE: Final = "restored"
"""When the last recovery began, once it is complete."""
_TOLD: Final = "restored_told"
"""The last recovery that the officer was told of."""
_NEWEST: Final = "restored_n"
"""The number of the newest edit that was made before the restored server's rows were here."""
WORDS: Final = N_(
    "Server dipulihkan dari cadangan: semua data dibaca ulang, dan yang Anda kirim dalam 90 hari terakhir dikirim lagi."
    " Periksa beda isian dan yang ditolak."
)
UNDER_WAY_WORDS: Final = N_(
    "Server dipulihkan dari cadangan; yang tampil data sebelum pemulihan, sampai semua terbaca ulang."
)
COPY_WORDS: Final = N_("Salinan data sebelum itu: {path}")


class Recovery(NamedTuple):
    """When it began, and the store as it was then (None: the copy is no longer there)."""

    at: datetime
    copy: Path | None


def active(store: Store) -> bool:
    """Whether a recovery is under way."""
    return store.meta.get(STATE) is not None


def last(store: Store) -> Recovery | None:
    """The last recovery that is complete."""
    moment = store.meta.get(DONE)
    if moment is None:
        return None
    copy = store.path.with_name(f"{store.path.name}.{ending(moment)}")
    return Recovery(datetime.fromisoformat(moment), copy if copy.exists() else None)


def untold(store: Store) -> bool:
    """Whether there was a recovery of which the officer was not told."""
    return store.meta.get(DONE) != store.meta.get(_TOLD)


def told(store: Store) -> None:
    """The officer knows of the last recovery."""
    store.meta.set(_TOLD, store.meta.get(DONE))


def complete(store: Store, began: str | None) -> None:
    """The recovery that began at ``began`` is complete; part of the caller's transaction."""
    store.meta.set(DONE, began)
    store.meta.set(_NEWEST, str(store.meta.number("n")))


def before(store: Store, n: int) -> bool:
    """Whether the edit with the number ``n`` was made upon what the server may have lost since."""
    return active(store) or n <= store.meta.number(_NEWEST)


def ending(moment: str) -> str:
    """How the name of the copy ends that is made when a recovery begins at ``moment``."""
    return "before-restore-" + moment.replace(":", "")
