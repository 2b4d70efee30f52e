# SPDX-License-Identifier: Apache-2.0
"""What is redacted in a document leaves a document: the same format, the same places, the same honest values.

Documents are made by a seed and read back by parsers that everyone trusts. Each leaf of what they read either held a
value that must go, and has a placeholder at the same place, or is what it was.
"""
import ast
import configparser
import csv
import email
import functools
import html
import html.parser
import io
import json
import pprint
import random
import re
import sqlite3
import tomllib
import unittest
import urllib.parse
import uuid
import xml.dom.minidom
import xml.sax.saxutils

from daemon import WithDaemon

try:
    import yaml
except ImportError:
    yaml = None

PLACEHOLDER = r"(?:<[A-Z][A-Z0-9_]*_[0-9]+>|\[[A-Z][A-Z0-9_]*_[0-9]+\])"
WRITTEN = re.compile((r"""(?P<quote>\\*(?:""|["']))%s(?P=quote)|%s""" % (PLACEHOLDER, PLACEHOLDER)).encode())
MARKS = ("", "!", '"', "'", "\\", "&", "#", "=", ";", ",", "{", ":")
NOTES = ("the tea arrived late", "café, naïve; \"quoted\" text", "half of it: rice & paper", "it's 5 < 7 and 9 > 8",
         "日本語のメモ", "see page 12, then 14", "two\nlines of it", "a | b\tc", "50% off", "")


# ------------------------------------------------------------------------------------- values

def card(rng):
    digits = [int(d) for d in rng.choice(("4", "51", "55"))]
    digits += [rng.randint(0, 9) for _ in range(15 - len(digits))]
    doubled = sum(sum(divmod(2 * d, 10)) if i % 2 == 0 else d for i, d in enumerate(digits))
    text = "".join(map(str, digits)) + str(-doubled % 10)
    return rng.choice((text, text, " ".join(re.findall("....", text)), "-".join(re.findall("....", text))))


def ssn(rng):
    return "%03d-%02d-%04d" % (rng.choice((rng.randint(100, 665), rng.randint(667, 899))), rng.randint(10, 99),
                               rng.randint(1000, 9999))


def mail(rng):
    return "%s.%s%d@%s" % (rng.choice(("asha", "jo", "lena")), rng.choice(("rao", "smith", "berg")),
                           rng.randint(1, 999), rng.choice(("mail.example.com", "shop.example.org", "acme.co.uk")))


def phone(rng):
    area, exchange, line = rng.choice((212, 312, 415, 617)), rng.randint(234, 899), rng.randint(1000, 9999)
    return rng.choice(("(%d) %d-%d", "%d-%d-%d", "+1%d%d%d", "+49 %d %d %d")) % (area, exchange, line)


def birth(rng):
    year, month, day = rng.randint(1940, 2004), rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice(("%04d-%02d-%02d" % (year, month, day), "%02d/%02d/%04d" % (month, day, year)))


def password(rng):
    letters = "abcdefghkmnpqrstuvwxyzABCDEFGHKMNPQRSTUVWXYZ23456789"
    return rng.choice("Kqxw") + "".join(rng.choice(letters) for _ in range(rng.randint(8, 14))) + rng.choice("479")


def number(rng):
    return rng.randint(10**8, 10**9 - 1)


def identifier(rng):
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def stamp(rng):
    return "2026-%02d-%02dT%02d:%02d:00Z" % (rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23),
                                             rng.randint(0, 59))


SENSITIVE = ((card, ("card_number", "creditCard", "card-number", "Card Number")),
             (ssn, ("ssn", "customerSSN", "social_security_number", "SSN")),
             (mail, ("email", "e_mail", "contactEmail", "Email Address")),
             (phone, ("phone", "phone_number", "homePhone", "Telephone")),
             (birth, ("dob", "date_of_birth", "birthDate", "Date of Birth")),
             (password, ("password", "db_password", "userPassword", "Password")))
HONEST = ((number, ("order_id", "orderId", "Order Number")),
          (lambda rng: round(rng.uniform(1, 9999), 2), ("amount", "total", "Unit Price")),
          (lambda rng: rng.random(), ("ratio", "score", "fraction")),
          (identifier, ("uuid", "trace_id", "requestId")),
          (stamp, ("created_at", "updatedAt", "timestamp")),
          (lambda rng: rng.choice(NOTES), ("note", "remark", "comment")),
          (lambda rng: rng.choice((True, False, None)), ("active", "is_open")),
          (lambda rng: rng.randint(0, 500), ("quantity", "count", "page")))


