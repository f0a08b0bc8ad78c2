#!/usr/bin/env python3
"""Scores `tocsin detect` on the Numenta Anomaly Benchmark with NAB's scoring function and protocol.

usage: nab.py NAB_FOLDER [--alarms-per-day BUDGET] [--tocsin PROGRAM]

NAB_FOLDER holds data/<folder>/<file>.csv and labels/combined_windows.json. Each file is one causal pass; there are no
per-file parameters. Prints, per profile, the score at the best common threshold (NAB's protocol), and the score when
each folder's threshold is taken from the other folders; both for the plain score, and for the score against a budget of
false alarms, which also has a threshold that no label had a part in: the budget itself, one a week unless it is given.
100 is a perfect detector, 0 one that never alarms.
Scoring: A. Lavin and S. Ahmad, "Evaluating Real-time Anomaly Detection Algorithms", 2015.
"""
import argparse
import csv
import io
import json
import math
import pathlib
import subprocess

PROFILES = {"standard": (1.0, 0.11, 1.0), "reward low FP": (1.0, 0.22, 1.0), "reward low FN": (1.0, 0.11, 2.0)}


def scaled_sigmoid(position):
    return -1.0 if position > 3 else 2 / (1 + math.exp(5 * position)) - 1


def read(program, path, options):
    command = [program, "detect", str(path), "--format", "csv", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    return [row["timestamp"] for row in rows], [float(row["anomaly_score"]) for row in rows]


def row_scores(times, windows, profile):
    """What an alarm at each row would add: (window name or None, value), and nothing during probation."""
    tp_weight, fp_weight, _ = profile
    probation = min(int(0.15 * len(times)), int(0.15 * 5000))
    position = {time: index for index, time in enumerate(times)}
    spans = [(position[start[:19]], position[end[:19]]) for start, end in windows]
    result, previous, current = [], None, None
    for row in range(len(times)):
        if current is None:
            current = next((number for number, span in enumerate(spans) if span[0] == row), None)
        if current is not None:
            start, end = spans[current]
            value = scaled_sigmoid(-(end - row + 1) / (end - start + 1)) * tp_weight / scaled_sigmoid(-1.0)
            name = current
        else:
            past = -1.0 if previous is None else scaled_sigmoid((row - previous[1]) / max(1, previous[1] - previous[0]))
            value, name = past * fp_weight, None
        if row >= probation:
            result.append((row, name, value))
        if current is not None and spans[current][1] == row:
            previous, current = spans[current], None
    return result, len(spans)


def sweep(files, profile):
    """Every (threshold, total score), from high thresholds to low ones."""
    miss = profile[2]
    points, best, total = [], {}, 0.0
    for name, (scores, rows, window_count) in files.items():
        total -= miss * window_count
        points += [(scores[row], name, window, value) for row, window, value in rows]
    points.sort(key=lambda point: -point[0])
    curve = [(2.0, total)]
    for index, (score, name, window, value) in enumerate(points):
        if window is None:
            total += value
        else:
            old = best.get((name, window), -miss)
            best[(name, window)] = max(old, value)
            total += best[(name, window)] - old
        if index + 1 == len(points) or points[index + 1][0] != score:
            curve.append((score, total))
    return curve


def normalised(total, files, profile):
    count = sum(window_count for _, _, window_count in files.values())
    return 100 * (total + profile[2] * count) / (count * (profile[0] + profile[2])) if count else 0.0


def at(curve, threshold):
    return next((total for score, total in reversed(curve) if score >= threshold), curve[0][1])


def report(detected, budget):
    for label, profile in PROFILES.items():
        files = {}
        for name, (times, scores, windows) in detected.items():
            rows, count = row_scores(times, windows, profile)
            files[name] = (scores, rows, count)
        curve = sweep(files, profile)
        threshold, total = max(curve, key=lambda point: point[1])
        print(f"{label:14} {normalised(total, files, profile):6.1f}  at the common threshold {threshold:.4f}")
        carried_total, parts = 0.0, []
        for folder in sorted({name.split("/")[0] for name in files}):
            own = {name: file for name, file in files.items() if name.startswith(folder + "/")}
            others = {name: file for name, file in files.items() if name not in own}
            carried = max(sweep(others, profile), key=lambda point: point[1])[0]
            total = at(sweep(own, profile), carried)
            carried_total += total
            if any(count for _, _, count in own.values()):
                parts.append(f"{folder} {normalised(total, own, profile):.1f}")
        print(f"{'':14} {normalised(carried_total, files, profile):6.1f}  with each folder's threshold from the others: "
              + ", ".join(parts))
        if budget:
            print(f"{'':14} {normalised(at(curve, 0.5), files, profile):6.1f}  within the budget, without any label")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--alarms-per-day", type=float, default=1 / 7)
    default = pathlib.Path(__file__).resolve().parents[1] / ".build/release/tocsin"
    parser.add_argument("--tocsin", default=str(default))
    options = parser.parse_args()
    labels = json.loads((options.folder / "labels/combined_windows.json").read_text())
    budget = ["--alarms-per-day", str(options.alarms_per_day)]
    for heading, arguments in [("Score in nats", []), (f"Budget of {options.alarms_per_day:.3g} a day", budget)]:
        detected = {}
        for path in sorted((options.folder / "data").glob("*/*.csv")):
            name = f"{path.parent.name}/{path.name}"
            detected[name] = (*read(options.tocsin, path, arguments), labels.get(name, []))
        print(f"{heading}: {len(detected)} files, {sum(len(file[2]) for file in detected.values())} windows")
        report(detected, bool(arguments))


main()
