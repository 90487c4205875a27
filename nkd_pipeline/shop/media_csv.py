"""CSV files that shops import product pictures by, in the layouts of `shop.toml`.

Shopware 6: UTF-8, semicolons; column names are those of the profile "Default product" (mappings of import_export_profile in shopware/shopware,
src/Core/Migration/V6_3/Migration1586334003AddParentIdToProductProfile.php). Its importer fetches cover.media.url, recognises files it has by their
hash, and needs the profile's field for identification set to product_number.

Shopify: UTF-8, commas; column names from help.shopify.com/en/manual/products/import-export/using-csv, where URL handle and Title are what an update
must have, and the older names of its sample file.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from nkd_pipeline.catalog.headers import plain
from nkd_pipeline.shop.articles import ApprovedArticle
from nkd_pipeline.shop.settings import Layout
from nkd_pipeline.storage.exports import harmless


def handle(article_id: str) -> str:
    """An article's id as Shopify has it in addresses: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", plain(article_id)).strip("-")


def media_csv(layout: Layout, articles: Sequence[ApprovedArticle], main_files: Mapping[str, str], base_url: str) -> bytes:
    """One row per article; `main_files` has the file name of each article's main picture."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=layout.delimiter, lineterminator="\r\n")
    writer.writerow([harmless(header) for header, _ in layout.columns])
    for article in articles:
        values = _values(article, main_files[article.article_id], base_url)
        writer.writerow([harmless(pattern.format_map(values)) for _, pattern in layout.columns])
    return stream.getvalue().encode("utf-8", "replace")  # no mark at the beginning: importers would take it for a part of the first header


def _values(article: ApprovedArticle, file: str, base_url: str) -> dict[str, str]:
    url = f"{base_url.rstrip('/')}/{quote(file)}" if base_url else file
    return {
        "article_id": article.article_id,
        "handle": handle(article.article_id),
        "name": article.name,
        "alt": article.alt,
        "file": file,
        "url": url,
    }
