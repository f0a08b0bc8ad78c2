#!/usr/bin/env python3
"""Whether `tocsin detect --alarms-per-day` keeps its budget on series without any fault, and still sees faults.

usage: alarm_budget.py [--alarms-per-day BUDGET] [--seeds COUNT] [--tocsin PROGRAM]

Six generators of healthy one-minute series of 14 days: Gaussian noise, a daily wave, a drifting level (AR(1)), counts,
bursts over a daily wave, and a power law without a variance (Pareto 1.5), which is the worst case. For each: alarms a
series-day after the day of learning, as a multiple of the budget. Then each series once more with one fault in its last
third: how many of them are seen within three hours.
"""
import argparse
import csv
import io
import math
import pathlib
import random
import statistics
import subprocess
import tempfile

MINUTES, DAY, FAULT_MINUTES = 14 * 1440, 1440, 180


def wave(minute, parts=1):
    return math.sin(2 * math.pi * parts * minute / DAY)


def poisson(chance, mean):
    # The sum of exponential waiting times, a few at a time: exact, and fast enough for means below 100.
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count, product = count + 1, product * chance.random()
    return count


def drifting(chance):
    level, values = 0.0, []
    for _ in range(MINUTES):
        level = 0.95 * level + chance.gauss(0, 1)
        values.append(20 + level)
    return values


def bursts(chance):
    return [math.exp(3 + 0.4 * wave(minute) + 0.3 * chance.gauss(0, 1)) * (3 if minute % 60 < 2 else 1)
            for minute in range(MINUTES)]


HEALTHY = {
    "noise": lambda chance: [chance.gauss(50, 5) for _ in range(MINUTES)],
    "daily wave": lambda chance: [100 + 30 * wave(minute) + 10 * wave(minute + 200, 2) + chance.gauss(0, 4)
                                  for minute in range(MINUTES)],
    "drift": drifting,
    "counts": lambda chance: [float(poisson(chance, 20 * (1.3 + wave(minute)))) for minute in range(MINUTES)],
    "bursts": bursts,
    "power law": lambda chance: [chance.paretovariate(1.5) for _ in range(MINUTES)],
}


def smooth(values, minute, width=12):
    part = values[max(0, minute - width):minute + width + 1]
    return sum(part) / len(part)


def faults(values, start, spread):
    """One fault each, as new values from `start` on."""
    part = values[start:start + FAULT_MINUTES]
    middle = [smooth(values, start + minute) for minute in range(len(part))]
    return {
        "step of 5 sd": [value + 5 * spread for value in part],
        "spike of 10 sd": [part[0] + 10 * spread],
        "zero for 30 min": [0.0] * 30,
        "noise times 3": [level + 3 * (value - level) for level, value in zip(middle, part)],
        "frozen": [part[0]] * len(part),
        "ramp to 5 sd": [value + 5 * spread * minute / len(part) for minute, value in enumerate(part)],
    }


def alarms(program, values, budget):
    """Minutes at which the score reached one half."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("timestamp,value\n")
        file.writelines(f"{1_700_000_000 + 60 * minute},{value!r}\n" for minute, value in enumerate(values))
        file.flush()
        command = [program, "detect", file.name, "--format", "csv", "--alarms-per-day", str(budget)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [minute for minute, row in enumerate(csv.DictReader(io.StringIO(output)))
            if float(row["anomaly_score"]) >= 0.5]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alarms-per-day", type=float, default=1 / 7)
    parser.add_argument("--seeds", type=int, default=5)
    default = pathlib.Path(__file__).resolve().parents[1] / ".build/release/tocsin"
    parser.add_argument("--tocsin", default=str(default))
    options = parser.parse_args()
    budget, days = options.alarms_per_day, options.seeds * (MINUTES / DAY - 1)
    print(f"budget {budget:.3g} alarms a day, {options.seeds} series each of 14 days at one minute")
    rates, seen = [], {}
    for place, (name, make) in enumerate(HEALTHY.items()):
        found = 0
        for seed in range(options.seeds):
            chance = random.Random(1000 * place + seed)
            values = make(chance)
            found += len(alarms(options.tocsin, values, budget))
            start = MINUTES * 2 // 3 + chance.randrange(DAY)
            spread = statistics.pstdev(values[:start])
            for fault, changed in faults(values, start, spread).items():
                bad = values[:start] + changed + values[start + len(changed):start + FAULT_MINUTES]
                seen.setdefault(fault, []).append(any(minute >= start for minute in alarms(options.tocsin, bad, budget)))
        rates.append(found / days)
        print(f"{name:16} {found / days / budget:6.2f} times the budget ({found} alarms in {days:.0f} days)")
    print(f"{'all':16} {statistics.mean(rates) / budget:6.2f} times the budget")
    for fault, hits in seen.items():
        print(f"{fault:16} {sum(hits):3} of {len(hits)} seen within {FAULT_MINUTES} minutes")


main()
