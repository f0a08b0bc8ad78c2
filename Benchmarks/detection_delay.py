#!/usr/bin/env python3
"""How soon, and how rightly, `tocsin detect` notices incidents while series arrive, on simulated cases.

usage: Benchmarks/detection_delay.py [SEED ...]        (default: 20261 555)

Each case is fed point by point. Printed are the share of faults that are noticed before the recording ends, the delay
from the true begin to the alarm and the error of the date that the alarm gives, the share of first movers that are the
cause, and false alarms: those on fault-free cases, and those before a fault began.
"""
import csv, io, pathlib, re, subprocess, sys, tempfile
from datetime import datetime

TOP = pathlib.Path(__file__).resolve().parent.parent
TOCSIN = TOP / ".build/release/tocsin"


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def field(text, name):
    found = re.search(rf"^{name}:\s*\"?([^\"\n]+)\"?\s*$", text, re.MULTILINE)
    return found.group(1).strip() if found else None


def quantiles(values):
    ordered = sorted(values)
    pick = lambda share: ordered[min(int(len(ordered) * share), len(ordered) - 1)]
    return f"{pick(.1):6.0f} {pick(.5):6.0f} {pick(.9):6.0f}" if ordered else "     –      –      –"


def same(component, truth):
    accepted = {truth["component"], truth["service"]} - {None}
    return component in accepted or re.sub(r"-\d+$", "", component) in accepted


def measure(folder):
    output = subprocess.run([TOCSIN, "detect", folder, "--format", "csv"], check=True, capture_output=True, text=True).stdout
    found = {}
    for row in csv.DictReader(io.StringIO(output)):
        found.setdefault(row["case"], []).extend([row] if row["detected"] else [])
    delays, errors, right, missed, early, false_alarms, healthy, faults = [], [], 0, [], 0, [], 0, 0
    hours = 0.0
    for case, onsets in sorted(found.items()):
        text = (pathlib.Path(folder) / case / "truth.yaml").read_text()
        if field(text, "healthy") == "true":
            healthy += 1
            false_alarms += [case] if onsets else []
            continue
        faults += 1
        began = moment(field(text, "startedAt"))
        truth = {"component": field(text, "component"), "service": field(text, "service")}
        # An alarm is dated to the cell, and a cell that holds the begin starts before it.
        before = [o for o in onsets if moment(o["detected"]) < began]
        after = [o for o in onsets if moment(o["detected"]) >= began]
        early += len(before)
        if not after:
            missed.append((field(text, "fault"), case))
            continue
        delays.append(moment(after[0]["detected"]) - began)
        errors.append(moment(after[0]["since"]) - began)
        right += same(after[0]["component"], truth)
    print(f"  noticed            {len(delays)} of {faults} faults")
    print(f"  delay, seconds     {quantiles(delays)}   (10 %, 50 %, 90 %)")
    print(f"  error of the date  {quantiles(errors)}")
    print(f"  cause moved first  {right} of {len(delays)}")
    print(f"  false alarms       {len(false_alarms)} in {healthy} fault-free cases, {early} before a fault")
    print(f"  not noticed        {', '.join(f'{kind}' for kind, _ in sorted(missed)) or '–'}")


for seed in sys.argv[1:] or ["20261", "555"]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [TOCSIN, "dataset", "simulate", "--to", folder, "--seed", seed, "--cases", "100", "--healthy", "100",
             "--systems", "4", "--quiet"], check=True)
        print(f"seed {seed}")
        measure(folder)
