"""Out to the shop: approved pictures in the formats and sizes that a shop takes, with their marking, and the files that a shop imports them by.

`settings` says what is wanted and `articles` what there is. `packing` makes an article's files: `pictures` the pixels, `marking` what is written
beside them, `credentials` the signature. `media_csv` lists them for shops, `manifest` for everybody else; `pack` puts it all into one `folder`.
"""
