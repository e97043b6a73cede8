"""Times StandardizedCNN in PyTorch, the twin of the test fixture: torch_cnn.py THREADS STEPS ANSWERS."""

from timing import time_classifier

from make_cnn_fixture import HP, initial, logits

time_classifier(HP, initial, logits, HP["dropout"])
