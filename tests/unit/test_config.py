"""The settings file: defaults, provenance, refusals with file, line and nearest key, writing in one step."""

from pathlib import Path

import pytest

from akk_tui import config, paths


@pytest.fixture
def profile(tmp_path: Path) -> paths.Paths:
    return paths.find(tmp_path / "home", {})


def write(profile: paths.Paths, text: str | bytes) -> Path:
    paths.write_private(profile.config_file, text if isinstance(text, bytes) else text.encode())
    return profile.config_file


def test_without_a_file_everything_is_default(profile: paths.Paths) -> None:
    settings = config.load(profile)
    assert settings.server.url is None
    assert settings.sync.every_minutes == 5
    assert settings.ui.glyphs == "auto"
    assert {row.source for row in config.show(settings)} == {"default"}
    assert [row.name for row in config.show(settings)] == list(config.names())
    assert not profile.config.exists()


def test_values_know_their_line(profile: paths.Paths) -> None:
    file = write(
        profile,
        '# mine\n[server]\nurl = "https://akk.example"\nca_file = "/etc/ca.pem"\nproxy = "http://p:3128"\n\n'
        '[ui]\nlang = "en"\ntheme="light"\n[sync]\nevery_minutes = 0\nat_start = false\ncycles = ["2025"]\n'
        '[keys]\n"sync.now" = "f5"\nhelp = "f1"\n',
    )
    settings = config.load(profile)
    assert settings.server == config.ServerSettings("https://akk.example", Path("/etc/ca.pem"), "http://p:3128")
    assert settings.ui == config.UiSettings("en", "light", "normal", "auto")
    assert settings.sync == config.SyncSettings(0, False, ("2025",))
    assert settings.keys == {"sync.now": "f5", "help": "f1"}
    assert settings.source("server.url") == f"{file}:3"
    assert settings.source("sync.cycles") == f"{file}:13"
    assert settings.source("keys.sync.now") == f"{file}:15"
    assert settings.source("ui.density") == "default"
    assert settings.get("keys.help") == "f1"
    shown = {row.name: row for row in config.show(settings)}
    assert shown["server.ca_file"].value == "/etc/ca.pem"
    assert shown["sync.cycles"].value == ["2025"]
    assert shown["keys.help"].source == f"{file}:16"
    with pytest.raises(KeyError):
        settings.get("ui.colour")


def test_dotted_and_inline_forms_have_lines_too(profile: paths.Paths) -> None:
    file = write(profile, 'ui.theme = "light"\nsync = { every_minutes = 7 }\n[keys.sync]\nnow = "g"\n')
    settings = config.load(profile)
    assert settings.source("ui.theme") == f"{file}:1"
    assert settings.source("sync.every_minutes") == f"{file}:2"
    assert settings.keys == {"sync.now": "g"}
    assert settings.source("keys.sync.now") == f"{file}:4"


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ('[ui]\nthem = "dark"\n', config.MisspeltSetting, ("baris 2", "ui.them", "ui.theme")),
        ('[sync]\nurl = "https://a"\n', config.MisspeltSetting, ("baris 2", "sync.url", "server.url")),
        ('\n\n[srever]\nurl = "x"\n', config.MisspeltSetting, ("baris 3", "srever", "server")),
        ("[zzz]\nqqq = 1\n", config.UnknownSetting, ("baris 1", "zzz")),
        ("server = 3\n", config.ConfigError, ("baris 1", "server")),
        ('[ui]\nlang = "de"\n', config.WrongSetting, ("baris 2", "ui.lang = de", "id, en")),
        ("[ui]\ntheme = 3\n", config.WrongSetting, ("baris 2", "ui.theme = 3")),
        ("[sync]\nevery_minutes = true\n", config.WrongSetting, ("baris 2", "0–1440")),
        ("[sync]\nevery_minutes = 1441\n", config.WrongSetting, ("baris 2", "1441")),
        ('[sync]\n\nat_start = "yes"\n', config.WrongSetting, ("baris 3", "true, false")),
        ('[sync]\ncycles = "2025"\n', config.WrongSetting, ("baris 2", "2025")),
        ('[sync]\ncycles = ["25"]\n', config.WrongSetting, ("baris 2",)),
        ("[server]\nca_file = 1\n", config.WrongSetting, ("baris 2", "ca_file")),
        ('[server]\nurl = "ftp://x"\n', config.WrongSetting, ("baris 2", "https://")),
        ('[server]\nurl = "https://user:pw@x"\n', config.WrongSetting, ("baris 2",)),
        ('[keys]\nhelp = "f1 f2"\n', config.WrongSetting, ("baris 2", "keys.help")),
        ("[ui\n", config.ConfigError, ("baris 1",)),
        ("[ui]\nlang =\n", config.ConfigError, ("baris 2",)),
        ("[ui]\nlang = 'id", config.ConfigError, ("baris 2",)),
        (b"[ui]\n\nlang = '\xff'\n", config.ConfigError, ("baris 3", "UTF-8")),
        ("a = " + "[" * 5000, config.ConfigError, ("baris 1",)),
    ],
)
def test_a_fault_is_named_with_file_line_and_nearest(
    profile: paths.Paths, text: str | bytes, error: type[config.ConfigError], words: tuple[str, ...]
) -> None:
    file = write(profile, text)
    with pytest.raises(error) as caught:
        config.validate(profile)
    said = caught.value.words()
    assert str(file) in said
    for word in words:
        assert word in said
    assert caught.value.exit_code == 1


