"""What we ask of a supervisor."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from lms.core.texts import _l


class ThanksForm(FlaskForm):
    """A word of thanks."""

    text = TextAreaField(
        _l("Your words"),
        validators=[
            DataRequired(_l("Please write a sentence.")),
            Length(max=500, message=_l("At most 500 characters, please.")),
        ],
    )


class ConfirmForm(FlaskForm):
    """What was seen at work."""

    note = TextAreaField(
        _l("What have you seen at work?"),
        validators=[
            DataRequired(_l("Please write a sentence.")),
            Length(max=500, message=_l("At most 500 characters, please.")),
        ],
    )
