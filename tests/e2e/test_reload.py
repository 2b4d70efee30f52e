# SPDX-License-Identifier: Apache-2.0
"""Rules that change while requests run."""
import os
import random
import re
import shutil
import signal
import threading
import unittest

from daemon import SANITIZED, Client, Daemon, pack, until


class WhileServing(unittest.TestCase):
    def test_a_rule_added_while_a_client_sends_comes_into_force_without_a_wrong_answer(self):
        daemon = Daemon()
        failures, stop = [], threading.Event()

        def send():
            client = Client(daemon.endpoint).connect()
            while not stop.is_set():
                reply, _ = client.ask("ticket T-1234567 of a.b@example.org")
                if reply["status"] != "ok" or reply["verdict"] != "redact":
                    failures.append(reply)
            client.close()

        sender = threading.Thread(target=send)
        sender.start()
        client = Client(daemon.endpoint).connect()
        prefix = "T%d" % random.randrange(10 ** 6, 10 ** 7)  # new each time: nothing comes from the cache
        ticket = "ticket %s-1234567" % prefix
        self.assertNotIn("OWN_TICKET", str(client.ask(ticket)[0]))
        daemon.write_rules("own.yaml", pack("ticket", "TICKET", prefix + r"-\d{7}", policies=False))
        until(lambda: "OWN_TICKET" in str(client.ask(ticket)[0]))
        stop.set()
        sender.join()
        client.close()
        daemon.close()
        self.assertEqual(failures, [])

    def test_two_hundred_reloads_under_load_mix_nothing(self):
        rules = lambda n: {"a.yaml": pack("n", "GENERATION_%d" % n, r"N-\d{7}")}
        daemon = Daemon(rules=rules(0))
        problems, served, stop = [], [0], threading.Event()

        def send():
            client = Client(daemon.endpoint).connect()
            digests = {}
            while not stop.is_set():
                reply, frames = client.ask("N-1234567", "N-7654321", "x N-1111111")
                if reply["status"] != "ok":
                    problems.append(reply)
                    continue
                # One answer, one generation: the digest decides what every part of it says.
                kinds = {f["entity_type"] for f in reply["findings"]}
                tokens = {re.search(rb"<(\w+)_\d+>", frame).group(1).decode() for frame in frames}
                if len(kinds) != 1 or tokens != kinds or digests.setdefault(reply["pack"]["digest"], kinds) != kinds:
                    problems.append((reply, frames))
                served[0] += 1
            client.close()

        senders = [threading.Thread(target=send) for _ in range(4)]
        for sender in senders:
            sender.start()
        count = 40 if SANITIZED else 200
        for i in range(1, count + 1):
            daemon.write_rules("a.yaml", rules(i)["a.yaml"])
            if i % 2:
                run = daemon.reload()
                self.assertEqual(run.returncode, 0, run.stderr)
            else:
                before = daemon.log().count("reloaded")
                daemon.process.send_signal(signal.SIGHUP)
                daemon.wait_for("reloaded", before + 1)
        stop.set()
        for sender in senders:
            sender.join()
        status = daemon.status()
        daemon.close()
        self.assertEqual(problems[:1], [])
        self.assertGreaterEqual(status["reloads"], count)
        self.assertEqual(status["reload_failures"], 0)
        self.assertGreater(served[0], count)


