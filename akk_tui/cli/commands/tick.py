"""``tick``: the state of one checklist item, and a piece of evidence with it."""

from __future__ import annotations

import argparse
from typing import Any, TYPE_CHECKING

from akk_tui.cli import edits, lookup, output, words
from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.fields import canonical
from akk_tui.contract.limits import EVIDENCE_PER_ITEM
from akk_tui.contract.states import ITEM_STATES
from akk_tui.contract.text import clean
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.store.shapes import Edit
    from akk_tui.store.store import Store


class EvidenceFull(AkkError):
    """All places for evidence of an item are taken."""

    code = "refused"
    text = N_("Bukti dukung {item} sudah memuat {most} bukti, batasnya. Belum ada yang diubah.")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Region, item, state, and the evidence's title."""
    parser.add_argument("region", metavar="REGION", help=_("kode atau nama daerah"))
    parser.add_argument("item", metavar="ITEM", help=_("bukti dukung, misalnya 2.4.1"))
    parser.add_argument("state", metavar="STATE", help=", ".join(ITEM_STATES))
    parser.add_argument("--evidence", metavar="TEXT", help=_("judul bukti yang ditambahkan"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Save it."""
    state = lookup.state(args.state)
    with context.store() as store:
        cycle = context.cycle(store)
        region = store.views.find_region(args.region)
        inside, item = lookup.item(store.instrument(cycle), args.item)
        key = f"{cycle}:{region}:{inside.id}"
        field = f"item.{item.id}"
        evidence = _evidence(store, key, item.id, args.evidence) if args.evidence else None
        before = edits.seen_state(store, key, item.pos)
        edit = store.edit("assessment", key, {field: state}, seen={field: before})
        added = store.edit("assessment", key, evidence, seen=dict.fromkeys(evidence)) if evidence else None
    if context.json:
        output.document(_document(edit, added, state))
    else:
        title = pick(item.title, item.title_en)
        output.line(f"{region} {item.id} {title}: {words.state(before)} → {words.state(state)}")
        output.say(edits.told(edit if edit.op or not added else added))
    return 0


def _evidence(store: Store, key: str, item: str, text: str) -> dict[str, Any] | None:
    """The edit that adds evidence called ``text`` in the first free place; None when it is there already."""
    names = [f"evidence.{item}.{n}" for n in range(1, EVIDENCE_PER_ITEM + 1)]
    present = edits.seen(store, "assessment", key, names)
    if any(found and found.get("title") == clean(text).strip() for found in present.values()):
        return None
    free = next((name for name in names if present[name] is None), None)
    if free is None:
        raise EvidenceFull(item=item, most=EVIDENCE_PER_ITEM)
    # In its form before the state is saved: a refusal leaves all as it was.
    return {free: canonical("assessment", free, {"title": text})}


def _document(edit: Edit, added: Edit | None, state: str) -> dict[str, Any]:
    made: dict[str, Any] = {"op": edit.op, "state": edit.state if edit.op else None, "item_state": state}
    if added is not None:
        made["evidence_op"] = added.op
    return made
