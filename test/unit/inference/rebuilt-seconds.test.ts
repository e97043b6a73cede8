// Seconds made again of the store: once for all who compare what they saw, each as it was known to them.
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SECOND, shift } from '../../../src/core/time.ts'
import { RebuiltSeconds } from '../../../src/inference/rebuilt-seconds.ts'
import { storedState } from '../../../src/market-state/stored-state.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'

const MARKET = { venue: 'demo-1', symbol: 'ETH/USDT' }
const AT = shift(NOW, -60 * SECOND)

let server: Harness
beforeAll(async () => {
  server = await startServer('demo')
})
afterAll(() => server.stop())

it('reads a second once, and again where it was known otherwise or is another', async () => {
  const { reader, books } = server.app
  const slice = vi.fn<typeof reader.slice>(reader.slice.bind(reader))
  const stored = { reader: { slice }, books }
  const rebuilt = new RebuiltSeconds(stored)
  const both = await Promise.all([rebuilt.at(MARKET, AT, NOW), rebuilt.at(MARKET, AT, NOW)])
  expect(await rebuilt.at(MARKET, AT, NOW)).toBe(both[0])
  expect(slice).toHaveBeenCalledTimes(1)
  expect(both[0]).toEqual(await storedState({ reader, books }, MARKET, AT, NOW))
  await rebuilt.at(MARKET, AT, null)
  await rebuilt.at(MARKET, shift(AT, SECOND), NOW)
  expect(slice).toHaveBeenCalledTimes(3)
  // What is of an older second is not kept.
  await rebuilt.at(MARKET, AT, NOW)
  expect(slice).toHaveBeenCalledTimes(4)
})

it('is nothing where less than a state is stored', async () => {
  const { reader, books } = server.app
  const rebuilt = new RebuiltSeconds({ reader, books })
  expect(await rebuilt.at({ venue: 'demo-1', symbol: 'NO/WHERE' }, AT, NOW)).toBeNull()
})
