"""The wheel alone serves the whole product: installed into an empty environment, it makes the demo agency and a certificate."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.browser.conftest import free_port

pytestmark = [pytest.mark.faults, pytest.mark.pure]
ROOT = Path(__file__).parent.parent
MAKE_PDF = """
import sys
from pathlib import Path
from lms import app
from lms.certificates import actions, queries
from lms.core import db
app.boot()
with db.transaction():
    Path(sys.argv[2]).write_bytes(actions.pdf_of(queries.find_by_code(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from this checkout."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
    )
    return next(out.glob("*.whl"))


def test_the_wheel_carries_everything_that_is_not_code(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (
        ("templates", "lms/templates"),
        ("courses", "lms/courses"),
        ("migrations", "lms/migrations"),
        ("lms/static", "lms/static"),
        ("lms/translations", "lms/translations"),
    ):
        there = {
            str(Path(inside) / p.relative_to(ROOT / folder))
            for p in (ROOT / folder).rglob("*")
            if p.is_file() and "__pycache__" not in p.parts
        }
        assert there - names == set()
    assert not [n for n in names if n.startswith("tests/")]


def test_it_serves_the_demo_from_an_empty_environment(wheel: Path, tmp_path: Path):
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "env")], check=True)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run(
        [
            python,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "-c",
            str(ROOT / "constraints.txt"),
            str(wheel),
        ],
        check=True,
    )
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ASAH_", "PYTHON"))} | {
        "PORT": str(port),
        "ASAH_DATA": str(tmp_path / "var"),
        "DATABASE_URL": "",
        "ASAH_WORKERS": "1",
    }
    log = (tmp_path / "log").open("w")
    server = subprocess.Popen(
        [tmp_path / "env" / "bin" / "lms", "demo"],
        env=env,
        cwd=tmp_path,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        for _ in range(1500):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as ready:
                    if ready.status == 200:
                        break
            except OSError:
                pass
            assert server.poll() is None, (tmp_path / "log").read_text()[-2000:]
            time.sleep(0.2)
        printed = (tmp_path / "log").read_text()
        assert "ana@demo.asah.example" in printed
        for path, there in (("/sign-in", "NIP"), ("/static/vendor/htmx.min.js", "htmx")):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as page:
                assert there in page.read().decode()
        with sqlite3.connect(f"file:{tmp_path}/var/asah.db?mode=ro", uri=True) as database:
            code = database.execute("SELECT code FROM certificate ORDER BY id LIMIT 1").fetchone()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/certificates/{code}") as page:
            assert "Sertifikat ini berlaku" in page.read().decode()
        pdf = tmp_path / "certificate.pdf"
        subprocess.run([python, "-c", MAKE_PDF, code, str(pdf)], env=env, cwd=tmp_path, check=True)
        command = [tmp_path / "env" / "bin" / "lms", "certificates", "verify", str(pdf)]
        said = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True)
        assert pdf.read_bytes().startswith(b"%PDF") and said.returncode == 0, said.stdout + said.stderr
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)
