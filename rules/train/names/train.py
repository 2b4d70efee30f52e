#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the tagger of names and writes RULES/pii/names.bin and names/model.md.

usage: train.py RULES PACKAGES ORDINARY [PUBLIC]

PACKAGES is the folder that lexicons.py fetched Python packages into, ORDINARY one for Debian packages. Texts come from
written/ beside this file, from the sentences of templates.txt, from what Debian packages document and from C headers,
in which nearly no word is a name, and from PUBLIC, annotated texts of others that do not enter the project. The same
texts give the same bytes.

What the card tells of a source is measured with weights that were trained without it, and so is the calibration.
"""
import hashlib
import os
import random
import re
import sys
import textwrap
import time

import numba
import numpy

import tag
import texts as texts_module
from tag import LABELS, FEATURES

EPOCHS = 8
RATE = 0.05
L2 = 1e-4
SEEN = 2  # times that a feature must be seen
UNSEEN = 0.3  # share of the features of a token that each step of learning does without
BIASES = (0.5, 0.7, 0.3)  # logits by which a person, a place, an organisation begins more easily than it was learned
CHOOSING = 3  # epochs after which the features that get a slot are chosen
EACH = 40  # texts of a template
QUIET = 0.4  # weight of texts in which nearly no word is a name
DROPPED = 0.12  # share of names in training texts that the lexicons do not know
TYPES = ("PER", "LOC", "ORG")


SMALL = {"news", "reviews", "de-pt-da", "hr-set", "en-twitter-btc"}  # sources that are not measured

CARD = """\
# The names model

Made by `rules/train/names/train.py`; do not edit. Words and weights are `../names.bin`,
BLAKE2b-256 `{digest}`.

- **What it is**: a linear-chain conditional random field over hashed features of words and their neighbours, with whole
  numbers as weights. `rules/train/names/FEATURES.md` says it exactly, `rules/train/names/tag.py` is the reference.
- **Trained on**: {annotated} annotated texts: those of `rules/train/names/written`, written for this project, and
  public ones named below; {templates} sentences from `templates.txt`; {quiet} pieces of what Debian packages document
  and of C headers, in which nearly no word is a name. The same texts give the same bytes.
- **Meant for**: people, places and organisations in prose, chat, forms, records. Post codes and streets are not its.
- **Limits**: a name that no lexicon knows, in small letters and without a cue, passes. Less than half of the
  organisations are found. No native speaker has read the texts in the small languages.

## How well it finds
Recall / precision of findings that are at least so sure. Recall: half of an annotation is covered by findings of its
type. Precision: a finding touches an annotation of its type. Each source is measured with weights that were trained
without the whole of it: `names-in` is all languages of India, `names-world` all others but English.

| source | at least | PERSON | LOCATION | ORGANIZATION |
|---|---|---|---|---|
{report}

## What scores mean
Share of findings that are right, of all at least so sure (and how many there are), in these sources together.

| at least | PERSON | LOCATION | ORGANIZATION |
|---|---|---|---|
{calibration}

## Public texts
No sentence of them is in the project.
- Broad Twitter Corpus (Derczynski et al. 2016), CC BY 4.0
- Wikigold (Balasuriya et al. 2009), CC BY 4.0
- WNUT 2017, train and dev (Derczynski et al. 2017), CC BY 4.0
- Universal NER (Mayhew et al. 2024), English Web Treebank dev, Portuguese Bosque train, Swedish Talbanken train,
  Croatian SET train, CC BY-SA 4.0

