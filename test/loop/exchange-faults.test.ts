// What an exchange can do wrong, one at a time, to a connector that reaches it through ccxt: afterwards the store equals the truth.
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LocalBinance, type LocalBinanceOptions } from '../exchange/binance-server.ts'
import { LiveMarket } from '../exchange/live-market.ts'
import { patient } from '../patience.ts'

/** Runs `work` on a market that streams, and checks that all trades and candles since its start are the exchange's. */
async function checkStreaming(
  options: LocalBinanceOptions,
  work: (live: LiveMarket, exchange: LocalBinance) => Promise<void>,
  allowedGaps = 0,
): Promise<void> {
  const exchange = await new LocalBinance(options).open()
  const live = await LiveMarket.start(exchange)
  try {
    await live.until(
      'trades',
      () => live.status.state === 'streaming' && live.status.connection!.tradeLagMs !== null,
    )
    await work(live, exchange)
    const to = await live.caughtUp()
    // What came late is stored with the next second.
    await sleep(1500 + (options.latency ?? 0) * 2)
    expect(live.differences(to)).toEqual([])
    expect(live.gaps(to)).toHaveLength(allowedGaps)
    expect(live.faults).toEqual([])
  } finally {
    await live.stop()
    await exchange.close()
  }
}

/** REST has filled a hole: of its own, or, where a slow machine lost the connection meanwhile, with the break. */
const isRepaired = (live: LiveMarket): boolean =>
  live.status.connection!.holesFilled + live.status.connection!.reconnects >= 1

const seconds = (count: number): Promise<void> => sleep(count * 1000)

