// Sessions that wait for their market: an exchange that does not answer is asked again, one that refuses ends them, and a stop leaves them.
import { expect, it } from 'vitest'
import { ManualClock } from '../../../src/core/clock.ts'
import { AppError } from '../../../src/core/errors.ts'
import { epochMs, shift } from '../../../src/core/time.ts'
import { LeftSessions, type Follow } from '../../../src/inference/left-sessions.ts'
import type { LeftSession } from '../../../src/inference/session-row.ts'
import type { DataProvider } from '../../../src/market/provider.ts'
import { turns } from '../../patience.ts'

const T = epochMs(Date.parse('2026-01-15T10:30:00Z'))
const SESSION: LeftSession = {
  id: 'one',
  model: 'cnn',
  checkpoint: '0001',
  market: { venue: 'binance', symbol: 'ETH/USDT' },
  confidenceN: 0,
  pattern: null,
  barriers: null,
  resumes: true,
  partOf: null,
  memory: null,
  parts: [],
}
const failure = (code: string): AppError => new AppError(code, `It is ${code}.`, { status: 502 })

/** A provider that follows nothing yet; `follow` fails with each of these codes, then follows. */
function waiting(...codes: string[]) {
  const clock = new ManualClock(T)
  let isFollowed = false
  const provider = {
    statusOf: () => (isFollowed ? { kind: 'exchange', now: clock.now() } : null),
    status: () => ({ kind: 'exchange', now: clock.now() }),
  } as unknown as DataProvider
  const told: string[] = []
  const faults: unknown[] = []
  const left = new LeftSessions({
    provider,
    clock,
    answer: async ({ id }) => {
      if (left.take(id)) told.push('answers')
    },
    end: async (id, reason) => void told.push(`${id} ends: ${reason}`),
    onFault: (_, error) => void faults.push(error),
  })
  let asked = 0
  const follow: Follow = async () => {
    asked += 1
    const code = codes.shift()
    if (code !== undefined) throw failure(code)
    isFollowed = true
  }
  return { clock, left, told, faults, follow, asked: () => asked }
}

it('are asked for again half a minute later where the exchange did not answer, and answer once it does', async () => {
  const { clock, left, told, faults, follow, asked } = waiting('exchange_unreachable', 'exchange_unreachable')
  await left.takeUp([SESSION], follow)
  await turns()
  expect([asked(), told, left.count]).toEqual([1, [], 1])
  clock.moveTo(shift(T, 29_000))
  await turns()
  expect(asked()).toBe(1)
  clock.moveTo(shift(T, 30_000))
  await turns()
  expect([asked(), told]).toEqual([2, []])
  clock.moveTo(shift(T, 60_000))
  await turns()
  expect([asked(), told, left.count, faults.length]).toEqual([3, ['answers'], 0, 2])
})

it('end with the code of what refuses them', async () => {
  const { left, told, follow } = waiting('unknown_symbol')
  await left.takeUp([SESSION], follow)
  await turns()
  expect([told, left.count]).toEqual([['one ends: unknown_symbol'], 0])
})

it('that are stopped meanwhile neither answer nor end again', async () => {
  const { clock, left, told, follow, asked } = waiting('exchange_unreachable')
  await left.takeUp([SESSION], follow)
  await turns()
  expect(left.on(SESSION.market)).toEqual(['one'])
  expect([left.take('one'), left.take('one')]).toEqual([true, false])
  clock.moveTo(shift(T, 60_000))
  await turns()
  expect([asked(), told]).toEqual([1, []])
})

it('stay as they are where the server ends', async () => {
  const { clock, left, told, follow, asked } = waiting('exchange_unreachable')
  await left.takeUp([SESSION], follow)
  await turns()
  left.stop()
  clock.moveTo(shift(T, 60_000))
  await turns()
  expect([asked(), told, left.count]).toEqual([1, [], 0])
})
