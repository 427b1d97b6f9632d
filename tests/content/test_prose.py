"""Markdown becomes HTML that can only show."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content import prose
from lms.content.source import Complaints

pytestmark = pytest.mark.pure


def shown(markdown: str) -> str:
    return prose.html(markdown, lambda name: f"/media/v/{name}", {"a.svg": (320, 200)})


def test_a_picture_carries_its_size_and_waits_until_it_is_seen():
    assert shown("![Alur & bagan](../media/a.svg)") == (
        '<p><img src="/media/v/a.svg" alt="Alur &amp; bagan" width="320" height="200" '
        'loading="lazy" decoding="async"></p>'
    )


def test_a_table_scrolls_inside_a_region_that_has_a_name():
    html = shown('| **Tanda** | "Arti" |\n|:--|--:|\n| a | 1 |')
    assert html.startswith('<div class="scrolls" role="region" tabindex="0" aria-label="Tanda, &quot;Arti&quot;">')
    assert '<td class="right">1</td>' in html and "style=" not in html
    assert html.endswith("</table>\n</div>")


def test_words_are_what_is_read():
    text, table = "**Satu** dua, `tiga` — [empat](https://lima.id)\nenam", "| tujuh |\n|---|\n| 8 |"
    assert prose.words(f"{text}\n\n![tidak](../media/a.svg)\n\n{table}") == 7
    assert prose.pictures("![a](../media/a.svg) ![b](../media/b.png) ![a](../media/a.svg)") == ("a.svg", "b.png")


def test_a_line_keeps_emphasis_and_code_only():
    assert prose.line("Domain `bkn.go.id` *asli*, **bukan** [itu](https://x.id) ![b](../media/a.svg)") == (
        "Domain <code>bkn.go.id</code> <em>asli</em>, <strong>bukan</strong> itu"
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "![a](javascript:alert(1))",
    '![a](../media/a.svg" onerror="alert(1))',
    "[a]: javascript:alert(1)\n\n[a]",
    "<a href='javascript:1'>a</a>",
    "![a](https://evil.example/a.png)",
    "<svg/onload=alert(1)>",
    '| <img onerror=x> |\n|---|\n| "><script> |',
    '```html" onload="x\n<script>\n```',
    "[a](&#106;avascript:alert(1))",
    '<https://ok.id/"onmouseover=alert(1)>',
    "{{7*7}}{% raw %}",
]
SAFE = re.compile(
    r"<(?!/?(?:p|h2|h3|ul|ol|li|blockquote|em|strong|code|pre|hr|br|a|img|table|thead|tbody|tr|th|td|div)[\s>])", re.I
)


@pytest.mark.parametrize("markdown", HOSTILE)
def test_nothing_can_run(markdown):
    _harmless(shown(markdown))
    _harmless(prose.line(markdown))


def _harmless(html: str) -> None:
    assert not SAFE.search(html), html
    for tag in re.findall(r"<[a-z][^>]*>", html):
        assert not re.search(r"\son[a-z]+\s*=|style=|srcdoc", re.sub(r'"[^"]*"', '""', tag), re.I), tag
        for address in re.findall(r'(?:href|src)="([^"]*)"', tag):
            assert re.match(r"https?://|/media/v/|$", address), tag


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *HOSTILE,
                    "#",
                    "## ",
                    "> ",
                    "- ",
                    "|",
                    "---",
                    "\n",
                    "\n\n",
                    "`",
                    "*",
                    "](",
                    "![",
                    "<",
                    ">",
                    '"',
                    "&lt;",
                    "\\",
                    "    ",
                ]
            ),
            st.text(max_size=6),
        ),
        max_size=14,
    )
)
def test_no_mixture_of_signs_can_run(parts):
    markdown = "".join(parts)
    _harmless(shown(markdown))
    prose.words(markdown)
    prose.check("x.md", markdown, {}, Complaints())
