// Nothing at or later than T has any influence: whatever happens to the future, not a byte of the case changes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effort } from '../../long.ts'
import { caseText, testCaseOf } from '../../../src/annotation/case-content.ts'
import type { AnnotationRow } from '../../../src/annotation/schema.ts'
import { epochMs, type EpochMs } from '../../../src/core/time.ts'
import { shortfallAt } from '../../../src/market-state/availability.ts'
import { marketStateAt } from '../../../src/market-state/state.ts'
import { durationOf } from '../../../src/market/timeframe.ts'
import type { MarketSlice, SliceSeries } from '../../../src/market/slice.ts'
import type { TimeRange } from '../../../src/market/types.ts'
import { TFS, type RawMarket, type Row, type Span } from './naive-state.ts'
import { between, randomMarket, randomOf, type Random } from './random-market.ts'
import { MARKET, storeOf } from './store-of.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 31 })

describe('point-in-time', () => {
  it('holds in the store: another future, the same bytes of the case', async () => {
    let cases = 0
    const check = async (seed: number): Promise<void> => {
      const raw = randomMarket(seed)
      const before = storeOf(raw)
      const random = randomOf(seed)
      const instants = Array.from(
        { length: 4 },
        () => raw.instants[between(random, 0, raw.instants.length - 1)]!,
      )
      for (const asOf of instants.map(epochMs)) {
        // A slice that sees 90 seconds of the future, as the entry check's does.
        const range = { from: asOf, to: epochMs(asOf + 90_000) }
        const expected = caseOf(await before.reader.slice(MARKET, range), asOf)
        const other = storeOf(withOtherFuture(raw, asOf, random))
        expect(caseOf(await other.reader.slice(MARKET, range), asOf) === expected, `as of ${asOf}`).toBe(true)
        cases += expected === 'none' ? 0 : 1
        other.close()
      }
      before.close()
    }
    await fc.assert(fc.asyncProperty(seeds, check), { numRuns: effort(12, 40) })
    expect(cases).toBeGreaterThan(effort(15, 60))
  })

  it('holds in a slice that sees further, over thousands of instants', async () => {
    let cases = 0
    const check = async (seed: number): Promise<void> => {
      const raw = randomMarket(seed)
      const { reader, close } = storeOf(raw)
      const [first, last] = [Math.min(...raw.instants), Math.max(...raw.instants)]
      const slice = await reader.slice(MARKET, { from: epochMs(first), to: epochMs(last) })
      const random = randomOf(seed)
      for (const asOf of raw.instants.map(epochMs)) {
        const expected = caseOf(slice, asOf)
        expect(caseOf(sliceWithOtherFuture(slice, asOf, random), asOf) === expected, `as of ${asOf}`).toBe(
          true,
        )
        cases += expected === 'none' ? 0 : 1
      }
      close()
    }
    await fc.assert(fc.asyncProperty(seeds, check), { numRuns: effort(30, 120) })
    expect(cases).toBeGreaterThan(effort(300, 1500))
  })
})

function caseOf(slice: MarketSlice, asOf: EpochMs): string {
  if (shortfallAt(slice, asOf) !== null) return 'none'
  return caseText(testCaseOf(rowAt(asOf), marketStateAt(slice, asOf)))
}

function rowAt(asOf: EpochMs): AnnotationRow {
  return {
    id: '00000000-0000-4000-8000-000000000000',
    ...MARKET,
    direction: 'LONG',
    entry_time: asOf,
    entry_price: 100,
    exit_time: asOf + 60_000,
    exit_price: 101,
    stop_price: null,
    target_price: null,
    notes: '',
    tags: '["breakout"]',
    fee_pct: 0.1,
    entry_check: '{}',
    gap_share_pct: 0,
    mode: 'hindsight',
    visible_until: null,
    seconds_spent: null,
    annotator: null,
    created_at: 0,
    updated_at: 0,
    deleted_at: null,
    file_pending: 0,
    removed_case: null,
  }
}

/** The same market up to T. What ends after T is of the future too, also where it opened before. */
function withOtherFuture(raw: RawMarket, asOf: number, random: Random): RawMarket {
  const future = randomMarket(between(random, 0, 2 ** 31))
  const shift = Math.ceil((asOf - Math.min(...future.trades.map(({ time }) => time), asOf)) / 1000) * 1000
  const moved = future.trades
    .map((trade) => ({ ...trade, time: trade.time + shift }))
    .filter(({ time }) => time >= asOf)
  const kept = raw.trades.filter(({ time }) => time >= asOf && random() < 0.5)
  const native = (timeframe: '1m' | '1h' | '1d'): Row[] => {
    const step = durationOf(timeframe)
    const known = raw.native[timeframe].filter(([open]) => open + step <= asOf)
    const open = (Math.ceil(asOf / step) - 1) * step
    const later = [open, open + step, open + 2 * step].filter((time) => time + step > asOf && random() < 0.5)
    return [...known, ...later.map((time): Row => [time, 7, 9, 5, 6, '1234.5'])]
  }
  const spans = (all: readonly Span[], step: number): Span[] =>
    all.map(({ from, to }) =>
      to <= asOf || from >= asOf ? { from, to } : { from, to: otherEnd(asOf, step, random) },
    )
  return {
    trades: [
      ...raw.trades.filter(({ time }) => time < asOf),
      ...[...kept, ...moved].toSorted((a, b) => a.time - b.time),
    ],
    covered: spans(raw.covered, 1000),
    native: { '1m': native('1m'), '1h': native('1h'), '1d': native('1d') },
    sparse: {
      '1m': spans(raw.sparse['1m'], 60_000),
      '1h': spans(raw.sparse['1h'], 3_600_000),
      '1d': spans(raw.sparse['1d'], 86_400_000),
    },
  }
}

/** At or after T, a multiple of the timeframe. */
function otherEnd(asOf: number, step: number, random: Random): number {
  return Math.ceil(asOf / step) * step + between(random, 0, 100) * step
}

function sliceWithOtherFuture(slice: MarketSlice, asOf: EpochMs, random: Random): MarketSlice {
  const series = {} as Record<(typeof TFS)[number], SliceSeries>
  for (const tf of TFS) series[tf] = seriesWithOtherFuture(slice.series[tf], durationOf(tf), asOf, random)
  return { ...slice, series }
}

function seriesWithOtherFuture(series: SliceSeries, step: number, asOf: number, random: Random): SliceSeries {
  const { candles } = series
  const rows: number[][] = []
  for (let i = 0; i < candles.length; i += 1) {
    const open = candles.openTime[i]!
    if (open + step > asOf) continue
    rows.push([
      open,
      candles.open[i]!,
      candles.high[i]!,
      candles.low[i]!,
      candles.close[i]!,
      candles.volume[i]!,
    ])
  }
  const next = (Math.ceil(asOf / step) - 1) * step
  for (let open = next; open < asOf + 200 * step; open += step) {
    if (open + step > asOf && random() < 0.3) rows.push([open, 7, 9, 5, 6, 1234.5])
  }
  const column = (index: number): Float64Array => Float64Array.from(rows, (row) => row[index]!)
  const covered: TimeRange[] = series.covered
    .filter(({ from }) => from < asOf)
    .map(({ from, to }) => ({ from, to: to <= asOf ? to : epochMs(otherEnd(asOf, step, random)) }))
  return {
    ...series,
    candles: {
      length: rows.length,
      openTime: column(0),
      open: column(1),
      high: column(2),
      low: column(3),
      close: column(4),
      volume: column(5),
    },
    covered,
  }
}
