# SPDX-License-Identifier: Apache-2.0
"""Bounds of queue, time and requests; stopping."""
import json
import os
import shutil
import signal
import socket
import struct
import tempfile
import threading
import unittest

import zmq

from daemon import LIBRARY, PATIENCE, SANITIZED, Client, Daemon, filterd, until


class Overload(unittest.TestCase):
    def test_a_full_queue_answers_overloaded_and_everything_is_answered(self):
        daemon = Daemon(config="endpoints: ['ipc://HOME/f.sock']\nworkers: 1\nqueue: {requests: 4}\n")
        dealer = Client(daemon.endpoint, zmq.DEALER).connect()
        big = b"lorem ipsum 12345 " * 100000
        for i in range(64):
            dealer.socket.send_multipart([json.dumps({"v": 1, "id": str(i), "return": ["findings"]}).encode(), big])
        codes, ids = [], set()
        for _ in range(64):
            reply = json.loads(dealer.socket.recv_multipart()[0])
            ids.add(reply["id"])
            codes.append(reply.get("error", {}).get("code", "ok"))
        self.assertEqual(len(ids), 64)
        self.assertIn("overloaded", codes)
        self.assertIn("ok", codes)
        self.assertEqual(set(codes), {"ok", "overloaded"})
        dealer.close()
        daemon.close()

    def test_a_deadline_that_passed_is_said(self):
        daemon = Daemon("--workers", "1")
        dealer = Client(daemon.endpoint, zmq.DEALER).connect()
        for i in range(12):
            header = {"v": 1, "id": str(i), "return": ["findings"], "deadline_ms": 1 if i else 600000}
            dealer.socket.send_multipart([json.dumps(header).encode(), b"lorem ipsum 12345 " * 200000])
        codes = [json.loads(dealer.socket.recv_multipart()[0]).get("error", {}).get("code", "ok") for _ in range(12)]
        self.assertIn("deadline", codes)
        dealer.close()
        daemon.close()


