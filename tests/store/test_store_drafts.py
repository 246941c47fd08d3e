"""Drafts: durable, from any thread, also while the store's own thread writes."""

from __future__ import annotations

import threading
from datetime import datetime, UTC

from storeclient import Client, draft


def test_a_draft_comes_back_as_it_was(budi: Client) -> None:
    one = draft(note="n", base={"title": "Dulu", "tags": None})
    budi.store.drafts.save(one)
    assert budi.reopen().drafts.get("1") == one
    assert budi.store.drafts.list() == (one,)
    assert budi.store.drafts.get("2") is None


def test_a_draft_of_a_note_that_is_never_sent_stays_one(budi: Client) -> None:
    budi.store.drafts.save(draft(private=True))
    found = budi.reopen().drafts.get("1")
    assert found is not None
    assert found.private


def test_saving_again_replaces_and_dropping_forgets(budi: Client) -> None:
    budi.store.drafts.save(draft())
    newer = draft(body="baru", at=datetime(2025, 10, 6, 2, tzinfo=UTC))
    budi.store.drafts.save(newer)
    other = draft("2")
    budi.store.drafts.save(other)
    assert budi.store.drafts.list() == (newer, other)
    budi.store.drafts.drop("1")
    budi.store.drafts.drop("1")
    assert budi.store.drafts.list() == (other,)


def test_a_thread_saves_while_the_store_writes_and_after_it_was_closed(budi: Client) -> None:
    drafts = budi.store.drafts
    started, failed = threading.Event(), []

    def save(id_: str) -> None:
        started.set()
        try:
            drafts.save(draft(id_))
        except Exception as error:
            failed.append(error)

    with budi.store.db.write():
        budi.store.db.execute("INSERT INTO meta VALUES ('x', '1')")
        thread = threading.Thread(target=save, args=("1",))
        thread.start()
        started.wait()
    thread.join()
    version = budi.store.version()
    budi.store.close()
    again = threading.Thread(target=save, args=("2",))
    again.start()
    again.join()
    assert not failed
    assert {one.id for one in drafts.list()} == {"1", "2"}
    assert version > 0
