"""Which of several statements fits each picture best.

For every stated attribute a CLIP model compares the statement with its alternatives; the margin between them is kept. Where the profile has no model
to ask, the reason says so.
"""

from nkd_pipeline.assets.answers import describe_answers
from nkd_pipeline.assets.common import stage_asset

probe_answers = stage_asset("probe_answers", __doc__, describe_answers)
