"""Agents and Groups: how they must look, and by what two of them are the same."""

from typing import Any

from lms.lrs import rules
from lms.lrs.shapes import check_iri, check_kind, check_object, check_text, join, refuse, shown

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
"""The four inverse functional identifiers (Data 2.4.2.3)."""
_AGENT = frozenset({"objectType", "name", *IDENTIFIERS})
_GROUP = _AGENT | {"member"}
AGENT, GROUP, IFI, ACCOUNT = (f"xAPI 1.0.3 Data 2.4.2.{n}" for n in (1, 2, 3, 4))


def check_actor(value: Any, path: str, clause: str = "xAPI 1.0.3 Data 2.4.2") -> None:
    """An Agent or a Group; without objectType it is an Agent (Data 2.4.2)."""
    kind = value.get("objectType", "Agent") if isinstance(value, dict) else "Agent"
    if kind == "Agent":
        check_agent(value, path)
    elif kind == "Group":
        check_group(value, path)
    else:
        refuse(join(path, "objectType"), f"must be Agent or Group, not {shown(kind)}", clause)


def check_agent(value: Any, path: str) -> None:
    """An Agent: exactly one identifier (Data 2.4.2.1)."""
    check_object(value, path, _AGENT, (), AGENT)
    if value.get("objectType", "Agent") != "Agent":
        refuse(join(path, "objectType"), f"must be Agent, not {shown(value['objectType'])}", AGENT)
    if "name" in value:
        check_text(value["name"], join(path, "name"), AGENT)
    if not _check_identifiers(value, path):
        refuse(path, f"must have one of {', '.join(IDENTIFIERS)}", AGENT)


def check_group(value: Any, path: str) -> None:
    """A Group: with an identifier, or else with members, who are Agents (Data 2.4.2.2)."""
    check_object(value, path, _GROUP, ("objectType",), GROUP)
    if value["objectType"] != "Group":
        refuse(join(path, "objectType"), f"must be Group, not {shown(value['objectType'])}", GROUP)
    if "name" in value:
        check_text(value["name"], join(path, "name"), GROUP)
    identified = _check_identifiers(value, path)
    members = value.get("member", [])
    if not isinstance(members, list):
        refuse(join(path, "member"), f"must be an array of Agents, not {shown(members)}", GROUP)
    if not identified and not members:
        refuse(join(path, "member"), "is needed in a Group that has no identifier", GROUP)
    for n, member in enumerate(members):
        check_agent(member, f"{join(path, 'member')}[{n}]")


def _check_identifiers(value: dict[str, Any], path: str) -> bool:
    """At most one identifier, and a good one; True when there is one."""
    given = [name for name in IDENTIFIERS if name in value]
    if len(given) > 1:
        refuse(join(path, given[1]), f"stands beside {given[0]}: only one identifier is allowed", IFI)
    if not given:
        return False
    name, at = given[0], join(path, given[0])
    if name == "mbox":
        check_kind(value[name], at, rules.is_mbox, "mailto: and one address", IFI)
    elif name == "mbox_sha1sum":
        check_kind(value[name], at, rules.is_sha1, "a SHA-1 of 40 hex digits", IFI)
    elif name == "openid":
        check_iri(value[name], at, IFI)
    else:
        account = value[name]
        check_object(account, at, ("homePage", "name"), ("homePage", "name"), ACCOUNT)
        check_iri(account["homePage"], join(at, "homePage"), ACCOUNT)
        check_text(account["name"], join(at, "name"), ACCOUNT)
    return True


def check_authority(value: Any, path: str) -> None:
    """An Agent, or the two Agents of a three-legged OAuth; checked, then overwritten by the store (Data 2.4.9)."""
    check_actor(value, path)
    if value.get("objectType") == "Group" and (identity(value) or len(value["member"]) != 2):
        refuse(path, "must be an Agent, or a Group of two Agents without an identifier", "xAPI 1.0.3 Data 2.4.9")


def identity(actor: dict[str, Any]) -> str | None:
    """The text by which two valid Agents or Groups are the same; None for a Group without identifier, which is unique.

    The domain of an address and the digits of a hash are compared in lower case (Data 2.3.1).
    """
    if "account" in actor:
        # an IRI has no space, so no two accounts collide
        return f"account {actor['account']['homePage']} {actor['account']['name']}"
    if "mbox" in actor:
        local, _, domain = actor["mbox"].rpartition("@")
        return f"mbox {local}@{domain.lower()}"
    if "mbox_sha1sum" in actor:
        return f"mbox_sha1sum {actor['mbox_sha1sum'].lower()}"
    if "openid" in actor:
        return f"openid {actor['openid']}"
    return None


def identities(actor: dict[str, Any]) -> set[str]:
    """The identities of a valid Agent or Group and its members: what `agent` finds it by (Communication 2.1.3)."""
    found = {identity(actor), *(identity(member) for member in actor.get("member", ()))}
    return {one for one in found if one is not None}
