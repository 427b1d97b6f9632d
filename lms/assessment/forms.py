"""What a question's form sends back, in the fields `chosen`, `pair-<left id>`, `place-<item id>` or `text`."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.assessment import scoring


def picked(kind: str, shown: Mapping[str, Any], form: MultiDict[str, str]) -> dict[str, Any]:
    """What was filled in, whole or not: a response; an ordering with equal numbers is {"places": {item: number}}."""
    if kind in scoring.CHOICES:
        return {"chosen": form.getlist("chosen")}
    if kind == "matching":
        given = {p["id"]: form.get(f"pair-{p['id']}", "") for p in shown["left"]}
        return {"pairs": {left: right for left, right in given.items() if right}}
    if kind == "ordering":
        places = {p["id"]: form.get(f"place-{p['id']}", "") for p in shown["items"]}
        if sorted(places.values()) == sorted(str(n + 1) for n in range(len(places))):
            return {"items": sorted(places, key=lambda item: int(places[item]))}
        return {"places": places}
    return {"text": "".join(c for c in form.get("text", "") if c.isprintable()).strip()}


def is_empty(response: Mapping[str, Any]) -> bool:
    """Whether nothing at all was filled in."""
    places = response.get("places")
    return not any(response.values()) if places is None else not any(places.values())
