"""Settings of the pack: the home's go over the packaged ones, and a wrong one is named with its cure."""

import pytest

from nkd_pipeline.execution.profile import ProfileError
from nkd_pipeline.shop.settings import shop_settings


def test_a_home_without_a_table_gets_the_packaged_settings(workspace):
    settings = shop_settings(workspace.profile)
    assert (settings.formats, settings.csv, settings.c2pa) == (("jpeg",), ("shopware6", "shopify"), None)


def test_a_home_overrides_single_entries(opened):
    workspace = opened('formats = ["webp", "png"]\n[shop.quality]\nwebp = 70\n[shop.layouts.shopify]\nfile = "bilder.csv"\n')
    settings = shop_settings(workspace.profile)
    assert (settings.formats, settings.sizes) == (("webp", "png"), (256, 128))
    assert (settings.quality.webp, settings.quality.jpeg) == (70, 90)
    assert (settings.layouts["shopify"].file, settings.layouts["shopify"].columns[0]) == ("bilder.csv", ("URL handle", "{handle}"))


@pytest.mark.parametrize(
    ("shop", "says"),
    [
        pytest.param('formats = ["gif"]', "formats", id="a format that nobody writes"),
        pytest.param("formats = []", "formats", id="no format"),
        pytest.param('formats = ["png", "png"]', "formats names something twice", id="a format twice"),
        pytest.param('shape = "round"', "shape", id="a shape that there is not"),
        pytest.param("qualty = 3", "qualty", id="a misspelt entry"),
        pytest.param("[shop.quality]\njpeg = 101", "quality.jpeg", id="quality beyond 100"),
        pytest.param('file_name = "{article_id}.{ext}"', "needs {article_id}, {size}", id="sizes that would share a name"),
        pytest.param('file_name = "../{article_id}_{size}.{ext}"', "only letters, digits", id="a name that leads to another folder"),
        pytest.param('file_name = "{article_id.__class__}_{size}.{ext}"', "there is no {article_id.__class__}", id="a name that looks into objects"),
        pytest.param('base_url = "media.example.com"', "is no address", id="an address without its scheme"),
        pytest.param('base_url = "javascript:alert(1)"', "is no address", id="an address that is none"),
        pytest.param('csv = ["shopware5"]', "names the layout shopware5; there are shopify", id="a layout that there is not"),
        pytest.param('[shop.layouts.shopify]\nfile = "../x.csv"', "cannot be the name", id="a list outside of the pack"),
        pytest.param('[shop.layouts.shopify]\nfile = "missing.csv"', "cannot be the name", id="a list in place of ours"),
        pytest.param('[shop.layouts.shopify]\ncolumns = [["SKU", "{sku}"]]', "there is no {sku}; there are", id="a placeholder that there is not"),
        pytest.param('[shop.layouts.shopify]\ncolumns = [["SKU", "{"]]', "layouts.shopify", id="a pattern that does not end"),
        pytest.param('[shop.layouts.shopify]\nfile = "shopware6.csv"', "csv names something twice", id="two lists of one name"),
        pytest.param('[shop.c2pa]\ncertificate = "chain.pem"', "c2pa.key", id="a signer without a key"),
        pytest.param('[shop.c2pa]\ncertificate = "c"\nkey = "k"\nalgorithm = "rs256"', "c2pa.algorithm", id="an algorithm that C2PA does not know"),
    ],
)
def test_a_wrong_setting_is_named(opened, shop, says):
    with pytest.raises(ProfileError) as error:
        shop_settings(opened(shop).profile)
    assert says in str(error.value)
    assert "settings.toml: [shop]" in str(error.value)
