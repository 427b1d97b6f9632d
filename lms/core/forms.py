"""What WTForms says by itself (a field is required, a number is too large), in the language of the page."""

from flask_wtf import FlaskForm

from lms.core import texts
from lms.core.errors import N_

WORDS = (
    N_("This field is required."),
    N_("Field must be at least %(min)d character long."),
    N_("Field must be at least %(min)d characters long."),
    N_("Field cannot be longer than %(max)d character."),
    N_("Field cannot be longer than %(max)d characters."),
    N_("Field must be between %(min)d and %(max)d characters long."),
    N_("Number must be at least %(min)s."),
    N_("Number must be at most %(max)s."),
    N_("Number must be between %(min)s and %(max)s."),
    N_("Invalid input."),
    N_("Not a valid integer value."),
    N_("Not a valid decimal value."),
    N_("Not a valid date value."),
    N_("Not a valid choice."),
    N_("Invalid Choice: could not coerce."),
)
"""The library's own sentences, so that they are translated like ours."""


class Words:
    """Answers WTForms from our texts; it fills the places itself."""

    def gettext(self, text: str) -> str:
        """`text` in the current language."""
        return texts._(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """`one` or `many` in the current language."""
        return texts._(one if n == 1 else many)


def speak() -> None:
    """From now on every form of this process speaks the language of its page."""
    FlaskForm.Meta.get_translations = lambda _meta, _form: Words()
