"""Commands about certificates, and the one that checks all ledgers: it belongs to the highest area of those."""

import json
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from lms.certificates import actions, checks, queries, signing
from lms.core import audit
from lms.core.texts import _, ngettext
from lms.hours import checks as hours
from lms.records import checks as records
from lms.records.cli import records as records_group


@click.group("certificates")
def certificates() -> None:
    """Certificates, and the keys that sign them."""


@certificates.command("public-key")
def public_key_command() -> None:
    """Print the public keys as a JWK set, for those who check certificates without asking us."""
    known = queries.key_set()["keys"]
    public = signing.public_of(signing.private_key(actions.key_place()))
    if signing.id_of(public) not in {key["kid"] for key in known}:
        known.append(queries.jwk(signing.id_of(public), public))
    click.echo(json.dumps({"keys": known}, indent=1))


@certificates.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    "key_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The issuer's public key: the JWK set of /certificates/key.json, or a PEM file. Without it, our own keys.",
)
def verify_command(file: Path, key_file: Path | None) -> None:
    """Check FILE, a certificate's PDF or its signed data, without asking anyone. Exit status 1 if it is not genuine."""
    found = signing.unpacked(file.read_bytes())
    if found is None:
        raise click.ClickException(_("%(file)s carries no signed data of a certificate.", file=file.name))
    known = keys_in(key_file.read_bytes()) if key_file else {key.key_id: key.public for key in queries.public_keys()}
    public = known.get(str(found.get("key_id")))
    if public is None:
        raise click.ClickException(
            _(
                "It names the key %(key)s, which is not among the keys given. Nothing is said about it.",
                key=found.get("key_id"),
            )
        )
    if not signing.genuine(found["payload"], found["signature"], public):
        raise click.ClickException(_("NOT GENUINE: the signature does not fit the data."))
    if "private" in found and not signing.holder_fits(found):
        raise click.ClickException(_("NOT GENUINE: NIP, or place or date of birth, were changed."))
    click.echo(_("Genuine: signed with the key %(key)s.", key=found["key_id"]))
    for name in ("number", "name", "nip", "agency", "course", "jp_words", "from", "to", "issued_on", "code"):
        click.echo(f"{name}\t{found['payload'].get(name, '')}")
    click.echo(
        _("Compare these lines with what is printed. Whether it was revoked since is told by the public page only.")
    )


def keys_in(data: bytes) -> dict[str, str]:
    """The Ed25519 public keys in a JWK set, a single JWK or a PEM file, by key id; raises click.ClickException."""
    try:
        if data.lstrip().startswith(b"{"):
            value = json.loads(data)
            found = [str(key["x"]) for key in value.get("keys", [value]) if key.get("crv") == "Ed25519"]
        else:
            pem = load_pem_public_key(data)
            if not isinstance(pem, Ed25519PublicKey):
                raise ValueError("not Ed25519")
            raw = pem.public_bytes(Encoding.Raw, PublicFormat.Raw)
            found = [signing.to_text(raw)]
        return {signing.id_of(public): public for public in found}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise click.ClickException(_("The key file is neither a JWK set nor a public key in PEM.")) from None


@records_group.command("verify")
def verify_ledgers_command() -> None:
    """Recompute records, hours and certificates and list what differs. Exit status 1 when something does."""
    found = [(one.subject, one.says) for check in (records.verify, hours.verify, checks.verify) for one in check()]
    broken = audit.first_break()
    if broken is not None:
        found.append((f"audit:{broken}", "the chain of the audit log breaks here"))
    for subject, says in found:
        click.echo(f"{subject}\t{says}")
    if found:
        raise click.ClickException(ngettext("One difference.", "%(num)s differences.", len(found)))
    click.echo(_("Records, hours, certificates and the audit log agree with what they rest on."))


COMMANDS = [certificates]
