"""German article texts in English.

One row per article of the shard. Rows are translated again only when their German text, the backend or its settings change. Words that the
backend does not know stay as they are and are listed in `untranslated`.
"""

from nkd_pipeline.assets.common import stage_asset

translated_descriptions = stage_asset("translated_descriptions", __doc__)
