"""What can go wrong with questions and tests."""

from lms.core.errors import N_, Conflict, Invalid, NotAllowed


class AnswerIncomplete(Invalid):
    """The response is no whole answer."""

    says = N_(
        "This is not a whole answer yet, so it was not sent. What you chose is still here: "
        "complete it and send it again."
    )


class ChooseOne(AnswerIncomplete):
    """Nothing was chosen."""

    says = N_("Nothing is chosen yet. Choose an answer, then send it.")


class PairAll(AnswerIncomplete):
    """A part of a matching is open."""

    says = N_("Not everything has its partner yet. What you chose is still here: complete the rest, then send it.")


class NumberAll(AnswerIncomplete):
    """An ordering with the same number twice, or one left out."""

    says = N_("Give every line a number of its own, from 1 to the last. What you chose is still here.")


class WriteSomething(AnswerIncomplete):
    """A text is empty or too long."""

    says = N_("Write a short answer first (up to 500 characters), then send it.")


class WriteOneNumber(AnswerIncomplete):
    """A numeric answer that is no number."""

    says = N_("Write one number, such as 30 or 1,5. What you wrote is still here.")


class AttemptIsSent(Conflict):
    """The attempt was sent before."""

    says = N_("These answers were already sent. The result stands as it was; nothing was changed.")


class TestIsPassed(NotAllowed):
    """There is nothing more to gain."""

    says = N_("You have already passed this test. The result is in your record; you need not do it again.")


class PretestIsOnce(NotAllowed):
    """A pre-test is offered once in a place."""

    says = N_("A pre-test can be done once. The lessons are open to you; nothing is lost.")


class TestRests(NotAllowed):
    """All attempts of the round are used: a day's wait."""

    says = N_("Your three attempts are used. The next one opens on %(when)s. The lessons stay open until then.")


INCOMPLETE: dict[str, type[AnswerIncomplete]] = {
    "single": ChooseOne,
    "multiple": ChooseOne,
    "true_false": ChooseOne,
    "matching": PairAll,
    "ordering": NumberAll,
    "short_text": WriteSomething,
    "numeric": WriteOneNumber,
}
"""What to say, by type of question."""
