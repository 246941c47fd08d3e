"""What a sign-in, a secret's place and a key file meet when something is not as it is nearly always."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from akk_tui import config
from akk_tui import paths as folders
from akk_tui.contract import codec, identity
from akk_tui.contract.errors import AkkError
from akk_tui.paths import PathRefused, Paths
from akk_tui.store import keys
from akk_tui.store.errors import NoCipher, StoreDamaged
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync import (
    choosing,
    device,
    errors,
    keyfile,
    keyrings,
    pins,
    places,
    sealing,
    signing,
    signing_errors,
    vault,
    wipe,
)
from akk_tui.sync.credentials import Access, FixedToken, kept, SessionToken
from akk_tui.sync.errors import SignedOut
from akk_tui.sync.signing_errors import NotSignedIn
from akk_tui.sync.vault_errors import CopyDiffers, ShortPassphrase, VaultDamaged, WrongSecret

SERVER = "https://akk.example.go.id"
KEY = bytes(range(keys.KEY_BYTES))
SECRET = b"0123456789abcdef" * 4


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """A profile without anything, of somebody who has no folder in memory."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    return folders.find(tmp_path / "home", {})


class TestCode:
    def answer(self, **fields: Any) -> identity.DeviceAnswer:
        told = {
            "device_code": "d" * 43, "user_code": "BCDF-GHJK", "verification_uri": f"{SERVER}/device",
            "verification_uri_complete": f"{SERVER}/device?code=BCDF-GHJK", "expires_in": 600, "interval": 5,
        }  # fmt: skip
        return codec.decode(identity.DeviceAnswer, codec.encode({**told, **fields}))

    @pytest.mark.parametrize(
        "uri",
        [
            "https://other.example.go.id/device", "http://akk.example.go.id/device", f"{SERVER}:x/device",
            "https://[akk/device", "https://ani@akk.example.go.id/device", f"{SERVER}/d\u00e9vice",
            f"{SERVER}/{'d' * 400}",
        ],
    )  # fmt: skip
    def test_an_address_elsewhere_is_replaced_by_our_own_page(self, uri: str) -> None:
        code = device.code_of(self.answer(verification_uri=uri, verification_uri_complete=uri), SERVER)
        assert (code.uri, code.whole_uri) == (f"{SERVER}/device", f"{SERVER}/device?code=BCDF-GHJK")

    def test_who_has_no_name_is_a_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 4_000_000_001)
        assert device.about_here("akk-tui", "id")["user"] == "4000000001"


def waiting(ask: Callable[[], Any], cancelled: Callable[[], bool] = lambda: False, seconds: int = 600) -> Any:
    now = [0.0]

    def sleep(wanted: float) -> None:
        now[0] += max(wanted, 0.01)

    return device.poll(
        ask, seconds=seconds, interval=5, now=lambda: now[0], sleep=sleep, tell=lambda _wait: None, cancelled=cancelled
    )


@pytest.mark.parametrize(
    ("raised", "met"),
    [
        (signing_errors.GrantRefused(server="s", error="access_denied"), signing_errors.SignInDenied),
        (signing_errors.GrantRefused(server="s", error="invalid_client"), signing_errors.GrantRefused),
        (errors.Cancelled(), signing_errors.SignInStopped),
        (errors.BadAnswer(server="s", reason="x"), errors.BadAnswer),
    ],
)
def test_what_ends_the_waiting(raised: AkkError, met: type[AkkError]) -> None:
    def ask() -> None:
        raise raised

    with pytest.raises(met):
        waiting(ask)


def test_who_gives_up_or_is_too_late_asks_no_more() -> None:
    def ask() -> None:
        raise AssertionError("asked")

    with pytest.raises(signing_errors.SignInStopped):
        waiting(ask, cancelled=lambda: True)
    with pytest.raises(signing_errors.CodeExpired):
        waiting(ask, seconds=4)


def test_a_lost_answer_is_asked_for_again_only_while_that_may_help() -> None:
    slept: list[float] = []

    def after(*raised: AkkError) -> Callable[[], Any]:
        left = list(raised)

        def ask() -> Any:
            if left:
                raise left.pop(0)
            return "tokens"

        return ask

    cut = errors.Cut(server="s")
    assert signing.insisting(after(cut, cut), slept.append) == "tokens"
    assert slept == [1.0, 2.0]
    with pytest.raises(errors.BadAnswer):
        signing.insisting(after(errors.BadAnswer(server="s", reason="x")), slept.append)
    with pytest.raises(errors.Cut):
        signing.insisting(after(*[cut] * 20), slept.append)


