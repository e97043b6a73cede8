// Coverage against candles: what is stored has to be spoken of, and seconds that were traded have to have their candle.
import type { Clock } from '../../core/clock.ts'
import type { Finding } from '../../core/finding.ts'
import { SECOND } from '../../core/time.ts'
import { missingFrom, rangeOf, rangeOut, runsOf } from '../ranges.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../timeframe.ts'
import type { Market, TimeRange } from '../types.ts'
import type { MarketStore } from './market-store.ts'

const ALL = rangeOf(0, Number.MAX_SAFE_INTEGER)

/** Counts rows, which takes as long as there are many. What others store meanwhile is not seen. */
export function coverageFindings(store: MarketStore, clock: Clock): Finding[] {
  store.sqlite.exec('BEGIN')
  try {
    return store.markets().flatMap((market) => {
      const id = store.find(market)
      return id === null ? [] : ofMarket(store, market, id, clock)
    })
  } finally {
    store.sqlite.exec('COMMIT')
  }
}

function ofMarket(store: MarketStore, market: Market, id: number, clock: Clock): Finding[] {
  const found: Finding[] = []
  for (const timeframe of TIMEFRAMES) {
    for (const range of uncovered(store, id, timeframe)) {
      found.push(uncoveredFinding(store, market, { timeframe, range }, clock))
    }
  }
  for (const range of uncomposed(store, id)) found.push(uncomposedFinding(store, market, range, clock))
  return found
}

/** Stretches of candles that no coverage speaks of, as runs of slots. */
function uncovered(store: MarketStore, id: number, timeframe: Timeframe): TimeRange[] {
  const step = durationOf(timeframe)
  const opens = store.sqlite
    .prepare(
      'SELECT open_time FROM candle WHERE market = ? AND timeframe = ? AND open_time >= ? AND open_time < ?',
    )
    .raw()
  return missingFrom(store.coverage.known(id, timeframe), ALL).flatMap(({ from, to }) => {
    const rows = opens.all([id, step / SECOND, from, to]) as [number][]
    return runsOf(
      rows.map(([open]) => open),
      step,
    )
  })
}

/** Stretches of seconds that trades cover, with trades, without a candle. */
function uncomposed(store: MarketStore, id: number): TimeRange[] {
  const seconds = store.sqlite
    .prepare(
      `SELECT DISTINCT time / ${SECOND} * ${SECOND} AS open FROM trade WHERE market = ? AND time >= ? AND time < ?
       AND NOT EXISTS (SELECT 1 FROM candle WHERE candle.market = trade.market AND timeframe = 1
         AND open_time = trade.time / ${SECOND} * ${SECOND}) ORDER BY open`,
    )
    .raw()
  return store.coverage.byTrades(id).flatMap(({ from, to }) => {
    const rows = seconds.all([id, from, to]) as [number][]
    return runsOf(
      rows.map(([open]) => open),
      SECOND,
    )
  })
}

function uncoveredFinding(
  store: MarketStore,
  market: Market,
  { timeframe, range }: { timeframe: Timeframe; range: TimeRange },
  clock: Clock,
): Finding {
  return {
    ...about(market),
    fault: `candles of ${timeframe} ${words(range)} are stored, and no coverage says that they are known`,
    advice: "--repair takes the venue's own as known, and composes the others anew of what is known.",
    repair: async () => {
      const now = clock.now()
      await store.write(() => {
        const id = store.open(market)
        const own = runsOf(store.candles.nativeOpens(id, timeframe, range), durationOf(timeframe))
        if (own.length > 0) store.cover(market, timeframe, 'candles', own, now)
        store.recompose(market, timeframe, range, { first: now, corrected: now })
      })
      return "the venue's own are known, the others composed anew"
    },
  }
}

function uncomposedFinding(store: MarketStore, market: Market, range: TimeRange, clock: Clock): Finding {
  return {
    ...about(market),
    fault: `seconds ${words(range)} were traded and are known, and have no candle`,
    advice: '--repair composes them anew of their trades.',
    repair: async () => {
      const now = clock.now()
      await store.write(() => store.recompose(market, '1s', range, { first: now, corrected: now }))
      return 'composed anew of their trades'
    },
  }
}

function about({ venue, symbol }: Market): Pick<Finding, 'part' | 'name'> {
  return { part: 'coverage', name: `${symbol} on ${venue}` }
}

function words(range: TimeRange): string {
  const { from, to } = rangeOut(range)
  return `from ${from} to ${to}`
}
