"""What we ask of an operator and an auditor."""

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from lms.admin import words
from lms.core.texts import _, _l


class Press(FlaskForm):
    """A button: nothing is asked."""


class RetryForm(FlaskForm):
    """Which job to try again; none is all that gave up."""

    job = IntegerField(validators=[Optional()], widget=HiddenInput())


class KeyForm(FlaskForm):
    """What a new key of the record store is for."""

    name = StringField(
        _l("What will use this key?"),
        description=_l(
            "Such as the name of the content tool. It is shown in the list below and in what the tool stores."
        ),
        validators=[
            InputRequired(_l("Give the key a name, so that it can be told from others later.")),
            Length(max=80),
        ],
    )
    scope = RadioField(
        _l("What may it do?"),
        default="statements/write",
        choices=[
            SelectChoice("statements/write", _l("Send learning events")),
            SelectChoice("statements/read", _l("Read all learning events")),
            SelectChoice("all", _l("Everything in the record store, voiding events included")),
        ],
    )


class LogForm(FlaskForm):
    """Which lines of the log to show."""

    class Meta:
        """It changes nothing, so it needs no token."""

        csrf = False

    name = StringField(_l("Name"), validators=[Optional(), Length(max=100)])
    action = SelectField(_l("What was done"), validators=[Optional()], validate_choice=False)
    since = DateField(_l("From"), validators=[Optional()])
    until = DateField(_l("Until"), validators=[Optional()])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        listed = sorted((SelectChoice(name, words.action(name)) for name in words.ACTIONS), key=lambda one: one.label)
        self.action.choices = [SelectChoice("", _("Everything")), *listed]
