"""A stage that answers by what is in the picture, and misbehaves as its question tells it."""

import threading

from nkd_pipeline.models.pictures import read_picture
from nkd_pipeline.records.photo_attributes import PhotoAnswer
from nkd_pipeline.stage import RowError, Stage, StageSettings

COLOURS = {"Red": (200, 20, 20), "Green": (20, 160, 20), "Blue": (20, 20, 200)}


class Looker(Stage):
    """Names the colour of the picture's middle. `batches` are the questions of each call; calls wait for `gate`."""

    batch_size = 8

    def __init__(self):
        super().__init__(StageSettings())
        self.batches, self.gate = [], threading.Event()
        self.gate.set()

    def __call__(self, rows):
        self.batches.append([row.question for row in rows])
        assert self.gate.wait(20)
        for row in rows:
            if row.question == "too hard?":
                raise RowError("too_hard", f"Nobody can say what is in {row.image_file}.")
            if row.question == "broken?":
                raise RuntimeError("a secret of the server")
        if len(rows) > 2 and any(row.question == "much memory?" for row in rows):
            raise MemoryError
        return [PhotoAnswer(row.article_id, row.attribute, self.colour(row), 0.75) for row in rows]

    @staticmethod
    def colour(row):
        picture = read_picture(row)
        seen = picture.getpixel((picture.width // 2, picture.height // 2))
        return min(COLOURS, key=lambda name: sum(abs(one - other) for one, other in zip(COLOURS[name], seen, strict=True)))
