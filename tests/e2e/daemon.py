# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: a real daemon with a rule directory of its own, and clients over ZeroMQ.

A test never demands that something is quick. It waits with `until` for what must come, for as long as a loaded machine
may take, or proves an order of events.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import zmq

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "filterd", "client"))
import filterd  # noqa: E402  the bindings that are tested

BUILD = os.path.abspath(os.environ.get("FILTERD_BUILD", "build"))
SANITIZED = os.path.basename(BUILD) != "build"
CACHE = os.path.join(BUILD, "cache")
LIBRARY = os.path.join(ROOT, "build", "libfilter-client.so")
PATIENCE = 120  # seconds that anything may take on a loaded machine, with a sanitizer
PATIENCE_MS = PATIENCE * 1000


def until(condition, why="what was waited for did not come"):
    """Waits until `condition()` is true, and returns what it gave."""
    end = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(why() if callable(why) else why)
        time.sleep(0.02)


def pack(name, entity, value, policies=True):
    """A rule pack with one rule."""
    text = PACK if policies else PACK.replace("policies: [{id: default, title: own}]\n", "")
    return text % {"name": name, "entity": entity, "value": value}


PACK = """pack: {name: own, version: 1.0.0, licence: Apache-2.0}
policies: [{id: default, title: own}]
rules:
  - id: own.%(name)s
    title: a rule of my own
    category: pii
    entity_type: OWN_%(entity)s
    score: 0.9
    format: '%(value)s'
    examples: {match: ["number {{own.%(name)s}}"]}
"""


class Daemon:
    """A running filterd with a rule directory of its own."""

    def __init__(self, *options, rules=None, config=None, start=True, env=None):
        self.home = tempfile.mkdtemp(prefix="filterd-e2e-")
        self.rules = os.path.join(self.home, "rules")
        if rules is None:
            shutil.copytree(os.path.join(ROOT, "rules"), self.rules)
        else:
            os.mkdir(self.rules)
            for name, text in rules.items():
                self.write_rules(name, text)
        self.path = os.path.join(self.home, "f.sock")
        self.endpoint = "ipc://" + self.path
        self.log_path = os.path.join(self.home, "log")
        self.command = [os.path.join(BUILD, "filterd"), "--rules", self.rules, "--cache", CACHE]
        if config is not None:
            path = os.path.join(self.home, "filterd.yaml")
            with open(path, "w") as file:
                file.write(config.replace("HOME", self.home))
            self.command += ["--config", path]
        else:
            self.command += ["--endpoint", self.endpoint]
        self.command += list(options)
        self.env = dict(os.environ, **(env or {}))
        self.process = None
        if start:
            self.start()

    def start(self):
        self.log_file = open(self.log_path, "a")
        self.process = subprocess.Popen(self.command, stderr=self.log_file, stdout=self.log_file, env=self.env)
        self.wait_for("ready:")

    def log(self):
        with open(self.log_path) as file:
            return file.read()

    def wait_for(self, text, count=1):
        """Waits until the log has a text, or the daemon ends without it."""
        def seen():
            if self.process.poll() is not None and self.log().count(text) < count:
                raise AssertionError("no '%s' (exit %s) in:\n%s" % (text, self.process.poll(), self.log()))
            return self.log().count(text) >= count
        until(seen, lambda: "no '%s' in:\n%s" % (text, self.log()))

    def write_rules(self, name, text):
        """As an editor does: to another name, then into place."""
        temporary = os.path.join(self.home, os.path.basename(name) + ".new")
        with open(temporary, "w") as file:
            file.write(text)
        os.rename(temporary, os.path.join(self.rules, name))

    def ctl(self, *arguments, **options):
        return subprocess.run([os.path.join(BUILD, "filterctl"), *arguments], capture_output=True, text=True,
                              timeout=PATIENCE, **options)

    def status(self):
        run = self.ctl("status", "-e", self.endpoint, "--json", "--timeout", str(PATIENCE_MS))
        return json.loads(run.stdout)

    def reload(self):
        return self.ctl("reload", "-e", self.endpoint, "--timeout", str(PATIENCE_MS))

    def stand_still(self):
        """Stops all threads, as SIGSTOP does some time after it was sent; SIGCONT lets them go on."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)
        return self.process.returncode if self.process else None

    def close(self):
        status = self.stop()
        log = self.log() if os.path.exists(self.log_path) else ""
        shutil.rmtree(self.home)
        if "Sanitizer" in log or "runtime error" in log:
            raise AssertionError(log)
        return status


class Client:
    def __init__(self, endpoint, kind=zmq.REQ, timeout=PATIENCE_MS):
        self.context = zmq.Context.instance()
        self.socket = self.context.socket(kind)
        self.socket.setsockopt(zmq.RCVTIMEO, timeout)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.endpoint = endpoint

    def connect(self):
        self.socket.connect(self.endpoint)
        return self

    def ask_raw(self, frames):
        self.socket.send_multipart(frames)
        reply = self.socket.recv_multipart()
        return json.loads(reply[0]), reply[1:]

    def ask(self, *texts, **header):
        header.setdefault("v", 1)
        return self.ask_raw([json.dumps(header).encode()] + [t if isinstance(t, bytes) else t.encode() for t in texts])

    def close(self):
        self.socket.close()


def places_in_memory(daemon, marker):
    """Where the daemon's memory holds the marker, by mapping."""
    found = []
    process = "/proc/%d/" % daemon.process.pid
    with open(process + "maps") as maps, open(process + "mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            if "r" not in line.split()[1] or "[v" in line:
                continue
            try:
                memory.seek(start)
                found += [line.split()[-1]] * memory.read(end - start).count(marker)
            except (OSError, ValueError):
                continue
    return found


class WithDaemon(unittest.TestCase):
    """Tests that share one daemon with the repository's rules."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.close()

    def setUp(self):
        self.client = Client(self.daemon.endpoint).connect()

    def tearDown(self):
        self.client.close()

    def error(self, code, *texts, **header):
        reply, frames = self.client.ask(*texts, **header)
        self.assertEqual(reply["status"], "error", reply)
        self.assertEqual(reply["error"]["code"], code, reply)
        self.assertEqual(frames, [])
        return reply["error"]["message"]


class SharedMemoryCase(WithDaemon):
    """Tests with clients of the shared memory."""

    def setUp(self):
        super().setUp()
        self.path = self.daemon.path + ".shm"

    def open_session(self, daemon=None, **options):
        return filterd.Client((daemon or self.daemon).path + ".shm", library=LIBRARY, **options)

    def attack(self, kind, count):
        command = [os.path.join(BUILD, "tests", "attacker"), kind, self.path, str(count)]
        done = subprocess.run(command, timeout=5 * PATIENCE)
        self.assertEqual(done.returncode, 0)

    def status(self, daemon=None):
        return (daemon or self.daemon).status()["shared_memory"]

    def all_left(self):
        until(lambda: not self.status()["sessions"] and not self.status()["bytes"], lambda: str(self.status()))

    def resources(self):
        directory = "/proc/%d/" % self.daemon.process.pid
        with open(directory + "status") as file:
            threads = re.search(r"Threads:\s+(\d+)", file.read())[1]
        return len(os.listdir(directory + "fd")), int(threads)

    def settled(self):
        """The resources when nobody comes or goes: connections of filterctl take a moment, too."""
        self.all_left()
        last = [None]

        def same():
            now, before = self.resources(), last[0]
            last[0] = now
            time.sleep(0.2)
            return now == before and now
        return until(same)

    def all_given_back(self, before):
        until(lambda: self.resources() == before, lambda: "%s, not %s" % (self.resources(), before))
