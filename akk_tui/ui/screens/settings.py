"""Setelan: every setting of the schema with its value and where that comes from, changed by keys."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import DataTable

from akk_tui import config
from akk_tui.config.schema import Setting
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.ui import encrypting, setting_rows
from akk_tui.ui.screens.base import AkkScreen
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column


class SettingsScreen(AkkScreen):
    """The settings by group, then account, terminal and files."""

    ID: ClassVar[str] = "settings"
    AUTO_FOCUS: ClassVar[str | None] = "#settings"
    HELP = N_(
        "{key:settings.change} mengubah setelan di bawah kursor, kiri dan kanan berganti pilihan seketika, "
        "{key:settings.reset} mengembalikan bawaan. Kolom Asal menyebut dari mana nilainya: bawaan, baris berkas "
        "setelan, atau lingkungan. Komentar Anda di berkas setelan tetap."
    )
    DEFAULT_CSS = """
    SettingsScreen {
        & #settings { height: 1fr; }
        & #about { height: 4; padding: 0 1; background: $panel; }
        &.-tiny #about { height: 3; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._settings = config.Settings()
        self._broken: AkkError | None = None
        self._rows: dict[str, setting_rows.Row] = {}

    def body(self) -> ComposeResult:
        yield AkkTable(id="settings")
        yield Words(id="about")

    def refresh_view(self) -> None:
        self._read()
        self._show()

    def _read(self) -> None:
        paths = self.akk.paths
        if paths is None:
            return
        try:
            self._settings, self._broken = config.load(paths), None
        except AkkError as cause:
            self._broken = cause

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        made = setting_rows.rows(self.akk, self._settings)
        self._rows = {row.key: row for row in made}
        columns = self._columns()
        group, lines = "", list[tuple[str, list[Text]]]()
        for row in made:
            cells = [self._cell(row, column, first=row.group != group) for column in columns]
            group = row.group
            lines.append((row.key, cells))
        self.query_one(AkkTable).fill(columns, lines)
        self._about()

    def _columns(self) -> list[Column]:
        """Group, title, value, origin; the origin falls away first, then the group."""
        width = max(self.space.width - 2, 30)
        group = 15 if width >= 64 else 0
        origin = min(30, width // 4) if width >= 76 else 0
        title = 20 if width >= 64 else 17
        found = [
            Column("group", "", group),
            Column("title", _("Setelan"), title),
            Column("value", _("Nilai"), width - group - title - origin),
            Column("origin", _("Asal"), origin),
        ]
        return [column for column in found if column.width]

    def _cell(self, row: setting_rows.Row, column: Column, *, first: bool) -> Text:
        width, tone = (column.width or 2) - 1, self.akk.tone
        if column.key == "group":
            return cell(" " + row.group if first else "", tone("primary"), width=width)
        if column.key == "title":
            return cell(row.title, "" if row.setting or row.key in setting_rows.OPENS else tone("muted"), width=width)
        if column.key == "value":
            return cell(row.value, tone(row.tone or "strong") if row.setting or row.tone else "", width=width)
        return cell(row.origin, tone("warn" if row.tone == "warn" else "muted"), width=width)

    def _about(self) -> None:
        row, lines = self._here, list[str]()
        if self._broken is not None:
            lines.append(self._broken.words(_))
        if row is not None:
            lines.append(row.detail)
        self.query_one("#about", Words).show(content("\n".join(lines), "$text-error" if self._broken else ""))

    @property
    def _here(self) -> setting_rows.Row | None:
        return self._rows.get(self.query_one(AkkTable).cursor_key or "")

    @property
    def _setting(self) -> Setting | None:
        row = self._here
        return row.setting if row is not None else None

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        self._about()
        self.renew_keys()

    async def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        await self.akk.action_command("settings.change")

    # --- why a command is off

    def keep_off(self) -> str | None:
        """Why nothing can be changed."""
        if self.akk.paths is None:
            return _("Profil ini tidak menyimpan setelan.")
        return self._broken.words(_) if self._broken is not None else None

    def change_off(self) -> str | None:
        """Why the line under the cursor cannot be changed."""
        row = self._here
        if row is None or (row.setting is None and row.key not in setting_rows.OPENS):
            return _("Baris ini hanya memberi tahu; di sini tidak ada yang diubah.")
        if row.key == setting_rows.ENCRYPTION:
            return encrypting.off(self.akk.paths)
        return self.keep_off()

    def step_off(self) -> str | None:
        """Why left and right do nothing here."""
        setting = self._setting
        if setting is None or setting.kind in ("line", "list", "columns"):
            return self.change_off() or self.akk.keyed(_("Tekan {key:settings.change} untuk mengubahnya."))
        return self.keep_off()

    def reset_off(self) -> str | None:
        """Why there is nothing to take back."""
        setting = self._setting
        if setting is not None and self._settings.source(setting.name) == "default":
            return _("Nilainya sudah bawaan.")
        return self.change_off()

    # --- changing

    def action_change(self) -> None:
        """Ask for a new value."""
        setting = self._setting
        if setting is None and self._here is not None and self._here.key == setting_rows.ENCRYPTION:
            self.akk.action_encrypt()
        elif setting is None:
            self.action_edit_keys()
        elif setting.kind == "theme":
            from akk_tui.ui.chooser import choose_theme

            choose_theme(self.akk)
        elif setting.kind in ("choice", "flag"):
            self._choose(setting)
        elif setting.kind == "columns":
            from akk_tui.ui import columns

            screen = next(screen for screen, name in columns.SETTING.items() if name == setting.name)
            columns.choose(self.akk, screen, self.space.width - 3, partial(self.set_value, setting))
        else:
            self._ask(setting)

    def _choose(self, setting: Setting) -> None:
        from akk_tui.ui.chooser import Chooser, Option

        options = [Option(value, _(title)) for value, title in setting.choices]
        now = setting_rows.text_of(self._settings, setting.name)

        def chosen(value: str | None) -> None:
            if value is not None:
                self.set_value(setting, value)

        self.akk.push_screen(Chooser(_(setting.title), options, now or None), chosen)

    def _ask(self, setting: Setting) -> None:
        from akk_tui.ui.forms import Form, FormField

        def check(text: str) -> str | None:
            try:
                config.checked(setting.name, text)
            except AkkError as cause:
                return cause.words(_)
            return None

        field = FormField(
            "value",
            _(setting.title),
            setting_rows.text_of(self._settings, setting.name),
            check=check,
            hint=_("Diterima: {allowed}.").format(allowed=setting.form.allowed),
        )

        def typed(texts: dict[str, str] | None) -> None:
            if texts is not None:
                self.set_value(setting, texts["value"])

        self.akk.push_screen(Form(_(setting.title), [field], note=_(setting.help)), typed)

    def action_step(self, by: int) -> None:
        """The next or previous value, without a window."""
        setting = self._setting
        if setting is None:
            return
        if setting.kind == "theme":
            values: list[str] = list(self.akk.loaded_themes.themes)
        elif setting.kind == "number":
            values = list(setting_rows.MINUTES)
        else:
            values = [value for value, _title in setting.choices]
        now = setting_rows.text_of(self._settings, setting.name)
        if setting.kind == "theme":
            now = setting_rows.plain_name(now)
        at = values.index(now) + by if now in values else 0
        self.set_value(setting, values[at % len(values)])

    def action_reset(self) -> None:
        """Back to the default."""
        setting = self._setting
        if setting is not None:
            self.set_value(setting, "")

    def set_value(self, setting: Setting, text: str) -> None:
        """Write a setting and let it take effect; what cannot be written is said."""
        app = self.akk
        if app.paths is None:
            return
        try:
            self._settings = config.set_value(app.paths, setting.name, text)
        except AkkError as cause:
            app.tell_error(cause)
            return
        by_env = config.overruled(setting.name)
        if by_env is not None:
            words = _("Tersimpan, tetapi {name} dari lingkungan yang menentukan.")
            app.tell(words.format(name=by_env[0]), "warning")
        elif setting.applies != "now":
            app.tell(_(setting_rows.APPLIES[setting.applies]))
        app.apply(setting.name, self._settings)
        self.renew()
        self.renew_lines()

    def action_edit_keys(self) -> None:
        """Show all commands with their keys."""
        from akk_tui.ui.key_editor import KeyEditor

        def closed(_answer: Any) -> None:
            self.renew()

        self.akk.push_screen(KeyEditor(self._settings), closed)
