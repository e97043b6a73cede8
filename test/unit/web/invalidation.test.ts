// Which layers of which chart are drawn again for which change of the page's state.
import type { SeriesAttachedParameter, Time } from 'lightweight-charts'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CandleRow } from '../../../src/contract/shapes.ts'
import { intervalOf } from '../../../src/web/state/interval.ts'
import { sceneOf } from '../../../src/web/app/scene-of.ts'
import { CandleWindow } from '../../../src/web/charts/candle-window.ts'
import { LAYERS, changedLayers } from '../../../src/web/charts/invalidation.ts'
import { Overlay } from '../../../src/web/charts/overlay.ts'
import { store, type AppState } from '../../../src/web/state/app-state.ts'
import { beginMark } from '../../../src/web/state/mark.ts'
import { TIMEFRAMES, durationOf, type Timeframe } from '../../../src/web/state/timeframes.ts'

const NOW = Date.UTC(2024, 7, 9, 12)
const state = (part: Partial<AppState>): AppState => ({ ...store.get(), ...part })
const cursor = (time: number, part: Partial<AppState['cursor']> = {}) => ({
  cursor: { time, follows: true, hidesFuture: false, ...part },
})
const mark = beginMark({ time: NOW, price: 10 }, { mode: 'live', visibleUntil: NOW, startedAt: 0 })

const preview = (): AppState['preview'] => ({
  symbol: 'ETH/USDT',
  venue: 'demo-1',
  pattern: null,
  calls: [
    { timestamp: new Date(NOW).toISOString(), action: 'BUY', score: 0.9, price: 1, annotation_id: null },
  ],
  hits: 0,
  false_calls: 1,
  missed: 0,
  misses: [],
  annotations: 2,
  hours: 14,
  reason: null,
  fitted_at: new Date(NOW).toISOString(),
  took_ms: 900,
})

/** A chart of 200 candles up to NOW, six pixels each, that counts how often it is drawn. */
class Chart {
  drawn = 0
  readonly overlay: Overlay
  constructor(timeframe: Timeframe) {
    const window = new CandleWindow(intervalOf(timeframe))
    const step = durationOf(timeframe)
    const rows = Array.from({ length: 200 }, (_, i): CandleRow => [NOW - (199 - i) * step, 1, 1, 1, 1, 1])
    window.replace(rows)
    this.overlay = new Overlay(window)
    const timeScale = { logicalToCoordinate: (place: number) => place * 6, width: () => 1300 }
    this.overlay.attached({
      chart: { timeScale: () => timeScale },
      requestUpdate: () => this.drawn++,
    } as unknown as SeriesAttachedParameter<Time>)
  }
}

describe('layers', () => {
  const before = state(cursor(NOW))
  const changes: readonly (readonly [string, Partial<AppState>, readonly string[]])[] = [
    ['a health event', { healthAt: 5, notices: [{ id: 1, tone: 'info', text: '', about: null }] }, []],
    ['the second that goes on', cursor(NOW + 1000), ['cursor']],
    ['a selection', { selected: 'a' }, ['annotations']],
    ['an annotation', { annotations: [annotation()] }, ['annotations']],
    ['a signal', { signals: [signal('HOLD')] }, ['ribbon']],
    ['a preview', { preview: preview() }, ['preview']],
    ['a call', { calls: [signal('BUY')] }, ['calls']],
    ['a mark', { mark }, ['mark']],
    ['a reviewed span begun', { spanStart: NOW - 5000 }, ['bands']],
    [
      'the future hidden',
      cursor(NOW, { hidesFuture: true }),
      ['bands', 'cursor', 'annotations', 'preview', 'tested', 'calls', 'ribbon'],
    ],
  ]

  it.each(changes)('%s', (_, change, layers) => {
    expect(changedLayers(sceneOf(before), sceneOf({ ...before, ...change }))).toEqual(layers)
  })

  it('a hidden future that moves takes with it all that ends at the cursor', () => {
    const hidden = { ...before, ...cursor(NOW, { hidesFuture: true, follows: false }) }
    const moved = { ...before, ...cursor(NOW + 1000, { hidesFuture: true, follows: false }) }
    expect(changedLayers(sceneOf(hidden), sceneOf(moved))).toEqual(
      LAYERS.filter((layer) => layer !== 'misses' && layer !== 'mark'),
    )
  })

  it('a draft that stays is the same, though it is made anew', () => {
    const drafting = { ...before, spanStart: NOW - 5000 }
    expect(changedLayers(sceneOf(drafting), sceneOf({ ...drafting, healthAt: 9 }))).toEqual([])
  })
})

describe('charts', () => {
  let charts: Map<Timeframe, Chart>
  const show = (next: AppState) => {
    for (const chart of charts.values()) {
      chart.drawn = 0
      chart.overlay.show(sceneOf(next))
    }
    return TIMEFRAMES.filter((name) => charts.get(name)?.drawn === 1)
  }
  beforeEach(() => {
    charts = new Map(TIMEFRAMES.map((name) => [name, new Chart(name)]))
    show(state(cursor(NOW)))
  })

  it('are left alone by what none of them shows', () => {
    expect(show(state({ ...cursor(NOW), healthAt: 5 }))).toEqual([])
  })

  it('are drawn again by a second only where the cursor moved by a pixel', () => {
    expect(show(state(cursor(NOW + 1000)))).toEqual(['1s'])
    expect(show(state(cursor(NOW + 60_000)))).toEqual(['1m', '1s'])
  })

  it('of a signal: the one with the ribbon', () => {
    expect(show(state({ ...cursor(NOW), signals: [signal('HOLD')] }))).toEqual(['1s'])
  })

  it('of a mark or an annotation: all', () => {
    expect(show(state({ ...cursor(NOW), mark }))).toEqual(TIMEFRAMES)
    expect(show(state({ ...cursor(NOW), mark, annotations: [annotation()] }))).toEqual(TIMEFRAMES)
  })
})

function annotation() {
  const at = (ms: number, price: number) => ({ timestamp: new Date(ms).toISOString(), price })
  return {
    id: 'a',
    direction: 'LONG',
    entry: at(NOW - 9000, 10),
    exit: at(NOW - 4000, 11),
  } as AppState['annotations'][number]
}

function signal(action: 'BUY' | 'HOLD') {
  return {
    id: 1,
    timestamp: new Date(NOW).toISOString(),
    action,
    price: 10,
    confidence: null,
    scores: null,
  } as AppState['signals'][number]
}
