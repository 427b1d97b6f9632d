"""Statements to begin from."""

import copy
from urllib.parse import quote

ANA = {"objectType": "Agent", "account": {"homePage": "https://asah.example", "name": "8c7e"}}
BUDI = {"mbox": "mailto:budi@Example.org", "name": "Budi"}
TEAM = {"objectType": "Group", "name": "Tim", "member": [ANA, BUDI]}
ANSWERED = {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"en": "answered", "id": "menjawab"}}
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
LESSON = {"objectType": "Activity", "id": "https://asah.example/activities/lessons/1"}
STATE_PLACE = "activityId=x:a&agent=" + quote('{"mbox":"mailto:a@b.id"}') + "&stateId=s"
"""The query string of a document's address."""
REGISTRATION = "0190a1b2-0000-7000-8000-00000000000a"


def statement(**parts):
    """A plain statement, its parts replaced by `parts`; None takes one out."""
    made = {"actor": ANA, "verb": ANSWERED, "object": LESSON, "timestamp": "2026-11-22T08:30:00.120Z"} | parts
    return copy.deepcopy({key: value for key, value in made.items() if value is not None})


FULL = statement(
    id="0190a1b2-1111-7000-8000-000000000001",
    object=LESSON
    | {
        "definition": {
            "name": {"id": "Pelajaran satu", "en-GB": "Lesson one"},
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "moreInfo": "https://asah.example/lessons/1",
            "interactionType": "choice",
            "correctResponsesPattern": ["a[,]b"],
            "choices": [{"id": "a", "description": {"id": "Satu"}}, {"id": "b"}],
            "extensions": {"https://asah.example/x": None},
        }
    },
    result={
        "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
        "success": True,
        "completion": False,
        "response": "a[,]b",
        "duration": "PT1M30.5S",
        "extensions": {"https://asah.example/y": [{"deep": [None, 1e-7]}]},
    },
    context={
        "registration": REGISTRATION,
        "instructor": BUDI,
        "team": TEAM,
        "revision": "3",
        "platform": "Asah",
        "language": "id-ID",
        "statement": {"objectType": "StatementRef", "id": "0190a1b2-1111-7000-8000-000000000009"},
        "contextActivities": {
            "parent": [{"id": "https://asah.example/activities/courses/1"}],
            "category": [{"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}],
        },
        "extensions": {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": "s"},
    },
    attachments=[
        {
            "usageType": "https://asah.example/proof",
            "display": {"id": "Bukti"},
            "contentType": "text/plain; charset=utf-8",
            "length": 3,
            "sha2": "a" * 64,
            "fileUrl": "https://asah.example/proof.txt",
        }
    ],
)
