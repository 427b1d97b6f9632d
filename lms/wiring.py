"""What follows from what: the reactions of the whole system on one page.

GATE may refuse before anything is stored; NOW runs in the same transaction; SOON is a job, retried until it succeeds;
SILENT events are facts that nothing follows from yet.
"""

from lms.assessment import actions as assessment
from lms.catalogue.events import VersionImported
from lms.certificates import actions as certificates
from lms.core import events
from lms.delivery import actions as delivery
from lms.enrolment.events import Enrolled
from lms.hours import actions as hours
from lms.lrs.events import StatementsArriving, StatementsStored
from lms.notifications import actions as notifications
from lms.people.events import SignedOut
from lms.progress import actions as progress
from lms.progress.events import CompletionWithdrawn, CourseCompleted
from lms.records import actions as records
from lms.supervision.events import Confirmed, Thanked

GATE = {StatementsArriving: [delivery.check]}
NOW = {
    VersionImported: [assessment.take_questions],
    SignedOut: [delivery.stop_learning],
    CourseCompleted: [delivery.record_course_completed, records.record_completion, hours.credit],
    CompletionWithdrawn: [records.withdraw, hours.withdraw, certificates.withdraw],
}
SOON = {
    StatementsStored: [progress.project],
    CourseCompleted: [certificates.issue, notifications.congratulate, notifications.announce_certificate],
    Thanked: [notifications.pass_on_thanks],
    Confirmed: [notifications.announce_confirmation],
}
SILENT = {Enrolled}


def connect() -> None:
    """Let events reach what is written above."""
    events.connect(GATE, NOW, SOON, SILENT)
