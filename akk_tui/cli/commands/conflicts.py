"""``conflicts``: fields that somebody else changed too, and the answer to each."""

from __future__ import annotations

import argparse
from typing import Any, TYPE_CHECKING

from akk_tui.cli import edits, lookup, output, table, words
from akk_tui.cli.parser import Parser
from akk_tui.contract import fields
from akk_tui.i18n import gettext as _
from akk_tui.i18n import pick

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.store.shapes import Conflict
    from akk_tui.store.store import Store


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing lists; ``resolve`` answers one."""
    made = parser.add_subparsers(dest="action", metavar="ACTION", prog=parser.prog, parser_class=Parser)
    resolve = made.add_parser("resolve", help=_("menjawab satu beda isian"))
    resolve.add_argument("op", metavar="OP", help=_("salah satu operasi dari beda isian itu"))
    answer = resolve.add_mutually_exclusive_group(required=True)
    answer.add_argument("--mine", action="store_true", help=_("isian saya yang berlaku"))
    answer.add_argument("--theirs", action="store_true", help=_("isian rekan yang berlaku"))
    answer.add_argument("--value", metavar="V", help=_("nilai lain yang berlaku"))


def run(context: Context, args: argparse.Namespace) -> int:
    """List or resolve."""
    with context.store() as store:
        if args.action == "resolve":
            return _resolve(context, store, args)
        found = store.views.conflicts()
        zone = store.meta.get("zone") or "WIB"
    if context.json:
        output.document({"conflicts": [_document(one) for one in found]})
    elif not found:
        output.line(_("Tidak ada beda isian."))
    else:
        for one in found:
            _block(one, zone)
        output.say(_("Jawab dengan: akk-tui conflicts resolve OPERASI --mine | --theirs | --value NILAI"))
    return 0


def _document(one: Conflict) -> dict[str, Any]:
    return {
        "op": one.op,
        "ops": one.ops,
        "kind": one.kind,
        "key": one.key,
        "field": one.field,
        "base": one.base,
        "mine": one.mine,
        "theirs": one.theirs,
        "by": one.by,
        "at": one.at,
    }


def _block(one: Conflict, zone: str) -> None:
    width = output.width()
    title = words.about(one.key, one.kind, pick(one.title, one.title_en))
    output.heading(table.fit(f"{one.region_name} · {title} · {words.field(one.field)}", width))
    who = ", ".join(part for part in (one.by or "", words.moment(one.at, zone) if one.at else "") if part)
    lines = (
        (_("operasi"), one.op),
        (_("semula"), words.shown(one.kind, one.field, one.base)),
        (_("isian saya"), words.shown(one.kind, one.field, one.mine)),
        (_("isian rekan"), _theirs(one) + (f" ({who})" if who else "")),
    )
    wide = max(table.cells(name) for name, _value in lines)
    for name, value in lines:
        output.line(table.fit(f"  {table.pad(name, wide)}  {value}", width))
    output.line()


def _theirs(one: Conflict) -> str:
    """The colleague's value; that the row is gone is said, too."""
    if one.theirs is None:
        return _("tidak ada di server")
    if one.theirs.get("deleted") and "deleted" not in one.mine:
        return _("dihapus")
    return words.shown(one.kind, one.field, one.theirs)


def _resolve(context: Context, store: Store, args: argparse.Namespace) -> int:
    if args.value is not None:
        edit = store.resolve(args.op, "value", _asked(store, args.op, args.value))
    else:
        edit = store.resolve(args.op, "mine" if args.mine else "theirs")
    if context.json:
        output.document({"op": edit.op, "state": edit.state if edit.op else None})
    else:
        output.line(_("Beda isian selesai."))
        if edit.op:
            output.say(edits.told(edit))
    return 0


def _asked(store: Store, op: str, text: str) -> dict[str, Any] | None:
    """The value of ``--value`` in the field's form; an unknown operation is left for the store to tell.

    Of a group it is the first field, the others stay as in mine.
    """
    one = next((found for found in store.views.conflicts() if op in found.ops), None)
    if one is None:
        return None
    name = next(iter(one.mine)) if not one.field else one.field
    return {**one.mine, name: _form(one, name, text)}


def _form(one: Conflict, name: str, text: str) -> Any:
    if not text:
        return None
    if name.startswith("item."):
        return lookup.state(text)
    if name == "pic":
        person, _semicolon, phone = text.partition(";")
        return {"name": person.strip(), "phone": phone.strip()}
    if name.startswith("evidence."):
        mine: dict[str, Any] = one.mine.get(name) or {}
        return {**mine, "title": text}
    if name == "participants":
        return edits.whole("--value", text.strip())
    if fields.field(one.kind, name).merge == "set":
        return [part for part in text.split(",") if part.strip()]
    return {"ya": True, "tidak": False}.get(text, text) if name in ("deleted", "retracted") else text
