"""Hands that never touch the screen: Tab, arrows, space, Enter and letters only."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

MOST_TABS = 140


class Keyboard:
    """Moves by keyboard on `page`, and checks that focus can always be seen."""

    def __init__(self, page: Page):
        self.page = page

    def reach(self, selector: str) -> None:
        """Tab until the focus is on `selector`; fails when it cannot be reached, or is hidden behind something."""
        assert self.page.locator(selector).count(), (
            f"{selector} is not on {self.page.url}: {self.page.inner_text('main')[:600]}"
        )
        for _ in range(MOST_TABS):
            if self.page.locator(selector).evaluate_all("all => all.includes(document.activeElement)"):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"{selector} cannot be reached by Tab on {self.page.url}")
        hidden = self.page.evaluate("""() => {
            const box = document.activeElement.getBoundingClientRect();
            const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
            const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 1);
            const top = document.elementFromPoint(x, y);
            return !(top && (top === document.activeElement || document.activeElement.contains(top) || top.contains(document.activeElement)
                || top.closest('label')));
        }""")
        assert not hidden, f"the focus on {selector} is hidden behind something on {self.page.url}"

    def press(self, selector: str, key: str = "Enter") -> None:
        """Reach `selector` and press `key`; waits for the page that follows."""
        self.reach(selector)
        self.page.keyboard.press(key)
        self.page.wait_for_load_state()

    def follow(self, selector: str) -> None:
        """Reach `selector`, press Enter, and wait for another address."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, selector: str, text: str) -> None:
        """Reach a field and type into it."""
        self.reach(selector)
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """Choose in a list by its arrow keys."""
        selector = f'select[name="{name}"]'
        self.reach(selector)
        wanted = self.page.evaluate(
            "([s, v]) => [...document.querySelector(s).options].findIndex(o => o.value === v)", [selector, value]
        )
        for _ in range(wanted):
            self.page.keyboard.press("ArrowDown")
        assert self.page.evaluate("s => document.querySelector(s).value", selector) == value


class AnswerKey:
    """What is right, read from the site's database: the pages never say."""

    def __init__(self, database: Path):
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            rows = connection.execute("SELECT key, type, shown, answer FROM question").fetchall()
        self.rows = [(key, kind, json.loads(shown), json.loads(answer)) for key, kind, shown, answer in rows]

    def of(self, fieldset: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """(type, key) of the question whose fields these are: names and values, or the question's own key."""
        for key, kind, shown, answer in self.rows:
            parts = {p["id"] for name in ("options", "left", "items") for p in shown.get(name, [])}
            if (parts and parts == set(fieldset["parts"])) or (not parts and key == fieldset["key"]):
                return kind, answer
        raise AssertionError(f"no such question: {fieldset}")


FIELDS = """form => ({
    parts: [...form.querySelectorAll('[name=chosen]')].map(e => e.value)
        .concat([...form.querySelectorAll('select')].map(e => e.name.replace(/^(pair|place)-/, ''))),
    key: (form.querySelector('input[name=text]') || {id: ''}).id.replace(/^t-/, '')})"""


def answer(keys: Keyboard, key: AnswerKey, form: str) -> None:
    """Fill in the question in `form` rightly, by keyboard alone."""
    page = keys.page
    kind, right = key.of(page.eval_on_selector(form, FIELDS))
    if kind in ("single", "true_false"):
        # a group of radio buttons is one stop: arrows move within it
        first = page.locator(f"{form} [name=chosen]").first.get_attribute("value")
        checked = (
            page.evaluate("f => (document.querySelector(f + ' [name=chosen]:checked') || {}).value", form) or first
        )
        keys.reach(f'{form} [name=chosen][value="{checked}"]')
        if right["right"][0] == first:
            page.keyboard.press("Space")
        for _ in range(8):
            if (
                page.evaluate("f => (document.querySelector(f + ' [name=chosen]:checked') || {}).value", form)
                == right["right"][0]
            ):
                break
            page.keyboard.press("ArrowDown")
        assert (
            page.evaluate("f => document.querySelector(f + ' [name=chosen]:checked').value", form) == right["right"][0]
        )
    elif kind == "multiple":
        for option in page.locator(f"{form} [name=chosen]").all():
            value = option.get_attribute("value")
            if value in right["right"] and not option.is_checked():
                keys.reach(f'{form} [name=chosen][value="{value}"]')
                page.keyboard.press("Space")
    elif kind == "matching":
        for left, partner in right["pairs"].items():
            keys.choose(f"pair-{left}", partner)
    elif kind == "ordering":
        for number, item in enumerate(right["items"], 1):
            keys.choose(f"place-{item}", str(number))
    else:
        keys.write(f"{form} input[name=text]", right["accept"][0] if kind == "short_text" else right["value"])
