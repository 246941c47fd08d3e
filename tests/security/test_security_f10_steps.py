"""Encrypting, decrypting and destroying a profile in one process: stopped at each step, met by damage and by links."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sealedhome import files, Home, NOTE, PASSPHRASE, PRIVATE, readable

from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync import sealing, vault, vault_errors, wipe

pytestmark = pytest.mark.security
MakeHome = Callable[..., Home]
SECRET = PASSPHRASE.encode()
ENCRYPT = ("key", "store akk.db", "vault", "check", "rename")
DECRYPT = ("store akk.db", "tokens", "check", "rename")


class Stopped(Exception):
    """Raised in the middle on purpose."""


def stopping(at: str) -> Callable[[str], None]:
    def step(name: str) -> None:
        if name == at:
            raise Stopped

    return step


def encrypt(home: Home, at: str = "") -> None:
    sealing.encrypt(home.paths, SECRET, "passphrase", step=stopping(at))


def texts(home: Home) -> tuple[str, ...]:
    """The bodies of the notes, of private ones too, as the store of the profile holds them."""
    with Store.open(Path(accounts.load(home.paths).store)) as store:
        shared = [str(row[0]) for row in store.db.execute("SELECT body FROM note_doc").fetchall()]
        private = store.db.execute("SELECT json_extract(data, '$.body') FROM private_note").fetchall()
        return (*sorted(shared), *(str(row[0]) for row in private))


@contextmanager
def used_elsewhere(home: Home) -> Iterator[None]:
    """As another process that uses the profile."""
    handle = os.open(home.paths.data / "use.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


@pytest.mark.parametrize("at", ENCRYPT)
def test_f10_encrypting_that_stops_leaves_the_profile_plain(make_home: MakeHome, at: str) -> None:
    home = make_home()
    before = texts(home)
    with pytest.raises(Stopped):
        encrypt(home, at)
    assert not vault.sealed(home.paths)
    assert not vault.left_over(home.paths)
    assert texts(home) == before
    encrypt(home)
    assert readable(home.home, home.secrets()) == []
    assert texts(home) == before


@pytest.mark.parametrize("at", DECRYPT)
def test_f10_decrypting_that_stops_leaves_the_profile_encrypted(make_home: MakeHome, at: str) -> None:
    home = make_home()
    before = texts(home)
    encrypt(home)
    with pytest.raises(Stopped):
        sealing.decrypt(home.paths, step=stopping(at))
    assert vault.sealed(home.paths)
    assert readable(home.home, home.secrets()) == []
    assert texts(home) == before
    sealing.decrypt(home.paths)
    assert not vault.sealed(home.paths)
    assert texts(home) == before
    assert not vault.left_over(home.paths)


def test_f10_what_does_not_fit_the_moment_is_refused(make_home: MakeHome) -> None:
    home = make_home()
    with pytest.raises(vault_errors.NotSealed):
        sealing.decrypt(home.paths)
    with used_elsewhere(home), pytest.raises(vault_errors.InUse):
        encrypt(home)
    encrypt(home)
    with pytest.raises(vault_errors.AlreadySealed):
        encrypt(home)
    with used_elsewhere(home), pytest.raises(vault_errors.InUse):
        sealing.decrypt(home.paths)
    home.forget()
    with pytest.raises(vault_errors.Locked):
        sealing.decrypt(home.paths)
    with pytest.raises(vault_errors.Locked):
        vault.get(home.paths, accounts.ACCOUNT)
    assert vault.sealed(home.paths)


def test_f10_an_unfinished_text_of_another_editor_is_named_and_nothing_changes(make_home: MakeHome) -> None:
    home = make_home()
    place = home.paths.state / "edit"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    (place / "catatan.md").write_text(NOTE)
    with pytest.raises(vault_errors.TextLeftOver) as refused:
        encrypt(home)
    assert str(place / "catatan.md") in refused.value.words()
    assert not vault.sealed(home.paths)


def test_f10_another_secret_opens_it_after_rekey_and_the_old_one_never(make_home: MakeHome) -> None:
    home = make_home()
    encrypt(home)
    vault.rekey(home.paths, b"pagar bambu di tepi sawah", "passphrase")
    assert vault.fits(home.paths, b"pagar bambu di tepi sawah")
    assert not vault.fits(home.paths, SECRET)
    home.forget()
    with pytest.raises(vault_errors.WrongSecret):
        vault.unlock(home.paths, SECRET)
    vault.unlock(home.paths, b"pagar bambu di tepi sawah")
    assert NOTE * 40 in texts(home)
    home.forget()
    with pytest.raises(vault_errors.Locked):
        vault.rekey(home.paths, SECRET, "passphrase")


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"kind":"passphrase"}', b"\xff" * 40])
def test_f10_a_key_file_that_is_none_is_said_to_be_damaged(make_home: MakeHome, content: bytes | None) -> None:
    home = make_home(work=False)
    encrypt(home)
    home.forget()
    file = vault.folder(home.paths) / vault.KEY_FILE
    if content is None:
        file.chmod(0)
        file.unlink()
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(vault_errors.VaultDamaged):
        vault.unlock(home.paths, SECRET)


def test_f10_a_profile_that_another_process_decrypted_is_not_made_again(make_home: MakeHome) -> None:
    home = make_home()
    encrypt(home)
    sealed = vault.folder(home.paths)
    key = vault.data_key(home.paths)
    sealing.decrypt(home.paths)
    vault.use(home.paths, key)
    with pytest.raises(vault_errors.NotSealed):
        vault.put(home.paths, "x", "y")
    assert not sealed.exists()


def test_f10_the_vault_keeps_changes_and_forgets_items(make_home: MakeHome) -> None:
    home = make_home(work=False)
    encrypt(home)
    vault.put(home.paths, "satu", "1")
    vault.put(home.paths, "satu", "2")
    assert vault.items(home.paths, "sa") == {"satu": "2"}
    vault.put(home.paths, "satu", None)
    assert vault.get(home.paths, "satu") is None
    first = vault.store_folder(home.paths, "lain")
    assert vault.store_folder(home.paths, "lain") == first


def test_f10_unsent_work_is_counted_without_the_key(make_home: MakeHome) -> None:
    home = make_home()
    encrypt(home)
    home.forget()
    assert vault.unsent_work(home.paths) == 2


def test_f9_destroying_follows_no_link(make_home: MakeHome, tmp_path: Path) -> None:
    home = make_home(work=False)
    outside = tmp_path / "outside"
    outside.mkdir()
    kept = outside / "kept.txt"
    kept.write_text("tetap ada")
    encrypt(home)
    inside = vault.folder(home.paths)
    (inside / "link.txt").symlink_to(kept)
    (inside / "folder").symlink_to(outside)
    wipe.forget(home.paths)
    assert not inside.exists()
    assert kept.read_text() == "tetap ada"
    sealing.shred(home.home / "never-there")
    (home.home / "link.txt").symlink_to(kept)
    sealing.shred(home.home / "link.txt")
    assert kept.read_text() == "tetap ada"
    assert not (home.home / "link.txt").is_symlink()


def test_f9_every_byte_is_overwritten_before_its_name_goes(make_home: MakeHome) -> None:
    home = make_home()
    encrypt(home)
    # A second name of each file shows what becomes of its bytes.
    names = [file for file in files(vault.folder(home.paths)) if file.stat().st_size]
    seconds = [home.home / f"second-{number}" for number, _file in enumerate(names)]
    for file, second in zip(names, seconds, strict=True):
        second.hardlink_to(file)
    wipe.forget(home.paths)
    for second in seconds:
        assert second.stat().st_size > 0
        assert not any(second.read_bytes())


def test_f9_one_of_two_stores_goes_and_the_other_stays(make_home: MakeHome) -> None:
    home = make_home()
    mine = home.paths.data / "stores" / Path(accounts.load(home.paths).store).parent.name
    other = home.server.officer("lain", ["35.72"])
    home.sign_in(other)
    encrypt(home)
    lost = vault.store_folder(home.paths, mine.name)
    left = Path(accounts.load(home.paths).store).parent
    assert lost.is_dir()
    assert lost != left
    for name in ("crash-1.txt", ".unsent-x.age.y"):
        (home.paths.state / name).write_text(PRIVATE)
    wipe.store(home.paths, lost)
    assert not lost.exists()
    assert left.is_dir()
    assert f"store/{mine.name}" not in vault.items(home.paths, "store/")
    assert [one.name for one in home.paths.state.glob("*unsent*")] == []
    assert list(home.paths.state.glob("crash-*")) == []
    wipe.store(home.paths, left)
    assert not vault.sealed(home.paths)


def test_f10_what_a_kill_left_is_swept_when_nobody_else_is_here(make_home: MakeHome) -> None:
    home = make_home()
    encrypt(home)
    for name in (vault.OLD, vault.NEW, vault.GONE):
        (home.paths.data / name).mkdir()
        (home.paths.data / name / "akk.db").write_text(NOTE)
    home.paths.account_file.write_text(home.officer)
    assert vault.left_over(home.paths)
    with used_elsewhere(home):
        sealing.finish(home.paths)
        assert vault.left_over(home.paths)
    sealing.finish(home.paths)
    assert not vault.left_over(home.paths)
    assert readable(home.home, home.secrets()) == []
    assert NOTE * 40 in texts(home)
