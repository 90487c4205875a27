"""Certificates as an authority would issue them for signing pictures, and as it should not."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NO_USAGES = dict.fromkeys(
    ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False
)
DOCUMENT_SIGNING, C2PA_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"), x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1")


class Authority:
    """An authority that issues certificates for P-256 keys."""

    def __init__(self):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Test authority")
        self.certificate = _certificate(self._name, self._name, self._key.public_key(), self._key, ca=True).public_bytes(Encoding.PEM)

    def issue(self, folder, *, purpose=ExtendedKeyUsageOID.EMAIL_PROTECTION, days=30, self_signed=False, ca=False, signs=True):
        """Writes chain.pem and key.pem and returns their paths."""
        key, name = ec.generate_private_key(ec.SECP256R1()), _name("NKD pictures")
        issuer, signer = (name, key) if self_signed else (self._name, self._key)
        leaf = _certificate(name, issuer, key.public_key(), signer, ca=ca, purpose=purpose, days=days, signs=signs)
        chain, secret = folder / "chain.pem", folder / "key.pem"
        chain.write_bytes(leaf.public_bytes(Encoding.PEM) + self.certificate)
        secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return chain, secret


def _name(common):
    parts = {NameOID.COUNTRY_NAME: "DE", NameOID.ORGANIZATION_NAME: "Test", NameOID.COMMON_NAME: common}
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts.items()])


def _certificate(subject, issuer, public, signer, *, ca, purpose=None, days=30, signs=True):
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    builder = (
        x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number(), end - datetime.timedelta(days=60), end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=signs and not ca, key_cert_sign=ca or not signs, **NO_USAGES), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return builder.sign(signer, hashes.SHA256())
