// The table of `npm run bench`: figures, peers, ratios.
import { expect, it } from 'vitest'
import { formatTable } from '../../../bench/table.ts'

it('puts ours beside the peer’s, above 1 where ours is better', () => {
  const rows = [
    { name: 'aggregated', value: 3_000_000, unit: 'trades/s', peer: { name: 'ccxt', value: 1_500_000 } },
    { name: 'step', value: 0.0123456, unit: 'ms', peer: { name: 'PyTorch', value: 0.00617 } },
    { name: 'alone', value: 12.34, unit: 'ms', note: 'PyTorch is not installed' },
  ]
  expect(formatTable([{ title: 'Speed', rows }]).split('\n')).toEqual([
    '',
    'Speed',
    '  aggregated  3,000,000 trades/s  ccxt 1,500,000 trades/s  2.00×',
    '  step                 0.0123 ms  PyTorch 0.00617 ms       0.50×',
    '  alone                  12.3 ms                                  PyTorch is not installed',
  ])
})
