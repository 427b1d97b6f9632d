"""What a page costs on a phone that pays by the megabyte: octets on the wire, requests, taps. The goals stand in design.md."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from lms.core import paths
from tests.browser.conftest import Site
from tests.factories import Factories

FIRST_VISIT = 100_000
"""Octets on the wire, headers included, of the sign-in page with an empty cache and the first home page."""
FIRST_REQUESTS = 12
LESSON = 30_000
"""Octets of a lesson's page with its pictures, after that."""
LESSONS, PICTURES = 42, 18
"""In the six courses that ship."""
NIP = "199209092016032002"
PERSON = f"""nip,name,email,kind,rank,unit_code,position,supervisor_nip,from
{NIP},Dewi Anggraini,,pns,Penata Muda (III/a),DUKCAPIL,Analis Layanan,,2020-01-02
"""
COURSE = "keamanan-informasi"
IN_THE_SHADOW = ["icon", "manifest"]
"""Links that a browser may fetch without telling the page: they are counted all the same."""
WHOLE = """async () => {
    for (const image of document.images) image.loading = 'eager';
    await Promise.all([...document.images].map(i => i.complete || new Promise(r => { i.onload = i.onerror = r; })));
    await document.fonts.ready;
}"""
FOCUS = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const rings = [e, e.closest('label, .choice, .search, form'), ...e.children].filter(Boolean).flatMap(x =>
        [null, '::after', '::before'].map(part => getComputedStyle(x, part)));
    const seen = rings.some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && !/, 0\\)/.test(s.outlineColor));
    const box = e.getBoundingClientRect();
    return {name: e.outerHTML.slice(0, 120), seen, onscreen: box.width > 0 && box.bottom > 0 && box.top < innerHeight};
}"""


@dataclass
class Wire:
    """Counts what goes over the wire for `page`, redirects and headers included, as Chromium's network log tells it."""

    page: Page
    sent: dict[str, str] = field(default_factory=dict)
    """{request id: address} of what was not answered from the cache."""
    octets: int = 0
    requests: int = 0

    def __post_init__(self):
        session = self.page.context.new_cdp_session(self.page)
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.requestServedFromCache", lambda e: self.sent.pop(e["requestId"], None))
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _sent(self, event: dict) -> None:
        if "redirectResponse" in event:
            self._count(event["redirectResponse"]["encodedDataLength"])
        if event["request"]["url"].startswith("http"):
            self.sent[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict) -> None:
        if self.sent.pop(event["requestId"], None) is not None and event["encodedDataLength"]:
            self._count(event["encodedDataLength"])

    def _count(self, octets: float) -> None:
        self.octets += int(octets)
        self.requests += 1

    def open(self, url: str) -> tuple[int, int]:
        """(octets, requests) that opening `url` costs, down to its end."""
        self.octets = self.requests = 0
        asked: set[str] = set()
        self.page.on("request", lambda r: asked.add(r.url))
        assert self.page.goto(url).status == 200
        self.page.evaluate(WHOLE)
        self.page.wait_for_load_state("networkidle")
        for link in self.page.evaluate("() => [...document.querySelectorAll('link')].map(l => [l.rel, l.href])"):
            if link[0] in IN_THE_SHADOW and link[1] not in asked:
                self._count(weight(self.page, link[1]))
        return self.octets, self.requests


def weight(page: Page, url: str) -> int:
    """Octets of an answer and its headers, fetched beside the page."""
    answer = page.request.get(url.replace("asah.localhost", "127.0.0.1"), headers={"Accept-Encoding": "br, gzip"})
    assert answer.ok, url
    length = int(answer.headers.get("content-length", len(answer.body())))
    return length + sum(len(name) + len(value) + 4 for name, value in answer.headers.items())


@pytest.fixture(scope="module")
def dewi(site: Site, browser: Browser) -> Iterator[dict]:
    """The cookies of a new learner who has come in by her code and taken a place on a course."""
    (site.folder / "dewi.csv").write_text(PERSON)
    site.lms("people", "import", str(site.folder / "dewi.csv"), "--codes", str(site.folder / "dewi-codes.csv"))
    with (site.folder / "dewi-codes.csv").open() as source:
        code = next(csv.DictReader(source))["code"]
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(site.url + "/sign-in")
    page.fill("input[name=login]", NIP)
    page.click("main button:has-text('Lanjut')")
    page.fill("input[name=code]", code)
    page.click("main button:has-text('Masuk')")
    page.wait_for_url("**/welcome/**")
    page.goto(f"{site.url}/courses/{COURSE}")
    page.click("form[action$='/enrol'] button")
    page.wait_for_url("**/learn/**")
    yield context.storage_state()
    context.close()


