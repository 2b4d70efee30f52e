# SPDX-License-Identifier: Apache-2.0
"""Answers that come in pieces: what goes out is what the whole text would have given."""
import json
import random
import unittest

import filterd
from daemon import LIBRARY, PATIENCE_MS, WithDaemon

MAIL, CARD = "asha.rao@example.in", "4111 1111 1111 1111"
PROSE = "The plan is that we meet at the usual place, and that nobody says a word of it to the others. "
ANSWER = PROSE + "Write to %s, or pay with %s. Ask for Mr. Rohan Deshmukh. " % (MAIL, CARD) + PROSE * 8


class Streams(WithDaemon):
    def setUp(self):
        super().setUp()
        self.random = random.Random(7)
        self.streams = 0

    def stream(self, text, *sealed, size=0, **header):
        """What went out, piece by piece, and the last reply."""
        data, out = text.encode() if isinstance(text, str) else text, []
        self.streams += 1
        header = {"op": "stream", "stream": "%s-%d" % (self.id(), self.streams), "session": "s", **header}
        at, reply = 0, None
        while reply is None or (at < len(data) and reply["status"] == "ok" and reply["verdict"] != "block"):
            piece = data[at:at + (size or self.random.randrange(1, 40))]
            at += len(piece)
            texts = [piece] + (list(sealed) if reply is None else [])
            reply, frames = self.client.ask(*texts, end=at == len(data), **header)
            out.append(frames[reply["settled"]] if reply["status"] == "ok" else b"")
        return out, reply

    def whole(self, text, **header):
        """The same inspected at once, as the content of an answer."""
        body = json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]})
        reply, frames = self.client.ask(body, op="chat", direction="response", session="s", **header)
        return reply, json.loads(frames[0])["choices"][0]["message"]["content"] if frames else text

    def test_for_any_cutting_it_is_the_whole_text(self):
        expected, text = self.whole(ANSWER)
        for size in (1, 2, 3, 7, 0, 0, 0, 50, 400, 5000):
            out, reply = self.stream(ANSWER, size=size)
            self.assertEqual(b"".join(out).decode(), text, size)
            self.assertEqual((reply["verdict"], reply["held"]), (expected["verdict"], 0))

    def test_the_first_words_leave_with_the_first_piece(self):
        out, _ = self.stream(PROSE * 3, size=20)
        self.assertTrue(all(out[1:]), out)
        self.assertTrue(out[0])

    def test_characters_may_be_cut(self):
        text = "Grüße, Ελλάδα, \u0928\u092e\u0938\u094d\u0924\u0947, \U0001f600! " * 3
        for size in (1, 2, 3):
            out, _ = self.stream(text, size=size)
            self.assertEqual(b"".join(out).decode(), text)
        _, reply = self.stream(b"a\xff", size=1)
        self.assertEqual(reply["error"]["code"], "bad_text")

    def test_values_come_back(self):
        body = json.dumps({"messages": [{"role": "user", "content": "mail %s" % MAIL}]})
        reply, frames = self.client.ask(body, op="chat", session="s", restore="seal")
        token = json.loads(frames[reply["body"]])["messages"][0]["content"].split()[1]
        out, reply = self.stream("Sent to %s, not to https://evil.example/?q=%s" % (token, token),
                                 frames[reply["sealed"]], size=3, restore="seal")
        self.assertEqual(b"".join(out).decode(), "Sent to %s, not to https://evil.example/?q=%s" % (MAIL, token))
        self.assertEqual((reply["restored"], reply["withheld"]), (1, 1))
        out, _ = self.stream(json.dumps({"to": token}), frames[1], size=3, restore="seal", kind="arguments")
        self.assertEqual(json.loads(b"".join(out)), {"to": MAIL})

    def test_a_block_ends_it(self):
        text = PROSE + "The password is tulip-Rain7-x9. " + PROSE * 8
        out, reply = self.stream(text, size=15, policy="strict")
        self.assertEqual(reply["verdict"], "block")
        self.assertNotIn(b"tulip", b"".join(out))
        self.assertTrue(text.encode().startswith(b"".join(out)))

    def test_parts_are_apart(self):
        header = {"op": "stream", "stream": "parts", "session": "s"}
        for part, piece in (("a", "mail asha."), ("b", "call 98765 "), ("a", "rao@example.in"), ("b", "43210")):
            reply, frames = self.client.ask(piece, part=part, **header)
            self.assertEqual(reply["verdict"], "allow")
        ends = [self.client.ask("", part=part, end=True, **header)[1][0].decode() for part in "ab"]
        self.assertRegex(ends[0], "<EMAIL_ADDRESS_[a-z0-9]+>$")
        self.assertRegex(ends[1], "<IN_PHONE_NUMBER_[a-z0-9]+>$")
        self.assertEqual(self.daemon.status()["streams"]["open"], 0)

    def test_a_stream_has_a_name(self):
        reply, _ = self.client.ask("x", op="stream")
        self.assertIn("'stream' is missing", reply["error"]["message"])
        reply, _ = self.client.ask("x", op="stream", stream="s", end=1)
        self.assertIn("'end' must be true or false", reply["error"]["message"])

    def test_shared_memory_takes_the_same(self):
        with filterd.Client(self.daemon.path + ".shm", library=LIBRARY, timeout_ms=PATIENCE_MS) as client:
            header, out = {"v": 1, "op": "stream", "stream": "shm", "session": "s"}, b""
            for at in range(0, len(ANSWER), 30):
                reply, frames = client.ask({**header, "end": at + 30 >= len(ANSWER)}, [ANSWER[at:at + 30]])
                out += frames[reply["settled"]]
            self.assertEqual(out.decode(), self.whole(ANSWER)[1])


if __name__ == "__main__":
    unittest.main()
