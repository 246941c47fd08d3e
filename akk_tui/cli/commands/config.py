"""``config``: the settings, where each comes from, and a change of one."""

from __future__ import annotations

import argparse
from typing import Any, TYPE_CHECKING

from akk_tui import config
from akk_tui.cli import output, table, words
from akk_tui.cli.parser import subcommands
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context


def arguments(parser: argparse.ArgumentParser) -> None:
    """The four actions."""
    add = subcommands(parser, "ACTION")
    add("show", help=_("semua setelan dan asalnya"))
    made = add("set", help=_("mengubah satu setelan"))
    made.add_argument("name", metavar="NAME", help=_("misalnya ui.lang"))
    made.add_argument("value", metavar="VALUE", help=_('nilainya; kosong ("") mengembalikan bawaan'))
    add("path", help=_("letak berkas setelan"))
    add("validate", help=_("memeriksa berkas setelan"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Do the chosen action."""
    return {"show": _show, "set": _set, "path": _path, "validate": _validate}[args.action](context, args)


def _document(settings: config.Settings) -> dict[str, Any]:
    return {"settings": [{"name": row.name, "value": row.value, "source": row.source} for row in config.show(settings)]}


def _show(context: Context, _args: argparse.Namespace) -> int:
    settings = context.settings()
    if context.json:
        output.document(_document(settings))
        return 0
    columns = (
        table.Column(_("Setelan")),
        table.Column(_("Nilai"), gives=True, least=12),
        table.Column(_("Asal"), gives=True, least=12),
    )
    content = [(row.name, words.value(row.value), _origin(row.source)) for row in config.show(settings)]
    lines = table.rows(columns, content, output.width())
    output.heading(lines[0])
    for line in lines[1:]:
        output.line(line)
    return 0


def _origin(source: str) -> str:
    if source == "default":
        return _("bawaan")
    kind, _colon, name = source.partition(":")
    return _("lingkungan: {name}").format(name=name) if kind == "environment" else source


def key_words(settings: config.Settings) -> list[str]:
    """What is wrong with the keys of the settings: commands that are not there, clashes, keys that are swallowed."""
    if not settings.keys:
        return []
    from akk_tui.ui import keymap

    return [trouble.words for trouble in keymap.make(settings.ui.keymap, settings.keys).troubles]


def _set(context: Context, args: argparse.Namespace) -> int:
    settings = config.set_value(context.paths, args.name, args.value)
    if context.json:
        output.document(_document(settings))
    else:
        row = next((row for row in config.show(settings) if row.name == args.name), None)
        output.line(f"{args.name} = {words.value(row.value if row else None)}")
    return 0


def _path(context: Context, _args: argparse.Namespace) -> int:
    if context.json:
        paths = context.paths
        output.document(
            {
                "config_file": str(paths.config_file),
                "config": str(paths.config),
                "data": str(paths.data),
                "state": str(paths.state),
                "cache": str(paths.cache),
            }
        )
    else:
        output.line(str(context.paths.config_file))
    return 0


def _validate(context: Context, _args: argparse.Namespace) -> int:
    found = key_words(config.validate(context.paths))
    if context.json:
        output.document({"ok": True, "warnings": found})
    else:
        output.line(_("Setelan sah: {path}").format(path=context.paths.config_file))
        for said in found:
            output.line(_("Perhatian: {words}").format(words=said))
    return 0
