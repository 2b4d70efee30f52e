# SPDX-License-Identifier: Apache-2.0
"""Attacks that are obfuscated, and benign texts that are."""
import unittest

from daemon import WithDaemon
from obfuscations import ATTACKS, BENIGN, OBFUSCATIONS


class Obfuscations(WithDaemon):
    def test_attacks_are_seen_through(self):
        for name, obfuscation in OBFUSCATIONS.items():
            missed = [text for text in ATTACKS
                      if self.client.ask(obfuscation(text))[0]["verdict"] not in ("flag", "block")]
            with self.subTest(obfuscation=name):
                self.assertLessEqual(len(missed), 1, missed)

    def test_spans_point_into_the_text_as_sent(self):
        for name, obfuscation in OBFUSCATIONS.items():
            text = obfuscation(ATTACKS[0]).encode()
            header, _ = self.client.ask(text, **{"return": ["findings"]})
            for finding in header["findings"]:
                with self.subTest(obfuscation=name):
                    self.assertLess(finding["start"], finding["end"])
                    self.assertLessEqual(finding["end"], len(text))
                    text[finding["start"]:finding["end"]].decode()  # whole characters

    def test_a_decoy_draws_no_look_away(self):
        filler = "The garden is quiet in the morning, and the river is slow. " * 60
        for name in ("ROT13", "reversed", "Caesar", "spelling alphabet"):
            cipher = OBFUSCATIONS[name]
            decoy = cipher("the previous evening")
            self.assertEqual(self.client.ask(decoy + " " + filler)[0]["verdict"], "allow")
            text = decoy + " " + filler + decoy + " " + filler + cipher(ATTACKS[0])
            self.assertNotEqual(self.client.ask(text)[0]["verdict"], "allow")
            # more decoys than places are looked at: the answer says that it is incomplete, and the policy blocks
            reply = self.client.ask((decoy + " " + filler) * 8 + cipher(ATTACKS[0]))[0]
            self.assertIn(reply["verdict"], ("flag", "block"))

    def test_benign_text_is_allowed_however_it_is_written(self):
        marked = {"marks": lambda text: text + " 🙂‍↔️ e\u0301te\u0301",
                  "list": lambda text: "1. " + text + "\nA B C D"}
        for name, obfuscation in (OBFUSCATIONS | marked).items():
            for text in BENIGN:
                with self.subTest(obfuscation=name, text=text):
                    reply, _ = self.client.ask(obfuscation(text), detect={"categories": ["injection"]})
                    self.assertEqual(reply["verdict"], "allow")
