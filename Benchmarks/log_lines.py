#!/usr/bin/env python3
"""Writes a log, the same on every machine.

usage: log_lines.py COUNT [junk|labelled] > FILE

About 200 bytes a line of 40 statements with numbers, names and addresses; or junk, lines of random words of which no
two are alike; or 30 statements of other kinds as `label<TAB>line`, with nested values, lists and messages of varied
length, for grouping_accuracy.py.
"""
import random
import sys

chance = random.Random(1)
services = ["checkout", "cart", "catalog", "currency", "shipping", "payment", "email", "ads"]
verbs = ["accepted", "finished", "retried", "rejected", "queued"]
users = ["user" + "".join(chance.choice("abcdefghijklmnop") for _ in range(6)) for _ in range(5000)]


def line(number):
    service = services[number % 8]
    verb = verbs[number // 8 % 5]
    hour, minute, second = number // 3_600_000 % 24, number // 60_000 % 60, number // 1000 % 60
    moment = f"2026-03-01T{hour:02}:{minute:02}:{second:02}.{number % 1000:03}Z"
    request = f"{chance.getrandbits(128):032x}"
    address = f"10.{chance.randrange(256)}.{chance.randrange(256)}.7:{chance.randrange(65536)}"
    return (
        f"{moment} INFO [worker-{chance.randrange(64)}] org.example.{service}.Handler: request {request} {verb} for "
        f"{chance.choice(users)} from {address}, took {chance.randrange(900)} ms, {chance.randrange(10**6)} bytes, "
        f"path=/api/{service}/{chance.randrange(10**5)}"
    )


def word(length):
    return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(length))


def junk(pool):
    return " ".join(chance.choices(pool, k=chance.randrange(8, 40)))[:200]


def number(limit=10000):
    return chance.randrange(limit)


def address():
    return f"10.{number(256)}.{number(256)}.{number(256)}:{number(65536)}"


def path():
    return "/" + "/".join(word(chance.randrange(3, 8)) for _ in range(chance.randrange(2, 6)))


def several(value, most=5):
    return ", ".join(value() for _ in range(chance.randrange(1, most)))


def record(keys):
    return "{" + ", ".join(f"{key}={chance.choice([word(5), str(number()), address()])}" for key in keys) + "}"


STATEMENTS = [
    lambda: f"Accepted connection from {address()}",
    lambda: f"Closed connection from {address()} after {number()} ms",
    lambda: f"Refused connection from {address()}: too many open files",
    lambda: f"User {chance.choice(users)} logged in from {address()}",
    lambda: f"User {chance.choice(users)} logged out",
    lambda: f"Session {number()} of user {chance.choice(users)} expired",
    lambda: f"Reading {path()} ({number()} bytes)",
    lambda: f"Writing {path()} ({number()} bytes)",
    lambda: f"Cannot read {path()}: no such file or directory",
    lambda: f"Cannot read {path()}: permission denied",
    lambda: f"Order {number()} placed: Order{record(['id', 'customer', 'station'])}",
    lambda: f"Order {number()} cancelled: Order{record(['id', 'customer', 'station'])}",
    lambda: f"Got response Response(status={number(5)}, data={record(['id', 'name'])})",
    lambda: f"Workers [{several(lambda: f'worker-{number(64)}')}] are idle",
    lambda: f"Workers [{several(lambda: f'worker-{number(64)}')}] are busy",
    lambda: f"Replicas of block blk_{number(10**9)}: {several(address)}",
    lambda: f"Deleting block blk_{number(10**9)} file {path()}",
    lambda: f"took {number()} ms to commit transaction {chance.getrandbits(64):016x}",
    lambda: f"took {number()} ms to roll back transaction {chance.getrandbits(64):016x}",
    lambda: f"heap usage {number(100)}% of {number(64)} GB",
    lambda: f"garbage collection paused for {number()} ms, heap usage {number(100)}%",
    lambda: f"retry {number(9)} of {number(9)} for {path()} in {number()} ms",
    lambda: f"leader of partition {number(64)} is node-{number(9)}",
    lambda: f"partition {number(64)} has no leader",
    lambda: f"config reloaded, {number(99)} keys changed",
    lambda: "config reload failed, keeping the old one",
    lambda: f"GET {path()} HTTP/1.1 {chance.choice([200, 304, 404, 500])} {number(10**6)}",
    lambda: f"POST {path()} HTTP/1.1 {chance.choice([201, 400, 500])} {number(10**6)}",
    lambda: f"certificate of {word(6)}.example.org expires in {number(90)} days",
    lambda: f"clock is off by {number()} us against {word(4)}.pool.example.org",
]


def labelled():
    # Statements differ in how often they come, as real ones do.
    place = min(int(chance.paretovariate(0.7)) - 1, len(STATEMENTS) - 1)
    return f"S{place}\t{STATEMENTS[place]()}"


def main(count, kind="statements"):
    if kind == "junk":
        pool = [word(chance.randrange(3, 10)) for _ in range(200_000)]
        for _ in range(count):
            print(junk(pool))
    else:
        for position in range(count):
            print(labelled() if kind == "labelled" else line(position))


main(int(sys.argv[1]), *sys.argv[2:])
