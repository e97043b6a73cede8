"""Times the DQN agent's network in PyTorch: a double-Q step on observations and an answer from raw candles; torch_dqn.py THREADS STEPS ANSWERS."""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

from timing import BATCH, median_ms

from make_cnn_fixture import features, summaries, windows

WIDTH, GROUPS, UNITS = 30, 20, 4
SIZE = WIDTH * GROUPS
HIDDEN1, HIDDEN2, DROP = 64, 32, 0.3


def initial(generator):
    """Parameters by name, of the shapes that the network here has."""
    shapes = {"hidden1": (SIZE + UNITS + 4, HIDDEN1), "hidden2": (HIDDEN1, HIDDEN2), "values": (HIDDEN2, 3)}
    p = {}
    for tower in ("flat", "held"):
        for name, (inputs, outputs) in shapes.items():
            weight = (torch.rand(inputs, outputs, generator=generator) * 2 - 1) * (6 / inputs) ** 0.5
            p[f"{tower}.{name}"] = weight.requires_grad_()
            p[f"{tower}.{name}.bias"] = torch.zeros(outputs, requires_grad=True)
    return p


# A signed permutation; which one makes no difference to its time.
TURNED = -torch.eye(WIDTH).flip(0)


def dense(p, name, x):
    return torch.relu(x @ p[name] + p[name + ".bias"])


def values(p, observation, account, drop=0.0):
    seen, units = observation[:, :SIZE], observation[:, SIZE:]
    turned = (seen.reshape(-1, GROUPS, WIDTH) @ TURNED).reshape(-1, SIZE)
    market = torch.cat([torch.stack([seen, turned], 1), torch.stack([units, units], 1)], 2)
    position, pnl, held = account[:, :1], account[:, 1:2].clamp(-20, 20) * 0.2, torch.log1p(account[:, 2:]) * 0.2
    long, short = (position > 0).float(), (position < 0).float()
    twins = torch.stack([torch.cat([long, short, pnl, held], 1), torch.cat([short, long, pnl, held], 1)], 1)
    x = torch.cat([F.dropout(market, drop, drop > 0), twins], 2)
    flat, holding = (tower(p, name, x, position, drop) for name in ("flat", "held"))
    return torch.where(position == 0, flat, holding)


def tower(p, name, x, position, drop):
    x = dense(p, f"{name}.hidden1", x)
    x = dense(p, f"{name}.hidden2", F.dropout(x, drop, drop > 0))
    out = x @ p[f"{name}.values"] + p[f"{name}.values.bias"]
    both = out[:, :, 1:].mean(1)
    advantages = torch.cat([out[:, :, 0], both[:, :1]], 1)
    q = both[:, 1:] + advantages - advantages.mean(1, keepdim=True)
    hold = q[:, 2:]
    return torch.cat([torch.where(position > 0, hold, q[:, :1]), torch.where(position < 0, hold, q[:, 1:2]), hold], 1)


def main():
    threads, steps, answers = (int(a) for a in sys.argv[1:4])
    torch.set_num_threads(threads)
    p = initial(torch.Generator().manual_seed(1))
    delayed = {name: value.detach().clone() for name, value in p.items()}
    optimizer = torch.optim.AdamW(p.values(), lr=1e-3, weight_decay=0.1, fused=True)
    here, there = (torch.rand(BATCH, SIZE + UNITS) - 0.5 for _ in range(2))
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

    x = torch.from_numpy(windows(np.random.default_rng(1))[None])

    @torch.inference_mode()
    def answer():
        candles, units = features(x)
        observation = torch.cat([summaries(candles), 0.25 * units.reshape(1, -1)], 1)
        return torch.softmax(values(p, observation, account[:1]) / 0.5, 1)

    print(json.dumps({"stepMs": median_ms(steps, step), "inferMs": median_ms(answers, answer)}))


main()
