// Reads candles for a chart's window: the newest, around an instant, older and newer while scrolling.
import type { MarketName } from '../../contract/market-name.ts'
import { FoldTail } from '../marking/fold.ts'
import { DAY } from '../state/timeframes.ts'
import type { CandleWindow, Span } from './candle-window.ts'
import { Superseded, fetchCandles, stepsOf, type Fetched, type Steps } from './fetch-candles.ts'
import type { ChartPane } from './pane.ts'

/** Steps that one view is filled with at most. */
const MOST_FILLS = 8
/** A window never holds more; what is farthest from the view goes. */
const MOST = 120_000
/** And so many beside, that candles which arrive do not move all others each time. */
const SPARE = 5000

const NOTHING: Fetched = { rows: [], gaps: [], parts: [], isAll: true }

export class CandleLoader {
  /** What arrives joins the newest candle here. */
  readonly tail: FoldTail
  private readonly pane: ChartPane
  private readonly steps: Steps
  private readonly market: () => MarketName | null
  /** The newest second, UTC ms. */
  private readonly live: () => number
  private busy: Promise<void> | null = null
  /** Whether the window reaches the newest candle, so that arriving ones join it. */
  isLive = false
  private isOldest = false
  /** What was last read to its end: where nothing is held of it, nothing is stored. */
  private read: Span | null = null
  /** Counts markets. */
  private era = 0

  constructor(pane: ChartPane, market: () => MarketName | null, live: () => number) {
    this.pane = pane
    this.market = market
    this.live = live
    const { interval } = pane.window
    this.steps = stepsOf(interval)
    this.tail = new FoldTail(interval)
  }

  /** Whether it is known what is stored at `instant`: it is held, or was read with nothing coming of it. */
  knows(instant: number): boolean {
    const { read } = this
    return this.pane.window.covers(instant) || (read !== null && instant > read.from && instant <= read.to)
  }

  /** Whether something is being read. */
  get isBusy(): boolean {
    return this.busy !== null
  }

  /** Lets everything held go: another market comes. */
  forget(): void {
    this.era++
    this.busy = null
    this.isLive = false
    this.isOldest = false
    this.read = null
    this.pane.forget()
  }

  /** The newest candles. */
  loadNewest(): Promise<void> {
    return this.once(async () => {
      const out = await this.fetch({ limit: this.steps.first, forming: true })
      this.isOldest = out.isAll
      this.isLive = true
      this.pane.change((window) => window.replace(out.rows, out.gaps))
    })
  }

  /** Makes sure that `instant` and its surroundings are held; replaces the window when it is far away. */
  async ensure(instant: number): Promise<void> {
    while (this.busy !== null) await this.busy
    const { window } = this.pane
    const reach = 400 * window.step
    if (window.size > 0 && window.covers(instant)) return this.around(instant)
    const isNear = window.size > 0 && Math.abs(instant - nearestEdge(window, instant)) < reach * 8
    if (isNear) return instant < window.from ? this.loadOlder() : this.loadNewer()
    await this.once(() => this.jump(instant))
  }

  /** Fetches more where the view comes near the window's ends. */
  around(view: number | Span): Promise<void> {
    const { window } = this.pane
    if (window.size === 0 || this.busy !== null) return this.busy ?? Promise.resolve()
    const span = typeof view === 'number' ? { from: view, to: view } : view
    const margin = 300 * window.step
    if (!this.isOldest && span.from - margin < window.from) return this.loadOlder()
    if (!this.isLive && span.to + margin > window.to) return this.loadNewer()
    return Promise.resolve()
  }

  /** Reads older candles until `from` (UTC ms) is held: candles made of many come in small steps. */
  async fill(from: number): Promise<void> {
    const { window } = this.pane
    for (let tries = 0; tries < MOST_FILLS && window.from > from && !this.isOldest; tries++)
      await this.loadOlder()
  }

