"""What is said at the end of a course, as xAPI statements. Pure: plain values in, a statement out."""

from typing import Any
from uuid import UUID

from lms.catalogue import iris

RESPONDED = {"id": "http://adlnet.gov/expapi/verbs/responded", "display": {"en": "responded", "id": "menanggapi"}}
INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
ASKED = {
    "useful": ("I can use this in my work", "Saya dapat memakainya dalam pekerjaan saya"),
    "clear": ("The lessons were clear", "Pelajarannya jelas"),
    "worth_the_time": ("It was worth my time", "Sepadan dengan waktu saya"),
}


def _context(course: UUID, registration: UUID, language: str) -> dict[str, Any]:
    return {
        "registration": str(registration),
        "platform": "Asah",
        "language": language,
        "contextActivities": {"parent": [{"id": iris.course_iri(course)}]},
    }


def plan_written(
    id: UUID, actor: dict[str, Any], course: UUID, registration: UUID, text: str, language: str
) -> dict[str, Any]:
    """Somebody wrote what they will do differently: a long fill-in (xAPI 1.0.3 Data 2.4.4.1) in their own words."""
    return {
        "id": str(id),
        "actor": actor,
        "verb": RESPONDED,
        "object": {
            "objectType": "Activity",
            "id": f"{iris.course_iri(course)}/action-plan",
            "definition": {
                "type": INTERACTION,
                "interactionType": "long-fill-in",
                "name": {"en": "Action plan", "id": "Rencana aksi"},
            },
        },
        "result": {"response": text},
        "context": _context(course, registration, language),
    }


def reacted(
    id: UUID, actor: dict[str, Any], course: UUID, registration: UUID, marks: dict[str, int], language: str
) -> dict[str, Any]:
    """Somebody filled in the questionnaire: a performance whose steps are the questions, each answered 1 to 5.

    The response joins step and answer with [.] and steps with [,] (xAPI 1.0.3 Data 2.4.4.1). The remark is not in it.
    """
    return {
        "id": str(id),
        "actor": actor,
        "verb": RESPONDED,
        "object": {
            "objectType": "Activity",
            "id": f"{iris.course_iri(course)}/questionnaire",
            "definition": {
                "type": INTERACTION,
                "interactionType": "performance",
                "name": {"en": "Questionnaire", "id": "Kuesioner"},
                "steps": [{"id": key, "description": {"en": en, "id": id_}} for key, (en, id_) in ASKED.items()],
            },
        },
        "result": {"response": "[,]".join(f"{key}[.]{marks[key]}" for key in ASKED)},
        "context": _context(course, registration, language),
    }
