// The blocks of a backtest, scored in several processes: this one, and others that score ahead of it. Who scored which changes no bit.
import type { ChangeMark } from '../market/store/changes-since.ts'
import type { TimeRange } from '../market/types.ts'
import type { BlockSource } from './block-source.ts'
import { KnownParts } from './known-parts.ts'
import { partsOf, type BacktestOrder } from './order.ts'
import type { PartScorers } from './part-scorers.ts'
import type { Scored } from './scorer-messages.ts'
import { ScorerProcess } from './scorer-process.ts'
import type { ScoreStore } from './score-store.ts'

export interface BlocksParts {
  readonly order: BacktestOrder
  /** All that will be taken, in that order. */
  readonly blocks: readonly TimeRange[]
  readonly store: Pick<ScoreStore, 'known' | 'keep' | 'mark'>
  readonly scorer: Pick<PartScorers, 'score'>
  /** Processes that score beside this one. */
  readonly helpers: number
  /** Told the process id of each of them, once it has blocks in hand. */
  readonly onBegun?: (pid: number | undefined) => void
}

/** A block that another process scores. */
interface InHand {
  /** Resolves when it is scored, or its process is gone. */
  readonly over: Promise<void>
  readonly end: () => void
}

export class Blocks implements BlockSource {
  readonly #parts: BlocksParts
  /** Nobody has them in hand; those known from before among them. */
  readonly #left: Map<number, TimeRange>
  readonly #inHand = new Map<number, InHand>()
  readonly #helpers = new Set<ScorerProcess>()
  /** How far the market had changed when a block was asked for last. */
  #mark: ChangeMark = { candles: 0, books: 0 }
  #fault: Error | null = null
  #isClosed = false

  constructor(parts: BlocksParts) {
    this.#parts = parts
    this.#left = new Map(parts.blocks.map((block) => [block.from, block]))
    for (let i = 0; i < parts.helpers; i++) this.#startHelper()
  }

  /** What is known of a block, scored here where nobody else has it in hand; else, meanwhile, another is scored here. */
  async take(block: TimeRange): Promise<KnownParts> {
    this.#mark = this.#parts.store.mark()
    for (;;) {
      if (this.#fault !== null) throw this.#fault
      const known = this.#parts.store.known(block)
      const inHand = this.#inHand.get(block.from)
      if (known === null && inHand !== undefined) await this.#scoreAnother(inHand)
      else {
        this.#left.delete(block.from)
        return known ?? this.#scoreHere(block)
      }
    }
  }

  keep(known: KnownParts): void {
    this.#parts.store.keep(known, this.#mark)
  }

  close(): void {
    this.#isClosed = true
    for (const helper of this.#helpers) helper.kill()
  }

  async #scoreAnother({ over }: InHand): Promise<void> {
    const another = this.#next()
    if (another === null) await over
    else await this.#scoreHere(another)
  }

  async #scoreHere(block: TimeRange): Promise<KnownParts> {
    const { store, scorer } = this.#parts
    const mark = store.mark()
    const known = await scorer.score(block)
    store.keep(known, mark)
    return known
  }

  /** The first that nobody knows or has in hand. */
  #next(): TimeRange | null {
    for (const [from, block] of this.#left) {
      this.#left.delete(from)
      if (this.#parts.store.known(block) === null) return block
    }
    return null
  }

  #startHelper(): void {
    const helper = new ScorerProcess(this.#parts.order, {
      onReady: (by) => {
        this.#handOut(by)
        this.#parts.onBegun?.(by.pid)
      },
      onScored: (by, scored) => this.#take(by, scored),
      onGone: (by) => this.#giveBack(by),
    })
    this.#helpers.add(helper)
  }

  #handOut(helper: ScorerProcess): void {
    while (!helper.isFull) {
      const block = this.#next()
      if (block === null) return
      this.#inHand.set(block.from, begun())
      helper.score(block)
    }
  }

  #take(helper: ScorerProcess, { block, bytes, mark }: Scored): void {
    try {
      const known = KnownParts.of(block, bytes, partsOf(this.#parts.order).length)
      if (known !== null) this.#parts.store.keep(known, mark)
    } catch (error) {
      this.#fault ??= error instanceof Error ? error : new Error(String(error))
    }
    this.#release(block)
    this.#handOut(helper)
  }

  /** What it had in hand is done again; another takes its place where it had done anything. */
  #giveBack(helper: ScorerProcess): void {
    this.#helpers.delete(helper)
    for (const block of helper.inHand) {
      this.#left.set(block.from, block)
      this.#release(block)
    }
    if (!this.#isClosed && helper.hasScored && this.#left.size > 0) this.#startHelper()
  }

  #release(block: TimeRange): void {
    this.#inHand.get(block.from)?.end()
    this.#inHand.delete(block.from)
  }
}

function begun(): InHand {
  let end = (): void => {}
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  return { over, end: () => end() }
}