class Connections(unittest.TestCase):
    GREETING = b"\xff" + bytes(7) + b"\x01\x7f\x03\x01" + b"NULL".ljust(20, b"\0") + bytes(32)

    def speak(self, daemon):
        """A connection on which ZeroMQ was greeted, without its library."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(PATIENCE)
        connection.connect(daemon.path)
        ready = b"\x05READY\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
        connection.sendall(self.GREETING + bytes([4, len(ready)]) + ready)
        answer = b""
        while b"Identity" not in answer:  # libzmq takes no message before the hand-shake is over
            answer += connection.recv(100)
        return connection

    def test_a_message_of_endless_frames_ends_its_connection(self):
        daemon = Daemon()
        client = Client(daemon.endpoint).connect()
        client.ask("hello")
        before, sent = resident(daemon), 0
        for more in (b"\x01\0", b"\x01\x02ab", b"\x05\x0a\x09SUBSCRIBE"):  # libzmq lets such commands be messages
            flood = self.speak(daemon)
            with self.assertRaises(OSError):
                while sent < 64 << 20:
                    flood.sendall(more * 16384)
                    sent += len(more) * 16384
            flood.close()
        self.assertEqual(client.ask("hello")[0]["verdict"], "allow")
        if not SANITIZED:
            self.assertLess(resident(daemon) - before, 64 << 10)
        self.assertEqual(daemon.status()["connections"]["cut_off"], 3)
        self.assertIn("limits.segments", daemon.log())
        client.close()
        daemon.close()

    def test_endless_frames_under_curve_end_when_they_are_a_million(self):
        home = tempfile.mkdtemp()
        public, secret = zmq.curve_keypair()
        server, server_secret = zmq.curve_keypair()
        for name, text in (("key", server_secret), ("clients", public)):
            with open(os.open(os.path.join(home, name), os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
                file.write(text + b"\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        daemon = Daemon(config="endpoints: ['ipc://HOME/f.sock', 'tcp://0.0.0.0:%d']\n"
                               "curve: {secret_key: %s/key, clients: %s/clients}\n" % (port, home, home))
        flood = Client("tcp://127.0.0.1:%d" % port, zmq.DEALER)
        flood.socket.curve_serverkey = server
        flood.socket.curve_publickey, flood.socket.curve_secretkey = public, secret
        flood.connect()
        self.assertEqual(flood.ask("hello")[0]["verdict"], "allow")
        before = resident(daemon)
        for _ in range(1200000):
            flood.socket.send(b"", zmq.SNDMORE)
        flood.socket.send(b"")  # libzmq sends no message before it is whole
        daemon.wait_for("connections: one is cut off")
        flood.close()
        if not SANITIZED:
            self.assertLess(resident(daemon) - before, 200 << 10)
        client = Client(daemon.endpoint).connect()
        self.assertEqual(client.ask("hello")[0]["verdict"], "allow")
        client.close()
        daemon.close()
        shutil.rmtree(home)

    def test_frames_that_announce_more_than_any_request_has_are_not_waited_for(self):
        daemon = Daemon(config="endpoints: ['ipc://HOME/f.sock']\nlimits: {request_bytes: 1MiB, header_bytes: 1MiB}\n")
        flood = self.speak(daemon)
        with self.assertRaises(OSError):
            for _ in range(100):  # each is below libzmq's own limit of a frame
                flood.sendall(b"\x03" + struct.pack(">Q", 2 << 20) + bytes(2 << 20))
        flood.close()
        self.assertEqual(daemon.status()["connections"]["cut_off"], 1)
        daemon.close()

    def test_so_many_are_taken_and_others_when_they_left(self):
        daemon = Daemon(config="endpoints: ['ipc://HOME/f.sock']\nlimits: {connections: 8}\n")
        kept = [self.speak(daemon) for _ in range(8)]
        until(lambda: daemon.status()["connections"]["open"] >= 8)  # and the operator still gets in
        one_more = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        one_more.settimeout(PATIENCE)
        one_more.connect(daemon.path)
        self.assertEqual(one_more.recv(1), b"")
        self.assertGreaterEqual(daemon.status()["connections"]["rejected"], 1)
        self.assertIn("limits.connections", daemon.log())
        for connection in kept + [one_more]:
            connection.close()
        client = Client(daemon.endpoint).connect()
        self.assertEqual(client.ask("hello")[0]["verdict"], "allow")
        client.close()
        daemon.close()

    def test_without_descriptors_the_daemon_lives_on(self):
        daemon = Daemon(start=False)
        daemon.command = ["prlimit", "--nofile=64:64"] + daemon.command
        daemon.start()
        silent = []
        for _ in range(100):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.connect(daemon.path)
            silent.append(connection)
        daemon.wait_for("connections: one is rejected")
        self.assertIn("limits: connections: 32 instead of 1024", daemon.log())
        for connection in silent:
            connection.close()
        client = Client(daemon.endpoint).connect()
        self.assertEqual(client.ask("hello")[0]["verdict"], "allow")
        client.close()
        self.assertEqual(daemon.close(), 0)


class Turns(unittest.TestCase):
    def cpu_of_threads(self, daemon):
        """Ticks by thread; the first is that of the sockets."""
        ticks, folder = {}, "/proc/%d/task" % daemon.process.pid
        for thread in os.listdir(folder):
            with open(os.path.join(folder, thread, "stat")) as file:
                ticks[int(thread)] = sum(int(part) for part in file.read().rsplit(")", 1)[1].split()[11:13])
        return ticks

    def test_what_may_be_slow_is_not_done_by_the_thread_of_the_sockets(self):
        daemon = Daemon("--workers", "1")
        client = Client(daemon.endpoint).connect()
        text = "33 2d 41 &amp;lt; %2541 " * 200  # many notations; one request at a time
        client.ask(text)
        before = self.cpu_of_threads(daemon)

        def spent():
            for _ in range(20):
                client.ask(text)
            return {thread: ticks - before.get(thread, 0) for thread, ticks in self.cpu_of_threads(daemon).items()}
        until(lambda: sum(spent().values()) >= 100)  # hundredths of a second
        ticks = spent()
        self.assertLess(ticks[daemon.process.pid], sum(ticks.values()) / 2, ticks)
        client.close()
        daemon.close()


def resident(daemon):
    """KiB of the daemon's memory."""
    with open("/proc/%d/status" % daemon.process.pid) as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