class TestSecret:
    def test_one_that_cannot_be_read_is_none(self, tmp_path: Path) -> None:
        place = places.FilePlace(tmp_path / "secret")
        for text in ("no json", '{"server":"https://other","current":"x"}', f'{{"server":"{SERVER}","current":""}}'):
            place.write(text)
            assert kept(place, SERVER) is None

    def test_a_token_alone_is_not_renewed(self) -> None:
        with pytest.raises(SignedOut):
            FixedToken("akk_at_x", SERVER).renewed("akk_at_x", lambda _fields: None)  # type: ignore[arg-type]

    def test_one_that_somebody_renewed_is_taken_as_it_is_unless_it_is_another_officers(self, tmp_path: Path) -> None:
        def session(of: str) -> SessionToken:
            place, access = places.FilePlace(tmp_path / "none"), Access(token="new", until=1e12, of="ani")
            return SessionToken(place, SERVER, tmp_path / "lock", of=of, access=access)

        def never(_fields: object) -> Any:
            raise AssertionError("asked")

        assert session("ani").renewed("old", never) == "new"
        with pytest.raises(SignedOut):
            session("budi").renewed("old", never)

    def test_a_refusal_that_is_not_the_sessions_end_is_passed_on(self, tmp_path: Path) -> None:
        place = places.FilePlace(tmp_path / "secret")
        signing.keep(place, SERVER, "akk_rt_x")

        def refuse(_fields: object) -> Any:
            raise signing_errors.GrantRefused(server=SERVER, error="invalid_request")

        with pytest.raises(signing_errors.GrantRefused):
            SessionToken(place, SERVER, tmp_path / "lock").token(refuse)


class TestPlace:
    @pytest.mark.parametrize("kind", ["link", "folder", "others"])
    def test_what_is_not_our_own_file_is_not_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        real = tmp_path / "real"
        real.write_text("secret\n")
        path = tmp_path / "place"
        if kind == "link":
            path.symlink_to(real)
        elif kind == "folder":
            path.mkdir()
        else:
            path.write_text("secret\n")
            monkeypatch.setattr(os, "geteuid", lambda: 4_000_000_001)
        assert places.FilePlace(path).read() is None

    def test_a_folder_in_memory_must_be_there_and_ours_alone(self, tmp_path: Path) -> None:
        mine = tmp_path / "mine"
        mine.mkdir(mode=0o700)
        assert places.runtime_folder({"XDG_RUNTIME_DIR": str(mine)}) == mine / "akk-tui"
        mine.chmod(0o755)
        for named in ("", "run/user", str(tmp_path / "none"), str(mine)):
            assert places.runtime_folder({"XDG_RUNTIME_DIR": named}) is None

    def test_each_name_opens_its_place_and_an_unknown_one_none(
        self, paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert places.opened(paths, "runtime", "k") is None
        assert places.opened(paths, "other", "k") is None
        assert isinstance(places.opened(paths, "keyring", "k"), keyrings.KeyringPlace)
        (tmp_path / "run").mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
        place = places.opened(paths, "runtime", "k")
        assert isinstance(place, places.FilePlace)
        place.write("secret")
        assert place.read() == "secret"
        assert [one.name for one in (tmp_path / "run" / "akk-tui").iterdir()] == ["k"]
        place.delete()
        assert place.read() is None

    def test_the_best_place_that_there_is_is_taken(
        self, paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keyrings, "works", lambda: False)
        assert choosing.choose(paths, "file") == "file"
        assert choosing.choose(paths, "auto", lambda: True) == "file"
        with pytest.raises(signing_errors.NoPlace):
            choosing.choose(paths, "auto")
        for wanted in ("keyring", "runtime"):
            with pytest.raises(signing_errors.NoSuchPlace):
                choosing.choose(paths, wanted, lambda: True)
        (tmp_path / "run").mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
        assert choosing.choose(paths, "auto") == choosing.choose(paths, "runtime") == "runtime"
        monkeypatch.setattr(keyrings, "works", lambda: True)
        assert choosing.choose(paths, "auto") == choosing.choose(paths, "keyring") == "keyring"
        assert choosing.choose(paths, "runtime") == "runtime"


class TestKeyFile:
    def test_a_key_of_a_command_opens_and_another_does_not(self) -> None:
        file = keyfile.read(keyfile.encoded(keyfile.made(KEY, SECRET, "command")))
        assert (file.kdf, file.memory_kib) == ("hkdf-sha256", 0)
        assert keyfile.opened(file, SECRET.upper()) == KEY
        with pytest.raises(WrongSecret):
            keyfile.opened(file, SECRET[::-1])

    @pytest.mark.parametrize(
        "change",
        [
            {"salt": "zz"}, {"salt": "00" * 16}, {"kind": "x"}, {"more": 1}, {"passes": 4}, {"sum": "0" * 16},
        ],
    )  # fmt: skip
    def test_a_file_that_was_changed_is_told(self, change: dict[str, Any]) -> None:
        told = codec.decode(dict, keyfile.encoded(keyfile.made(KEY, SECRET, "command")))
        with pytest.raises(VaultDamaged):
            keyfile.read(codec.encode({**told, **change}))

    @pytest.mark.parametrize("change", [{"memory_kib": 2_000_000}, {"passes": 65}, {"lanes": 65}, {"salt": "00"}])
    def test_a_whole_file_that_asks_for_too_much_is_not_tried(self, change: dict[str, Any]) -> None:
        file = replace(keyfile.made(KEY, SECRET, "command"), **change)
        with pytest.raises(VaultDamaged):
            keyfile.read(keyfile.encoded(replace(file, sum=keyfile._sum(file))))

    def test_a_passphrase_has_a_shortest_length_and_one_form(self) -> None:
        with pytest.raises(ShortPassphrase):
            keyfile.checked_passphrase("sebelas hu")
        assert keyfile.checked_passphrase("cafe\u0301 di pasar") == "caf\u00e9 di pasar".encode()

    def test_without_the_library_a_passphrase_is_refused_in_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "argon2.low_level", None)
        with pytest.raises(NoCipher):
            keyfile.made(KEY, b"jalan kaki ke pasar", "passphrase")


