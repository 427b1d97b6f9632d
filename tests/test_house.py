"""The house keeps its own rules: what `house.md` would say in a review, said by a test."""

import ast
import configparser
import re
from pathlib import Path

import pytest
from flask import Flask

from lms import cli, wiring
from lms.core import access, db
from lms.core.events import Event
from lms.core.permissions import Permission

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "lms").rglob("*.py"))
AREAS = {p.parent.name for p in (ROOT / "lms").glob("*/__init__.py")}


def test_every_route_states_who_may_use_it(app: Flask):
    store = app.extensions["lrs"]
    assert {view.policy for view in store.view_functions.values()} == {access.OWN_RULES}
    for rule in app.url_map.iter_rules():
        policy = getattr(app.view_functions[rule.endpoint], "policy", None)
        named = policy in (access.PUBLIC, access.SIGNED_IN, access.OWN_RULES)
        assert named or (isinstance(policy, frozenset) and policy and all(isinstance(p, Permission) for p in policy)), (
            rule
        )


def test_a_route_that_says_nothing_does_not_start(app: Flask, monkeypatch):
    from lms import app as application
    from lms.home import views as home

    monkeypatch.delattr(home.index, "policy", raising=True)
    with pytest.raises(LookupError, match="does not say who may use it"):
        application.create(application.settings.current())


def test_every_area_is_shipped():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    packages = set(config["options"]["packages"].split())
    there = {".".join(p.parent.relative_to(ROOT).parts) for p in (ROOT / "lms").rglob("__init__.py")}
    assert there - packages == set()


def test_every_event_is_wired_or_silent():
    wired = set(wiring.GATE) | set(wiring.NOW) | set(wiring.SOON) | wiring.SILENT
    known, todo = set(), [Event]
    while todo:
        for kind in todo.pop().__subclasses__():
            if kind.__module__.startswith("lms."):
                known.add(kind)
                todo.append(kind)
    assert known - wired == set()


def test_no_module_is_a_drawer_for_odds_and_ends():
    assert [p for p in CODE if p.stem in ("utils", "util", "helpers", "helper", "misc", "common", "tools")] == []


def test_no_own_import_hides_in_a_function():
    hidden = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for inner in ast.walk(node):
                    names = (
                        [inner.module or ""]
                        if isinstance(inner, ast.ImportFrom)
                        else ([n.name for n in inner.names] if isinstance(inner, ast.Import) else [])
                    )
                    hidden += [f"{path.relative_to(ROOT)}:{inner.lineno}" for n in names if n.split(".")[0] == "lms"]
    assert hidden == []


def test_every_module_and_public_function_says_what_it_is_for():
    silent = []
    for path in CODE:
        tree = ast.parse(path.read_text())
        where = path.relative_to(ROOT)
        if not ast.get_docstring(tree):
            silent.append(str(where))
        for node in tree.body:
            if (
                isinstance(node, ast.FunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                silent.append(f"{where}:{node.name}")
    assert silent == []


def test_actions_and_queries_never_commit():
    guilty = [
        p.relative_to(ROOT)
        for p in CODE
        if p.stem in ("actions", "queries", "models", "events", "errors")
        and re.search(r"\.commit\(\)|with (db\.)?transaction\(\)", p.read_text())
    ]
    assert guilty == []


def test_time_comes_from_the_clock():
    guilty = [
        f"{p.relative_to(ROOT)}"
        for p in CODE
        if p.name != "clock.py"
        and re.search(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(\)", p.read_text())
    ]
    assert guilty == []


def test_every_table_says_how_long_it_is_kept():
    silent = [
        mapper.class_.__name__
        for mapper in db.Model.registry.mappers
        if not getattr(mapper.class_, "__retention__", "")
    ]
    assert silent == []


def test_every_setting_is_documented():
    assert (ROOT / "docs" / "settings.md").read_text() == cli.settings_page()


def test_pages_carry_no_inline_script_or_style():
    guilty = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        if re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text):
            guilty.append(str(path.relative_to(ROOT)))
    assert guilty == []
