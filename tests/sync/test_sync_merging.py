"""Two devices of one officer, and two officers, who change one text: the real server, rounds over a real socket."""

from __future__ import annotations

from pathlib import Path

import pytest
from syncworld import CYCLE, Officer, REGIONS, Server

from akk_tui.store.overlay import Overlay

KEY = f"{CYCLE}:{REGIONS[0]}:2.4"
BASE = "Rapat dengan BKPSDM.\nSurat belum terbit.\n"


@pytest.fixture
def devices(server: Server, tmp_path: Path) -> tuple[Officer, Officer, str]:
    """Ani's laptop and her second one, with a note of hers on both."""
    one, other = (Officer(tmp_path / name, server, "ani") for name in ("laptop", "second"))
    one.sync()
    with one.store() as store:
        place = {"cycle": CYCLE, "region": REGIONS[0], "subject": REGIONS[0]}
        note = store.create("note", {**place, "title": "Rapat", "body": BASE}).key
    one.sync()
    other.sync()
    return one, other, note


def write(officer: Officer, note: str, body: str) -> None:
    with officer.store() as store:
        store.edit("note", note, {"body": body}, seen={"body": store.views.note(note).body})


def body(officer: Officer, note: str) -> str:
    with officer.store() as store:
        return store.views.note(note).body


@pytest.mark.parametrize("first", [0, 1])
def test_a_note_written_on_two_devices_is_one_note_whichever_syncs_first(
    devices: tuple[Officer, Officer, str], first: int
) -> None:
    *both, note = devices
    write(both[0], note, BASE.replace("belum", "sudah") + "Jumat: bukti.\n")
    write(both[1], note, BASE.replace("Rapat", "Pertemuan") + "Kamis: surat.\n")
    early, late = both[first], both[1 - first]
    assert early.sync().merged == 0
    result = late.sync()
    assert (result.merged, result.conflicts, result.pushed) == (1, 0, 1)
    assert result.answers == {"conflict": 1, "applied": 1}
    early.sync()
    wanted = "Pertemuan dengan BKPSDM.\nSurat sudah terbit.\nJumat: bukti.\nKamis: surat.\n"
    assert [body(one, note) for one in both] == [wanted, wanted]
    assert early.base() == late.base()
    assert early.waiting() == late.waiting() == []
    again = late.sync()
    assert (again.pushed, again.pulled, again.merged, again.requests) == (0, 0, 0, 1)
    with late.store() as store:
        assert [run.answers.get("merged", 0) for run in store.runs.list()][:2] == [0, 1]
        assert [row.reason for row in store.views.discarded()] == ["merged"]


def test_a_merge_whose_answer_was_lost_is_not_made_twice(devices: tuple[Officer, Officer, str]) -> None:
    one, other, note = devices
    write(one, note, BASE + "Kamis: surat.\n")
    one.sync()
    write(other, note, BASE + "Jumat: bukti.\n")
    with other.store() as store:
        transport = other.transport()
        for lost in (False, True, True):
            batch = store.queue.batch()
            answers, end = transport.push(batch, store.witness())
            assert [answer[1] for answer in answers] == ["applied" if lost else "conflict"]
            store.queue.answer(*(([], None) if lost else (answers, end)), batch)
        transport.close()
    result = other.sync()
    assert (result.conflicts, result.answers) == (0, {"applied": 1})
    one.sync()
    wanted = BASE + "Jumat: bukti.\nKamis: surat.\n"
    assert body(one, note) == body(other, note) == wanted
    assert one.waiting() == other.waiting() == []


def test_each_round_tells_of_its_own_merges(devices: tuple[Officer, Officer, str]) -> None:
    one, other, note = devices
    write(one, note, BASE + "Kamis: surat.\n")
    one.sync()
    write(other, note, BASE + "Jumat: bukti.\n")
    with other.store() as store:
        transport = other.transport()
        assert [other.engine(store, transport).round().merged for _ in range(2)] == [1, 0]
        transport.close()


def test_what_is_in_doubt_waits_and_the_written_answer_ends_it(devices: tuple[Officer, Officer, str]) -> None:
    one, other, note = devices
    write(one, note, BASE.replace("belum", "sudah"))
    one.sync()
    write(other, note, BASE.replace("belum", "tidak"))
    result = other.sync()
    assert (result.merged, result.conflicts) == (0, 1)
    with other.store() as store:
        (shown,) = store.views.conflicts()
        assert (shown.field, shown.by) == ("body", "ani")
        store.resolve(shown.op, "value", {"body": BASE.replace("belum", "hampir")}, shown=shown.theirs)
    assert other.sync().conflicts == 0
    one.sync()
    assert body(one, note) == body(other, note) == BASE.replace("belum", "hampir")


