"""A new learner on a phone of 360 px, by keyboard alone: from the printed code to a certificate that a stranger can check."""

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site, axe_violations
from tests.browser.keyboard import AnswerKey, Keyboard, answer

pytestmark = [pytest.mark.browser, pytest.mark.pure]
ANA = "199004122015032001"
BUDI = "197503122000031003"
CITRA = "199508172021212005"
SLUG = "keamanan-informasi"


def with_passkeys(page: Page) -> None:
    """Give the phone a fingerprint reader that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


class Clean:
    """Collects what axe and the browser's console complain about."""

    def __init__(self, page: Page):
        self.page, self.wrong = page, []
        page.on("console", lambda m: self.wrong.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: self.wrong.append(f"script: {e}"))

    def look(self) -> None:
        """Look at the page as it is now."""
        self.wrong += [f"{self.page.url}: {v}" for v in axe_violations(self.page)]
        if self.page.evaluate("document.documentElement.scrollWidth > 360"):
            self.wrong.append(f"{self.page.url} scrolls sideways")


def sign_in_by_code(page: Page, site: Site, keys: Keyboard, nip: str) -> None:
    """NIP with spaces, as it stands on a card, and the code."""
    page.goto(site.url + "/")
    keys.write("input[name=login]", f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}")
    keys.follow("button:has-text('Lanjut')")
    keys.write("input[name=code]", site.codes[nip])
    keys.follow("button:has-text('Masuk')")


def test_from_the_printed_code_to_a_certificate(site: Site, phone: Page, browser: Browser):
    keys, clean, key = Keyboard(phone), Clean(phone), AnswerKey(site.folder / "var" / "asah.db")
    with_passkeys(phone)
    sign_in_by_code(phone, site, keys, ANA)
    assert "Kode benar. Selamat datang, Ana Lestari" in phone.inner_text("body")
    clean.look()
    keys.follow("[data-passkey] button")
    assert phone.url.endswith("/welcome/unit")
    assert "Dinas Kependudukan dan Pencatatan Sipil" in phone.inner_text("main")
    clean.look()
    keys.follow("button:has-text('Ya')")
    clean.look()

    phone.goto(f"{site.url}/courses/?q=phishing")
    clean.look()
    keys.follow(f"a[href*='/courses/{SLUG}']")
    clean.look()
    keys.follow("form[action$='/enrol'] button")
    if "/courses/" in phone.url:
        keys.follow("a[href*='/learn/']")
    seen = set()
    for _ in range(7):
        assert "/lessons/" in phone.url
        lesson = phone.url.split("#")[0]
        assert lesson not in seen
        seen.add(lesson)
        clean.look()
        for section in [s.get_attribute("id") for s in phone.locator("section[id^=q-]").all()]:
            answer(keys, key, f"#{section} form")
            keys.press(f"#{section} form button[type=submit], #{section} form button:not([type])")
            phone.wait_for_selector(f"#{section} [role=status]")
        phone.wait_for_selector("#onward a[href*='/learn/']")
        keys.follow("#onward a")
    assert phone.url.endswith("/tests/posttest")
    clean.look()
    keys.follow("button[form=begin]")
    for _ in range(10):
        answer(keys, key, "#answer")
        keys.follow(
            "main button[form=answer]:not([name]), .action button[form=answer]:not([name]), button[form=answer]:not([name]):not([tabindex])"
        )
    assert phone.url.endswith("/review")
    clean.look()
    keys.follow("button[form=send]")
    phone.wait_for_url("**/done")
    assert re.search(r"Selesai\.", phone.inner_text("h1"))
    for _ in range(20):
        if phone.locator("a[href^='/certificates/']").count():
            break
        phone.wait_for_timeout(250)
        phone.reload()
    clean.look()

    check = phone.locator("a[href^='/certificates/']:not([href$='.pdf'])").first.get_attribute("href")
    pdf = phone.request.get(f"{site.local}{check}.pdf")
    assert pdf.status in (200, 303)
    stranger = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    answered = stranger.goto(site.url + check)
    assert answered.status == 200
    shown = stranger.inner_text("main")
    assert "Ana Lestari, S.Kom." in shown and "Sertifikat ini berlaku" in shown and ANA not in shown
    assert axe_violations(stranger) == []
    stranger.context.close()

    phone.goto(site.url + "/record/")
    clean.look()
    assert "Keamanan Informasi" in phone.inner_text("main")
    keys.follow("a[href*='/why']")
    clean.look()
    assert "Tercatat" in phone.inner_text("main")
    assert clean.wrong == []


def test_her_supervisor_sees_it_and_the_passkey_opens_the_door_again(site: Site, phone: Page, desk: Page):
    chief = Keyboard(desk)
    sign_in_by_code(desk, site, chief, BUDI)
    desk.goto(site.url + "/team/")
    team = desk.inner_text("main")
    assert "Ana Lestari" in team
    assert axe_violations(desk) == []
    desk.click("text=Ana Lestari")
    desk.wait_for_url("**/team/*")
    member = desk.inner_text("main")
    assert "Keamanan Informasi" in member
    assert axe_violations(desk) == []


def test_without_javascript_a_lesson_still_settles(site: Site, browser: Browser):
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + "/sign-in")
    page.fill("input[name=login]", CITRA)
    page.click("button:has-text('Lanjut')")
    page.fill("input[name=code]", site.codes[CITRA])
    page.click("button:has-text('Masuk')")
    page.goto(f"{site.url}/courses/antikorupsi")
    page.click("form[action$='/enrol'] button")
    if "/courses/" in page.url:
        page.click("a[href*='/learn/']")
    assert "/lessons/01-" in page.url
    key = AnswerKey(site.folder / "var" / "asah.db")
    for section in [s.get_attribute("id") for s in page.locator("section[id^=q-]").all()]:
        name = section.removeprefix("q-")
        right = next(a for k, _t, _s, a in key.rows if k == name)
        for value in right.get("right", []):
            page.check(f"#{section} [value='{value}']")
        for left, partner in right.get("pairs", {}).items():
            page.select_option(f"#{section} [name='pair-{left}']", partner)
        for number, item in enumerate(right.get("items", []), 1):
            page.select_option(f"#{section} [name='place-{item}']", str(number))
        if "accept" in right or "value" in right:
            page.fill(f"#{section} [name=text]", right["accept"][0] if "accept" in right else right["value"])
        page.click(f"#{section} form p > button, #{section} form button")
    assert page.locator("#onward a[href*='/learn/']").count() == 1
    context.close()
