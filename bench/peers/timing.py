"""What the peers share: medians under a time budget, and a classifier's training step and answer, eager, fused AdamW."""

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "fixtures"))

import numpy as np
import torch
from make_cnn_fixture import windows

BATCH, WARM_UP, BUDGET_S = 32, 10, 10


def median_ms(count, work):
    """Median of `count` timed calls after a warm-up, or of as many as fit into the budget."""
    times, end = [], time.perf_counter() + BUDGET_S
    for i in range(-WARM_UP, count):
        start = time.perf_counter()
        work()
        if i >= 0 or start > end:
            times.append(1000 * (time.perf_counter() - start))
        if start > end and len(times) >= 3:
            break
    return statistics.median(times)


def time_classifier(hp, initial, logits, *drops):
    """SCRIPT THREADS STEPS ANSWERS: prints {"stepMs", "inferMs"} of a classifier of raw candles; dropout on in training."""
    threads, steps, answers = (int(a) for a in sys.argv[1:4])
    torch.set_num_threads(threads)
    rng = np.random.default_rng(1)
    x = torch.from_numpy(np.stack([windows(rng) for _ in range(BATCH)]))
    y = torch.arange(BATCH) % 3
    p = initial(torch.Generator().manual_seed(1))
    optimizer = torch.optim.AdamW(p.values(), lr=1e-3, weight_decay=hp["weightDecay"], fused=True)

    def step():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(logits(p, x, *drops), y, label_smoothing=hp["labelSmoothing"])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(p.values()), hp["clipNorm"])
        optimizer.step()

    @torch.inference_mode()
    def answer():
        return torch.softmax(logits(p, x[:1]), 1)

    print(json.dumps({"stepMs": median_ms(steps, step), "inferMs": median_ms(answers, answer)}))
