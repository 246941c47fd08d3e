"""A server that was killed is restored from a backup: work comes back, and the officer is told."""

from __future__ import annotations

import signal
from pathlib import Path

import forked
from programs import clean_env, Home, ServerProcess

REGION, ITEM = "35.72", "2.4.1"


def test_the_officer_is_told_and_loses_nothing(
    server: ServerProcess, officers: tuple[Home, Home], tmp_path: Path
) -> None:
    first, second = officers
    backup = tmp_path / "backup.db"
    server.admin("backup", str(backup))
    made = first.ok("note", "add", "--subject", REGION, "--title", "Rapat", text="Sesudah cadangan")
    first.ok("tick", REGION, ITEM, "perlu_perbaikan")
    assert first.ok("sync")["recovered"] is False
    server.stop(signal.SIGKILL)
    server.start()
    # It has served nothing yet.
    refused = forked.run(forked.SERVER, ["restore", str(backup), "--db", str(server.db)], clean_env())
    assert (refused.returncode, "hentikan server dulu" in refused.stderr) == (1, True)
    server.stop(signal.SIGKILL)
    server.admin("restore", str(backup))
    server.start()

    done = first.run("sync")
    assert (done.code, "Server dipulihkan dari cadangan" in done.err) == (0, True)
    named = Path(done.err.partition("Salinan data sebelum itu: ")[2].splitlines()[0])
    assert named.stat().st_size
    assert second.ok("sync")["recovered"] is False
    assert second.ok("note", "show", made["id"])["body"] == "Sesudah cadangan"
    again = first.ok("sync")
    assert (again["pushed"], again["recovered"]) == (0, False)
    server.admin("verify-log")
