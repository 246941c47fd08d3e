"""What is handed to a round or printed by the user's own command: an access token over a socket, a key by one line."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from akk_tui.contract import codec
from akk_tui.sync import keycommand
from akk_tui.sync.credentials import Access
from akk_tui.sync.handed import Handed, Keeper
from akk_tui.sync.vault_errors import KeyCommandFailed

ACCESS = Access(token="akk_at_" + "x" * 43, until=12.5, of="akun")
ROUND = """
import sys
from msgspec.structs import replace
from akk_tui.sync.handed import Handed
handed = Handed()
print(handed.access.token if handed.access else "none")
handed.hand_back(replace(handed.access, token="akk_at_" + "y" * 43)) if handed.access else None
"""


class TestHanded:
    def turn(self, keeper: Keeper, script: str = ROUND) -> str:
        child, ours = keeper.start([sys.executable, "-c", script])
        said, _ = child.communicate()
        keeper.take(ours)
        return said.strip()

    def test_a_round_gets_the_newest_token_and_hands_back_its_own(self) -> None:
        keeper = Keeper()
        assert self.turn(keeper) == "none"
        keeper._access = ACCESS
        assert self.turn(keeper) == ACCESS.token
        assert self.turn(keeper) == "akk_at_" + "y" * 43
        keeper.forget()
        assert self.turn(keeper) == "none"

    def test_a_round_that_says_nonsense_leaves_the_token_that_was(self) -> None:
        keeper = Keeper()
        keeper._access = ACCESS
        self.turn(keeper, "import os; os.write(0, b'{}\\nnonsense\\n' + b'x' * 10_000)")
        assert self.turn(keeper) == ACCESS.token

    def test_a_round_gives_way_to_whoever_types(self) -> None:
        keeper = Keeper()
        assert int(self.turn(keeper, "import os, sys; sys.stdin.buffer.raw.read(1); print(os.nice(0))")) == 10

    def test_what_cannot_be_started_is_an_error_of_the_system(self) -> None:
        with pytest.raises(FileNotFoundError):
            Keeper().start(["/nowhere/akk-tui"])

    @pytest.mark.parametrize("line", [b"", b"\n", b"{}\n", b"x" * 9_000, codec.encode(ACCESS)])
    def test_only_a_whole_token_is_taken(self, line: bytes) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.sendall(line)
            ours.shutdown(socket.SHUT_WR)
            handed = Handed(theirs.fileno())
            assert handed.access == (ACCESS if line == codec.encode(ACCESS) else None)
            # The app may be gone by now.
            ours.close()
            handed.hand_back(ACCESS)
            handed.hand_back(ACCESS)
            assert handed._socket is not None
            handed._socket.close()

    def test_another_program_s_standard_input_is_left_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "in"
        file.write_text("yes\n")
        with file.open() as stream:
            handed = Handed(stream.fileno())
            handed.hand_back(ACCESS)
            assert handed.access is None
            assert stream.read() == "yes\n"


class TestKeyCommand:
    def run(self, script: str) -> bytes:
        return keycommand.run([sys.executable, "-c", script])

    def test_the_first_line_is_the_key(self) -> None:
        assert self.run("print('kunci'); print('lain')") == b"kunci"
        assert self.run("import os; os.write(1, b'kunci\\r\\n')") == b"kunci"

    @pytest.mark.parametrize("script", ["", "print()", "print('kunci rahasia'); raise SystemExit(3)"])
    def test_what_gives_no_key_is_told_without_what_it_printed(self, script: str) -> None:
        with pytest.raises(KeyCommandFailed) as failed:
            self.run(script)
        assert "rahasia" not in failed.value.words()
        assert os.path.basename(sys.executable) in failed.value.words()

    def test_one_that_does_not_end_is_stopped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(keycommand, "SECONDS", 0.3)
        with pytest.raises(KeyCommandFailed) as failed:
            self.run("print('kunci rahasia', flush=True); import time; time.sleep(60)")
        assert "rahasia" not in failed.value.words()
        assert failed.value.__cause__ is None

    def test_one_that_says_nothing_more_and_stays_is_stopped_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(keycommand, "SECONDS", 1.0)
        with pytest.raises(KeyCommandFailed):
            self.run("import os, time; os.write(1, b'kunci'); os.close(1); time.sleep(60)")

    def test_much_more_than_a_line_is_read_to_its_end(self) -> None:
        assert self.run("print('kunci'); print('x' * 500_000)") == b"kunci"

    def test_what_it_leaves_open_is_closed(self) -> None:
        before = len(os.listdir("/dev/fd"))
        assert self.run("print('kunci')") == b"kunci"
        with pytest.raises(KeyCommandFailed):
            keycommand.run(["/nowhere/bukan-ada"])
        assert len(os.listdir("/dev/fd")) == before

    def test_one_that_is_not_there_is_named(self) -> None:
        with pytest.raises(KeyCommandFailed, match="bukan-ada"):
            keycommand.run(["/nowhere/bukan-ada"])
