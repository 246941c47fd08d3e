"""A server that goes back to an early backup and then to a later one: what it holds again is known again."""

from __future__ import annotations

import shutil

import pytest
from syncworld import Officer, Server


@pytest.mark.parametrize("together", [True, False])
def test_what_ended_as_a_colleagues_value_is_taken_by_a_server_that_had_accepted_it(
    server: Server, synced: tuple[Officer, Officer], together: bool
) -> None:
    ani, budi = synced
    early = shutil.copy(server.backup(), server.db.with_suffix(".early"))
    for state in ("diunggah", "diverifikasi"):
        ani.tick("1.1.1", state)
        if not together:
            ani.sync()
    ani.sync()
    later = shutil.copy(server.backup(), server.db.with_suffix(".later"))
    server.restore(early)
    budi.sync()
    budi.tick("1.1.1", "diverifikasi")
    budi.sync()
    # The first of the two is in conflict there; the second says what stands there.
    ani.sync()
    assert ani.waiting() == []
    server.restore(later)
    for officer in (ani, budi, ani):
        officer.sync()
        assert officer.waiting() == []
        assert officer.state("1.1.1") == "diverifikasi"
