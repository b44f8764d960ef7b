"""The knowledge base as a handbook to read and print: one page a field, the articles folded under each answer."""

import datetime as dt
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader

from knowledge.corpus import Corpus
from knowledge.entry import Citation, Entry
from knowledge.statutes import Article, Statutes


@dataclass(frozen=True)
class Page:
    """A file of the handbook."""

    name: str
    html: str


def pages(corpus: Corpus, statutes: Statutes, on: dt.date) -> list[Page]:
    """The contents page and one page a topic, as of a day."""
    environment = Environment(loader=PackageLoader("knowledge", "templates"), autoescape=True, trim_blocks=True)
    topics: dict[str, list[Entry]] = {}
    for entry in corpus:
        topics.setdefault(entry.topic, []).append(entry)
    files = {topic: f"{number:02d}.html" for number, topic in enumerate(topics, 1)}

    def article(citation: Citation) -> Article | None:
        return statutes.article(citation, on)

    def doubtful(citation: Citation) -> bool:
        status = statutes.statuses.get(citation.law)
        return not status or status.status == "doubtful"

    common = {"on": on, "files": files, "topics": topics, "article": article, "doubtful": doubtful}
    index = environment.get_template("index.html").render(**common, entries=len(corpus))
    chapter = environment.get_template("chapter.html")
    chapters = [Page(files[topic], chapter.render(**common, topic=topic)) for topic in topics]
    return [Page("index.html", index), *chapters]
