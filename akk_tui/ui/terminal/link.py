"""How good the line to the terminal is: ``fast`` on this computer, ``slow`` over a network.

The setting ``ui.link`` says it, or the surroundings do: what ssh and mosh leave in the environment, or one of them
among the programs above this one. In tmux both may be those of a line that is long gone: tmux is asked which terminal
shows it now. What follows it: :meth:`akk_tui.ui.linked.LinkedApp.use_link`. Knows nothing of Textual.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _

VARIABLES: Final = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "MOSH_CONNECTION")
"""Of sshd and mosh, in the environment of what they start. What else begins with MOSH_ is for mosh's own side."""
PROGRAMS: Final = ("sshd", "sshd-session", "dropbear", "mosh-server")
SETTING: Final = "ui.link"
TMUX_SECONDS: Final = 1.0
_PROC: Final = Path("/proc")
_MOST: Final = 64
"""Programs above one another that are looked at."""


class Link(NamedTuple):
    """``why``: the variable or program that told it, or ``ui.link``; empty where nothing speaks of a network."""

    fast: bool
    why: str = ""

    @property
    def words(self) -> str:
        """``lambat``."""
        return _(FAST) if self.fast else _(SLOW)


FAST: Final = N_("cepat")
SLOW: Final = N_("lambat")
LOCAL: Final = Link(True)


def found(setting: str, env: Mapping[str, str], proc: Path = _PROC) -> Link:
    """The link as the setting says it, or else as variables and programs do: without asking anybody."""
    if setting != "auto":
        return Link(setting == "fast", SETTING)
    for name in VARIABLES:
        if env.get(name):
            return Link(False, name)
    return _by_programs(os.getpid(), proc)


def in_tmux(setting: str, env: Mapping[str, str]) -> bool:
    """Whether only tmux knows."""
    return setting == "auto" and bool(env.get("TMUX"))


def asked(setting: str, env: Mapping[str, str], proc: Path = _PROC) -> Link:
    """As :func:`found`, and in tmux as the terminal that shows it now. Takes some ms there."""
    if not in_tmux(setting, env):
        return found(setting, env, proc)
    answer = _of_tmux(env)
    client = answer[0] if answer else ""
    if client.isdecimal() and (told := _of_client(int(client), proc)) is not None:
        return told
    for line in answer[1:]:
        name, _equals, value = line.partition("=")
        if name in VARIABLES and value:
            return Link(False, name)
        # Taken away when a terminal of this computer took the session over.
        if name == f"-{VARIABLES[0]}":
            return LOCAL
    return found(setting, env, proc)


def _of_tmux(env: Mapping[str, str]) -> list[str]:
    """The process that shows the session, then the session's environment; nothing where tmux does not answer."""
    import subprocess

    command = ["tmux", "display-message", "-p", "#{client_pid}", ";", "show-environment"]
    try:
        done = subprocess.run(  # noqa: S603 - what the user started this in
            command, env=dict(env), stdin=subprocess.DEVNULL, capture_output=True, timeout=TMUX_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.decode("utf-8", "replace").splitlines()


def _of_client(pid: int, proc: Path) -> Link | None:
    """The link of the process that shows the session; None where the system does not tell."""
    try:
        variables = (proc / str(pid) / "environ").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return None
    for name in VARIABLES:
        if any(one.startswith(f"{name}=") and one != f"{name}=" for one in variables):
            return Link(False, name)
    return _by_programs(pid, proc)


def _by_programs(pid: int, proc: Path) -> Link:
    for name in _above(pid, proc):
        if name in PROGRAMS:
            return Link(False, name)
    return LOCAL


def _above(pid: int, proc: Path) -> Iterator[str]:
    """The names of the programs above process ``pid``, as far as the system tells them."""
    for _turn in range(_MOST):
        try:
            told = (proc / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
        # 4242 (name) S 17 …; the name may hold brackets and blanks.
        _pid, _bracket, rest = told.partition(" (")
        name, _bracket, rest = rest.rpartition(") ")
        yield name.partition(":")[0].split(" ")[0]
        pid = int(rest.split(" ")[1])
        if pid <= 1:
            return
