"""What happened to people."""

from dataclasses import dataclass

from lms.core.events import Event


@dataclass(frozen=True)
class SignedOut(Event):
    """Somebody signed out, here or everywhere."""

    person_id: int


@dataclass(frozen=True)
class PersonErased(Event):
    """Somebody is erased with this transaction: each area takes out what it keeps that tells who they were.

    Published while name, number and account still stand in the tables of people, so that they can be looked for
    (`erasing.words_of`); it is wired NOW only, since a job would come too late.
    """

    person_id: int
