# SPDX-License-Identifier: Apache-2.0
"""Texts with names marked, to learn from and to measure on: Text(source, kind, text, spans).

Spans are (start, end, type) in characters; type is PER, LOC, ORG, or what is no name but not ordinary either: ADR, NRP,
AGE. `unknown` says that a text may hold names that nobody marked.
"""
import collections
import glob
import json
import os
import random
import re

Text = collections.namedtuple("Text", "source kind text spans weight")


def marked(text):
    """A text annotated in place, `[PER Asha Rao]`, as text and spans."""
    out, spans, start, of_type, size = [], [], None, None, 0
    for match in re.finditer(r"\\([\[\]])|\[(PER|LOC|ORG|ADR|NRP|AGE) |(\])|([^\[\]\\]+|.)", text, re.S):
        escaped, opens, closes, plain = match.groups()
        if opens:
            start, of_type = size, opens
        elif closes and of_type:
            spans.append((start, size, of_type))
            of_type = None
        else:
            piece = escaped or closes or plain
            out.append(piece)
            size += len(piece)
    return "".join(out), spans


def written(folder):
    """Texts written by hand: FOLDER/*.jsonl."""
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl"))):
        source = os.path.basename(path).removesuffix(".jsonl")
        with open(path, encoding="utf-8") as file:
            for line in file:
                item = json.loads(line)
                text, spans = marked(item["text"])
                yield Text(source, item["language"] + " " + item["kind"], text, spans, 1.0)


NO_BLANK_BEFORE = set(".,!?;:)]}%…'’”»") | {"n't", "'s", "'m", "'re", "'ve", "'ll", "'d", "’s"}
NO_BLANK_AFTER = set("([{$#“«£€")


def joined(words):
    """A sentence from its words and tags."""
    text, spans, open_span, quoted, glue = "", [], None, False, True
    for word, tag in words:
        if word == '"':
            blank, quoted = not quoted, not quoted
            after = not quoted
        else:
            blank, after = word not in NO_BLANK_BEFORE, word not in NO_BLANK_AFTER
        if blank and not glue:
            text += " "
        if tag[0] != "I" and open_span:
            spans.append(open_span)
            open_span = None
        if tag != "O":
            start = open_span[0] if open_span else len(text)
            open_span = (start, len(text) + len(word), tag[2:])
        text += word
        glue = not after
    return text, spans + ([open_span] if open_span else [])


def public(folder):
    """Public annotated sentences, FOLDER/*.tsv."""
    for path in sorted(glob.glob(os.path.join(folder, "*.tsv"))):
        source = os.path.basename(path).removesuffix(".tsv")
        with open(path, encoding="utf-8") as file:
            for sentence in file.read().split("\n\n"):
                words = [line.split("\t") for line in sentence.split("\n") if "\t" in line]
                if words:
                    yield Text(source, source, *joined(words), 1.0)


class Templates:
    """Sentences with slots, `{PER}` and `{LOC}`, filled with names: templates.txt."""

    def __init__(self, path, lists, seed=7):
        self.lists, self.random, self.templates = lists, random.Random(seed), []
        kind = ""
        with open(path, encoding="utf-8") as file:
            for line in file.read().split("\n"):
                if line.startswith("[") and line.endswith("]") and " " not in line:
                    kind = line[1:-1]
                elif line and not line.startswith("#"):
                    self.templates.append((kind, line.replace("\\n", "\n")))

    def person(self):
        roll, given, family = self.random.random(), *self.lists.person(self.random)
        if roll < 0.5:
            return f"{given} {family}"
        if roll < 0.6:
            return f"{given} {self.random.choice('ABCDEFGHJKLMNPRSTVW')}. {family}"
        if roll < 0.68:
            return f"{given} {self.lists.person(self.random)[0]} {family}"
        if roll < 0.72:
            return f"{given} {family}-{self.lists.person(self.random)[1]}"
        if roll < 0.76:
            return f"{self.random.choice('ABCDEFGHJKLMNPRSTVW')}. {family}"
        return given if roll < 0.94 else family

    def fill(self, kind, template):
        out, spans, size = [], [], 0
        for piece in re.split(r"(\{[^{}]+\})", template):
            of_type = None
            if re.fullmatch(r"\{[^{}|]+\}", piece):
                name = piece[1:-1]
                of_type = {"GIVEN": "PER", "FAMILY": "PER", "FULL": "PER", "COUNTRY": "LOC"}.get(name, name)
                if name == "PER":
                    piece = self.person()
                elif name == "FULL":
                    piece = " ".join(self.lists.person(self.random))
                elif name in ("GIVEN", "FAMILY"):
                    piece = self.lists.person(self.random)[name == "FAMILY"]
                else:
                    piece = self.lists.pick(name, self.random)
                if of_type not in ("PER", "LOC", "ORG"):
                    of_type = None
            elif piece.startswith("{") and "|" in piece:
                piece = self.random.choice(piece[1:-1].split("|"))
            if of_type:
                spans.append((size, size + len(piece), of_type))
            out.append(piece)
            size += len(piece)
        text = "".join(out)
        roll = self.random.random()
        if kind != "data":
            if roll < 0.12:
                text = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
            elif roll < 0.16:
                text = "".join(c.upper() if len(c.upper()) == 1 else c for c in text)
        return Text("templates", kind, text, spans, 0.3)

    def make(self, each):
        for kind, template in self.templates:
            for _ in range(each):
                yield self.fill(kind, template)
