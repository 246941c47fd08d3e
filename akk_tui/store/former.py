"""The names of regions that are no longer the officer's, as long as work on them is listed."""

from __future__ import annotations

from typing import Final, TYPE_CHECKING

from akk_tui.contract import codec

if TYPE_CHECKING:
    from akk_tui.contract.records import Reference
    from akk_tui.store.store import Store

_NAME: Final = "former"


def keep(store: Store, reference: Reference) -> None:
    """Keep the names that ``reference``, about to replace the one that is here, lacks; in the caller's transaction."""
    before = store.reference()
    known = names(store) | ({region.code: region.full_name for region in before.regions} if before else {})
    listed = store.db.execute(
        "SELECT substr(unit, 6) FROM outbox UNION SELECT substr(unit, 6) FROM sent"
        " UNION SELECT substr(unit, 6) FROM discarded"
    ).fetchall()
    gone = {code for (code,) in listed} - {region.code for region in reference.regions}
    kept = {code: known[code] for code in sorted(gone & known.keys())}
    store.meta.set(_NAME, codec.encode(kept).decode() if kept else None)


def names(store: Store) -> dict[str, str]:
    """The full name of each by its code."""
    text = store.meta.get(_NAME)
    return codec.decode(dict[str, str], text) if text else {}
