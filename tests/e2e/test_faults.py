# SPDX-License-Identifier: Apache-2.0
"""Each system call of the daemon fails once: a refusal to start that says why, the right verdict, or an error.

Never another verdict, a crash, or a client that waits for ever. libzmq ends the process when some of its own calls
fail; that is allowed, and recognised by what it prints.
"""
import errno
import json
import os
import re
import subprocess
import unittest

import zmq

import filterd
from daemon import LIBRARY, PATIENCE, ROOT, Client, Daemon, until

FAULTS = os.path.join(ROOT, "build", "tests", "faults", "calls.so")
RULES = {"own.yaml": """pack: {name: own, version: 1.0.0, licence: Apache-2.0}
policies: [{id: default, title: own, entities: {OWN_A: {action: block}}}]
rules:
  - id: own.a
    title: a rule of my own
    category: pii
    entity_type: OWN_A
    score: 0.9
    format: 'A-\\d{7}'
    examples: {match: ["number {{own.a}}"]}
"""}
ATTACK = "number A-1234567"
SHORT_MS = 500  # how long one attempt may take; then another is made

# Each call, with what may happen to it on a healthy machine.
CALLS = {"read": [errno.EIO, errno.EINTR], "write": [errno.EIO, errno.ENOSPC], "mmap": [errno.ENOMEM],
         "open": [errno.EMFILE], "openat": [errno.EMFILE, errno.EIO], "socket": [errno.EMFILE],
         "bind": [errno.EACCES], "listen": [errno.EADDRINUSE], "accept4": [errno.EMFILE, errno.EINTR],
         "recv": [errno.ENOMEM, errno.EINTR], "recvmsg": [errno.ENOMEM], "send": [errno.ENOBUFS],
         "sendmsg": [errno.ENOBUFS], "poll": [errno.ENOMEM, errno.EINTR], "epoll_wait": [errno.EINTR],
         "eventfd": [errno.EMFILE], "signalfd": [errno.EMFILE], "memfd_create": [errno.EMFILE],
         "ftruncate": [errno.ENOSPC], "fcntl": [errno.EPERM], "pthread_create": [errno.EAGAIN]}
PLACES = 8  # of one call that are tried, at most: the first ones, and some of the others


def places(count):
    if count <= PLACES:
        return range(1, count + 1)
    return sorted({1, 2, 3, 4, *(count * i // (PLACES - 4) for i in range(1, PLACES - 3))})


class Ended(Exception):
    """The daemon ended by itself, in a way that is allowed."""


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run(["make", "--silent", "ECHO=:", os.path.relpath(FAULTS, ROOT)], cwd=ROOT, check=True)

    def begin(self, **environment):
        # A sanitizer that is loaded after another library says so, and ends.
        options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        self.daemon = Daemon(rules=RULES, start=False,
                             env={"LD_PRELOAD": FAULTS, "ASAN_OPTIONS": options.strip(":"), **environment})
        self.served = False
        self.daemon.log_file = open(self.daemon.log_path, "a")
        self.daemon.process = subprocess.Popen(self.daemon.command, stderr=self.daemon.log_file,
                                               stdout=self.daemon.log_file, env=self.daemon.env)

    def check_alive(self):
        """Raises Ended when the daemon has ended as it may."""
        status, log = self.daemon.process.poll(), self.daemon.log()
        if status is None:
            return
        by_libzmq = re.search(r"\(.*src/\w+\.[ch]pp:\d+\)", log)
        refused = 64 <= status <= 78 and not self.served and re.search(r"(error|warning): ", log)
        self.assertTrue(by_libzmq or refused, "exit %s with:\n%s" % (status, log))
        raise Ended

    def attempt(self, ask):
        """Asks until there is the right verdict. On the way there are errors, and no other verdicts."""
        def is_right():
            self.check_alive()
            try:
                reply = ask()
            except (zmq.ZMQError, filterd.Error):
                return False
            if reply["status"] == "ok":
                self.assertEqual(reply["verdict"], "block", reply)
            return reply["status"] == "ok"
        until(is_right, lambda: "%s: no answer\n%s" % (ask.__name__, self.daemon.log()))

    def over_zeromq(self):
        client = Client(self.daemon.endpoint, timeout=SHORT_MS).connect()
        try:
            return client.ask(ATTACK)[0]
        finally:
            client.close()

    def over_shared_memory(self):
        with filterd.Client(self.daemon.path + ".shm", library=LIBRARY, timeout_ms=SHORT_MS) as client:
            return client.ask({"v": 1}, [ATTACK])[0]

    def at_the_control_socket(self):
        run = self.daemon.ctl("status", "-e", self.daemon.endpoint, "--json", "--timeout", str(SHORT_MS))
        if run.returncode:
            raise zmq.ZMQError(msg=run.stderr)
        self.assertEqual(json.loads(run.stdout)["status"], "ok", run.stdout)
        return {"status": "ok", "verdict": "block"}

    def use(self):
        """Starts, asks in each way, and stops."""
        try:
            until(lambda: self.check_alive() or os.path.exists(self.daemon.path), self.daemon.log)
            for ask in (self.over_zeromq, self.over_shared_memory, self.at_the_control_socket, self.over_zeromq):
                self.attempt(ask)  # the line that says `ready` may be what failed
                self.served = True
            self.daemon.process.terminate()
            until(lambda: self.daemon.process.poll() is not None, self.daemon.log)
            if self.daemon.process.returncode:
                self.check_alive()
        except Ended:
            pass
        finally:
            self.daemon.process.kill()
            self.daemon.process.wait(PATIENCE)
            self.daemon.close()

    def counts(self):
        path = os.path.join("/tmp", "filterd-faults-%d" % os.getpid())
        self.begin(FAULT_COUNTS=path)
        self.use()
        with open(path) as file:
            counts = {name: int(count) for name, count in (line.split() for line in file)}
        os.unlink(path)
        return counts

    def test_a_call_that_fails_once_weakens_no_verdict_and_stops_nobody(self):
        counts = self.counts()
        self.assertEqual(set(counts), set(CALLS))
        for name, errors in CALLS.items():
            for error in errors:
                for number in places(counts[name]):
                    with self.subTest(call=name, number=number, error=errno.errorcode[error]):
                        self.begin(FAULT="%s:%d:%d" % (name, number, error))
                        self.use()
