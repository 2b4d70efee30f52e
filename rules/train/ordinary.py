# SPDX-License-Identifier: Apache-2.0
"""Ordinary texts that attack nobody, in quantity: pieces of what Debian packages document in many languages.

    for package, text in pieces("build/train/ordinary"): ...

Packages are fetched once with `apt-get download` and unpacked into the folder; nothing of them is kept in the project.
The same versions give the same pieces.
"""
import gzip
import html.parser
import os
import random
import re
import subprocess

PACKAGES = """
ansible apache2-doc cmake-data debian-faq debian-handbook debian-policy developers-reference exim4-doc-html fortunes
fortunes-de fortunes-es fortunes-it fortunes-ru fortunes-zh git-doc golang-1.19-src jupyter-notebook
libpython3.11-stdlib libpython3.11-testsuite linux-doc llvm-14-doc maint-guide manpages manpages-de manpages-dev
manpages-es manpages-fr manpages-it manpages-ja manpages-nl manpages-pl manpages-pt-br manpages-ru manpages-tr
manpages-uk manpages-zh mediawiki nginx-doc node-typescript nodejs-doc npm perl-doc postfix-doc postgresql-doc-15
python-django-doc python-pandas-doc python3-pip python3-sphinx python3.11-doc vim-runtime wordpress
""".split()

SIZES = (20, 50, 120, 200, 300, 500, 900, 1800, 4000)  # bytes of a piece, about
PER_PACKAGE = 1000  # pieces
PER_FILE = 3
FILE_MAX = 1 << 20


def versions(folder):
    """Package and version of each file in the folder."""
    names = sorted(name for name in os.listdir(folder) if name.endswith(".deb"))
    return [name.rsplit("_", 1)[0].replace("%3a", ":").split("_") for name in names]


def fetch(folder):
    """Downloads and unpacks what is not there yet."""
    os.makedirs(folder, exist_ok=True)
    here = {package for package, _ in versions(folder)}
    missing = [package for package in PACKAGES if package not in here]
    if missing:
        subprocess.run(["apt-get", "-qq", "download", *missing], cwd=folder, check=True)
    for name in sorted(os.listdir(folder)):
        place = os.path.join(folder, name.split("_")[0])
        if name.endswith(".deb") and not os.path.isdir(place):
            subprocess.run(["dpkg-deb", "-x", os.path.join(folder, name), place], check=True)


TEXT = re.compile(r"\.(txt|html?|md|rst|pod|py|js|ts|go|php|css|sh|ya?ml|json|xml|cmake|c|h|\d)"
                  r"(\.[a-z]{2}(-\w+)?)?(\.gz|\.utf8)?$")


class Words(html.parser.HTMLParser):
    """The text of a page."""

    BREAKS = {"p", "br", "li", "tr", "h1", "h2", "h3", "h4", "dt", "dd", "div", "pre"}

    def __init__(self):
        super().__init__()
        self.parts, self.skipped = [], 0

    def handle_starttag(self, tag, attrs):
        self.skipped += tag in ("script", "style")
        if tag in self.BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        self.skipped -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.skipped:
            self.parts.append(data)


def plain(path, text):
    """A file as a person would send it: now and then a page with its tags."""
    if re.search(r"\.html?(\.\w+)?(\.gz)?$", path) and hash_of(path) % 4:
        words = Words()
        words.feed(text)
        return re.sub(r"\n\s*\n+", "\n\n", "".join(words.parts))
    if re.search(r"/man\d/", path):
        text = re.sub(r'(?m)^[.\']\\".*\n', "", text)
        text = re.sub(r"(?m)^\.\w+ ?", "", text)
        return re.sub(r"\\f[A-Z]|\\&", "", text).replace("\\-", "-")
    return text


def hash_of(text):
    return random.Random(text).randrange(1 << 30)


def files(place):
    for folder, folders, names in os.walk(place):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.islink(path) or re.search(r"(copyright|changelog)", path, re.I):
                continue
            if "/fortunes/" in path and "." not in name:
                yield path
            elif TEXT.search(path):
                yield path


def pieces_of(package, place):
    rng = random.Random(package)
    paths = list(files(place))
    rng.shuffle(paths)
    count = 0
    for path in paths:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            try:
                text = plain(path, file.read(FILE_MAX).decode("utf-8"))
            except UnicodeDecodeError:
                continue
        for _ in range(PER_FILE * (20 if "/fortunes/" in path else 1)):
            size = rng.choice(SIZES)
            at = rng.randrange(max(1, len(text) - size))
            at = text.rfind("\n", 0, at) + 1
            piece = text[at:at + size].strip().replace("\0", "")
            if len(piece) > 8:
                yield package, piece
                count += 1
        if count >= PER_PACKAGE:
            return


def pieces(folder):
    fetch(folder)
    for package in PACKAGES:
        yield from pieces_of(package, os.path.join(folder, package))
