"""Two officers and one server: work without a network arrives, different fields merge, one field is a conflict."""

import pytest
from syncworld import CYCLE, Officer, REGIONS, Server

from akk_tui.sync import errors


def test_work_without_a_server_arrives_at_the_other_officer(server: Server, ani: Officer, budi: Officer) -> None:
    ani.sync()
    budi.sync()
    server.stop()
    for item in ("2.4.1", "2.4.2", "2.1.1"):
        assert ani.tick(item, "diunggah")
    with ani.store() as store:
        note = store.create(
            "note", {"cycle": CYCLE, "region": REGIONS[0], "subject": REGIONS[0], "title": "Rapat", "body": "Bukti.\n"}
        )
    with pytest.raises(errors.Refused) as caught:
        ani.sync()
    assert caught.value.exit_code == 3
    assert server.url in caught.value.words()
    assert [state for _, state in ani.waiting()] == ["queued"] * 4
    assert ani.state("2.4.1") == "diunggah"

    server.start()
    sent = ani.sync()
    assert (sent.pushed, sent.conflicts, sent.refused) == (4, 0, 0)
    assert sent.answers == {"applied": 4}
    assert ani.waiting() == []
    assert budi.sync().pulled == 3
    assert budi.state("2.4.2") == "diunggah"
    with budi.store() as store:
        assert store.views.note(note.key).body == "Bukti.\n"
    for officer in (ani, budi):
        officer.sync()
        again = officer.sync()
        assert (again.pushed, again.pulled, again.requests) == (0, 0, 1)
    assert ani.base() == budi.base()


def test_what_was_taken_back_here_gets_its_date_with_the_next_round_although_nothing_is_sent(ani: Officer) -> None:
    ani.sync()
    op = ani.tick("2.4.1", "diunggah")
    with ani.store() as store:
        store.undo()
        assert [(row.op, row.at) for row in store.views.discarded()] == [(op, None)]
    result = ani.sync()
    with ani.store() as store:
        (row,) = store.views.discarded()
        assert (result.pushed, row.op) == (0, op)
        assert row.at is not None
        assert abs((row.at - store.now()).total_seconds()) < 3600
