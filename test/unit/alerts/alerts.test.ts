// Alerts: every call that is wanted is sent at least once, signed, in order, over failures and restarts, and what is given up is listed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AlertService } from '../../../src/alerts/alert-service.ts'
import { alertMigrations } from '../../../src/alerts/schema.ts'
import type { AlertBody, NewAlertOut } from '../../../src/contract/alerts.ts'
import type { CallOut } from '../../../src/contract/live-calls.ts'
import { ManualClock } from '../../../src/core/clock.ts'
import { openDatabase, type Database } from '../../../src/core/database.ts'
import { HOUR, MINUTE, SECOND, epochMs, shift, toIso } from '../../../src/core/time.ts'
import { until } from '../../patience.ts'
import { isSigned, receiver, type Receiver } from './receiver.ts'

const NOW = epochMs(Date.parse('2026-01-15T10:30:05Z'))
const OPEN = { outcome: 'open', outcome_pct: null, outcome_at: null, closed_at: null } as const

let folder: string
let clock: ManualClock
let to: Receiver
let database: Database
let alerts: AlertService
let recent: CallOut[] = []
const faults: unknown[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'annotate-alerts-'))
  clock = new ManualClock(NOW)
  to = await receiver()
  recent = []
  begin()
})
afterEach(async () => {
  await end()
  to.close()
  rmSync(folder, { recursive: true, force: true })
  if (faults.length > 0) throw new AggregateError(faults)
})

function begin(): void {
  database = openDatabase(join(folder, 'annotate.db'), alertMigrations)
  alerts = new AlertService({
    database,
    clock,
    patternOf: async (session) => (session === 'breakouts' ? 'breakout' : null),
    recent: async () => recent,
    onFault: (error) => faults.push(error),
  })
  alerts.start()
}

async function end(): Promise<void> {
  await alerts.stop()
  await database.close()
}

function call(id: string, more: Partial<CallOut> = {}): CallOut {
  return {
    id,
    session: 's',
    model: 'cnn',
    checkpoint: '0001',
    symbol: 'ETH/USDT',
    venue: 'demo-1',
    action: 'BUY',
    opened_at: toIso(clock.now()),
    price: 2400,
    score: 0.9,
    on: 0.5,
    confidence: 60,
    confidence_n: 40,
    confidence_interval: [45, 75],
    confidence_band: null,
    confidence_words: 'high or medium',
    matched_annotation: null,
    verdict: null,
    ...OPEN,
    ...more,
  }
}

const make = (body: Partial<AlertBody> = {}): Promise<NewAlertOut> => alerts.create({ url: to.url, ...body })
const ids = (): (string | undefined)[] => to.received.map(({ content }) => content.call?.id)

/** Moves on once the last attempt is written down. */
async function wait(alert: string, attempts: number, ms: number): Promise<void> {
  await until(`attempt ${attempts}`, async () => {
    const [newest] = await alerts.deliveries(alert, {})
    return newest?.attempts === attempts
  })
  clock.moveTo(shift(clock.now(), ms))
}

describe('a call', () => {
  it('is sent once, signed with what was told once, however often it is told of', async () => {
    const { id, secret } = await make()
    for (let i = 0; i < 3; i++) await alerts.tell(call('a'))
    await alerts.tell(call('b'))
    await to.has(2)
    expect(ids()).toEqual(['a', 'b'])
    for (const each of to.received) {
      expect(isSigned(each, secret)).toBe(true)
      expect(isSigned(each, `${secret}x`)).toBe(false)
      expect(each.content).toMatchObject({ id: each.delivery, type: 'call', call: { symbol: 'ETH/USDT' } })
    }
    await until('both are written down', async () => (await alerts.get(id)).delivered === 2)
    expect(await alerts.list()).not.toHaveProperty([0, 'secret'])
  })

  it('is told of at its end only to those that want outcomes and were told that it opened', async () => {
    await alerts.tell(call('before'))
    await make({ outcomes: true })
    await alerts.tell(call('a'))
    const over = {
      outcome: 'right',
      outcome_pct: 0.4,
      outcome_at: toIso(NOW),
      closed_at: toIso(NOW),
    } as const
    await alerts.tell(call('before', over))
    await alerts.tell(call('a', over))
    await to.has(2)
    expect(to.received.map(({ content: { type, call: sent } }) => [type, sent?.id, sent?.outcome])).toEqual([
      ['call', 'a', 'open'],
      ['outcome', 'a', 'right'],
    ])
  })

  it.each([
    [{ action: 'SELL' }, [{ action: 'SELL' }, {}]],
    [{ min_confidence: 70 }, [{ confidence: 71 }, { confidence: 69 }]],
    [{ min_confidence: 0 }, [{ confidence: 0 }, { confidence: null }]],
    [{ pattern: 'breakout' }, [{ session: 'breakouts' }, {}]],
    [{ session: 's2' }, [{ session: 's2' }, {}]],
    [{ venue: 'demo-2', symbol: 'ETH/USDT' }, [{ venue: 'demo-2' }, { symbol: 'BTC/USDT', venue: 'demo-2' }]],
  ] as [Partial<AlertBody>, Partial<CallOut>[]][])(
    'is sent where all of %j holds',
    async (filter, [meant, other]) => {
      await make(filter)
      await make()
      await alerts.tell(call('other', other))
      await alerts.tell(call('meant', meant))
      await to.has(3)
      expect(new Set(ids())).toEqual(new Set(['meant', 'other']))
      expect(ids().filter((id) => id === 'other')).toHaveLength(1)
    },
  )
})

