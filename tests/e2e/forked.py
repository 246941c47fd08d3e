"""The programs as processes that are copies of one process which has imported everything: none pays for starting.

:func:`run` and :class:`Process` stand for ``subprocess.run`` and ``subprocess.Popen`` of ``python -m akk_tui.cli`` and
``python -m akk_tui.server.cli``; the program :data:`SCRIPT` with a text as its first word for ``python -c``. Tests of
what a start does (what is imported, limits, locales) start real ones.

Three things are cheaper in them than in the real programs: what a passphrase costs, how long one who signs in by a code
waits between two questions (``cheaper.py``), and what ``doctor`` asks processes of its own (``asked_once.py``).
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import cheaper

CLIENT, SERVER, SCRIPT = "akk_tui.cli", "akk_tui.server.cli", "-c"
_IMPORTED = (
    CLIENT, SERVER, "akk_tui.cli.commands", "akk_tui.sync", "akk_tui.store", "akk_tui.store.views",
    "akk_tui.store.migrations", "akk_tui.domain", "akk_tui.contract",
)  # fmt: skip
_MORE = (
    "httpx", "encodings.idna", "uvicorn", "argon2", "tomllib", "resource", "pyrage", "sqlite3",
    "cryptography.hazmat.primitives.asymmetric.ed25519", "sqlalchemy.dialects.sqlite",
    "akk_tui.server.app", "akk_tui.server.embedded", "akk_tui.paths",
)  # fmt: skip


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


class Process:
    """A copy that runs ``program`` with ``words``; it reads and writes the three open files."""

    def __init__(
        self,
        program: str,
        words: Sequence[str],
        env: dict[str, str],
        files: tuple[int, int, int],
        *,
        umask: int = 0o022,
        cwd: Path | None = None,
    ) -> None:
        self.returncode: int | None = None
        asked = {"program": program, "words": list(words), "env": env, "cwd": str(cwd or Path.cwd()), "umask": umask}
        self.pid = _zygote().start(asked, files)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            self.returncode = _zygote().ended(self.pid)
        return self.returncode

    def wait(self, timeout: float = 120) -> int:
        end = time.monotonic() + timeout
        while self.poll() is None:
            if not _zygote().listen(end - time.monotonic()):
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def run(
    program: str,
    words: Sequence[str],
    env: dict[str, str],
    text: str | None = None,
    *,
    umask: int = 0o022,
    cwd: Path | None = None,
    timeout: float = 180,
) -> Done:
    """Run a program to its end with ``text`` on its standard input."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write((text or "").encode())
        given.seek(0)
        process = Process(program, words, env, (given.fileno(), out.fileno(), err.fileno()), umask=umask, cwd=cwd)
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            raise
        out.seek(0)
        err.seek(0)
        return Done(code, out.read().decode(), err.read().decode())


# --- the test's end


class _Zygote:
    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, __file__, str(theirs.fileno())]
            # It leaves at once one that is no child of ours: what waits for any child must not wait for it.
            subprocess.run(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, check=True)
        self._lock = threading.RLock()
        self._started: list[int] = []
        self._ended: dict[int, int] = {}

    def start(self, asked: dict[str, Any], files: tuple[int, int, int]) -> int:
        with self._lock:
            self._started.clear()
            with tempfile.TemporaryFile() as task:
                task.write(json.dumps(asked).encode())
                task.seek(0)
                socket.send_fds(self._socket, [b"start"], [*files, task.fileno()])
            while not self._started:
                assert self.listen(60), "no process was made"
            return self._started.pop()

    def listen(self, seconds: float) -> bool:
        """Read one message, if any comes within ``seconds``."""
        if not self._lock.acquire(timeout=max(0.0, seconds)):
            return False
        try:
            if not select.select([self._socket], [], [], max(0.0, seconds))[0]:
                return False
            said = json.loads(self._socket.recv(1_000))
            if "code" in said:
                self._ended[said["pid"]] = said["code"]
            else:
                # The system gives numbers again: how an earlier one of this number ended is over.
                self._ended.pop(said["pid"], None)
                self._started.append(said["pid"])
            return True
        finally:
            self._lock.release()

    def ended(self, pid: int) -> int | None:
        while pid not in self._ended and self.listen(0):
            pass
        return self._ended.get(pid)

    def stop(self) -> None:
        """It ends when nobody can ask it any more."""
        self._socket.close()


_made: dict[int, _Zygote] = {}


def _zygote() -> _Zygote:
    """The one of this process."""
    found = _made.get(os.getpid())
    if found is None:
        found = _made[os.getpid()] = _Zygote()
        atexit.register(found.stop)
    return found


# --- the process that is copied


def _serve(line: socket.socket) -> None:
    for name in _IMPORTED:
        package = importlib.import_module(name)
        for one in pkgutil.iter_modules(getattr(package, "__path__", ())):
            with contextlib.suppress(ImportError):
                if one.name != "__main__":
                    importlib.import_module(f"{name}.{one.name}")
    for name in _MORE:
        importlib.import_module(name)
    asked_once: Any = importlib.import_module("asked_once")
    asked_once.use()
    cheaper.passphrases()
    cheaper.waiting()
    woken, waking = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    while True:
        ready = select.select([line, woken], [], [])[0]
        if woken in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(woken, 4_096)
            _reap(line)
        if line in ready:
            message, files, _flags, _address = socket.recv_fds(line, 100, 4)
            if not message:
                return
            # What it needs is then there for the next one too.
            asked = json.loads(os.pread(files[3], 1 << 20, 0))
            if asked["program"] != SCRIPT:
                importlib.import_module(asked["program"])
            if "doctor" in asked["words"]:
                asked_once.ask("en" if "en" in asked["words"] else "id")
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for one in (woken, waking, line.detach()):
                    os.close(one)
                _become(files)
            for one in files:
                os.close(one)
            line.send(json.dumps({"pid": pid}).encode())


def _reap(line: socket.socket) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            line.send(json.dumps({"pid": pid, "code": os.waitstatus_to_exitcode(status)}).encode())


def _become(files: list[int]) -> NoReturn:
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with open(files[3], "rb") as task:
            asked = json.loads(task.read())
        for number, one in enumerate(files[:3]):
            os.dup2(one, number)
            os.close(one)
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        os.umask(asked["umask"])
        sys.argv = [asked["program"], *asked["words"]]
        sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        code = _run(asked["program"], asked["words"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # as the interpreter does at its end
        traceback.print_exc()
    with contextlib.suppress(Exception):
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
    os._exit(code)


def _run(program: str, words: list[str]) -> int:
    if program == SCRIPT:
        sys.argv = [program, *words[1:]]
        exec(compile(words[0], "<script>", "exec"), {"__name__": "__main__"})
        return 0
    main: Callable[[Sequence[str]], int] = importlib.import_module(program).main
    return main(words)


if __name__ == "__main__":
    if os.fork():
        os._exit(0)
    sys.path[0] = str(Path(__file__).parents[2])
    # Programs and helpers of tests' own.
    sys.path.extend(str(Path(__file__).parents[1] / place) for place in ("", "e2e", "sync"))
    _serve(socket.socket(fileno=int(sys.argv[1])))
