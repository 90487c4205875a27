"""Signed pictures: whoever reads them learns who made them and that no camera did; whoever changes them is found out."""

import io
import logging
import shutil
import sys

import c2pa
import pytest
from PIL import Image

from nkd_pipeline.shop.credentials import SigningError
from nkd_pipeline.shop.pack import write_pack
from nkd_pipeline_tests.shop.certificates import C2PA_SIGNING, DOCUMENT_SIGNING, ExtendedKeyUsageOID
from nkd_pipeline_tests.shop.homes import RELEASED, SHARD

C2PA = '[shop.c2pa]\ncertificate = "chain.pem"\nkey = "key.pem"\n'
FORMATS = 'formats = ["jpeg", "webp", "png"]\n'
MIME = {".jpg": "image/jpeg", ".webp": "image/webp", ".png": "image/png"}


@pytest.fixture
def signed(opened, shop_home, authority, tmp_path):
    """A pack of signed pictures in all formats."""
    authority.issue(shop_home)
    write_pack(opened(FORMATS + C2PA, sizes="[256]"), [SHARD], tmp_path / "pack")
    return sorted((tmp_path / "pack" / "images").iterdir())


def reader(path, data, authority):
    purposes = "\n".join(oid.dotted_string for oid in (ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING, C2PA_SIGNING))
    trust = {"trust": {"trust_anchors": authority.certificate.decode(), "trust_config": purposes}}
    return c2pa.Reader(MIME[path.suffix], io.BytesIO(data), context=c2pa.Context(c2pa.Settings.from_dict(trust)))


def test_the_manifest_of_every_picture_is_read_back_and_trusted(signed, authority):
    assert len(signed) == 3 * len(RELEASED)
    for path in signed:
        read = reader(path, path.read_bytes(), authority)
        manifest = read.get_active_manifest()
        assert read.get_validation_state() == "Trusted"
        assert manifest["title"] == path.name
        assert manifest["signature_info"]["common_name"] == "NKD pictures"
        (assertion,) = manifest["assertions"]
        (action,) = assertion["data"]["actions"]
        assert (action["action"], action["softwareAgent"]["name"]) == ("c2pa.created", "nkd_pipeline")
        assert action["digitalSourceType"] == "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
        assert manifest.get("ingredients", []) == []


def test_a_signature_costs_a_few_kilobytes(signed, opened, tmp_path):
    write_pack(opened(FORMATS, sizes="[256]"), [SHARD], tmp_path / "plain")
    for path in signed:
        assert path.stat().st_size - (tmp_path / "plain" / "images" / path.name).stat().st_size < 6_000  # and no thumbnail of 70 kB


def test_signed_pictures_still_open_and_keep_marking_and_profile(signed):
    for path in signed:
        with Image.open(path) as picture:
            picture.load()
            assert (picture.size, "icc_profile" in picture.info) == ((256, 256), True)
        assert b"Iptc4xmpExt:DigitalSourceType" in path.read_bytes()


def test_a_changed_picture_is_reported_invalid(signed, authority):
    for path in signed:
        data = bytearray(path.read_bytes())
        pixels = {".jpg": -200, ".png": -200, ".webp": data.find(b"VP8 ") + 400}[path.suffix]
        data[pixels] ^= 0xFF
        read = reader(path, bytes(data), authority)
        assert read.get_validation_state() == "Invalid"
        assert "assertion.dataHash.mismatch" in {failure["code"] for failure in read.get_validation_results()["activeManifest"]["failure"]}


def test_a_picture_that_is_saved_again_has_no_manifest_any_more(signed):
    # what shops and image servers do; docs/shop.md says so
    for path in signed:
        again = io.BytesIO()
        Image.open(path).save(again, path.suffix[1:].replace("jpg", "jpeg"))
        with pytest.raises(c2pa.C2paError, match="no JUMBF data found"):
            c2pa.Reader(MIME[path.suffix], again)


def test_signed_pictures_are_not_signed_again(signed, opened, tmp_path):
    before = {path.name: path.read_bytes() for path in signed}
    assert not write_pack(opened(FORMATS + C2PA, sizes="[256]"), [SHARD], tmp_path / "pack").written
    write_pack(opened('base_url = "https://m.example.com"\n' + FORMATS + C2PA, sizes="[256]"), [SHARD], tmp_path / "pack")
    assert {path.name: path.read_bytes() for path in (tmp_path / "pack" / "images").iterdir()} == before


def test_a_new_certificate_signs_them_again(signed, opened, shop_home, authority, tmp_path):
    authority.issue(shop_home)
    assert write_pack(opened(FORMATS + C2PA, sizes="[256]"), [SHARD], tmp_path / "pack").written


