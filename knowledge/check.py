"""The knowledge lint: citations, figures, amended articles, duplicates and contradictions, length.

Each rule is a function from entries to faults; `check` runs them all. The lock file keeps a digest of every cited
article's text, so that an amended statute flags each entry that rests on it until someone has read the new text.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.corpus import DATA, Corpus
from knowledge.entry import Citation, Entry
from knowledge.fault import Fault
from knowledge.numerals import Figure, figures
from knowledge.statutes import Article, Statutes
from knowledge.text import Normaliser

LOCK = DATA / "articles.lock.json"
ANSWER_CHARACTERS = range(60, 351)
REPLY_BYTES = 1800
PHRASINGS = range(8, 17)
"""The standard question included; more drown the rest of the entry."""
_SAME_QUESTION = 95.0
"""rapidfuzz ratio of normalised phrasings at which two entries claim the same question."""


def check(
    corpus: Corpus, statutes: Statutes, normaliser: Normaliser, on: dt.date, render: Callable[[Entry], str],
    lock: Path = LOCK,
) -> list[Fault]:  # fmt: skip
    """Every fault of the entries as of a day. `render` gives the reply as a resident would receive it."""
    faults = [
        *_citations(corpus, statutes, on),
        *_figures(corpus, statutes, on),
        *_locked(corpus, statutes, on, lock),
        *_questions(corpus, normaliser),
        *_length(corpus, render),
    ]
    return sorted(faults)


def check_new(
    entry: Entry, corpus: Corpus, statutes: Statutes, normaliser: Normaliser, on: dt.date,
    render: Callable[[Entry], str],
) -> list[Fault]:  # fmt: skip
    """Every fault that an entry would bring into the knowledge base. Its articles are read now, so none is locked."""
    others = [other for other in corpus if other.id != entry.id]
    alone = Corpus((entry,))
    faults = [
        *_citations(alone, statutes, on), *_figures(alone, statutes, on), *_length(alone, render),
        *_questions(alone, normaliser), *_taken(entry, others, normaliser),
    ]  # fmt: skip
    return sorted(faults)


def _taken(entry: Entry, others: list[Entry], normaliser: Normaliser) -> Iterator[Fault]:
    """Questions of an entry, or its answer, that others have already; compared with theirs alone, not all with all."""
    owners = {normaliser.normalise(phrasing): other for other in others for phrasing in other.phrasings}
    texts = list(owners)
    for phrasing in entry.phrasings:
        text = normaliser.normalise(phrasing)
        near = process.extractOne(text, texts, scorer=fuzz.ratio, score_cutoff=_SAME_QUESTION)
        if near and not normaliser.opposite(text, near[0]):
            yield _claimed_twice(entry, owners[near[0]], phrasing)
    answers = {other.answer: other for other in others}
    if near := process.extractOne(entry.answer, list(answers), scorer=fuzz.ratio, score_cutoff=_SAME_QUESTION):
        yield _same_answer(entry, answers[near[0]])


def cited(corpus: Corpus) -> dict[Citation, list[Entry]]:
    """Each article that an answer or a figure rests on, with the entries that rest on it."""
    found: dict[Citation, list[Entry]] = {}
    for entry in corpus:
        for citation in dict.fromkeys([*entry.law, *(figure.source for figure in entry.figures)]):
            found.setdefault(citation, []).append(entry)
    return found


def write_lock(corpus: Corpus, statutes: Statutes, on: dt.date, lock: Path = LOCK) -> int:
    """Record the digest of each cited article as read today; returns how many."""
    articles = [(citation, statutes.article(citation, on)) for citation in sorted(cited(corpus))]
    digests = {str(citation): article.digest for citation, article in articles if article}
    lock.write_text(json.dumps(digests, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return len(digests)


def for_the_lawyer(corpus: Corpus, statutes: Statutes) -> list[tuple[Entry, Citation, str]]:
    """Entries that rest on a law whose status is in doubt, with the article and the doubt."""
    return [
        (entry, citation, statutes.statuses[citation.law].why)
        for citation, entries in cited(corpus).items()
        if citation.law in statutes.statuses and statutes.statuses[citation.law].status == "doubtful"
        for entry in entries
    ]


def unverified(corpus: Corpus, statutes: Statutes, on: dt.date) -> list[tuple[Entry, str]]:
    """Entries that also rest on a regulation or judicial interpretation outside the database, for the lawyer.

    With each figure that only it could support; an empty figure when there is none.
    """
    return [
        (entry, figure)
        for entry in corpus
        if entry.source
        for figure in [*map(_written, _unsupported(entry, statutes, on))] or [""]
    ]


def coming(corpus: Corpus, statutes: Statutes, today: dt.date) -> list[tuple[str, dt.date, int]]:
    """Laws of our table with a version that starts after today: law, first day, entries that cite it now."""
    users = Counter(law for entry in corpus for law in {citation.law for citation in entry.law})
    return [(law, start, users[law]) for law, start in statutes.coming(today)]


def _citations(corpus: Corpus, statutes: Statutes, on: dt.date) -> Iterator[Fault]:
    for citation, entries in cited(corpus).items():
        status = statutes.statuses.get(citation.law)
        for entry in entries:
            if not statutes.knows(citation.law):
                yield Fault(entry.place, entry.id, "law", f"法条库里没有《{citation.law}》")
            elif not status:
                yield Fault(
                    entry.place, entry.id, "law", f"《{citation.law}》没有列入 statutes.toml，先确认效力再写进去"
                )
            elif not statutes.article(citation, on):
                yield Fault(entry.place, entry.id, "law", f"{on} 施行的《{citation.law}》没有{citation.article}")
            elif status.status == "doubtful" and not _rests_on_certain_law(entry, citation, statutes):
                yield Fault(entry.place, entry.id, "law", f"《{citation.law}》效力存疑，要把确定有效的法条写在它前面")


def _rests_on_certain_law(entry: Entry, doubtful: Citation, statutes: Statutes) -> bool:
    earlier = entry.law[: entry.law.index(doubtful)] if doubtful in entry.law else entry.law
    return any(
        citation.law in statutes.statuses and statutes.statuses[citation.law].status == "in_force"
        for citation in earlier
    )


def _figures(corpus: Corpus, statutes: Statutes, on: dt.date) -> Iterator[Fault]:
    for entry in corpus:
        for sourced in entry.figures:
            own = figures(sourced.figure)
            if not own:
                yield Fault(entry.place, entry.id, "figures", f"“{sourced.figure}”不是带单位的数字，如 15日、三分之一")
            elif not own <= _figures_in([statutes.article(sourced.source, on)]):
                yield Fault(
                    entry.place, entry.id, "figures",
                    f"《{sourced.source.law}》{sourced.source.article}里没有“{sourced.figure}”",
                )  # fmt: skip
        for name in entry.source:
            if statutes.knows(name):
                yield Fault(entry.place, entry.id, "source", f"法条库里有《{name}》，请引用它的法条")
        if entry.source:
            continue  # its figures are listed as unverified instead
        for figure in _unsupported(entry, statutes, on):
            yield Fault(
                entry.place, entry.id, "answer",
                f"数字“{_written(figure)}”在引用的法条里找不到，请改正、补充法条或写进 figures",
            )  # fmt: skip


def _unsupported(entry: Entry, statutes: Statutes, on: dt.date) -> list[Figure]:
    """Figures of the answer that stand in no cited article."""
    supported = _figures_in([statutes.article(citation, on) for citation in entry.law])
    supported |= {figure for sourced in entry.figures for figure in figures(sourced.figure)}
    return sorted(figures(entry.answer) - supported, key=str)


def _written(figure: Figure) -> str:
    value, unit = figure
    return (f"{value.numerator}/{value.denominator}" if value.denominator > 1 else str(value.numerator)) + unit


def _figures_in(articles: list[Article | None]) -> set[Figure]:
    return {figure for article in articles if article for figure in figures(article.text)}


def _locked(corpus: Corpus, statutes: Statutes, on: dt.date, lock: Path) -> Iterator[Fault]:
    digests: dict[str, str] = json.loads(lock.read_text(encoding="utf-8")) if lock.exists() else {}
    for citation, entries in cited(corpus).items():
        article = statutes.article(citation, on)
        if not article or digests.get(str(citation)) == article.digest:
            continue
        problem = "改动过，请重读法条、核对答案" if str(citation) in digests else "还没有登记"
        for entry in entries:
            yield Fault(
                entry.place, entry.id, "law",
                f"《{citation.law}》{citation.article}的文字{problem}，再运行 legalbot knowledge lock",
            )  # fmt: skip


def _questions(corpus: Corpus, normaliser: Normaliser) -> Iterator[Fault]:
    """Two entries must not claim one question: the same answer twice, or worse, two answers to it."""
    for entry in corpus:
        if len(entry.phrasings) not in PHRASINGS:
            yield Fault(
                entry.place, entry.id, "similar",
                f"有 {len(entry.phrasings)} 种问法，连同 question 要 {PHRASINGS.start} 到 {PHRASINGS.stop - 1} 种",
            )  # fmt: skip
    owners: dict[str, Entry] = {}
    for entry in corpus:
        for phrasing in entry.phrasings:
            text = normaliser.normalise(phrasing)
            owner = owners.setdefault(text, entry)
            if owner is not entry:
                yield _claimed_twice(entry, owner, phrasing)
    for text, other in _near_ties(owners):
        entry, owner = owners[text], owners[other]
        if entry.id < owner.id and not normaliser.opposite(text, other):
            yield _claimed_twice(entry, owner, f"{text} / {other}")
    answers: dict[str, Entry] = {}
    for entry in corpus:
        if (owner := answers.setdefault(entry.answer, entry)) is not entry:
            yield _same_answer(entry, owner)
    for one, other in _near_ties(answers):
        if answers[one].id < answers[other].id:
            yield _same_answer(answers[other], answers[one])


def _same_answer(entry: Entry, owner: Entry) -> Fault:
    return Fault(entry.place, entry.id, "answer", f"与 {owner.id} 的答案几乎一样，合并成一条")


def _near_ties(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of different texts, each way round, whose ratio reaches _SAME_QUESTION.

    A ratio of 2·same/(a + b) cannot reach r unless the shorter length is at least r/(2 - r) of the longer.
    """
    share = _SAME_QUESTION / (200 - _SAME_QUESTION)
    by_length: dict[int, list[str]] = {}
    for text in texts:
        by_length.setdefault(len(text), []).append(text)
    for length, own in by_length.items():
        others = [text for other in by_length if share <= other / length <= 1 / share for text in by_length[other]]
        scores = process.cdist(own, others, scorer=fuzz.ratio, score_cutoff=_SAME_QUESTION, dtype=np.uint8, workers=-1)
        for row, column in zip(*scores.nonzero(), strict=True):
            if own[row] != others[column]:
                yield own[row], others[column]


def _claimed_twice(entry: Entry, owner: Entry, phrasing: str) -> Fault:
    kind = "重复" if fuzz.ratio(entry.answer, owner.answer) >= _SAME_QUESTION else "矛盾"
    return Fault(entry.place, entry.id, "similar", f"与 {owner.id} {kind}，同一问法有两个答案：{phrasing}")


def _length(corpus: Corpus, render: Callable[[Entry], str]) -> Iterator[Fault]:
    for entry in corpus:
        if len(entry.answer) not in ANSWER_CHARACTERS:
            yield Fault(
                entry.place, entry.id, "answer",
                f"有 {len(entry.answer)} 字，应在 {ANSWER_CHARACTERS.start} 到 {ANSWER_CHARACTERS.stop - 1} 字之间",
            )  # fmt: skip
        if (size := len(render(entry).encode())) > REPLY_BYTES:
            yield Fault(entry.place, entry.id, "answer", f"发出的回复有 {size} 字节，超过 {REPLY_BYTES}")
