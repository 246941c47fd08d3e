"""``conflicts``: fields that somebody else changed too, and the answer to each; texts merge but for open places."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, TYPE_CHECKING

from akk_tui.cli import edits, lookup, output, table, words
from akk_tui.cli.parser import Parser
from akk_tui.contract import fields
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.domain.textmerge import Merged
    from akk_tui.store.shapes import Conflict, Edit
    from akk_tui.store.store import Store


class NoText(AkkError):
    """The difference is not about a text that can be merged."""

    code = "usage"
    exit_code = 2
    text = N_("Beda isian {op} bukan tentang satu teks: jawab dengan --mine, --theirs, atau --value.")


class PlacesLeft(AkkError):
    """The text still has marked places."""

    code = "bad_value"
    text = N_("Teks itu masih bertanda === … === (tempat: {n}): pilih isinya, hapus baris tandanya, lalu ulangi.")


class PlacesKept(PlacesLeft):
    """The same of a text that came from an editor, in whose file it still is."""

    text = N_(
        "Teks di {path} masih bertanda === … === (tempat: {n}): pilih isinya, hapus baris tandanya, lalu: "
        "akk-tui conflicts edit {op} BERKAS"
    )


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing lists; ``resolve`` answers one, ``edit`` with a text that ``show`` shows; ``merged`` asked nobody."""
    made = parser.add_subparsers(dest="action", metavar="ACTION", prog=parser.prog, parser_class=Parser)
    resolve = made.add_parser("resolve", help=_("menjawab satu beda isian"))
    resolve.add_argument("op", metavar="OP", help=_("salah satu operasi dari beda isian itu"))
    answer = resolve.add_mutually_exclusive_group(required=True)
    answer.add_argument("--mine", action="store_true", help=_("isian saya yang berlaku"))
    answer.add_argument("--theirs", action="store_true", help=_("isian rekan yang berlaku"))
    answer.add_argument("--value", metavar="V", help=_("nilai lain yang berlaku"))
    show = made.add_parser("show", help=_("menampilkan teks gabungan; tempat yang beda diberi tanda"))
    edit = made.add_parser("edit", help=_("menjawab dengan teks gabungan, di penyunting ($EDITOR) atau dari berkas"))
    for one in (show, edit):
        one.add_argument("op", metavar="OP", help=_("salah satu operasi dari beda isian itu"))
    edit.add_argument("file", nargs="?", metavar="FILE", help=_("berkas teks jadinya; - untuk stdin"))
    made.add_parser("merged", help=_("isian saya yang digabung dengan isian rekan tanpa ditanyakan, 90 hari terakhir"))


def run(context: Context, args: argparse.Namespace) -> int:
    """List or resolve."""
    with context.store() as store:
        if args.action is not None:
            actions = {"resolve": _resolve, "show": _show, "edit": _edit, "merged": _merged}
            return actions[args.action](context, store, args)
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
        if any(_places(one) is not None for one in found):
            output.say(_("Teks digabung selain di tempat yang beda: akk-tui conflicts show|edit OPERASI"))
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
        "places": _places(one),
        "older": one.older,
    }


def _places(one: Conflict) -> int | None:
    """How many places of a text wait for a choice; None where there is no text to merge."""
    from akk_tui.store import merging

    merged = merging.of_text(one)
    return None if merged is None else len(merged.places)


def _block(one: Conflict, zone: str) -> None:
    from akk_tui import merge_words

    width = output.width()
    title = words.about(one.key, one.kind, pick(one.title, one.title_en))
    output.heading(table.fit(f"{one.region_name} · {title} · {words.field(one.field)}", width))
    who = ", ".join(part for part in (one.by or "", words.moment(one.at, zone) if one.at else "") if part)
    who = f"({who})" if who else ""
    lines = [
        (_("operasi"), one.op),
        (_("semula"), words.shown(one.kind, one.field, one.base)),
        (_("isian saya"), words.shown(one.kind, one.field, one.mine)),
        (_("isian rekan"), _theirs(one)),
    ]
    wide = max(table.cells(name) for name, _value in (*lines, (_("gabungan"), "")))
    if who and table.cells(f"{_theirs(one)} {who}") <= width - wide - 4:
        lines[-1] = (lines[-1][0], f"{_theirs(one)} {who}")
    elif who:
        # Of a long text only the beginning is shown; whose it is must not be what is cut.
        lines.append(("", who))
    if one.older:
        lines.append(("", _(merge_words.OLDER)))
    if (places := _places(one)) is not None:
        lines.append((_("gabungan"), _merge_words(places)))
    for name, value in lines:
        output.line(table.fit(f"  {table.pad(name, wide)}  {value}", width))
    output.line()


