"""Signed C2PA manifests ("Content Credentials"): who made a picture, and that no camera did, provable as long as nobody changes the file.

The manifest is embedded: APP11 in JPEG, chunk caBX in PNG, chunk C2PA in WebP. It has one action, c2pa.created with IPTC's source type, and no
thumbnail, which would be several times as large as a small picture. What a certificate must be: C2PA specification, "X.509 Certificates".
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.execution.profile import ProfileError
from nkd_pipeline.shop.settings import Format, Signing

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

# purposes that a signer's certificate may be issued for: e-mail protection (S/MIME), document signing, C2PA claim signing
PURPOSES = ("1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.62558.2.1")


class SigningError(ProfileError):
    """Pictures cannot be signed as `[shop.c2pa]` says; the message names the file and the cure, never what is in a key."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A signer that many threads may use at once."""

    made_from: tuple[str, ...]  # what its manifests depend on: the certificate's SHA-256 (hex), algorithm, time stamps, version
    version: str  # of this software
    _library: Any
    _signer: Any
    _context: Any

    def sign(self, data: bytes, kind: Format, title: str, source_type: str) -> bytes:
        """The picture with a signed manifest inside. Raises SigningError when the library refuses; it also checks what it has signed."""
        agent = {"name": "nkd_pipeline", "version": self.version}
        actions = [{"action": "c2pa.created", "digitalSourceType": source_type, "softwareAgent": agent}]
        manifest = {"claim_generator_info": [agent], "title": title, "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}]}
        signed = io.BytesIO()
        try:
            with self._library.Builder(manifest, context=self._context) as builder:
                builder.sign(self._signer, f"image/{kind}", io.BytesIO(data), signed)
        except self._library.C2paError as error:
            raise SigningError(f"[shop.c2pa]: {title} cannot be signed: {error}") from error
        return signed.getvalue()


def credentials(signing: Signing, folder: Path, version: str) -> Credentials:
    """The signer that the settings name; relative paths lie in `folder`. Raises SigningError when library, certificate or key do not do."""
    try:
        import c2pa
    except ImportError as error:
        raise SigningError(
            "[shop.c2pa] asks for signed pictures, but c2pa-python is not installed. Install it with `pip install 'nkd_pipeline[c2pa]'`, "
            "or remove [shop.c2pa] from the home's settings.toml."
        ) from error
    chain, key = (_content(folder, entry, getattr(signing, entry)) for entry in ("certificate", "key"))
    certificate = _certificate(chain, signing.certificate)
    _check(certificate, signing.certificate)
    _check_pair(certificate, key, signing)
    try:
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(signing.algorithm, chain, key, signing.timestamp_url or None))
    except c2pa.C2paError as error:
        raise SigningError(f"[shop.c2pa]: {signing.certificate} and {signing.key} do not sign with {signing.algorithm}: {error}") from error
    settings = {"builder": {"thumbnail": {"enabled": False}}, "trust": {"trust_config": "\n".join(PURPOSES)}}
    made_from = (hashlib.sha256(_der(certificate)).hexdigest(), signing.algorithm, signing.timestamp_url, version)
    return Credentials(made_from, version, c2pa, signer, c2pa.Context(c2pa.Settings.from_dict(settings)))


def _content(folder: Path, entry: str, name: str) -> bytes:
    try:
        return (folder / name).expanduser().read_bytes()
    except OSError as error:
        raise SigningError(f'[shop.c2pa] {entry} = "{name}": {error.strerror} ({folder / name}).') from error


def _certificate(chain: bytes, name: str) -> Certificate:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(chain)[0]
    except ValueError as error:
        raise SigningError(f"[shop.c2pa]: {name} is no certificate chain in PEM, the signer's own certificate first.") from error


def _der(certificate: Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.DER)


def _check(certificate: Certificate, name: str) -> None:
    """The rules that the library does not name when they are broken."""
    from cryptography import x509

    def extension(kind: Any) -> Any:  # noqa: ANN401 - classes and values of extensions
        try:
            return certificate.extensions.get_extension_for_class(kind).value
        except x509.ExtensionNotFound:
            return None

    usage, purposes, basic = extension(x509.KeyUsage), extension(x509.ExtendedKeyUsage), extension(x509.BasicConstraints)
    now = datetime.now(UTC)
    faults = {
        f"is valid from {certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}, not now": not (
            certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
        ),
        "is signed by its own key; C2PA wants one that an authority has signed": certificate.issuer == certificate.subject,
        "is an authority's; the signer's own certificate comes first in the file": bool(basic and basic.ca),
        "is not for digital signatures (key usage digitalSignature)": not (usage and usage.digital_signature),
        "is for none of e-mail protection, document signing and C2PA signing (extended key usage)": not {
            purpose.dotted_string for purpose in purposes or ()
        }.intersection(PURPOSES),
    }
    for fault, found in faults.items():
        if found:
            raise SigningError(f"[shop.c2pa]: the first certificate in {name} {fault}. docs/shop.md says how to come by one.")


def _check_pair(certificate: Certificate, key: bytes, signing: Signing) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    try:
        private = load_pem_private_key(key, password=None)
    except (ValueError, TypeError):
        # not chained: what a parser says of a key file stays out of every log
        raise SigningError(f"[shop.c2pa]: {signing.key} is no private key in PEM (PKCS#8) without a password.") from None
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        raise SigningError(f"[shop.c2pa]: the key in {signing.key} is not that of the first certificate in {signing.certificate}.")
