"""A private sshd for this user on loopback, or at the far end of a line; it ends with its ``with`` statement.

Keys, configuration and log are in a folder of the test, the daemon is our own child: nothing of the system's is used.
``ssh -tt`` runs on a pseudo terminal as an officer's does.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from programs import clean_env, free_port, wait_for
from pseudo import Terminal
from wan import FAR, NEAR, Wan

TRACE: Final = "TRACE_OF"
"""A variable that everything which a session starts has in its environment."""
ALIVE: Final = ("ClientAliveInterval 1", "ClientAliveCountMax 2")
"""Lets sshd notice in about three seconds that nobody answers."""
_PRIVILEGED: Final = Path("/run/sshd")


def lacking() -> str:
    """What of a private sshd cannot be had here, in words; empty: nothing."""
    for program in ("ssh", "ssh-keygen", "nsenter"):
        if shutil.which(program) is None:
            return f"{program} is not here"
    if _daemon() is None:
        return "sshd is not here"
    if os.geteuid() == 0:
        with suppress(OSError):
            # Compiled in; Debian makes it when the system's own sshd starts, which nobody wants here.
            _PRIVILEGED.mkdir(mode=0o755, exist_ok=True)
        if not _PRIVILEGED.is_dir():
            return f"{_PRIVILEGED} cannot be made"
        if _locked():
            return "this user's account is locked"
    return ""


def _daemon() -> str | None:
    return shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")


def _locked() -> bool:
    name = pwd.getpwuid(os.getuid()).pw_name
    with suppress(OSError):
        for line in Path("/etc/shadow").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return line.split(":")[1].startswith("!")
    return False


class Sshd:
    """The daemon in ``folder``; behind ``line`` where one is given."""

    def __init__(self, folder: Path, line: Wan | None = None, options: Sequence[str] = ALIVE) -> None:
        self._folder = folder
        self._line = line
        self._options = options
        self._sessions = 0
        self.port = 22 if line is not None else free_port()
        self.host = FAR if line is not None else "127.0.0.1"

    def __enter__(self) -> Sshd:
        self._folder.mkdir(mode=0o700)
        for name in ("host", "user"):
            make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(self._folder / name)]
            subprocess.run(make, check=True)
        shutil.copyfile(self._folder / "user.pub", self._folder / "authorized")
        lines = [
            f"Port {self.port}",
            f"ListenAddress {self.host}",
            f"HostKey {self._folder}/host",
            f"AuthorizedKeysFile {self._folder}/authorized",
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "PrintMotd no",
            "PrintLastLog no",
            "AcceptEnv COLORTERM",
            *self._options,
        ]
        config = self._folder / "sshd_config"
        config.write_text("\n".join(lines) + "\n")
        log = self._folder / "log"
        daemon = _daemon()
        assert daemon is not None
        within = self._line.within(FAR) if self._line is not None else []
        with log.open("wb") as stream:
            # The daemon is started by its whole path, which it starts itself with for each session.
            command = [*within, daemon, "-D", "-e", "-f", str(config)]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
        try:
            wait_for(lambda: "Server listening" in log.read_text() or self._process.poll() is not None, "sshd listens")
            assert self._process.poll() is None, log.read_text()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()

    def open(self, command: Sequence[str], *, options: Sequence[str] = (), **env: str) -> Session:
        """Log in on a terminal and run ``command`` with more of an environment."""
        self._sessions += 1
        trace = f"{self._folder}/{self._sessions}"
        asked = {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", TRACE: trace, **env}
        words = ["env", *(f"{name}={value}" for name, value in asked.items())]
        if self._line is not None:
            # The line is the terminal's: what the program itself reaches is as it is without.
            words = ["nsenter", f"--net=/proc/{os.getpid()}/ns/net", "--", *words]
        run = f"echo $$ >{shlex.quote(trace)}; exec {shlex.join([*words, *command])}"
        within = self._line.within(NEAR) if self._line is not None else []
        settings = {
            "UserKnownHostsFile": f"{self._folder}/known",
            "StrictHostKeyChecking": "accept-new",
            "IdentitiesOnly": "yes",
            "BatchMode": "yes",
            "LogLevel": "ERROR",
            "SendEnv": "COLORTERM",
        }
        client = ["ssh", "-F", "none", "-tt", "-i", f"{self._folder}/user", "-p", str(self.port)]
        client += [f"-o{name}={value}" for name, value in settings.items()]
        user = pwd.getpwuid(os.getuid()).pw_name
        argv = [*within, *client, *options, f"{user}@{self.host}", f"exec sh -c {shlex.quote(run)}"]
        return Session(Terminal(argv, clean_env(TERM="xterm-256color", COLORTERM="truecolor")), Path(trace))


class Session:
    """A login: ``terminal`` is the officer's side of it."""

    def __init__(self, terminal: Terminal, trace: Path) -> None:
        self.terminal = terminal
        self._trace = trace
        self._session = ""

    def program(self) -> int:
        """The process that was asked for, at the host."""
        self.logged_in()
        pid = int(self._trace.read_text())
        self._session = self._session or _stat(pid)[3]
        return pid

    def logged_in(self) -> float:
        """When it was started, in the clock's seconds."""

        def there() -> bool:
            self.terminal.read(0.02)
            return self._trace.exists() and self._trace.read_text().endswith("\n")

        wait_for(there, f"the login\n{self.terminal.text}")
        return self._trace.stat().st_mtime

    def daemons(self) -> list[int]:
        """The processes of sshd that have this login, the nearest to the program first."""
        found: list[int] = []
        parent = _parent(self.program())
        while parent > 1 and _name(parent).startswith("sshd"):
            found.append(parent)
            parent = _parent(parent)
        # The last one listens, for others too.
        return found[:-1]

    def processes(self) -> list[int]:
        """Everything at the host that the login has started and that still lives."""
        wanted = f"{TRACE}={self._trace}".encode()

        def ours(pid: int) -> bool:
            with suppress(OSError):
                return _stat(pid)[3] == self._session or wanted in _environment(pid).split(b"\0")
            return False

        return [pid for pid in _pids() if alive(pid) and ours(pid)]


def alive(pid: int) -> bool:
    """Whether a process runs, or could: a zombie does not."""
    try:
        return _stat(pid)[0] not in ("Z", "X")
    except OSError:
        return False


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def _stat(pid: int) -> list[str]:
    """State, parent, group, session, …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _parent(pid: int) -> int:
    try:
        return int(_stat(pid)[1])
    except OSError:
        return 0


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _environment(pid: int) -> bytes:
    """Empty where it cannot be read, as that of the app can only be by root."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
