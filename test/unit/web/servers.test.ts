// Which servers share a PostgreSQL, in the page's words.
import { expect, it } from 'vitest'
import type { HealthOut } from '../../../src/contract/market.ts'
import { serversOf } from '../../../src/web/training/servers-words.ts'

type Source = HealthOut['data_sources'][number]

function health(owner: string | null, isOwner: boolean, markets: Record<string, string | null>) {
  const sources = Object.entries(markets).map(([symbol, server]) => ({ symbol, server }) as Source)
  return { database: { owner, is_owner: isOwner }, data_sources: sources }
}

it('says nothing where one server has all', () => {
  expect(serversOf(health(null, true, { 'ETH/USDT': null }))).toEqual([])
  expect(serversOf(health('desk-1:/a', true, { 'ETH/USDT': 'desk-1:/a' }))).toEqual([])
})

it('names the owner first, and the markets of each', () => {
  const shared = { 'ETH/USDT': 'desk-2:/b', 'BTC/USDT': 'desk-1:/a', 'SOL/USDT': 'desk-2:/b' }
  expect(serversOf(health('desk-1:/a', false, shared))).toEqual([
    { place: 'desk-1:/a', name: 'desk-1', does: 'owner · BTC/USDT' },
    { place: 'desk-2:/b', name: 'desk-2', does: 'ETH/USDT, SOL/USDT' },
  ])
  expect(serversOf(health('desk-1:/a', true, { 'ETH/USDT': 'desk-2:/b' }))[0]?.does).toBe(
    'owner, this server · no market',
  )
})

it('tells two on one machine apart, and markets that nobody has', () => {
  const said = serversOf(health('desk-1:/a', false, { 'ETH/USDT': 'desk-1:/b', 'BTC/USDT': null }))
  expect(said.map(({ name, does }) => `${name}: ${does}`)).toEqual([
    'desk-1 (a): owner · no market',
    'desk-1 (b): ETH/USDT',
    'nobody: BTC/USDT',
  ])
  const alike = serversOf(health('desk-1:/x/a', false, { 'ETH/USDT': 'desk-1:/y/a' }))
  expect(alike.map(({ name }) => name)).toEqual(['desk-1:/x/a', 'desk-1:/y/a'])
})
