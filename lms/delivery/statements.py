"""What the player says, as xAPI statements in the terms of ADL and cmi5. Pure: facts in, dicts out.

Verbs and activity types are those of http://adlnet.gov/expapi and https://w3id.org/xapi/cmi5; terms of our own begin
with `urn:asah:xapi:`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from lms.catalogue import iris
from lms.progress import fold

Statement = dict[str, Any]
ADL = "http://adlnet.gov/expapi/"
CMI5 = "https://w3id.org/xapi/cmi5/"
SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
SESSION = CMI5 + "context/extensions/sessionid"
PROFILE = "urn:asah:xapi:profile"
PLACE = "urn:asah:xapi:place"
"""Result extension of `experienced`: the key of the lesson, or the name of the test, that was left."""
REASON = "urn:asah:xapi:reason"
DISPLAY = {
    "launched": "meluncurkan",
    "initialized": "memulai",
    "experienced": "mempelajari",
    "answered": "menjawab",
    "attempted": "mencoba",
    "passed": "lulus",
    "failed": "belum lulus",
    "completed": "menyelesaikan",
    "terminated": "mengakhiri",
    "satisfied": "memenuhi",
}
INTERACTIONS = {
    "single": "choice",
    "multiple": "choice",
    "true_false": "true-false",
    "matching": "matching",
    "ordering": "sequencing",
    "short_text": "fill-in",
    "numeric": "numeric",
}


@dataclass(frozen=True)
class Scene:
    """Who learns what, in which stretch of learning."""

    actor: dict[str, Any]
    registration: UUID
    course: UUID
    title: str
    language: str
    """Of the course."""
    sessionid: UUID
    at: datetime
    """When it happens."""


def duration(seconds: float) -> str:
    """Seconds as ISO 8601 says them (xAPI 1.0.3, Data, 4.6), to a hundredth."""
    return f"PT{round(seconds, 2):g}S" if seconds < 100_000 else f"PT{round(seconds)}S"


def moment(at: datetime) -> str:
    """A moment in UTC, in microseconds (Data, 4.5)."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def course(scene: Scene) -> dict[str, Any]:
    """The course as an activity."""
    return _activity(iris.course_iri(scene.course), CMI5 + "activitytype/course", scene.title, scene.language)


def lesson(scene: Scene, key: str, title: str) -> dict[str, Any]:
    """A lesson as an activity."""
    return _activity(iris.lesson_iri(scene.course, key), ADL + "activities/lesson", title, scene.language)


def test(scene: Scene, name: str) -> dict[str, Any]:
    """A test as an activity."""
    return _activity(iris.test_iri(scene.course, name), ADL + "activities/assessment", name, scene.language)


def launched(scene: Scene) -> Statement:
    """The player was opened."""
    return _statement(scene, "launched", course(scene))


def initialized(scene: Scene) -> Statement:
    """A stretch of learning has begun."""
    return _statement(scene, "initialized", course(scene))


def terminated(scene: Scene, seconds: float) -> Statement:
    """A stretch of learning is over; `seconds` were active."""
    return _statement(scene, "terminated", course(scene), {"duration": duration(seconds)})


def experienced(scene: Scene, activity: dict[str, Any], place: str, seconds: float) -> Statement:
    """A lesson or test was left after `seconds` of activity. These durations, and no others, add up to active time."""
    return _statement(
        scene, "experienced", activity, {"duration": duration(seconds), "extensions": {PLACE: place}}, course(scene)
    )


def attempted(scene: Scene, name: str) -> Statement:
    """A test was begun."""
    return _statement(scene, "attempted", test(scene, name), parent=course(scene))


def answered(
    scene: Scene, key: str, kind: str, text: str, response: str, correct: bool, parent: dict[str, Any]
) -> Statement:
    """A question was answered, and we scored it. It never carries the right answer (no correctResponsesPattern)."""
    activity = _activity(iris.question_iri(scene.course, key), ADL + "activities/cmi.interaction", text, scene.language)
    activity["definition"]["interactionType"] = INTERACTIONS[kind]
    return _statement(scene, "answered", activity, {"response": response, "success": correct}, parent)


def judged(scene: Scene, name: str, right: int, total: int, passed: bool, seconds: float) -> Statement:
    """A test was sent: passed or failed, with its score (Data, 2.4.5.1) and the active seconds that it took."""
    score = {"scaled": round(right / total, 4), "raw": right, "min": 0, "max": total}
    return _statement(
        scene,
        "passed" if passed else "failed",
        test(scene, name),
        {"score": score, "success": passed, "duration": duration(seconds)},
        course(scene),
    )


def completed(scene: Scene, seconds: float) -> Statement:
    """All that the course asks for is done: a consequence, which no fold reads back."""
    return _statement(scene, "completed", course(scene), {"completion": True, "duration": duration(seconds)})


def satisfied(scene: Scene) -> Statement:
    """The course is satisfied (cmi5 9.3.9)."""
    return _statement(scene, "satisfied", course(scene), grouping=False)


def stated(scene: Scene, method: str, reason: str, by: dict[str, Any] | None) -> Statement:
    """Somebody responsible states that the course was completed, in a room or otherwise."""
    made = _statement(scene, "completed", course(scene), {"completion": True, "duration": duration(0)})
    if by:
        made["context"]["instructor"] = by
    made["context"]["extensions"] |= {fold.METHOD: method, REASON: reason}
    return made


def _activity(iri: str, kind: str, name: str, language: str) -> dict[str, Any]:
    return {"objectType": "Activity", "id": iri, "definition": {"type": kind, "name": {language: name}}}


def _statement(
    scene: Scene,
    verb: str,
    thing: dict[str, Any],
    result: dict[str, Any] | None = None,
    parent: dict[str, Any] | None = None,
    grouping: bool = True,
) -> Statement:
    around: dict[str, Any] = {"category": [{"id": PROFILE, "definition": {"type": ADL + "activities/profile"}}]}
    if parent:
        around["parent"] = [
            {"objectType": "Activity", "id": parent["id"], "definition": {"type": parent["definition"]["type"]}}
        ]
    if grouping:
        around["grouping"] = [{"objectType": "Activity", "id": iris.course_iri(scene.course)}]
    made: Statement = {
        "actor": scene.actor,
        "verb": {
            "id": SATISFIED if verb == "satisfied" else f"{ADL}verbs/{verb}",
            "display": {"en": verb, "id": DISPLAY[verb]},
        },
        "object": thing,
        "context": {
            "registration": str(scene.registration),
            "platform": "Asah",
            "language": scene.language,
            "contextActivities": around,
            "extensions": {SESSION: str(scene.sessionid)},
        },
        "timestamp": moment(scene.at),
    }
    if result:
        made["result"] = result
    return made
