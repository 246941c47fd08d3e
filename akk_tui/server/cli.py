"""``akk-server``: the commands of ``design: cli``. stdout is data, stderr narration; 1 failed, 2 usage."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from akk_tui import __version__, i18n, process
from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.server import bundle, cli_audit, cli_bundle, cli_identity, cli_run
from akk_tui.server.cli_base import abandon_stdout, db, DB_VARIABLE, ready, say, tell, Usage, write_out

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    os.umask(0o077)
    process.seal()
    given = list(sys.argv[1:] if arguments is None else arguments)
    i18n.use(i18n.choose(_language(given)))
    parser = _parser()
    try:
        asked = parser.parse_args(given)
    except SystemExit as end:
        return int(end.code or 0) if not isinstance(end.code, str) else 2
    command: Command | None = getattr(asked, "command", None)
    if command is None:
        parser.print_usage(sys.stderr)
        return 2
    try:
        code = command(asked)
        sys.stdout.flush()
        return code
    except AkkError as error:
        tell(error.words(_))
        return error.exit_code
    except BrokenPipeError:
        abandon_stdout()
        return 1
    except Exception as error:
        from akk_tui.server.db.engine import lost

        unusable = lost(getattr(asked, "db", None) or os.environ.get(DB_VARIABLE, ""), error)
        if unusable is None:
            raise
        tell(unusable.words(_))
        return unusable.exit_code
    except KeyboardInterrupt:
        return 130


def _language(given: Sequence[str]) -> str | None:
    for i, word in enumerate(given):
        if word == "--lang" and i + 1 < len(given):
            return given[i + 1]
        if word.startswith("--lang="):
            return word[7:]
    return None


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=i18n.LANGUAGES, default=argparse.SUPPRESS, help=_("bahasa"))
    stored = argparse.ArgumentParser(add_help=False, parents=[shared])
    stored.add_argument(
        "--db",
        metavar="DB",
        default=argparse.SUPPRESS,
        help=_("basis data: berkas SQLite, atau postgresql+psycopg://… (juga {name})").format(name=DB_VARIABLE),
    )
    parser = argparse.ArgumentParser("akk-server", description=_("Server AKK."), parents=[stored])
    parser.add_argument("--version", action="version", version=f"akk-server {__version__}")
    commands = parser.add_subparsers(metavar=_("PERINTAH"))

    def add(name: str, text: str, command: Command, under: Any = commands, base: Any = stored) -> Any:
        made = under.add_parser(name, help=text, description=text, parents=[base])
        made.set_defaults(command=command)
        return made

    init = add("init", _("buat atau mutakhirkan basis data"), _init)
    init.add_argument("--demo", action="store_true", help=_("beserta data contoh"))
    init.add_argument(
        "--app-role",
        metavar=_("PERAN"),
        help=_("PostgreSQL: peran yang dipakai akk-server run; boleh membaca dan menulis baris, tanpa mengubah tabel"),
    )
    init.add_argument(
        "--seal-key",
        metavar=_("BERKAS"),
        type=Path,
        help=_("tempat kunci pribadi untuk kiriman bersegel; bawaan: di samping berkas basis data"),
    )
    cli_identity.link_arguments(init)
    cli_bundle.add_commands(add)

    cli_run.add_command(add)
    cli_run.add_oldest_client(add)

    user = commands.add_parser("user", help=_("petugas"), description=_("petugas"), parents=[stored])
    users = user.add_subparsers(metavar=_("PERINTAH"), required=True)
    added = add("add", _("tambah petugas"), _user_add, users)
    added.add_argument("name", metavar=_("NAMA"))
    added.add_argument("--role", choices=("petugas", "verifikator", "admin"), required=True, help=_("peran"))
    added.add_argument("--display", default="", metavar="TEXT", help=_("nama yang ditampilkan"))
    added.add_argument("--zone", choices=tuple(i18n.ZONES), default="WIB", help=_("zona waktu (bawaan WIB)"))
    add("list", _("daftar petugas"), _user_list, users)
    add("disable", _("tutup akun petugas"), _user_disable, users).add_argument("name", metavar=_("NAMA"))
    cli_identity.arguments(add, users, commands, stored)

    given = add("assign", _("tugaskan daerah kepada petugas"), _assign)
    given.add_argument("--read", action="store_true", help=_("hanya membaca"))
    taken = add("unassign", _("cabut daerah dari petugas"), _unassign)
    for one in (given, taken):
        one.add_argument("name", metavar=_("NAMA"))
        one.add_argument("regions", metavar=_("DAERAH"), nargs="+")
        one.add_argument("--cycle", metavar="C", help=_("siklus (bawaan: yang terbuka dan terbaru)"))

    cycle = commands.add_parser("cycle", help=_("siklus"), description=_("siklus"), parents=[stored])
    cycles = cycle.add_subparsers(metavar=_("PERINTAH"), required=True)
    for name, state, text in (("open", "open", _("buka siklus")), ("close", "closed", _("tutup siklus"))):
        one = add(name, text, _cycle, cycles)
        one.add_argument("cycle", metavar="C")
        one.set_defaults(state=state)

    token = add("token", _("buat token (hanya ditampilkan sekali), atau cabut"), _token)
    token.add_argument("name", metavar=_("NAMA"), nargs="?")
    token.add_argument("--out", type=Path, metavar="F", help=_("tulis token ke berkas ini saja"))
    revoked = token.add_mutually_exclusive_group()
    revoked.add_argument("--revoke", metavar="ID", help=_("cabut token ini"))
    revoked.add_argument("--all", metavar=_("NAMA"), dest="everything", help=_("cabut semua token petugas ini"))

    cli_audit.add_commands(add, commands, stored)
    add("openapi", _("cetak dokumen OpenAPI"), _openapi, base=shared)
    return parser


def _init(asked: argparse.Namespace) -> int:
    from akk_tui.server import setup

    named = db(asked)
    setup.init_database(named, demo=asked.demo, app_role=asked.app_role)
    bundle.make_key(named, asked.seal_key)
    tell(_("Basis data siap."))
    cli_identity.first(asked, named)
    return 0


def _user_add(asked: argparse.Namespace) -> int:
    from akk_tui.server import setup

    setup.add_user(ready(asked), asked.name, asked.role, display=asked.display, zone=asked.zone)
    return 0


def _user_list(asked: argparse.Namespace) -> int:
    from akk_tui.server import setup

    for user in setup.list_users(ready(asked)):
        state = _("ditutup") if user.disabled else _("aktif")
        units = _("{n} daerah").format(n=user.units)
        tokens = _("{n} token").format(n=user.tokens)
        say(f"{user.name}\t{user.role}\t{state}\t{units}\t{tokens}\t{user.display}")
    return 0


def _user_disable(asked: argparse.Namespace) -> int:
    from akk_tui.server import setup

    setup.disable_user(ready(asked), asked.name)
    return 0


def _assign(asked: argparse.Namespace) -> int:
    from akk_tui.server import setup

    for unit in setup.assign(ready(asked), asked.name, asked.regions, cycle=asked.cycle, write=not asked.read):
        say(unit)
    return 0


def _unassign(asked: argparse.Namespace) -> int:
    from akk_tui.server import setup

    for unit in setup.unassign(ready(asked), asked.name, asked.regions, cycle=asked.cycle):
        say(unit)
    return 0


def _cycle(asked: argparse.Namespace) -> int:
    from akk_tui.server import setup

    setup.set_cycle(ready(asked), asked.cycle, asked.state)
    return 0


def _token(asked: argparse.Namespace) -> int:
    from akk_tui.server import setup

    if asked.revoke is not None:
        setup.revoke_token(ready(asked), asked.revoke)
        return 0
    if asked.everything is not None:
        count = setup.revoke_all(ready(asked), asked.everything)
        tell(_("{n} token dicabut.").format(n=count))
        return 0
    if asked.name is None:
        raise Usage(reason=_("sebutkan NAMA petugas, --revoke ID atau --all NAMA"))
    made = setup.issue_token(ready(asked), asked.name)
    if asked.out is None:
        say(f"{made.id} {made.token}")
    else:
        try:
            write_out(asked.out, made.token)
        except AkkError:
            # Nobody will ever hold this token.
            setup.revoke_token(ready(asked), made.id)
            raise
        say(made.id)
    return 0


def _openapi(_asked: argparse.Namespace) -> int:
    import msgspec

    from akk_tui.contract.openapi import document

    say(msgspec.json.format(msgspec.json.encode(document(__version__)), indent=2).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
