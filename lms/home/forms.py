"""What we ask at the end of a course."""

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lms.core.texts import _l

SCALE = [
    SelectChoice("5", _l("Yes, fully")),
    SelectChoice("4", _l("Mostly")),
    SelectChoice("3", _l("Partly")),
    SelectChoice("2", _l("Hardly")),
    SelectChoice("1", _l("Not at all")),
]


class PlanForm(FlaskForm):
    """One sentence about tomorrow."""

    text = TextAreaField(
        _l("My action plan"),
        validators=[
            DataRequired(_l("Please write a sentence.")),
            Length(max=500, message=_l("At most 500 characters, please.")),
        ],
    )


class ReactionForm(FlaskForm):
    """Three questions, and room for a remark."""

    useful = RadioField(
        _l("I can use this in my work"), choices=SCALE, validators=[InputRequired(_l("Please choose an answer."))]
    )
    clear = RadioField(
        _l("The lessons were clear"), choices=SCALE, validators=[InputRequired(_l("Please choose an answer."))]
    )
    worth_the_time = RadioField(
        _l("It was worth my time"), choices=SCALE, validators=[InputRequired(_l("Please choose an answer."))]
    )
    remark = TextAreaField(
        _l("What should we change?"),
        validators=[Optional(), Length(max=1000, message=_l("At most 1000 characters, please."))],
    )
