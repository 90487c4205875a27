"""XML is read in pieces, and refused before it can fill the memory."""

from __future__ import annotations

from io import BytesIO

import pytest

from nkd_pipeline.catalog.markup import EntityError, MarkupError, Reader, attribute, local_name, read_markup


class Seen(Reader):
    def __init__(self):
        self.names = []
        self.said = ""

    def start(self, name, attributes):
        self.names.append((name, dict(attributes)))

    def text(self, data):
        self.said += data


def read(data):
    seen = Seen()
    read_markup(BytesIO(data), seen)
    return seen


def test_names_come_without_prefix_and_texts_whole():
    seen = read('<x:a xmlns:x="u" r:id="7"><x:b>Größe &amp; mehr</x:b></x:a>'.encode())
    assert [name for name, _ in seen.names] == ["a", "b"]
    assert attribute(seen.names[0][1], "id") == "7"
    assert seen.said == "Größe & mehr"
    assert local_name("plain") == "plain"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "cp1252"])
def test_document_types_are_refused_in_every_encoding(encoding):
    with pytest.raises(EntityError):
        read(f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(encoding))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"<a>" * 300, "nested more than 256 deep", id="nested"),
        pytest.param(b"<a " + b'x="' + b"y" * 6_000_000 + b'"/>', "a tag of more than 4 MB", id="a long attribute"),
        pytest.param(b"<a><!--" + b"y" * 6_000_000 + b"--></a>", "a tag of more than 4 MB", id="a long comment"),
        pytest.param(b"<a><b></a>", "mismatched tag", id="elements that overlap"),
        pytest.param(b"", "no element found", id="nothing"),
        pytest.param(b"<a>&undefined;</a>", "undefined entity", id="an entity that nobody declared"),
    ],
)
def test_what_no_spreadsheet_program_writes_is_refused(data, says):
    with pytest.raises(MarkupError, match=says):
        read(data)


def test_a_long_text_is_no_long_tag():
    assert len(read(b"<a>" + b"y" * 6_000_000 + b"</a>").said) == 6_000_000
