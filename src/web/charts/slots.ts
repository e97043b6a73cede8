// The charts that are mounted, the market and the scene they show, and reading for them so that what goes wrong is told.
import type { MarketName } from '../../contract/market-name.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import type { ReadCandles } from '../marking/forming.ts'
import type { Place } from '../marking/leg-in.ts'
import type { Timeframe } from '../state/timeframes.ts'
import type { CandleWindow, Span } from './candle-window.ts'
import { Superseded, readCandles } from './fetch-candles.ts'
import type { Grip } from './grips.ts'
import type { ChartPane } from './pane.ts'
import type { DragPlace } from './pane-drags.ts'
import { EMPTY_SCENE, type Scene } from './scene.ts'
import type { Slot } from './slot.ts'

export interface BoardEvents {
  clicked(timeframe: Timeframe, row: CandleRow, price: number): void
  missed(): void
  picked(id: string): void
  /** The pointer is over a candle; null when it left the charts. */
  pointed(at: { timeframe: Timeframe; time: number; price: number; row: CandleRow | null } | null): void
  /** A chart's candles or view changed. */
  changed(timeframe: Timeframe): void
  /** Candles of [from, to), UTC ms, were on the screen. */
  painted(timeframe: Timeframe, span: Span): void
  /** The pointer moves off with a part of a mark; false where it cannot be held now. */
  gripped(grip: Grip): boolean
  dragged(timeframe: Timeframe, at: DragPlace): void
  dropped(timeframe: Timeframe, at: DragPlace): void
  /** The pointer draws a stretch of a chart, and lets go of it. */
  drawn(timeframe: Timeframe, from: Place, to: Place): void
  finished(timeframe: Timeframe, from: Place, to: Place): void
  letGo(): void
  /** Candles could not be read, and why; null once they were. */
  failed(timeframe: Timeframe, error: unknown): void
}

export class Slots {
  events: BoardEvents | null = null
  market: MarketName | null = null
  /** End of the newest complete second, UTC ms; 0 before the first candle. */
  live = 0
  scene: Scene = EMPTY_SCENE
  readonly of = new Map<Timeframe, Slot>()

  all(): readonly Slot[] {
    return [...this.of.values()]
  }

  pane(timeframe: Timeframe): ChartPane | null {
    return this.of.get(timeframe)?.pane ?? null
  }

  /** The instant that nothing later is shown than, UTC ms; null while the future is not hidden. */
  get until(): number | null {
    return this.scene.hidesFuture ? this.scene.asOf : null
  }

  /** Runs what reads for a chart, and tells how it went; what another market has overtaken is no news. */
  async guarded(slot: Slot, work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.events?.failed(slot.pane.timeframe, null)
    } catch (error) {
      if (error instanceof Superseded) return
      this.events?.failed(slot.pane.timeframe, error)
    }
    this.events?.changed(slot.pane.timeframe)
  }

  /** The candles of a stored timeframe as far as a chart holds them; null where its chart shows longer ones. */
  holding(timeframe: Timeframe): CandleWindow | null {
    const window = this.pane(timeframe)?.window
    return window?.interval.name === timeframe ? window : null
  }

  /** Candles from what a chart holds, else from the server. */
  readonly read: ReadCandles = async (timeframe, from, to) => {
    const window = this.holding(timeframe)
    if (window !== null && window.size > 0 && from >= window.from && to <= window.to)
      return window.rowsBetween(from, to)
    return this.market === null ? [] : readCandles(this.market, timeframe, from, to)
  }
}
