"""Unsent work as a file of the officer's own: readable JSON, mode 0600, so that nothing hangs on one laptop."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, TYPE_CHECKING

from akk_tui.contract import codec
from akk_tui.contract.errors import AkkError, N_
from akk_tui.store.clock import stamp

if TYPE_CHECKING:
    from akk_tui.store.shapes import OutboxRow
    from akk_tui.store.store import Store

_KIND: Final = "akk-outbox"
_HEAD: Final = b'{\n  "file": "akk-outbox"'


class NotReplaced(AkkError):
    """A file that is no export stands there already."""

    code = "exists"
    text = N_("Berkas {path} sudah ada dan bukan ekspor; pilih nama lain.")


def document(row: OutboxRow) -> dict[str, Any]:
    """One waiting operation as scripts read it."""
    return {
        "op": row.op,
        "n": row.n,
        "kind": row.kind,
        "key": row.key,
        "field": row.field,
        "set": row.set,
        "was": row.was,
        "state": row.state,
        "answer": row.answer,
        "at": row.at,
    }


def whole(store: Store) -> dict[str, Any]:
    """All that the server has not accepted, as the export holds it.

    ``sha256`` is the digest of the same document as compact JSON without that member (``jq -cj 'del(.sha256)'``).
    """
    import hashlib

    units = store.db.execute("SELECT DISTINCT unit FROM outbox WHERE unit <> '' ORDER BY unit")
    made = {
        "file": _KIND,
        "officer": store.meta.get("officer"),
        "replica": store.meta.get("replica"),
        "made": stamp(store.now()),
        "scope": [unit for (unit,) in units.fetchall()],
        "operations": [document(row) for row in store.views.outbox()],
    }
    return {**made, "sha256": hashlib.sha256(codec.encode(made)).hexdigest()}


def write(store: Store, path: Path) -> int:
    """Write all that the server has not accepted to ``path``; how many operations. An earlier export is replaced.

    The server is told of it with the next sync. A store that takes no record of it any more (a full disk) is the very
    case in which its work must be saved elsewhere: then it is written all the same.
    Raises NotReplaced and PathRefused.
    """
    import msgspec

    from akk_tui.paths import PathRefused, write_private
    from akk_tui.store import exports
    from akk_tui.store.errors import StoreUnusable

    made = whole(store)
    try:
        if path.exists() and not _is_export(path):
            raise NotReplaced(path=path)
    except OSError as cause:
        raise PathRefused(path=path, reason=cause.strerror or str(cause)) from cause
    data, count = msgspec.json.format(codec.encode(made), indent=2) + b"\n", len(made["operations"])
    try:
        with exports.recorded(store, "outbox", made["scope"], made["sha256"], count):
            write_private(path, data, ours=False)
    except StoreUnusable:
        write_private(path, data, ours=False)
    return count


def _is_export(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(_HEAD)) == _HEAD