describe('a delivery that fails', () => {
  it('is tried again with growing pauses under the same id, given up after eight hours, and listed with the reason', async () => {
    to.answers(500)
    const { id } = await make()
    await alerts.tell(call('a'))
    const pauses = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR]
    for (const [tried, pause] of pauses.entries()) {
      await to.has(tried + 1)
      await wait(id, tried + 1, pause - 1)
      expect(to.received).toHaveLength(tried + 1)
      clock.moveTo(shift(clock.now(), 1))
    }
    await to.has(7)
    await until('it is given up', async () => (await alerts.get(id)).dead === 1)
    expect(new Set(to.received.map(({ delivery }) => delivery)).size).toBe(1)
    const [dead] = await alerts.deliveries(id, { state: 'dead' })
    expect(dead).toMatchObject({ attempts: 7, error: 'it answered 500', next_attempt_at: null, call: 'a' })
    to.answers(200)
    expect(await alerts.retry(id, dead!.id)).toMatchObject({ state: 'waiting', attempts: 0 })
    await to.has(8)
    await until('it is delivered', async () => (await alerts.get(id)).delivered === 1)
  })

  it.each([
    [410, 'dead', 'it answered 410'],
    [302, 'waiting', 'it answered 302 (redirects are not followed)'],
  ])('with %i is %s and says so', async (status, state, error) => {
    to.answers(status)
    const { id } = await make()
    await alerts.tell(call('a'))
    await until('the attempt', async () => (await alerts.deliveries(id, {}))[0]?.attempts === 1)
    expect((await alerts.deliveries(id, {}))[0]).toMatchObject({ state, error })
    expect(to.received).toHaveLength(1)
  })

  it('says why nobody answers', async () => {
    const { url } = to
    to.close()
    const { id } = await make({ url })
    await alerts.test(id)
    await until('the attempt', async () => (await alerts.deliveries(id, {}))[0]?.attempts === 1)
    expect((await alerts.deliveries(id, {}))[0]!.error).toMatch(/ECONNREFUSED/)
  })

  it('holds up what comes after it for its own alert, and no other', async () => {
    const slow = await receiver()
    slow.answers(null)
    await make({ url: slow.url })
    await make()
    await alerts.tell(call('a'))
    await alerts.tell(call('b'))
    await to.has(2)
    await slow.has(1)
    expect(slow.received).toHaveLength(1)
    slow.close()
  })
})

describe('a restart', () => {
  it('sends what waited, what was cut off, and calls that opened unseen', async () => {
    to.answers(null)
    const { id } = await make()
    await alerts.tell(call('cut off'))
    await alerts.tell(call('waiting'))
    await to.has(1)
    await end()
    clock.moveTo(shift(NOW, MINUTE))
    to.answers(200)
    const lost = call('lost', { opened_at: toIso(shift(NOW, SECOND)), closed_at: toIso(clock.now()) })
    const before = call('before the alert', { opened_at: toIso(shift(NOW, -60_000)) })
    recent = [before, lost]
    begin()
    await to.has(4)
    expect(ids()).toEqual(['cut off', 'cut off', 'waiting', 'lost'])
    expect(to.received[0]!.delivery).toBe(to.received[1]!.delivery)
    await until('all is written down', async () => (await alerts.get(id)).delivered === 3)
  })
})

it.each(['not a url', 'ftp://example.org', 'javascript:alert(1)', 'http://user:secret@example.org/'])(
  'refuses to send to %s',
  async (url) => {
    await expect(make({ url })).rejects.toMatchObject({ code: 'invalid_url', field: 'url' })
    expect(await alerts.list()).toEqual([])
  },
)

it('that is removed sends nothing more', async () => {
  to.answers(500)
  const { id } = await make()
  await alerts.tell(call('a'))
  await to.has(1)
  await wait(id, 1, 0)
  await alerts.remove(id)
  clock.moveTo(shift(clock.now(), HOUR))
  await expect(alerts.get(id)).rejects.toMatchObject({ code: 'unknown_alert', status: 404 })
  expect(to.received).toHaveLength(1)
})