def test_the_texts_of_two_officers_merge(synced: tuple[Officer, Officer]) -> None:
    ani, budi = synced
    with ani.store() as store:
        place = {"cycle": CYCLE, "region": REGIONS[0], "title": "Bimtek"}
        event = store.create("event", {**place, "agenda": "Pembukaan\nMateri", "outcome": "Hadir 20 orang."}).key
    ani.sync()
    budi.sync()
    for officer, agenda, outcome in (
        (ani, "Doa\nPembukaan\nMateri", "Hadir 20 orang.\nBukti dijanjikan Jumat."),
        (budi, "Pembukaan\nMateri\nPenutupan", "Hadir 20 orang.\nSurat dijanjikan Kamis."),
    ):
        with officer.store() as store:
            store.edit("event", event, {"agenda": agenda, "outcome": outcome}, seen=None)
            store.edit("assessment", KEY, {"summary": f"Baik ({officer.name})."}, seen=None)
    ani.sync()
    assert budi.sync().merged == 3
    ani.sync()
    for officer in synced:
        with officer.store() as store:
            seen = store.views.event(event).seen
            summary = store.db.value("SELECT data ->> 'summary' FROM base WHERE key = ?", (KEY,))
        assert seen["agenda"] == "Doa\nPembukaan\nMateri\nPenutupan"
        assert seen["outcome"] == "Hadir 20 orang.\nBukti dijanjikan Jumat.\nSurat dijanjikan Kamis."
        assert summary == "Baik (ani).\nBaik (budi)."
    assert ani.base() == budi.base()


@pytest.mark.parametrize("answered", ["mine", "value"])
def test_a_text_offered_again_to_a_restored_server_that_holds_it_already_doubles_no_line(
    server: Server, tmp_path: Path, answered: str
) -> None:
    """A colleague went on from it, came first after the restore, and said what should stand."""
    ani, budi = (Officer(tmp_path / name, server, name) for name in ("ani", "budi"))
    for one in (ani, budi):
        one.sync()
    copy = server.backup()
    first = "Surat dikirim.\nBukti lengkap."
    more = "Rapat Senin.\nSurat dikirim.\nNomor 12.\nBukti lengkap.\nSelesai."
    for officer, text in ((ani, first), (budi, more)):
        with officer.store() as store:
            store.edit("assessment", KEY, {"summary": text}, seen=None)
        officer.sync()
        if officer is ani:
            budi.sync()
    server.restore(copy)
    assert budi.sync().conflicts == 1
    with budi.store() as store:
        (clash,) = store.views.conflicts()
        assert clash.theirs is None or clash.theirs["summary"] is None
        store.resolve(clash.op, answered, {"summary": more} if answered == "value" else None)
    assert budi.sync().pushed == 1
    result = ani.sync()
    assert result.recovered
    assert result.conflicts == 0
    budi.sync()
    for officer in (ani, budi):
        with officer.store() as store:
            assert Overlay(store.db).effective("assessment", KEY)["summary"] == more
    assert ani.waiting() == budi.waiting() == []


def test_a_text_put_back_keeps_what_a_colleague_wrote_since_it_was_let_go(server: Server, tmp_path: Path) -> None:
    ani, budi = (Officer(tmp_path / name, server, name) for name in ("ani", "budi"))

    def say(officer: Officer, text: str) -> str:
        officer.sync()
        with officer.store() as store:
            made = store.edit("assessment", KEY, {"summary": text}, seen=None).op
        officer.sync()
        return str(made)

    say(ani, "Surat belum terbit.\nRapat Senin.")
    budi.sync()
    with budi.store() as store:
        mine = str(store.edit("assessment", KEY, {"summary": "Surat belum terbit.\nRapat Jumat."}, seen=None).op)
        say(ani, "Surat belum terbit.\nRapat Rabu.")
    budi.sync()
    with budi.store() as store:
        (clash,) = store.views.conflicts()
        store.resolve(clash.op, "theirs")
    say(ani, "Surat sudah terbit.\nRapat Rabu.")
    budi.sync()
    with budi.store() as store:
        store.restore(mine)
    assert budi.sync().conflicts == 0
    ani.sync()
    with ani.store() as store:
        found = Overlay(store.db).effective("assessment", KEY)["summary"]
    assert found == "Surat sudah terbit.\nRapat Jumat."