  loadOlder(): Promise<void> {
    return this.once(async () => {
      const { window } = this.pane
      const { next } = this.steps
      const out = await this.fetch({ from: window.from - next * window.step, to: window.from, limit: next })
      // A hole longer than one step: ask for whatever lies before it.
      const older = out.rows.length > 0 ? out : await this.fetchBefore(window.from)
      this.isOldest = older.rows.length === 0
      if (this.isOldest) return
      this.pane.change((held) => {
        held.prepend(older.rows, older.gaps)
        if (held.size > MOST) this.isLive = false
        held.trim(MOST, 'oldest')
      })
    })
  }

  /** Candles arrived: the oldest go, some at once, where more are held than should be. */
  letOldGo(): void {
    const { window } = this.pane
    if (window.size <= MOST + SPARE) return
    const seen = this.pane.visible()
    // Not what is looked at.
    if (seen !== null && seen.from < window.openAt(window.size - MOST)) return
    this.isOldest = false
    this.pane.change((held) => held.trim(MOST, 'newest'))
  }

  /** Reads on from the newest candle held, that one included: it may have been forming when it was last heard of. */
  loadNewer(): Promise<void> {
    return this.readFrom(() => this.pane.window.to - this.pane.window.step)
  }

  /** Reads on from the candle that opened at `start` (UTC ms, when its turn comes), those held again. */
  readFrom(start: () => number): Promise<void> {
    return this.once(async () => {
      const { next } = this.steps
      const from = start()
      const to = from + next * this.pane.window.step
      const near = await this.fetch({ from, to, limit: next, forming: true })
      const isHole = !near.rows.some(([open]) => open !== undefined && open > from) && to < this.live()
      // A hole longer than one step: ask for whatever lies behind it.
      const out = isHole ? await this.fetch({ from: to, to: this.live(), limit: next, forming: true }) : near
      this.isLive = out.isAll && (isHole || to > this.live())
      if (out.rows.length === 0) return
      this.pane.change((held) => {
        held.append(out.rows, out.gaps)
        if (held.size > MOST) this.isOldest = false
        held.trim(MOST, 'newest')
      })
    })
  }

  /** Holds what is stored around `instant` now. */
  reload(instant: number): Promise<void> {
    return this.once(() => this.jump(instant))
  }

  private async jump(instant: number): Promise<void> {
    const { step } = this.pane.window
    const { around } = this.steps
    const from = Math.max(instant - (around / 2) * step, 0)
    // With an end given, a replay shows what its clock has not reached yet.
    const out = await this.fetch({ from, to: from + around * step, limit: around, forming: true })
    if (out.rows.length === 0) return
    this.isOldest = false
    this.isLive = out.isAll && from + around * step > this.live()
    this.pane.change((window) => window.replace(out.rows, out.gaps))
  }

  /** The last candles before `to`, however far back: doubling steps, at most ten. */
  private async fetchBefore(to: number): Promise<Fetched> {
    const { step } = this.pane.window
    let reach = this.steps.next * step
    for (let tries = 0; tries < 10; tries++) {
      const from = Math.max(to - reach * 2, 0)
      const out = await this.fetch({ from, to: to - reach, limit: 2 * this.steps.next })
      if (out.rows.length > 0) return { ...out, rows: out.rows.slice(-this.steps.next) }
      if (from === 0 || reach > 4000 * DAY) break
      reach *= 2
    }
    return NOTHING
  }

  private async fetch(range: {
    from?: number
    to?: number
    limit: number
    forming?: boolean
  }): Promise<Fetched> {
    const { era } = this
    const market = this.market()
    if (market === null) throw new Superseded()
    const out = await fetchCandles(market, this.pane.window.interval, range)
    if (era !== this.era) throw new Superseded()
    const { from, to } = range
    if (from !== undefined && to !== undefined && out.isAll) this.read = { from, to }
    if (range.forming === true && out.parts.length > 0) this.tail.replace(out.parts)
    return out
  }

  private once(work: () => Promise<void>): Promise<void> {
    const done = (this.busy ?? Promise.resolve()).then(work).finally(() => {
      if (this.busy === done) this.busy = null
    })
    this.busy = done
    return done
  }
}

function nearestEdge(window: CandleWindow, instant: number): number {
  return instant < window.from ? window.from : window.to
}
