// The backtest's end of a process that scores for it: starts it, hands it blocks, knows which it has in hand.
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TimeRange } from '../market/types.ts'
import type { BacktestOrder } from './order.ts'
import { parseFromScorer, type Scored, type ToScorer } from './scorer-messages.ts'

const SCORER = fileURLToPath(new URL('scorer.ts', import.meta.url))
/** While one is scored the next is there already. */
const IN_HAND = 2

export interface ScorerEvents {
  /** It can be handed blocks: before, while it begins, others are quicker. */
  readonly onReady: (scorer: ScorerProcess) => void
  readonly onScored: (scorer: ScorerProcess, scored: Scored) => void
  /** The process is gone, whatever it had in hand with it. */
  readonly onGone: (scorer: ScorerProcess) => void
}

export class ScorerProcess {
  readonly #child: ChildProcess
  readonly #inHand = new Map<number, TimeRange>()
  #hasScored = false

  constructor(order: BacktestOrder, { onReady, onScored, onGone }: ScorerEvents) {
    this.#child = fork(SCORER, [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    })
    this.#child.on('error', () => {})
    this.#child.on('message', (raw) => {
      const scored = parseFromScorer(raw)
      if (scored.kind === 'ready') return onReady(this)
      this.#hasScored = true
      this.#inHand.delete(scored.block.from)
      onScored(this, scored)
    })
    this.#child.on('close', () => onGone(this))
    this.#send({ kind: 'order', order })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** One that never scored would not do so a second time. */
  get hasScored(): boolean {
    return this.#hasScored
  }

  get isFull(): boolean {
    return this.#inHand.size >= IN_HAND
  }

  get inHand(): readonly TimeRange[] {
    return [...this.#inHand.values()]
  }

  score(block: TimeRange): void {
    this.#inHand.set(block.from, block)
    this.#send({ kind: 'score', block })
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #send(message: ToScorer): void {
    if (this.#child.connected) this.#child.send(message)
  }
}
