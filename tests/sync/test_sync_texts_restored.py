"""Values that a restored server has lost and that their officers offer again, in any order.

What stands there then may be older than what an officer saw, and nothing tells: so nothing is merged in silence but
where one holds the other whole. It ends by itself when the others have offered theirs, or by an officer's answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from syncworld import CYCLE, Officer, REGIONS, Server

from akk_tui.contract.codec import decode
from akk_tui.store import merging
from akk_tui.store.overlay import Overlay

KEY = f"{CYCLE}:{REGIONS[0]}:2.4"
BEFORE = "Rapat Senin.\nBukti kurang.\nAkhir."
"""What is in the backup."""
LOST = "Rapat Senin.\nSurat belum terbit.\nBukti kurang.\nAkhir."
"""What Ani made of it."""


class Office:
    """Ani and Budi, and what stands in one field."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.ani, self.budi = (Officer(folder / name, server, name) for name in ("ani", "budi"))
        self.field = "summary"

    def write(self, officer: Officer, value: Any, *, sent: bool = True) -> None:
        """The officer sees what stands on the server, and writes ``value`` instead."""
        officer.sync()
        with officer.store() as store:
            store.edit("assessment", KEY, {self.field: value}, seen=None)
        if sent:
            officer.sync()

    def stands(self) -> Any:
        """What the server has."""
        ((data,),) = self.server.rows(f"SELECT data FROM row WHERE kind = 'assessment' AND key = '{KEY}'")
        return decode(dict[str, Any], data).get(self.field)

    def shown(self, officer: Officer) -> Any:
        with officer.store() as store:
            return Overlay(store.db).effective("assessment", KEY).get(self.field)

    def answer(self, officer: Officer, choice: str) -> None:
        with officer.store() as store:
            (clash,) = store.views.conflicts()
            store.resolve(clash.op, choice)
        officer.sync()


@pytest.fixture
def office(server: Server, tmp_path: Path) -> Office:
    return Office(server, tmp_path)


@pytest.mark.parametrize("sent", [True, False])
def test_an_edit_of_a_lost_text_waits_for_it_instead_of_being_merged_without_it(office: Office, sent: bool) -> None:
    """Budi wrote far from Ani's line: a merge would take it for one that somebody took out."""
    office.write(office.ani, BEFORE)
    copy = office.server.backup()
    office.write(office.ani, LOST)
    wanted = LOST.replace("Akhir.", "Akhir bulan.")
    office.write(office.budi, wanted, sent=sent)
    office.server.restore(copy)
    result = office.budi.sync()
    assert (result.recovered, result.merged, result.conflicts) == (True, 0, 1)
    assert office.stands() == BEFORE
    assert office.shown(office.budi) == wanted
    with office.budi.store() as store:
        merged = merging.of_text(store.views.conflicts()[0])
    assert merged is not None
    assert [(place.mine, place.theirs) for place in merged.places] == [
        (("Surat belum terbit.",), ()),
        (("Akhir bulan.",), ("Akhir.",)),
    ]
    office.ani.sync()
    assert office.stands() == LOST
    assert office.budi.sync().conflicts == 0
    assert office.stands() == wanted
    office.ani.sync()
    assert office.shown(office.ani) == wanted
    assert office.ani.waiting() == office.budi.waiting() == []


def test_a_line_does_not_come_back_beside_what_it_was_rewritten_to(office: Office) -> None:
    """Budi said that his text holds; Ani, who has not seen it, offers the line that he rewrote."""
    office.write(office.ani, BEFORE)
    copy = office.server.backup()
    office.write(office.ani, LOST)
    wanted = LOST.replace("Surat belum terbit.", "SK keluar kemarin.")
    office.write(office.budi, wanted)
    office.server.restore(copy)
    office.budi.sync()
    office.answer(office.budi, "mine")
    assert office.stands() == wanted
    assert office.ani.sync().conflicts == 1
    assert office.stands() == wanted
    office.answer(office.ani, "theirs")
    assert office.shown(office.ani) == office.stands() == wanted
    assert office.ani.waiting() == office.budi.waiting() == []


def test_an_owner_whom_the_server_lost_is_not_taken_for_one_that_was_taken_out(office: Office) -> None:
    office.field = "owners"
    office.write(office.ani, ["Inspektorat"])
    copy = office.server.backup()
    office.write(office.ani, ["BKPSDM", "Inspektorat"])
    office.write(office.budi, ["BKPSDM", "Dinas PU", "Inspektorat"])
    office.server.restore(copy)
    assert office.budi.sync().merged == 0
    assert office.stands() == ["Inspektorat"]
    office.ani.sync()
    office.budi.sync()
    assert office.stands() == ["BKPSDM", "Dinas PU", "Inspektorat"]
    assert office.ani.waiting() == office.budi.waiting() == []


def test_what_is_written_after_the_restore_is_merged_as_ever(office: Office) -> None:
    office.write(office.ani, BEFORE)
    copy = office.server.backup()
    office.write(office.ani, LOST)
    office.server.restore(copy)
    office.ani.sync()
    office.write(office.budi, LOST.replace("Akhir.", "Akhir bulan."), sent=False)
    office.write(office.ani, LOST.replace("Rapat", "Pertemuan"))
    assert office.budi.sync().merged == 1
    assert office.stands() == LOST.replace("Rapat", "Pertemuan").replace("Akhir.", "Akhir bulan.")


@pytest.mark.parametrize("choice", ["mine", "theirs"])
@pytest.mark.parametrize(("field", "before", "lost"), [("summary", BEFORE, LOST), ("due", "2025-10-01", "2025-10-09")])
def test_what_a_colleague_put_back_stands_until_it_is_answered(
    office: Office, field: str, before: str, lost: str, choice: str
) -> None:
    """Ani changed it and Budi changed it back; the backup has it as before both, so that Budi's is there already."""
    office.field = field
    office.write(office.ani, before)
    copy = office.server.backup()
    office.write(office.ani, lost)
    office.write(office.budi, before)
    office.server.restore(copy)
    assert office.budi.sync().answers == {"same": 1}
    for _ in range(3):
        assert office.ani.sync().conflicts == 1
        assert office.stands() == before
    with office.ani.store() as store:
        (clash,) = store.views.conflicts()
        assert (clash.mine, clash.theirs, clash.by) == ({field: lost}, {field: before}, "budi")
    office.answer(office.ani, choice)
    for officer in (office.ani, office.budi, office.ani):
        assert officer.sync().conflicts == 0
        assert officer.waiting() == []
    assert office.stands() == (lost if choice == "mine" else before)


def test_where_nobody_had_seen_more_it_is_done_again_unasked(office: Office) -> None:
    """Budi set what stood there before he had seen Ani's: he said nothing of hers."""
    office.field = "due"
    office.write(office.ani, "2025-10-01")
    office.budi.sync()
    copy = office.server.backup()
    office.write(office.ani, "2025-10-09")
    office.server.restore(copy)
    with office.budi.store() as store:
        store.edit("assessment", KEY, {"due": "2025-10-02"}, seen=None)
        store.edit("assessment", KEY, {"due": "2025-10-01"}, seen=None)
    office.budi.sync()
    assert office.ani.sync().conflicts == 0
    assert office.stands() == "2025-10-09"
