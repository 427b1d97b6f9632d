"""What every answer carries, which hosts are answered, and which requests another site cannot make."""

import dataclasses

import pytest
from flask import Flask

from lms import app as application
from lms.core import db, settings
from lms.core.settings import DEMO_SECRET, Settings, SettingsError, load
from tests.factories import Factories

EXACT = {
    "Content-Security-Policy": application.CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": application.HEADERS["Permissions-Policy"],
    "Cache-Control": "no-store",
}
PLAIN = {"Content-Type", "Content-Length", "Vary", "Set-Cookie", "Content-Encoding"}


def test_a_page_carries_exactly_these_headers(a: Factories):
    for path, more in (("/sign-in", {}), ("/certificates/", {"X-Robots-Tag": "noindex"})):
        headers = a.client().get(path).headers
        assert {k: v for k, v in headers.items() if k not in PLAIN} == EXACT | more, path


def test_scripts_and_styles_come_from_us_alone():
    policy = dict(part.strip().split(" ", 1) for part in application.CSP.split(";"))
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["default-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in application.CSP and "nonce" not in application.CSP


def test_the_cookie_is_not_for_scripts_and_not_for_other_sites(a: Factories):
    answer = a.client().get("/sign-in")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("sid="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Domain" not in cookie and "Secure" not in cookie


def test_under_https_the_cookie_is_secure_and_bound_to_the_host(app: Flask, tmp_path):
    chosen = settings.current()
    made = application.create(dataclasses.replace(chosen, public_url="https://belajar.kota.example"))
    answer = made.test_client().get("/sign-in", base_url="https://belajar.kota.example")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("__Host-sid="))
    assert "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    db.session.get_bind().dispose()


@pytest.mark.parametrize(
    "host", ["evil.example", "asah.localhost.evil.example", "127.0.0.2", "[::2]", "localhost:80@evil.example"]
)
def test_other_hosts_are_not_answered(a: Factories, host: str):
    assert a.client().get("/sign-in", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "asah.localhost:8000", "asah.localhost"])
def test_both_loopback_names_are_one_site_without_redirect(a: Factories, host: str):
    assert a.client().get("/sign-in", headers={"Host": host}).status_code == 200


UNSAFE = ["/sign-in", "/sign-out", "/language"]
FOREIGN = [
    {"Origin": "null"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://p1.localhost"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://localhost:444"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda h: next(iter(h.values())))
def test_no_other_site_can_make_us_do_something(a: Factories, app: Flask, headers: dict[str, str]):
    client = a.client(a.person())
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and not rule.rule.startswith("/xapi"):
            path = rule.rule
            for name in rule.arguments:
                path = path.replace(
                    next(p for p in (f"<uuid:{name}>", f"<{name}>", f"<path:{name}>", f"<int:{name}>") if p in path),
                    "00000000-0000-7000-8000-000000000000" if f"uuid:{name}" in path else "1",
                )
            assert client.post(path, headers=headers).status_code == 403, path


def test_a_form_without_its_token_is_refused(a: Factories, app: Flask):
    answer = a.client(a.person()).post("/sign-out")
    assert answer.status_code == 400


@pytest.mark.pure
@pytest.mark.parametrize(
    "environ",
    [
        {"ASAH_ENV": "production", "ASAH_PUBLIC_URL": "https://a.example"},
        {"ASAH_ENV": "production", "ASAH_PUBLIC_URL": "https://a.example", "ASAH_SECRET_KEY": DEMO_SECRET},
        {"ASAH_ENV": "production", "ASAH_PUBLIC_URL": "https://a.example", "ASAH_SECRET_KEY": "short"},
        {"ASAH_ENV": "production", "ASAH_SECRET_KEY": "x" * 40},
        {"ASAH_ENV": "live"},
        {"PORT": "eight"},
        {"ASAH_XAPI_VERSION": "0.9"},
    ],
)
def test_production_does_not_start_with_demo_secrets_or_nonsense(environ: dict[str, str]):
    with pytest.raises(SettingsError):
        load(environ)


def test_production_does_not_start_with_demo_people(a: Factories, app: Flask):
    ana = a.person()
    with db.transaction():
        ana.demo = True
    here = settings.current()
    production = Settings(
        environment="production",
        data_dir=here.data_dir,
        database_url=here.database_url,
        secret_key="x" * 40,
        public_url="https://belajar.kota.example",
    )
    with pytest.raises(SettingsError, match="demo"):
        application.create(production)


def test_health_says_what_is_well(a: Factories):
    client = a.client()
    assert client.get("/healthz").json == {"ok": True}
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json == {"ok": False, "database": True, "migrations": True, "worker": False}


def test_ready_once_the_worker_has_given_a_sign_of_life(a: Factories):
    from lms import worker

    worker.sweep()
    ready = a.client().get("/readyz")
    assert (ready.status_code, ready.json["ok"]) == (200, True)


def test_an_error_page_says_what_to_do_and_shows_no_trace(a: Factories):
    page = a.client(a.person()).get("/courses/ada-yang-hilang")
    assert page.status_code == 404
    assert "Traceback" not in page.text and "lms" not in page.text.lower().replace("lms_", "")


def test_static_files_may_be_kept_and_pages_may_not(a: Factories):
    client = a.client()
    assert client.get("/static/css/app.css?v=1").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
