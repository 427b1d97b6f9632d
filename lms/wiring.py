"""What follows from what: the reactions of the whole system on one page.

GATE may refuse before anything is stored; NOW runs in the same transaction; SOON is a job, retried until it succeeds;
SILENT events are facts that nothing follows from yet. FILES tells what names files in the storage.
"""

from lms.assessment import actions as assessment
from lms.catalogue import actions as catalogue
from lms.catalogue import queries as courses
from lms.catalogue.events import VersionImported
from lms.certificates import actions as certificates
from lms.certificates import queries as issued
from lms.core import events, storage
from lms.delivery import actions as delivery
from lms.enrolment import actions as enrolment
from lms.enrolment.events import Enrolled
from lms.home import actions as home
from lms.hours import actions as hours
from lms.lrs import attachments
from lms.lrs.events import StatementsArriving, StatementsStored
from lms.notifications import actions as notifications
from lms.people.events import PersonErased, SignedOut
from lms.progress import actions as progress
from lms.progress.events import CompletionWithdrawn, CourseCompleted
from lms.records import actions as records
from lms.supervision import actions as supervision
from lms.supervision.events import Confirmed, Thanked

GATE = {StatementsArriving: [delivery.check]}
NOW = {
    VersionImported: [assessment.take_questions],
    SignedOut: [delivery.stop_learning],
    CourseCompleted: [delivery.record_course_completed, records.record_completion, hours.credit],
    CompletionWithdrawn: [records.withdraw, hours.withdraw, certificates.withdraw],
    PersonErased: [
        enrolment.forget,  # it locks their places: nothing more is credited or issued meanwhile
        delivery.forget,  # then what was under way is told, and struck with the rest
        assessment.forget,
        catalogue.forget,
        records.forget,
        hours.forget,
        home.forget,
        notifications.forget,  # it finds what was told by what it was told of
        supervision.forget,
        certificates.forget,
    ],
}
SOON = {
    StatementsStored: [progress.project],
    CourseCompleted: [certificates.issue, notifications.congratulate, notifications.announce_certificate],
    Thanked: [notifications.pass_on_thanks],
    Confirmed: [notifications.announce_confirmation],
}
SILENT = {Enrolled}
FILES = [courses.stored_files, issued.stored_files, attachments.stored_files]


def connect() -> None:
    """Let events reach what is written above, and the storage ask who names a file."""
    events.connect(GATE, NOW, SOON, SILENT)
    storage.named_by(FILES)
