"""What we ask of people who sign in, and of those who look after people."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from lms.core.texts import _, _l
from lms.people.importing import EMAIL
from lms.people.nip import NipIsWrong, parse


def plain(text: str | None) -> str | None:
    """`text` without NUL, which PostgreSQL does not take."""
    return text.replace("\0", "") if text else text


class SignInForm(FlaskForm):
    """Who signs in; whether we know them is never told."""

    login = StringField(
        _l("NIP or e-mail"),
        [InputRequired(_l("Please enter your NIP or e-mail address.")), Length(max=254)],
        description=_l("Your NIP has 18 digits; spaces do no harm."),
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    stay = BooleanField(
        _l("Stay signed in on this phone"), description=_l("For 30 days. Leave it out on a shared computer.")
    )
    next = HiddenField()

    def validate_login(self, field) -> None:
        """Only its form: a slip of the finger is told at once."""
        if "@" in field.data:
            if not EMAIL.fullmatch(field.data.strip()):
                raise ValidationError(_("This is not an e-mail address."))
            return
        try:
            parse(field.data)
        except NipIsWrong as wrong:
            raise ValidationError(_("Please check the NIP: %(why)s.", why=_(wrong.says))) from None


class CodeForm(FlaskForm):
    """A one-time code."""

    code = StringField(
        _l("One-time code"),
        [InputRequired(_l("Please enter the code.")), Length(max=40)],
        description=_l("Twelve letters and digits, from the card that your unit gave you."),
        render_kw={
            "autocomplete": "one-time-code",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "class": "code",
        },
    )


class PasswordForm(FlaskForm):
    """A password, to sign in."""

    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Please enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )


class NewPasswordForm(FlaskForm):
    """A new password."""

    password = PasswordField(
        _l("New password"), [InputRequired(_l("Please enter a password."))], render_kw={"autocomplete": "new-password"}
    )


class PlaceForm(FlaskForm):
    """What is wrong with unit or position."""

    what = TextAreaField(
        _l("What should it be?"),
        filters=[plain],
        validators=[InputRequired(_l("Please write what is wrong.")), Length(max=500)],
        description=_l("For example: Dinas Kesehatan, since January."),
    )


class PasskeyNameForm(FlaskForm):
    """What a passkey is called."""

    name = StringField(
        _l("Name"), filters=[plain], validators=[InputRequired(_l("Please enter a name.")), Length(max=80)]
    )


class IssueForm(FlaskForm):
    """That unit HR has seen the person."""

    seen = BooleanField(
        _l("I have seen this person, or know them by voice"),
        [InputRequired(_l("A code opens the account: please make sure who asks for it."))],
    )


class SuspendForm(FlaskForm):
    """Why somebody cannot come in any more."""

    why = StringField(
        _l("Reason"), filters=[plain], validators=[InputRequired(_l("Please write the reason.")), Length(max=200)]
    )


class GrantForm(FlaskForm):
    """A role for a unit."""

    role = SelectField(_l("Role"))
    unit = SelectField(_l("For this unit and all below it"))


class EraseForm(FlaskForm):
    """Why somebody is erased, and that it is the right person."""

    reason = StringField(
        _l("Reason"),
        filters=[plain],
        validators=[InputRequired(_l("Please write the reason.")), Length(max=200)],
        description=_l("Without name, number or address: the reason stays in the log."),
    )
    sure = BooleanField(
        _l("I have checked that this is the right person, and that nothing has to be kept under their name"),
        [InputRequired(_l("Please check it first: this cannot be undone."))],
    )