@pytest.mark.parametrize("purpose", [DOCUMENT_SIGNING, C2PA_SIGNING], ids=["document signing", "C2PA signing"])
def test_other_purposes_that_c2pa_allows_sign_too(opened, shop_home, authority, tmp_path, purpose):
    authority.issue(shop_home, purpose=purpose)
    write_pack(opened(C2PA, sizes="[64]"), [SHARD], tmp_path / "pack")
    path = tmp_path / "pack" / "images" / "T-1_64.jpg"
    assert reader(path, path.read_bytes(), authority).get_validation_state() == "Trusted"


@pytest.mark.parametrize(
    ("faults", "says"),
    [
        pytest.param({"self_signed": True}, "is signed by its own key", id="signed by itself"),
        pytest.param({"purpose": None}, "is for none of e-mail protection", id="for no purpose"),
        pytest.param({"purpose": ExtendedKeyUsageOID.SERVER_AUTH}, "is for none of e-mail protection", id="a web server's"),
        pytest.param({"days": -1}, "is valid from", id="expired"),
        pytest.param({"ca": True}, "is an authority's", id="an authority's"),
        pytest.param({"signs": False}, "is not for digital signatures", id="not for signatures"),
    ],
)
def test_a_certificate_that_does_not_do_is_refused_before_anything_is_written(opened, shop_home, authority, tmp_path, faults, says):
    authority.issue(shop_home, **faults)
    with pytest.raises(SigningError, match=says):
        write_pack(opened(C2PA), [SHARD], tmp_path / "pack")
    assert not (tmp_path / "pack").exists()


@pytest.fixture
def two_signers(shop_home, authority, tmp_path):
    """Folders with a certificate and its key each: the home, and another."""
    (tmp_path / "other").mkdir()
    for folder in (shop_home, tmp_path / "other"):
        authority.issue(folder)
    return shop_home, tmp_path / "other"


@pytest.fixture
def told(caplog, capfd):
    """All that was logged or printed."""
    caplog.set_level(logging.DEBUG)
    return lambda: [caplog.text, *capfd.readouterr()]


@pytest.mark.parametrize(
    ("shop", "harm", "says"),
    [
        pytest.param(C2PA, lambda home, other: (home / "key.pem").unlink(), r'key = "key\.pem": No such file', id="no key"),
        pytest.param(C2PA, lambda home, other: (home / "chain.pem").write_text("hello"), "no certificate chain in PEM", id="no certificate"),
        pytest.param(C2PA, lambda home, other: (home / "key.pem").write_text("SECRET-4711"), "no private key in PEM", id="no key in the file"),
        pytest.param(C2PA, lambda home, other: shutil.copy(other / "key.pem", home), "is not that of the first certificate", id="another key"),
        pytest.param(C2PA + 'algorithm = "ps256"\n', lambda home, other: None, "do not sign with ps256", id="an algorithm for other keys"),
    ],
)
def test_what_cannot_sign_is_named_and_no_key_is_told(opened, two_signers, told, shop, harm, says):
    home, other = two_signers
    secrets = {"SECRET-4711", *(line for folder in two_signers for line in (folder / "key.pem").read_text().splitlines()[1:-1])}
    workspace = opened(shop)
    harm(home, other)
    with pytest.raises(SigningError, match=says) as error:
        write_pack(workspace, [SHARD], home / "pack")
    everything = "".join([str(error.value), str(error.value.__cause__), *told()])
    assert not any(secret in everything for secret in secrets)


def test_an_unreachable_time_stamp_is_named(opened, shop_home, authority, tmp_path):
    authority.issue(shop_home)
    with pytest.raises(SigningError, match=r"T-\d_256\.jpg cannot be signed"):
        write_pack(opened(C2PA + 'timestamp_url = "http://127.0.0.1:9/"'), [SHARD], tmp_path / "pack")
    assert not (tmp_path / "pack").exists()


def test_without_the_library_the_cure_is_told(opened, shop_home, authority, tmp_path, monkeypatch):
    authority.issue(shop_home)
    monkeypatch.setitem(sys.modules, "c2pa", None)
    with pytest.raises(SigningError, match=r"pip install 'nkd_pipeline\[c2pa\]'"):
        write_pack(opened(C2PA), [SHARD], tmp_path / "pack")


def test_packs_without_signatures_do_not_need_the_library(opened, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "c2pa", None)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    packed = write_pack(opened(), [SHARD], tmp_path / "pack")
    assert not any(picture.signed for picture in packed.pictures)
