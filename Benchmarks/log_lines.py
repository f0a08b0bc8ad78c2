#!/usr/bin/env python3
"""Writes a log of about 200 bytes a line, the same on every machine: 40 statements with numbers, names and addresses.

usage: log_lines.py COUNT > FILE
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


for number in range(int(sys.argv[1])):
    print(line(number))
