"""What we ask of a reviewer, and of whoever looks after the rules."""

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from lms.core.texts import _l


class DecisionForm(FlaskForm):
    """A decision about waiting hours, with its reason."""

    note = TextAreaField(
        _l("Your reason"),
        validators=[
            DataRequired(_l("Please write a sentence.")),
            Length(max=500, message=_l("At most 500 characters, please.")),
        ],
    )
    accept = SubmitField()
    refuse = SubmitField()


class RuleForm(FlaskForm):
    """A new figure of a rule, from a day on."""

    value = IntegerField(
        _l("New figure"),
        validators=[Optional(), NumberRange(0, 10_000, message=_l("A whole number from 0 to 10,000, please."))],
    )
    abroad_value = IntegerField(
        _l("New figure abroad"),
        validators=[Optional(), NumberRange(0, 10_000, message=_l("A whole number from 0 to 10,000, please."))],
    )
    from_on = DateField(_l("From this day on"), validators=[DataRequired(_l("Please choose a day."))])
    source = TextAreaField(
        _l("Source"),
        validators=[
            DataRequired(_l("Please name the regulation or decision.")),
            Length(max=500, message=_l("At most 500 characters, please.")),
        ],
    )