def test_a_fault_lets_no_escape_sequence_through(profile: paths.Paths) -> None:
    write(profile, '[ui]\n"\\u001b[31mx" = 1\n')
    with pytest.raises(config.ConfigError) as caught:
        config.load(profile)
    assert "\x1b" not in caught.value.words()


def test_an_unreadable_file_is_said(profile: paths.Paths) -> None:
    profile.config_file.mkdir(parents=True)
    with pytest.raises(config.ConfigUnreadable) as caught:
        config.load(profile)
    assert str(profile.config_file) in caught.value.words()


def test_set_writes_privately_and_reads_back(profile: paths.Paths) -> None:
    config.set_value(profile, "server.url", " https://akk.example ")
    config.set_value(profile, "sync.every_minutes", "15")
    config.set_value(profile, "sync.at_start", "tidak")
    config.set_value(profile, "sync.cycles", "2024, 2025")
    config.set_value(profile, "server.ca_file", "/etc/ca.pem")
    config.set_value(profile, "keys.sync.now", "g")
    settings = config.set_value(profile, "keys.help", "f1")
    assert settings.server.url == "https://akk.example"
    assert settings.sync == config.SyncSettings(15, False, ("2024", "2025"))
    assert settings.keys == {"sync.now": "g", "help": "f1"}
    assert profile.config_file.stat().st_mode & 0o777 == 0o600
    assert config.load(profile) == settings
    assert [path.name for path in profile.config.iterdir()] == ["config.toml"]


def test_empty_text_takes_a_setting_out(profile: paths.Paths) -> None:
    config.set_value(profile, "ui.theme", "light")
    config.set_value(profile, "ui.lang", "en")
    assert config.set_value(profile, "ui.theme", "").ui.theme == "dark"
    config.set_value(profile, "ui.lang", "")
    assert profile.config_file.read_text() == ""
    assert config.load(profile) == config.Settings()


@pytest.mark.parametrize(
    ("name", "text", "error", "words"),
    [
        ("ui.them", "dark", config.NoSuchSetting, ("ui.them", "ui.theme")),
        ("qqqq", "x", config.NoSuchSetting, ("qqqq",)),
        ("keys", "x", config.NoSuchSetting, ("keys",)),
        ("ui.lang", "de", config.NotAllowed, ("ui.lang = de", "id, en")),
        ("sync.every_minutes", "soon", config.NotAllowed, ("0–1440",)),
        ("sync.at_start", "perhaps", config.NotAllowed, ("true, false",)),
        ("keys.help", "f1 f2", config.NotAllowed, ("keys.help",)),
    ],
)
def test_set_refuses_in_words_and_leaves_the_file(
    profile: paths.Paths, name: str, text: str, error: type[config.ConfigError], words: tuple[str, ...]
) -> None:
    before = write(profile, "[ui]\n# kept\n").read_bytes()
    with pytest.raises(error) as caught:
        config.set_value(profile, name, text)
    assert caught.value.exit_code == 2
    for word in words:
        assert word in caught.value.words()
    assert profile.config_file.read_bytes() == before


def test_set_does_not_write_over_a_broken_file(profile: paths.Paths) -> None:
    before = write(profile, "[ui]\nlang = 'de'\n").read_bytes()
    with pytest.raises(config.WrongSetting):
        config.set_value(profile, "ui.theme", "light")
    assert profile.config_file.read_bytes() == before


COMMENTED = """\
# Setelan kantor
[server]
url = "https://akk.example"  # dari bagian TI

[ui]
theme = 'light'	# silau
# bahasa dari LANG
[keys]
"sync.now" = "g"
help = "f1"  # dekat esc
"""


