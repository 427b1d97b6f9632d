"""A real site in processes of its own, and a real Chromium that looks at it."""

import csv
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
UNITS = """code,name,short_name,kind,parent_code,zone,pendamping,pendamping_phone
KOTA,Pemerintah Kota Contoh,Kota Contoh,agency,,Asia/Makassar,Sitti Rahma,0811-0000-1234
DUKCAPIL,Dinas Kependudukan dan Pencatatan Sipil,Disdukcapil,opd,KOTA,Asia/Makassar,,
"""
PEOPLE = """nip,name,email,kind,rank,unit_code,position,supervisor_nip,from
197503122000031003,"Budi Santoso, S.Sos.",budi@kota.example,pns,Pembina (IV/a),DUKCAPIL,Kepala Bidang Pelayanan,,2020-01-02
199004122015032001,"Ana Lestari, S.Kom.",ana@kota.example,pns,Penata Muda (III/a),DUKCAPIL,Analis Layanan,197503122000031003,2020-01-02
199508172021212005,Citra Wulandari,,pppk,VII,DUKCAPIL,Operator Layanan,197503122000031003,2021-03-01
"""


def free_port() -> int:
    """A port on loopback that nobody uses."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@dataclass
class Site:
    """A running installation: where it is, how to run its commands, and the codes of its people."""

    folder: Path
    port: int
    env: dict[str, str]
    process: subprocess.Popen | None = None
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where a browser goes: the name under which passkeys work."""
        return f"http://asah.localhost:{self.port}"

    @property
    def local(self) -> str:
        """Where Python goes (only browsers resolve *.localhost)."""
        return f"http://127.0.0.1:{self.port}"

    def lms(self, *words: str, check: bool = True) -> str:
        """Run `lms words...` and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "lms.cli", *words], env=self.env, capture_output=True, text=True, timeout=300
        )
        if check and done.returncode:
            raise AssertionError(f"lms {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self, *words: str) -> None:
        """Serve, with the worker beside it, and wait until all is ready."""
        log = (self.folder / "server.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lms.cli", *words],
            env=self.env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        for _ in range(900):
            try:
                with urllib.request.urlopen(f"{self.local}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise AssertionError("the site did not start: " + (self.folder / "server.log").read_text()[-3000:])

    def stop(self) -> None:
        """End the server and its worker."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(5)


def make_site(folder: Path) -> Site:
    """An installation in `folder` that does not run yet."""
    port = free_port()
    env = {**os.environ, "ASAH_DATA": str(folder / "var"), "PORT": str(port), "ASAH_WORKERS": "1", "DATABASE_URL": ""}
    return Site(folder, port, env)


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """A small real installation: one agency, a chief and a new learner with a code, an operator, the shipped courses."""
    folder = tmp_path_factory.mktemp("site")
    made = make_site(folder)
    made.lms("setup")
    (folder / "units.csv").write_text(UNITS)
    (folder / "people.csv").write_text(PEOPLE)
    made.lms("units", "import", str(folder / "units.csv"))
    made.lms("people", "import", str(folder / "people.csv"), "--codes", str(folder / "codes.csv"))
    with (folder / "codes.csv").open() as source:
        made.codes = {row["nip"]: row["code"] for row in csv.DictReader(source)}
    made.start("run")
    yield made
    made.stop()


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Iterator[Site]:
    """The demo agency, served as `make run` does."""
    made = make_site(tmp_path_factory.mktemp("demo"))
    made.start("demo")
    yield made
    made.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    if CHROMIUM is None:
        pytest.fail("no Chromium: run `make test`, which sees to it")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone of 360 x 740, with a browser of its own."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="id-ID",
        timezone_id="Asia/Makassar",
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A desk computer of 1280 x 800."""
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 800}, locale="id-ID")
    yield context.new_page()
    context.close()


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong by WCAG 2.2 AA, a line each."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
    return [
        f"{v['id']}: {n['target']} {n.get('failureSummary', '')[:200]}"
        for v in found.response["violations"]
        for n in v["nodes"]
    ]


def demo_sign_ins(site: Site) -> dict[str, str]:
    """{role word: NIP or e-mail} as printed at the start of the demo."""
    printed = (site.folder / "server.log").read_text()
    return dict(re.findall(r"^\s{2}(\S.*?)\s{2,}(\S+@\S+)", printed, flags=re.M))
