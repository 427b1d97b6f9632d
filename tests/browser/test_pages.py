"""Every page that somebody reaches by links, looked at on a phone and at a desk: whole, calm, in its width, clean by axe."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from lms import app as application
from lms.admin.demo import PASSWORD
from tests.browser.conftest import Site, axe_violations, demo_sign_ins

pytestmark = [pytest.mark.browser, pytest.mark.pure]
CALM = 0.02
"""The most that the layout of a page may shift (design.md, budgets)."""
WIDTHS = (360, 1280)
NARROWEST = 320
FILES = {"certificates.pdf", "certificates.keys", "authoring.export", "catalogue.media", "static", "brand"}
"""What links lead to that is not a page: it must answer."""
FEWEST = 46
"""Kinds of pages that are reached at each width at least, so that the walk cannot become empty unnoticed."""
BY_WORDS = {
    "sitti@demo.asah.example": (
        "/operations/statements?verb=menjawab",
        "/operations/statements?activity=https://x.example/y",
    ),
    "wayan@demo.asah.example": ("/agency/erase?who=ana@demo.asah.example", "/operations/audit?name=Ana"),
}
"""What somebody finds by a form, whatever the links."""
MUST_BE_SEEN = {"admin.keys", "admin.statements", "admin.statement", "people.erase"}
BY_OTHER_WAYS = {
    "authoring.changes": "needs a course with two versions",
    "authoring.withdraw": "needs a course of the agency's own",
    "certificates.revoke": "needs a certificate that the person may revoke",
    "delivery.question": "needs a test under way: the journey looks at it",
    "delivery.result": "needs a test that was not passed",
    "delivery.review": "needs a test under way: the journey looks at it",
    "home.questionnaire": "needs a course that was finished days ago",
    "notifications.follow": "needs news; leads on to another page",
    "people.agency_codes": "needs a unit chosen in a list",
    "people.sign_in_second": "follows a short password",
    "people.use_link": "stands in a mail",
    "people.welcome": "follows the first code; leads on to another page",
    "people.welcome_key": "follows the first code: the journey looks at it",
    "people.welcome_password": "follows the first code",
    "people.welcome_unit": "follows the first code: the journey looks at it",
    "supervision.confirm": "needs a record that nobody has confirmed",
}
"""Pages that links alone do not lead to, on all days of the demo; every other page must have been reached."""
WATCH = """
window.shifted = 0; window.refused = [];
new PerformanceObserver(list => { for (const e of list.getEntries()) window.shifted += e.value; })
    .observe({type: 'layout-shift', buffered: true});  // with `hadRecentInput`: Chromium says so of all that is new
document.addEventListener('securitypolicyviolation', e => window.refused.push(e.violatedDirective + ' ' + e.blockedURI));
"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"
SETTLED = (
    "() => document.fonts.ready.then(() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r))))"
)
STRUCTURE = """() => [...new Set([...document.querySelectorAll('body, body *')].map(e =>
    [e.parentElement, e].map(x => x.tagName + '.' + (x.getAttribute('class') || '')).join('>') + ' '
    + [...e.attributes].map(a => /^(aria-|role|type|disabled|hidden|tabindex|lang)/.test(a.name)
        ? a.name + (/^(role|type|aria-(current|hidden|expanded))$/.test(a.name) ? '=' + a.value : '') : '').sort().join(' ')))]"""


def addresses() -> MapAdapter:
    """The application's routes, without an application that serves."""
    bare = Flask("routes", static_url_path="/static")
    for area in application.AREAS:
        bare.register_blueprint(area.bp)
    return bare.url_map.bind("asah.localhost")


