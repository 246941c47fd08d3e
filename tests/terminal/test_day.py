"""One officer's day in the real program, from the first look to the report, half of it without a network.

``AKK_PICTURES=write .venv/bin/pytest -n 0 tests/terminal/test_day.py`` makes the README's pictures anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from day import CTRL_S, CTRL_T, CTRL_X, Day, DOWN, ENTER, ESC, RIGHT, SPACE, TAB
from programs import Home

HIDDEN = ("Kota Mataram", "perkiraan", "proyeksi", "Nilai", "luring", "daring", "belum terkirim", "Catatan", "contoh1")
"""What the other side of the table must not see."""


def in_top(day: Day, shown: str) -> Callable[[str], bool]:
    """Whether ``shown`` stands in the status line."""
    return lambda _text: shown in day.top


def waiting(day: Day) -> int:
    """How many changes the status line says are not sent yet."""
    found = re.search(r"(\d+) (?:belum terkirim|not sent)", "\n".join(day.app.lines[:2]))
    return int(found[1]) if found else 0


def test_a_day_in_indonesian(tmp_path: Path) -> None:
    with Day(tmp_path / "demo") as day:
        look_at_the_portfolio(day)
        open_a_region(day)
        try_priorities(day)
        lose_the_network(day)
        sit_with_an_agency(day)
        hold_a_meeting(day)
        write_a_note(day)
        differ_with_a_colleague(day)
        report_the_visit(day)
        day.close("Tersimpan: ~/laporan")
        day.leave()
        assert day.home.ok("outbox", "list")["operations"] == []


def look_at_the_portfolio(day: Day) -> None:
    """Past the guide of the first run."""
    day.see("Panduan singkat", "enter")
    day.type(ENTER * 3)
    day.gone("Panduan singkat")
    day.see(
        "DATA CONTOH", "Daerah × komponen (19)", "Kota Blitar", "84,05", "terlambat 17 hari", in_top(day, "● daring")
    )
    assert "Penilaian 29 hari lagi" in day.top
    assert "belum terkirim" not in day.top
    day.picture("dasbor", "Dasbor: tahapan, kesiapan, peta daerah kali komponen, dan apa yang perlu perhatian")


def open_a_region(day: Day) -> None:
    """``/``, its name, enter."""
    day.type("/", "kota blitar")
    day.see("Kota Blitar · Jawa Timur · 35.72")
    day.type(ENTER)
    day.see("ambang lulus > 90", "Nilai resmi 84,05", "pendampingan 14 Feb ●", "2.4 Kepatuhan Pelaporan LHKPN (100%)")
    day.picture("daerah", "Halaman Kota Blitar: indikator dan butir buktinya")


def try_priorities(day: Day) -> None:
    """In a sandbox that leaves nothing behind."""
    day.type("w")
    day.see("Prioritas pemenuhan (28)", "sampai di sini melampaui > 90")
    day.type(SPACE)
    day.see("SIMULASI", "1 butir dicoba · perkiraan 79,82 → 81,58")
    day.type("a")
    day.see("9 butir dicoba", "ambang terlampaui")
    day.picture("prioritas", "Prioritas pemenuhan: butir yang dicoba dan nilai yang menyusul")
    day.type(ESC)
    day.see("Buang dan keluar")
    day.type("1")
    day.see("Nilai resmi 84,05", "perkiraan 79,82")
    assert waiting(day) == 0


def lose_the_network(day: Day) -> None:
    """Right after a colleague has said something about 2.4.3 that the officer does not know yet."""
    colleague = day.colleague()
    colleague.ok("tick", "35.72", "2.4.3", "diverifikasi")
    assert colleague.ok("sync")["pushed"] == 1
    day.stop_server()
    day.type("s")
    day.see("menolak sambungan", in_top(day, "○ luring"))


def sit_with_an_agency(day: Day) -> None:
    """Meeting mode with BKPSDM: an item is ticked before its eyes."""
    day.type(DOWN * 5)
    day.see("BKPSDM, Inspektorat · batas waktu 30 Sep")
    day.type(RIGHT, DOWN)
    day.see("2.4.3 Bukti sanksi atas keterlambatan pelaporan")
    day.type("m")
    day.see("BKPSDM · Kota Blitar", "5 bukti dukung masih diminta", "ctrl+x keluar")
    day.type(DOWN, SPACE)
    day.see("2.4.3 Bukti sanksi", "1–6 atau enter memilih")
    day.type("3")
    shown = day.see("2.4.3 menjadi diunggah; tersimpan.")
    for words in HIDDEN:
        assert words not in shown
    day.picture("rapat", "Mode rapat: hanya bukti dukung OPD ini di daerah ini")
    day.type("1", "4", ESC, "q")
    assert "BKPSDM · Kota Blitar" in day.app.text
    day.type(CTRL_X)
    day.see("ambang lulus > 90", "perkiraan 80,15", in_top(day, "1 belum terkirim"))
    day.type("]]")
    day.see("Tren", "ambang")
    day.picture("tren", "Tren: nilai, ambang lulus dan proyeksi")


def hold_a_meeting(day: Day) -> None:
    """An activity with attendance, an outcome, and a follow-up from its line."""
    day.type("5")
    day.see("pekan 6–12 Okt 2025 · pekan ini", "Rapat kemajuan bukti dukung (contoh)")
    day.type(ENTER)
    day.see("Kehadiran", "Belum ada hasil", "[ ] Inspektorat")
    day.type(SPACE)
    day.see("[✓] Inspektorat", "Kehadiran 1/1")
    day.type(DOWN, SPACE)
    day.see("[✓] BKPSDM", "Kehadiran 2/2")
    day.type(DOWN, SPACE, SPACE)
    day.see("[◐] Bagian Hukum", "diwakili")
    day.type("h")
    day.see("Hasil · Rapat kemajuan bukti dukung")
    day.type("Surat sanksi LHKPN dilengkapi", CTRL_T)
    day.see("Tindak lanjut baru · Kota Blitar", "Yang diminta *  Surat sanksi LHKPN dilengkapi")
    day.type(f"BKPSDM{TAB}20 okt")
    day.see("= Sen, 20 Okt 2025")
    day.type(CTRL_S)
    day.gone("Tindak lanjut baru")
    day.type(CTRL_S)
    day.see("Tindak lanjut 1", "Surat sanksi LHKPN dilengkapi", "20 Okt      BKPSDM", "KPK · OPD hadir 3 dari 3")
    assert waiting(day) == 7
    day.picture("kegiatan", "Kegiatan: kehadiran OPD, hasil, dan tindak lanjut yang lahir darinya")


def write_a_note(day: Day) -> None:
    """About the activity, with a follow-up from one of its lines."""
    day.type("c")
    day.see("Kota Blitar · Rapat kemajuan bukti dukung (contoh)", "judul", "Tulis di sini.")
    day.type(f"Rapat kemajuan{TAB}lhkpn, wbs{TAB}BKPSDM membawa **surat sanksi**, belum bernomor.{ENTER}")
    day.type(f"- [ ] nomor surat{ENTER}tanggal penetapan{ENTER}{ENTER}Inspektorat meninjau register WBS")
    day.see("- [ ] tanggal penetapan", "Inspektorat meninjau register WBS", "draf tersimpan sendiri")
    day.type(CTRL_T)
    day.see("Yang diminta *  Inspektorat meninjau register WBS")
    day.type(f"Inspektorat{TAB}+7{CTRL_S}")
    day.gone("Yang diminta")
    day.type(CTRL_S)
    day.see("Catatan 1", "Rapat kemajuan", "Tindak lanjut 2")
    assert waiting(day) == 9


def differ_with_a_colleague(day: Day) -> None:
    """The network is back: what the colleague and the officer say about 2.4.3 stands side by side."""
    day.start_server()
    day.type("s")
    day.see(in_top(day, "1 beda isian"), in_top(day, "● daring"))
    assert waiting(day) == 0
    day.type("6")
    day.see(
        "[Beda isian 1]",
        "semula",
        "perlu perbaikan",
        "isian saya",
        "diunggah",
        "isian rekan",
        "diverifikasi",
        "contoh2",
    )
    day.picture("beda-isian", "Beda isian: semula, isian saya, isian rekan")
    day.type("m")
    day.see(lambda _text: "beda isian" not in day.top)
    day.type("s")
    day.see(lambda _text: "↻" not in day.top and waiting(day) == 0)
    colleague = Home(day.folder.parent / "contoh2")
    colleague.ok("sync")
    (region,) = colleague.ok("status", "35.72")["regions"]
    states = {item["id"]: item["state"] for indicator in region["indicators"] for item in indicator["items"]}
    assert states["2.4.3"] == "diunggah"


def report_the_visit(day: Day) -> None:
    day.type("5", ENTER)
    day.see("KPK · OPD hadir 3 dari 3")
    day.type("r")
    day.see("Laporan kunjungan", "= Rab, 8 Okt 2025")
    day.type(CTRL_S)
    day.see("Laporan tersimpan")
    day.picture("laporan", "Laporan kunjungan")
    (path,) = day.folder.parent.glob("*.md")
    text = path.read_text(encoding="utf-8")
    for words in (
        "Kota Blitar",
        "Rapat kemajuan bukti dukung",
        "BKPSDM",
        "Surat sanksi LHKPN dilengkapi",
        "Inspektorat meninjau register WBS",
        "20 Okt 2025",
    ):
        assert words in text


def test_a_shorter_day_in_english_on_a_small_terminal(tmp_path: Path) -> None:
    with Day(tmp_path / "demo", "en", 80, 24) as day:
        day.see("Short guide")
        day.close("Short guide")
        day.see("SAMPLE DATA", "Assessment in 29 days", "● online", "Regions (19) ", "Kota Blitar", "84.05")
        day.type("/", "lhkpn tujuh")
        day.see("LHKPN: tersisa", "Kota Blitar", "esc closes")
        day.close("esc closes")
        day.type("/", "35.72", ENTER)
        day.see("pass mark > 90", "2.4 Compliance with asset declarations", "assisted 14 Feb ●")
        day.type("w", SPACE)
        day.see("WHAT-IF — nothing is saved", "estimate 79.82 → 81.58")
        day.type(ESC)
        day.see("Throw away and leave")
        day.type("1")
        day.see("Official score 84.05")
        day.stop_server()
        day.type("m")
        day.see("Inspektorat · Kota Blitar", "10 pieces of evidence still asked for")
        day.type(SPACE)
        day.see("1.1.4 Minutes", "4  ◕ verified  (now)")
        day.type("5")
        day.see("1.1.4 is now accepted; saved.", "9 pieces of evidence still asked for")
        assert "online" not in day.app.text
        day.type(CTRL_X, "s")
        day.see("Official score 84.05", "○ offline", "1 not sent")
        day.type("5", ENTER)
        day.see("meeting · Kota Blitar · Wed 8 Oct 2025 09:00–12:00 WIB")
        day.type(SPACE, "h")
        day.see("Outcome · Rapat kemajuan bukti dukung")
        day.type(f"The mayor signs the decree{CTRL_T}")
        day.see("New follow-up · Kota Blitar", "The mayor signs the decree")
        day.type(f"Setda{TAB}20 oct")
        day.see("= Mon, 20 Oct 2025")
        day.type(CTRL_S)
        day.gone("New follow-up")
        day.type(CTRL_S)
        day.see("agencies present 1 of 1", "1 open follow-up")
        assert waiting(day) == 4
        day.start_server()
        day.type("s")
        day.see("● online", lambda text: "not sent" not in text)
        day.type("r")
        day.see("Report of a visit", "= Wed, 8 Oct 2025")
        day.type(CTRL_S)
        day.see("Report saved")
        (path,) = tmp_path.glob("*.md")
        for words in ("Kota Blitar", "The mayor signs the decree", "Setda", "20 Oct 2025", "Inspektorat"):
            assert words in path.read_text(encoding="utf-8")
        day.close("Saved: ~/")
        day.leave()
