# SPDX-License-Identifier: Apache-2.0
"""What is checked before the daemon serves, and what it says."""
import json
import os
import subprocess
import tempfile
import unittest

import jsonschema
import yaml

from daemon import PATIENCE, ROOT, Client, Daemon, SharedMemoryCase, pack


class Mistakes(unittest.TestCase):
    def refuses(self, status, says, *options, **kinds):
        daemon = Daemon(*options, start=False, **kinds)
        run = subprocess.run(daemon.command, capture_output=True, text=True, timeout=PATIENCE)
        daemon.close()
        self.assertEqual(run.returncode, status, run.stderr)
        self.assertIn(says, run.stderr)

    def test_each_reason_has_its_own_status(self):
        self.refuses(64, "unknown option '--no-such-option'", "--no-such-option")
        self.refuses(64, "unknown option '--endpoints'; did you mean '--endpoint'?", "--endpoints", "ipc:///x")
        self.refuses(64, "--workers: must be a whole number from 1 to 256, not 'many'", "--workers", "many")
        self.refuses(64, "unexpected operand 'extra'", "extra")
        self.refuses(65, "unknown key 'scroe'", rules={"a.yaml": pack("a", "A", r"\d{7}").replace("score", "scroe")})
        self.refuses(66, "cannot be read", "--rules", "/nonexistent")
        self.refuses(66, "cannot be read", "--config", "/nonexistent")
        self.refuses(69, "cannot be bound", "--endpoint", "ipc:///nonexistent/f.sock")
        curve = "curve: {secret_key: /nonexistent, clients: /nonexistent}\n"
        self.refuses(77, "cannot be read", config="endpoints: ['tcp://0.0.0.0:1']\n" + curve)
        self.refuses(78, "can be reached from other hosts", "--endpoint", "tcp://0.0.0.0:5999")
        self.refuses(78, "filterd.yaml:2:11: 'ipc_mode' must be three digits from 0 to 7, such as 600 or 660, not "
                     "'608'", config="workers: 1\nipc_mode: 608\n")
        self.refuses(78, "filterd.yaml:3:8: 'users' must be numbers of users from 0 to 4294967294, as 'id -u' prints "
                     "them, not 'root'", config="shared_memory:\n  users: [0,\n       root]\n")
        self.refuses(78, "unknown key 'worker'; did you mean 'workers'?", config="worker: 1\n")

    def test_a_tenant_without_its_policy_is_refused(self):
        config = "endpoints: ['ipc://HOME/f.sock']\ntenants: {acme: {policy: strickt}}\n"
        for options in ((), ("--check",)):
            says = "filterd.yaml:2: tenant 'acme': unknown policy 'strickt'; did you mean 'strict'?"
            self.refuses(78, says, *options, config=config)

    def test_a_cache_that_cannot_be_used_is_a_warning(self):
        for directory, why in (("/proc/nope", "No such file or directory"), ("/dev/null", "not a directory")):
            daemon = Daemon("--check", "--cache", directory, start=False)
            run = subprocess.run(daemon.command, capture_output=True, text=True, timeout=PATIENCE)
            daemon.close()
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("warning: cache: %s: cannot be used: %s" % (directory, why), run.stderr)

    def test_the_example_configuration_states_the_defaults(self):
        with open(os.path.join(ROOT, "filterd", "filterd.example.yaml")) as file:
            example = yaml.safe_load(file)
        with open(os.path.join(ROOT, "filterd", "filterd.schema.json")) as file:
            schema = json.load(file)
        jsonschema.validate(example, schema)
        for key, value in example.items():
            part = schema["properties"][key]
            for name, own in (value.items() if isinstance(value, dict) else ()):
                self.assertEqual(own, part["properties"][name]["default"], name)
            if not isinstance(value, (dict, list)):
                self.assertEqual(value, part["default"], key)
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.validate({"worker": 1}, schema)

    def test_check_checks_and_binds_nothing(self):
        daemon = Daemon("--check", start=False)
        run = subprocess.run(daemon.command, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((run.returncode, "are fine" in run.stdout, os.path.exists(daemon.path)), (0, True, False))
        daemon.close()


class Surroundings(unittest.TestCase):
    def test_a_second_daemon_does_not_take_the_socket_over(self):
        daemon = Daemon()
        run = subprocess.run(daemon.command, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(run.returncode, 69)
        self.assertIn("another process serves there", run.stderr)
        client = Client(daemon.endpoint).connect()
        self.assertEqual(client.ask("x")[0]["status"], "ok")
        client.close()
        daemon.close()

    @unittest.skipIf(os.geteuid() != 0, "a full disk is made by root, with a small tmpfs")
    def test_a_full_disk_for_the_cache_costs_time_only(self):
        small = tempfile.mkdtemp()
        mount = ["mount", "-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs", small]
        if subprocess.run(mount, capture_output=True).returncode:
            os.rmdir(small)
            self.skipTest("no tmpfs can be mounted here")
        try:
            daemon = Daemon("--cache", small)
            client = Client(daemon.endpoint).connect()
            self.assertEqual(client.ask("x")[0]["status"], "ok")
            self.assertEqual(os.listdir(small), [])
            client.close()
            daemon.close()
        finally:
            subprocess.run(["umount", small])
            os.rmdir(small)


class Verbose(SharedMemoryCase):
    """--verbose logs what an operator looks for."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon("--verbose", rules={"a.yaml": pack("a", "A", r"A-\d{7}")})

    def test_the_configuration_in_force_is_logged(self):
        for text in ("file none, rules " + self.daemon.rules, "endpoint " + self.daemon.endpoint, "workers ",
                     "a request has at most 33554432 bytes, 16384 segments"):
            self.assertIn("debug: configuration: " + text, self.daemon.log())

    def test_each_step_of_a_reload_is_logged(self):
        self.assertEqual(self.daemon.reload().returncode, 0)
        for text in ("reload on request at the control socket", ": loading " + self.daemon.rules,
                     "loaded and checked in"):
            self.assertIn(text, self.daemon.log())
        self.daemon.write_rules("a.yaml", pack("a", "B", r"A-\d{7}"))
        self.daemon.wait_for("reload because the directory changed")

    def test_sessions_are_logged_when_they_open_and_close(self):
        with self.open_session() as client:
            client.ask({"v": 1}, ["x"])
            self.assertRegex(self.daemon.log(), r"debug: shared memory: session 0 opened: \d+ slots")
        self.daemon.wait_for("session 0 closed")

    def test_without_it_none_of_this_is_logged(self):
        daemon = Daemon(rules={"a.yaml": pack("a", "A", r"A-\d{7}")})
        self.assertEqual(daemon.reload().returncode, 0)
        self.assertNotIn("debug:", daemon.log())
        daemon.close()
