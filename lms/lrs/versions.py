"""Where the versions of xAPI differ, in one table."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Version:
    """One line of the standard, as this store speaks it."""

    header: str
    """The latest patch version: what X-Experience-API-Version says in answers (1.0.3 Communication 3.3)."""
    stamp: str
    """The `version` of a statement that was sent without one (1.0.3 Data 2.4.10)."""
    asked_by: re.Pattern[str]
    """The values of the request's header that mean this version."""
    statement_versions: re.Pattern[str]
    """The `version` values that a statement may carry."""
    context_agents: bool
    """Whether a context may have contextAgents and contextGroups (new in 2.0)."""
    zone_needed: bool
    """Whether a timestamp must name its zone: 2.0 asks for RFC 3339, 1.0.3 only recommends it (Data 4.5)."""
    blind_new: frozenset[str]
    """The kinds of document that PUT makes without If-Match and If-None-Match: in 1.0.3 no profile (3.1)."""
    blind_over: frozenset[str]
    """The kinds of document that PUT replaces without them: in 1.0.3 State, in 2.0 none (3.1)."""
    alternate_syntax: bool
    """Whether POST ?method=... may stand for another request (1.0.3 Communication 1.3; gone in 2.0)."""


V103 = Version(
    "1.0.3",
    "1.0.0",
    re.compile(r"1\.0(\.[0-9]{1,4})?"),
    re.compile(r"1\.0(\.[0-9]{1,4})?"),
    context_agents=False,
    zone_needed=False,
    blind_new=frozenset({"state"}),
    blind_over=frozenset({"state"}),
    alternate_syntax=True,
)
V20 = Version(
    "2.0.0",
    "2.0.0",
    re.compile(r"2\.0(\.[0-9]{1,4})?"),
    re.compile(r"(1\.0|2\.0)(\.[0-9]{1,4})?"),
    context_agents=True,
    zone_needed=True,
    blind_new=frozenset({"state", "activity_profile", "agent_profile"}),
    blind_over=frozenset(),
    alternate_syntax=False,
)
VERSIONS = (V103, V20)
BY_BASE = {"1.0.3": V103, "2.0": V20}
"""The pinned bases /xapi/1.0.3 and /xapi/2.0, and the values of the setting ASAH_XAPI_VERSION."""


def find(header: str) -> Version | None:
    """The version that X-Experience-API-Version asks for, if it is spoken here (1.0.3 Communication 3.3)."""
    return next((v for v in VERSIONS if v.asked_by.fullmatch(header)), None)