def test_the_pin_is_of_the_key_whatever_stands_before_it() -> None:
    def der(tag: int, content: bytes) -> bytes:
        size = len(content)
        length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2)
        return bytes([tag]) + length + content

    key = der(0x30, b"k" * 300)
    fields = b"".join(der(0x30, bytes([n]) * n) for n in (1, 9, 40, 30, 200))
    for version in (b"", der(0xA0, b"\x02\x01\x02")):
        certificate = der(0x30, der(0x30, version + fields + key))
        assert pins.public_key(certificate) == key
        assert pins.pin_of(certificate) == base64.b64encode(sha256(key).digest()).decode()
        for torn in (b"", certificate[:1], certificate[:-1], certificate[:200]):
            with pytest.raises(pins.NoCertificate):
                pins.pin_of(torn)


class TestAccount:
    @pytest.fixture
    def account(self, paths: Paths) -> Iterator[accounts.Account]:
        """One that is remembered, without a store and without a secret."""
        made = accounts.Account(server=SERVER, officer="ani", store="", token_store="file")
        accounts.save(paths, made)
        found = accounts.find(paths)
        assert found is not None
        yield found
        vault.release(paths)

    def test_without_its_secret_nothing_is_asked(self, paths: Paths, account: accounts.Account) -> None:
        with pytest.raises(NotSignedIn):
            accounts.credentials(paths, account, config.Settings())
        assert signing.revoke(paths, account, config.Settings()) is None
        assert accounts.pending(account) == accounts.only_here(account) == 0

    def test_a_command_that_is_no_more_is_no_token(self, paths: Paths, account: accounts.Account) -> None:
        accounts.save(paths, codec.decode(accounts.Account, codec.encode(account).replace(b'"file"', b'"command"')))
        found = accounts.load(paths)
        assert found.token_store == "command"
        with pytest.raises(NotSignedIn):
            accounts.credentials(paths, found, config.Settings())

    def test_an_account_that_may_not_be_read_is_said(
        self, paths: Paths, account: accounts.Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refused(*_args: object, **_kept: object) -> Any:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refused)
        monkeypatch.setattr(Path, "read_bytes", refused)
        with pytest.raises(PathRefused):
            accounts.load(paths)

    def test_who_signs_out_leaves_the_store_and_nothing_else(self, paths: Paths, account: accounts.Account) -> None:
        with Store.open(Path(account.store)):
            pass
        left = accounts.logout(paths)
        assert left is not None
        assert left.officer == "ani"
        assert accounts.find(paths) is None
        assert accounts.logout(paths) is None
        assert Path(account.store).exists()


