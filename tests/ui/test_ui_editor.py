"""The Markdown editor, the marks it colours, and the preview."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import pytest
from rich.containers import Lines
from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region

from akk_tui.ui.widgets import marks
from akk_tui.ui.widgets.editor import MarkdownEditor
from akk_tui.ui.widgets.markdown import MarkdownView, rendered

TEXT = "# Judul\n- satu\n- [ ] dua **tebal**\n- [x] tiga\n> kutip\n```\n- kode\n```\n1. a\n\nakhir"


class EditorApp(App[None]):
    def __init__(self, text: str = TEXT, **options: Any) -> None:
        super().__init__()
        self.made = MarkdownEditor(text, **options)
        self.full: list[MarkdownEditor.Full] = []

    def compose(self) -> ComposeResult:
        yield self.made

    def on_markdown_editor_full(self, message: MarkdownEditor.Full) -> None:
        self.full.append(message)


def edit(
    test: Callable[[Any, MarkdownEditor], Coroutine[Any, Any, None]], text: str = TEXT, **options: Any
) -> EditorApp:
    app = EditorApp(text, **options)

    async def main() -> None:
        async with app.run_test(size=(60, 20)) as pilot:
            app.made.focus()
            await pilot.pause()
            await test(pilot, app.made)

    asyncio.run(main())
    return app


@pytest.mark.parametrize(
    ("line", "prefix"),
    [
        ("- satu", "- "),
        ("  * satu", "  * "),
        ("9. satu", "10. "),
        ("3) satu", "4) "),
        ("- [x] satu", "- [ ] "),
        ("- ", ""),
        ("- [ ] ", ""),
        ("> kutip", "> "),
        ("> ", ""),
        ("biasa", None),
        ("---", None),
        ("-rapat", None),
    ],
)
def test_enter_goes_on_with_what_the_line_began(line: str, prefix: str | None) -> None:
    assert marks.next_prefix(line) == prefix


@pytest.mark.parametrize(
    ("line", "toggled"),
    [
        ("- [ ] a", "- [x] a"),
        ("- [X] a", "- [ ] a"),
        ("- a", "- [ ] a"),
        ("1. [ ] a", "1. [x] a"),
        ("a", None),
    ],
)
def test_a_box_is_ticked_unticked_or_made(line: str, toggled: str | None) -> None:
    assert marks.toggled_box(line) == toggled


def test_marks_of_a_line_are_found_in_order() -> None:
    kinds = [span.kind for span in marks.spans("- [x] a **b** `c` _d_ ~~e~~ [f](g) *h*")]
    assert kinds == ["list", "done", "done", "strong", "code", "emphasis", "strike", "link", "emphasis"]
    assert [span.kind for span in marks.spans("## Judul **x**")] == ["heading"]
    assert [span.kind for span in marks.spans("***")] == ["rule"]
    assert [span.kind for span in marks.spans("> a")] == ["quote"]
    assert marks.spans("nama_berkas_panjang 2*3*4 `") == [marks.Span(21, 24, "emphasis", 1)]


def test_only_the_same_fence_closes_a_block() -> None:
    assert marks.fenced(["a", "```", "~~~", "b", "```", "c"]) == [False, True, True, True, True, False]


def test_enter_continues_the_list_and_an_empty_item_ends_it() -> None:
    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        editor.move_cursor((2, len("- [ ] dua **tebal**")))
        await pilot.press("enter", "x")
        assert editor.document.get_line(3) == "- [ ] x"
        await pilot.press("enter", "enter", "y")
        assert editor.document.lines[3:6] == ["- [ ] x", "y", "- [x] tiga"]
        editor.move_cursor((0, 3))
        await pilot.press("enter")
        assert editor.document.lines[:2] == ["# J", "udul"]
        editor.move_cursor((2, 0))
        await pilot.press("enter")
        assert editor.document.lines[2:4] == ["", "- satu"], "before the mark Enter is only a new line"

    edit(test)


def test_inside_a_code_block_enter_is_only_a_new_line() -> None:
    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        editor.move_cursor((6, len("- kode")))
        await pilot.press("enter")
        assert editor.document.get_line(7) == ""

    edit(test)


def test_a_box_is_ticked_where_the_cursor_is() -> None:
    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        editor.move_cursor((1, 4))
        editor.action_toggle_box()
        assert editor.document.get_line(1) == "- [ ] satu"
        editor.action_toggle_box()
        assert editor.document.get_line(1) == "- [x] satu"
        assert editor.cursor_location == (1, 8)
        editor.move_cursor((10, 0))
        editor.action_toggle_box()
        assert editor.document.get_line(10) == "akhir"

    edit(test)


def test_the_limit_refuses_what_would_not_fit_and_says_how_much_it_was() -> None:
    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        editor.move_cursor(editor.document.end)
        await pilot.press("a", "é", "b")
        assert editor.text == "12345678a"
        await pilot.press("backspace", "backspace")
        editor.select_all()
        editor.replace("kecil", *editor.selection)
        assert editor.text == "kecil"

    app = edit(test, "12345678", limit=9)
    assert [(full.size, full.limit) for full in app.full] == [(11, 9), (10, 9)]


def test_pasted_text_is_cleaned() -> None:
    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        editor.load_text("")
        editor.post_message(events.Paste("a\x1b]2;PWNED\x07b\r\nc\u202e"))
        await pilot.pause()
        assert editor.text == "ab\nc"
        editor.read_only = True
        editor.post_message(events.Paste("d"))
        await pilot.press("enter", "x")
        editor.action_toggle_box()
        assert editor.text == "ab\nc"

    edit(test)


def test_undo_and_redo_bring_the_text_back() -> None:
    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        editor.move_cursor((10, 5))
        await pilot.press("x")
        editor.history.checkpoint()
        editor.undo()
        assert editor.document.get_line(10) == "akhir"
        editor.redo()
        assert editor.document.get_line(10) == "akhirx"

    edit(test)


def test_a_long_text_goes_at_once_and_comes_back() -> None:
    """The scrollbar goes with it, while the cursor still stands where the text was."""

    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        long = "\n".join(f"baris {n}" for n in range(60))
        editor.insert(long)
        await pilot.pause()
        assert editor.show_vertical_scrollbar
        editor.undo()
        await pilot.pause()
        assert editor.text == ""
        editor.redo()
        await pilot.pause()
        assert editor.text == long
        await pilot.press("ctrl+home", "ctrl+shift+end", "backspace")
        await pilot.pause()
        assert editor.text == ""
        editor.undo()
        await pilot.pause()
        assert editor.text == long

    edit(test, "")


def test_ctrl_home_and_ctrl_end_go_to_the_edges_of_the_text() -> None:
    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        await pilot.press("ctrl+end")
        assert editor.cursor_location == (10, 5)
        await pilot.press("ctrl+shift+home")
        assert editor.selected_text == TEXT
        await pilot.press("ctrl+home")
        assert editor.selection.is_empty
        assert editor.cursor_location == (0, 0)

    edit(test)


def test_markdown_is_coloured_line_by_line() -> None:
    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        assert any(span.style for span in editor.get_line(0).spans)
        assert editor.get_line(10).spans == []
        code = editor.get_line(6)
        assert [(span.start, span.end) for span in code.spans] == [(0, len("- kode"))], "no list inside a code block"

    edit(test)


def _repainted(editor: MarkdownEditor) -> list[Region]:
    """Collect the regions that are asked to be painted again from now on."""
    found: list[Region] = []
    refresh = editor.refresh

    def noting(*regions: Region, **options: Any) -> Any:
        found.extend(regions or [Region(0, 0, editor.size.width, editor.size.height)])
        return refresh(*regions, **options)

    editor.refresh = noting  # type: ignore[method-assign]
    return found


@pytest.mark.parametrize(("keys", "lines"), [(("x",), 1), (("down",), 2), (("right",), 1), (("shift+right",), 1)])
def test_a_key_repaints_only_the_lines_that_changed(keys: tuple[str, ...], lines: int) -> None:
    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        editor.move_cursor((1, 2))
        await pilot.pause()
        found = _repainted(editor)
        await pilot.press(*keys)
        await pilot.pause()
        rows = {row for region in found for row in range(region.y, region.bottom)}
        assert len(rows) == lines, found

    edit(test)


def test_a_new_fence_repaints_everything_below_it() -> None:
    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        editor.move_cursor((4, 0))
        await pilot.pause()
        editor.delete((4, 0), (4, 7))
        found = _repainted(editor)
        editor.insert("```")
        await pilot.pause()
        assert max(region.bottom for region in found) >= 11
        assert [(span.start, span.end) for span in editor.get_line(8).spans] == [(0, 4)], "now inside the code block"

    edit(test)


def test_the_editor_shows_what_a_stock_one_shows() -> None:
    """After any keys the painted lines are those of a full repaint."""

    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        editor.move_cursor((1, 6))
        await pilot.press(
            "x", "enter", "y", "up", "shift+up", "backspace", "down", "pagedown", "ctrl+home", "`", "`", "`"
        )
        await pilot.press("enter", "left", "delete", "ctrl+end", "enter", *"panjang sekali " * 6)
        await pilot.pause()
        shown = [strip.text for strip in pilot.app.screen._compositor.render_strips()]
        styles = [[(part.text, part.style) for part in strip] for strip in pilot.app.screen._compositor.render_strips()]
        editor.notify_style_update()
        editor.refresh(layout=True)
        await pilot.pause()
        again = pilot.app.screen._compositor.render_strips()
        assert [strip.text for strip in again] == shown
        assert [[(part.text, part.style) for part in strip] for strip in again] == styles

    # The keys include characters that Textual names.
    edit(lambda pilot, editor: test(_Named(pilot), editor))


class _Named:
    def __init__(self, pilot: Any) -> None:
        self._pilot = pilot
        self.app = pilot.app
        self.pause = pilot.pause

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*({" ": "space", "`": "grave_accent"}.get(key, key) for key in keys))


# --- the preview


def test_a_note_is_drawn_without_its_marks() -> None:
    drawn = rendered(
        "# Judul\n### Kecil\n- satu **tebal**\n- [x] selesai\n- [ ] belum\n1. pertama\n> kata\n---\n```\nx = *1*\n```\n"
        "[situs](https://contoh.id) `kode` ~~batal~~ [https://a](https://a)"
    )
    assert drawn.plain.split("\n") == [
        "Judul",
        "Kecil",
        "• satu tebal",
        "[✓] selesai",
        "[ ] belum",
        "1. pertama",
        "│ kata",
        "─" * 24,
        "  x = *1*",
        "situs (https://contoh.id) kode batal https://a",
    ]


def test_markup_and_control_characters_in_a_note_stay_text() -> None:
    drawn = rendered("[@click=app.quit]klik[/] [/nope] \x1b[31mmerah")
    assert drawn.plain == "[@click=app.quit]klik[/] [/nope] \ufffd[31mmerah"
    assert not any("@click" in str(span.style) for span in drawn.spans)


class ViewApp(App[None]):
    def compose(self) -> ComposeResult:
        yield MarkdownView()


def test_a_small_note_is_drawn_a_long_one_is_shown_as_typed() -> None:
    async def main() -> None:
        app = ViewApp()
        async with app.run_test(size=(60, 20)) as pilot:
            view = app.query_one(MarkdownView)
            view.show("# Kecil")
            view.show("# Kecil")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert "Kecil" in _screen(app)
            assert "# Kecil" not in _screen(app)
            view.show("# Panjang\n" + "baris panjang\n" * 700)
            await pilot.pause()
            assert "# Panjang" in _screen(app)
            assert "ditampilkan seperti diketik" in _screen(app)
            view.show("- lagi")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert "• lagi" in _screen(app)
            assert "seperti diketik" not in _screen(app)

    asyncio.run(main())


def _screen(app: App[None]) -> str:
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def test_a_long_line_is_divided_once_for_all_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nineteen rows of one line are drawn; each would divide the whole line. What is drawn is what stock would draw."""
    made: list[int] = []
    divide = Text.divide

    def counted(self: Text, offsets: Iterable[int]) -> Lines:
        rows = divide(self, offsets)
        if len(rows) > 100:
            made.append(len(rows))
        return rows

    monkeypatch.setattr(Text, "divide", counted)

    async def test(pilot: Any, editor: MarkdownEditor) -> None:
        editor.move_cursor(editor.document.end)
        for key in ("a", "backspace", "x", "up", "shift+left", "right"):
            made.clear()
            await pilot.press(key)
            await pilot.pause()
            # The line before and after the key is drawn; twice it is asked where in its row the cursor stands.
            assert len(made) <= 5, (key, made)
            drawn = [editor.render_line(row) for row in range(editor.size.height)]
            for location in (editor.selection.end, (0, 0), (0, len(editor.text))):
                assert editor._visual_row(location) == editor.wrapped_document.location_to_offset(location).y
            editor.divided = None
            assert [editor.render_line(row) for row in range(editor.size.height)] == drawn

    edit(test, "kata **tebal** dan " * 600)
