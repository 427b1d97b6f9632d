"""Markdown as lessons use it: CommonMark with tables, no HTML. Safe HTML out, words and pictures counted."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.content.source import Complaints
from lms.core.texts import N_

MEDIA = re.compile(r"\.\./media/([a-z0-9]+(?:-[a-z0-9]+)*\.(?:svg|png|webp|jpg))")
TAGS = {
    "p",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "blockquote",
    "em",
    "strong",
    "code",
    "pre",
    "hr",
    "br",
    "a",
    "img",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "div",
}
ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "th": {"class"},
    "td": {"class"},
    "div": {"class", "role", "tabindex", "aria-label"},
}
ONE_LINE = {"em", "strong", "code"}
LONGEST_ALT = 400

_reader = MarkdownIt("commonmark", {"html": True}).enable("table")
# so that a bad link is seen, and complained about
_reader.validateLink = lambda url: True  # type: ignore[method-assign]
_writer = MarkdownIt("commonmark", {"html": False}).enable("table")


def _inline(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    """Every inline token with the line (from 1) where its block begins."""
    for block in tokens:
        for token in block.children or []:
            yield token, (block.map[0] if block.map else 0) + 1


def words(markdown: str) -> int:
    """How many words a person reads; alternative texts and addresses are not read."""
    shown = []
    for block in _reader.parse(markdown):
        if block.type == "fence" or block.type == "code_block":
            shown.append(block.content)
        shown.append(
            "".join(
                " " if t.type in ("softbreak", "hardbreak") else t.content
                for t in block.children or []
                if t.type in ("text", "code_inline", "softbreak", "hardbreak")
            )
        )
    return sum(any(c.isalnum() for c in word) for word in " ".join(shown).split())


def pictures(markdown: str) -> tuple[str, ...]:
    """The names in media/ of the pictures shown, each once, in order."""
    found = (
        MEDIA.fullmatch(str(t.attrs.get("src", "")))
        for t, _line in _inline(_reader.parse(markdown))
        if t.type == "image"
    )
    return tuple(dict.fromkeys(m[1] for m in found if m))


def check(
    file: str, markdown: str, media: Mapping[str, Any], complaints: Complaints, where: str = "", before: int = 0
) -> None:
    """Complain about what a lesson may not hold; `media` are the names in media/, `before` the lines above the text."""
    tokens = _reader.parse(markdown)
    headings = 0
    for block in tokens:
        line = (block.map[0] if block.map else 0) + 1 + before
        if block.type == "html_block":
            _html(file, where, line, block.content, complaints)
        if block.type == "heading_open":
            level = int(block.tag[1])
            if level == 1:
                complaints.error(
                    file,
                    N_(
                        "Line %(line)s: a heading with one # is refused, since the page shows the title itself. Begin "
                        "with ##."
                    ),
                    where,
                    line=line,
                )
            elif level > 3 or (level == 3 and not headings):
                complaints.error(
                    file,
                    N_("Line %(line)s: headings are ## and, below one of them, ###. Change this one."),
                    where,
                    line=line,
                )
            headings += 1
    for token, at in _inline(tokens):
        line = at + before
        if token.type == "html_inline" and not token.content.startswith("</"):
            _html(file, where, line, token.content, complaints)
        elif token.type == "link_open":
            _link(file, where, line, str(token.attrs.get("href", "")), complaints)
        elif token.type == "image":
            _picture(file, where, line, token, media, complaints)


def _html(file: str, where: str, line: int, found: str, complaints: Complaints) -> None:
    complaints.error(
        file,
        N_("Line %(line)s: HTML is refused (%(found)s). Write it in Markdown; for the sign itself write \\<."),
        where,
        line=line,
        found=found.strip().split("\n")[0][:40],
    )


def _link(file: str, where: str, line: int, target: str, complaints: Complaints) -> None:
    try:
        parts = urlsplit(target)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good:
        complaints.error(
            file,
            N_("Line %(line)s: the link to “%(target)s” is refused. Links begin with https:// and name a public page."),
            where,
            line=line,
            target=target[:60],
        )


def _picture(file: str, where: str, line: int, token: Token, media: Mapping[str, Any], complaints: Complaints) -> None:
    source = str(token.attrs.get("src", ""))
    found = MEDIA.fullmatch(source)
    if not found:
        complaints.error(
            file,
            N_(
                "Line %(line)s: the picture “%(source)s” is not in this course. Put the file into media/ and write "
                "../media/name.svg."
            ),
            where,
            line=line,
            source=source[:60],
        )
    elif found[1] not in media:
        complaints.error(
            file,
            N_("Line %(line)s: there is no picture media/%(name)s. Add the file or correct its name."),
            where,
            line=line,
            name=found[1],
        )
    if not token.content.strip():
        complaints.error(
            file,
            N_(
                "Line %(line)s: the picture has no alternative text. Say between the square brackets what it shows, "
                "for "
                "people who cannot see it."
            ),
            where,
            line=line,
        )
    elif len(token.content) > LONGEST_ALT:
        complaints.error(
            file,
            N_(
                "Line %(line)s: the alternative text is longer than 400 characters. Say the main thing there, and the "
                "rest in the lesson."
            ),
            where,
            line=line,
        )


def html(markdown: str, media_url: Callable[[str], str], sizes: Mapping[str, tuple[int, int]] | None = None) -> str:
    """Safe HTML of `markdown`.

    `media_url` gives the address of a picture by its name in media/, `sizes` its width and height. Headings are h2 and
    h3, tables scroll sideways inside their own region, nothing carries a style attribute.
    """
    tokens = _writer.parse(markdown)
    for token, _line in _inline(tokens):
        if token.type == "image":
            found = MEDIA.fullmatch(str(token.attrs.get("src", "")))
            size = (sizes or {}).get(found[1]) if found else None
            token.attrs = {"src": media_url(found[1]) if found else "", "alt": ""}
            if size:
                token.attrs |= {"width": size[0], "height": size[1]}
            token.attrs |= {"loading": "lazy", "decoding": "async"}
    out = []
    for number, token in enumerate(tokens):
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs = {"class": str(token.attrs["style"]).rpartition(":")[2]}
        if token.type == "table_open":
            name = ", ".join(t.content for t in _head(tokens[number:]))
            opening = Token("html_block", "", 0)
            opening.content = f'<div class="scrolls" role="region" tabindex="0" aria-label="{_attribute(name)}">'
            out.append(opening)
        out.append(token)
        if token.type == "table_close":
            closing = Token("html_block", "", 0)
            closing.content = "</div>\n"
            out.append(closing)
    raw = _writer.renderer.render(out, _writer.options, {})
    return nh3.clean(raw, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https"}, strip_comments=True).strip()


def _head(tokens: list[Token]) -> Iterator[Token]:
    """The header cells' inline tokens of the table that begins here."""
    for token in tokens:
        if token.type == "thead_close":
            return
        if token.type == "inline":
            yield token


def _attribute(text: str) -> str:
    return re.sub(r"[*_`\\]", "", text).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def line(markdown: str) -> str:
    """Safe HTML of one line: emphasis and code only. For options, feedback and the like."""
    return nh3.clean(_writer.renderInline(markdown), tags=ONE_LINE, attributes={}).strip()
