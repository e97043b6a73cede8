// Trades by the hour they were entered in, in any zone.
import { expect, it } from 'vitest'
import type { BacktestDetail, BacktestTrade } from '../../../src/contract/backtests.ts'
import { zoneOf } from '../../../src/core/zone.ts'
import { hourGroups, inZone } from '../../../src/backtest/groups.ts'

const trade = (entered: string, net: number): BacktestTrade => ({
  call_id: entered,
  action: 'BUY',
  entered_at: entered,
  entry_price: 100,
  exited_at: new Date(Date.parse(entered) + 60_000).toISOString(),
  outcome: net > 0 ? 'right' : 'wrong',
  net_pct: net,
})

const trades = [
  trade('2026-03-29T00:59:59.000Z', 1),
  trade('2026-03-29T01:00:00.000Z', -2),
  trade('2026-03-29T01:29:59.000Z', 0.5),
  trade('2026-03-29T01:30:00.000Z', 4),
]

it.each([
  ['UTC', { '00': 1, '01': 2.5 }],
  // Clocks go from 02:00 to 03:00 between the first two.
  ['Europe/Berlin', { '01': 1, '03': 2.5 }],
  ['Asia/Kolkata', { '06': -0.5, '07': 4 }],
] as const)('counts them by hour of %s', (zone, nets) => {
  const found = hourGroups(trades, zoneOf(zone)).map(({ name, net_return_pct: net }) => [name, net])
  expect(Object.fromEntries(found)).toEqual(nets)
  expect(found.map(([name]) => name)).toEqual(Object.keys(nets).toSorted())
})

it('gives a backtest other hours and leaves its other groups as they are', () => {
  const regime = { ...hourGroups(trades, zoneOf('UTC'))[0]!, by: 'regime' as const, name: 'quiet' }
  const stored = { groups: [...hourGroups(trades, zoneOf('UTC')), regime], trades, timezone: 'UTC' }
  const told = inZone(stored as unknown as BacktestDetail, zoneOf('+05:30'))
  expect(told.groups.map(({ by, name }) => [by, name])).toEqual([
    ['hour', '06'],
    ['hour', '07'],
    ['regime', 'quiet'],
  ])
  expect(told.timezone).toBe('+05:30')
})