class Memory(unittest.TestCase):
    def test_a_client_that_never_reads_fills_its_account_and_no_more(self):
        daemon = Daemon(config="endpoints: ['ipc://HOME/f.sock']\nlimits: {client_bytes: 8MiB}\n")
        dealer = Client(daemon.endpoint, zmq.DEALER)
        dealer.socket.setsockopt(zmq.RCVHWM, 1)
        dealer.connect()
        before = resident(daemon)
        header = json.dumps({"v": 1, "return": ["redacted", "sanitized", "isolated"]}).encode()
        text = b"plain words and no more " * 10000
        sent = 0
        while sent < 400:
            sent += 1
            dealer.socket.send_multipart([header, text])
        until(lambda: daemon.status()["requests"]["received"] == sent)
        until(lambda: daemon.status()["queued"] == 0)
        status = daemon.status()["requests"]
        self.assertGreater(status["overloaded"], 200)
        if not SANITIZED:
            self.assertLess(resident(daemon) - before, 128 << 10)
        other = Client(daemon.endpoint).connect()
        self.assertEqual(other.ask("hello")[0]["verdict"], "allow")
        other.close()
        dealer.close()
        daemon.close()

    def test_memory_goes_back_after_a_burst(self):
        if SANITIZED:
            self.skipTest("a sanitizer keeps what is freed")
        daemon = Daemon(config="endpoints: ['ipc://HOME/f.sock']\n")
        client = Client(daemon.endpoint).connect()
        client.ask("hello")
        before = resident(daemon)
        for _ in range(3):
            client.ask("plain words and no more " * 1000000, **{"return": ["redacted", "isolated"]})
        until(lambda: resident(daemon) - before < 40 << 10)
        client.close()
        daemon.close()

    def test_who_waits_keeps_no_old_rules(self):
        if SANITIZED:
            self.skipTest("a sanitizer keeps what is freed")
        daemon = Daemon()
        clients = []
        before = resident(daemon)
        for round in range(8):
            clients.append(filterd.Client(daemon.path + ".shm", library=LIBRARY))
            clients[-1].ask({"v": 1}, ["hello"])
            daemon.reload()
        # A set of rules takes some 25 MiB; each of eight clients asked one that is replaced now.
        until(lambda: resident(daemon) - before < 100 << 10)
        for client in clients:
            client.close()
        daemon.close()


class Stopping(unittest.TestCase):
    def test_a_stop_answers_what_was_accepted(self):
        daemon = Daemon(config="endpoints: ['ipc://HOME/f.sock']\nworkers: 1\nstop_ms: 10min\ndeadline_ms: 0\n")
        dealer = Client(daemon.endpoint, zmq.DEALER).connect()
        for i in range(20):
            header = {"v": 1, "id": str(i), "return": ["findings"]}
            dealer.socket.send_multipart([json.dumps(header).encode(), b"lorem ipsum 12345 " * 10000])
        until(lambda: daemon.status()["requests"]["received"] == 20)
        daemon.process.send_signal(signal.SIGTERM)
        for _ in range(20):
            self.assertEqual(json.loads(dealer.socket.recv_multipart()[0])["status"], "ok")
        self.assertEqual(daemon.process.wait(PATIENCE), 0)
        self.assertFalse(os.path.exists(daemon.path))
        dealer.close()
        daemon.close()

    def test_a_stop_waits_for_no_scan(self):
        daemon = Daemon(config="endpoints: ['ipc://HOME/f.sock']\nworkers: 1\nstop_ms: 1\ndeadline_ms: 0\n")
        dealer = Client(daemon.endpoint, zmq.DEALER).connect()
        text = ("asha%d@example.in " * 1000000 % tuple(range(1000000))).encode()
        dealer.socket.send_multipart([b'{"v":1}', text])
        with filterd.Client(daemon.path + ".shm", library=LIBRARY, request_bytes=32 << 20) as shared:
            threading.Thread(target=lambda: self.assertRaises(filterd.Error, shared.ask, {"v": 1}, [text])).start()
            until(lambda: daemon.status()["requests"]["received"] == 1)
            daemon.process.send_signal(signal.SIGTERM)
            self.assertEqual(daemon.process.wait(PATIENCE), 0)
        self.assertIn("with work unfinished", daemon.log())
        self.assertEqual(dealer.socket.poll(0), 0)
        dealer.close()
        daemon.close()

    def test_systemd_is_told_of_start_and_stop(self):
        path = tempfile.mktemp(prefix="filterd-notify-")
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        receiver.bind(path)
        receiver.settimeout(PATIENCE)
        daemon = Daemon(env={"NOTIFY_SOCKET": path})
        self.assertEqual(receiver.recv(100), b"READY=1")
        daemon.stop()
        self.assertEqual(receiver.recv(100), b"STOPPING=1")
        receiver.close()
        os.unlink(path)
        daemon.close()
