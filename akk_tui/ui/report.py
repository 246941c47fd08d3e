"""The report of a visit: a form for days, regions and file, then a window that writes it and shows what it says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import ClassVar, NamedTuple, TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui.forms import Form, FormField, YES
from akk_tui.ui.screens.base import AkkModal, Fetched
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.report_drawn import drawn

if TYPE_CHECKING:
    from akk_tui.reports.visit import Asked
    from akk_tui.store.store import Store
    from akk_tui.ui.screens.base import AkkScreen


class Wanted(NamedTuple):
    """One report to write."""

    asked: Asked
    form: str
    """``md`` or ``html``."""
    file: str
    """A file or folder as it was typed."""
    default: str
    """The file's name where that is a folder."""


class Written(NamedTuple):
    """A report that was written."""

    path: Path
    drawn: Content
    private: int
    """Private notes that were left out."""


def ask_report(screen: AkkScreen) -> None:
    """Open the form; it begins with the region and the days that the screen is about."""
    region = getattr(screen, "region_code", None)
    first, last = getattr(screen, "report_days", None) or (screen.store.today(), screen.store.today())
    _ask(screen, _fields(screen, region, first, last))


def _ask(screen: AkkScreen, fields: list[FormField], trouble: str = "") -> None:
    akk = screen.akk
    made: list[Wanted] = []
    taken: list[Path] = []

    def check(texts: dict[str, str]) -> str | None:
        from akk_tui.reports import file

        wanted = _wanted(screen, texts)
        path, there = file.place(wanted.file, wanted.default)
        if there and path not in taken:
            # The same file once more replaces it: said once, then done.
            taken[:] = [path]
            return _("{path} sudah ada. Simpan sekali lagi menggantinya.").format(path=short(path))
        made[:] = [wanted]
        return None

    def closed(texts: dict[str, str] | None) -> None:
        if texts is None or not made:
            return

        def ended(failure: str | None) -> None:
            if failure:
                # Back to what was asked for, with the reason: another file or folder may do.
                _ask(screen, [field._replace(value=texts[field.key]) for field in fields], failure)

        akk.push_screen(ReportWindow(made[0], replace=bool(taken)), ended)

    form = Form(
        _("Laporan kunjungan"),
        fields,
        save=check,
        note=_("Kegiatan, hasil, isian yang berubah, tindak lanjut dan yang belum terkirim; tanpa catatan pribadi."),
        first="file" if trouble else "first",
        trouble=trouble,
    )
    akk.push_screen(form, closed)


def _fields(screen: AkkScreen, region: str | None, first: date, last: date) -> list[FormField]:
    reference = screen.store.reference()
    regions = reference.regions if reference is not None else ()
    known = tuple((str(one.code), f"{one.code} {one.full_name}") for one in regions)
    formats = (("md", _("Markdown, teks biasa")), ("html", _("HTML, untuk dicetak")))
    return [
        FormField("first", _("Hari pertama"), first.isoformat(), kind="date", required=True),
        FormField("last", _("Hari terakhir"), last.isoformat(), kind="date", hint=_("kosong: satu hari saja")),
        FormField(
            "regions",
            _("Daerah"),
            region or "",
            kind="set",
            choices=known,
            hint=_("kode atau nama, dipisah koma; kosong: semua yang ada pekerjaannya"),
        ),
        FormField("basis", _("Dasar"), hint=_("nomor dan tanggal surat tugas; kosong: diisi dengan tangan")),
        FormField("mine", _("Hanya pekerjaan saya"), kind="check"),
        FormField("form", _("Bentuk"), "md", kind="choice", choices=formats),
        FormField("file", _("Berkas"), "~/", required=True, hint=_("folder (dinamai sendiri) atau nama berkas")),
    ]


def _wanted(screen: AkkScreen, texts: dict[str, str]) -> Wanted:
    """The report that the form's ``texts`` mean; raises UnknownRegion and BadDays."""
    from akk_tui.reports import file
    from akk_tui.reports.visit import Asked

    first = date.fromisoformat(texts["first"])
    last = date.fromisoformat(texts["last"]) if texts["last"] else first
    named = [part.strip() for part in texts["regions"].split(",") if part.strip()]
    regions = tuple(dict.fromkeys(screen.store.views.find_region(part) for part in named))
    asked = Asked(screen.akk.cycle, first, last, regions, texts["mine"] == YES, texts["basis"].strip())
    asked.check()
    form = file.format_of(texts["file"], None) if Path(texts["file"]).suffix else texts["form"]
    return Wanted(asked, form, texts["file"].strip(), file.default_name(regions, first, last, form))


def short(path: Path) -> str:
    """``~/laporan.md``."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


class ReportWindow(AkkModal[str]):
    """Writes the report off the loop, says where it is, and shows what it says; arrows scroll, esc closes.

    It answers with the reason where nothing was written.
    """

    HELP = N_("Laporan sudah tersimpan dalam berkas. Panah dan page up/down menggulung; esc atau enter menutup.")
    DEFAULT_CSS = """
    ReportWindow {
        & #said { height: auto; padding: 0 0 1 0; }
        & VerticalScroll { height: 1fr; scrollbar-size: 1 1; }
        & #text { height: auto; }
        & #keys { height: auto; color: $text-muted; }
    }
    """
    BINDINGS = [("enter", "close", N_("Tutup"))]
    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"

    def __init__(self, wanted: Wanted, *, replace: bool = False) -> None:
        super().__init__()
        self.wanted = wanted
        self.replace = replace
        self.written: Written | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Laporan kunjungan"))
            yield Words(content(_("menulis laporan…"), "$text-muted"), id="said")
            with VerticalScroll():
                yield Static(id="text")
            yield Words(content(_("panah menggulung · esc tutup")), id="keys")

    def on_mount(self) -> None:
        wanted, replace = self.wanted, self.replace

        def write(store: Store) -> Written:
            from akk_tui.reports import export, visit_document
            from akk_tui.reports.visit import gather

            visit = gather(store, wanted.asked)
            path = export(store, visit, wanted.form, wanted.file, wanted.default, force=replace)
            return Written(path, drawn(visit_document.document(visit)), visit.private)

        self.fetch("report", write)

    def on_fetched(self, message: Fetched) -> None:
        if message.error is None:
            return
        # Said in the form, and not by what a window does otherwise.
        message.stop()
        message.prevent_default()
        self.dismiss(message.error.words(_))

    def fetched(self, name: str, value: Written) -> None:
        self.written = value
        lines = [content(_("Tersimpan: {path}").format(path=short(value.path)), "bold $text-success")]
        if value.private:
            n = value.private
            words = ngettext(
                "{n} catatan pribadi dari hari-hari itu tidak dimuat.",
                "{n} catatan pribadi dari hari-hari itu tidak dimuat.",
                n,
            )
            lines.append(content(words.format(n=n), "$text-muted"))
        self.query_one("#said", Words).show(Content("\n").join(lines))
        self.query_one("#text", Static).update(value.drawn)
        self.query_one(VerticalScroll).scroll_home(animate=False)
        self.akk.tell(_("Laporan tersimpan: {path}").format(path=short(value.path)))
