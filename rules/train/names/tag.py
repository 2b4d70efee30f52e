#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The reference tagger of names: what FEATURES.md says, in Python. The C tagger gives the same spans and scores.

usage: tag.py RULES < TEXT     one finding a line: TYPE, start, end in bytes, score, text

A text becomes tokens; a few of them are candidates; candidates in a row are an island; each island is tagged by a
linear-chain model with integer weights. No candidate, no cost.
"""
import collections
import glob
import hashlib
import os
import struct
import sys

import numba
import numpy

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
TYPES = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}
LABELS = len(TAGS)
SLOTS = 3 << 16
SCALE = 16  # weights are sixteenths of a logit

# --------------------------------------------------------------------------------------------- characters

# Code points from U+0080 on that are no letters, as first and last.
NO_LETTER = [(0x80, 0xA9), (0xAB, 0xB4), (0xB6, 0xB9), (0xBB, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7), (0x37E, 0x37E),
             (0x387, 0x387), (0x55A, 0x55F), (0x589, 0x58A), (0x5BE, 0x5BE), (0x5C0, 0x5C0), (0x5F3, 0x5F4),
             (0x600, 0x60F), (0x61B, 0x61F), (0x66A, 0x66D), (0x6D4, 0x6D4), (0x964, 0x965), (0x970, 0x970),
             (0xE3F, 0xE3F), (0xE4F, 0xE4F), (0x2000, 0x200B), (0x200E, 0x2BFF), (0x2E00, 0x2E7F), (0x3000, 0x3004),
             (0x3008, 0x3020), (0x3030, 0x3030), (0x30FB, 0x30FB), (0xE000, 0xF8FF), (0xFE00, 0xFE6F),
             (0xFEFF, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF40), (0xFF5B, 0xFF65), (0xFFE0, 0xFFFF),
             (0x1F000, 0x1FAFF), (0xE0000, 0x10FFFF)]
DIGITS = (0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xFF10)
# Scripts without blanks between words: each character is a token.
ALONE = [(0xE00, 0xEFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3041, 0x309F), (0x3400, 0x9FFF), (0xF900, 0xFAFF),
         (0x20000, 0x2FA1F)]
THAI_MARKS = [(0xE31, 0xE31), (0xE34, 0xE3A), (0xE47, 0xE4E), (0xEB1, 0xEB1), (0xEB4, 0xEBC), (0xEC8, 0xECD),
              (0x102B, 0x103E), (0x17B4, 0x17D3)]
SCRIPT = [(0x370, 0x3FF, 2), (0x400, 0x52F, 3), (0x590, 0x5FF, 4), (0x600, 0x77F, 5), (0x900, 0x97F, 6),
          (0x980, 0x9FF, 7), (0xA00, 0xA7F, 8), (0xA80, 0xAFF, 9), (0xB00, 0xB7F, 10), (0xB80, 0xBFF, 11),
          (0xC00, 0xC7F, 12), (0xC80, 0xCFF, 13), (0xD00, 0xD7F, 14), (0xE00, 0xE7F, 15), (0x1100, 0x11FF, 16),
          (0x3041, 0x30FF, 17), (0x3400, 0x9FFF, 18), (0xAC00, 0xD7AF, 16)]
CASED = (1, 2, 3)  # Latin, Greek, Cyrillic


def inside(code, ranges):
    return any(first <= code <= last for first, last in ranges)


LETTER, DIGIT, MARK, SPACE, SINGLE, JOINT = range(6)


def kind_of(char):
    """What a character is: a letter, a digit, another mark, white space, a letter that is a token, or joint to one."""
    code = ord(char)
    if code < 0x80:
        return LETTER if char.isalpha() or char == "_" else DIGIT if char.isdigit() else SPACE if code <= 32 else MARK
    if code in (0xA0, 0x202F, 0x3000, 0x2028, 0x2029) or 0x2000 <= code <= 0x200B:
        return SPACE
    if any(start <= code < start + 10 for start in DIGITS):
        return DIGIT
    if inside(code, NO_LETTER):
        return MARK
    if inside(code, ALONE):
        return JOINT if inside(code, THAI_MARKS) else SINGLE
    return LETTER


KINDS = {}


def kind(char):
    if char not in KINDS:
        KINDS[char] = kind_of(char)
    return KINDS[char]


def lower(char):
    """Simple lower case: one code point for one."""
    low = char.lower()
    return low if len(low) == 1 else "i" if char == "İ" else char


def fold(word):
    return "".join(map(lower, word)).replace("’", "'")


def tokenise(text, lexicon):
    """Tokens as (start, end) in characters."""
    tokens, at, end = [], 0, len(text)
    while at < end:
        start, what = at, kind(text[at])
        at += 1
        if what == SPACE:
            continue
        if is_escape(text, start):
            at += 1
            continue
        if what == SINGLE:
            while at < end and kind(text[at]) == JOINT:
                at += 1
        elif what != MARK:
            while at < end and (kind(text[at]) in (LETTER, DIGIT, JOINT) or joins(text, start, at)):
                at += 1
            at = with_stop(text, start, at, lexicon)
        tokens.append((start, at))
    return tokens


def is_escape(text, at):
    """A line end or a tab as strings of JSON and of programs have it, and no command of TeX."""
    return (text[at] == "\\" and text[at + 1:at + 2] in ("n", "r", "t")
            and not "a" <= text[at + 2:at + 3] <= "z")


def ends_line(gap):
    return "\n" in gap or "\\n" in gap


def joins(text, start, at):
    """The apostrophe of O'Brien and D'Souza is part of the word; those of endings are not."""
    return (at == start + 1 and text[at] in "'’" and text[start] in "ODNodn" and at + 2 < len(text)
            and kind(text[at + 1]) == LETTER and kind(text[at + 2]) == LETTER
            and (text[start] in "OoDN" or text[at + 1].isupper()))


def with_stop(text, start, at, lexicon):
    """The full stop of an initial, of initials and of an abbreviation is part of the word."""
    if at < len(text) and text[at] == ".":
        if at == start + 1 and text[start].isupper():
            while at + 1 < len(text) and text[at] == "." and text[at + 1].isupper() and text[at + 2:at + 3] == ".":
                at += 2
            return at + 1
        if at - start < 6 and lexicon.classes(fold(text[start:at + 1])) & STOPPED:
            return at + 1
    return at

# ----------------------------------------------------------------------------------------------- lexicon


def fnv(data):
    """FNV-1a, 32 bit."""
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


CLASSES = ("given", "family", "place", "country", "nrp", "org", "title", "kin", "calendar", "particle", "cue", "near",
           "ordinary1", "ordinary2", "phrase", "stopped", "known")
BIT = {name: 1 << number for number, name in enumerate(CLASSES)}
NAMES = BIT["given"] | BIT["family"] | BIT["place"] | BIT["country"]
STOPPED, PHRASE = BIT["stopped"], BIT["phrase"]
SEVERAL = 1 << 17  # several words that are an entry or begin one: no class, but what spares looking for others
LEVEL = BIT["ordinary1"] | BIT["ordinary2"]
OFTEN = BIT["ordinary2"]  # levels 2 and 3
PHRASE_MAX = 4  # words
FILES = {"given": "given", "family": "family", "places": "place", "countries": "country", "calendar": "calendar",
         "languages": "nrp"}
HAND = {"title": "title", "kin": "kin", "cue": "cue", "place": "near", "org": "org", "particle": "particle",
        "calendar": "calendar", "nrp": "nrp", "known": "known",
        "country": "country"}


class Lexicon:
    """Classes and cluster of words, from RULES/pii/names, by the FNV-1a fingerprint of the word."""

    def __init__(self, rules):
        self.bits, self.clusters, self.known = collections.defaultdict(int), {}, set()
        folder = os.path.join(rules, "pii", "names")
        for name, of_class in FILES.items():
            for entry in self.read(folder, name):
                self.add(entry, BIT[of_class])
        for name in ("ordinary", "ordinary-world"):
            for line in self.read(folder, name):
                word, level = line.rsplit(" ", 1)
                self.add(word, int(level) * BIT["ordinary1"])
        for line in self.read(folder, "words"):
            of_class, entries = line.split(": ", 1)
            for entry in entries.split():
                self.add(entry.replace("_", " "), BIT[HAND[of_class]] | (STOPPED if entry.endswith(".") else 0))
        for line in self.read(folder, "clusters"):
            word, cluster = line.rsplit(" ", 1)
            self.clusters[fnv(word.encode())] = int(cluster)

    @staticmethod
    def read(folder, name):
        with open(os.path.join(folder, name + ".txt"), encoding="utf-8") as file:
            return [line for line in file.read().split("\n") if line and line[0] != "#"]

    def add(self, entry, bits):
        words = entry.replace("-", " ").split()
        if len(words) == 1 and len(entry) > 1 and kind(entry[0]) == SINGLE:
            words = list(entry)
            entry = "".join(words)
        else:
            entry = " ".join(words)
        self.bits[fnv(entry.encode())] |= bits
        blank = "" if kind(entry[0]) == SINGLE else " "
        for count in range(2, len(words) + 1):
            self.bits[fnv(blank.join(words[:count]).encode())] |= SEVERAL
        if bits & BIT["known"]:
            self.known.add(entry)
        if len(words) > 1:
            self.bits[fnv(words[0].encode())] |= PHRASE

    def classes(self, word):
        return self.bits.get(fnv(word.encode()), 0) & ~SEVERAL

    def cluster(self, word):
        return self.clusters.get(fnv(word.encode()), 0)

    def table(self):
        """The form in memory: fingerprints in order, each with its classes (20 bits) and cluster (12 bits)."""
        keys = numpy.array(sorted(set(self.bits) | set(self.clusters)), numpy.uint32)
        values = [self.bits.get(int(key), 0) | self.clusters.get(int(key), 0) << 20 for key in keys]
        return numpy.stack([keys, numpy.array(values, numpy.uint32)], 1).astype("<u4")

# ------------------------------------------------------------------------------------------------ tokens


# Shapes
(S_MARK, S_LOWER, S_CAPITAL, S_UPPER, S_INITIAL, S_MIXED, S_NUMBER, S_CODE, S_CASELESS, S_SINGLE) = range(10)


def shape_of(word):
    what = kind(word[0])
    if what == MARK:
        return S_MARK
    if what in (SINGLE, JOINT):
        return S_SINGLE
    if "_" in word:
        return S_CODE
    digits = sum(kind(char) == DIGIT for char in word)
    if digits:
        return S_NUMBER if digits == len(word) else S_CODE
    capitals = sum(lower(char) != char for char in word)
    if capitals == 0:
        return S_LOWER if script_of(word) in CASED else S_CASELESS
    if lower(word[0]) == word[0]:
        return S_CODE  # iPhone, getName
    letters = len(word.rstrip(".").replace(".", ""))
    if word[-1] == "." and capitals == letters or letters == 1:
        return S_INITIAL
    return S_UPPER if capitals == letters else S_CAPITAL if capitals == 1 else S_MIXED


def script_of(word):
    code = ord(word[0])
    for first, last, script in SCRIPT:
        if first <= code <= last:
            return script
    return 1


# A word and what never changes of it.
Word = collections.namedtuple("Word", "low hash shape classes cluster suffix prefix script key")


def key_parts(word):
    """Hashes of the last and the first part of a name like customer_name or customerName."""
    parts = []
    for piece in word.split("_"):
        start = 0
        for at in range(1, len(piece)):
            if piece[at].isupper() and piece[at - 1].islower():
                parts.append(piece[start:at])
                start = at
        parts.append(piece[start:])
    parts = [fold(part) for part in parts if part]
    return (fnv(parts[-1].encode()), fnv(parts[0].encode()) if len(parts) > 1 else 0) if parts else (0, 0)


class Words:
    """Words that were met, each looked at once."""

    def __init__(self, lexicon):
        self.lexicon, self.known = lexicon, {}

    def __getitem__(self, word):
        if word not in self.known:
            low = fold(word)
            bare = low.rstrip(".") if len(low) > 1 else low
            suffix = tuple(fnv(bare[-size:].encode()) for size in (1, 2, 3, 4))
            prefix = tuple(fnv(bare[:size].encode()) for size in (2, 3))
            bits = self.lexicon.classes(low) or self.lexicon.classes(bare)
            self.known[word] = Word(low, fnv(low.encode()), shape_of(word), bits,
                                    self.lexicon.cluster(bare), suffix, prefix, script_of(word), key_parts(word))
        return self.known[word]


# Columns of the table of tokens.
(HASH, SHAPE, CLASS, CLUSTER, SUFFIX1, SUFFIX2, SUFFIX3, SUFFIX4, PREFIX2, PREFIX3, FOUND, KEY1, KEY2, FIRST, MODE,
 NOISE, GLUED, SCRIPT_ID, RUN, LINE, LENGTH,
 COLUMNS) = range(22)
M_MIXED, M_LOWER, M_UPPER, M_TITLE = range(4)
KEY_REACH = 10  # tokens after a key that it names


def lines_of(text, tokens):
    """Tokens of each line, as (first, last + 1)."""
    first = 0
    for at in range(1, len(tokens) + 1):
        if at == len(tokens) or ends_line(text[tokens[at - 1][1]:tokens[at][0]]):
            yield first, at
            first = at


def mode_of(words):
    """How a line is written: small, all capitals, every word with a capital, or as sentences are."""
    cased = [word for word in words if S_LOWER <= word.shape <= S_MIXED]
    small = sum(word.shape == S_LOWER for word in cased)
    upper = sum(word.shape == S_UPPER for word in cased)
    if small == len(cased):
        return M_LOWER
    if len(cased) > 2 and upper * 5 >= len(cased) * 4:
        return M_UPPER
    return M_TITLE if len(cased) > 3 and small * 5 <= len(cased) else M_MIXED


def read_tokens(text, words):
    """Tokens and their table."""
    tokens = tokenise(text, words.lexicon)
    of = [words[text[start:end]] for start, end in tokens]
    table = numpy.zeros((len(tokens), COLUMNS), numpy.uint32)
    cells = 0
    for first, last in lines_of(text, tokens):
        mode = mode_of(of[first:last])
        noise = min(3, sum(text[start] in "{}();=<>_/\\#$|*[]" and end - start == 1
                           for start, end in tokens[first:last]) + 2 * sum(w.shape == S_CODE for w in of[first:last]))
        key, reach, starts = (0, 0), 0, True
        for at in range(first, last):
            start, end = tokens[at]
            word, row = of[at], table[at]
            if names_value(text, tokens, at, last, of):
                key, reach = key_of(of, at, first), KEY_REACH + 1
            if reach:
                reach -= 1
            else:
                key = (0, 0)
            row[HASH], row[SHAPE], row[CLASS], row[CLUSTER] = word.hash, word.shape, word.classes, word.cluster
            row[SUFFIX1:SUFFIX4 + 1], row[PREFIX2:PREFIX3 + 1] = word.suffix, word.prefix
            row[KEY1], row[KEY2], row[MODE], row[NOISE] = *key, mode, noise
            row[FIRST], row[SCRIPT_ID] = starts, word.script
            row[LENGTH] = min(last - first, 4) * 4 + min(at - first, 1) * 2 + (at == last - 1)
            gap = text[tokens[at - 1][1]:start] if at else ""
            cells += "\t" in gap or "\\t" in gap
            row[LINE], row[GLUED] = cells, at > first and tokens[at - 1][1] == start
            starts = word.shape == S_MARK and (text[start] in ".!?:-*•·>|" or starts)
        phrases(of, table, first, last, words.lexicon)
        runs(table, first, last)
        cells += 1
    return tokens, table


def names_value(text, tokens, at, last, of):
    """Whether a word is followed by a colon or an equals sign, maybe after a quotation mark."""
    if of[at].shape == S_MARK or of[at].shape == S_NUMBER:
        return False
    after = at + 1
    if after < last and text[tokens[after][0]] in "\"'":
        after += 1
    return after < last and text[tokens[after][0]] in ":=："


def key_of(of, at, first):
    last, before = of[at].key
    if not before and at > first and of[at - 1].shape != S_MARK:
        before = of[at - 1].hash
    return last, before


def phrases(of, table, first, last, lexicon):
    """Entries of several words, or of several characters in scripts without blanks, mark their tokens."""
    at = first
    while at < last:
        length = 1
        if of[at].classes & PHRASE:
            alone = of[at].shape == S_SINGLE
            blank = "" if alone else " "
            name, end = of[at].low, at + 1
            reach = 2 * PHRASE_MAX if alone else PHRASE_MAX
            taken = 1
            while end < last and taken < reach and (of[end].shape != S_MARK or of[end].low == "-"):
                if of[end].shape != S_MARK:
                    name += blank + of[end].low
                    taken += 1
                    bits = lexicon.classes(name)
                    if bits & ~PHRASE:
                        length, found = end + 1 - at, bits & ~PHRASE
                end += 1
        if length > 1:
            for inner in range(at, at + length):
                table[inner, FOUND] = (1 if inner == at else 2) + 2 * min(length, 4) + 16 * (found & 0x10FFF)
                if of[at].shape == S_SINGLE:
                    table[inner, CLASS] = found
        at += length


def runs(table, first, last):
    """Where in a row of words with capitals a word stands: how many before it and after it, up to three."""
    def capital(at):
        return first <= at < last and S_CAPITAL <= table[at, SHAPE] <= S_MIXED
    for at in range(first, last):
        if capital(at):
            before = next(n for n in range(4) if n == 3 or not capital(at - n - 1))
            after = next(n for n in range(4) if n == 3 or not capital(at + n + 1))
            table[at, RUN] = 1 + before * 4 + after

# -------------------------------------------------------------------------------------------- candidates


AT, HASH_SIGN, DOLLAR, TILDE, BACKSLASH, FULL_STOP, BRACKET, COLON = (fnv(mark.encode()) for mark in "@#$~\\.(:")


@numba.njit(cache=True)
def of_address(table, at, size):
    """Whether a word is part of a handle, a tag, a host, an e-mail address or a call."""
    if table[at, GLUED]:
        before = table[at - 1, HASH]
        if before == AT or before == HASH_SIGN or before == DOLLAR or before == TILDE or before == BACKSLASH:
            return True
        if before == FULL_STOP and table[at - 1, GLUED]:
            return True
    if at + 1 < size and table[at + 1, GLUED]:
        if table[at + 1, HASH] == AT:
            return True
        if table[at, NOISE] == 3 and (table[at + 1, HASH] == BRACKET or table[at + 1, HASH] == COLON
                                      and at + 2 < size and table[at + 2, HASH] == COLON):
            return True  # Name(, Name::
        return (at + 2 < size and table[at + 1, HASH] == FULL_STOP and table[at + 2, GLUED]
                and (table[at + 2, SHAPE] == 1 or table[at + 2, SHAPE] == 7))
    return False


@numba.njit(cache=True)
def is_candidate(table, at, size):
    """Whether a word may be of a name, from itself and the words beside it alone."""
    shape, bits, mode = table[at, SHAPE], table[at, CLASS], table[at, MODE]
    often, names = bits & 0x2000 != 0, bits & 15 != 0
    if shape == 0 or shape == 6 or shape == 7:
        return False
    if of_address(table, at, size):
        return False
    cue = False
    for back in range(1, 3):
        if at >= back and table[at - back, CLASS] & 0x4C0 and (back == 1 or table[at - 1, SHAPE] == 0):
            cue = True
    if shape == 2 or shape == 5:  # Capital, McCapital
        if often and (table[at, FIRST] or mode == 3) and not names:
            return table[at, FOUND] != 0
        if bits & 0x3000 == 0x3000 and table[at, FIRST] and mode != 1:  # Will, May at the beginning
            return table[at, FOUND] != 0 or at + 1 < size and (table[at + 1, SHAPE] == 2 or table[at + 1, SHAPE] == 4)
        return True
    if shape == 4:  # an initial
        return bits & 0x3000 != 0x3000 or at + 1 < size and table[at + 1, SHAPE] == 2
    if shape == 3:
        return names or not often or table[at, FOUND] != 0 or mode != 2
    if shape == 9:
        return True
    if shape == 8:
        return names or not often or table[at, FOUND] != 0
    if table[at, FOUND] != 0:
        return True
    if mode == 0 and not cue and table[at, KEY1] == 0:  # a small word where names have capitals
        return names and bits & 0x3000 == 0
    if names and not often:
        return True
    near = (at > 0 and table[at - 1, CLASS] & 15 != 0 and table[at - 1, CLASS] & 0x2000 == 0
            and table[at - 1, SHAPE] == 1)
    return (cue or near or table[at, KEY1] != 0) and bits & 0x3000 == 0


HYPHEN, APOSTROPHE, AMPERSAND, DOT_MIDDLE = (fnv(mark.encode()) for mark in ("-", "'", "&", "・"))


@numba.njit(cache=True)
def find_islands(table):
    """Candidates in a row, with up to two words that join names between them, as rows of (first, last + 1)."""
    size = len(table)
    out = numpy.zeros((size + 1, 2), numpy.int64)
    count, at = 0, 0
    while at < size:
        if not is_candidate(table, at, size):
            at += 1
            continue
        first, last = at, at + 1
        while last < size and last - first < 64:
            reach = last
            while reach < size and reach - last < 3 and not is_candidate(table, reach, size) and (
                    table[reach, CLASS] & 0x200 or table[reach, HASH] == HYPHEN
                    or table[reach, HASH] == APOSTROPHE and table[reach, GLUED] and reach + 1 < size
                    and table[reach + 1, GLUED]
                    or table[reach, HASH] == AMPERSAND or table[reach, HASH] == DOT_MIDDLE):
                reach += 1
            if (reach < size and reach - last < 3 and table[reach, LINE] == table[first, LINE]
                    and is_candidate(table, reach, size)):
                last = reach + 1
            else:
                break
        out[count, 0], out[count, 1] = first, last
        count += 1
        at = last
    return out[:count]


# ---------------------------------------------------------------------------------------------- features

FEATURES = 58


@numba.njit(cache=True)
def mix(value, more):
    value = ((value ^ more) * 0x9E3779B1) & 0xFFFFFFFF
    return value ^ value >> 15


@numba.njit(cache=True)
def features(table, at, out):
    """The features of a token: 32-bit hashes of a number and up to three values."""
    size = len(table)
    w = numpy.zeros((5, COLUMNS), numpy.int64)
    for offset in range(-2, 3):
        if 0 <= at + offset < size:
            w[offset + 2] = table[at + offset]
        else:
            w[offset + 2, SHAPE] = 15
    p2, p1, t, n1, n2 = w[0], w[1], w[2], w[3], w[4]
    person, area = t[CLASS] & 0x36C3, t[CLASS] & 0x1313C  # what bits say of persons, of places and organisations
    case = t[SHAPE] * 4 + t[MODE]
    first = t[FIRST] + 2 * (t[CLASS] >> 12 & 3)
    n = 0
    for a, b, c in (
        (case, t[NOISE], 0), (t[SHAPE], first, 0), (p1[SHAPE], t[SHAPE], n1[SHAPE]), (t[HASH], 0, 0),
        (t[HASH], t[SHAPE], t[MODE]), (p1[HASH], 0, 0), (n1[HASH], 0, 0), (p2[HASH], 0, 0), (n2[HASH], 0, 0),
        (p2[HASH], p1[HASH], 0), (n1[HASH], n2[HASH], 0), (p1[HASH], t[HASH], 0), (t[HASH], n1[HASH], 0),
        (t[CLASS], case, 0), (person, case, 0), (area, case, 0), (person, p1[CLASS] & 0x3FFF, 0),
        (person, n1[CLASS] & 0x3FFF, 0), (area, p1[CLASS] & 0x3FFF, 0), (area, n1[CLASS] & 0x3FFF, 0),
        (p1[CLASS] & 0x3FFF, p1[SHAPE], 0), (n1[CLASS] & 0x3FFF, n1[SHAPE], 0), (p2[CLASS] & 0x3FFF, p2[SHAPE], 0),
        (n2[CLASS] & 0x3FFF, n2[SHAPE], 0),
        (t[SUFFIX1], t[SCRIPT_ID], 0), (t[SUFFIX2], t[SHAPE], 0), (t[SUFFIX3], t[SHAPE], 0), (t[SUFFIX4], 0, 0),
        (t[PREFIX2], t[SHAPE], 0), (t[PREFIX3], 0, 0),
        (t[CLUSTER], t[SHAPE], 0), (t[CLUSTER] & 0xC0F, t[SHAPE], 0), (t[CLUSTER] & 0xC3F, t[SHAPE], 0),
        (p1[CLUSTER], t[SHAPE], 0), (p1[CLUSTER] & 0xC3F, t[SHAPE], 0), (n1[CLUSTER], t[SHAPE], 0),
        (n1[CLUSTER] & 0xC3F, t[SHAPE], 0), (p2[CLUSTER], 0, 0), (n2[CLUSTER], 0, 0),
        (p1[CLUSTER], n1[CLUSTER], 0), (p1[CLUSTER] & 0xC3F, t[CLASS] & 0x300F, 0),
        (n1[CLUSTER] & 0xC3F, t[CLASS] & 0x300F, 0),
        (t[FOUND], t[SHAPE], 0), (t[FOUND] & 15, t[FOUND] >> 4 & 12, p1[HASH]),
        (t[KEY1], 0, 0), (t[KEY1], t[KEY2], 0), (t[KEY1], t[SHAPE], t[CLASS] & 0x300F),
        (t[RUN], t[MODE], 0), (t[RUN], t[CLASS] & 0x300F, t[FIRST]), (t[GLUED] + 2 * n1[GLUED], p1[SHAPE], n1[SHAPE]),
        (p1[HASH], t[SHAPE], t[CLASS] & 0x300F), (n1[HASH], t[SHAPE], t[CLASS] & 0x300F),
        (p1[HASH], n1[HASH], 0), (p1[CLASS] & 0x300F, t[CLASS] & 0x300F, n1[CLASS] & 0x300F),
        (p1[SUFFIX2], t[SHAPE], 0), (n1[SUFFIX2], t[SHAPE], 0), (t[SCRIPT_ID], t[CLASS] & 0x300F, t[NOISE]),
        (t[LENGTH], t[SHAPE], t[CLASS] & 0x300F),
    ):
        out[n] = mix(mix(mix(mix(n + 1, a), b), c), 0x5BD1E995)
        n += 1
    return n

# ------------------------------------------------------------------------------------------------- model

MAGIC = b"FILTERNM"
HEADER = struct.Struct("<8sII32s")  # magic, version, words, BLAKE2b-256 of what follows
TABLES = struct.Struct("<56s51sx")  # steps, calibration
KNOTS = 17  # of the calibration of a type


def slot_of(hashes):
    return (hashes.astype(numpy.uint64) * SLOTS >> numpy.uint64(32)).astype(numpy.int64)


class Model:
    """Weights as they are in RULES/pii/names.bin, behind the words."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        magic, version, words, digest = HEADER.unpack_from(data)
        assert (magic, version) == (MAGIC, 1) and digest == hashlib.blake2b(data[HEADER.size:], digest_size=32).digest()
        steps, calibration = TABLES.unpack_from(data, HEADER.size + 8 * words)
        self.steps = numpy.frombuffer(steps, numpy.int8).reshape(LABELS + 1, LABELS) / SCALE
        self.calibration = numpy.frombuffer(calibration, numpy.uint8).reshape(3, KNOTS) / 255
        self.table = numpy.frombuffer(data, numpy.uint8, offset=HEADER.size + 8 * words + TABLES.size).reshape(SLOTS, 8)

    def scores(self, table, first, last):
        """Sums of the weights of the features of the tokens of an island, in logits."""
        hashes = numpy.zeros((last - first, FEATURES), numpy.uint32)
        for at in range(first, last):
            features(table, at, hashes[at - first])
        rows = self.table[slot_of(hashes)]
        weights = rows[:, :, 1:].view(numpy.int8).astype(int)
        weights[rows[:, :, 0] != (hashes & 0xFF)] = 0
        return weights.sum(axis=1) / SCALE

    def score(self, kind, sure):
        """How often a finding is right whose tokens are so sure, on average, of its type."""
        at = min(int(sure * (KNOTS - 1)), KNOTS - 2)
        part = sure * (KNOTS - 1) - at
        return self.calibration[kind, at] * (1 - part) + self.calibration[kind, at + 1] * part


