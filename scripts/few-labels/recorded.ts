// Three recorded days of Coinbase BTC/USD with marks that a rule set: near chance is what to expect of any model.
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { DAY, HOUR, MINUTE, epochMs, floorTo, type EpochMs } from '../../src/core/time.ts'
import { StateSweep } from '../../src/market-state/sweep.ts'
import { allocateInputs } from '../../src/market-state/tensors.ts'
import { columnsOf } from '../../src/market/columns.ts'
import type { MarketSlice, SliceSeries } from '../../src/market/slice.ts'
import type { TimeRange } from '../../src/market/types.ts'
import {
  marketData,
  sliceRange,
  stretchOf,
  type TrainingData,
} from '../../src/training/data/training-data.ts'
import { matchCalls } from '../../src/training/evaluation/score-calls.ts'
import { netPct } from '../../src/training/evaluation/trading.ts'
import { mean } from '../../src/training/evaluation/enough.ts'
import { labelSpan, matchWindow, sideOf, type Mark } from '../../src/training/data/targets.ts'
import type { TestPlace, TrainingPlace, Venue } from './place.ts'
import { tripleBarrierWinners } from './triple-barrier.ts'

const FOLDER = new URL('../../../shared/data/candles/', import.meta.url).pathname
const MARKET = { venue: 'coinbase', symbol: 'BTC/USD' }
const FROM = epochMs(Date.parse('2016-10-07T00:00:00Z'))
const TO = epochMs(Date.parse('2016-10-10T00:00:00Z'))
/** Trained on what comes before, tested on what comes after. */
const TEST_FROM = epochMs(TO - DAY)
/** 100 minutes are needed before the first state. */
const FIRST_STATE = epochMs(FROM + 2 * HOUR)

export const hasRecordedDays = existsSync(`${FOLDER}coinbase-BTCUSD-1s.csv.gz`)

export function recordedVenue(): Venue {
  const slice = recordedSlice()
  const train = { from: FIRST_STATE, to: TEST_FROM }
  const test = { from: TEST_FROM, to: epochMs(TO - HOUR) }
  const marks = tripleBarrierWinners(stretchOf(slice, { from: FIRST_STATE, to: TO }).bars)
  return {
    test: testOf(
      slice,
      test,
      marks.filter((mark) => isWithin(mark, test)),
    ),
    train: (annotations) => {
      const own = marks.filter((mark) => isWithin(mark, train)).slice(0, annotations)
      return Promise.resolve(own.length < annotations ? null : trainOn(slice, own))
    },
    close: () => {},
  }
}

function isWithin(mark: Mark, range: TimeRange): boolean {
  const { from, to } = labelSpan(mark)
  return from >= range.from && to <= range.to
}

/** Reviewed from the first state to the end of the last mark. */
function trainOn(slice: MarketSlice, marks: readonly Mark[]): TrainingPlace {
  const span = { from: FIRST_STATE, to: floorTo(labelSpan(marks.at(-1)!).to, MINUTE) }
  const stretch = stretchOf(slice, { from: span.from, to: epochMs(span.to + 2 * MINUTE) })
  const market = marketData({
    market: MARKET,
    marks,
    holdSpans: [span],
    holdSource: 'reviewed',
    stretches: [stretch],
  })
  const states = allocateInputs(marks.length)
  const sweep = new StateSweep(slice)
  for (const [row, { entry }] of marks.entries()) {
    if (!sweep.writeAt(entry, states, row)) throw new RangeError(`no state as of ${entry}`)
  }
  const cases = marks.map(({ id }) => ({ markId: id, testCaseId: id, sha256: '' }))
  const data: TrainingData = { markets: [market], cases, states, leftOut: [], warnings: [] }
  return { data, hours: (span.to - span.from) / HOUR, close: () => {} }
}

function testOf(slice: MarketSlice, range: TimeRange, marks: readonly Mark[]): TestPlace {
  const stretch = stretchOf(slice, range)
  const market = marketData({
    market: MARKET,
    marks,
    holdSpans: [range],
    holdSource: 'reviewed',
    stretches: [stretch],
  })
  const scorable = marks.map((mark) => ({
    market: MARKET,
    mark,
    side: sideOf(mark),
    window: matchWindow(mark),
  }))
  const hours = (range.to - range.from) / HOUR
  return {
    slice,
    bars: stretch.bars,
    range,
    hours,
    targets: marks.length,
    score: (calls, holding) => {
      const { hits, falseCalls } = matchCalls(calls, scorable, [market])
      const scored = hits.length + falseCalls.length
      const nets = calls.map((call) => netPct(call, [market], holding)).filter((net) => Number.isFinite(net))
      return {
        calls: calls.length,
        recall: hits.length / marks.length,
        precision: scored === 0 ? null : hits.length / scored,
        f1: (2 * hits.length) / (scored + marks.length),
        falseCallsPerHour: falseCalls.length / hours,
        netPct: nets.length === 0 ? null : mean(nets),
      }
    },
  }
}

/**
 * Seconds, minutes and days are the recorded ones. Hours are recorded from 7 October on alone, so the hundred before them are
 * carved from the days: flat at each day's close. It is the same for all examples, and says nothing about what comes.
 */
function recordedSlice(): MarketSlice {
  const seconds = read('1s', FROM, TO)
  const minutes = read('1m', FROM, TO)
  const days = read('1d', epochMs(FROM - 200 * DAY), TO)
  const hours = [...flatHours(days), ...grouped(minutes, HOUR)]
  const series = (rows: readonly Row[], covered: TimeRange): SliceSeries => ({
    candles: columnsOf(rows),
    covered: [covered],
    closeBefore: null,
    firstOpen: epochMs(rows[0]![0]),
  })
  const span = sliceRange({ from: FIRST_STATE, to: TO })
  return {
    market: MARKET,
    asOf: { from: epochMs(Math.max(span.from, FROM)), to: TO },
    series: {
      '1s': series(seconds, { from: FROM, to: TO }),
      '1m': series(minutes, { from: FROM, to: TO }),
      '1h': series(hours, { from: epochMs(FROM - 200 * HOUR), to: TO }),
      '1d': series(days, { from: epochMs(FROM - 200 * DAY), to: TO }),
    },
  }
}

/** Open time, open, high, low, close, volume. */
type Row = readonly [number, number, number, number, number, number]

function read(timeframe: string, from: EpochMs, to: EpochMs): Row[] {
  const text = gunzipSync(readFileSync(`${FOLDER}coinbase-BTCUSD-${timeframe}.csv.gz`)).toString('utf8')
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number) as unknown as Row)
    .filter(([open]) => open >= from && open < to)
}

function flatHours(days: readonly Row[]): Row[] {
  return days
    .filter(([open]) => open >= FROM - 10 * DAY && open < FROM)
    .flatMap(([open, , , , close]) =>
      Array.from({ length: 24 }, (_, i): Row => [open + i * HOUR, close, close, close, close, 0]),
    )
    .slice(-200)
}

function grouped(rows: readonly Row[], step: number): Row[] {
  const out = new Map<number, Row>()
  for (const [time, open, high, low, close, volume] of rows) {
    const at = floorTo(time, step)
    const before = out.get(at)
    out.set(
      at,
      before === undefined
        ? [at, open, high, low, close, volume]
        : [at, before[1], Math.max(before[2], high), Math.min(before[3], low), close, before[5] + volume],
    )
  }
  return [...out.values()]
}
