"""A small service for tests: it needs other services, has releases, and shows its metrics as Prometheus reads them.

service.py NAME PORT FOLDER [PEER=redis:PORT | PEER=postgres:PORT | PEER=http:PORT |
                             PEER=file:FOLDER ...] [load=N]

Each request to / asks every peer and answers 200, or 500 where one of them failed. FOLDER/current names the release; one
whose `behaviour` says `fails` takes long and then fails, for a part of its requests, and one that `breaks` fails them at
once. With load=N it asks itself N times a second.
"""
import http.client as web
import os
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME, PORT, FOLDER = sys.argv[1], int(sys.argv[2]), sys.argv[3]
PEERS = [word.split("=", 1) for word in sys.argv[4:] if not word.startswith("load=")]
LOAD = sum(int(word[5:]) for word in sys.argv[4:] if word.startswith("load="))
BOUNDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]
TIMEOUT = 0.5
lock = threading.Lock()
counters, histograms = {}, {}


def count(name, labels, number=1):
    with lock:
        counters[name, labels] = counters.get((name, labels), 0) + number


def observe(name, labels, seconds):
    with lock:
        entry = histograms.setdefault((name, labels), [[0] * len(BOUNDS), 0, 0.0])
        entry[1] += 1
        entry[2] += seconds
        for place, bound in enumerate(BOUNDS):
            if seconds <= bound:
                entry[0][place] += 1


def metrics():
    lines = [f"process_cpu_seconds_total {time.process_time()}"]
    with lock:
        for (name, labels), value in sorted(counters.items()):
            lines.append(f"{name}{{{labels}}} {int(value)}")
        for (name, labels), (places, number, total) in sorted(histograms.items()):
            comma = "," if labels else ""
            for bound, value in zip(BOUNDS, places):
                lines.append(f'{name}_bucket{{{labels}{comma}le="{bound}"}} {value}')
            lines.append(f'{name}_bucket{{{labels}{comma}le="+Inf"}} {number}')
            lines.append(f"{name}_sum{{{labels}}} {total}")
            lines.append(f"{name}_count{{{labels}}} {number}")
    return "\n".join(lines) + "\n"


def redis(port):
    command = [b"SET", b"cart-%d" % time.monotonic_ns(), b"x" * 4096]
    with socket.create_connection(("127.0.0.1", int(port)), TIMEOUT) as connection:
        wire = b"*3\r\n" + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in command)
        connection.sendall(wire)
        answer = connection.recv(200)
    if not answer.startswith(b"+OK"):
        raise OSError(answer.decode().strip())


def postgres(port):
    def message(kind, body):
        return kind + struct.pack("!i", len(body) + 4) + body

    with socket.create_connection(("127.0.0.1", int(port)), TIMEOUT) as connection:
        stream = connection.makefile("rb")
        options = b"options\0-c statement_timeout=400\0"
        words = b"user\0postgres\0database\0postgres\0" + options + b"\0"
        connection.sendall(message(b"", struct.pack("!i", 196608) + words))
        isAsked = False
        while True:
            kind, size = struct.unpack("!ci", stream.read(5))
            body = stream.read(size - 4)
            if kind == b"E":
                raise OSError(body.decode(errors="replace"))
            if kind == b"Z":
                if isAsked:
                    return
                isAsked = True
                connection.sendall(message(b"Q", b"update carts set count = count + 1\0"))


def http(port):
    connection = http_connection(port)
    connection.request("GET", "/")
    status = connection.getresponse().status
    connection.close()
    if status >= 500:
        raise OSError(f"status {status}")


def http_connection(port):
    return web.HTTPConnection("127.0.0.1", int(port), timeout=TIMEOUT)


def file(folder):
    with open(f"{folder}/{NAME}.log", "ab") as target:
        target.write(b"x" * 4096)


ASKING = {"redis": redis, "postgres": postgres, "http": http, "file": file}
with open(f"{FOLDER}/current/behaviour", encoding="utf-8") as release:
    BEHAVIOUR = release.read().strip()


def serve():
    if BEHAVIOUR != "works" and time.monotonic_ns() // 1000 % 10 < 6:
        time.sleep(0.25 if BEHAVIOUR == "fails" else 0)
        return 500
    for peer, target in PEERS:
        kind, place = target.split(":", 1)
        began = time.monotonic()
        try:
            ASKING[kind](place)
            isFine = True
        except (OSError, struct.error) as error:
            print(f"{peer}: {error}", file=sys.stderr, flush=True)
            isFine = False
        # A disk is no peer that could be called.
        if kind != "file":
            observe("peer_request_duration_seconds", f'peer="{peer}"', time.monotonic() - began)
            count("peer_errors_total", f'peer="{peer}"', not isFine)
        if not isFine:
            return 500
    return 200


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/metrics":
            status, text = 200, metrics()
        else:
            began = time.monotonic()
            status, text = serve(), "answered\n"
            count("http_server_errors_total", "", status >= 500)
            observe("http_server_request_duration_seconds", f'http_response_status_code="{status}"', time.monotonic() - began)
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *words):
        pass


def load():
    while True:
        time.sleep(1 / LOAD)
        threading.Thread(target=ask, daemon=True).start()


def ask():
    try:
        connection = http_connection(PORT)
        connection.request("GET", "/")
        connection.getresponse().read()
        connection.close()
    except OSError:
        pass


def bound():
    end = time.monotonic() + 10
    while True:
        try:
            return ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
        except OSError:
            # The one before it has not ended yet.
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


server = bound()
if LOAD:
    threading.Thread(target=load, daemon=True).start()
server.serve_forever()
