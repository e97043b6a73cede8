"""Times Transformer in PyTorch (SDPA), the twin of the test fixture: torch_transformer.py THREADS STEPS ANSWERS."""

from timing import time_classifier

from make_transformer_fixture import HP, initial, logits

time_classifier(HP, initial, logits, HP["dropout"], HP["headDropout"])
