"""E6: files carried to the server and back: nobody writes in another's name, and nothing hostile gets in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from carried import answered, inside, made_at, Officer, opened, REGIONS, resealed, Server, server, stranger
from msgspec import Raw
from postgres import on_both

from akk_tui import sealed
from akk_tui.contract import bundles
from akk_tui.contract.bundles import Answers
from akk_tui.contract.codec import decode, encode
from akk_tui.server import bundle, cli, setup
from akk_tui.server.db.tables import METADATA
from akk_tui.store.export import write as export_plain
from akk_tui.sync import carrying, signing

pytestmark = pytest.mark.security
__all__ = ["server"]
ITEM = "2.4.1"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_both(metafunc, "server")


@pytest.fixture
def ani(server: Server, tmp_path: Path) -> Officer:
    made = Officer(tmp_path / "ani", server, "ani")
    made.sync()
    return made


@pytest.fixture
def budi(server: Server, tmp_path: Path) -> Officer:
    made = Officer(tmp_path / "budi", server, "budi")
    made.sync()
    return made


def export(officer: Officer, path: Path) -> Path:
    with officer.store() as store:
        carrying.write(store, officer.account, path)
    return path


def seed_of(officer: Officer) -> bytes:
    with officer.store() as store:
        return bytes.fromhex(str(store.meta.get("carry_seed")))


def work_of(server: Server) -> list[tuple[Any, ...]]:
    return server.rows("SELECT op, officer FROM log WHERE kind IN ('assessment', 'note') ORDER BY seq")


def audited(server: Server) -> list[tuple[str, str]]:
    found = server.rows("SELECT event, detail FROM audit ORDER BY n")
    return [(event, detail) for event, detail in found if event.startswith("admin.bundle")]


def take(server: Server, path: Path, *words: str) -> int:
    key = () if "--seal-key" in words else ("--seal-key", str(server.seal_key))
    return cli.main(["import-bundle", str(path), "--db", server.where, "--lang", "id", *key, *words])


class TestAuthorship:
    """E6: the seal is anybody's; only the officer's own computer signs."""

    @pytest.mark.parametrize("who", ["a stranger", "a colleague", "nobody"])
    def test_e6_nobody_carries_work_in_anothers_name(
        self, server: Server, ani: Officer, budi: Officer, tmp_path: Path, who: str
    ) -> None:
        ani.tick(ITEM, "diunggah")
        held = inside(server, export(ani, tmp_path / "kiriman.age"))
        sign = {
            "a stranger": stranger(),
            "a colleague": lambda payload: sealed.signature(seed_of(budi), payload),
            "nobody": lambda _payload: "",
        }[who]
        forged = resealed(tmp_path / "palsu.age", held, sign)
        assert take(server, forged) == 4
        assert take(server, forged, "--override-sign-in", "--override-scope") == 4
        assert work_of(server) == []
        assert not (tmp_path / "palsu-jawaban.age").exists()
        # Who tried is on record.
        assert [event for event, _ in audited(server)] == ["admin.bundle_refused"] * 2

    def test_e6_a_colleague_signs_for_nobody_but_himself(
        self, server: Server, ani: Officer, budi: Officer, tmp_path: Path
    ) -> None:
        ani.tick(ITEM, "diunggah")
        budi.tick(ITEM, "diterima")
        his = inside(server, export(budi, tmp_path / "budi.age"))
        hers = inside(server, export(ani, tmp_path / "ani.age"))

        def sign(payload: bytes) -> str:
            return sealed.signature(seed_of(budi), payload)

        for changed in ({"officer": "ani"}, {"officer": "ani", "replica": hers.replica}, {"replica": hers.replica}):
            assert take(server, resealed(tmp_path / "palsu.age", his, sign, **changed)) == 4
        assert work_of(server) == []
        # What he carries of hers is his own work, and her ids stay hers.
        assert take(server, tmp_path / "ani.age") == 0
        stolen = resealed(tmp_path / "curi.age", his, sign, operations=hers.operations)
        assert take(server, stolen) == 5
        assert [officer for _, officer in work_of(server)] == ["ani"]

    def test_e6_one_changed_byte_is_no_signature(self, server: Server, ani: Officer, tmp_path: Path) -> None:
        ani.tick(ITEM, "diunggah")
        stick = export(ani, tmp_path / "kiriman.age")
        found = sealed.parts(opened(server, stick).plain)
        payload = found.payload.replace(b"diunggah", b"diterima")
        assert payload != found.payload
        held = inside(server, stick)
        (tmp_path / "ubah.age").write_bytes(sealed.seal("akk-bundle", payload, found.head.proof, held.to))
        assert take(server, tmp_path / "ubah.age") == 4
        assert work_of(server) == []

    def test_e6_the_signing_key_never_leaves_the_store(self, server: Server, ani: Officer, tmp_path: Path) -> None:
        seed = seed_of(ani)
        plain = opened(server, export(ani, tmp_path / "kiriman.age")).plain
        for folder in (server.db.parent, tmp_path / "kiriman.age"):
            for file in folder.rglob("*") if folder.is_dir() else [folder]:
                assert seed not in file.read_bytes()
                assert seed.hex().encode() not in file.read_bytes()
        assert seed.hex().encode() not in plain
        for table in METADATA.tables:
            assert seed.hex() not in repr(server.rows(f"SELECT * FROM {table}"))


class TestRights:
    """A file is let in where a push would be."""

    def test_e6_nothing_is_taken_of_a_disabled_officer(self, server: Server, ani: Officer, tmp_path: Path) -> None:
        ani.tick(ITEM, "diunggah")
        stick = export(ani, tmp_path / "kiriman.age")
        setup.disable_user(server.where, "ani")
        assert take(server, stick) == 4
        assert take(server, stick, "--override-sign-in") == 4
        assert work_of(server) == []

    def test_e6_a_revoked_sign_in_counts_only_if_the_administrator_says_so(
        self, server: Server, ani: Officer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ani.tick(ITEM, "diunggah")
        stick = export(ani, tmp_path / "kiriman.age")
        setup.revoke_all(server.where, "ani")
        assert take(server, stick) == 4
        assert "--override-sign-in" in capsys.readouterr().err
        assert work_of(server) == []
        assert take(server, stick, "--override-sign-in") == 0
        assert [officer for _, officer in work_of(server)] == ["ani"]
        event, detail = audited(server)[-1]
        assert (event, '"override":["sign_in"]' in detail, '"new":1' in detail) == ("admin.bundle", True, True)

    def test_e6_the_present_role_and_scope_decide(self, server: Server, ani: Officer, tmp_path: Path) -> None:
        ani.tick(ITEM, "diunggah")
        ani.tick(ITEM, "diunggah", REGIONS[1])
        stick = export(ani, tmp_path / "kiriman.age")
        setup.set_role(server.where, "ani", "verifikator")
        setup.unassign(server.where, "ani", [REGIONS[1]])
        assert take(server, stick) == 5
        assert take(server, stick, "--override-scope") == 5
        assert work_of(server) == []

    def test_e6_out_of_scope_nothing_is_told_of_what_stands_there(
        self, server: Server, ani: Officer, budi: Officer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        budi.tick(ITEM, "diterima")
        budi.sync()
        ani.tick(ITEM, "diunggah")
        stick = export(ani, tmp_path / "kiriman.age")
        setup.unassign(server.where, "ani", [REGIONS[0]])
        for words in ((), ("--override-scope",)):
            assert take(server, stick, *words) == 5
            assert capsys.readouterr().out == "forbidden\t1\n"
        with ani.store() as store:
            key = str(store.meta.get("carry_reply"))
        assert b"diterima" not in sealed.unseal((tmp_path / "kiriman-jawaban.age").read_bytes(), key)

    def test_e6_only_who_is_signed_in_registers_and_old_computers_make_room(self, server: Server, ani: Officer) -> None:
        from akk_tui.contract import endpoints
        from akk_tui.contract.bundles import Registered, ReplicaKey
        from akk_tui.server.routes.replica import MOST

        with signing.door(server.url, server.token("ani"), ani.settings) as transport:
            for number in range(MOST + 2):
                replica = f"01900000-0000-7000-8000-{number:012x}"
                transport.ask(endpoints.REPLICA, Registered, ReplicaKey(replica=replica, key="0" * 64))
        assert server.rows("SELECT count(*) FROM replica WHERE officer = 'ani'") == [(MOST,)]


class TestHostileFiles:
    """E6: whatever the file holds, it is refused in words, and nothing is changed."""

    def test_e6_damaged_foreign_and_made_up_files(
        self, server: Server, ani: Officer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ani.tick(ITEM, "diunggah")
        stick = export(ani, tmp_path / "kiriman.age")
        whole, held = stick.read_bytes(), inside(server, stick)

        def sign(payload: bytes) -> str:
            return sealed.signature(seed_of(ani), payload)

        def sealed_as(plain: bytes) -> bytes:
            pyrage = sealed.age()
            return pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(held.to)])

        other = bundle.age().x25519.Identity.generate().to_public()
        line = encode({"file": "akk-bundle", "format": 1, "proof": "zz"}) + b"\n"
        files = {
            "empty": b"",
            "text": b"bukan kiriman",
            "head alone": bundles.MAGIC,
            "cut": whole[: len(whole) // 2],
            "flipped": whole[:-1] + bytes([whole[-1] ^ 1]),
            "no line": sealed_as(b"{}"),
            "other format": sealed_as(line.replace(b'"format":1', b'"format":2') + b"{}"),
            "no payload": sealed_as(line),
            "deep": sealed_as(line + b"[" * 100_000),
            "other server": resealed(tmp_path / "x", held, sign, to=str(other)).read_bytes(),
            "bad reply": resealed(
                tmp_path / "x", held, sign, reply=bundles.Reply(to=f"age1{'q' * 58}", secret="0" * 64)
            ).read_bytes(),
            "operation without an id": resealed(tmp_path / "x", held, sign, operations=(Raw(b"{}"),)).read_bytes(),
        }
        capsys.readouterr()
        for name, data in files.items():
            made = tmp_path / "jahat.age"
            made.write_bytes(data)
            assert take(server, made) == 1, name
            said = capsys.readouterr()
            assert (said.out, str(made) in said.err, "Traceback" in said.err) == ("", True, False), name
        assert take(server, tmp_path / "tidak-ada.age") == 1
        assert work_of(server) == []
        assert audited(server) == []

    def test_e6_a_proof_that_is_no_hex_is_no_signature(self, server: Server, ani: Officer, tmp_path: Path) -> None:
        held = inside(server, export(ani, tmp_path / "kiriman.age"))
        assert take(server, resealed(tmp_path / "x.age", held, lambda _payload: "zz")) == 4

    @pytest.mark.sqlite
    def test_e6_a_file_that_is_too_large_is_not_even_opened(
        self, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        large = tmp_path / "besar.age"
        with large.open("wb") as stream:
            stream.truncate(bundles.BUNDLE_BYTES + 1)
        assert take(server, large) == 1
        assert "lebih besar" in capsys.readouterr().err

    def test_e6_operations_are_refused_as_a_push_refuses_them(
        self, server: Server, ani: Officer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ani.tick(ITEM, "diunggah")
        held = inside(server, export(ani, tmp_path / "kiriman.age"))
        (raw,) = held.operations
        evil = decode(dict[str, Any], bytes(raw))
        bad = [
            {**evil, "op": "01900000-0000-7000-8000-000000000001", "more": 1},
            {**evil, "op": "01900000-0000-7000-8000-000000000002", "set": {f"item.{ITEM}": "lulus"}},
            {**evil, "op": "01900000-0000-7000-8000-000000000003", "key": "9999:99.99:2.4"},
            {**evil, "op": "01900000-0000-7000-8000-000000000004", "kind": "officer"},
        ]
        operations = tuple(Raw(encode(one)) for one in bad)
        made = resealed(
            tmp_path / "x.age", held, lambda payload: sealed.signature(seed_of(ani), payload), operations=operations
        )
        capsys.readouterr()
        assert take(server, made, "--override-scope") == 5
        assert sorted(capsys.readouterr().out.split("\n")) == ["", "forbidden\t1", "rejected\t3"]
        assert work_of(server) == []

    def test_e6_the_answers_never_land_on_another_file(self, server: Server, ani: Officer, tmp_path: Path) -> None:
        ani.tick(ITEM, "diunggah")
        stick = export(ani, tmp_path / "kiriman.age")
        letter = tmp_path / "surat.txt"
        letter.write_text("penting")
        for target in (letter, stick, tmp_path):
            assert take(server, stick, "--answers", str(target)) == 2
        assert work_of(server) == []
        assert letter.read_text() == "penting"
        link = tmp_path / "link.age"
        link.symlink_to(tmp_path / "tempat-lain.age")
        for target in (link, letter / "x"):
            # The work is in by then; brought again it does not count twice, and the answers are the same.
            assert take(server, stick, "--answers", str(target)) == 1
        assert take(server, stick) == 0
        assert len(work_of(server)) == 1

    @pytest.mark.sqlite
    def test_e6_the_readable_copy_is_no_bundle(self, server: Server, ani: Officer, tmp_path: Path) -> None:
        ani.tick(ITEM, "diunggah")
        with ani.store() as store:
            export_plain(store, tmp_path / "isian.json")
        assert take(server, tmp_path / "isian.json") == 1
        assert work_of(server) == []

    @pytest.mark.sqlite
    def test_e6_a_key_file_that_is_none(self, server: Server, ani: Officer, tmp_path: Path) -> None:
        stick = export(ani, tmp_path / "kiriman.age")
        for data in (b"AGE-SECRET-KEY-", b"\xff\xfe"):
            (tmp_path / "kunci").write_bytes(data)
            assert take(server, stick, "--seal-key", str(tmp_path / "kunci")) == 1

    @pytest.mark.sqlite
    def test_e6_what_an_older_version_sealed_is_still_read(
        self, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        pyrage = sealed.age()
        to = pyrage.x25519.Recipient.from_str(str(setup.seal(server.where)))
        (tmp_path / "lama.age").write_bytes(pyrage.encrypt(b'{"file":"akk-outbox"}', [to]))
        assert cli.main(["open-bundle", str(tmp_path / "lama.age"), "--db", str(server.db)]) == 0
        assert capsys.readouterr().out == '{"file":"akk-outbox"}\n'


class TestAnswers:
    """E6: only the server that could read the file answers it, and only for the computer that wrote it."""

    @pytest.mark.sqlite
    def test_e6_forged_and_foreign_answers_are_refused(
        self, server: Server, ani: Officer, budi: Officer, tmp_path: Path
    ) -> None:
        op = str(ani.tick(ITEM, "diunggah"))
        stick = export(ani, tmp_path / "kiriman.age")
        held = inside(server, stick)
        end = {"head": [9999, "0" * 16], "at": "2999-01-01T00:00:00Z"}
        told = decode(
            Answers,
            encode(
                {
                    "file": "akk-answers",
                    "nonce": held.nonce,
                    "officer": "ani",
                    "replica": held.replica,
                    "answers": [[op, "applied", 9999, None]],
                    "end": end,
                }
            ),
        )
        right = held.reply.secret
        other = decode(Answers, encode(told).replace(held.nonce.encode(), b"0" * 64))
        his = inside(server, export(budi, tmp_path / "budi.age"))
        path = tmp_path / "jawaban.age"

        def refused() -> None:
            before = ani.waiting()
            with ani.store() as store:
                mark = store.witness()
                with pytest.raises(carrying.AnswersRefused):
                    carrying.take_answers(store, path)
                assert store.witness() == mark
            assert ani.waiting() == before == [(f"item.{ITEM}", "queued")]

        answered(path, told, lambda payload: sealed.mac(os.urandom(32).hex(), payload), held.reply.to)
        refused()
        answered(path, told, lambda _payload: "", held.reply.to)
        refused()
        answered(path, other, lambda payload: sealed.mac(right, payload), held.reply.to)
        refused()
        answered(path, told, lambda payload: sealed.mac(right, payload), his.reply.to)
        refused()
        # The answers to a colleague are his.
        assert take(server, tmp_path / "budi.age") == 0
        path.write_bytes((tmp_path / "budi-jawaban.age").read_bytes())
        refused()
        for data in (b"", b"jawaban", stick.read_bytes()):
            path.write_bytes(data)
            refused()
        path.unlink()
        refused()
        with path.open("wb") as stream:
            stream.truncate(bundles.ANSWERS_BYTES + 1)
        refused()

    def test_e6_another_servers_file_and_answers_say_nothing(
        self, server: Server, ani: Officer, tmp_path: Path
    ) -> None:
        ani.tick(ITEM, "diunggah")
        stick = export(ani, tmp_path / "kiriman.age")
        foreign = made_at(tmp_path / "lain")
        try:
            assert take(foreign, stick) == 1
            key = server.seal_key
            # Even with the key of the right one at hand, the other does not know the computer.
            assert take(foreign, stick, "--seal-key", str(key)) == 4
            assert work_of(foreign) == []
        finally:
            foreign.stop()

    @pytest.mark.sqlite
    def test_e6_before_anything_was_carried_there_are_no_answers(
        self, server: Server, ani: Officer, tmp_path: Path
    ) -> None:
        (tmp_path / "x").write_bytes(bundles.MAGIC)
        with ani.store() as store:
            store.meta.set("carry_reply", None)
            with pytest.raises(carrying.AnswersRefused):
                carrying.take_answers(store, tmp_path / "x")
