"""What is written into every packed picture: that no camera made it, and how its colours are meant.

The XMP packet is the source's own, byte for byte. JPEG and WebP say the source type in their EXIF block too, because some image servers keep EXIF and
drop XMP. PNG does without EXIF: exiftool 12 does not find it behind a C2PA manifest. The prompt stays at home; `manifest.json` names the source.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from nkd_pipeline.storage.images import SOURCE_TYPES

if TYPE_CHECKING:
    from PIL.Image import Image

SOFTWARE = "nkd_pipeline"
_EXIF_SOFTWARE, _EXIF_DESCRIPTION = 0x0131, 0x010E


class UnusablePictureError(Exception):
    """A source picture that must not go out; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Marking:
    """How a picture says that it is synthetic."""

    source_type: str  # IPTC's address of trainedAlgorithmicMedia or algorithmicMedia
    xmp: str

    @classmethod
    def of(cls, picture: Image) -> Marking:
        """The marking that a source PNG carries. Raises UnusablePictureError when it has none."""
        xmp, parameters = picture.info.get("XML:com.adobe.xmp"), picture.info.get("parameters")
        source_type = SOURCE_TYPES + json.loads(parameters)["source_type"] if parameters else ""
        if not xmp or not source_type or source_type not in xmp:
            raise UnusablePictureError("the picture no longer says that it is synthetic: another program rewrote it. Make it anew with `nkd retry`.")
        return cls(source_type, str(xmp))

    def save_options(self, kind: str) -> dict[str, Any]:
        """Pillow's options that write marking and colour profile into a file of `kind`: jpeg, webp or png."""
        from PIL import Image
        from PIL.PngImagePlugin import PngInfo

        if kind == "png":
            texts = PngInfo()
            texts.add_text("Software", SOFTWARE)
            texts.add_itxt("XML:com.adobe.xmp", self.xmp)
            return {"pnginfo": texts, "icc_profile": srgb_profile()}
        exif = Image.Exif()
        exif[_EXIF_SOFTWARE], exif[_EXIF_DESCRIPTION] = SOFTWARE, self.source_type
        return {"xmp": self.xmp.encode(), "exif": exif, "icc_profile": srgb_profile()}


@cache
def srgb_profile() -> bytes:
    """An ICC profile of sRGB, always of the same bytes."""
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # the header's date of creation (ICC.1:2022, 7.2.1) is now: equal pictures would differ from run to run
    profile[24:36] = b"".join(number.to_bytes(2, "big") for number in (2000, 1, 1, 0, 0, 0))
    return bytes(profile)
