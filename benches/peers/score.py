"""Scores of an extracted text against gold. Standard library only.

Gold is either labelled line by line (`text`, `labels`, `cuts`: precision, recall and F1 of the longest common subsequence
of tokens, whether the body is exactly right, whether a line that is not body leaked, whether a line of the body is missing
or broken) or the body alone (F1 of the bags of lower-cased words). A dateline may stay or go, and so may a line whose
label ends in `?`.
"""
import collections
import re
import unicodedata

BODY = ("paragraph", "heading")


def tokens(text):
    return re.findall(r"\w+|[^\w\s]", unicodedata.normalize("NFKC", text or ""))


def common(a, b):
    """Length of the longest common subsequence: one bit per token of `a`, one step per token of `b`."""
    places = collections.defaultdict(int)
    for position, token in enumerate(a):
        places[token] |= 1 << position
    full = (1 << len(a)) - 1
    row = full
    for token in b:
        met = row & places.get(token, 0)
        row = ((row + met) | (row - met)) & full
    return len(a) - row.bit_count()


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


class Words:
    """Tokens in which runs of tokens can be looked up."""

    def __init__(self, words):
        self.joined = "\0" + "\0".join(words) + "\0"

    def hold(self, words):
        return not words or ("\0" + "\0".join(words) + "\0") in self.joined


def body(gold, drop, optional):
    """The tokens of each piece of the body; `drop` decides about cuts, `optional` about lines that may stay or go."""
    for number, (line, label) in enumerate(zip(gold["text"].split("\n"), gold["labels"])):
        if label not in BODY and not (label.endswith("?") and optional(tokens(line))):
            continue
        at = 0
        for start, end, kind in sorted((s, e, k) for n, s, e, k in gold.get("cuts", []) if n == number):
            if drop(kind):
                yield number, tokens(line[at:start])
                at = end
        yield number, tokens(line[at:])


def by_lines(gold, text):
    """The scores of a text against gold that is labelled line by line."""
    got = tokens(text)
    held = Words(got)
    best = None
    for drop in (lambda kind: True, lambda kind: kind != "dateline"):
        for optional in (held.hold, lambda words: False):
            pieces = [(number, words) for number, words in body(gold, drop, optional) if words]
            want = [word for _, words in pieces for word in words]
            shared = common(want, got)
            precision = shared / len(got) if got else float(not want)
            recall = shared / len(want) if want else 1.0
            score = dict(F1=f1(precision, recall), P=precision, R=recall, perfect=float(want == got))
            if best is None or score["F1"] > best[0]["F1"]:
                best = score, pieces, want
    score, pieces, want = best
    wanted = Words(want)
    lines = [tokens(line) for line in gold["text"].split("\n")]
    of_body = {tuple(lines[number]) for number, _ in pieces} | {tuple(words) for _, words in pieces}
    out_lines = {tuple(tokens(line)) for line in (text or "").split("\n")}

    def leaks(words, least):
        if len(words) >= least and held.hold(words) and not wanted.hold(words):
            return True
        return least > 2 and bool(words) and tuple(words) in out_lines

    leaked = any(
        leaks(words, 5)
        for words, label in zip(lines, gold["labels"])
        if words and label not in BODY and not label.endswith("?") and tuple(words) not in of_body
    )
    for number, start, end, kind in gold.get("cuts", []):
        cut = tokens(gold["text"].split("\n")[number][start:end])
        leaked = leaked or (kind != "dateline" and leaks(cut, 2))
    lost = any(not held.hold(words) for _, words in pieces)
    return dict(score, leak=float(leaked), loss=float(lost))


def by_words(gold_text, text):
    """F1 of the bags of words."""
    want = collections.Counter(re.findall(r"\w+", gold_text.lower()))
    got = collections.Counter(re.findall(r"\w+", (text or "").lower()))
    shared = sum((want & got).values())
    if not want or not got:
        return dict(F1=float(not want and not got))
    return dict(F1=f1(shared / got.total(), shared / want.total()))


def of_metadata(gold, found):
    """Whether title and date are right, for what gold states and the tool looks for."""
    scores = {}
    found = found or {}
    if gold.get("title") and "title" in found:
        scores["title"] = float(tokens(found["title"]) == tokens(gold["title"]))
    if gold.get("published") and "published" in found:
        scores["date"] = float((found["published"] or "")[:10] == gold["published"][:10])
    return scores


def of(page, prediction):
    """All scores of a prediction against what is known of the page; empty if nothing is."""
    gold = page.get("gold")
    if gold is None:
        return {}
    if "labels" in gold:
        return by_lines(gold, prediction.get("text")) | of_metadata(gold.get("meta") or {}, prediction.get("metadata"))
    return by_words(gold.get("text") or "", prediction.get("text")) | of_metadata(gold, prediction.get("metadata"))
