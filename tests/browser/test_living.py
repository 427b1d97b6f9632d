"""The living page, in a real browser: every component in every state, at every width that people have."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, g, render_template
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from lms.core import paths, texts
from tests.browser.conftest import AXE_TAGS

pytestmark = [pytest.mark.browser, pytest.mark.pure]
KINDS = ("script", "style", "img", "font", "connect", "manifest")
STRICT = "; ".join(["default-src 'none'", *(f"{kind}-src 'self'" for kind in KINDS)])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the living page is served under the site's own content policy, with and without a person."""
    app = Flask("living", template_folder=str(paths.shipped("templates")), static_folder=str(paths.PACKAGE / "static"))
    app.secret_key = "living"  # noqa: S105
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=texts._,
        ngettext=texts.ngettext,
        language=texts.language,
        languages=texts.LANGUAGES,
        may=lambda name: True,
        static=lambda name: f"/static/{name}",
        csrf_token=lambda: "",
        settings=SimpleNamespace(brand=""),
        url_for=lambda name, **_: "/" + name,
    )
    app.jinja_env.filters.update(number=texts.number, size=texts.size)

    @app.get("/ui")
    @app.get("/ui/<guest>")
    def living(guest: str = ""):
        g.person = None if guest else SimpleNamespace(name="Ana Lestari")
        g.help = SimpleNamespace(name="Sitti Rahma", phone="0811-0000-1234")
        return render_template("ui/living.html")

    @app.after_request
    def seal(response):
        response.headers["Content-Security-Policy"] = STRICT
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)


@pytest.mark.parametrize("path", ["/ui", "/ui/guest"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_state_is_accessible_and_fits(browser: Browser, address: str, width: int, path: str):
    page = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True).new_page()
    page.goto(address + path)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": [*AXE_TAGS, "best-practice"]}})
    assert [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_nothing_on_the_page_breaks_the_content_policy(browser: Browser, address: str):
    page, said = browser.new_page(), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(address + "/ui")
    page.wait_for_load_state("networkidle")
    assert said == []
    assert page.evaluate("[htmx.config.allowEval, htmx.config.includeIndicatorStyles]") == [False, False]
    page.close()


def test_the_keyboard_reaches_everything_in_sight(browser: Browser, address: str):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(address + "/ui")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    hidden = []
    for _ in range(70):
        page.keyboard.press("Tab")
        covered = page.evaluate("""() => {
            const one = document.activeElement, box = one.getBoundingClientRect();
            const top = document.elementFromPoint(box.left + Math.min(box.width / 2, 20), box.top + box.height / 2);
            const bar = top && top.closest('.rail, .action, .top');
            return bar && !bar.contains(one) ? one.outerHTML.slice(0, 80) : null; }""")
        hidden += [covered] if covered else []
    assert hidden == []
    page.close()


def test_the_search_key_and_the_dialog(browser: Browser, address: str):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(address + "/ui")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.locator("a[href='#contoh']").click()
    assert page.locator("#contoh").is_visible() and page.evaluate("document.querySelector('#contoh').matches(':modal')")
    page.keyboard.press("Escape")
    assert page.locator("#contoh").is_hidden()
    page.close()


def test_a_dialog_opens_without_javascript(browser: Browser, address: str):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(address + "/ui")
    page.locator("a[href='#contoh']").click()
    assert page.locator("#contoh").is_visible()
    page.locator("#contoh [data-close]").click()
    assert page.locator("#contoh").is_hidden()
    context.close()


def test_the_primary_action_is_under_the_thumb(browser: Browser, address: str):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(address + "/ui")
    box = page.locator(".action .button").bounding_box()
    bar = page.locator(".rail").bounding_box()
    assert box["height"] >= 48 and box["width"] >= 320 and box["y"] + box["height"] <= bar["y"] <= 740 - 60
    page.close()
