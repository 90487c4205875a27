"""A page as a browser's parser sees it, for tests: elements with their attributes, and the texts between them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

INLINE = ("a", "b", "bdi", "code", "span")  # words inside and beside these belong together


@dataclass
class Page(HTMLParser):
    """Reads a page; `elements` are (tag, attributes) in order, `texts` everything outside of style and script."""

    html: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    raw: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        super().__init__()
        self._inside = ""
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag in ("style", "script") else ""
        self._separate(tag)

    def handle_endtag(self, tag):
        self._inside = ""
        self._separate(tag)

    def _separate(self, tag):
        if tag not in INLINE:
            self.texts.append(" ")

    def handle_data(self, data):
        if self._inside:
            self.raw[self._inside] = self.raw.get(self._inside, "") + data
        else:
            self.texts.append(data)

    @property
    def tags(self):
        return [tag for tag, _ in self.elements]

    @property
    def text(self):
        return " ".join("".join(self.texts).split())

    def all(self, tag, **wanted):
        """Attributes of all elements of a tag; `class_` must be among the element's classes, others equal."""
        found = [attributes for name, attributes in self.elements if name == tag]
        classes = wanted.pop("class_", None)
        found = [one for one in found if classes is None or classes in (one.get("class") or "").split()]
        return [one for one in found if all(one.get(name.replace("_", "-")) == value for name, value in wanted.items())]
