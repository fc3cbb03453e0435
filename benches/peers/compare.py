"""Runs every tool over the same decoded pages, one after the other on one thread, and prints Markdown tables.

Speed is pages per second of processor time, so that a busy machine does not blur it.
"""
import argparse
import collections
import gzip
import importlib.metadata
import json
import logging
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import score

COLUMNS = ("F1", "P", "R", "perfect", "leak", "loss", "title", "date")


def decode(data):
    """Bytes to text, the same for all: a byte order mark, UTF-8, what the page declares, Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", data[:4096], re.I)
    for encoding in ("utf-8-sig", declared.group(1).decode() if declared else None, "cp1252"):
        try:
            return data.decode(encoding) if encoding else data.decode("utf-8-sig")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def pages_of(path):
    """The pages of a folder, or of a file of gold: `id`, `url`, `html`, and `gold` if known."""
    if path.is_dir():
        for page in sorted(p for p in path.rglob("*") if p.suffix.lower() in (".html", ".htm")):
            gold = page.with_name("gold.json")
            known = json.loads(gold.read_text("utf-8")) if gold.is_file() else None
            if known is not None and known.get("page") not in (page.name, None):
                known = None
            url = (known or {}).get("url")
            yield dict(id=str(page.relative_to(path)), url=url, html=decode(page.read_bytes()), gold=known)
        return
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            document = json.loads(line) if line.strip() else {}
            name = str(document.get("id") or f"{path.name}:{number + 1}")
            if "html" in document:
                gold = document if "labels" in document else document.get("gold")
                yield dict(id=name, url=document.get("url"), html=document["html"], gold=gold)
            elif document.get("page"):
                beside = [path.parent / document["page"], path.parent / "pages" / document["page"]]
                page = next(p for p in beside if p.is_file())
                yield dict(id=name, url=document.get("url"), html=decode(page.read_bytes()), gold=document)


def readability():
    from lxml import etree, html as lxml_html
    from readability import Document

    def run(page):
        document = Document(page["html"])
        tree = lxml_html.fromstring(document.summary(html_partial=True))
        for element in tree.iter("p", "div", "li", "h1", "h2", "h3", "h4", "br", "tr", "blockquote"):
            element.tail = "\n" + (element.tail or "")
        text = etree.tostring(tree, method="text", encoding="unicode")
        return dict(text=text, metadata=dict(title=document.short_title()))

    return run


def trafilatura(**options):
    from trafilatura import bare_extraction

    def run(page):
        found = bare_extraction(page["html"], url=page["url"], with_metadata=True, include_comments=False, **options)
        if found is None:
            return dict(text="")
        found = found if isinstance(found, dict) else found.as_dict()
        return dict(text=found["text"], metadata=dict(title=found["title"], published=found["date"]))

    return run


def resiliparse():
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def run(page):
        tree = HTMLTree.parse(page["html"])
        return dict(text=extract_plain_text(tree, main_content=True, alt_texts=False), metadata=dict(title=tree.title))

    return run


def justext():
    from justext import get_stoplist, justext as classify

    lists = {language: get_stoplist(language) for language in ("Indonesian", "English", "Malay")}

    def run(page):
        # The list that knows most of the page's words. Found in a first run, which is not timed.
        if "stoplist" not in page:
            text = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>|<[^>]*>", " ", page["html"])
            words = re.findall(r"[a-z]+", text.lower())
            hits = {language: sum(word in known for word in words) for language, known in lists.items()}
            page["stoplist"] = lists[max(hits, key=hits.get)]
        paragraphs = classify(page["html"], page["stoplist"])
        return dict(text="\n".join(p.text for p in paragraphs if not p.is_boilerplate))

    run.prepare = True
    return run


TOOLS = {
    "trafilatura": ("trafilatura", lambda: trafilatura()),
    "trafilatura, precision": ("trafilatura", lambda: trafilatura(favor_precision=True)),
    "resiliparse": ("resiliparse", resiliparse),
    "readability-lxml": ("readability-lxml", readability),
    "jusText": ("jusText", justext),
}


def run_python(pages, passes):
    """Predictions and seconds of every tool in Python. A page on which a tool fails counts as empty."""
    predictions, seconds, failed = {}, {}, collections.Counter()
    for name, (package, make) in TOOLS.items():
        label = f"{name} {importlib.metadata.version(package)}"
        tool, made, fastest = make(), [], float("inf")
        if getattr(tool, "prepare", False):
            for page in pages:
                try:
                    tool(page)
                except Exception:
                    pass
        for number in range(passes):
            results = []
            start = time.process_time()
            for page in pages:
                try:
                    results.append(tool(page))
                except Exception:
                    results.append(dict(text=""))
                    failed[label] += number == 0
            fastest = min(fastest, time.process_time() - start)
            made = results
        predictions[label] = {page["id"]: result for page, result in zip(pages, made)}
        seconds[label] = fastest
    for label, count in failed.items():
        print(f"{label} failed on {count} pages", file=sys.stderr)
    return predictions, seconds


def run_rust(binary, pages, passes):
    """Predictions and seconds of the tools in Rust."""
    predictions = collections.defaultdict(dict)
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "pages.jsonl"), pathlib.Path(folder, "predictions.jsonl")
        with open(source, "w", encoding="utf-8") as out:
            for page in pages:
                out.write(json.dumps({key: page[key] for key in ("id", "url", "html")}) + "\n")
        seconds = json.loads(subprocess.run([binary, source, target, str(passes)], check=True, stdout=subprocess.PIPE).stdout)
        for line in open(target, encoding="utf-8"):
            made = json.loads(line)
            predictions[made["tool"]][made["id"]] = made
    return predictions, seconds


def table(pages, predictions, seconds):
    """Rows by quality, then by speed."""
    rows = []
    for tool in seconds | predictions:
        scores = collections.defaultdict(list)
        for page in pages:
            if tool in predictions:
                for key, value in score.of(page, predictions[tool].get(page["id"], {})).items():
                    scores[key].append(value)
        means = {key: sum(values) / len(values) for key, values in scores.items()}
        speed = len(pages) / seconds[tool] if tool in seconds else None
        rows.append((tool, means, speed))
    rows.sort(key=lambda row: (-row[1].get("F1", -1), -(row[2] or 0)))
    columns = [column for column in COLUMNS if any(column in means for _, means, _ in rows)]
    print("| | " + " | ".join(columns + ["pages/s"]) + " |")
    print("| --- |" + " --- |" * (len(columns) + 1))
    for tool, means, speed in rows:
        cells = [f"{means[column]:.3f}" if column in means else "–" for column in columns]
        print(f"| {tool} | " + " | ".join(cells + [f"{speed:.0f}" if speed else "–"]) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    parser.add_argument("--rust", required=True, help="the program that runs what is written in Rust")
    parser.add_argument("--out-of-fold", type=pathlib.Path, help="predictions of kupas on gold that its weights did not learn from")
    parser.add_argument("--passes", type=int, default=3, help="how often each tool runs; the fastest pass counts")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    for path in arguments.paths:
        pages = list(pages_of(path))
        if not pages:
            sys.exit(f"{path}: no pages")
        predictions, seconds = run_python(pages, arguments.passes)
        more, times = run_rust(arguments.rust, pages, arguments.passes)
        predictions |= more
        seconds |= times
        if arguments.out_of_fold:
            made = (json.loads(line) for line in open(arguments.out_of_fold, encoding="utf-8"))
            predictions["kupas, out of fold"] = {prediction["id"]: prediction for prediction in made}
        print(f"\n{path.name}: {len(pages)} pages, {sum(len(page['html']) for page in pages) / 1e6:.1f} million characters\n")
        table(pages, predictions, seconds)


if __name__ == "__main__":
    main()
