# SPDX-License-Identifier: Apache-2.0
"""Clients in C, Python and Node, and those that misbehave."""
import glob
import json
import os
import shutil
import socket
import subprocess

import zmq

from daemon import BUILD, LIBRARY, PATIENCE, ROOT, SANITIZED, Client, SharedMemoryCase, WithDaemon, filterd, until


class OverZeroMQ(WithDaemon):
    def test_clients_that_vanish_or_never_read_disturb_nobody(self):
        for _ in range(50):
            dealer = Client(self.daemon.endpoint, zmq.DEALER).connect()
            dealer.socket.send_multipart([json.dumps({"v": 1}).encode(), b"mail a@example.org"])
            dealer.close()
        # bytes that are no ZeroMQ, half a greeting, and a connection that says nothing
        for junk in (b"GET / HTTP/1.1\r\n\r\n", b"\xff\0\0\0\0\0\0\0", b""):
            raw = socket.socket(socket.AF_UNIX)
            raw.connect(self.daemon.path)
            raw.sendall(junk)
            raw.close()
        # one that never reads
        silent = Client(self.daemon.endpoint, zmq.DEALER)
        silent.socket.setsockopt(zmq.RCVHWM, 1)
        silent.connect()
        for _ in range(2000):
            silent.socket.send_multipart([json.dumps({"v": 1}).encode(), b"x" * 1000])
        # Its requests may fill the queue: then others are told so, and served as soon as it is worked off.
        until(lambda: self.client.ask("hello")[0]["status"] == "ok")
        silent.close()

    def test_a_client_in_c_gets_each_answer_for_its_own_request(self):
        run = subprocess.run([os.path.join(BUILD, "tests", "client"), self.daemon.endpoint, "2000", "64"],
                             capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((run.stdout, run.returncode), ("2000 good, 0 bad\n", 0))

    def test_every_text_of_a_corpus_is_answered(self):
        corpus = os.environ.get("FILTERD_CORPUS", "")
        if not os.path.isdir(corpus):
            self.skipTest("needs FILTERD_CORPUS, a folder of *.jsonl with a 'text' in each line")
        dealer = Client(self.daemon.endpoint, zmq.DEALER).connect()
        sent = answered = 0

        def collect():
            reply = json.loads(dealer.socket.recv_multipart()[0])
            self.assertEqual(reply["status"], "ok", reply)

        for path in sorted(glob.glob(os.path.join(corpus, "*.jsonl"))):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    text = json.loads(line)["text"].encode("utf-8", "replace")
                    header = {"v": 1, "return": ["findings", "redacted", "sanitized", "isolated"]}
                    dealer.socket.send_multipart([json.dumps(header).encode(), text])
                    sent += 1
                    if sent - answered >= 32:
                        collect()
                        answered += 1
        while answered < sent:
            collect()
            answered += 1
        dealer.close()
        self.assertGreater(sent, 0)


class Bindings(SharedMemoryCase):
    def test_the_addon_for_node_keeps_order_and_throws_what_goes_wrong(self):
        node = shutil.which("node")
        if not node or not os.path.exists("/usr/include/node/node_api.h") or SANITIZED:
            self.skipTest("needs node with its headers, and no sanitizer")
        addon = os.path.join(ROOT, "build", "filterd.node")
        made = subprocess.run(["make", "-s", "-C", ROOT, "build/filterd.node"], capture_output=True, text=True,
                              timeout=PATIENCE)
        self.assertEqual(made.returncode, 0, made.stderr)
        program = """
            const { Client } = require(process.argv[1]);
            try { new Client("/nowhere"); } catch (e) { console.log(e.message); }
            const client = new Client(process.argv[2]);
            const prompt = "🙂 mail a.b@example.org", returns = ["findings", "redacted", "text"];
            let { header, texts } = client.ask({ v: 1, offsets: "utf16", return: returns }, [prompt]);
            const f = header.findings[0];
            console.log(header.verdict, texts[header.segments[0].redacted], prompt.slice(f.start, f.end) === f.text);
            let sent = 0, got = 0, full = 0;
            while (got < 2000) {
              while (sent < 2000 && client.submit({ v: 1, id: String(sent) }, ["n" + sent], sent)) sent++;
              if (sent < 2000) full++;
              const reply = client.next(120000);
              const good = reply.header.id === String(got) && reply.tag === got && reply.texts[0] === "n" + got;
              if (!good) throw new Error("order");
              got++;
            }
            console.log(got, full > 0, client.next(0));
            try { client.ask({ v: 1 }, [7]); } catch (e) { console.log(e.message); }
            console.log(client.ask({ v: 1, plicy: "x" }).header.error.code);
            client.close();
            try { client.ask({ v: 1 }); } catch (e) { console.log(e.message); }
        """
        run = subprocess.run([node, "-e", program, addon, self.path], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(run.stdout.splitlines(), [
            "/nowhere: No such file or directory; is filterd running there?",
            "redact 🙂 mail <EMAIL_ADDRESS_1> true", "2000 true null",
            "a text must be a string", "bad_request", "the client is closed"], run.stderr)

    def test_the_client_library_says_the_same_over_zeromq(self):
        with filterd.Client(self.daemon.endpoint, library=LIBRARY) as client, self.open_session() as other:
            for header, texts in (({"id": "a"}, ["mail a.b@example.org", "x" * 100000, ""]), ({"op": "ping"}, []),
                                  ({"plicy": 1}, ["a"])):
                ours, theirs = client.ask(dict(header, v=1), texts), other.ask(dict(header, v=1), texts)
                for reply in (ours[0], theirs[0]):
                    reply.pop("timing_us", None)
                self.assertEqual(ours, theirs)
            client.submit({"v": 1}, ["x"])
            with self.assertRaises(filterd.Error) as caught:
                client.submit({"v": 1}, ["y"])
            self.assertEqual(caught.exception.status, filterd.AGAIN)
            self.assertEqual(client.next(120000)[1], [b"x"])
        with filterd.Client("ipc:///nowhere/at/all", library=LIBRARY, timeout_ms=100) as client:
            with self.assertRaises(filterd.Error) as caught:
                client.ask({"v": 1}, ["x"])
            self.assertIn(caught.exception.status, (filterd.TIMEOUT, filterd.GONE))
        with self.assertRaises(filterd.Error) as caught:
            filterd.Client("tcp://not an endpoint", library=LIBRARY)
        self.assertIn("not an endpoint", str(caught.exception))
