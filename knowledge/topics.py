"""A message that only names a topic (离婚, 宅基地) is met with that topic's most asked questions instead of a guess.

`data/topics.toml` lists the words and, in the order to offer them, the entries.
"""

import tomllib
from pathlib import Path

from knowledge.corpus import DATA, Corpus
from knowledge.entry import Entry
from knowledge.fault import Fault, KnowledgeError
from knowledge.text import Normaliser

MOST = 4


class Topics:
    """Immutable and thread-safe."""

    def __init__(self, corpus: Corpus, normaliser: Normaliser, folder: Path = DATA) -> None:
        """Raises KnowledgeError for an entry that does not exist, a word listed twice, or too many entries."""
        self._asked: dict[str, tuple[Entry, ...]] = {}
        faults = []
        entries = {entry.id: entry for entry in corpus}
        for row in tomllib.loads((folder / "topics.toml").read_text(encoding="utf-8")).get("topic", []):
            missing = [name for name in row["ask"] if name not in entries]
            if missing or len(row["ask"]) > MOST:
                problem = f"没有这些条目：{'、'.join(missing)}" if missing else f"最多列 {MOST} 条"
                faults.append(Fault("topics.toml", row["say"][0], "ask", problem))
                continue
            for word in row["say"]:
                text = normaliser.normalise(word)
                if text in self._asked and self._asked[text] != tuple(entries[name] for name in row["ask"]):
                    faults.append(Fault("topics.toml", word, "say", "这个说法（或意思一样的说法）列了两次"))
                self._asked[text] = tuple(entries[name] for name in row["ask"])
        if faults:
            raise KnowledgeError(faults)

    def asked(self, text: str) -> tuple[Entry, ...]:
        """The most asked questions when a normalised text is nothing but a topic; empty otherwise."""
        return self._asked.get(text, ())
