"""Keys that arrive in one burst, as over a slow line, do what they would have done one by one."""

from __future__ import annotations

from collections.abc import Callable

from programs import Home
from pseudo import Terminal


def test_a_note_typed_in_one_burst_stands_field_by_field(offline: Home, open_app: Callable[..., Terminal]) -> None:
    home = offline
    app = open_app(home)
    app.wait("DATA CONTOH")
    app.settle()
    app.send("4n35.72\r\rRapat\tmonev, lhkpn\t- [ ] bukti\rSK **segera**\x13")
    app.wait("1 belum terkirim")
    app.send("\x11")
    assert app.ended() == 0
    (note,) = [one for one in home.ok("note", "list")["notes"] if one["state"] == "queued"]
    shown = home.ok("note", "show", note["id"])
    assert (shown["subject"], shown["title"], shown["tags"]) == ("35.72", "Rapat", ["lhkpn", "monev"])
    assert shown["body"].strip() == "- [ ] bukti\n- [ ] SK **segera**"


def test_a_digit_typed_into_a_menu_before_it_stands_chooses_a_state(
    offline: Home, open_app: Callable[..., Terminal]
) -> None:
    home = offline
    app = open_app(home)
    app.wait("DATA CONTOH")
    app.settle()
    app.send("2\r\t 2")
    app.wait("1 belum terkirim")
    app.send("\x11")
    assert app.ended() == 0
    (waiting,) = home.ok("outbox", "list")["operations"]
    assert waiting["set"] == {"item.1.1.4": "perlu_perbaikan"}


def test_a_line_feed_is_enter(offline: Home, open_app: Callable[..., Terminal]) -> None:
    """The terminal makes one of enter as long as no program has asked for the keys themselves."""
    app = open_app(offline)
    app.wait("DATA CONTOH")
    app.settle()
    app.send("/mataram\n")
    app.wait("52.71  Nusa Tenggara Barat")
    app.send("\x11")
    assert app.ended() == 0