describe.concurrent('an exchange that', () => {
  it('works: everything is there, live', async () => {
    await checkStreaming({}, async (live) => {
      await seconds(3)
      expect(live.status.connection).toMatchObject({ connected: true, reconnects: 0, gaps: 0, trouble: null })
      expect(live.status.connection!.tradeLagMs!.p50).toBeGreaterThan(0)
    })
  })

  it('cuts the connection: the gap is fetched by id', async () => {
    await checkStreaming({}, async (live, exchange) => {
      exchange.disconnect()
      await live.until('the break', () => live.states.includes('stale'))
      await live.until('the connection', () => live.status.connection!.reconnects === 1)
      await seconds(2)
    })
  })

  it('is away for some seconds, REST too', async () => {
    await checkStreaming({}, async (live, exchange) => {
      await exchange.outage(4000)
      expect(live.states).toContain('stale')
      expect([...live.troubles].join()).toMatch(/connect|socket|closed|ECONN|NetworkError/i)
      await live.until('the connection', () => live.status.connection!.reconnects >= 1)
    })
  })

  it('falls silent on an open connection: nothing is confirmed meanwhile, and the connection is opened anew', async () => {
    await checkStreaming({}, async (live, exchange) => {
      await live.caughtUp()
      exchange.stalled = true
      await seconds(1)
      const before = live.covered().at(-1)!.to
      await live.until(
        'giving up',
        () => live.status.connection!.reconnects >= 1 || exchange.connections >= 2,
      )
      expect(live.covered().at(-1)!.to - before).toBeLessThanOrEqual(1000)
      exchange.stalled = false
      await live.until('the connection', () => live.status.connection!.reconnects >= 1)
    })
  })

  it('stalls for a moment and then sends it all late', async () => {
    await checkStreaming({}, async (live, exchange) => {
      exchange.stalled = true
      await seconds(1.8)
      exchange.release()
      await seconds(1)
      expect(live.status.connection!.reconnects).toBe(0)
    })
  })

  it('takes a subscription and never sends a trade: REST shows what is missed, and the connection is opened anew', async () => {
    await checkStreaming({}, async (live, exchange) => {
      exchange.deaf = 1
      exchange.disconnect()
      await live.until('the connection', () => exchange.deaf === 0 && live.status.connection!.reconnects >= 2)
    })
  })

  it('sends messages twice', async () => {
    await checkStreaming({}, async (live, exchange) => {
      exchange.spoil({ double: 10 })
      await live.until('the repeats', () => exchange.pending === 0)
    })
  })

  it('sends messages in the wrong order', async () => {
    await checkStreaming({}, async (live, exchange) => {
      exchange.spoil({ swap: 6 })
      await live.until('the swaps', () => exchange.pending === 0)
    })
  })

  it('leaves messages out: the hole is seen by its ids and filled', async () => {
    await checkStreaming({}, async (live, exchange) => {
      exchange.spoil({ drop: 7 })
      await live.until('the loss', () => exchange.pending === 0)
      await live.until('the filling', () => isRepaired(live))
    })
  })

  it('sends what is no JSON', async () => {
    await checkStreaming({}, async (live, exchange) => {
      exchange.spoil({ garbage: 3 })
      await live.until('the garbage', () => exchange.pending === 0)
      await live.until('the filling', () => isRepaired(live))
      expect(live.status.connection!.malformed).toBeGreaterThanOrEqual(3)
    })
  })

  for (const status of [418, 429, 503]) {
    it(`answers ${status} when a hole has to be filled: it waits as long as it is told and asks again`, async () => {
      await checkStreaming({}, async (live, exchange) => {
        exchange.refusal = { status, times: 2, ...(status === 503 ? {} : { retryAfter: 1 }) }
        exchange.spoil({ drop: 3 })
        await live.until('the refusals', () => exchange.refusal?.times === 0)
        expect([...live.troubles].join()).toContain(String(status))
        await live.until('the filling', () => isRepaired(live))
      })
    })
  }

  it('restarts and has lost what happened meanwhile: a gap, and nothing invented', async () => {
    await checkStreaming(
      {},
      async (live, exchange) => {
        await live.caughtUp()
        const newest = () => exchange.past().at(-1)!.id
        const heard = newest()
        await exchange.outage(3000, () => newest() > heard + 3)
        exchange.oldestId = newest()
        await live.until('the gap', () => live.status.connection!.gaps === 1)
        await seconds(1)
      },
      1,
    )
  })

  it('closes every connection after its 24 hours', async () => {
    await checkStreaming({ connectionLife: 2500 }, async (live) => {
      await live.until('the second connection', () => live.status.connection!.reconnects >= 2)
    })
  })

  it.each([
    ['ahead', 7000],
    ['behind', -7000],
  ])('has a clock that is %s: its time is taken', async (_, clockOffset) => {
    await checkStreaming({ clockOffset }, async (live) => {
      await seconds(1)
      const { connection } = live.status
      expect(Math.abs(connection!.clockOffsetMs - clockOffset)).toBeLessThan(patient(500))
      expect(connection!.clockDoubted).toBe(false)
    })
  })

  it.each([
    ['into the future', 9000],
    ['into the past', -9000],
  ])('lies about its clock %s: its trades are believed instead', async (_, lie) => {
    await checkStreaming({ lie, past: 250_000 }, async (live) => {
      await live.until('the doubt', () => live.status.connection!.clockDoubted)
      await seconds(2)
      expect(Math.abs(live.status.connection!.clockOffsetMs)).toBeLessThan(patient(2500))
    })
  })

  it('sends its trades late: they correct what was decided, and are counted', async () => {
    await checkStreaming({ latency: 1450 }, async (live) => {
      await live.until('the late ones', () => live.status.lateSeconds >= 2)
      await live.until('the longest grace', () => live.status.connection!.graceMs === 1000)
      expect(live.status.connection!.tradeLagMs!.p50).toBeGreaterThan(1400)
    })
  })

  it.each([
    ['seconds', {}, 2000],
    ['most of an hour', { speed: 0.17, past: 60_000 }, 3_400_000],
  ])(
    'is left and come back to after %s: the stored trades are joined to the stream',
    async (_, options, away) => {
      const exchange = await new LocalBinance(options).open()
      const before = await LiveMarket.start(exchange)
      await before.until('trades', () => before.status.connection!.tradeLagMs !== null)
      await before.caughtUp()
      await before.stop(true)
      exchange.jump(away)
      const began = performance.now()
      const after = await LiveMarket.start(exchange, before.folder)
      try {
        const to = await after.caughtUp()
        const took = performance.now() - began
        await sleep(1500)
        expect(after.differences(to)).toEqual([])
        expect(after.gaps(to)).toEqual([])
        expect(took).toBeLessThan(patient(30_000))
      } finally {
        await after.stop()
        await exchange.close()
      }
    },
  )
})
