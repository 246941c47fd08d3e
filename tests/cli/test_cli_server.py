"""``akk-server`` where its output or a file cannot be written, and where ``--db`` may stand."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from akk_tui.server import cli, setup


@pytest.fixture
def db(tmp_path: Path, server_templates: Callable[[bool], Path]) -> Path:
    path = tmp_path / "server.db"
    shutil.copyfile(server_templates(True), path)
    return path


def tokens(db: Path) -> int:
    return next(user.tokens for user in setup.list_users(db) if user.name == "contoh1")


def test_a_token_that_cannot_be_handed_over_is_taken_back(db: Path, tmp_path: Path, capsys) -> None:
    assert cli.main(["token", "contoh1", "--db", str(db), "--out", str(tmp_path)]) == 6
    assert str(tmp_path) in capsys.readouterr().err
    assert tokens(db) == 0
    out = tmp_path / "new.token"
    assert cli.main(["token", "contoh1", "--db", str(db), "--out", str(out)]) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert tokens(db) == 1


def test_the_token_is_the_last_word_and_signs_in(db: Path, capsys) -> None:
    assert cli.main(["--db", str(db), "token", "contoh1"]) == 0
    number, word = capsys.readouterr().out.split()
    assert word.startswith("akk_at_")
    assert cli.main(["token", "--revoke", number, "--db", str(db)]) == 0
    assert tokens(db) == 0


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_full_disk_behind_stdout_is_told(db: Path, lang: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "akk_tui.server.cli", "--lang", lang, "user", "list", "--db", str(db)],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    said = "Keluaran tidak dapat ditulis" if lang == "id" else "The output cannot be written"
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr
