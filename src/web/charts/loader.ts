// Fetches candles for a chart's window: the newest, around an instant, older and newer while scrolling; and reads for drilling.
import type { MarketName } from '../../contract/market-name.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import { api, nameOf } from '../state/api.ts'
import { ApiError } from '../state/request.ts'
import { DAY, SECOND, durationOf, type Timeframe } from '../state/timeframes.ts'
import type { CandleWindow, Span } from './candle-window.ts'
import type { ChartPane } from './pane.ts'

/** Candles of the first look, and of each step while scrolling; the server gives at most 10,000 at once. */
const FIRST: Record<Timeframe, number> = { '1s': 3600, '1m': 3000, '1h': 2000, '1d': 1000 }
const STEP = 5000
/** A window never holds more; what is farthest from the view goes. */
const MOST = 120_000

/** What was being read belongs to a market that is not shown any more. */
export class Superseded extends Error {}

export class CandleLoader {
  private readonly pane: ChartPane
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
      const { timeframe } = this.pane
      const out = await this.fetch({ limit: FIRST[timeframe], forming: true })
      this.isOldest = out.rows.length < FIRST[timeframe]
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

  loadOlder(): Promise<void> {
    return this.once(async () => {
      const { window } = this.pane
      const out = await this.fetch({ from: window.from - STEP * window.step, to: window.from, limit: STEP })
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

  /** Reads on from the newest candle held, that one included: it may have been forming when it was last heard of. */
  loadNewer(): Promise<void> {
    return this.once(async () => {
      const { window } = this.pane
      const from = window.to - window.step
      const to = from + STEP * window.step
      const near = await this.fetch({ from, to, limit: STEP, forming: true })
      const isHole = !near.rows.some(([open]) => open !== undefined && open > from) && to < this.live()
      // A hole longer than one step: ask for whatever lies behind it.
      const out = isHole ? await this.fetch({ from: to, to: this.live(), limit: STEP, forming: true }) : near
      this.isLive = out.rows.length < STEP && (isHole || to > this.live())
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
    const from = Math.max(instant - 1500 * step, 0)
    // With an end given, a replay shows what its clock has not reached yet.
    const out = await this.fetch({ from, to: from + 3000 * step, limit: 3000, forming: true })
    if (out.rows.length === 0) return
    this.isOldest = false
    this.isLive = out.rows.length < 3000 && from + 3000 * step > this.live()
    this.pane.change((window) => window.replace(out.rows, out.gaps))
  }

  /** The last candles before `to`, however far back: doubling steps, at most ten. */
  private async fetchBefore(to: number): Promise<Fetched> {
    const { step } = this.pane.window
    let reach = STEP * step
    for (let tries = 0; tries < 10; tries++) {
      const from = Math.max(to - reach * 2, 0)
      const out = await this.fetch({ from, to: to - reach, limit: 10_000 })
      if (out.rows.length > 0) return { rows: out.rows.slice(-STEP), gaps: out.gaps }
      if (from === 0 || reach > 4000 * DAY) break
      reach *= 2
    }
    return { rows: [], gaps: [] }
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
    const out = await fetchCandles(market, this.pane.timeframe, range)
    if (era !== this.era) throw new Superseded()
    const { from, to } = range
    if (from !== undefined && to !== undefined && out.rows.length < range.limit) this.read = { from, to }
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

interface Fetched {
  rows: CandleRow[]
  gaps: Span[]
}

async function fetchCandles(
  market: MarketName,
  timeframe: Timeframe,
  range: { from?: number; to?: number; limit: number; forming?: boolean },
): Promise<Fetched> {
  const { from, to, ...rest } = range
  const step = durationOf(timeframe)
  const asked = api.candles({
    ...nameOf(market),
    timeframe,
    ...rest,
    ...(from === undefined ? {} : { from: Math.floor(from / step) * step }),
    ...(to === undefined ? {} : { to: Math.ceil(to / step) * step }),
  })
  const out = await asked.catch((error: unknown) => {
    throw error instanceof ApiError && error.code === 'gone' ? new Superseded() : error
  })
  const gaps = out.gaps
    .filter((gap) => gap.timeframe === timeframe)
    .map((gap) => ({ from: Date.parse(gap.from), to: Date.parse(gap.to) }))
  return { rows: out.candles, gaps }
}

/** Candles of `timeframe` with from ≤ open < to, straight from the server, gaps left out; at most 3,600. */
export async function readCandles(
  market: MarketName,
  timeframe: Timeframe,
  from: number,
  to: number,
): Promise<CandleRow[]> {
  const limit = Math.min(Math.ceil((to - from) / durationOf(timeframe)), 3600)
  if (limit <= 0) return []
  const { rows, gaps } = await fetchCandles(market, timeframe, { from, to, limit: Math.max(limit, 1) })
  return rows.filter((row) => !gaps.some((gap) => row[0] >= gap.from && row[0] < gap.to))
}

function nearestEdge(window: CandleWindow, instant: number): number {
  return instant < window.from ? window.from : window.to
}

/** The price known at `instant`: the close of the last second before it; null where none is stored within a minute. */
export async function priceAt(market: MarketName, instant: number): Promise<number | null> {
  const rows = await readCandles(market, '1s', instant - 60 * SECOND, instant)
  return rows.at(-1)?.[4] ?? null
}
