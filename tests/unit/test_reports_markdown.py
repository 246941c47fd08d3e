"""Documents as Markdown and HTML: what a person wrote stays text, whatever it holds."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akk_tui.reports import html, markdown
from akk_tui.reports.document import Bullets, Document, Facts, Heading, Paragraph, Table, Written

TAGS = re.compile(r"<[^>]*>")
MARKS = st.text(alphabet="ab 1.)#>-+=*_`~[](){}!<>&;|\\\"':/\n$@%", max_size=40)


def body(*blocks: object) -> str:
    page = html.page("x", "\n\n".join(markdown.block(one) for one in blocks))  # type: ignore[arg-type]
    return page.partition("<body>\n")[2].partition("</body>")[0]


def plain(made: str) -> str:
    return unescape(TAGS.sub("", made)).strip("\n")


def folded(text: str) -> str:
    return " ".join(text.split())


@given(MARKS.filter(str.strip))
def test_any_text_comes_out_of_a_paragraph_as_itself(text: str) -> None:
    made = body(Paragraph(text))
    assert plain(made) == folded(text)
    assert made.startswith("<p>")
    assert set(TAGS.findall(made)) == {"<p>", "</p>"}


@given(MARKS.filter(str.strip), MARKS)
def test_any_text_comes_out_of_a_cell_as_itself(one: str, two: str) -> None:
    made = body(Table(("A", "B"), ((one, two), (two, one))))
    cells = [plain(cell) for cell in re.findall(r"<t[dh]>(.*?)</t[dh]>", made, re.S)]
    assert cells == ["A", "B", *map(folded, (one, two, two, one))]


@given(MARKS.filter(str.strip), MARKS.filter(str.strip))
def test_any_text_comes_out_of_facts_and_lists_as_itself(one: str, two: str) -> None:
    made = body(Facts((("Nama", one), ("Lain", two))))
    assert [plain(found) for found in re.findall(r"<li>(.*?)</li>", made, re.S)] == [
        f"Nama: {folded(one)}", f"Lain: {folded(two)}",
    ]  # fmt: skip
    made = body(Bullets((one, two)))
    assert [plain(found) for found in re.findall(r"<li>(.*?)</li>", made, re.S)] == [folded(one), folded(two)]


@given(MARKS)
def test_written_text_makes_no_element_but_lists_and_bold(text: str) -> None:
    made = body(Written(text))
    known = {"p", "blockquote", "ul", "ol", "li", "strong", "br"}
    assert {tag.strip("</>").split()[0].rstrip("/") for tag in TAGS.findall(made)} <= known


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("# Judul\nteks", "<p><strong>Judul</strong><br />\nteks</p>"),
        ("- satu\n- dua", "<ul>\n<li>satu</li>\n<li>dua</li>\n</ul>"),
        ("teks\n1. a\n2. b\nlagi", "<p>teks</p>\n<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n<p>lagi</p>"),
        ("- a\n  - b\n- c", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>"),
        ("      - dalam", "<ul>\n<li>dalam</li>\n</ul>"),
        ("- [x] sudah\n- [ ] belum", "<ul>\n<li>☑ sudah</li>\n<li>☐ belum</li>\n</ul>"),
        ("a **tebal** b", "<p>a <strong>tebal</strong> b</p>"),
        ("> kutip", "<p>kutip</p>"),
        ("```\n<b>\n```", "<p>```<br />\n&lt;b&gt;<br />\n```</p>"),
        ("satu\n\n\ndua", "<p>satu</p>\n<p>dua</p>"),
        ("##", "<p>##</p>"),
        ("**", "<p>**</p>"),
    ],
)
def test_what_an_officer_wrote_keeps_its_form(typed: str, made: str) -> None:
    assert body(Written(typed)) == f"<blockquote>\n{made}\n</blockquote>\n"


def test_numbers_and_words_are_not_disfigured() -> None:
    for text in ("2.4.3 Sanksi", "09.00–12.00 WIB", "Kab. Blitar (35.05)", "412/429 = 96,1 %", "a_b", "R&D", "#"):
        assert markdown.inline(text).lstrip("\\") == text
    assert markdown.inline("1. satu") == "1\\. satu"
    assert markdown.inline("2025) x") == "2025\\) x"
    assert markdown.inline("- x") == "\\- x"


def test_a_document_has_its_title_and_its_blocks() -> None:
    made = markdown.render(
        Document("Laporan *x*", (Heading(2, "Bagian"), Paragraph("teks", quiet=True), Facts((("a", "b"),))))
    )
    assert made == "# Laporan \\*x\\*\n\n## Bagian\n\n*teks*\n\n- **a**: b\n"


def test_the_title_of_the_page_is_text() -> None:
    assert "<title>a &lt;b&gt;</title>" in html.page("a <b>", "")


def test_the_page_refuses_what_markdown_could_smuggle_in() -> None:
    smuggled = "<b>x</b> [y](https://evil.example) ![z](https://evil.example/z.png) <https://evil.example>"
    made = html.page("x", f"{smuggled}\n\n[a]: https://evil.example\n\n<div>b</div>").partition("<body>")[2]
    assert set(TAGS.findall(made)) == {"<p>", "</p>", "</body>", "</html>"}
