"""The scorecards of Benchmarks/accuracy.sh as tables: accuracy.md, and ablations.md where there are any.

usage: accuracy_tables.py WORK RESULTS

WORK holds a folder for each replay with its scorecard.json, and without-<part>.json for each part that was left out.
Intervals are 95 % percentile bootstrap intervals over cases, 2,000 resamples with a fixed seed; those of a difference
resample pairs, since both answers are to the same case.
"""
import json
import pathlib
import random
import sys

work, results = map(pathlib.Path, sys.argv[1:3])
RESAMPLES = 2000


def load(path):
    return json.loads(path.read_text())


def hits(card, within):
    """1 or 0 for each case by name; a case that failed counts as a miss."""
    found = {r["case"]: int(r["rank"] is not None and r["rank"] <= within) for r in card["results"]}
    found.update({f["case"]: 0 for f in card["failures"]})
    return found


def interval(values):
    if len(values) < 2 or len(set(values)) == 1:
        return (values[0], values[0]) if values else (0, 0)
    rng = random.Random(20260301)
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    return means[RESAMPLES * 25 // 1000], means[RESAMPLES * 975 // 1000 - 1]


def percent(share):
    return f"{100 * share:.0f}"


def with_interval(values):
    low, high = interval(values)
    return f"{percent(sum(values) / max(len(values), 1))} ({percent(low)}–{percent(high)})"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "|".join(["---"] + ["---:"] * (len(header) - 1)) + "|"]
    return lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]


def accuracy(cards):
    rows = []
    for name, card in cards.items():
        base = card["baselines"]
        rows.append(
            [name, card["cases"], with_interval(list(hits(card, 1).values())), with_interval(list(hits(card, 3).values()))]
            + [f"{percent(base[b]['top1'])} / {percent(base[b]['top3'])}" for b in ("constant", "random", "maxDeviation")]
            + [percent(card["faultAccuracy"]) if card["faultCases"] else "–",
               f"{card['healthy']['falseAlarms']} of {card['healthy']['cases']}" if card["healthy"]["cases"] else "–",
               card["abstained"], f"{card['calibration']['ece']:.3f}", card["wrongAndConfident"]])
    lines = ["# Accuracy", "",
             "Percent of the cases, with 95 % bootstrap intervals. Beside them top-1 / top-3 of answers that need no "
             "understanding. *ECE* is the expected calibration error of the first answers; *sure, wrong* are wrong first "
             "answers at 80 % confidence or more.", ""]
    return lines + table(
        ["replay", "cases", "top-1", "top-3", "always the same", "by chance", "largest deviation", "fault kind",
         "false alarms", "abstained", "ECE", "sure, wrong"], rows)


def change(whole, part, within):
    """The difference over the same cases, as text, and whether anything changed."""
    before, after = hits(whole, within), hits(part, within)
    names = sorted(before)
    differences = [after.get(name, 0) - before[name] for name in names]
    low, high = interval(differences)
    mean = sum(differences) / max(len(differences), 1)
    text = f"{100 * mean:+.0f} ({100 * low:+.0f}…{100 * high:+.0f})" if any(differences) else "·"
    return f"{percent(sum(after.get(name, 0) for name in names) / max(len(names), 1))}", text


def ablations(cards):
    lines = ["# What each part is worth", "",
             "Every row leaves one part out (`tocsin replay --without`). Percent of the cases, and the change with its 95 % "
             "bootstrap interval over pairs; `·` where no case changed.", ""]
    changed = {}
    for name, card in cards.items():
        parts = sorted((work / name).glob("without-*.json"))
        if not parts:
            continue
        rows = [["nothing", percent(sum(hits(card, 1).values()) / card["cases"]), "", percent(sum(hits(card, 3).values()) / card["cases"]), ""]]
        for path in parts:
            part = path.stem.removeprefix("without-")
            first, third = change(card, load(path), 1), change(card, load(path), 3)
            rows.append([part, *first, *third])
            changed.setdefault(part, []).extend([name] if first[1] != "·" or third[1] != "·" else [])
        lines += [f"## {name}", ""] + table(["without", "top-1", "change", "top-3", "change"], rows) + [""]
    idle = sorted(part for part, names in changed.items() if not names)
    if changed:
        lines += ["No case of any set changes its first three answers without: " + (", ".join(idle) or "–") + "."]
    return lines if changed else None


cards = {path.parent.name: load(path) for path in sorted(work.glob("*/scorecard.json"))}
(results / "accuracy.md").write_text("\n".join(accuracy(cards)) + "\n")
text = ablations(cards)
if text:
    (results / "ablations.md").write_text("\n".join(text) + "\n")
