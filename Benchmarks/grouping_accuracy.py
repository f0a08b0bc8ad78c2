#!/usr/bin/env python3
"""Grouping accuracy of `tocsin logs` on labelled logs, with drain3 at its defaults beside it where it is installed.

usage: grouping_accuracy.py TOCSIN FILE [FILE ...]

FILE is either CSV with the columns Content and EventId (as Loghub's *_structured.csv), or lines of `label<TAB>line`.
Grouping accuracy: the share of lines whose group holds exactly the lines that have the same label. One setting serves
all files. Columns: tocsin's command (whole file), drain3 as it streams.
"""
import collections
import csv
import os
import subprocess
import sys
import tempfile

try:
    from drain3 import TemplateMiner
    from drain3.template_miner_config import TemplateMinerConfig
except ImportError:
    TemplateMiner = None


def labelled(path):
    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        if path.endswith(".csv"):
            return [(row["EventId"], row["Content"].replace("\n", " ")) for row in csv.DictReader(file)]
        return [tuple(line.rstrip("\n").split("\t", 1)) for line in file if "\t" in line]


def accuracy(labels, groups):
    by_label, by_group = collections.defaultdict(set), collections.defaultdict(set)
    for index, (label, group) in enumerate(zip(labels, groups)):
        by_label[label].add(index)
        by_group[group].add(index)
    right = sum(len(lines) for lines in by_group.values() if by_label[labels[next(iter(lines))]] == lines)
    return right / len(labels)


def tocsin_groups(program, lines):
    with tempfile.NamedTemporaryFile("w", suffix=".log", delete=False, encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
    try:
        output = subprocess.run(
            [program, "logs", file.name, "--format", "csv"], check=True, capture_output=True, text=True).stdout
    finally:
        os.unlink(file.name)
    rows = list(csv.DictReader(output.splitlines()))
    if len(rows) != len(lines):
        sys.exit(f"{len(lines)} lines went in and {len(rows)} came back")
    return [row["template_id"] for row in rows]


def drain_groups(lines):
    config = TemplateMinerConfig()
    config.profiling_enabled = False
    miner = TemplateMiner(config=config)
    return [miner.add_log_message(line)["cluster_id"] for line in lines]


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    program, files = arguments[0], arguments[1:]
    sums = collections.Counter()
    print(f"{'':36} {'lines':>6} {'labels':>6} {'tocsin':>7} {'drain3':>7}")
    for path in files:
        rows = labelled(path)
        labels, lines = [label for label, _ in rows], [line for _, line in rows]
        ours = accuracy(labels, tocsin_groups(program, lines))
        theirs = accuracy(labels, drain_groups(lines)) if TemplateMiner else None
        sums["tocsin"] += ours
        sums["drain3"] += theirs or 0
        shown = f"{theirs:7.3f}" if theirs is not None else "      –"
        print(f"{os.path.basename(path):36} {len(lines):6} {len(set(labels)):6} {ours:7.3f} {shown}")
    mean = f"{sums['drain3'] / len(files):7.3f}" if TemplateMiner else "      –"
    print(f"{'mean':36} {'':6} {'':6} {sums['tocsin'] / len(files):7.3f} {mean}")


main(sys.argv[1:])
