"""The user's own editor: which one, what comes back, what stays when it fails, and what a crash left behind."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from akk_tui import external_editor
from akk_tui.external_editor import EditedUnreadable, EditorFailed, Leftover, MOST_READ, NoEditor
from akk_tui.i18n import gettext as _

DRAFT = "0199b5e0-0000-7000-8000-000000000001"
NANO = {"EDITOR": "nano"}


def writes(made: str | bytes) -> Callable[[Sequence[str]], int]:
    """An editor that leaves ``made``."""

    def call(arguments: Sequence[str]) -> int:
        Path(arguments[-1]).write_bytes(made if isinstance(made, bytes) else made.encode())
        return 0

    return call


@pytest.fixture
def ended() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_visual_comes_before_editor_and_may_have_arguments() -> None:
    assert external_editor.command({"EDITOR": "nano", "VISUAL": "code --wait 'a b'"}) == (
        "code --wait 'a b'",
        ["code", "--wait", "a b"],
    )
    assert external_editor.command(NANO) == ("nano", ["nano"])


@pytest.mark.parametrize("env", [{}, {"EDITOR": "  "}, {"EDITOR": "vi 'x"}])
def test_without_an_editor_it_is_said_what_to_set(env: dict[str, str]) -> None:
    with pytest.raises(NoEditor) as caught:
        external_editor.command(env)
    assert "EDITOR" in caught.value.words(_)
    assert caught.value.exit_code == 2


def test_the_text_comes_back_cleaned_and_without_the_line_feed_of_the_editor(tmp_path: Path) -> None:
    text, path = external_editor.edited(tmp_path / "edit", "lama", env=NANO, call=writes("baru\x1b[31m\r\nlagi\n"))
    assert text == "baru\nlagi"
    assert path.exists()
    text, _path = external_editor.edited(tmp_path / "edit", "lama\n", env=NANO, call=writes("baru\n"))
    assert text == "baru\n"


def test_the_file_is_the_owners_alone_and_holds_the_text(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []

    def call(arguments: Sequence[str]) -> int:
        path = Path(arguments[-1])
        seen.append((path.read_text(), stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)))
        return 0

    _text, path = external_editor.edited(tmp_path / "edit", "é", DRAFT, env=NANO, call=call)
    assert seen == [("é", 0o600, 0o700)]
    assert path.name == f"{os.getpid()}-{DRAFT}.md"


def test_a_link_that_lies_in_wait_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "edit"
    folder.mkdir(mode=0o700)
    target = tmp_path / "target"
    target.write_text("aman")
    (folder / f"{os.getpid()}.md").symlink_to(target)
    external_editor.edited(folder, "rahasia", env=NANO, call=writes("x"))
    assert target.read_text() == "aman"


def test_an_editor_that_fails_or_is_not_there_is_said_and_the_text_stays(tmp_path: Path) -> None:
    with pytest.raises(EditorFailed) as caught:
        external_editor.edited(tmp_path, "isi", env=NANO, call=lambda _arguments: 1)
    assert "“nano” gagal" in caught.value.words(_)
    assert Path(str(caught.value.params["path"])).read_text() == "isi"
    with pytest.raises(EditorFailed):
        external_editor.edited(tmp_path, "isi", env={"EDITOR": "/nowhere/at-all"})


def test_a_real_editor_is_run_with_the_signals_of_the_terminal_left_to_it(tmp_path: Path) -> None:
    import signal

    before = signal.getsignal(signal.SIGINT)
    made = tmp_path / "editor.py"
    made.write_text(
        "import os, signal, sys\nos.kill(os.getppid(), signal.SIGINT)\nopen(sys.argv[1], 'a').write(' lagi')\n"
    )
    script = f"{sys.executable} {made}"
    text, _path = external_editor.edited(tmp_path / "edit", "isi", env={"EDITOR": script})
    assert text == "isi lagi"
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("made", "words"), [(b"\xff", "bukan teks UTF-8"), (b"x" * (MOST_READ + 1), "terlalu panjang")]
)
def test_what_cannot_be_read_is_said(tmp_path: Path, made: bytes, words: str) -> None:
    with pytest.raises(EditedUnreadable) as caught:
        external_editor.edited(tmp_path, "isi", env=NANO, call=writes(made))
    assert words in caught.value.words(_)


def test_a_file_that_the_editor_took_away_is_said(tmp_path: Path) -> None:
    def call(arguments: Sequence[str]) -> int:
        Path(arguments[-1]).unlink()
        return 0

    with pytest.raises(EditedUnreadable):
        external_editor.edited(tmp_path, "isi", env=NANO, call=call)


def test_the_files_of_ended_processes_are_found_others_are_left_alone(tmp_path: Path, ended: int) -> None:
    left = tmp_path / f"{ended}-{DRAFT}.md"
    left.write_text("dari penyunting\n")
    (tmp_path / f"{os.getpid()}-{DRAFT}.md").write_text("masih terbuka")
    (tmp_path / "catatan.md").write_text("bukan milik kami")
    (tmp_path / f"{ended}-broken.md").write_bytes(b"\xff")
    assert list(external_editor.leftovers(tmp_path)) == [Leftover(left, DRAFT, "dari penyunting")]
    assert list(external_editor.leftovers(tmp_path / "nothing")) == []


def test_files_without_a_draft_are_swept_after_a_week(tmp_path: Path, ended: int) -> None:
    old, new = tmp_path / f"{ended}.md", tmp_path / f"{ended}0000.md"
    for path in (old, new):
        path.write_text("x")
    past = time.time() - 8 * 86_400
    os.utime(old, (past, past))
    assert list(external_editor.leftovers(tmp_path)) == []
    assert not old.exists()


def test_a_process_of_another_user_is_alive() -> None:
    assert external_editor.alive(1)
    assert external_editor.alive(1 << 70)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no list of processes here")
def test_a_process_that_ended_is_not_alive_before_its_parent_asks() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert external_editor.alive(child.pid)
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"\n")
        child.stdin.close()
        assert child.stdout.read() == b""
        # It has closed its files; a moment later it waits to be asked how it ended.
        while external_editor.alive(child.pid):
            pass
        os.kill(child.pid, 0)
