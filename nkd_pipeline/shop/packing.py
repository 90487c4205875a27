"""One article's files: taken over from the pack before where nothing has changed, else made from its approved picture."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nkd_pipeline.execution.ingest import catalog_of
from nkd_pipeline.shop.articles import ApprovedArticle, MissingArticle
from nkd_pipeline.shop.credentials import Credentials
from nkd_pipeline.shop.folder import write_durably
from nkd_pipeline.shop.manifest import PackedPicture, digest, file_digest
from nkd_pipeline.shop.marking import Marking, UnusablePictureError
from nkd_pipeline.shop.pictures import encode
from nkd_pipeline.shop.settings import EXTENSIONS, Format, ShopSettings
from nkd_pipeline.storage.places import read_bytes

if TYPE_CHECKING:
    from PIL.Image import Image

ENCODING = "1"  # goes up when the same picture and settings give other bytes
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def file_name(article: ApprovedArticle, kind: Format, size: int, settings: ShopSettings) -> str:
    """A picture's file name after the settings' pattern: ASCII letters, digits and . _ - only."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", article.article_id).translate(_SPELLED_OUT))
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", "".join(letter for letter in letters if not unicodedata.combining(letter)))
    return settings.file_name.format(article_id=plain, size=size, ext=EXTENSIONS[kind], attempt=article.attempt, catalog=catalog_of(article.shard))


@dataclass(frozen=True, slots=True)
class Packer:
    """Makes files; used by many threads at once."""

    previous: Path  # folder of the pictures packed before
    settings: ShopSettings
    signer: Credentials | None

    def made_from(self, article: ApprovedArticle) -> dict[str, str]:
        """File name -> hash of all that the file's bytes depend on."""
        import PIL

        signed = self.signer.made_from if self.signer else None
        common = (ENCODING, PIL.__version__, article.sha256, self.settings.shape, self.settings.quality.model_dump(), signed)
        return {name: digest(common, kind, size, name if signed else "") for name, kind, size in self._files(article)}

    def pack(self, article: ApprovedArticle, before: Mapping[str, PackedPicture], folder: Path) -> list[PackedPicture] | MissingArticle:
        """Writes the article's files into `folder`, or says why its picture cannot be used. Raises SigningError."""
        keys = self.made_from(article)
        kept = {name: taken for name, key in keys.items() if (taken := self._take_over(article, name, before.get(f"images/{name}"), key, folder))}
        if len(kept) == len(keys):
            return list(kept.values())
        try:
            source, marking = _opened(article)
        except UnusablePictureError as error:
            for name in kept:
                (folder / name).unlink()
            return MissingArticle(article.shard, article.article_id, article.name, "unusable", str(error))
        return [kept.get(file[0]) or self._make(article, file, keys[file[0]], (source, marking), folder) for file in self._files(article)]

    def _files(self, article: ApprovedArticle) -> list[tuple[str, Format, int]]:
        return [(file_name(article, kind, size, self.settings), kind, size) for kind in self.settings.formats for size in self.settings.sizes]

    def _take_over(self, article: ApprovedArticle, name: str, old: PackedPicture | None, key: str, folder: Path) -> PackedPicture | None:
        path = self.previous / name
        if old is None or old.made_from != key or file_digest(path) != old.sha256:
            return None
        try:
            os.link(path, folder / name)
        except OSError:
            shutil.copyfile(path, folder / name)
        return replace(old, attempt=article.attempt, verdict=article.verdict, score=article.score)

    def _make(self, article: ApprovedArticle, file: tuple[str, Format, int], key: str, opened: tuple[Image, Marking], folder: Path) -> PackedPicture:
        (name, kind, size), (source, marking) = file, opened
        encoded = encode(source, kind, size, self.settings, marking)
        data = self.signer.sign(encoded.data, kind, name, marking.source_type) if self.signer else encoded.data
        write_durably(folder / name, data)
        return PackedPicture(
            file=f"images/{name}",
            format=kind,
            width=encoded.width,
            height=encoded.height,
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            article_id=article.article_id,
            attempt=article.attempt,
            verdict=article.verdict,
            score=article.score,
            source_sha256=article.sha256,
            source_width=source.width,
            source_height=source.height,
            digital_source_type=marking.source_type,
            signed=self.signer is not None,
            made_from=key,
        )


def _opened(article: ApprovedArticle) -> tuple[Image, Marking]:
    """The approved picture, once its bytes are known to be those that were judged."""
    from PIL import Image

    try:
        data = read_bytes(article.source)
    except OSError as error:
        raise UnusablePictureError("the picture's file is gone. `nkd run` with the delivery makes it again.") from error
    if hashlib.sha256(data).hexdigest() != article.sha256:
        raise UnusablePictureError("the picture's file was changed after it was judged. Delete it; `nkd run` with the delivery makes it again.")
    picture = Image.open(io.BytesIO(data))
    return picture.convert("RGB"), Marking.of(picture)
