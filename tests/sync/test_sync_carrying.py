"""Work as a sealed file and its answers, in one process: what is carried, registered, judged and taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from postgres import Cluster, on_both
from syncworld import CYCLE, note, Officer, REGIONS, Server

from akk_tui import sealed
from akk_tui.contract import endpoints
from akk_tui.contract.bundles import Answers, Bundle
from akk_tui.contract.codec import decode
from akk_tui.contract.records import Operation
from akk_tui.server import bundle, carried, setup
from akk_tui.server.db.engine import Database
from akk_tui.store import carry
from akk_tui.store.errors import StoreFull
from akk_tui.store.export import NotReplaced
from akk_tui.sync import carrying, runner
from akk_tui.sync.errors import ServerProblem

ITEM = "2.4.1"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_both(metafunc, "server")


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path, prepared_server: Path) -> Iterator[Server]:
    """The server of the other tests, with a key that files are sealed to."""
    folder = tmp_path / "server"
    if getattr(request, "param", "sqlite") == "postgres":
        folder.mkdir()
        cluster: Cluster = request.getfixturevalue("cluster")
        cluster.fresh()
        made = Server(folder, cluster)
        for name in ("ani", "budi"):
            made.officer(name, *REGIONS)
    else:
        shutil.copytree(prepared_server, folder)
        made = Server(folder)
    bundle.make_key(made.where, made.seal_key)
    made.start()
    yield made
    made.stop()


def export(officer: Officer, path: Path) -> Path:
    with officer.store() as store:
        carrying.write(store, officer.account, path)
    return path


def take(server: Server, path: Path, **overrides: bool) -> carried.Imported:
    opened = bundle.opened(path, server.seal_key)
    database = Database(server.where)
    try:
        return carried.take(database, path, opened, carried.Overrides(**overrides))
    finally:
        database.close()


def back(officer: Officer, path: Path, answers: bytes) -> carrying.Answered:
    path.write_bytes(answers)
    with officer.store() as store:
        return carrying.take_answers(store, path)


def inside(server: Server, path: Path) -> Bundle:
    plain = bundle.opened(path, server.seal_key).plain
    return decode(Bundle, sealed.parts(plain).payload)


class TestThereAndBack:
    def test_what_was_not_accepted_is_judged_as_a_push_and_receipts_come_back(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        ani, budi = synced
        op = ani.tick(ITEM, "diunggah")
        note(ani, "Rapat")
        stick = export(ani, tmp_path / "kiriman.age")
        done = take(server, stick)
        assert (done.officer, dict(done.counts), done.new, done.held) == ("ani", {"applied": 2}, 2, 0)
        told = back(ani, tmp_path / "jawaban.age", done.answers)
        assert told == (2, 0, 0, 0, False)
        assert ani.waiting() == []
        with ani.store() as store:
            receipts = {row.op: row.seq for row in store.views.sent()}
            assert op in receipts
            assert receipts[op] > 0
        # Shown without having been pulled.
        assert ani.state(ITEM) == "diunggah"
        assert budi.sync().pulled == 2
        assert budi.state(ITEM) == "diunggah"
        assert (ani.sync().pushed, ani.state(ITEM)) == (0, "diunggah")

    def test_many_operations_are_judged_in_batches_like_a_push(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        ani, _ = synced
        with ani.store() as store, store.db.write():
            for number in range(205):
                fields = {"cycle": CYCLE, "region": REGIONS[0], "subject": REGIONS[0], "title": f"Catatan {number}"}
                store.create("note", fields)
        done = take(server, export(ani, tmp_path / "kiriman.age"))
        assert (done.new, dict(done.counts)) == (205, {"applied": 205})
        assert back(ani, tmp_path / "jawaban.age", done.answers).accepted == 205

    @pytest.mark.sqlite
    def test_an_empty_queue_is_an_empty_file(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        done = take(server, export(synced[0], tmp_path / "kiriman.age"))
        assert (dict(done.counts), done.new) == ({}, 0)
        assert back(synced[0], tmp_path / "jawaban.age", done.answers) == (0, 0, 0, 0, False)

    def test_answers_older_than_what_the_network_told_count_for_nothing(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        ani, budi = synced
        budi.tick(ITEM, "diterima")
        budi.sync()
        ani.tick(ITEM, "diunggah")
        done = take(server, export(ani, tmp_path / "kiriman.age"))
        assert dict(done.counts) == {"conflict": 1}
        ani.sync()
        note(budi, "Kabar")
        budi.sync()
        ani.sync()
        with ani.store() as store:
            (clash,) = store.views.conflicts()
            store.resolve(clash.op, "mine")
        ani.sync()
        assert back(ani, tmp_path / "jawaban.age", done.answers).late
        assert (ani.waiting(), ani.state(ITEM)) == ([], "diunggah")

    def test_a_server_restored_since_is_told_all_again(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        ani, _ = synced
        copy = server.backup()
        ani.tick(ITEM, "diunggah")
        done = take(server, export(ani, tmp_path / "kiriman.age"))
        server.restore(copy)
        assert back(ani, tmp_path / "jawaban.age", done.answers).accepted == 1
        result = ani.sync()
        assert (result.pushed, ani.waiting(), ani.state(ITEM)) == (1, [], "diunggah")

    def test_a_server_restored_to_before_it_knew_the_computer_is_told_its_key_again(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        ani, _ = synced
        database = Database(server.where)
        with database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM replica")
        database.close()
        copy = server.backup()
        ani.tick(ITEM, "diunggah")
        ani.sync()
        server.restore(copy)
        assert ani.sync().recovered
        ani.tick(ITEM, "diterima")
        assert dict(take(server, export(ani, tmp_path / "kiriman.age")).counts) == {"applied": 1}

    def test_answers_from_a_history_that_is_gone_are_not_believed(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        ani, budi = synced
        copy = server.backup()
        ani.tick(ITEM, "diunggah")
        done = take(server, export(ani, tmp_path / "kiriman.age"))
        assert dict(done.counts) == {"applied": 1}
        server.restore(copy)
        budi.tick(ITEM, "diterima")
        assert budi.sync().pushed == 1
        assert ani.sync().conflicts == 1
        assert back(ani, tmp_path / "jawaban.age", done.answers).late
        assert ani.waiting() == [(f"item.{ITEM}", "conflict")]

    def test_a_history_the_server_does_not_know_is_refused(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        ani, _ = synced
        copy = server.backup()
        ani.tick(ITEM, "diunggah")
        ani.sync()
        note(ani, "Rapat")
        stick = export(ani, tmp_path / "kiriman.age")
        server.restore(copy)
        with pytest.raises(carried.BundleDiverged):
            take(server, stick)


class TestWhatIsCarried:
    def test_what_was_carried_is_not_removed_by_an_undo(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        ani, _ = synced
        before = ani.state(ITEM)
        ani.tick(ITEM, "diunggah")
        stick = export(ani, tmp_path / "kiriman.age")
        with ani.store() as store:
            store.undo()
        assert ani.waiting() == [(f"item.{ITEM}", "queued")] * 2
        take(server, stick)
        ani.sync()
        assert (ani.waiting(), ani.state(ITEM)) == ([], before)

    def test_an_undo_waits_for_the_answer_to_what_it_takes_back(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        ani, _ = synced
        ani.tick(ITEM, "diunggah")
        export(ani, tmp_path / "satu.age")
        with ani.store() as store:
            store.undo()
        done = take(server, export(ani, tmp_path / "dua.age"))
        assert (dict(done.counts), done.held) == ({"applied": 1}, 1)
        back(ani, tmp_path / "jawaban.age", done.answers)
        assert dict(take(server, export(ani, tmp_path / "tiga.age")).counts) == {"applied": 1}

    @pytest.mark.sqlite
    def test_what_does_not_fit_stays_for_the_next_one(self, synced: tuple[Officer, Officer]) -> None:
        ani, _ = synced
        for title in "abc":
            note(ani, title)
        with ani.store() as store:
            assert carry.load(store, most=2)[2:] == ((f"{CYCLE}:{REGIONS[0]}",), 1)
            assert carry.load(store, most_bytes=10).left == 3

    @pytest.mark.sqlite
    def test_a_file_that_is_there_is_never_replaced(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        stick = tmp_path / "kiriman.age"
        stick.write_text("penting")
        with pytest.raises(NotReplaced):
            export(synced[0], stick)
        assert stick.read_text() == "penting"

    @pytest.mark.sqlite
    def test_a_full_disk_keeps_nobody_from_carrying(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ani, _ = synced
        ani.tick(ITEM, "diunggah")

        def full(*_: Any) -> None:
            raise StoreFull(path="akk.db", reason="")

        with ani.store() as store:
            monkeypatch.setattr(store.db, "write", full)
            assert carrying.write(store, ani.account, tmp_path / "kiriman.age").operations == 1
        assert dict(take(server, tmp_path / "kiriman.age").counts) == {"applied": 1}

    @pytest.mark.sqlite
    def test_the_operations_travel_as_they_were_made(
        self, server: Server, synced: tuple[Officer, Officer], tmp_path: Path
    ) -> None:
        ani, _ = synced
        ani.tick(ITEM, "diunggah")
        ani.tick(ITEM, "diterima")
        held = inside(server, export(ani, tmp_path / "kiriman.age"))
        one, two = (decode(Operation, bytes(raw)) for raw in held.operations)
        assert (two.prev, one.n < two.n, two.was) == (one.op, True, {f"item.{ITEM}": "diunggah"})
        assert held.scope == (f"{CYCLE}:{REGIONS[0]}",)


class TestTheKey:
    def test_signing_in_tells_it_and_signing_in_again_tells_it_again(
        self, server: Server, ani: Officer, tmp_path: Path
    ) -> None:
        with ani.store() as store:
            assert carrying.off(store, ani.account) is None
        ani.sync()
        ani.tick(ITEM, "diunggah")
        old = export(ani, tmp_path / "lama.age")
        setup.revoke_all(server.where, "ani")
        with pytest.raises(carried.BundleSignedOut):
            take(server, old)
        ani.account = runner.sign_in(ani.paths, server.url, server.token("ani"), ani.settings)
        assert dict(take(server, old).counts) == {"applied": 1}

    def test_a_round_tells_it_where_the_sign_in_did_not(self, server: Server, ani: Officer) -> None:
        with ani.store() as store:
            store.meta.set("carry_known", None)
            assert "sinkronkan" in str(carrying.off(store, ani.account))
            with pytest.raises(carrying.CannotSeal):
                carrying.write(store, ani.account, ani.path.with_name("kiriman.age"))
        ani.sync()
        with ani.store() as store:
            assert carrying.off(store, ani.account) is None

    @pytest.mark.sqlite
    def test_a_server_without_the_call_is_asked_once_a_day(self, ani: Officer) -> None:
        asked: list[str] = []

        class Old:
            def ask(self, endpoint: endpoints.Endpoint, *_: Any) -> None:
                asked.append(endpoint.name)
                raise ServerProblem(server="s", status=status, problem="not_found", title="")

        with ani.store() as store:
            store.meta.set("carry_known", None)
            status = 404
            for _ in range(2):
                carrying.register(store, ani.account, Old())  # type: ignore[arg-type]
            assert asked == ["replica"]
            store.meta.set("carry_known", None)
            status = 500
            with pytest.raises(ServerProblem):
                carrying.register(store, ani.account, Old())  # type: ignore[arg-type]

    @pytest.mark.sqlite
    def test_without_the_extra_or_a_server_that_seals_there_is_no_file(
        self, ani: Officer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with ani.store() as store:
            monkeypatch.setattr(sealed, "available", lambda: False)
            assert "akk-tui[seal]" in str(carrying.off(store, ani.account))
            store.meta.set("carry_known", None)
            carrying.register(store, ani.account, None)  # type: ignore[arg-type]
            monkeypatch.setattr(store, "reference", lambda: None)
            assert "akk-tui[seal]" in str(carrying.off(store, ani.account)), "what can be mended here is told first"
            monkeypatch.undo()
            monkeypatch.setattr(store, "reference", lambda: None)
            assert "kunci segel" in str(carrying.off(store, ani.account))
            with pytest.raises(sealed.NoSeal):
                carrying.made(store, carry.load(store))

    def test_the_libraries_are_asked_for_in_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert sealed.available()

        def missing(name: str) -> None:
            raise ImportError(name)

        monkeypatch.setattr(sealed, "import_module", missing)
        assert not sealed.available()
        for call in (sealed.age, lambda: sealed.public_of(b"0" * 32)):
            with pytest.raises(sealed.NoSeal):
                call()


def test_answers_are_of_the_type_that_travels() -> None:
    with pytest.raises(Exception, match="file"):
        decode(Answers, b'{"file": "akk-bundle"}')
