"""`nkd release` as its user calls it: what it says, and how it ends."""

import pytest

from nkd_pipeline_tests.shop.homes import FAILED, SHARD, authority, finished, opened, shop_home, waive  # noqa: F401 - fixtures


def test_articles_that_are_missing_are_told_and_give_exit_code_3(nkd, opened, shop_home, tmp_path):  # noqa: F811
    opened()
    result = nkd("release", "--home", shop_home, "--out", tmp_path / "pack")
    assert result.exit_code == 3
    assert "Articles without an approved picture: 1" in result.output
    assert FAILED in result.output
    assert "6 pictures of 3 articles" in result.output
    assert '[shop] base_url = "https://…"' in result.output  # lists without addresses import nothing


def test_a_whole_delivery_gives_exit_code_0_and_a_second_run_says_that_nothing_has_changed(nkd, opened, shop_home, waive, tmp_path):  # noqa: F811
    waive(FAILED)
    opened('base_url = "https://m.example.com"')
    result = nkd("release", "herbst", "--home", shop_home, "--out", tmp_path / "pack")
    assert (result.exit_code, "1 waived articles are left out" in result.output, "base_url" in result.output) == (0, True, False)
    assert f"packed in {tmp_path / 'pack'}" in result.output
    again = nkd("release", SHARD, "--home", shop_home, "--out", tmp_path / "pack")
    assert again.exit_code == 0
    assert "Nothing has changed since 20" in again.output


def test_pictures_larger_than_their_source_are_told(nkd, opened, shop_home, tmp_path):  # noqa: F811
    opened(sizes="[1600]")
    result = nkd("release", "--home", shop_home, "--out", tmp_path / "pack")
    assert "3 pictures are larger than their source and not sharper for it" in result.output


@pytest.mark.parametrize(
    ("words", "shop", "says"),
    [
        pytest.param(["fruehling"], "", "There is no shard or catalog fruehling", id="no such shard"),
        pytest.param([], 'formats = ["gif"]', "[shop] formats", id="a wrong setting"),
        pytest.param([], '[shop.c2pa]\ncertificate = "chain.pem"\nkey = "key.pem"', 'certificate = "chain.pem": No such file', id="no certificate"),
    ],
)
def test_wrong_input_gives_exit_code_2_and_names_what_is_wrong(nkd, opened, shop_home, tmp_path, words, shop, says):  # noqa: F811
    opened(shop)
    result = nkd("release", *words, "--home", shop_home, "--out", tmp_path / "pack")
    assert (result.exit_code, says in result.output) == (2, True), result.output
    assert not (tmp_path / "pack").exists()


def test_a_folder_of_somebody_else_gives_exit_code_2(nkd, opened, shop_home, tmp_path):  # noqa: F811
    opened()
    result = nkd("release", "--home", shop_home, "--out", shop_home)
    assert (result.exit_code, "no pack has put there" in result.output) == (2, True)


def test_an_empty_home_never_empties_a_pack(nkd, tmp_path):
    # a forgotten --home would otherwise replace the shop's pictures by none
    result = nkd("release", "--home", tmp_path / "nothing", "--out", tmp_path / "pack")
    assert (result.exit_code, "There is no shard in" in result.output, (tmp_path / "pack").exists()) == (2, True, False)


def test_without_a_folder_it_asks_for_one(nkd):
    assert nkd("release").exit_code == 2
