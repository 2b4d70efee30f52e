#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the tagger of names."""
import os
import random
import sys
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
DROPPED = 0.12  # share of names in training texts that the lexicons do not know
TYPES = ("PER", "LOC", "ORG")


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
                            pair[a + 1, b] = alpha[at - 1, a] * numpy.exp(steps[a + 1, b] + here[at, b] - here[at].max()) * beta[at, b]
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
    def __init__(self, data, epochs=EPOCHS, table_bits=None, keep=None):
        started = time.time()
        flat = data.hashes.ravel()
        known, counts = numpy.unique(flat, return_counts=True)
        self.known = known[counts >= SEEN]
        if keep is not None:
            self.known = keep
        self.weights = numpy.zeros((len(self.known), LABELS))
        self.steps = numpy.zeros((LABELS + 1, LABELS))
        squares, step_squares = numpy.full(self.weights.shape, 0.1), numpy.full(self.steps.shape, 1.0)
        rows = self.rows(data)
        order = numpy.arange(len(data.first))
        rng = numpy.random.RandomState(1)
        for number in range(epochs):
            rng.shuffle(order)
            loss = epoch(rows, data.gold, data.first, data.last, data.weight, order, self.weights, squares, self.steps,
                         step_squares, RATE, L2, UNSEEN, number)
        print(f"  {len(data.first)} islands, {len(data.gold)} tokens, {len(self.known)} features, loss {loss:.0f}, {time.time() - started:.0f} s",
              file=sys.stderr)

    def rows(self, data):
        at = numpy.searchsorted(self.known, data.hashes)
        at[at == len(self.known)] = 0
        return numpy.where(self.known[at] == data.hashes, at, -1).astype(numpy.int32)

    def spans(self, data):
        """Of each text the findings, as (start, end, type, score)."""
        tags, sure = numpy.zeros(len(data.gold), numpy.int64), numpy.zeros((len(data.gold), 3))
        decode(self.rows(data), data.first, data.last, self.weights, self.steps, tags, sure)
        out = []
        for number, (begin, end) in enumerate(data.islands_of):
            tokens, found = data.tokens[number], []
            for island in range(begin, end):
                first, size, place = data.first[island], data.last[island] - data.first[island], data.place[island]
                at = 0
                while at < size:
                    if tags[first + at] == 0:
                        at += 1
                        continue
                    kind, stop = (tags[first + at] - 1) // 2, at + 1
                    while stop < size and tags[first + stop] == 2 + 2 * kind:
                        stop += 1
                    score = sure[first + at:first + stop, kind].mean()
                    found.append((tokens[place + at][0], tokens[place + stop - 1][1], TYPES[kind], score))
                    at = stop
            out.append(found)
        return out


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


def show(name, result):
    print(f"{name:28}" + "  ".join(f"{k} {r:.3f}/{p:.3f} ({n})" for k, (r, p, n) in result.items()), flush=True)
