# SPDX-License-Identifier: Apache-2.0
"""Talk to filterd through shared memory, with nothing but ctypes and libfilter-client.

    import filterd
    with filterd.Client("/run/filterd/filterd.sock.shm") as client:
        header, texts = client.ask({"v": 1}, ["my mail is a.b@example.org"])
        print(header["verdict"], texts[header["segments"][0]["redacted"]])

With "ipc://…" or "tcp://…" instead of a path the same goes over ZeroMQ, one request at a time. Headers are
dictionaries, as PROTOCOL.md describes them. Texts are str (or UTF-8 bytes) on the way in and bytes on the way out. Many
requests may be in flight: submit() and next(). In an event loop, watch fileno(), and call arm() before going to sleep.
A client belongs to one thread at a time.
"""
import ctypes
import ctypes.util
import json
import os

OK, AGAIN, TIMEOUT, GONE, TOO_LARGE, REJECTED, UNREACHABLE, ARGUMENT, MEMORY, INVALID = range(10)


JSON_FORM = 1
VERDICTS = ("allow", "flag", "redact", "block")


class Error(Exception):
    """`status` is one of the numbers above. After INVALID, close the client and open another one."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


class _Ref(ctypes.Structure):
    _fields_ = [("offset", ctypes.c_uint32), ("size", ctypes.c_uint32)]


class _ReplyHead(ctypes.Structure):  # the beginning of filter_message_reply
    _fields_ = [("version", ctypes.c_uint32), ("form", ctypes.c_uint32), ("size", ctypes.c_uint32),
                ("status", ctypes.c_uint32), ("json", _Ref), ("texts", _Ref)]


class _Options(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("socket", ctypes.c_char_p), ("slots", ctypes.c_uint32),
                ("request_bytes", ctypes.c_uint32), ("reply_bytes", ctypes.c_uint32), ("timeout_ms", ctypes.c_int)]


class _Text(ctypes.Structure):
    _fields_ = [("text", ctypes.c_char_p), ("size", ctypes.c_size_t), ("role", ctypes.c_uint32)]


class _Request(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("json", ctypes.c_char_p), ("texts", ctypes.POINTER(_Text)),
                ("text_count", ctypes.c_size_t)]


class _Reply(ctypes.Structure):
    _fields_ = [("tag", ctypes.c_uint64), ("message", ctypes.c_void_p), ("size", ctypes.c_size_t),
                ("offset", ctypes.c_uint32)]


def _load(path):
    path = path or os.environ.get("FILTER_CLIENT_LIBRARY") or ctypes.util.find_library("filter-client")
    path = path or "libfilter-client.so.0"
    library = ctypes.CDLL(path, use_errno=True)
    library.filter_client_open.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(_Options), ctypes.c_char_p]
    library.filter_client_submit.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Request), ctypes.c_uint64]
    library.filter_client_next.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Reply), ctypes.c_int]
    library.filter_client_status_text.argtypes = [ctypes.c_int]
    library.filter_client_status_text.restype = ctypes.c_char_p
    for name in ("close", "release", "event_fd", "arm"):
        getattr(library, "filter_client_" + name).argtypes = [ctypes.c_void_p]
    library.filter_client_arm.restype = ctypes.c_bool
    library.filter_client_close.restype = library.filter_client_release.restype = None
    return library


def _check_header(header, texts):
    """An answer is an error, or has a verdict; those to `ping` and `info` come without texts and have none."""
    if not isinstance(header, dict) or header.get("status") not in ("ok", "error"):
        raise Error(INVALID, "what came is no answer: its status is neither 'ok' nor 'error'")
    has_verdict = header.get("verdict") in VERDICTS
    if header["status"] == "ok" and not has_verdict and ("verdict" in header or "segments" in header or texts):
        raise Error(INVALID, "what came is no answer: it has none of the four verdicts")


class Client:
    def __init__(self, socket=None, *, slots=0, request_bytes=0, reply_bytes=0, timeout_ms=10000, library=None):
        """Connects. Raises Error with the reason when the daemon rejects this client."""
        self._handle = ctypes.c_void_p()
        self._library = _load(library)
        self._timeout_ms = timeout_ms
        why = ctypes.create_string_buffer(256)
        options = _Options(ctypes.sizeof(_Options), os.fsencode(socket) if socket else None, slots, request_bytes,
                           reply_bytes, timeout_ms)
        status = self._library.filter_client_open(ctypes.byref(self._handle), ctypes.byref(options), why)
        if status:
            raise Error(status, why.value.decode(errors="replace"))

    def close(self):
        self._library.filter_client_close(self._handle)
        self._handle = ctypes.c_void_p()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _check(self, status):
        if status:
            raise Error(status, self._library.filter_client_status_text(status).decode())

    def submit(self, header, texts=(), tag=0):
        """Hands a request over without waiting. Raises Error with status AGAIN when there is no room: take replies."""
        raw = [t.encode() if isinstance(t, str) else bytes(t) for t in texts]
        array = (_Text * max(len(raw), 1))(*[_Text(t, len(t), 0) for t in raw])
        request = _Request(ctypes.sizeof(_Request), json.dumps(header).encode(), array, len(raw))
        self._check(self._library.filter_client_submit(self._handle, ctypes.byref(request), tag))

    def next(self, timeout_ms=-1):
        """The next reply as (header, texts, tag); copied, and given back to the daemon."""
        reply = _Reply()
        self._check(self._library.filter_client_next(self._handle, ctypes.byref(reply), timeout_ms))
        try:
            head = _ReplyHead.from_address(reply.message)
            if head.form != JSON_FORM:
                raise Error(MEMORY, "the daemon could not read the request: its memory may be out")
            refs = (_Ref * head.texts.size).from_address(reply.message + head.texts.offset) if head.texts.size else ()
            texts = [ctypes.string_at(reply.message + r.offset, r.size) for r in refs]
            header = json.loads(ctypes.string_at(reply.message + head.json.offset, head.json.size))
            _check_header(header, texts)
        finally:
            self._library.filter_client_release(self._handle)
        return header, texts, reply.tag

    def ask(self, header, texts=()):
        """One request, and its reply as (header, texts). Only when nothing else is in flight."""
        self.submit(header, texts)
        return self.next(self._timeout_ms if self._timeout_ms else -1)[:2]

    def fileno(self):
        return self._library.filter_client_event_fd(self._handle)

    def arm(self):
        """Before sleeping on fileno(): False when a reply is there already, or the daemon is gone."""
        return self._library.filter_client_arm(self._handle)