class Source:
    """Makes records by a seed, and remembers what in them must go."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.sensitive = set()  # as they are written where nothing is escaped
        self.without = ()  # kinds of values that are not made
        self.has_marks = True  # passwords hold what formats escape

    def secret(self, make):
        value = make(self.rng)
        if make is password and self.has_marks:
            at = self.rng.randint(1, len(value) - 1)
            value = value[:at] + self.rng.choice(MARKS) + value[at:]
        self.sensitive.add(value)
        return value

    def columns(self, is_word=False):
        """Names, and what makes their values: those that must go, and honest ones."""
        rng = self.rng
        chosen = [(rng.choice(names), make, kinds is SENSITIVE)
                  for kinds, most in ((SENSITIVE, 5), (HONEST, 6))
                  for make, names in rng.sample(kinds, rng.randint(2, most)) if make not in self.without]
        rng.shuffle(chosen)
        return [(re.sub(r"\W", "_", name) if is_word else name, make, goes) for name, make, goes in chosen]

    def row(self, columns):
        return [self.secret(make) if goes else make(self.rng) for _, make, goes in columns]

    def record(self, is_word=False):
        columns = self.columns(is_word)
        return dict(zip((name for name, _, _ in columns), self.row(columns)))

    def tree(self, is_word=False, depth=0):
        """Records in one another."""
        rng, made = self.rng, self.record(is_word)
        if depth < 2 and rng.random() < 0.6:
            made["customer"] = self.tree(is_word, depth + 1)
        if depth < 2 and rng.random() < 0.4:
            made["items"] = [self.tree(is_word, depth + 1) for _ in range(rng.randint(1, 3))]
        if rng.random() < 0.3:
            made["phones"] = [self.secret(phone) for _ in range(rng.randint(1, 3))]
        return made

    def bare(self, value):
        """Some of what has digits alone, as numbers."""
        if isinstance(value, dict):
            return {key: self.bare(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.bare(item) for item in value]
        return int(value) if isinstance(value, str) and re.fullmatch("[1-9][0-9]{8,}", value) else value

    def json(self, value):
        return json.dumps(value, indent=self.rng.choice((None, None, 2)), ensure_ascii=self.rng.random() < 0.5,
                          separators=self.rng.choice((None, (",", ":"))))


def leaves(value, path=()):
    """Each leaf of what a parser read, with its place; a text that holds JSON is read, too."""
    if isinstance(value, str) and value[:1] == "{":
        value = json.loads(value)
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, path + (key,))]
    if isinstance(value, (list, tuple)):
        return [leaf for i, item in enumerate(value) for leaf in leaves(item, path + (type(value), i))]
    return [(path, value)]


def with_sources(rounds):
    """A test of one source is one of many."""
    def of(test):
        @functools.wraps(test)
        def run(self):
            for seed in range(rounds):
                with self.subTest(seed=seed):
                    test(self, Source(seed))
        return run
    return of


class Structure(WithDaemon):
    def assert_same_bytes(self, text, redacted, findings):
        """Between the findings, nothing changed; in place of a bare number stand quotes, too."""
        data, done, at = text.encode(), 0, 0
        out = redacted.encode()
        for finding in findings:
            piece = data[done:finding["start"]]
            self.assertEqual(out[at:at + len(piece)], piece)
            made = WRITTEN.match(out, at + len(piece))
            self.assertTrue(made, out[at:])
            done, at = finding["end"], made.end()
        self.assertEqual(out[at:], data[done:])

    def assert_redacted(self, text, parse, source):
        before = leaves(parse(text))
        reply, frames = self.client.ask(text)
        redacted = frames[0].decode()
        findings = [f for f in reply["findings"] if f["action"] == "redact"]
        shown = "\n%s\n--- became\n%s" % (text, redacted)
        try:
            after = leaves(parse(redacted))
        except Exception as error:
            raise AssertionError("cannot be parsed: %s%s" % (error, shown)) from None
        self.assertEqual([path for path, _ in before], [path for path, _ in after], shown)
        either = "|".join(re.escape(value) for value in sorted(source.sensitive, key=len, reverse=True))
        gone = set()
        for (path, old), (_, new) in zip(before, after):
            kept = re.split(either, str(old))
            gone.update(re.findall(either, str(old)))
            if len(kept) == 1:
                self.assertEqual((type(new), new), (type(old), old), "%s%s" % (path, shown))
            else:
                self.assertRegex(str(new), r"\A%s\Z" % PLACEHOLDER.join(map(re.escape, kept)), "%s%s" % (path, shown))
        self.assertEqual(gone, source.sensitive, "the document does not hold what it should" + shown)
        self.assert_same_bytes(text, redacted, findings)


# ------------------------------------------------------------------------------------ formats

class Literals(Structure):
    @with_sources(60)
    def test_json(self, source):
        self.assert_redacted(source.json(source.tree()), json.loads, source)

    @with_sources(40)
    def test_json_with_bare_numbers(self, source):
        value = source.bare(source.tree())
        self.assert_redacted(source.json(value), json.loads, source)

    @with_sources(20)
    def test_json_lines(self, source):
        text = "".join(json.dumps(source.record()) + "\n" for _ in range(source.rng.randint(2, 6)))
        self.assert_redacted(text, lambda lines: [json.loads(line) for line in lines.splitlines()], source)

    @with_sources(40)
    def test_json_in_a_string_of_json_in_json(self, source):
        value = source.bare(source.tree()) if source.rng.random() < 0.5 else source.tree()
        for _ in range(source.rng.randint(1, 2)):
            value = {"payload": json.dumps(value), **source.record()}
        self.assert_redacted(source.json(value), json.loads, source)

    @with_sources(40)
    def test_python(self, source):
        value = source.bare(source.tree()) if source.rng.random() < 0.5 else source.tree()
        if source.rng.random() < 0.5:
            value = (value, [source.record()])
        text = source.rng.choice((repr, pprint.pformat))(value)
        self.assert_redacted(text, ast.literal_eval, source)

    @with_sources(40)
    def test_assignments_of_python(self, source):
        def parse(text):
            return {part.targets[0].id: ast.literal_eval(part.value) for part in ast.parse(text).body}
        record = source.bare(source.record(is_word=True))
        text = "".join("%s = %r\n" % pair for pair in record.items())
        self.assert_redacted(text, parse, source)

    @with_sources(40)
    def test_expressions_of_python(self, source):
        def digits():
            value = re.sub(r"\D", "", card(source.rng))
            source.sensitive.add(value)
            return value
        forms = ("if card == %s and count == 3:\n    pass\n", "pay(card_number=%s, amount=12)\n",
                 "check(\n    'card', %s)\n", "def card():\n    return check(card, %s)\n",
                 "card = {1: f(card, %s)}\n", "ok = card != %s or other\n",
                 "x = [row for row in rows if row.card_number == %s]\n")
        text = "".join(form % digits() for form in source.rng.sample(forms, 4))
        self.assert_redacted(text, lambda code: [part.value for part in ast.walk(ast.parse(code))
                                                 if isinstance(part, ast.Constant)], source)

    @with_sources(40)
    def test_notebooks(self, source):
        def parse(text):
            book = json.loads(text)
            code = "".join(book["cells"][1]["source"])
            values = {part.targets[0].id: ast.literal_eval(part.value) for part in ast.parse(code).body}
            return [book, values]
        source.has_marks = False
        record = source.record(is_word=True)
        code = "".join("%s = %r\n" % pair for pair in record.items())
        table = "<table>%s</table>" % "".join(
            "<tr><th>%s</th><td>%s</td></tr>" % (key, html.escape(str(value))) for key, value in record.items())
        book = {"cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Customer\n", "SSN: %s" % source.secret(ssn)]},
            {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": code.splitlines(True),
             "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/html": [table]}}]}],
            "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}
        self.assert_redacted(json.dumps(book, indent=1), parse, source)


class Tables(Structure):
    def payload(self, source):
        record = source.record()
        return json.dumps(source.bare(record) if source.rng.random() < 0.5 else record)

    def check(self, source, separator):
        rng, columns, out = source.rng, source.columns(), io.StringIO()
        has_json = rng.random() < 0.3
        quoting = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC))
        writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=rng.choice(("\n", "\r\n")))
        columns.sort(key=lambda column: column[1] in (number, stamp))  # far from names of telephones and births
        writer.writerow([name for name, _, _ in columns] + ["payload"] * has_json)
        for _ in range(rng.randint(2, 8)):
            writer.writerow(source.row(columns) + ([self.payload(source)] if has_json else []))
        self.assert_redacted(out.getvalue(), lambda text: list(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)), source)

    @with_sources(40)
    def test_commas(self, source):
        self.check(source, ",")

    @with_sources(40)
    def test_tabs(self, source):
        self.check(source, "\t")

    @with_sources(40)
    def test_semicolons(self, source):
        self.check(source, ";")

    @with_sources(40)
    def test_a_table_in_a_string_of_json(self, source):
        source.has_marks = False
        columns = [column for column in source.columns() if column[0] not in ("note", "remark", "comment")]
        columns.sort(key=lambda column: column[1] in (number, stamp))
        rows = [[name for name, _, _ in columns]] + [source.row(columns) for _ in range(source.rng.randint(2, 6))]
        table = "".join(source.rng.choice((";", "; ")).join(map(str, row)) + "\n" for row in rows)
        self.assert_redacted(json.dumps({"attachment": table, "page": 3}),
                             lambda text: [line.split(";") for line in json.loads(text)["attachment"].split("\n")],
                             source)

    @with_sources(40)
    def test_sql(self, source):
        def literal(value):
            if value is None:
                return "NULL"
            return str(value) if isinstance(value, (int, float)) else "'%s'" % value.replace("'", "''")

        rng, columns = source.rng, source.columns(is_word=True)
        names = ["id"] + [name for name, _, _ in columns]
        rows = [[i] + source.row(columns) for i in range(rng.randint(1, 5))]
        if rng.random() < 0.5:
            rows = source.bare(rows)
        if rng.random() < 0.3:
            names.append("payload")
            rows = [row + [self.payload(source)] for row in rows]
        lines = ["(%s)" % ", ".join(map(literal, row)) for row in rows]
        create = "CREATE TABLE customers (%s)" % ", ".join(names)
        insert = "INSERT INTO customers (%s) VALUES " % ", ".join(names)
        if rng.random() < 0.5:
            text = insert + rng.choice((", ", ",\n  ")).join(lines) + ";\n"
        else:
            text = "".join(insert + line + ";\n" for line in lines)

        def read(script):
            base = sqlite3.connect(":memory:")
            base.execute(create)
            base.executescript(script)
            found = base.execute("SELECT * FROM customers ORDER BY id").fetchall()
            base.close()
            return found
        self.assert_redacted(text, read, source)

    @with_sources(30)
    def test_queries(self, source):
        def digits():
            value = re.sub(r"\D", "", card(source.rng))
            source.sensitive.add(value)
            return value
        forms = ("SELECT id FROM customers WHERE card_number = %s AND count < 7",
                 "UPDATE customers SET card_number = %s", "DELETE FROM customers WHERE card_number=%s",
                 "SELECT id\nFROM customers\nWHERE card_number IN (%s, 5)",
                 "SELECT count FROM customers WHERE card_number BETWEEN %s AND 9")
        text = ";\n".join(form % digits() for form in source.rng.sample(forms, 3)) + ";\n"

        def read(script):
            base = sqlite3.connect(":memory:")
            base.execute("CREATE TABLE customers (id, card_number, count)")
            base.executescript(script)
            base.close()
            return re.findall(r"\d+|<\w+>", script)
        self.assert_redacted(text, read, source)


class Settings(Structure):
    @unittest.skipUnless(yaml, "needs the module yaml")
    @with_sources(80)
    def test_yaml(self, source):
        rng, quoted = source.rng, (None, None, '"', "'")
        flow = rng.choice((False, False, None, True))
        source.has_marks = flow is False
        value = source.tree(is_word=flow is not False)
        if rng.random() < 0.3:
            value, quoted = source.bare(value), (None,)  # a number in quotes gets a tag, which a placeholder belies
        if rng.random() < 0.3:
            value["payload"] = json.dumps(source.record())
        text = yaml.safe_dump(value, sort_keys=False, default_flow_style=flow,
                              allow_unicode=rng.random() < 0.5, default_style=rng.choice(quoted),
                              indent=rng.choice((2, 4)), width=10000)  # no value is folded
        self.assert_redacted(text, yaml.safe_load, source)

    @with_sources(60)
    def test_toml(self, source):
        def text_of(value, rng):
            if isinstance(value, bool):
                return str(value).lower()
            if isinstance(value, (int, float)):
                return repr(value)
            if isinstance(value, list):
                return "[%s]" % ", ".join(text_of(item, rng) for item in value)
            if re.fullmatch(r"\d{4}-\d\d-\d\d", value) and rng.random() < 0.5:
                return value  # a date has no quotes
            if rng.random() < 0.3 and not re.search("['\n\t]", value):
                return "'%s'" % value
            if "\n" in value and rng.random() < 0.5:
                return '"""%s"""' % value.replace("\\", "\\\\").replace('"', '\\"')
            return json.dumps(value, ensure_ascii=False)

        def lines(value, rng, path=()):
            plain = {key: item for key, item in value.items() if item is not None}
            tables = {key: item for key, item in plain.items() if isinstance(item, dict)}
            rows = {key: item for key, item in plain.items() if isinstance(item, list) and isinstance(item[0], dict)}
            for key, item in plain.items():
                if key not in tables and key not in rows:
                    yield "%s = %s" % (key, text_of(item, rng))
            for key, item in tables.items():
                yield "\n[%s]" % ".".join(path + (key,))
                yield from lines(item, rng, path + (key,))
            for key, items in rows.items():
                for item in items:
                    yield "\n[[%s]]" % ".".join(path + (key,))
                    yield from lines(item, rng, path + (key,))

        value = source.tree(is_word=True)
        if source.rng.random() < 0.5:
            value = source.bare(value)
        self.assert_redacted("\n".join(lines(value, source.rng)) + "\n", tomllib.loads, source)

    @with_sources(60)
    def test_ini_and_env(self, source):
        rng, sections, source.has_marks = source.rng, [], False
        is_env = rng.random() < 0.5

        def read(text):
            parser = configparser.RawConfigParser(strict=True)
            parser.optionxform = str
            parser.read_string("[env]\n" + text if is_env else text)
            return {name: dict(parser[name]) for name in parser.sections()}
        for part in range(1 if is_env else rng.randint(1, 3)):
            sign = "=" if is_env else rng.choice(("=", " = ", ": "))
            record = source.record(is_word=True)
            if any(re.fullmatch(r"\d+|\d{4}-\d\d-\d\d", str(value)) for value in source.sensitive):
                sign = sign.strip(" ")  # `name = 1` is a number of code, which gets quotes
            if not is_env:
                sections.append("[part%d]" % part)
            for key, value in record.items():
                value = str(value).replace("\n", " ").replace("\t", " ")
                if is_env and (" " in value or rng.random() < 0.3):
                    value = json.dumps(value, ensure_ascii=False)
                if is_env:
                    key = re.sub("(?<=[a-z])(?=[A-Z])", "_", key).upper()
                sections.append(key + sign + value)
        self.assert_redacted("\n".join(sections) + "\n", read, source)


class Markup(Structure):
    def element(self, value, name, rng):
        """Fields as attributes and as elements, which hold elements."""
        attributes, inner = "", ""
        for key, item in value.items():
            key = re.sub(r"\W", "_", key)
            if isinstance(item, dict):
                inner += self.element(item, key, rng)
            elif isinstance(item, list):
                inner += "".join(self.element(part, key, rng) if isinstance(part, dict) else
                                 "<%s>%s</%s>" % (key, xml.sax.saxutils.escape(part), key) for part in item)
            elif rng.random() < 0.3:
                attributes += " %s=%s" % (key, xml.sax.saxutils.quoteattr(str(item).replace("\n", " ")))
            else:
                inner += "<%s>%s</%s>" % (key, xml.sax.saxutils.escape(str(item)), key)
        return "<%s%s>%s</%s>" % (name, attributes, inner, name)

    @with_sources(60)
    def test_xml(self, source):
        def walk(node):
            if node.nodeType == node.TEXT_NODE:
                return node.data
            return [node.tagName, dict(node.attributes.items()), [walk(child) for child in node.childNodes]]

        def read(text):
            return walk(xml.dom.minidom.parseString(text).documentElement)
        source.without = (stamp, number, identifier)
        value = source.tree()
        source.has_marks = False
        if source.rng.random() < 0.3:
            value["payload"] = json.dumps(source.record())
        text = self.element(value, "order", source.rng)
        if source.rng.random() < 0.5:
            text = xml.dom.minidom.parseString(text).toprettyxml(indent="  ")
        self.assert_redacted(text, read, source)

    @with_sources(40)
    def test_xml_in_a_string_of_json(self, source):
        def read(text):
            value = json.loads(text)
            document = xml.dom.minidom.parseString(value["body"])
            return [value, [[node.tagName, dict(node.attributes.items())]
                            for node in document.getElementsByTagName("*")]]
        source.without, source.has_marks = (stamp, number, identifier), False
        value = {"body": self.element(source.tree(), "order", source.rng), **source.record()}
        self.assert_redacted(source.json(value), read, source)

    class Reader(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.found = []

        def handle_starttag(self, tag, attributes):
            self.found.append([tag, attributes])

        def handle_endtag(self, tag):
            self.found.append("/" + tag)

        def handle_data(self, data):
            self.found.append([data])

    def read_html(self, text):
        reader = self.Reader()
        reader.feed(text)
        reader.close()
        return reader.found

    @with_sources(60)
    def test_html(self, source):
        shapes = ('<input type="text" name="%s" value="%s">', "<li>%s: %s</li>", "<p>%s: %s</p>",
                  '<meta name="%s" content="%s">', "<dt>%s</dt><dd>%s</dd>", "<tr><th>%s</th><td>%s</td></tr>")
        parts = [source.rng.choice(shapes) % (key, html.escape(str(value)))
                 for key, value in source.record().items()]
        text = "<!DOCTYPE html>\n<html><body>\n%s\n</body></html>\n" % "\n".join(parts)
        self.assert_redacted(text, self.read_html, source)

    @with_sources(40)
    def test_tables_of_html(self, source):
        def row(cells, tag):
            return "<tr>%s</tr>\n" % "".join("<%s>%s</%s>" % (tag, html.escape(str(cell)), tag) for cell in cells)
        columns = source.columns()
        columns.sort(key=lambda column: column[1] in (number, stamp))
        text = "<table>\n%s%s</table>\n" % (row([name for name, _, _ in columns], "th"), "".join(
            row(source.row(columns), "td") for _ in range(source.rng.randint(1, 5))))
        self.assert_redacted(text, self.read_html, source)


class Transport(Structure):
    @with_sources(60)
    def test_addresses_and_forms(self, source):
        rng, record = source.rng, source.record(is_word=True)
        quote = rng.choice((urllib.parse.quote, urllib.parse.quote_plus))
        if any(" " in value for value in source.sensitive):
            quote = urllib.parse.quote
        form = urllib.parse.urlencode(record, quote_via=quote)
        text = rng.choice(("%s", "https://shop.example/a/b?%s", "https://shop.example/?%s#part")) % form

        def read(address):
            parts = urllib.parse.urlsplit(address)
            query = parts.query or parts.path
            return [parts.scheme, parts.netloc, parts.fragment, parts.path if parts.query else "",
                    urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=True)]
        self.assert_redacted(text, read, source)

    @with_sources(40)
    def test_mail_headers(self, source):
        def read(text):
            message = email.message_from_string(text)
            self.assertEqual(message.defects, [])
            return [message.items(), message.get_payload()]
        source.has_marks = False
        record = source.record()
        sender = source.secret(lambda rng: "Asha Rao")
        lines = ["From: %s <%s>" % (sender, source.secret(mail)), "To: %s" % source.secret(mail),
                 "Subject: the order of tea", "Date: Thu, 26 Nov 2026 10:00:00 +0000",
                 "X-Phone: %s" % source.secret(phone), 'Content-Type: text/plain; charset="utf-8"', ""]
        lines += ["%s: %s" % (key, str(value).replace("\n", " ")) for key, value in record.items()]
        self.assert_redacted("\n".join(lines) + "\n", read, source)
