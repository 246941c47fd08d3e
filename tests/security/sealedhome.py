"""A profile with real work in it, the program run on it as a process, and a search through everything it left."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, UTC
from pathlib import Path
from typing import Any

from akk_tui import config
from akk_tui import paths as folders
from akk_tui.store import keys
from akk_tui.store.shapes import Draft
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync import runner, vault

PASSPHRASE = "jalan kaki ke pasar pagi"
OFFICER = "sekarwangi"
REGION = "35.72"
NAMES = ("Blitar", "BLITAR")
NOTE = "Bendahara desa mengaku menerima amplop"
PRIVATE = "Saksi minta namanya tidak dicatat"
DRAFT = "Uang kembali dititipkan lewat sopir"
TITLE = "Wawancara tertutup"


class Home:
    """The profile of one officer with edits, notes, a private note and a draft."""

    def __init__(self, folder: Path, server: Any, officer: str = OFFICER) -> None:
        self.home = folder
        self.paths = folders.find(folder, {})
        self.server = server
        self.officer = officer
        self.secret = folder.parent / f"{folder.name}.passphrase"
        self.secret.write_text(PASSPHRASE + "\n")
        self.token = server.officer(officer, [REGION])
        self.sign_in(self.token)

    def sign_in(self, token: str) -> None:
        accounts_made = runner.sign_in(self.paths, self.server.url, token, config.Settings())
        runner.sync_once(self.paths, accounts_made, config.Settings())

    def work(self) -> None:
        """Write what must never be read by others."""
        account = accounts.load(self.paths)
        with Store.open(Path(account.store)) as store:
            cycle = store.cycle()
            about = {"cycle": cycle, "region": REGION, "subject": REGION, "title": TITLE, "tags": ["rahasiabesar"]}
            store.create("note", {**about, "body": NOTE * 40})
            store.private.save({**about, "body": PRIVATE * 40})
            store.drafts.save(
                Draft("d1", None, REGION, cycle, TITLE, DRAFT * 40, (), None, datetime.now(UTC), os.getpid(), False)
            )

    def run(self, *words: str, passphrase: bool = True, **options: Any) -> Any:
        """``akk-tui`` as a process of its own, without a terminal: its returncode, stdout and stderr."""
        given = ("--passphrase-file", str(self.secret)) if passphrase else ()
        whole = ["--home", str(self.home), "--lang", "id", *given, *words]
        if options.keys() <= {"env", "input"}:
            import forked

            return forked.run(forked.CLIENT, whole, options.get("env", dict(os.environ)), options.get("input"))
        return subprocess.run(
            [sys.executable, "-m", "akk_tui.cli", *whole],
            stdin=options.pop("stdin", subprocess.DEVNULL),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **options,
        )

    def encrypt(self) -> None:
        done = self.run("encrypt")
        assert done.returncode == 0, done.stderr

    def unlock(self) -> None:
        """Open the encrypted profile in this process too."""
        vault.unlock(self.paths, PASSPHRASE.encode())

    def forget(self) -> None:
        """Be a process that never knew the key."""
        keys.forget(vault.folder(self.paths))

    def secrets(self) -> tuple[str, ...]:
        return (OFFICER, self.officer, *NAMES, NOTE, PRIVATE, DRAFT, TITLE, "rahasiabesar", self.token, "akk_")


def files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, hidden ones and those of SQLite too."""
    return (one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())


def readable(folder: Path, words: Iterable[str]) -> list[str]:
    """Which of ``words`` can be read anywhere below ``folder``: in a file (UTF-8 or UTF-16) or in a name."""
    found: list[str] = []
    wanted = list(words)
    for path in folder.rglob("*"):
        found += [f"name {path.name}" for word in wanted if word.lower() in path.name.lower()]
    for file in files(folder):
        data = file.read_bytes().lower()
        for word in wanted:
            if word.lower().encode() in data or word.lower().encode("utf-16-le") in data:
                found.append(f"{file.relative_to(folder)}: {word}")
    return found
