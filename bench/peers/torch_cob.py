"""Times COB RL's network in PyTorch: a double-Q step on observations and an answer from a raw book; torch_cob.py THREADS STEPS ANSWERS."""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

from timing import BATCH, median_ms

SECONDS, LEVELS, RECENT, BLOCK = 100, 10, 20, 4
STEPS = RECENT + (SECONDS - RECENT) // BLOCK
CHANNELS = 4 * LEVELS + 2
SIDE, FILTERS, TAPS, HIDDEN, DROP = 8, 12, 4, 32, 0.3
HORIZONS = (1, 5, 16)
AWAY = torch.tensor([1.0, 1.0, -1.0, 1.0])


def initial(generator):
    """Parameters by name, of the shapes that the network here has."""

    def weight(*shape):
        inputs = int(np.prod(shape[:-1]))
        return (torch.rand(*shape, generator=generator) * 2 - 1) * (6 / inputs) ** 0.5

    pooled = (len(HORIZONS) + 2) * 3 * FILTERS
    shapes = {
        "side": (2, SIDE),
        "level": (2 * SIDE, FILTERS),
        "book": (LEVELS * FILTERS, FILTERS),
        "time1": (TAPS, FILTERS + 2, FILTERS),
        "time2": (TAPS, FILTERS, FILTERS),
        "three.in": (FILTERS, FILTERS),
        "three": (3, FILTERS, FILTERS),
        "five.in": (FILTERS, FILTERS),
        "five": (5, FILTERS, FILTERS),
        "peak": (FILTERS, FILTERS),
        "hidden": (pooled + 1 + 4, HIDDEN),
        "values": (HIDDEN, 3),
    }
    p = {}
    for name, shape in shapes.items():
        p[name] = weight(*shape).requires_grad_()
        p[name + ".bias"] = torch.zeros(shape[-1], requires_grad=True)
    return p


def dense(p, name, x):
    return torch.relu(x @ p[name] + p[name + ".bias"])


def over_time(p, name, x):
    """Conv1d without padding over [rows, channels, steps]."""
    return torch.relu(F.conv1d(x, p[name].permute(2, 1, 0), p[name + ".bias"]))


def encode(p, steps):
    batch = steps.shape[0]
    halves = (steps[:, :, : 4 * LEVELS].reshape(batch, STEPS, LEVELS, 4) * AWAY).reshape(batch, STEPS, LEVELS, 2, 2)
    sides = dense(p, "side", halves)
    twins = torch.stack([sides.flatten(3), sides.flip(3).flatten(3)], 1)
    books = dense(p, "book", dense(p, "level", twins).flatten(3))
    mid = steps[:, :, 4 * LEVELS :]
    x = torch.cat([books, torch.stack([mid, -mid], 1)], 3).flatten(0, 1).transpose(1, 2)
    x = over_time(p, "time2", over_time(p, "time1", x))

    def one(name, y):
        return torch.relu(F.conv1d(y, p[name].t().unsqueeze(2), p[name + ".bias"]))

    five = over_time(p, "five", one("five.in", x))
    parts = [over_time(p, "three", one("three.in", x)), five, one("peak", F.max_pool1d(x, 3, 1))]
    x = torch.cat([y[:, :, -five.shape[2] :] for y in parts], 1)
    recent = [x[:, :, -h:].mean(2) for h in HORIZONS]
    return torch.cat([*recent, x.mean(2), x.amax(2)], 1).reshape(batch, 2, -1)


def values(p, observation, account, drop=0.0):
    batch = observation.shape[0]
    encoded = encode(p, observation[:, : STEPS * CHANNELS].reshape(batch, STEPS, CHANNELS))
    unit = observation[:, -1:].unsqueeze(1).expand(batch, 2, 1)
    x = F.dropout(torch.cat([encoded, unit], 2), drop, drop > 0)
    position, pnl, held = account[:, :1], account[:, 1:2].clamp(-20, 20) * 0.2, torch.log1p(account[:, 2:]) * 0.2
    long, short = (position > 0).float(), (position < 0).float()
    twins = torch.stack([torch.cat([long, short, pnl, held], 1), torch.cat([short, long, pnl, held], 1)], 1)
    x = F.dropout(dense(p, "hidden", torch.cat([x, twins], 2)), drop, drop > 0)
    out = x @ p["values"] + p["values.bias"]
    both = out[:, :, 1:].mean(1)
    advantages = torch.cat([out[:, :, 0], both[:, :1]], 1)
    return both[:, 1:] + advantages - advantages.mean(1, keepdim=True)


def perceive(book):
    """[batch, 100, 40] float64, raw, to observations."""
    batch = book.shape[0]
    level = book.reshape(batch, SECONDS, LEVELS, 4)
    mid = (level[:, :, :1, 0] + level[:, :, :1, 2]) / 2
    step = mid - torch.cat([mid[:, :1], mid[:, :-1]], 1)
    unit = ((level[:, :, :1, 0] - level[:, :, :1, 2]).abs() + step.abs()).mean(1, keepdim=True)
    price = ((level[..., [0, 2]] - mid.unsqueeze(3)) / unit.unsqueeze(3)).float()
    price = price.sign() * torch.log1p(price.abs())
    amount = torch.log1p((level[..., [1, 3]] / level[..., [1, 3]].mean((1, 2, 3), keepdim=True)).float())
    rows = torch.stack([price[..., 0], amount[..., 0], price[..., 1], amount[..., 1]], 3).flatten(2)
    way = torch.cat([(mid - mid[:, -1:]) / unit * 0.1, step / unit], 2).float().clamp(-12, 12)
    rows = torch.cat([rows, way], 2)
    past = rows[:, :-RECENT].reshape(batch, -1, BLOCK, CHANNELS).mean(2)
    scale = 0.25 * torch.log(unit.reshape(batch, 1) / mid[:, -1] * 1e4).float()
    return torch.cat([torch.cat([past, rows[:, -RECENT:]], 1).flatten(1), scale], 1)


def main():
    threads, steps, answers = (int(a) for a in sys.argv[1:4])
    torch.set_num_threads(threads)
    p = initial(torch.Generator().manual_seed(1))
    delayed = {name: value.detach().clone() for name, value in p.items()}
    optimizer = torch.optim.AdamW(p.values(), lr=1e-3, weight_decay=0.1, fused=True)
    size = STEPS * CHANNELS + 1
    here, there = (torch.rand(BATCH, size) - 0.5 for _ in range(2))
    account = torch.zeros(BATCH, 3)
    taken = torch.arange(BATCH) % 3
    demonstrated = (torch.arange(BATCH) % 2).float()
    margins = torch.zeros(BATCH, 3)

    def step():
        optimizer.zero_grad()
        q = values(p, here, account, DROP)
        with torch.no_grad():
            best = values(p, there, account).argmax(1)
            target = 0.9 * values(delayed, there, account).gather(1, best[:, None])[:, 0]
        chosen = q.gather(1, taken[:, None])[:, 0]
        loss = F.huber_loss(chosen, target) + (demonstrated * ((q + margins).amax(1) - chosen)).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(p.values()), 10)
        optimizer.step()

    level = torch.arange(LEVELS) * 0.01
    row = torch.stack([3000.01 + level, level + 1, 3000 - level, level + 2], 1).double().flatten()
    book = row.expand(1, SECONDS, 4 * LEVELS).contiguous()

    @torch.inference_mode()
    def answer():
        return torch.softmax(values(p, perceive(book), account[:1]) / 0.5, 1)

    print(json.dumps({"stepMs": median_ms(steps, step), "inferMs": median_ms(answers, answer)}))


main()
