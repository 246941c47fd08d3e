"""What left this computer as a file and the server has not been told of yet: its audit names every export.

It is written down before the file is, and taken back where the file could not be written: nothing leaves unrecorded.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Final, TYPE_CHECKING

from akk_tui.contract import codec
from akk_tui.contract.exports import Export, MOST_UNITS, What
from akk_tui.contract.ids import uuid7
from akk_tui.store.clock import stamp

if TYPE_CHECKING:
    from akk_tui.store.store import Store

_NAME: Final = "exports"


def waiting(store: Store) -> tuple[Export, ...]:
    """What the server is to be told, oldest first."""
    return codec.decode(tuple[Export, ...], store.meta.get(_NAME) or "[]")


def told(store: Store, ids: Iterable[str]) -> None:
    """The server has these; or they never came to be."""
    gone = set(ids)
    with store.db.write():
        _keep(store, tuple(one for one in waiting(store) if one.id not in gone))


def made(store: Store, what: What, scope: Iterable[str], sha256: str, count: int) -> Export:
    """An export of now, not written down yet."""
    now = store.now()
    op = uuid7(int(now.timestamp() * 1000), store.random_bits)
    units = tuple(sorted(set(scope)))[:MOST_UNITS]
    return Export(id=op, at=stamp(now), what=what, scope=units, sha256=sha256, count=count)


@contextmanager
def recorded(store: Store, what: What, scope: Iterable[str], sha256: str, count: int) -> Generator[None]:
    """Inside, the file is written. Raises StoreUnusable, and nothing is exported, where it cannot be written down."""
    if store.read_only:
        from akk_tui.store.store import Store

        opened = Store.open(store.path, now=store.now, random_bits=store.random_bits)
        with opened as writer, recorded(writer, what, scope, sha256, count):
            yield
        return
    one = made(store, what, scope, sha256, count)
    with store.db.write():
        _keep(store, (*waiting(store), one))
    try:
        yield
    except BaseException:
        told(store, (one.id,))
        raise


def _keep(store: Store, left: tuple[Export, ...]) -> None:
    store.meta.set(_NAME, codec.encode(left).decode() if left else None)