## Packages
{packages}
"""


class Data:
    """Texts as islands of tokens with features."""

    def __init__(self, texts, words, drop=0.0):
        self.texts, self.tokens = list(texts), []
        hashes, gold, first, last, owner, islands_of, place = [], [], [], [], [], [], []
        self.missed = {t: [0, 0] for t in TYPES}
        rng = random.Random(5)
        count = 0
        for number, text in enumerate(self.texts):
            tokens, table = tag.read_tokens(text.text, words)
            self.tokens.append(tokens)
            tags, unknown = self.tags(text, tokens)
            if drop:
                for at in numpy.nonzero(tags)[0]:
                    if rng.random() < drop and (table[at, tag.CLASS] & 0x20) == 0:
                        table[at, tag.CLASS] &= ~0x300F & 0xFFFFFFFF
                        table[at, tag.CLUSTER] = table[at, tag.FOUND] = 0
            islands = tag.find_islands(table)
            begin = len(first)
            covered = numpy.zeros(len(tokens) + 1, bool)
            for start, end in islands:
                covered[start:end] = True
                if drop and unknown[start:end].any():
                    continue
                first.append(count)
                rows = numpy.zeros((end - start, FEATURES), numpy.uint32)
                for at in range(start, end):
                    tag.features(table, at, rows[at - start])
                hashes.append(rows)
                island = tags[start:end].copy()
                if island[0] and island[0] % 2 == 0:
                    island[0] -= 1
                gold.append(island)
                count += end - start
                last.append(count)
                owner.append(number)
                place.append(start)
            for at in range(len(tokens)):
                if tags[at] % 2:
                    self.missed[TYPES[tags[at] // 2]][0] += 1
                    self.missed[TYPES[tags[at] // 2]][1] += not covered[at]
            islands_of.append((begin, len(first)))
        self.hashes = numpy.concatenate(hashes) if hashes else numpy.zeros((0, FEATURES), numpy.uint32)
        self.gold = numpy.concatenate(gold) if gold else numpy.zeros(0, numpy.int64)
        self.first, self.last, self.owner = map(numpy.array, (first, last, owner))
        self.place, self.islands_of = place, islands_of
        self.weight = numpy.array([self.texts[n].weight for n in owner])

    @classmethod
    def joined(cls, several):
        """Several data as one; their texts stay apart."""
        self, count = cls([], None), 0
        self.hashes = numpy.concatenate([data.hashes for data in several])
        self.gold = numpy.concatenate([data.gold for data in several])
        offsets = numpy.cumsum([0] + [len(data.gold) for data in several])
        self.first = numpy.concatenate([data.first + offset for data, offset in zip(several, offsets)]).astype(int)
        self.last = numpy.concatenate([data.last + offset for data, offset in zip(several, offsets)]).astype(int)
        self.weight = numpy.concatenate([data.weight for data in several])
        return self

    @staticmethod
    def tags(text, tokens):
        tags, unknown = numpy.zeros(len(tokens), numpy.int64), numpy.zeros(len(tokens), bool)
        for start, end, of_type in text.spans:
            inside = False
            for at, (s, e) in enumerate(tokens):
                if s < end and e > start:
                    if of_type in TYPES:
                        tags[at] = 1 + 2 * TYPES.index(of_type) + inside
                        inside = True
                    elif of_type == "ADR":
                        unknown[at] = True
        return tags, unknown


@numba.njit(cache=True)
def epoch(rows, gold, first, last, weight, order, weights, squares, steps, step_squares, rate, l2, unseen, seed):
    numpy.random.seed(seed)
    loss, kept = 0.0, 1 / (1 - unseen)
    seen = numpy.zeros((80, rows.shape[1]), numpy.int64)
    scores, alpha, beta = numpy.zeros((80, LABELS)), numpy.zeros((80, LABELS)), numpy.zeros((80, LABELS))
    for island in order:
        begin, size = first[island], min(last[island] - first[island], 80)
        here = scores[:size]
        here[:] = 0
        for at in range(size):
            for f in range(rows.shape[1]):
                row = rows[begin + at, f]
                seen[at, f] = row if numpy.random.random() >= unseen else -1
                if seen[at, f] >= 0:
                    here[at] += weights[row] * kept
        tag.marginals(here, steps, alpha[:size], beta[:size])
        before = -1
        for at in range(size):
            p = alpha[at] * beta[at]
            p /= p.sum()
            truth = gold[begin + at]
            loss -= numpy.log(max(p[truth], 1e-9)) * weight[island]
            pair = numpy.zeros((LABELS + 1, LABELS))
            if at:
                total = 0.0
                for a in range(LABELS):
                    for b in range(LABELS):
                        if tag.may_follow(a, b):
                            step = numpy.exp(steps[a + 1, b] + here[at, b] - here[at].max())
                            pair[a + 1, b] = alpha[at - 1, a] * step * beta[at, b]
                            total += pair[a + 1, b]
                pair /= total
            else:
                pair[0] = p
            pair[before + 1, truth] -= 1
            for a in range(LABELS + 1):
                for b in range(LABELS):
                    if pair[a, b] != 0:
                        g = pair[a, b] * weight[island]
                        step_squares[a, b] += g * g
                        steps[a, b] -= rate * g / numpy.sqrt(step_squares[a, b])
            p[truth] -= 1
            p *= weight[island]
            before = truth
            for f in range(rows.shape[1]):
                row = seen[at, f]
                if row >= 0:
                    for b in range(LABELS):
                        g = p[b] + l2 * weights[row, b]
                        squares[row, b] += g * g
                        weights[row, b] -= rate * g / numpy.sqrt(squares[row, b])
    return loss


@numba.njit(cache=True)
def decode(rows, first, last, weights, steps, tags, sure):
    """Tags of all islands, and of each token how sure its type is."""
    alpha, beta, scores = numpy.zeros((80, LABELS)), numpy.zeros((80, LABELS)), numpy.zeros((80, LABELS))
    for island in range(len(first)):
        begin, size = first[island], min(last[island] - first[island], 80)
        here = scores[:size]
        here[:] = 0
        for at in range(size):
            for f in range(rows.shape[1]):
                row = rows[begin + at, f]
                if row >= 0:
                    here[at] += weights[row]
        tag.viterbi(here, steps, tags[begin:begin + size])
        tag.marginals(here, steps, alpha[:size], beta[:size])
        for at in range(size):
            p = alpha[at] * beta[at]
            p /= p.sum()
            for kind in range(3):
                sure[begin + at, kind] = p[1 + 2 * kind] + p[2 + 2 * kind]


class Model:
    """Weights in learning: by feature, or by slot of the table when that is given."""

    def __init__(self, data, slots=None, epochs=EPOCHS):
        self.slots = slots
        if slots is None:
            known, counts = numpy.unique(data.hashes, return_counts=True)
            self.known = known[counts >= SEEN]
        self.weights = numpy.zeros((tag.SLOTS if slots is not None else len(self.known), LABELS))
        self.steps = numpy.zeros((LABELS + 1, LABELS))
        squares, step_squares = numpy.full(self.weights.shape, 0.1), numpy.full(self.steps.shape, 1.0)
        rows, order, rng = self.rows(data), numpy.flatnonzero(data.weight), numpy.random.RandomState(1)
        for number in range(epochs):
            rng.shuffle(order)
            epoch(rows, data.gold, data.first, data.last, data.weight, order, self.weights, squares, self.steps,
                  step_squares, RATE, L2, UNSEEN, number)

    def rows(self, data):
        """The rows of weights of each token; -1 for a feature that says nothing."""
        if self.slots is not None:
            at = tag.slot_of(data.hashes)
            return numpy.where(self.slots[at] == (data.hashes & 0xFF), at, -1).astype(numpy.int32)
        at = numpy.searchsorted(self.known, data.hashes)
        at[at == len(self.known)] = 0
        return numpy.where(self.known[at] == data.hashes, at, -1).astype(numpy.int32)

    def strongest(self):
        """For each slot the check byte of the feature with the largest weight; -1 where there is none."""
        order = numpy.argsort(-numpy.abs(self.weights).max(axis=1), kind="stable")
        slots, first = numpy.unique(tag.slot_of(self.known[order]), return_index=True)
        out = numpy.full(tag.SLOTS, -1, numpy.int64)
        out[slots] = self.known[order][first] & 0xFF
        return out

    def quantise(self):
        self.weights = numpy.clip(numpy.rint(self.weights * tag.SCALE), -127, 127) / tag.SCALE
        self.steps = numpy.clip(numpy.rint(self.steps * tag.SCALE), -127, 127) / tag.SCALE

    def decode(self, data):
        tags, sure = numpy.zeros(len(data.gold), numpy.int64), numpy.zeros((len(data.gold), 3))
        decode(self.rows(data), data.first, data.last, self.weights, self.steps, tags, sure)
        return tags, sure

    def spans(self, data):
        """Of each text the findings, as (start, end, type, how sure)."""
        tags, sure = self.decode(data)
        out = []
        for number, (begin, end) in enumerate(data.islands_of):
            tokens, found = data.tokens[number], []
            for island in range(begin, end):
                first, last, place = data.first[island], data.last[island], data.place[island]
                for at, stop, kind, of in tag.spans_of(tags[first:last], sure[first:last]):
                    found.append((tokens[place + at][0], tokens[place + stop - 1][1], TYPES[kind], of))
            out.append(found)
        return out

    def write(self, path, calibration, lexicon):
        """Writes words and weights, and returns their digest."""
        table = numpy.zeros((tag.SLOTS, 8), numpy.uint8)
        table[:, 0] = numpy.where(self.slots < 0, 0, self.slots)
        table[:, 1:] = numpy.rint(self.weights * tag.SCALE).astype(numpy.int8).view(numpy.uint8)
        steps = numpy.rint(self.steps * tag.SCALE).astype(numpy.int8).tobytes()
        words = lexicon.table()
        data = words.tobytes() + tag.TABLES.pack(steps, calibration.tobytes()) + table.tobytes()
        digest = hashlib.blake2b(data, digest_size=32)
        with open(path, "wb") as file:
            file.write(tag.HEADER.pack(tag.MAGIC, 1, len(words), digest.digest()) + data)
        return digest.hexdigest()


def measure(data, spans, thresholds=(0, 0, 0)):
    """Recall and precision by type."""
    out = {}
    for kind, least in zip(TYPES, thresholds):
        gold = found = touched = right = 0
        for text, here in zip(data.texts, spans):
            marks = [(s, e) for s, e, t in text.spans if t == kind]
            addresses = [(s, e) for s, e, t in text.spans if t == "ADR"]
            finds = [(s, e) for s, e, t, score in here if t == kind and score >= least
                     and not any(s < b and e > a for a, b in addresses)]
            gold += len(marks)
            found += len(finds)
            touched += sum(2 * sum(max(0, min(e, b) - max(s, a)) for a, b in finds) >= e - s for s, e in marks)
            right += any_touch(finds, marks)
        out[kind] = (touched / max(gold, 1), right / max(found, 1), gold)
    return out


def any_touch(finds, marks):
    return sum(any(s < e and b > a for s, e in marks for a, b in [find] if s < b and e > a) for find in finds)


def judged(data, spans):
    """Of each finding of a type, how sure it was and whether it touches an annotation of the type."""
    for text, here in zip(data.texts, spans):
        for start, end, kind, sure in here:
            if not any(t == "ADR" and start < e and end > s for s, e, t in text.spans):
                yield kind, sure, any(t == kind and start < e and end > s for s, e, t in text.spans)


def calibrate(findings):
    """By type, how often findings are right at 17 values of how sure they are, never falling, in 255ths."""
    out = numpy.zeros((3, tag.KNOTS), numpy.uint8)
    for row, kind in enumerate(TYPES):
        pairs = [(sure, right) for k, sure, right in findings if k == kind]
        blocks = []
        for knot in range(tag.KNOTS):
            near = [right for sure, right in pairs if abs(sure * (tag.KNOTS - 1) - knot) <= 0.5]
            blocks.append([sum(near) + 0.5 * knot / (tag.KNOTS - 1), len(near) + 0.5, 1])
            while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
                last = blocks.pop()
                blocks[-1] = [a + b for a, b in zip(blocks[-1], last)]
        out[row] = [round(255 * right / count) for right, count, width in blocks for _ in range(width)]
    return out


SURE = 0.8  # a model that is so sure of a name in a text that nobody annotated is believed: it does not learn from it


def hush(data, model):
    """Takes what look like names out of texts in which nobody marked names."""
    sure = model.decode(data)[1].max(axis=1)
    for island, (first, last) in enumerate(zip(data.first, data.last)):
        data.weight[island] = 0.0 if sure[first:last].max() > SURE else QUIET


def real_places(text, lexicon):
    """Annotated texts call "Israeli" a place and "@asha" a person now and then; this project does not."""
    spans = []
    for start, end, kind in text.spans:
        bits = lexicon.classes(tag.fold(text.text[start:end]))
        if text.text[start] in "@#":
            kind = "ADR"
        if kind != "LOC" or not bits & tag.BIT["nrp"] or bits & (tag.BIT["country"] | tag.BIT["place"]):
            spans.append((start, end, kind))
    return text._replace(spans=spans)


def main(rules, packages, debian, public=None):
    here, started = os.path.dirname(os.path.abspath(__file__)), time.time()
    sys.path.append(os.path.dirname(here))
    import ordinary
    lexicon = tag.Lexicon(rules)
    words = tag.Words(lexicon)
    by_source = {}
    annotated = list(texts_module.written(os.path.join(here, "written"))) + list(texts_module.public(public or here))
    for text in annotated:
        by_source.setdefault(re.sub("-(train|dev)$", "", text.source), []).append(real_places(text, lexicon))
    lists = texts_module.Lists(packages, lexicon.known)
    by_source["templates"] = list(texts_module.Templates(os.path.join(here, "templates.txt"), lists).make(EACH))
    learn = {source: Data(texts, words, 2 * DROPPED if source == "templates" else DROPPED)
             for source, texts in by_source.items()}
    quiet = [Data(texts_module.ordinary_texts(debian, ordinary), words), Data(texts_module.header_texts(debian), words)]
    print(f"{time.time() - started:.0f} s: read", flush=True)
    first = Model(Data.joined(list(learn.values())), epochs=CHOOSING)
    for data in quiet:
        hush(data, first)
    findings, report = [], []
    for source in sorted(set(by_source) - SMALL):
        model = trained([data for other, data in learn.items() if other != source] + quiet)
        data = Data(by_source[source], words)
        spans = model.spans(data)
        report += [row(source, least, measure(data, spans, (least,) * 3)) for least in (0, 0.5, 0.7)]
        print(*report[-3:], sep="\n", flush=True)
        if source != "templates":
            findings += judged(data, spans)
    calibration = calibrate(findings)
    model = trained(list(learn.values()) + quiet)
    digest = model.write(os.path.join(rules, "pii", "names.bin"), calibration, lexicon)
    name_digest(os.path.join(rules, "pii", "names.yaml"), digest)
    with open(os.path.join(rules, "pii", "names", "model.md"), "w", encoding="utf-8") as file:
        file.write(CARD.format(digest=digest, report="\n".join(report), calibration=thresholds(findings),
                               annotated=len(annotated), templates=len(by_source["templates"]),
                               quiet=sum(len(data.texts) for data in quiet),
                               packages=packages_of(debian, ordinary)))
    print(f"{time.time() - started:.0f} s")


def name_digest(pack, digest):
    """The pack names the data by its digest."""
    with open(pack, encoding="utf-8") as file:
        text = file.read()
    with open(pack, "w", encoding="utf-8") as file:
        file.write(re.sub(r"digest: [0-9a-f]{64}", "digest: " + digest, text))


def trained(several):
    """A model as it ships: each slot of the table has one feature, weights are whole numbers."""
    data = Data.joined(several)
    model = Model(data, Model(data, epochs=CHOOSING).strongest())
    for kind, bias in enumerate(BIASES):
        model.steps[:, 1 + 2 * kind] += bias
    model.quantise()
    return model


def packages_of(folder, ordinary):
    names = ", ".join(" ".join(pair) for pair in ordinary.versions(folder))
    return textwrap.fill(names, 118, break_long_words=False, break_on_hyphens=False)


def row(source, least, result):
    cells = " | ".join(f"{recall:.2f} / {precision:.2f}" for recall, precision, _ in result.values())
    return f"| {source} | {least} | {cells} |"


def thresholds(findings):
    """How many findings are right that are at least so sure, by type, as rows of a table."""
    rows = []
    for least in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        cells = []
        for kind in TYPES:
            here = [right for k, sure, right in findings if k == kind and sure >= least]
            cells.append(f"{sum(here) / max(len(here), 1):.2f} ({len(here)})")
        rows.append(f"| {least} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
