#!/usr/bin/env python3
"""Runs Millrace and llama.cpp in turns on the same work and compares them.

    compare.py --model MODEL --llama q4_0=FILE.gguf --llama bf16=FILE.gguf --rounds 5 --json OUT.json

Each round runs every candidate once for each number of sequences, in an order that turns from round
to round, so that a machine that changes its speed changes it for all. Prints medians with their
ranges, and the ratio of each of Millrace's formats to the fastest llama.cpp format. Standard
library only.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUSY_LOAD = 0.5
FIGURES = ("total_tokens_per_second", "output_tokens_per_second")


class Millrace:
    """`millrace bench` with one weight format."""

    ours = True

    def __init__(self, arguments, dtype):
        self.arguments = arguments
        self.dtype = dtype
        self.name = f"millrace {dtype}"

    def run(self, sequences):
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder, "report.json")
            call(
                [
                    str(ROOT / "millrace"),
                    "bench",
                    *work(self.arguments, sequences),
                    "--model",
                    self.arguments.model,
                    "--dtype",
                    self.dtype,
                    "--report",
                    str(report),
                ]
            )
            return json.loads(report.read_text())


class LlamaCpp:
    """llama_cpp_bench.py with one file."""

    ours = False

    def __init__(self, arguments, name, file):
        self.arguments = arguments
        self.file = file
        self.name = f"llama.cpp {name}"

    def run(self, sequences):
        output = call(
            [
                self.arguments.python,
                str(HERE / "llama_cpp_bench.py"),
                self.file,
                *work(self.arguments, sequences),
                *self.arguments.llama_option,
            ]
        )
        return json.loads(output.splitlines()[-1])


def work(arguments, sequences):
    return [
        "--sequences",
        str(sequences),
        "--prompt-tokens",
        str(arguments.prompt_tokens),
        "--output-tokens",
        str(arguments.output_tokens),
        "--threads",
        str(arguments.threads),
    ]


def call(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nfailed with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def measure(candidates, sequences, rounds):
    runs = []
    for number in range(rounds):
        first = number % len(candidates)
        for count in sequences:
            for candidate in candidates[first:] + candidates[:first]:
                report = candidate.run(count)
                runs.append(
                    {
                        "round": number,
                        "candidate": candidate.name,
                        "sequences": count,
                        "report": report,
                    }
                )
                print(
                    f"round {number + 1}/{rounds}, {count} sequences, {candidate.name}: "
                    f"{report[FIGURES[0]]:.0f} tokens/s",
                    file=sys.stderr,
                )
    return runs


def summarise(runs, candidates, sequences):
    rows = []
    for count in sequences:
        for candidate in candidates:
            row = {"sequences": count, "candidate": candidate.name, "ours": candidate.ours}
            for figure in FIGURES:
                values = [
                    run["report"][figure]
                    for run in runs
                    if run["candidate"] == candidate.name and run["sequences"] == count
                ]
                row[figure] = statistics.median(values)
                row[figure + "_range"] = [min(values), max(values)]
            rows.append(row)
    for row in rows:
        peers = [
            other[FIGURES[0]]
            for other in rows
            if other["sequences"] == row["sequences"] and not other["ours"]
        ]
        row["ratio_to_best_peer"] = row[FIGURES[0]] / max(peers) if peers else None
    return rows


def table(rows):
    lines = [
        "| sequences | candidate | all tokens/s | range | written tokens/s | x best peer |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        low, high = row[FIGURES[0] + "_range"]
        ratio = row["ratio_to_best_peer"]
        lines.append(
            f"| {row['sequences']} | {row['candidate']} | {row[FIGURES[0]]:.0f} "
            f"| {low:.0f}-{high:.0f} | {row[FIGURES[1]]:.1f} "
            f"| {'' if ratio is None else f'{ratio:.2f}'} |"
        )
    return "\n".join(lines)


def machine():
    try:
        cpu = next(
            line.split(":", 1)[1].strip()
            for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        )
    except (OSError, StopIteration):
        cpu = platform.processor()
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "commit": commit,
        "date": datetime.date.today().isoformat(),
    }


def numbers(text):
    return [int(part) for part in text.split(",")]


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="as for millrace bench")
    parser.add_argument("--dtype", action="append", help="of Millrace; int8 and bf16 by default")
    parser.add_argument(
        "--llama",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="a GGUF file for llama.cpp and how to call it",
    )
    parser.add_argument(
        "--llama-option",
        action="append",
        default=[],
        metavar="OPTION",
        help="passed on to llama_cpp_bench.py, for example --llama-option=--kv=unified",
    )
    parser.add_argument("--python", default=sys.executable, help="with requirements.txt installed")
    parser.add_argument("--sequences", type=numbers, default=[1, 8, 32, 64], metavar="N,N")
    parser.add_argument("--prompt-tokens", type=int, default=128)
    parser.add_argument("--output-tokens", type=int, default=48)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path, help="where all runs and the summary go")
    arguments = parser.parse_args()
    for entry in arguments.llama:
        name, _, file = entry.partition("=")
        if not name or not pathlib.Path(file).is_file():
            parser.error(f"--llama: {entry} (expected: NAME=FILE, a file that exists)")
    return arguments


def main():
    arguments = parse()
    candidates = [Millrace(arguments, dtype) for dtype in arguments.dtype or ["int8", "bf16"]]
    candidates += [LlamaCpp(arguments, *entry.split("=", 1)) for entry in arguments.llama]
    where = machine()
    if where["load_before"] > BUSY_LOAD:
        print(
            f"warning: load {where['load_before']:.1f} before the first run (expected: an idle"
            " machine; llama.cpp's threads wait by spinning and suffer most)",
            file=sys.stderr,
        )
    runs = measure(candidates, arguments.sequences, arguments.rounds)
    rows = summarise(runs, candidates, arguments.sequences)
    print(
        f"{arguments.prompt_tokens} + {arguments.output_tokens} tokens, {arguments.threads} threads,"
        f" median of {arguments.rounds}; {where['cpu']}, {where['cores']} cores,"
        f" commit {where['commit']}, {where['date']}\n"
    )
    print(table(rows))
    if arguments.json:
        result = {"machine": where, "summary": rows, "runs": runs}
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
