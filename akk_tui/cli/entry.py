"""From a command line to an exit code: language, command, errors in words, signals."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from types import FrameType

from akk_tui import __version__, i18n, process
from akk_tui.cli import output, parser
from akk_tui.cli.context import Context, sentence
from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _

INTERRUPTED = 130


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command line; the exit code of ``design: exit codes``."""
    # Nothing that is made from here on, by whatever library, is for others.
    os.umask(0o077)
    process.seal()
    _open_streams()
    try:
        with parser.translated():
            return _run(sys.argv[1:] if argv is None else argv)
    except parser.Help:
        return 0
    except AkkError as error:
        output.say(sentence(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (``| head``): nothing is left to say.
        output.abandon(sys.stdout)
        return 1


def _open_streams() -> None:
    """Give a process that was started with closed streams empty ones: no store may land on their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - lives as long as the process


def _readable(word: str) -> str:
    """An argument as text; raises UsageError where its bytes are none, unless they name a file that is there.

    Where the locale cannot tell, bytes are read as UTF-8.
    """
    if word.isascii() or not any("\udc80" <= char <= "\udcff" for char in word) or os.path.lexists(word):
        return word
    try:
        return os.fsencode(word).decode()
    except UnicodeDecodeError:
        shown = os.fsencode(word).decode("utf-8", "replace")[:60]
        raise parser.UsageError(reason=_("Argumen “{word}” bukan teks UTF-8.").format(word=shown)) from None


def _run(arguments: Sequence[str]) -> int:
    i18n.use(i18n.choose(_asked_language(arguments)))
    options, rest = parser.split([_readable(word) for word in arguments])
    if options.version:
        if options.json:
            output.document({"version": __version__})
        else:
            output.line(f"akk-tui {__version__}")
        return 0
    context = Context(options)
    try:
        return _command(context, rest)
    finally:
        context.close()


def _command(context: Context, rest: Sequence[str]) -> int:
    broken = context.refused or _settle_language(context)
    command = parser.find(rest)
    if broken and not (command and command.without_config):
        raise broken
    if command is None:
        from akk_tui.cli.app import run as run_app

        return run_app(context)
    module = parser.module_of(command)
    args = parser.build(command, module).parse_args(rest[1:])
    return module.run(context, args)


def _asked_language(arguments: Sequence[str]) -> str | None:
    """What ``--lang`` says, read loosely: errors in the rest of the line are told in it too."""
    for at, word in enumerate(arguments):
        if word == "--lang":
            return next(iter(arguments[at + 1 :]), None)
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None


def _settle_language(context: Context) -> AkkError | None:
    """Speak what ``--lang``, else the settings, else the locale say; a broken settings file is given back."""
    try:
        context.paths.config_file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        pass  # reading it says why not
    try:
        settings = context.settings()
    except AkkError as error:
        return error
    i18n.use(i18n.choose(context.options.lang or settings.ui.lang))
    return None


@contextmanager
def terminable() -> Generator[None]:
    """Inside, SIGTERM raises KeyboardInterrupt as Ctrl+C does; SIGINT too where it was ignored (a job of a script)."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