class Directory(unittest.TestCase):
    def wait_for_digest(self, client, is_wanted):
        until(lambda: is_wanted(client.ask(op="info")[0]["pack"]["digest"]))

    def test_packs_in_new_sub_folders_take_effect_and_go_with_their_folder(self):
        daemon = Daemon(rules={"a.yaml": pack("a", "A", r"A-\d{7}")})
        client = Client(daemon.endpoint).connect()
        before = client.ask(op="info")[0]["pack"]["digest"]
        os.makedirs(os.path.join(daemon.rules, "acme", "desk"))
        own = pack("b", "B", r"B-\d{7}", policies=False)
        daemon.write_rules("acme/desk/b.yaml", own)
        self.wait_for_digest(client, lambda digest: digest != before)
        self.assertEqual(client.ask("B-1234567")[0]["verdict"], "redact")
        shutil.rmtree(os.path.join(daemon.rules, "acme"))
        self.wait_for_digest(client, lambda digest: digest == before)
        self.assertEqual(client.ask("B-1234567")[0]["verdict"], "allow")
        client.close()
        daemon.close()

    def test_a_pack_that_does_not_load_changes_nothing_and_says_why(self):
        daemon = Daemon(rules={"a.yaml": pack("a", "A", r"A-\d{7}")})
        client = Client(daemon.endpoint).connect()
        before = client.ask(op="info")[0]["pack"]["digest"]
        daemon.write_rules("a.yaml", (pack("a", "A", r"A-\d{7}")).replace("score", "scroe"))
        daemon.wait_for("not reloaded")
        run = daemon.reload()
        self.assertEqual(run.returncode, 1)
        self.assertIn("a.yaml:4:", run.stderr)
        self.assertIn("unknown key 'scroe'", run.stderr)
        self.assertIn("unknown key 'scroe'", daemon.log())
        self.assertIn("scroe", daemon.ctl("status", "-e", daemon.endpoint).stderr)
        self.assertEqual(client.ask(op="info")[0]["pack"]["digest"], before)
        self.assertEqual(client.ask("A-1234567")[0]["verdict"], "redact")
        # an unreadable file, and a directory that is gone for a while
        os.symlink("/", os.path.join(daemon.rules, "b.yaml"))
        self.assertEqual(daemon.reload().returncode, 1)
        os.unlink(os.path.join(daemon.rules, "b.yaml"))
        os.rename(daemon.rules, daemon.rules + ".away")
        self.assertEqual(daemon.reload().returncode, 1)
        self.assertEqual(client.ask("A-1234567")[0]["verdict"], "redact")
        os.rename(daemon.rules + ".away", daemon.rules)
        daemon.write_rules("a.yaml", pack("a", "B", r"A-\d{7}"))
        self.wait_for_digest(client, lambda digest: digest != before)
        client.close()
        daemon.close()


class Tenants(unittest.TestCase):
    def test_a_tenant_has_its_policy(self):
        daemon = Daemon(config="endpoints: ['ipc://HOME/f.sock']\ntenants: {acme: {policy: observe}}\n")
        client = Client(daemon.endpoint).connect()
        for header, policy, verdict in (({}, "default", "redact"), ({"tenant": "acme"}, "observe", "allow"),
                                        ({"tenant": "other"}, "default", "redact"),
                                        ({"tenant": "acme", "policy": "strict"}, "strict", "redact")):
            reply, _ = client.ask("mail a.b@example.org", **header)
            self.assertEqual((reply["policy"], reply["verdict"]), (policy, verdict))
        client.close()
        daemon.close()

    def test_any_of_many_policies_may_be_a_tenants(self):
        many = ", ".join("{id: p%d, title: own}" % i for i in range(300))
        text = pack("a", "A", r"A-\d{7}").replace("title: own}]", "title: own}, %s]" % many)
        config = "endpoints: ['ipc://HOME/f.sock']\ntenants: {acme: {policy: p299}}\n"
        daemon = Daemon(config=config, rules={"a.yaml": text})
        client = Client(daemon.endpoint).connect()
        self.assertEqual(client.ask("x", tenant="acme")[0]["policy"], "p299")
        client.close()
        daemon.close()

    def test_a_directory_whose_name_is_not_utf_8_has_a_status(self):
        daemon = Daemon(rules={"a.yaml": pack("a", "A", r"A-\d{7}")}, start=False)
        directory = os.fsencode(daemon.home) + b"/r\xff"
        os.rename(daemon.rules, directory)
        daemon.command[daemon.command.index(daemon.rules)] = directory
        daemon.start()
        self.assertEqual(daemon.status()["directory"], daemon.home + "/r?")
        daemon.close()

    def test_a_reload_that_would_leave_a_tenant_without_its_policy_is_refused(self):
        rules = pack("a", "A", r"A-\d{7}").replace("title: own}]", "title: own}, {id: mild, title: own}]")
        config = "endpoints: ['ipc://HOME/f.sock']\ntenants:\n  acme: {policy: mild}\n"
        daemon = Daemon(config=config, rules={"a.yaml": rules})
        client = Client(daemon.endpoint).connect()
        before = client.ask(op="info")[0]["pack"]["digest"]
        daemon.write_rules("a.yaml", rules.replace("id: mild", "id: milder"))
        run = daemon.reload()
        self.assertEqual(run.returncode, 1)
        self.assertIn("filterd.yaml:3: tenant 'acme': unknown policy 'mild'; did you mean 'milder'?", run.stderr)
        self.assertIn("tenant 'acme'", daemon.log())
        reply, _ = client.ask("A-1234567", tenant="acme")
        self.assertEqual((reply["policy"], reply["pack"]["digest"]), ("mild", before))
        daemon.write_rules("a.yaml", rules.replace("title: a rule", "title: another rule"))
        self.assertEqual(daemon.reload().returncode, 0)
        self.assertEqual(client.ask("A-1234567", tenant="acme")[0]["policy"], "mild")
        client.close()
        daemon.close()
