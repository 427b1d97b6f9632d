"""What we ask of an operator and an auditor."""

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from lms.admin import words
from lms.core.texts import _, _l
from lms.lrs import rules
from lms.lrs.browsing import verb_of


def _bare(text: str | None) -> str | None:
    """`text` without the blanks around it, and without NUL, which no database takes."""
    return text.replace("\0", "").strip() if text else text


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
    scope = SelectMultipleField(
        _l("What may it do?"),
        default=["statements/write"],
        validators=[InputRequired(_l("Choose at least one."))],
        choices=[SelectChoice(name, _l(text)) for name, text in words.SCOPES.items()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class RotateForm(FlaskForm):
    """How long the old secret of a key still opens."""

    grace = SelectField(
        _l("The old secret"),
        default="0",
        choices=[
            SelectChoice("0", _l("opens nothing from now on")),
            SelectChoice("1", _l("opens for one more hour")),
            SelectChoice("24", _l("opens for one more day")),
            SelectChoice("168", _l("opens for seven more days")),
        ],
    )


class RenameForm(FlaskForm):
    """What a key is called from now on."""

    name = StringField(_l("Name"), filters=[_bare], validators=[InputRequired(), Length(max=80)])


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


class StatementsForm(FlaskForm):
    """Which events to show."""

    class Meta:
        """It changes nothing, so it needs no token."""

        csrf = False

    who = StringField(
        _l("Who"),
        filters=[_bare],
        validators=[Optional(), Length(max=500)],
        description=_l("A name, NIP or e-mail address; or an identifier such as mailto:ana@example.org"),
    )
    verb = StringField(
        _l("Did what"),
        filters=[_bare],
        validators=[Optional(), Length(max=500)],
        description=_l("Such as answered, or the verb's whole address"),
        render_kw={"list": "verbs", "autocomplete": "off"},
    )
    activity = StringField(
        _l("Activity"),
        filters=[_bare],
        validators=[Optional(), Length(max=1000)],
        description=_l("Its whole address; what belongs to it is found too"),
    )
    registration = StringField(
        _l("Course place"),
        filters=[_bare],
        validators=[Optional()],
        description=_l("The registration, such as 0190a1b2-0000-4000-8000-00000000000a"),
    )
    since = DateField(_l("From"), validators=[Optional()])
    until = DateField(_l("Until"), validators=[Optional()])

    def validate_verb(self, field) -> None:
        """An address, or one of our words."""
        if field.data and verb_of(field.data) is None:
            raise ValidationError(_("No event is called that. Choose one from the list, or enter the whole address."))

    def validate_activity(self, field) -> None:
        """An address."""
        if field.data and not rules.is_iri(field.data):
            raise ValidationError(_("This is not a whole address: it begins with https:// or the like."))

    def validate_registration(self, field) -> None:
        """A UUID."""
        if field.data and not rules.is_uuid(field.data):
            raise ValidationError(_("A registration has 32 digits and letters in five groups."))

    def validate_until(self, field) -> None:
        """Not before the first day."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_("This day is before the first one."))


class VoidForm(FlaskForm):
    """Why an event is voided."""

    reason = TextAreaField(
        _l("Why?"),
        filters=[_bare],
        validators=[InputRequired(_l("Please write the reason.")), Length(max=500)],
        description=_l("A sentence that others understand later. It stays for good, so please without names."),
    )