class TestWiped:
    def test_what_was_sealed_before_a_kill_is_still_told(self, paths: Paths) -> None:
        assert wipe._sealed_before(paths) == (0, None)
        paths.state.mkdir(parents=True)
        older = paths.state / "unsent-2025-10-05T021400Z-3.age"
        newest = paths.state / "unsent-2025-10-06T021400Z-12.age"
        for path in (older, newest):
            path.touch()
        assert wipe._sealed_before(paths) == (12, newest)
        (paths.state / "unsent-2025-10-07T021400Z-x.age").touch()
        assert wipe._sealed_before(paths) == (0, None)

    def test_a_store_in_which_nothing_was_ever_written_leaves_nothing(self, paths: Paths, tmp_path: Path) -> None:
        with Store.open(tmp_path / "akk.db") as store:
            assert wipe._sealed(paths, store) == (0, None, None)


class TestSealed:
    @pytest.fixture
    def account(self, paths: Paths) -> Iterator[accounts.Account]:
        """One with a store and a secret in a profile that is encrypted with a key that nobody had to derive."""
        pytest.importorskip("sqlcipher3")
        accounts.save(paths, accounts.Account(server=SERVER, officer="ani", store="", token_store="file"))
        account = accounts.load(paths)
        place = accounts.place_of(paths, account)
        assert isinstance(place, places.FilePlace)
        place.write("akk_at_secret")
        with Store.open(Path(account.store)) as store:
            store.meta.set("replica", "r")
        sealing.encrypt(paths, SECRET, "command")
        yield accounts.load(paths)
        keys.forget(vault.folder(paths))
        vault.release(paths)

    def test_the_profile_itself_keeps_the_secret(self, paths: Paths, account: accounts.Account) -> None:
        assert account.token_store == "vault"
        assert choosing.choose(paths, "auto") == choosing.choose(paths, "file") == "vault"
        place = accounts.place_of(paths, account)
        assert isinstance(place, places.VaultPlace)
        assert place.read() == "akk_at_secret"
        place.write("akk_at_other")
        assert accounts.token(paths, account) == "akk_at_other"
        assert not list(paths.state.glob("tokens/*"))
        assert not paths.account_file.exists()
        place.delete()
        with pytest.raises(NotSignedIn):
            accounts.token(paths, account)

    def test_who_signs_out_is_forgotten_and_the_store_stays_encrypted(
        self, paths: Paths, account: accounts.Account
    ) -> None:
        accounts.logout(paths)
        assert accounts.find(paths) is None
        assert vault.items(paths, places.TOKENS) == {}
        assert Path(account.store).exists()
        assert vault.sealed(paths)

    def test_decrypting_brings_the_secret_back_into_its_file(self, paths: Paths, account: accounts.Account) -> None:
        sealing.decrypt(paths)
        found = accounts.load(paths)
        assert found.token_store == "file"
        assert accounts.token(paths, found) == "akk_at_secret"
        with Store.open(Path(found.store)) as store:
            assert store.meta.get("replica") == "r"

    @pytest.mark.parametrize("name", ["_rows", "_copy"])
    def test_a_copy_that_differs_or_cannot_be_made_changes_nothing(
        self, paths: Paths, account: accounts.Account, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        counted = iter(range(10))
        if name == "_rows":
            monkeypatch.setattr(sealing, "_rows", lambda _db: {"meta": next(counted)})
            error: type[AkkError] = CopyDiffers
        else:
            Path(account.store).write_bytes(b"this is no database" * 1000)
            error = StoreDamaged
        with pytest.raises(error):
            sealing.decrypt(paths)
        assert vault.sealed(paths)
        assert not (paths.data / "stores").exists()
        assert accounts.token(paths, account) == "akk_at_secret"
