"""Figures taken from outside: how soon the site is up, and how soon a slow phone on a slow network shows a page."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.measure import Figure
from lms.core import settings
from tests.browser.conftest import CHROMIUM, FLAGS, Site, make_site

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
SLOWER_CPU = 4
PAINT = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: 'largest-contentful-paint', buffered: true}))"""


def site_in(folder: Path) -> Site:
    """A site whose data folder is `folder`, not started."""
    site = make_site(folder)
    site.env |= {"ASAH_DATA": str(folder), "ASAH_SECRET_KEY": settings.DEMO_SECRET}
    return site


def second_start(site: Site) -> Figure:
    """Start it on a database that is set up already."""
    began = time.perf_counter()
    site.start("run")
    return Figure("The second start, until /readyz is 200", time.perf_counter() - began, "s", 10)


def paints(site: Site, cookie: str, pages: dict[str, str], runs: int) -> Iterator[Figure]:
    """How soon the largest thing of each page is painted, with an empty cache."""
    if CHROMIUM is None:
        raise SystemExit("no Chromium: run `make bench`, which sees to it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, path in pages.items():
            taken = [_paint(browser, site.url, path, cookie) for _ in range(runs)]
            note = f"slow 3G, CPU {SLOWER_CPU}x slower, empty cache, {runs} runs"
            yield Figure(f"Usable (LCP): {name}", statistics.median(taken), "s", 2.5, note=note)
        browser.close()


def _paint(browser: Browser, address: str, path: str, cookie: str) -> float:
    """Seconds from the tap to the largest paint."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, is_mobile=True, has_touch=True
    )
    context.add_cookies([{"name": "sid", "value": cookie, "url": address}])
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
    answer = page.goto(address + path)
    assert answer.status == 200 and "/sign-in" not in page.url, page.url
    page.wait_for_load_state("networkidle")
    painted = page.evaluate(PAINT) / 1000
    context.close()
    return painted
