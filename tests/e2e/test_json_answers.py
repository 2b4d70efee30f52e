# SPDX-License-Identifier: Apache-2.0
"""Answers that must be JSON: a policy with `output: {json: true}` takes what Python's parser takes, strictly."""
import json
import random
import unittest

from daemon import Client, Daemon

PACK = """pack: {name: own, version: 1.0.0, licence: Apache-2.0}
policies:
  - {id: default, title: own}
  - {id: answers, title: own, output: {json: true}}
"""
ROUNDS = 8
SEGMENTS = 4000
MUTATIONS = ["", "{", "}", "[", "]", ",", ":", '"', "\\", "\\u", "\\ud83d\\ude00", "\\ud800", '"a":1,', "0", "-", ".5",
             "e9", "1e400", "9" * 30, "NaN", "true", "nul", " ", "\n", "\t", "\x0b", "\ufeff", "é", "//", "'"]


def refuse(*_):
    raise ValueError


def unique(pairs):
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key comes twice")
    return 0


def is_json(text):
    try:
        json.loads(text, object_pairs_hook=unique, parse_constant=refuse, parse_int=str, parse_float=str)
    except ValueError:
        return False
    return True


def value(source, depth=0):
    kind = source.randrange(8 if depth < 4 else 5)
    if kind == 0:
        return source.choice([True, False, None])
    if kind == 1:
        return source.choice([0, -1, 2 ** 70, 1.5, -2e-9, 1e300])
    if kind < 5:
        return source.choice(["", "a", "\\", '"', "é", "\U0001F600", "\x00", "\ud800", "a b"])
    if kind == 5:
        return [value(source, depth + 1) for _ in range(source.randrange(4))]
    return {source.choice(["a", "b", "é", "\n", ""]): value(source, depth + 1) for _ in range(source.randrange(4))}


def mutated(source):
    """JSON, or nearly so."""
    text = json.dumps(value(source), ensure_ascii=source.random() < 0.5, indent=source.choice([None, 1]))
    text = text.encode(errors="surrogatepass").decode(errors="replace")  # one that stands alone stays only escaped
    for _ in range(source.randrange(3)):
        at = source.randrange(len(text) + 1)
        text = text[:at] + source.choice(MUTATIONS) + text[at + source.randrange(3):]
    return text


class Answers(unittest.TestCase):
    def test_an_answer_is_json_where_another_strict_parser_takes_it(self):
        seed = random.randrange(2 ** 32)
        source, daemon = random.Random(seed), Daemon(rules={"own.yaml": PACK})
        self.addCleanup(daemon.close)
        client = Client(daemon.endpoint).connect()
        self.addCleanup(client.close)
        for _ in range(ROUNDS):
            texts = [mutated(source) for _ in range(SEGMENTS)]
            reply, _ = client.ask(*texts, policy="answers", segments=[{"role": "assistant"}] * SEGMENTS,
                                  **{"return": ["findings"]})
            self.assertEqual(reply["status"], "ok", reply)
            verdicts = [segment["verdict"] == "allow" for segment in reply["segments"]]
            for text, verdict in zip(texts, verdicts):
                self.assertEqual(verdict, is_json(text), "%r, seed %d" % (text, seed))
            self.assertTrue(SEGMENTS / 10 < sum(verdicts) < SEGMENTS * 9 / 10)

    def test_what_is_deep_is_json(self):
        daemon = Daemon(rules={"own.yaml": PACK})
        self.addCleanup(daemon.close)
        client = Client(daemon.endpoint).connect()
        self.addCleanup(client.close)
        for text, verdict in (("[" * 3000 + "]" * 3000, "allow"), ("[" * 3000 + "]" * 2999, "block")):
            reply, _ = client.ask(text, policy="answers", segments=[{"role": "assistant"}])
            self.assertEqual(reply["verdict"], verdict, reply)
