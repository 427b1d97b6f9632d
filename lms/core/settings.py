"""What an operator can set: typed, documented, read from the environment once at the start."""

import os
from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DEMO_SECRET = "only-for-a-demo-never-for-people"  # noqa: S105 - production refuses it


class SettingsError(Exception):
    """A setting that cannot be used; the text says which, and what to do."""


def _setting(variable: str, default, says: str):
    return field(default=default, metadata={"variable": variable, "says": says})


@dataclass(frozen=True)
class Settings:
    """Each field names its environment variable and says what it does; `docs/settings.md` is made from this."""

    environment: str = _setting(
        "ASAH_ENV",
        "development",
        "`production` refuses demo secrets and demo accounts; `development` shows /ui; `test` is for the tests.",
    )
    data_dir: Path = _setting(
        "ASAH_DATA", Path("var"), "The folder for the SQLite database, the job queue and stored files."
    )
    database_url: str = _setting(
        "DATABASE_URL", "", "`postgresql+psycopg://user:password@host/name`; empty means SQLite in the data folder."
    )
    port: int = _setting("PORT", 8000, "The port that the site listens on.")
    bind: str = _setting("ASAH_BIND", "127.0.0.1", "The address that the site listens on.")
    public_url: str = _setting(
        "ASAH_PUBLIC_URL",
        "",
        "The address that people use, such as https://belajar.kota.go.id; empty means http://asah.localhost:PORT. "
        "With https the cookies become Secure and `__Host-`.",
    )
    hosts: str = _setting(
        "ASAH_HOSTS",
        "",
        "Further host names that are answered, comma-separated; outside production 127.0.0.1, localhost and "
        "asah.localhost are answered too.",
    )
    secret_key: str = _setting(
        "ASAH_SECRET_KEY",
        DEMO_SECRET,
        "Signs cookies and hashes record-store secrets: 32 characters or more, kept secret. "
        "Changing it signs everybody out and voids all keys.",
    )
    signing_key: str = _setting(
        "ASAH_SIGNING_KEY",
        "",
        "The Ed25519 private key (PEM file) that signs certificates; empty means one made in the data folder at first use.",
    )
    workers: int = _setting("ASAH_WORKERS", 2, "How many web processes serve the site.")
    xapi_version: str = _setting(
        "ASAH_XAPI_VERSION", "2.0", "The xAPI version in which /xapi answers a request that names none: 1.0.3 or 2.0."
    )
    mail_url: str = _setting(
        "ASAH_MAIL_URL",
        "",
        "`smtp://user:password@host:587` sends mail, STARTTLS where offered; empty means no mail, and no page speaks of it.",
    )
    mail_from: str = _setting("ASAH_MAIL_FROM", "asah@localhost", "The sender of mail.")
    brand: str = _setting(
        "ASAH_BRAND", "", "A brand colour as #rrggbb in place of Asah's teal; it must reach 4.5:1 on white."
    )
    trusted_proxies: int = _setting(
        "ASAH_TRUSTED_PROXIES",
        0,
        "How many reverse proxies stand in front, each adding to X-Forwarded-For; 0 ignores that header.",
    )

    def __post_init__(self):
        if self.environment not in ("development", "production", "test"):
            raise SettingsError(f"ASAH_ENV is {self.environment!r}: set it to development or production.")
        if self.xapi_version not in ("1.0.3", "2.0"):
            raise SettingsError(f"ASAH_XAPI_VERSION is {self.xapi_version!r}: set it to 1.0.3 or 2.0.")
        if self.environment == "production" and (self.secret_key == DEMO_SECRET or len(self.secret_key) < 32):
            raise SettingsError(
                "ASAH_SECRET_KEY is the demo's or shorter than 32 characters: set it to a long random text."
            )
        if self.environment == "production" and not self.public_url:
            raise SettingsError("ASAH_PUBLIC_URL is empty: set it to the address that people use.")

    @property
    def address(self) -> str:
        """The address that people use, without a slash at its end."""
        return (self.public_url or f"http://asah.localhost:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether people reach the site by https."""
        return self.address.startswith("https://")

    @property
    def host_names(self) -> frozenset[str]:
        """Host names, without ports, under which the site answers."""
        named = {h.strip() for h in self.hosts.split(",") if h.strip()} | {urlsplit(self.address).hostname or ""}
        if self.environment != "production":
            named |= {"127.0.0.1", "localhost", "asah.localhost", "::1"}
        return frozenset(named)

    @property
    def database(self) -> str:
        """The database's address for SQLAlchemy."""
        return self.database_url or f"sqlite:///{self.data_dir / 'asah.db'}"


def _kind(f: Field) -> Callable[[str], Any]:
    """What a field's text is read as: its default's type."""
    return {int: int, str: str}.get(type(f.default), Path)


def load(environ: dict[str, str] | None = None) -> Settings:
    """The settings in `environ` (default: the process's); raises SettingsError."""
    environ = dict(os.environ if environ is None else environ)
    given = {}
    for f in fields(Settings):
        raw = environ.get(f.metadata["variable"], "").strip()
        if not raw:
            continue
        try:
            given[f.name] = _kind(f)(raw)
        except ValueError:
            raise SettingsError(f"{f.metadata['variable']} is {raw!r}: it must be a whole number.") from None
    return Settings(**given)


_current: list[Settings] = []


def use(settings: Settings) -> None:
    """Make `settings` those of this process."""
    _current[:] = [settings]


def current() -> Settings:
    """The settings of this process."""
    if not _current:
        _current.append(load())
    return _current[0]
