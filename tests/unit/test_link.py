"""How good the link to the terminal is: by setting, by variables, by programs above, by tmux."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from akk_tui.ui.terminal import link
from akk_tui.ui.terminal.link import Link

NOWHERE = Path("/nowhere")


def processes(folder: Path, *names: str) -> Path:
    """A table of processes: this one, and those above it."""
    pids = [os.getpid(), *range(70_001, 70_001 + len(names)), 1]
    for pid, above, name in zip(pids, pids[1:], ("python (x)", *names), strict=False):
        (folder / str(pid)).mkdir()
        (folder / str(pid) / "stat").write_text(f"{pid} ({name}) S {above} 0 0")
    return folder


@pytest.mark.parametrize(
    ("setting", "env", "told"),
    [
        ("auto", {}, Link(True)),
        ("auto", {"SSH_CONNECTION": "10.0.0.2 1 10.0.0.1 22"}, Link(False, "SSH_CONNECTION")),
        ("auto", {"SSH_TTY": "/dev/pts/1"}, Link(False, "SSH_TTY")),
        ("auto", {"SSH_CONNECTION": ""}, Link(True)),
        ("auto", {"MOSH_CONNECTION": "x"}, Link(False, "MOSH_CONNECTION")),
        ("auto", {"MOSH_PREDICTION_DISPLAY": "always"}, Link(True)),
        ("slow", {}, Link(False, "ui.link")),
        ("fast", {"SSH_TTY": "/dev/pts/1"}, Link(True, "ui.link")),
    ],
)
def test_the_setting_and_variables_tell_it(setting: str, env: Mapping[str, str], told: Link) -> None:
    assert link.found(setting, env, NOWHERE) == told
    assert link.asked(setting, env, NOWHERE) == told


@pytest.mark.parametrize("name", ["mosh-server", "sshd", "sshd-session"])
def test_a_program_above_tells_it(tmp_path: Path, name: str) -> None:
    """What sudo and su leave no variable of."""
    assert link.found("auto", {}, processes(tmp_path, "bash", name, "init")) == Link(False, name)


def test_other_programs_above_tell_nothing(tmp_path: Path) -> None:
    assert link.found("auto", {}, processes(tmp_path, "bash", "(sd-pam) mosh-server", "login")) == Link(True)


@pytest.fixture
def tmux_says(tmp_path: Path) -> dict[str, str]:
    """Variables with which a program in place of tmux answers what stands in the file ``answer``."""
    program = tmp_path / "bin" / "tmux"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec cat "{tmp_path}/answer"\n')
    program.chmod(0o755)
    return {"TMUX": "x", "PATH": f"{program.parent}:{os.environ['PATH']}", "SSH_TTY": "/dev/pts/1"}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("\nSSH_CONNECTION=1 2 3 4\n", Link(False, "SSH_CONNECTION")),
        ("\n-SSH_CONNECTION\n", Link(True)),
        ("\nDISPLAY=:0\n", Link(False, "SSH_TTY")),
        ("", Link(False, "SSH_TTY")),
        ("999999999\n-SSH_CONNECTION\n", Link(True)),
    ],
)
def test_where_nothing_shows_the_session_its_environment_tells_it(
    tmux_says: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, told: Link
) -> None:
    (tmp_path / "answer").write_text(answer)
    monkeypatch.setenv("PATH", tmux_says["PATH"])
    assert link.asked("auto", tmux_says, NOWHERE) == told


def test_a_tmux_that_is_not_there_is_no_fault(tmp_path: Path) -> None:
    assert link.asked("auto", {"TMUX": "x", "PATH": str(tmp_path)}, NOWHERE) == Link(True)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed here")
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="the system does not tell of other processes")
@pytest.mark.parametrize("follows", [True, False])
def test_tmux_tells_which_terminal_shows_the_session_now(tmp_path: Path, follows: bool) -> None:
    """The session began on this computer; then it was taken over from elsewhere, and back again.

    Where the session's variables do not follow who shows it, the process that does has its own.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SSH_", "TMUX", "MOSH_"))}
    env |= {"TMUX_TMPDIR": str(tmp_path), "TERM": "xterm"}
    tmux = ["tmux", "-f", os.devnull]
    subprocess.run([*tmux, "new-session", "-d", "sleep 60"], env=env, check=True)
    try:
        if not follows:
            subprocess.run([*tmux, "set-option", "-g", "update-environment", ""], env=env, check=True)
        shown = [*tmux, "display-message", "-p", "#{socket_path},#{pid},0"]
        told = subprocess.run(shown, env=env, check=True, capture_output=True, text=True).stdout
        inside = {**env, "TMUX": told.strip()}
        here = link.found("auto", env)
        assert seen_by(tmux, env, inside) == here
        assert seen_by(tmux, {**env, "SSH_CONNECTION": "1 2 3 4"}, inside) == Link(False, "SSH_CONNECTION")
        # Its own variables are those of a line that is gone.
        assert seen_by(tmux, env, {**inside, "SSH_CONNECTION": "1 2 3 4"}) == here
    finally:
        subprocess.run([*tmux, "kill-server"], env=env, check=True)


def seen_by(tmux: list[str], client: dict[str, str], inside: dict[str, str]) -> Link:
    """What a program in the session hears of a client with these variables."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe("tmux", [*tmux, "attach"], client)
    try:
        clients = [*tmux, "list-clients", "-F", "#{client_pid}"]
        end = time.monotonic() + 20
        while str(pid) not in subprocess.run(clients, env=client, capture_output=True, text=True).stdout.split():
            assert time.monotonic() < end
            time.sleep(0.02)
        return link.asked("auto", inside)
    finally:
        subprocess.run([*tmux, "detach-client"], env=client, check=False)
        os.close(terminal)
        os.waitpid(pid, 0)
