// A network under the clock: what a training step and one answer are, and the script that does the same in PyTorch.

export interface Net {
  /** As the page names the model. */
  readonly name: string
  /** In bench/peers: `SCRIPT THREADS STEPS ANSWERS` prints {"stepMs", "inferMs"}, medians. */
  readonly peer: string
  open(threads: number): Promise<OpenNet>
}

export interface OpenNet {
  /** A training step of BATCH rows. */
  step(): Promise<unknown>
  /** One answer, batch 1. */
  answer(): Promise<unknown>
  /** Answers to so many windows at once. */
  answers(count: number): Promise<unknown>
  close(): Promise<void>
}

export const BATCH = 32