def spans_of(tags, sure):
    """Of an island's tags the spans, as (first, last + 1, type, how sure)."""
    at = 0
    while at < len(tags):
        if tags[at] == 0:
            at += 1
            continue
        kind, stop = (tags[at] - 1) // 2, at + 1
        while stop < len(tags) and tags[stop] == 2 + 2 * kind:
            stop += 1
        yield at, stop, kind, sure[at:stop, kind].mean()
        at = stop


def find(text, words, model):
    """Findings of a text, as (start, end, type, score) in characters."""
    tokens, table = read_tokens(text, words)
    for first, last in find_islands(table):
        scores = model.scores(table, first, last)
        size = last - first
        tags, alpha, beta = numpy.zeros(size, int), numpy.zeros((size, LABELS)), numpy.zeros((size, LABELS))
        viterbi(scores, model.steps, tags)
        marginals(scores, model.steps, alpha, beta)
        p = alpha * beta
        p /= p.sum(axis=1, keepdims=True)
        sure = p[:, 1::2] + p[:, 2::2]
        for at, stop, kind, of in spans_of(tags, sure):
            start, end = tokens[first + at][0], tokens[first + stop - 1][1]
            yield start, end, ("PER", "LOC", "ORG")[kind], model.score(kind, of)


@numba.njit(cache=True)
def may_follow(before, tag):
    """I- stands only after B- or I- of its type; `before` is -1 at the beginning."""
    return tag == 0 or tag % 2 == 1 or before == tag or before == tag - 1


