"""A WordNet of a few words, in the format of wndb(5), as nltk reads it too."""

PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
SETS = {
    "noun": [["jumper", "sweater"], ["jumper", "pinafore"], ["pants", "trousers", "pair_of_trousers"], ["man"], ["box"], ["T-shirt", "jersey"]],
    "verb": [["show", "exhibit"], ["wear", "have_on"], ["stop", "halt"]],
    "adj": [["big", "large"], ["afloat(p)", "adrift(p)"], ["hot", "spicy"]],
    "adv": [["fast", "quickly"]],
}
IRREGULAR = {"noun": "men man\n", "verb": "wore wear\nworn wear\n", "adj": "", "adv": ""}
LICENCE = "  1 not of Princeton\n"


def write_wordnet(folder):
    """Fills the folder, and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, letter in PARTS.items():
        data, offsets = LICENCE, {}
        for words in SETS[part]:
            for word in words:
                offsets.setdefault(word.partition("(")[0].lower(), []).append(len(data))
            frames = "01 + 02 00 " if part == "verb" else ""
            data += f"{len(data):08d} 00 {letter} {len(words):02x} {' '.join(f'{word} 0' for word in words)} 000 {frames}| gloss  \n"
        lines = [f"{word} {letter} {len(at)} 0 {len(at)} 0 {' '.join(f'{place:08d}' for place in at)}  \n" for word, at in sorted(offsets.items())]
        (folder / f"data.{part}").write_text(data)
        (folder / f"index.{part}").write_text(LICENCE + "".join(lines))
        (folder / f"{part}.exc").write_text(IRREGULAR[part])
    # of these nltk's reader asks for, Debian's package has none
    (folder / "lexnames").write_text("00\tall\t3\n")
    (folder / "index.sense").write_text("")
    return folder
