"""Identity, S5: no default account; the first administrator comes by a link that is printed once, and ends."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from identity_api import PASSWORD, title, World, wrong
from server_api import Server
from sqlalchemy import func, select

from akk_tui.server import cli, setup
from akk_tui.server.db.tables import INVITE, OFFICER, TOKEN
from akk_tui.server.db.tables import PASSWORD as STORED

pytestmark = pytest.mark.security


@pytest.fixture
def fresh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """A database that ``init`` made, and what it printed."""
    db = tmp_path / "fresh.db"
    assert cli.main(["--lang", "id", "init", "--db", str(db), "--public-url", "https://akk.example.go.id"]) == 0
    return db, capsys.readouterr().out


@pytest.fixture
def opened(fresh: tuple[Path, str]) -> Iterator[World]:
    server = Server(fresh[0])
    world = World(server)
    world.now = time.time()
    yield world
    server.close()


def _token(out: str) -> str:
    return out.strip().rpartition("/")[2]


def test_s5_a_fresh_server_has_no_account_and_no_secret_but_the_first_invitation(opened: World) -> None:
    with opened.server.database.reading() as connection:
        counts = [connection.execute(select(func.count()).select_from(t)).scalar() for t in (OFFICER, STORED, TOKEN)]
        assert counts == [0, 0, 0]
        (invitation,) = connection.execute(select(INVITE)).all()
        assert invitation.officer is None
    for name, password in [("admin", "admin"), ("admin", "password"), ("root", ""), ("akk", "akk"), ("", "")]:
        response = opened.login(opened.device()["user_code"], name, password or "x")
        assert response.status_code == 422


def test_s5_init_prints_the_link_once_on_a_line_of_its_own(
    fresh: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    db, out = fresh
    assert out.startswith("https://akk.example.go.id/invite/akk_in_")
    assert len(out.splitlines()) == 1
    # A second one makes the first void: what was printed and lost is no danger.
    assert cli.main(["init", "--db", str(db)]) == 0
    again = capsys.readouterr()
    assert again.out.startswith("/invite/akk_in_")
    world = World(Server(db))
    world.now = time.time()
    assert world.client.get(f"/invite/{_token(out)}").status_code == 404
    assert world.client.get(f"/invite/{_token(again.out)}").status_code == 200
    world.server.close()


def test_s5_the_link_makes_one_administrator_and_ends(
    fresh: tuple[Path, str], opened: World, capsys: pytest.CaptureFixture[str]
) -> None:
    db, out = fresh
    token = _token(out)
    assert title(opened.client.get(f"/invite/{token}")) == "Administrator pertama"
    assert wrong(opened.invited(token, name="Bukan Nama", display="")).keys() == {"name"}
    assert title(opened.invited(token, name="dewi", display="Dewi Lestari")) == "Kata sandi tersimpan"
    assert opened.invited(token, name="lain").status_code == 404
    (user,) = setup.list_users(db)
    assert (user.name, user.display, user.role) == ("dewi", "Dewi Lestari", "admin")
    assert opened.signed_in("dewi").get().json()["officer"]["role"] == "admin"
    # From now on ``init`` has nothing to print.
    assert cli.main(["init", "--db", str(db)]) == 0
    assert capsys.readouterr().out == ""


def test_s5_the_link_ends_after_a_day(fresh: tuple[Path, str], opened: World) -> None:
    opened.now += 24 * 3600 + 1
    assert opened.client.get(f"/invite/{_token(fresh[1])}").status_code == 404


def test_s5_the_link_ends_when_there_is_an_administrator_already(fresh: tuple[Path, str], opened: World) -> None:
    setup.add_user(fresh[0], "sri", "petugas")
    assert opened.client.get(f"/invite/{_token(fresh[1])}").status_code == 200
    setup.add_user(fresh[0], "dewi", "admin")
    assert opened.client.get(f"/invite/{_token(fresh[1])}").status_code == 404
    assert opened.invited(_token(fresh[1]), name="penyusup", password=PASSWORD).status_code == 404


def test_s5_the_link_goes_into_a_file_of_its_owner_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db, target = tmp_path / "x.db", tmp_path / "tautan"
    assert cli.main(["init", "--db", str(db), "--out", str(target)]) == 0
    assert capsys.readouterr().out == ""
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert target.read_text().startswith("/invite/akk_in_")


def test_s5_the_sample_has_officers_and_so_no_first_invitation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = tmp_path / "demo.db"
    assert cli.main(["init", "--demo", "--db", str(db)]) == 0
    assert capsys.readouterr().out == ""
    server = Server(db)
    with server.database.reading() as connection:
        for table in (STORED, TOKEN, INVITE):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0
    server.close()
