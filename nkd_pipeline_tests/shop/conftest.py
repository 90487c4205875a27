"""Fixtures of these tests."""

from nkd_pipeline_tests.shop.homes import authority, finished, opened, out, shop_home, waive  # noqa: F401