@dataclass
class Walk:
    """Somebody's way through the site at one width; `wrong` is what should not be."""

    page: Page
    site: Site
    routes: MapAdapter
    width: int
    who: str
    looked_at: set[str]
    """Structures that axe has seen at this width: where nothing is new there is nothing more to find."""
    seen: dict[tuple[str, ...], str] = field(default_factory=dict)
    """{(endpoint, its query's names ...): the example that was opened}."""
    wrong: list[str] = field(default_factory=list)
    audits: int = 0

    def __post_init__(self):
        self.page.add_init_script(WATCH)
        self.page.on(
            "console", lambda m: self._note(f"console: {m.text} ({m.location['url']})") if m.type == "error" else None
        )
        self.page.on("pageerror", lambda e: self._note(f"script: {e}"))

    def _note(self, what: str) -> None:
        self.wrong.append(f"{self.who} at {self.width} px, {urlsplit(self.page.url).path}: {what}")

    def route(self, url: str) -> tuple[str, ...] | None:
        """What kind of page the address is; None where it is not ours."""
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.port != self.site.port:
            return None
        try:
            endpoint, _ = self.routes.match(parts.path, method="GET")
        except (RequestRedirect, HTTPException):
            return (parts.path,)
        return (endpoint, *sorted(name for name in parse_qs(parts.query) if name not in ("v", "next")))

    def from_(self, *starts: str) -> None:
        """Open one page of each kind that can be reached from `starts`, the nearest first."""
        waiting = [self.site.url + start for start in starts]
        while waiting:
            url = waiting.pop(0)
            kind = self.route(url)
            if kind is None or kind in self.seen:
                continue
            self.seen[kind] = url
            if kind[0] in FILES:
                status = self.page.request.get(url.replace(self.site.url, self.site.local)).status
                if status >= 400:
                    self._note(f"{url} answers {status}")
                continue
            waiting += self.look(url)

    def look(self, url: str, expected: int = 200) -> list[str]:
        """Open the page and check it; returns where it links to."""
        answer = self.page.goto(url)
        if answer is None or answer.status != expected:
            self._note(f"{url} answers {answer.status if answer else 'nothing'}")
            return []
        return self.look_here()

    def look_here(self) -> list[str]:
        """Check the page as it stands; returns where it links to."""
        arrived = self.route(self.page.url)
        if arrived is not None:
            self.seen.setdefault(arrived, self.page.url)
        self.page.evaluate(SETTLED)
        if (shifted := self.page.evaluate("window.shifted")) > CALM:
            self._note(f"the layout shifts by {shifted:.3f}")
        for refused in self.page.evaluate("window.refused"):
            self._note(f"CSP refused {refused}")
        self._fits(self.width)
        if new := set(self.page.evaluate(STRUCTURE)) - self.looked_at:
            self.looked_at |= new
            self.audits += 1
            for violation in axe_violations(self.page):
                self._note(violation)
        links = self.page.evaluate(LINKS)
        if self.width == min(WIDTHS):
            self.page.set_viewport_size({"width": NARROWEST, "height": 740})
            self._fits(NARROWEST)
            self.page.set_viewport_size({"width": self.width, "height": 740})
        return links

    def sign_in(self, login: str) -> None:
        """By password; where the page asks for a code first, its link leads to the password."""
        self.page.goto(self.site.url + "/sign-in")
        self.page.fill("input[name=login]", login)
        self.page.click("main button:has-text('Lanjut')")
        self.look_here()
        if self.page.locator("input[name=code]").count():
            self.page.click("a[href='/sign-in/password']")
            self.look_here()
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button:has-text('Masuk')")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def _fits(self, width: int) -> None:
        # against the number: a phone's innerWidth grows with what is too wide
        if (wide := self.page.evaluate("document.documentElement.scrollWidth")) > width:
            self._note(f"is {wide} px wide on a screen of {width}")


def context_of(browser: Browser, width: int) -> BrowserContext:
    """A phone or a desk computer of its own."""
    if width < 600:
        return browser.new_context(
            viewport={"width": width, "height": 740}, is_mobile=True, has_touch=True, locale="id-ID"
        )
    return browser.new_context(viewport={"width": width, "height": 800}, locale="id-ID")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_everybody(demo: Site, browser: Browser, width: int):
    routes, looked_at, seen, wrong, audits = addresses(), set(), set(), [], 0
    people = demo_sign_ins(demo)
    assert len(people) >= 11, people
    for says, login in [*people.items(), ("a stranger", "")]:
        context = context_of(browser, width)
        walk = Walk(context.new_page(), demo, routes, width, says, looked_at)
        if login:
            walk.sign_in(login)
            walk.from_("/", "/competencies/M.1", *BY_WORDS.get(login, ()))
        else:
            walk.from_("/sign-in", "/certificates/", "/ui")
        context.close()
        seen |= {kind[0] for kind in walk.seen}
        wrong += walk.wrong
        audits += walk.audits
    assert wrong == []

    pages = {
        rule.endpoint
        for rule in routes.map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("lrs.")
    } - FILES
    reached = seen & pages
    print(f"{len(reached)} of {len(pages)} kinds of pages at {width} px, {audits} audits by axe")
    assert pages - reached - BY_OTHER_WAYS.keys() == set()
    assert reached >= MUST_BE_SEEN
    assert len(reached) >= FEWEST
    assert audits >= FEWEST / 2


@pytest.mark.parametrize("width", WIDTHS)
def test_an_address_without_a_page_is_answered_by_one(demo: Site, browser: Browser, width: int):
    context = context_of(browser, width)
    walk = Walk(context.new_page(), demo, addresses(), width, "a stranger", set())
    walk.look(f"{demo.url}/nothing-here", expected=404)
    assert [line for line in walk.wrong if "404 (Not Found)" not in line] == []
    assert walk.page.locator("main a[href]").count()
    context.close()


def test_the_walk_sees_what_is_wrong(demo: Site, browser: Browser):
    """The negative control: a page that is too wide, shifts, is refused something and has an unlabelled field."""
    context = context_of(browser, 360)
    walk = Walk(context.new_page(), demo, addresses(), 360, "a stranger", set())
    walk.page.goto(f"{demo.url}/sign-in")
    walk.page.evaluate("""() => {
        const wide = document.createElement('div');
        wide.innerHTML = '<input><i style="color: red">.</i>';
        wide.style.minWidth = '900px';
        wide.style.paddingTop = '200px';
        document.body.prepend(wide);
        console.error('seen');
    }""")
    walk.look_here()
    found = " ".join(walk.wrong)
    context.close()
    for sign in ("px wide", "layout shifts", "CSP refused style-src", "console: seen", "input"):
        assert sign in found, (sign, walk.wrong)
