#!/usr/bin/env python3
"""Times whole commands by the operating system's own accounting, in turn, so that a drift of the machine hits all.

usage: whole_process.py [--runs N] [--items COUNT] LABEL COMMAND [LABEL COMMAND ...]

Each COMMAND is one argument, split as a shell splits words; no shell runs. One warm-up of each is not counted; with
--runs 0 the warm-up is all. Prints CPU seconds (user + system), wall seconds and peak memory as medians, and the ratio
of CPU to the first command's; where COUNT items are worked on, also how many a CPU second.
"""
import os
import shlex
import statistics
import subprocess
import sys
import time


def run(command):
    start = time.monotonic()
    with open(os.devnull, "wb") as sink:
        process = subprocess.Popen(shlex.split(command), stdout=sink, stderr=subprocess.PIPE)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command}: exit status {process.returncode}\n{errors.decode(errors='replace')[-2000:]}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024


def main(arguments):
    runs, items = 5, 0
    while arguments[:1] in (["--runs"], ["--items"]):
        if arguments[0] == "--runs":
            runs = int(arguments[1])
        else:
            items = int(arguments[1])
        arguments = arguments[2:]
    if not arguments or len(arguments) % 2:
        sys.exit(__doc__)
    commands = list(zip(arguments[::2], arguments[1::2]))
    figures = {label: [] for label, _ in commands}
    for round_number in range(runs + 1):
        for label, command in commands:
            figure = run(command)
            if round_number > 0 or runs == 0:
                figures[label].append(figure)
    medians = {label: [statistics.median(column) for column in zip(*rows)] for label, rows in figures.items()}
    first = medians[commands[0][0]][0]
    print(f"{'':24} {'CPU s':>9} {'wall s':>9} {'peak MiB':>9} {'CPU ratio':>10} "
          f"{'items/CPU s' if items else '':>12}   median of {max(1, runs)}")
    for label, _ in commands:
        cpu, wall, peak = medians[label]
        ratio = f"{cpu / first:10.1f}" if first > 0 else "         –"
        print(f"{label:24} {cpu:9.3f} {wall:9.3f} {peak:9.1f} {ratio} {f'{items / cpu:12,.0f}' if items and cpu > 0 else ''}")


main(sys.argv[1:])
