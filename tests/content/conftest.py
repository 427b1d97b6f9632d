"""Authors are spoken to in English here, so that a test reads like what it checks."""

import pytest

from lms.core import texts


@pytest.fixture(autouse=True)
def in_english():
    """The tests' own language."""
    with texts.speak("en"):
        yield
