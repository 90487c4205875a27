"""What a vision-language model answers about each picture.

For every stated attribute it is asked one question of yes and no; the probability of yes is kept. Where the profile has no model to ask,
the reason says so.
"""

from nkd_pipeline.assets.answers import describe_answers
from nkd_pipeline.assets.common import stage_asset

vqa_answers = stage_asset("vqa_answers", __doc__, describe_answers)
