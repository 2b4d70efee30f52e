# SPDX-License-Identifier: Apache-2.0
"""Texts without attacks or personal data stay quiet."""
import collections
import gzip
import os
import random
import sys
import unittest
import zlib

import benign_notations
from daemon import SANITIZED, WithDaemon


class Documentation(WithDaemon):
    """Text without personal data stays quiet: documentation and headers of the machine."""

    ROOTS = ("/usr/include", "/usr/share/doc", "/usr/lib/python3", "/usr/share/perl5", "/usr/share/common-licenses")
    SIZE = 20 << 20
    PIECE = 64 << 10
    # Addresses in such text are real ones.
    NAMES = ("PERSON", "LOCATION", "ORGANIZATION")
    TRUE = {"EMAIL_ADDRESS", "URL"}

    def pieces(self):
        left = self.SIZE
        for root in self.ROOTS:
            for directory, directories, names in os.walk(root):
                directories.sort()
                for name in sorted(names):
                    path = os.path.join(directory, name)
                    if not os.path.isfile(path):
                        continue
                    try:
                        with (gzip.open if name.endswith(".gz") else open)(path, "rb") as file:
                            data = file.read(4 << 20)
                    except (OSError, EOFError, zlib.error):
                        continue
                    if b"\0" in data:
                        continue
                    for at in range(0, len(data), self.PIECE):
                        piece = data[at:at + self.PIECE].decode("utf-8", "ignore").encode()
                        yield piece
                        left -= len(piece)
                        if left <= 0:
                            return

    def test_paragraphs_are_no_attacks(self):
        paragraphs, verdicts, rules = 0, collections.Counter(), collections.Counter()
        for piece in self.pieces():
            for paragraph in piece.decode().split("\n\n"):
                if not 80 <= len(paragraph) <= 4000 or paragraphs >= (2000 if SANITIZED else 20000):
                    continue
                paragraphs += 1
                reply = self.client.ask(paragraph, detect={"categories": ["injection"]}, **{"return": []})[0]
                verdicts[reply["verdict"]] += 1
                if reply["verdict"] != "allow":
                    rules.update(reason for reason in reply["reasons"] if not reason.startswith("policy:"))
        if paragraphs < 2000:
            self.skipTest("less than 2,000 paragraphs of documentation on this machine")
        print("%d paragraphs: %s; %s" % (paragraphs, dict(verdicts), dict(rules)), file=sys.stderr)
        self.assertLessEqual(verdicts["block"], max(1, paragraphs // 20000))
        self.assertLessEqual(verdicts["flag"], paragraphs // 1000)

    def test_documentation_and_headers_stay_quiet(self):
        size, found = 0, collections.Counter()
        for piece in self.pieces():
            if SANITIZED and size > 1 << 20:
                break
            reply = self.client.ask(piece, detect={"categories": ["pii", "secret"]}, **{"return": ["findings"]})[0]
            size += len(piece)
            for finding in reply["findings"]:
                found[finding["entity_type"]] += 1
        if size < 1 << 20:
            self.skipTest("less than 1 MiB of documentation and headers on this machine")
        rates = {entity: count * (100 << 10) / size for entity, count in found.most_common()}
        listed = ", ".join("%s %.3f" % rate for rate in rates.items())
        print("%.1f MiB, findings per 100 KiB: %s" % (size / (1 << 20), listed), file=sys.stderr)
        # Documentation names its authors, their towns and companies: 150 names in a MiB are as many as may be told.
        self.assertLess(sum(rates.pop(entity, 0) for entity in self.NAMES), 15)
        self.assertEqual({entity: rate for entity, rate in rates.items() if rate > 1 and entity not in self.TRUE}, {})


class Notations(WithDaemon):
    """What hides nothing is read in full, however many notations it is written in."""

    def incomplete(self, count, kinds):
        generator, found = random.Random(20261126), collections.Counter()
        for kind, text in benign_notations.texts(generator, count // 10 if SANITIZED else count, kinds):
            reply = self.client.ask(text, **{"return": []})[0]
            for skip in reply["coverage"]["skipped"]:
                found[kind, skip["reason"]] += 1
        return dict(found)

    def test_logs_are_read_in_full(self):
        self.assertEqual(self.incomplete(3000, benign_notations.LOGS), {})

    def test_markup_mail_and_code_are_read_in_full(self):
        self.assertEqual(self.incomplete(20000, benign_notations.OTHERS), {})