@pytest.fixture
def returning(browser: Browser, dewi: dict) -> Iterator[Page]:
    """Her phone, signed in, with an empty cache."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, storage_state=dewi
    )
    yield context.new_page()
    context.close()


@pytest.mark.browser
@pytest.mark.pure
def test_the_first_visit_and_the_lessons_after_it(site: Site, browser: Browser, dewi: dict):
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    page = context.new_page()
    wire = Wire(page)
    octets, requests = wire.open(site.url + "/sign-in")
    assert octets > 20_000 and requests >= 5, "the count sees nothing"
    context.add_cookies(dewi["cookies"])
    more, again = wire.open(site.url + "/")
    assert page.locator("main a:has-text('Lanjutkan')").count() == 1
    print(f"first visit {octets} + {more} octets, {requests} + {again} requests")
    assert octets + more <= FIRST_VISIT
    assert requests + again <= FIRST_REQUESTS

    heavy, seen = {}, set()
    wire.open(f"{site.url}/courses/{COURSE}")
    for href in page.eval_on_selector_all("a[href*='/lessons/']", "all => all.map(a => a.href)") or [page.url]:
        if href not in seen:
            seen.add(href)
            heavy[href.rsplit("/", 1)[1]] = wire.open(href)[0]
    print(heavy)
    assert len(heavy) == 7
    assert {key: octets for key, octets in heavy.items() if octets > LESSON} == {}
    context.close()


@pytest.mark.browser
@pytest.mark.pure
def test_from_home_to_the_lesson_is_one_tap(site: Site, returning: Page):
    returning.goto(site.url + "/")
    button = returning.locator("main a:has-text('Lanjutkan')")
    box = button.bounding_box()
    assert box["height"] >= 44 and box["y"] + box["height"] <= 740, "the thumb must find it without scrolling"
    button.tap()
    returning.wait_for_url("**/learn/*/lessons/*")
    assert returning.locator("main h1").is_visible()


@pytest.mark.browser
@pytest.mark.pure
def test_the_focus_can_always_be_seen(site: Site, returning: Page):
    unseen, stops = [], 0
    for path in ("/", "/courses/", f"/courses/{COURSE}", "/account/"):
        returning.goto(site.url + path)
        for _ in range(60):
            returning.keyboard.press("Tab")
            here = returning.evaluate(FOCUS)
            if here is None:
                break
            stops += 1
            if not (here["seen"] and here["onscreen"]):
                unseen.append((path, here))
    assert stops > 40
    assert unseen == []
    returning.evaluate("document.styleSheets[0].insertRule('* { outline: 0 !important }')")
    returning.evaluate(
        """document.styleSheets[0].insertRule('*, *::after, *::before { outline-style: none !important }')"""
    )
    returning.keyboard.press("Tab")
    returning.keyboard.press("Tab")
    assert not returning.evaluate(FOCUS)["seen"], "without a ring the test must see none"


@pytest.mark.pure
def test_every_lesson_of_every_course_is_light(a: Factories):
    client = a.client(a.person())
    a.app.config["WTF_CSRF_ENABLED"] = False
    found: dict[str, int] = {}
    pictures = 0
    for folder in sorted(path for path in paths.shipped("courses").iterdir() if (path / "course.toml").is_file()):
        course = a.course(folder.name)
        place = client.post(f"/courses/{course.slug}/enrol", data={"goal": ""}).location.rstrip("/")
        for lesson in course.version.lessons:
            octets, shown = cost(client, f"{place}/lessons/{lesson.key}")
            found[f"{folder.name}/{lesson.key}"], pictures = octets, pictures + shown
    print(f"the heaviest: {sorted(found.items(), key=lambda one: one[1])[-3:]}")
    assert (len(found), pictures) == (LESSONS, PICTURES)
    assert {name: octets for name, octets in found.items() if octets > LESSON} == {}


def cost(client: FlaskClient, url: str) -> tuple[int, int]:
    """(octets, number of pictures) of a page and its pictures, compressed by gzip, which every browser takes, with their headers."""
    page = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert page.status_code == 200 and page.headers["Content-Encoding"] == "gzip"
    plain = client.get(url).text
    pictures = [unescape(src) for src in set(re.findall(r'<img[^>]*\bsrc="([^"]+)"', plain))]
    answers = [page] + [client.get(src, headers={"Accept-Encoding": "gzip"}) for src in pictures]
    assert all(answer.status_code == 200 for answer in answers), pictures
    return sum(len(answer.data) + len(str(answer.headers).encode()) for answer in answers), len(pictures)
