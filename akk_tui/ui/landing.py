"""Where on a region's page something stands that another screen shows: what opens the page there."""

from __future__ import annotations

from typing import Final, TYPE_CHECKING

from akk_tui.store.shapes import Change

if TYPE_CHECKING:
    from akk_tui.store.shapes import Attention

_ROWS: Final = ("note", "event", "followup")


def place_of(found: Attention | Change) -> dict[str, str | None]:
    """The arguments of ``open_region`` for something that needs attention, or that was changed."""
    if isinstance(found, Change):
        return _of_change(found)
    if found.kind == "late_forecast":
        return {"tab": "trend"}
    return {
        "component": found.component,
        "indicator": found.indicator,
        "item": found.item,
        "criterion": found.criterion,
        "followup": found.followup,
    }


def _of_change(found: Change) -> dict[str, str | None]:
    if found.kind in _ROWS:
        return {found.kind: found.key}
    tail = found.key.rsplit(":", 1)[-1]
    if found.kind == "criterion":
        return {"criterion": tail}
    if found.kind == "score":
        return {"score": tail}
    if found.kind != "assessment":
        return {}
    # ``item.2.4.1``, ``item_due.2.4.1``, ``evidence.2.4.1.2``: the item is three figures.
    item = ".".join(found.field.split(".")[1:4])
    return {"indicator": tail, "item": item or None}
