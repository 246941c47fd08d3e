"""Rounds against the real server: conflicts, scope, restore, deletions."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from syncworld import CYCLE, fill, note, Officer, REGIONS, Server
from tampered import cut_off, run, Tampered

from akk_tui.server import setup
from akk_tui.store import restored
from akk_tui.store.errors import NeedsConsent
from akk_tui.sync import errors, runner

OTHER = "34.01"


class TestConflicts:
    def test_different_fields_of_one_indicator_merge(self, synced: tuple[Officer, Officer]) -> None:
        ani, budi = synced
        ani.tick("2.4.1", "diunggah")
        budi.tick("2.4.2", "diverifikasi")
        for officer in (ani, budi, ani):
            assert officer.sync().conflicts == 0
        for officer in synced:
            assert (officer.state("2.4.1"), officer.state("2.4.2")) == ("diunggah", "diverifikasi")
        assert ani.base() == budi.base()

    @pytest.mark.parametrize(("choice", "kept"), [("mine", "diterima"), ("theirs", "diunggah")])
    def test_one_field_is_a_conflict_that_either_choice_ends(
        self, synced: tuple[Officer, Officer], choice: str, kept: str
    ) -> None:
        ani, budi = synced
        ani.tick("2.4.1", "diunggah")
        ani.sync()
        budi.tick("2.4.1", "diterima")
        result = budi.sync()
        assert (result.pushed, result.conflicts, result.answers) == (0, 1, {"conflict": 1})
        assert budi.state("2.4.1") == "diterima"
        with budi.store() as store:
            (conflict,) = store.views.conflicts()
            assert (conflict.base, conflict.mine, conflict.theirs, conflict.by) == (
                {"item.2.4.1": "belum_ada"},
                {"item.2.4.1": "diterima"},
                {"item.2.4.1": "diunggah"},
                "ani",
            )
            store.resolve(conflict.op, choice)
        assert budi.sync().conflicts == 0
        ani.sync()
        assert {officer.state("2.4.1") for officer in synced} == {kept}
        assert ani.waiting() == budi.waiting() == []
        again = budi.sync()
        assert (again.pushed, again.pulled, again.requests) == (0, 0, 1)

    def test_the_same_edit_twice_is_one(self, synced: tuple[Officer, Officer]) -> None:
        ani, budi = synced
        ani.tick("2.4.1", "diunggah")
        budi.tick("2.4.1", "diunggah")
        ani.sync()
        assert budi.sync().answers == {"same": 1}
        assert budi.waiting() == []

    def test_a_conflict_that_the_other_takes_back_is_sent_again_in_the_same_round(
        self, synced: tuple[Officer, Officer]
    ) -> None:
        ani, budi = synced
        ani.tick("2.4.1", "diunggah")
        ani.sync()
        budi.tick("2.4.1", "diterima")
        assert budi.sync().conflicts == 1
        ani.tick("2.4.1", "belum_ada")
        ani.sync()
        result = budi.sync()
        assert (result.pushed, result.conflicts) == (1, 0)
        assert budi.waiting() == []
        ani.sync()
        assert ani.state("2.4.1") == "diterima"

    def test_a_refused_edit_blocks_nothing(self, server: Server, synced: tuple[Officer, Officer]) -> None:
        ani, _ = synced
        ani.tick("2.4.1", "diunggah", REGIONS[1])
        ani.tick("2.4.1", "diunggah", REGIONS[0])
        setup.unassign(server.db, "ani", [REGIONS[1]], cycle=CYCLE)
        result = ani.sync()
        assert (result.pushed, result.refused) == (1, 1)


class TestScope:
    def test_a_region_taken_keeps_its_unsent_work_and_given_back_sends_it(
        self, server: Server, synced: tuple[Officer, Officer]
    ) -> None:
        ani, _ = synced
        fill(ani, 6)
        ani.tick("2.4.1", "diunggah", REGIONS[1])
        setup.unassign(server.db, "ani", [REGIONS[1]], cycle=CYCLE)
        assert ani.sync().refused == 1
        with ani.store() as store:
            assert REGIONS[1] not in [row.code for row in store.views.regions(CYCLE)]
        assert ani.sync().refused == 1
        assert ani.waiting() == [("item.2.4.1", "forbidden")]
        assert not any(f":{REGIONS[1]}:" in str(row) for row in ani.base())

        setup.assign(server.db, "ani", [REGIONS[1]], cycle=CYCLE)
        result = ani.sync()
        assert (result.pushed, result.refused) == (1, 0)
        assert ani.state("2.4.1", REGIONS[1]) == "diunggah"
        assert len(ani.base()) == 7

    def test_a_region_given_is_filled_without_disturbing_the_rest(
        self, server: Server, ani: Officer, budi: Officer
    ) -> None:
        fill(ani, 6)
        setup.assign(server.db, "budi", [OTHER], cycle=CYCLE)
        setup.assign(server.db, "ani", [OTHER], cycle=CYCLE)
        ani.sync()
        note(ani, "Baru", OTHER)
        ani.sync()
        assert budi.sync().pulled == 7
        setup.assign(server.db, "budi", ["51.03"], cycle=CYCLE)
        assert budi.sync().pulled == 0
        with budi.store() as store:
            assert {row.code for row in store.views.regions(CYCLE)} == {*REGIONS, OTHER, "51.03"}

    def test_a_region_taken_and_given_between_two_rounds_is_filled_anew(
        self, server: Server, ani: Officer, budi: Officer
    ) -> None:
        fill(ani, 40)
        transport = Tampered(budi, lambda lines: cut_off(lines, 34))
        transport.pulls = 1
        with pytest.raises(errors.Refused):
            run(budi, transport)
        assert 0 < len(budi.base()) < 40
        setup.unassign(server.db, "budi", REGIONS, cycle=CYCLE)
        setup.assign(server.db, "budi", REGIONS, cycle=CYCLE)
        budi.sync()
        assert budi.base() == ani.base()

    def test_no_region_left_asks_first(self, server: Server, ani: Officer) -> None:
        fill(ani, 3)
        rows = ani.base()
        setup.unassign(server.db, "ani", REGIONS, cycle=CYCLE)
        with pytest.raises(NeedsConsent) as caught:
            ani.sync()
        assert caught.value.exit_code == 5
        assert ani.base() == rows
        # What stays here has its names, also when the officer signs in again meanwhile.
        ani.account = runner.sign_in(ani.paths, server.url, server.token("ani"), ani.settings)
        with ani.store() as store:
            assert store.views.find_region("Kota Blitar") == REGIONS[0]
        assert ani.tick("2.4.1", "diunggah") is not None
        ani.sync(accept_deletions=True)
        # Who agreed is not asked again.
        ani.sync()
        assert ani.base() == []

    def test_a_reference_that_changed_is_fetched_before_rows(self, server: Server, ani: Officer) -> None:
        ani.sync()
        setup.assign(server.db, "ani", [OTHER], cycle=CYCLE)
        assert ani.sync().requests == 2
        assert [step.stage for step in ani.steps if step.stage == "reference"] == ["reference"]
        with ani.store() as store:
            assert OTHER in {region.code for region in store.reference().regions}
        assert ani.sync().requests == 1

    def test_a_cycle_of_the_settings(self, server: Server, ani: Officer) -> None:
        fill(ani, 2)
        ani.settings = replace(ani.settings, sync=replace(ani.settings.sync, cycles=("2025",)))
        assert ani.sync().requests == 1
        assert len(ani.base()) == 2


class TestRestore:
    @pytest.mark.parametrize("unsent", [False, True])
    def test_work_that_a_backup_has_lost_comes_back(
        self, server: Server, synced: tuple[Officer, Officer], unsent: bool
    ) -> None:
        ani, budi = synced
        fill(ani, 3)
        copy = server.backup()
        fill(ani, 2)
        ani.tick("2.4.1", "diunggah")
        ani.sync()
        server.restore(copy)
        if unsent:
            ani.tick("2.4.2", "diverifikasi")
        result = ani.sync()
        assert result.recovered
        assert result.pushed == 3 + 3 + unsent
        assert result.conflicts == result.refused == 0
        assert ani.waiting() == []
        again = ani.sync()
        assert (again.pushed, again.pulled, again.recovered) == (0, 0, False)
        with ani.store() as store:
            last = restored.last(store)
            assert last is not None
            assert last.copy is not None
            assert restored.untold(store)
            restored.told(store)
            assert not restored.untold(store)
            last.copy.unlink()
            assert restored.last(store) == (last.at, None)
        budi.sync()
        assert budi.state("2.4.1") == "diunggah"
        assert ani.base() == budi.base()
        assert len(ani.base()) == 6

    def test_the_server_grew_past_everybody(self, server: Server, synced: tuple[Officer, Officer]) -> None:
        ani, budi = synced
        copy = server.backup()
        fill(ani, 2)
        server.restore(copy)
        fill(budi, 5)
        assert ani.sync().recovered
        budi.sync()
        assert ani.base() == budi.base()
        assert len(ani.base()) == 7

    def test_a_recovery_that_was_cut_goes_on(self, server: Server, synced: tuple[Officer, Officer]) -> None:
        ani, budi = synced
        copy = server.backup()
        fill(ani, 2)
        server.restore(copy)
        with ani.store() as store:
            tampered = Tampered(ani, lambda lines: cut_off(lines, 0))
            with pytest.raises(errors.Cut):
                ani.engine(store, tampered).round()
            tampered.close()
            assert not restored.untold(store)
        result = ani.sync()
        assert (result.pushed, result.recovered) == (2, True)
        budi.sync()
        assert ani.base() == budi.base()


class TestDeletions:
    def test_many_deletions_ask_first(self, synced: tuple[Officer, Officer]) -> None:
        ani, budi = synced
        keys = [note(ani, f"Catatan {number}") for number in range(5)]
        ani.sync()
        budi.sync()
        with ani.store() as store:
            for key in keys[:3]:
                store.delete_note(key)
        ani.sync()
        rows = budi.base()
        for _ in range(2):
            with pytest.raises(NeedsConsent) as caught:
                budi.sync()
            assert budi.base() == rows
        assert "3" in caught.value.words()
        budi.tick("2.4.1", "diunggah")
        with pytest.raises(NeedsConsent):
            budi.sync()
        assert budi.waiting() == []
        budi.sync(accept_deletions=True)
        with budi.store() as store:
            assert len(store.views.notes(CYCLE)) == 2


def test_the_end_of_a_number_of_rounds_is_the_same_everywhere(server: Server, tmp_path: Path) -> None:
    """Three officers edit and sync in turn; when all is sent everybody holds the same rows."""
    server.officer("citra", *REGIONS)
    officers = [Officer(tmp_path / name, server, name) for name in ("ani", "budi", "citra")]
    for officer in officers:
        officer.sync()
    states = ("diunggah", "diverifikasi", "diterima", "perlu_perbaikan")
    for step in range(12):
        officer = officers[step * 7 % 3]
        officer.tick(f"2.4.{1 + step % 3}", states[step % 4], REGIONS[step % 2])
        if step % 3 != 1:
            officer.sync()
    for _ in range(3):
        for officer in officers:
            officer.sync()
            with officer.store() as store:
                for conflict in store.views.conflicts():
                    store.resolve(conflict.op, "theirs")
    assert officers[0].base() == officers[1].base() == officers[2].base()
    assert all(officer.waiting() == [] for officer in officers)
