"""``demo``: a server with sample data on this computer, a sample officer signed in, and the app on it.

The server is a child process, so that the app starts and weighs as it does anywhere else. It lives as long as the
pipe to its standard input: when this process ends, however it ends, it stops and removes the temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TYPE_CHECKING

from akk_tui.cli import output
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context

OFFICER: Final = "contoh1"
NEEDED: Final = ("starlette", "uvicorn", "sqlalchemy", "alembic")
END_SECONDS: Final = 10


class NeedsServer(AkkError):
    """The packages of the server are not installed."""

    code = "needs_server"
    text = N_("Demo memerlukan bagian server. Pasang dengan:\n  {command}")


class KeepRefused(AkkError):
    """The folder to keep the demo in holds something else, which the demo would close to everybody."""

    code = "keep"
    exit_code = 2
    text = N_("{path} berisi berkas lain; pilih folder yang belum ada.")


class DemoFailed(AkkError):
    """The server of the demonstration did not start or ended; ``reason`` is its own sentence."""

    code = "demo"
    text = N_("Server contoh tidak berjalan: {reason}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where, and whether with the app."""
    parser.add_argument("--keep", metavar="DIR", help=_("simpan semuanya di folder ini, dan lanjutkan dari sana"))
    parser.add_argument("--no-ui", action="store_true", help=_("tanpa aplikasi: cetak JSON, layani sampai dihentikan"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Start the server, then the app on it, or print where it is and wait for a signal."""
    from akk_tui.cli.app import check_terminal

    _check_packages()
    if not args.no_ui:
        check_terminal()
        with _root(args.keep) as root, _server(root, keep=bool(args.keep)) as (_child, started):
            return _app(started)
    from akk_tui.cli.entry import terminable

    try:
        with terminable(), _root(args.keep) as root, _server(root, keep=bool(args.keep)) as (child, started):
            output.document(started)
            child.wait()
    except KeyboardInterrupt:
        return 0
    raise DemoFailed(reason=_("berhenti sendiri"))


def _check_packages() -> None:
    from importlib.util import find_spec

    if all(find_spec(name) for name in NEEDED):
        return
    checkout = Path(__file__).resolve().parents[2]
    what = f"-e '{checkout}[server]'" if (checkout / "pyproject.toml").exists() else "'akk-tui[server]'"
    raise NeedsServer(command=f"{sys.executable} -m pip install {what}")


@contextmanager
def _root(keep: str | None) -> Generator[Path]:
    """The folder of everything; a temporary one is removed at the end."""
    if keep is not None:
        from akk_tui.paths import private_folder

        root = Path(keep).expanduser().absolute()
        if root.is_dir() and not (root / "server").is_dir() and any(root.iterdir()):
            raise KeepRefused(path=root)
        yield private_folder(root)
        return
    from shutil import rmtree
    from tempfile import mkdtemp

    made = Path(mkdtemp(prefix="akk-demo-"))
    try:
        yield made
    finally:
        rmtree(made, ignore_errors=True)


@contextmanager
def _server(root: Path, *, keep: bool) -> Generator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    """The child process that serves ``root``, and what it said once everything was ready."""
    from akk_tui import i18n

    what = "keep" if keep else "remove"
    command = [sys.executable, "-P", "-m", "akk_tui.cli.demo", str(root), what, i18n.language()]
    child = subprocess.Popen(  # noqa: S603 - this program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        yield child, _ready(child)
    finally:
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()


def _ready(child: subprocess.Popen[bytes]) -> dict[str, Any]:
    if sys.stderr.isatty():
        output.say(_("Menyiapkan server contoh…"))
    line = child.stdout.readline() if child.stdout else b""
    said: dict[str, Any] = json.loads(line) if line else {"error": _("berhenti sendiri")}
    if "error" in said:
        raise DemoFailed(reason=said["error"])
    return said


def _app(started: dict[str, Any]) -> int:
    from akk_tui import config
    from akk_tui import paths as folders
    from akk_tui.sync import account
    from akk_tui.ui import app

    os.environ["AKK_HOME"] = started["home"]
    paths = folders.find(Path(started["home"]))
    return app.run(paths, config.load(paths), account.load(paths))


# --- in the child process --------------------------------------------------------------------------------------


def serve(root: Path, *, keep: bool) -> int:
    """Serve ``root`` until standard input ends; say on stdout, in one line of JSON, where it is or why not."""
    from akk_tui.cli.context import sentence

    try:
        with _running(root) as said:
            _tell(said)
            sys.stdin.buffer.read()
    except AkkError as error:
        _tell({"error": sentence(error)})
        return error.exit_code
    except Exception as error:  # whatever it is, the parent tells it
        _tell({"error": f"{type(error).__name__}: {str(error).splitlines()[0]}"})
        return 1
    finally:
        if not keep:
            from shutil import rmtree

            rmtree(root, ignore_errors=True)
    return 0


def _tell(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


@contextmanager
def _running(root: Path) -> Generator[dict[str, Any]]:
    """The server on ``root`` with the sample officer signed in and synced once."""
    from akk_tui.paths import private_folder, write_private
    from akk_tui.server import setup

    database = private_folder(root / "server") / "akk.db"
    token_file = root / "token"
    port_file = root / "server" / "port"
    if not token_file.exists():
        setup.init_database(database, demo=True)
        write_private(token_file, f"{setup.issue_token(database, OFFICER).token}\n".encode())
    running = _start(database, port_file)
    try:
        write_private(port_file, running.url.rpartition(":")[2].encode())
        home = root / "home"
        _sign_in(home, running.url, token_file)
        yield {
            "url": running.url,
            "home": str(home),
            "token_file": str(token_file),
            "officer": OFFICER,
            "database": str(database),
        }
    finally:
        running.stop()


def _start(database: Path, port_file: Path) -> Any:
    """The server, on the port of the last time if it is free: the address is part of which store is whose."""
    from akk_tui.server import embedded
    from akk_tui.server.errors import CannotListen

    try:
        return embedded.start(database, port=int(port_file.read_text()))
    except (OSError, ValueError, CannotListen):
        return embedded.start(database)


def _sign_in(home: Path, url: str, token_file: Path) -> None:
    from akk_tui import config
    from akk_tui import paths as folders
    from akk_tui.cli.commands import login
    from akk_tui.sync import runner

    paths = folders.find(home)
    settings = config.load(paths)
    account = runner.sign_in(paths, url, login.token_in(token_file), settings)
    runner.sync_once(paths, account, settings)


if __name__ == "__main__":
    from akk_tui import i18n

    i18n.use(sys.argv[3])
    sys.exit(serve(Path(sys.argv[1]), keep=sys.argv[2] == "keep"))