@numba.njit(cache=True)
def marginals(scores, steps, alpha, beta):
    """Forward and backward sums of an island, each token scaled to one. scores[t, tag], steps[before + 1, tag]."""
    size = len(scores)
    for at in range(size):
        top = scores[at].max()
        total = 0.0
        for tag in range(LABELS):
            value = 0.0
            for before in range(LABELS) if at else range(-1, 0):
                if may_follow(before, tag):
                    value += (alpha[at - 1, before] if at else 1.0) * numpy.exp(steps[before + 1, tag])
            alpha[at, tag] = value * numpy.exp(scores[at, tag] - top)
            total += alpha[at, tag]
        alpha[at] /= total
    beta[size - 1] = 1.0
    for at in range(size - 2, -1, -1):
        top = scores[at + 1].max()
        total = 0.0
        for tag in range(LABELS):
            value = 0.0
            for after in range(LABELS):
                if may_follow(tag, after):
                    value += numpy.exp(steps[tag + 1, after] + scores[at + 1, after] - top) * beta[at + 1, after]
            beta[at, tag] = value
            total += value
        beta[at] /= total


@numba.njit(cache=True)
def viterbi(scores, steps, best):
    """The best tags of an island."""
    size = len(scores)
    value = numpy.full((size, LABELS), -1e30)
    back = numpy.zeros((size, LABELS), numpy.int64)
    for at in range(size):
        for tag in range(LABELS):
            for before in range(LABELS) if at else range(-1, 0):
                if may_follow(before, tag):
                    here = (value[at - 1, before] if at else 0.0) + steps[before + 1, tag] + scores[at, tag]
                    if here > value[at, tag]:
                        value[at, tag], back[at, tag] = here, before
    tag = 0
    for other in range(LABELS):
        if value[size - 1, other] > value[size - 1, tag]:
            tag = other
    for at in range(size - 1, -1, -1):
        best[at] = tag
        tag = back[at, tag]


def main(rules):
    words = Words(Lexicon(rules))
    model = Model(os.path.join(rules, "pii", "names.bin"))
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    for start, end, kind, score in find(text, words, model):
        place = [len(text[:at].encode()) for at in (start, end)]
        print(TYPES[kind], *place, f"{score:.3f}", text[start:end].replace("\n", " "), sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
