// Rejected proposals: kept by market and second, once each, and taken back.
import { expect, it } from 'vitest'
import { systemClock } from '../../../src/core/clock.ts'
import { epochMs } from '../../../src/core/time.ts'
import { RejectedHolds } from '../../../src/annotation/rejected-holds.ts'
import { MARKET, openRoom } from './fixture.ts'

it('keeps each rejected second once, until the proposal is no longer rejected', async () => {
  const rejected = new RejectedHolds({ database: openRoom().database, clock: systemClock })
  const first = { market: MARKET, at: epochMs(5000), origin: 'call', reference: 'a' } as const
  await rejected.add(first)
  await rejected.add(first)
  await rejected.add({ ...first, origin: 'suggestion' })
  await rejected.add({ ...first, reference: 'b', at: epochMs(1000) })
  await rejected.add({ ...first, reference: 'c', market: { ...MARKET, venue: 'other' } })
  expect(await rejected.list(MARKET)).toEqual([1000, 5000])
  await rejected.remove(first)
  expect(await rejected.list(MARKET)).toEqual([1000, 5000])
  await rejected.remove({ ...first, origin: 'suggestion' })
  expect(await rejected.list(MARKET)).toEqual([1000])
})
