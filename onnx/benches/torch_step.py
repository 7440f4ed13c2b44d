#!/usr/bin/env python3
"""Times the training step of the house's network written in PyTorch, beside the house's own step.

PyTorch is no dependency of the project: install it outside the tree (`python3 -m venv DIR && DIR/bin/pip install torch`).

    python torch_step.py compare --throughput target/release/examples/throughput --out FILE   both, in alternating rounds
    python torch_step.py worker BOARD BLOCKSxCHANNELS ROWS SECONDS                             PyTorch alone, one line of JSON

Both sides make the same step: forward pass, five losses, backward pass, clipping to norm 1, AdamW with decay on weights only, and a
running average of the weights. PyTorch reads batches that lie in its tensors already; the house's step copies its batch in.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

CELL_FEATURES, GLOBAL_FEATURES, SLOTS, REGIONS = 59, 103, 4, 8
PRESENT = [31, 49, 67, 85]
WEIGHTS = {"policy": 1.0, "value": 1.0, "owner": 0.25, "margins": 0.25, "next": 0.15}
HEX_STEPS = [(1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)]
SQUARE_STEPS = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0)]


class Board:
    """Lists cells, policy entries and averaged entries of a board as the action layout orders them."""

    def __init__(self, name):
        self.hex = name == "hex8"
        if self.hex:
            line = range(-4, 5)
            self.coords = [(q, r) for q in line for r in line if abs(q + r) <= 4]
            self.side, self.low, steps, axes = 9, -4, HEX_STEPS, 3
        else:
            self.coords = [(x, y) for x in range(8) for y in range(8)]
            self.side, self.low, steps, axes = 8, 0, SQUARE_STEPS, 4
        self.places = [(x - self.low) * self.side + y - self.low for x, y in self.coords]
        on_board, wide = set(self.coords), self.side - 1
        self.planes = 3 + 2 * axes + 2 + len(steps) * wide
        entries, first = [], 0
        for count in (3, axes, axes, 1, 1):
            entries += [place * self.planes + first + p for place in self.places for p in range(count)]
            first += count
        for (x, y), place in zip(self.coords, self.places):
            for d, (dx, dy) in enumerate(steps):
                far = 1
                while (x + far * dx, y + far * dy) in on_board:
                    entries.append(place * self.planes + first + d * wide + far - 1)
                    far += 1
        whole = self.side * self.side * self.planes
        self.sources = entries + [whole, whole + 1]
        cells = len(self.coords)
        territory, lines = cells * (3 + 2 * axes), cells * 3
        self.averaged = list(range(territory, territory + cells)) + list(range(lines, lines + cells * axes))


def build(torch, board, blocks, channels, contiguous=False):
    """Writes the network: residual tower with biases pooled from the board, and its heads."""
    nn = torch.nn
    third = min(max(channels // 3, 4), 48)
    hidden = min(max(channels, 8), 96)
    taps = torch.ones(3, 3)
    if board.hex:
        taps[0, 0] = taps[2, 2] = 0

    class Conv(nn.Conv2d):
        """A 3x3 convolution; on hex boards two of the nine taps are masked out."""

        def __init__(self, inputs, outputs):
            super().__init__(inputs, outputs, 3, padding=1)
            self.register_buffer("taps", taps)

        def forward(self, x):
            weight = self.weight * self.taps if board.hex else self.weight
            return torch.nn.functional.conv2d(x, weight, self.bias, padding=1)

    class Policy(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell, self.pool = nn.Conv2d(channels, third, 1), nn.Linear(channels, third, bias=False)
            self.plane, self.whole = nn.Conv2d(third, board.planes, 1), nn.Linear(channels, 2)
            self.register_buffer("sources", torch.tensor(board.sources))

        def forward(self, x, pooled):
            h = torch.relu(self.cell(x) + self.pool(pooled)[:, :, None, None])
            planes = self.plane(h).permute(0, 2, 3, 1).flatten(1)
            return torch.cat([planes, self.whole(pooled)], 1).index_select(1, self.sources)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem, self.stem_globals = Conv(CELL_FEATURES, channels), nn.Linear(GLOBAL_FEATURES, channels, bias=False)
            self.a = nn.ModuleList(Conv(channels, channels) for _ in range(blocks))
            self.b = nn.ModuleList(Conv(channels, channels) for _ in range(blocks))
            self.pools = nn.ModuleList(nn.Linear(channels, channels, bias=False) for _ in range(blocks // 2))
            self.policy, self.next = Policy(), Policy()
            self.value_cell = nn.Conv2d(channels, third, 1)
            self.value_hidden = nn.Linear(third + GLOBAL_FEATURES, hidden)
            self.value, self.margins = nn.Linear(hidden, SLOTS), nn.Linear(hidden, 2 * SLOTS)
            self.owner = nn.Conv2d(third, SLOTS + 1, 1)
            self.register_buffer("places", torch.tensor(board.places))
            inside = torch.zeros(1, 1, board.side * board.side)
            inside[0, 0, board.places] = 1
            self.register_buffer("inside", inside.view(1, 1, board.side, board.side))

        def on_board(self, x):
            return x * self.inside if board.hex else x

        def mean(self, x):
            return x.sum((2, 3)) / len(board.coords)

        def forward(self, cells, globals_):
            n = cells.shape[0]
            if board.hex:
                box = cells.new_zeros(n, board.side * board.side, CELL_FEATURES)
                cells = box.index_copy(1, self.places, cells)
            x = cells.view(n, board.side, board.side, CELL_FEATURES).permute(0, 3, 1, 2)
            x = x.contiguous() if contiguous else x
            x = self.on_board(torch.relu(self.stem(x) + self.stem_globals(globals_)[:, :, None, None]))
            for i in range(blocks):
                h = self.a[i](x)
                if i % 2 == 1:
                    h = h + self.pools[i // 2](self.mean(x))[:, :, None, None]
                x = self.on_board(torch.relu(x + self.b[i](self.on_board(torch.relu(h)))))
            pooled = self.mean(x)
            cell = torch.relu(self.value_cell(x))
            owner = self.owner(cell).permute(0, 2, 3, 1).flatten(1, 2)
            owner = owner.index_select(1, self.places) if board.hex else owner
            h = torch.relu(self.value_hidden(torch.cat([self.mean(self.on_board(cell)), globals_], 1)))
            value = self.value(h) + (globals_[:, PRESENT] - 1) * 1e4
            return self.policy(x, pooled), self.next(x, pooled), value, owner, self.margins(h)

    return Net()


def parameters(net, board):
    """Counts the parameters that a step can move: of a masked kernel, seven taps of nine."""
    count = sum(p.numel() for p in net.parameters())
    if board.hex:
        kernels = [m.weight for m in net.modules() if hasattr(m, "taps")]
        count -= sum(2 * w.shape[0] * w.shape[1] for w in kernels)
    return count


def make_batch(torch, board, rows):
    """Fills a batch with the numbers that the throughput example fills in."""
    cells, entries = len(board.coords), len(board.sources)
    b = {
        "cells": (torch.arange(rows * cells * CELL_FEATURES) % 5 == 0).float().view(rows, cells, CELL_FEATURES),
        "globals": torch.ones(rows, GLOBAL_FEATURES),
        "region_map": torch.zeros(rows, REGIONS, len(board.averaged)),
        "policy_target": torch.zeros(rows, entries + REGIONS),
        "policy_weight": torch.ones(rows),
        "next_target": torch.zeros(rows, entries),
        "next_mask": torch.zeros(rows, entries, dtype=torch.bool),
        "next_weight": torch.zeros(rows),
        "value_target": torch.zeros(rows, SLOTS),
        "owner_target": torch.zeros(rows, cells, SLOTS + 1),
        "margins_target": torch.zeros(rows, 2 * SLOTS),
        "averaged": torch.tensor(board.averaged),
    }
    b["policy_target"][torch.arange(rows), torch.arange(rows) % entries] = 1
    b["policy_mask"] = b["policy_target"] > 0
    b["value_target"][:, 0] = 1
    return b


def loss_of(torch, net, b):
    """Adds the five losses with the default weights."""
    logits, following, value, owner, margins = net(b["cells"], b["globals"])
    means = torch.bmm(b["region_map"], logits.index_select(1, b["averaged"])[:, :, None])[:, :, 0]

    def entries(name, scores):
        weight = b[f"{name}_weight"]
        logs = scores.masked_fill(~b[f"{name}_mask"], -1e9).log_softmax(1)
        return -((logs * b[f"{name}_target"]).sum(1) * weight).sum() / weight.sum().clamp(min=1)

    present = b["globals"][:, PRESENT].repeat(1, 2)
    parts = {
        "policy": entries("policy", torch.cat([logits, means], 1)),
        "next": entries("next", following),
        "value": -(b["value_target"] * value.log_softmax(1)).sum(1).mean(),
        "owner": -(b["owner_target"] * owner.log_softmax(2)).sum(2).mean(),
        "margins": (present * (margins - b["margins_target"]) ** 2).mean(),
    }
    return sum(WEIGHTS[name] * part for name, part in parts.items())


def worker(args):
    """Measures steps per second after two steps of warm-up."""
    import torch

    torch.manual_seed(1)
    torch.set_num_threads(args.threads)
    board = Board(args.board)
    blocks, channels = map(int, args.size.split("x"))
    net = build(torch, board, blocks, channels, args.layout == "contiguous")
    if args.layout == "channels_last":
        net = net.to(memory_format=torch.channels_last)
    params = list(net.parameters())
    decay = [p for p in params if p.dim() > 1]
    groups = [{"params": decay, "weight_decay": 1e-2}, {"params": [p for p in params if p.dim() == 1], "weight_decay": 0.0}]
    fused = args.optimizer == "fused"
    optimizer = torch.optim.AdamW(groups, lr=1e-4, fused=fused, foreach=not fused)
    average = [p.detach().clone() for p in params]
    batch = make_batch(torch, board, args.rows)
    run = torch.compile(net) if args.compile else net

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(torch, run, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(params, 1.0, foreach=True)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(average, params, 0.01)
        return loss.item()

    step(), step()
    start, used, runs = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF), 0
    while time.perf_counter() - start < args.seconds:
        last = step()
        runs += 1
    wall, now = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    count = runs * args.rows
    print(json.dumps({
        "board": args.board, "size": args.size, "rows": args.rows, "threads": args.threads, "layout": args.layout,
        "optimizer": args.optimizer, "compiled": args.compile, "parameters": parameters(net, board),
        "runs": runs, "loss": round(last, 4), "per_second": round(count / wall, 1), "per_cpu_second": round(count / cpu, 1),
    }))


def call(command):
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(out.strip().splitlines()[-1])


def one_round(args, board, size, threads):
    """Runs the house, then PyTorch."""
    numbers = [str(args.rows), str(args.seconds)]
    load = round(os.getloadavg()[0], 2)
    house = call([args.throughput, "train", board, size, "winograd", *numbers, str(threads)])
    torch_side = call([
        sys.executable, __file__, "worker", board, size, *numbers,
        "--threads", str(threads), "--layout", args.layout, "--optimizer", args.optimizer])
    return {"load": load, "house": house, "torch": torch_side}


def summary(rounds):
    """Returns medians of both sides and their ratios, by wall time and by CPU time."""
    first = rounds[0]
    row = {key: first["house"][key] for key in ("board", "size", "threads")}
    row["parameters"] = {side: first[side]["parameters"] for side in ("house", "torch")}
    row["rounds"], row["load"] = len(rounds), [r["load"] for r in rounds]
    for key in ("per_cpu_second", "per_second"):
        house, torch_side = (statistics.median(r[side][key] for r in rounds) for side in ("house", "torch"))
        row[key] = {
            "house": house, "torch": torch_side, "ratio": round(house / torch_side, 3),
            "ratio_by_round": [round(r["house"][key] / r["torch"][key], 3) for r in rounds]}
    return row


def compare(args):
    """Alternates both sides, a round of every net after the other, and saves after every round."""
    nets = [(board, size) for board in args.boards for size in args.sizes]
    done = {(threads, *net): [] for threads in args.threads for net in nets}
    version = call([sys.executable, "-c", "import torch, json; print(json.dumps(torch.__version__))"])
    for threads in args.threads:
        for _ in range(args.rounds):
            for net in nets:
                done[threads, *net].append(one_round(args, *net, threads))
            report = {
                "what": "training samples per second: the ONNX training step beside the same step in PyTorch, f32, CPU",
                "rows": args.rows, "seconds_per_run": args.seconds, "cpus": os.cpu_count(),
                "torch": {"version": version, "layout": args.layout, "optimizer": args.optimizer},
                "results": [summary(rounds) for rounds in done.values() if rounds]}
            with open(args.out, "w") as file:
                file.write(json.dumps(report, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    modes = parser.add_subparsers(required=True)
    one, both = modes.add_parser("worker"), modes.add_parser("compare")
    for name, kind in (("board", str), ("size", str), ("rows", int), ("seconds", float)):
        one.add_argument(name, type=kind)
    one.add_argument("--compile", action="store_true")
    one.set_defaults(run=worker)
    both.add_argument("--throughput", required=True)
    both.add_argument("--out", required=True)
    both.add_argument("--boards", nargs="+", default=["square8", "hex8"])
    both.add_argument("--sizes", nargs="+", default=["6x96", "4x48"])
    both.add_argument("--rows", type=int, default=256)
    both.add_argument("--seconds", type=float, default=8.0)
    both.add_argument("--rounds", type=int, default=5)
    both.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    both.set_defaults(run=compare)
    one.add_argument("--threads", type=int, default=2)
    for mode in (one, both):
        mode.add_argument("--layout", choices=["channels_last", "contiguous"], default="channels_last")
        mode.add_argument("--optimizer", choices=["fused", "foreach"], default="fused")
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