@pytest.mark.parametrize(
    ("name", "text", "old", "new"),
    [
        ("ui.theme", "mono", "theme = 'light'\t# silau", 'theme = "mono"\t# silau'),
        ("ui.theme", "", "theme = 'light'\t# silau", "# silau"),
        ("ui.lang", "en", "# silau\n", '# silau\nlang = "en"\n'),
        ("server.url", "https://b.example", '"https://akk.example"  #', '"https://b.example"  #'),
        ("keys.sync.now", "f5", '"sync.now" = "g"', '"sync.now" = "f5"'),
        ("keys.sync.now", "", '"sync.now" = "g"\n', ""),
        ("keys.edit.undo", "f6", "dekat esc\n", 'dekat esc\n"edit.undo" = "f6"\n'),
        ("sync.cycles", "2024,2025", "dekat esc\n", 'dekat esc\n\n[sync]\ncycles = ["2024", "2025"]\n'),
    ],
)
def test_set_changes_one_line_and_keeps_the_rest(
    profile: paths.Paths, name: str, text: str, old: str, new: str
) -> None:
    for newline in ("\n", "\r\n"):
        write(profile, COMMENTED.replace("\n", newline))
        config.set_value(profile, name, text)
        assert profile.config_file.read_bytes().decode() == COMMENTED.replace(old, new).replace("\n", newline)
        assert profile.config_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("before", "name", "text", "after"),
    [
        ('ui.theme = "light" # a\n', "ui.lang", "en", 'ui.theme = "light" # a\nui.lang = "en"\n'),
        ('ui = { lang = "en" } # a', "sync.at_start", "ya", 'ui = { lang = "en" } # a\n\n[sync]\nat_start = true\n'),
        ("[sync] # a\ncycles = [ # b\n '2024',\n]\n", "sync.cycles", "2025", '[sync] # a\ncycles = ["2025"]\n'),
        ("[ui] # a", "ui.theme", "mono", '[ui] # a\ntheme = "mono"\n'),
        ('# a\n[ui]\ntheme = """li\\\nght"""\n', "ui.theme", "mono", '# a\n[ui]\ntheme = "mono"\n'),
        ("# a\n[keys.sync]\nnow = 'g'\n", "keys.sync.now", "f5", "# a\n[keys.sync]\nnow = \"f5\"\n"),
        ("# a\n[keys.sync]\nnow = 'g'\n", "keys.help", "f1", "# a\n[keys.sync]\nnow = 'g'\n\n[keys]\nhelp = \"f1\"\n"),
        ("# hanya komentar\n", "ui.lang", "en", '# hanya komentar\n\n[ui]\nlang = "en"\n'),
    ],
)  # fmt: skip
def test_every_way_to_write_toml_is_edited_in_place(
    profile: paths.Paths, before: str, name: str, text: str, after: str
) -> None:
    write(profile, before)
    config.set_value(profile, name, text)
    assert profile.config_file.read_text() == after


def test_a_file_that_no_small_edit_fits_is_left_alone_and_the_line_is_said(profile: paths.Paths) -> None:
    before = write(profile, 'ui = { theme = "light" } # a\n').read_bytes()
    with pytest.raises(config.FileKept) as caught:
        config.set_value(profile, "ui.lang", "en")
    assert 'lang = "en"' in caught.value.words()
    assert "[ui]" in caught.value.words()
    assert profile.config_file.read_bytes() == before
    with pytest.raises(config.FileKept):
        config.set_value(profile, "ui.theme", "")
    assert profile.config_file.read_bytes() == before


def test_a_file_without_comments_is_written_anew_where_no_small_edit_fits(profile: paths.Paths) -> None:
    write(profile, 'ui = { theme = "light" }\n')
    settings = config.set_value(profile, "ui.lang", "en")
    assert settings.ui == config.UiSettings("en", "light")
    assert config.set_value(profile, "ui.theme", "").ui == config.UiSettings("en")


def test_the_environment_is_named_where_it_decides(profile: paths.Paths) -> None:
    write(profile, '[ui]\ntheme = "light"\nglyphs = "unicode"\n')
    shown = {row.name: row for row in config.show(config.load(profile), {"NO_COLOR": "1", "AKK_GLYPHS": "ascii"})}
    assert (shown["ui.theme"].value, shown["ui.theme"].source) == ("mono", "environment:NO_COLOR")
    assert (shown["ui.glyphs"].value, shown["ui.glyphs"].source) == ("ascii", "environment:AKK_GLYPHS")
    shown = {row.name: row for row in config.show(config.load(profile), {"NO_COLOR": "", "AKK_GLYPHS": "x"})}
    assert shown["ui.theme"].value == "light"
    assert shown["ui.glyphs"].value == "unicode"


def test_the_schema_and_the_values_agree() -> None:
    settings = config.Settings()
    for setting in config.SETTINGS:
        value = settings.get(setting.name)
        assert (list(value) if isinstance(value, tuple) else value) == setting.default, setting.name
        assert setting.title
        assert setting.help
        for word, title in setting.choices:
            assert title
            assert setting.form.check(setting.form.read(word)) is not None
