"""The server goes back to before a sign-in, or to before its last renewal: who signs in again has lost nothing."""

from __future__ import annotations

import time
from functools import partial

import pytest
from syncworld import Officer, Server

from akk_tui.server import administration
from akk_tui.server.db.engine import Database
from akk_tui.server.identity import devices
from akk_tui.server.routes import grants
from akk_tui.sync import errors, places, runner, signing, wipe_errors
from akk_tui.sync.device import Code

STATES = ("diunggah", "diverifikasi", "diterima")


def sign_in(officer: Officer) -> None:
    """By a code that is confirmed on the server's page."""
    shown: list[Code] = []
    database = Database(officer.server.where)

    def confirm(_: object) -> None:
        code = devices.typed(shown[0].user_code)
        assert code is not None
        confirmed = database.write(partial(devices.identified, code=code, officer=officer.name))
        database.write(lambda connection: devices.decide(connection, time.time(), confirmed, approve=True))

    try:
        officer.account = signing.by_device(
            officer.paths,
            officer.server.url,
            officer.settings,
            places.FILE,
            show=shown.append,
            tell=confirm,
            lang="id",
            sleep=lambda _: None,
        )
    finally:
        database.close()


@pytest.mark.parametrize("renewed", [False, True])
def test_whoever_signs_in_again_after_a_restore_lost_nothing(
    server: Server, synced: tuple[Officer, Officer], monkeypatch: pytest.MonkeyPatch, renewed: bool
) -> None:
    for module in (devices, grants):
        monkeypatch.setattr(module, "POLL_SECONDS", 0)
    ani, budi = synced
    if renewed:
        sign_in(ani)
    copy = server.backup()
    if not renewed:
        sign_in(ani)
    ani.tick("1.1.1", STATES[0])
    ani.sync()
    ani.tick("1.1.1", STATES[1])
    server.restore(copy)
    with pytest.raises(errors.SignedOut) as caught:
        ani.sync()
    assert caught.value.exit_code == 4
    assert ani.state("1.1.1") == STATES[1]
    sign_in(ani)
    assert runner.sync_once(ani.paths, ani.account, ani.settings).recovered
    budi.sync()
    assert budi.state("1.1.1") == STATES[1]
    assert ani.waiting() == []


@pytest.mark.parametrize("unsent", [False, True])
def test_what_a_restored_server_lost_is_offered_before_it_is_destroyed(
    server: Server, synced: tuple[Officer, Officer], monkeypatch: pytest.MonkeyPatch, unsent: bool
) -> None:
    """This computer may have the only copy of what the server had accepted, and is never sent a row any more."""
    for module in (devices, grants):
        monkeypatch.setattr(module, "POLL_SECONDS", 0)
    ani, budi = synced
    copy = server.backup()
    ani.tick("1.1.1", STATES[0])
    ani.sync()
    if unsent:
        ani.tick("1.1.2", STATES[1])
    server.restore(copy)
    sign_in(ani)
    database = Database(server.where)
    assert administration.wipe_sessions(database, ani.name)[0] == 1
    database.close()
    with pytest.raises(wipe_errors.Wiped) as caught:
        ani.sync()
    assert type(caught.value) is wipe_errors.Wiped
    assert not ani.path.exists()
    budi.sync()
    assert budi.state("1.1.1") == STATES[0]
    assert budi.state("1.1.2") == (STATES[1] if unsent else "belum_ada")