def _merge_words(places: int) -> str:
    """``2 tempat perlu dipilih``; without any only the size stands against the merge."""
    if not places:
        return _("melebihi batas panjang; perlu dipendekkan")
    return ngettext("{n} tempat perlu dipilih", "{n} tempat perlu dipilih", places).format(n=places)


def _theirs(one: Conflict) -> str:
    """The colleague's value; that the row is gone is said, too."""
    if one.theirs is None:
        return _("tidak ada di server")
    if one.theirs.get("deleted") and "deleted" not in one.mine:
        return _("dihapus")
    return words.shown(one.kind, one.field, one.theirs)


def _resolve(context: Context, store: Store, args: argparse.Namespace) -> int:
    if args.value is not None:
        _settled(args.value)
        edit = store.resolve(args.op, "value", _asked(store, args.op, args.value))
    else:
        edit = store.resolve(args.op, "mine" if args.mine else "theirs")
    return _answered(context, edit)


def _answered(context: Context, edit: Edit) -> int:
    if context.json:
        output.document({"op": edit.op, "state": edit.state if edit.op else None})
    else:
        output.line(_("Beda isian selesai."))
        if edit.op:
            output.say(edits.told(edit))
    return 0


def _show(context: Context, store: Store, args: argparse.Namespace) -> int:
    one, merged = _text_of(store, args.op)
    text = _marked(store, one, merged)
    if context.json:
        document = {"op": one.op, "field": one.field, "places": len(merged.places), "text": text}
        output.document(document)
    else:
        output.page(text)
    return 0


def _edit(context: Context, store: Store, args: argparse.Namespace) -> int:
    from akk_tui.cli.commands import note

    one, merged = _text_of(store, args.op)
    path: Path | None = None
    text = note.read_text(args.file) if args.file or not sys.stdin.isatty() else ""
    if not args.file and not text.strip():
        # An empty stdin (cron, no redirection) is no wish to empty the text.
        text, path = note.edited(context, _marked(store, one, merged).rstrip("\n") + "\n")
        text = text.rstrip("\n") + merged.end
    _settled(text, path, one.op)
    edit = store.resolve(args.op, "value", {one.field: text or None}, shown=one.theirs)
    if path is not None:
        path.unlink(missing_ok=True)
    return _answered(context, edit)


def _settled(text: str, path: Path | None = None, op: str = "") -> None:
    """See that no place is marked in a text (that is in ``path``); raises PlacesLeft."""
    from akk_tui.domain.merge_places import open_places

    if left := open_places(text):
        raise PlacesLeft(n=left) if path is None else PlacesKept(n=left, path=path, op=op)


def _text_of(store: Store, op: str) -> tuple[Conflict, Merged]:
    """The difference that ``op`` is part of and the merge of its text; raises NoConflict, NoText."""
    from akk_tui.store import merging
    from akk_tui.store.errors import NoConflict

    one = next((found for found in store.views.conflicts() if op in found.ops), None)
    if one is None:
        raise NoConflict(op=op)
    merged = merging.of_text(one)
    if merged is None:
        raise NoText(op=op)
    return one, merged


def _marked(store: Store, one: Conflict, merged: Merged) -> str:
    from akk_tui import merge_words

    return merge_words.text(merged, one.by, store.meta.get("officer"), older=one.older)


def _merged(context: Context, store: Store, _args: argparse.Namespace) -> int:
    """The officer's values that went into a merge and do not stand as they were saved, newest first."""
    found = [row for row in store.views.discarded() if row.reason == "merged"]
    zone = store.meta.get("zone") or "WIB"
    if context.json:
        keys = ("op", "kind", "key", "field", "set", "was", "made", "at")
        output.document({"merged": [{name: getattr(row, name) for name in keys} for row in found]})
        return 0
    if not found:
        output.line(_("Tidak ada isian yang digabung."))
    width = output.width()
    for row in found:
        title = words.about(row.key, row.kind, pick(row.title, row.title_en))
        output.heading(table.fit(f"{row.region_name} · {title} · {words.field(row.field)}", width))
        mine, saved = _("isian saya"), words.moment(row.made, zone)
        output.line(table.fit(f"  {mine}  {words.shown(row.kind, row.field, row.set)} ({saved})", width))
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
