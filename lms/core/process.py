"""Making a process ready to work: settings, log, files, database. What follows from what is `lms.wiring`'s."""

import logging
import sys

import structlog

from lms.core import db, settings, storage


def boot(given: settings.Settings | None = None) -> settings.Settings:
    """From now on this process logs as JSON, keeps files and speaks to the database as `given` or the environment says."""
    chosen = given or settings.load()
    settings.use(chosen)
    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    storage.keep_in(chosen.data_dir / "files")
    db.connect(db.make_engine(chosen.database))
    return chosen
