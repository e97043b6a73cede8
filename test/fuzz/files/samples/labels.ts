// Marks of other programs and our own, of the small market that the readers' workspace holds.
import { MARKET, priceAt, second } from '../../../unit/annotation/fixture.ts'
import { text, type Sample } from './sample.ts'

const iso = (n: number): string => new Date(second(n)).toISOString().replace('.000', '')
const wall = (n: number): string => iso(n).replace('T', ' ').replace('Z', '')
const SPANS = [300, 400, 600].map((from) => ({ from, to: from + 60 }))

const json = (value: unknown): Sample => ({
  parser: 'labels',
  file: 'labels.json',
  bytes: Buffer.from(JSON.stringify(value)),
})
const csv = (lines: readonly string[]): Sample => ({
  parser: 'labels',
  file: 'labels.csv',
  bytes: text(lines),
})

const region = (from: unknown, to: unknown, name: string): object => ({
  type: 'timeserieslabels',
  value: { start: from, end: to, timeserieslabels: [name] },
})

const prices = ({ from, to }: { from: number; to: number }) => [priceAt(from - 1), priceAt(to - 1)] as const

export const labelFiles: readonly Sample[] = [
  json([
    {
      id: 1,
      data: { csv: 'x.csv' },
      annotations: SPANS.map(({ from, to }, n) => ({
        completed_by: n,
        result: [region(wall(from), wall(to), 'LONG breakout')],
      })),
    },
    {
      id: 2,
      data: MARKET,
      annotations: [
        {
          completed_by: { email: 'six@desk' },
          ground_truth: true,
          result: [region(second(450), second(480), 'SHORT')],
        },
      ],
    },
  ]),
  json([
    {
      id: 1,
      ts: '/x.csv',
      annotator: 1,
      annotation_id: 1,
      label: SPANS.map(({ from, to }) => ({
        start: second(from),
        end: second(to),
        timeserieslabels: ['Buy'],
      })),
    },
  ]),
  json({
    annotations: SPANS.map((span) => ({
      ...MARKET,
      direction: 'LONG',
      entry: { timestamp: iso(span.from), price: prices(span)[0] },
      exit: { timestamp: iso(span.to), price: prices(span)[1] },
      tags: ['flag'],
      notes: 'two\nlines',
      provenance: { mode: 'hindsight', visible_until: null, seconds_spent: 5 },
      test_case_id: 'annotation_x',
    })),
  }),
  json({
    strategy: {
      own: {
        trades: SPANS.map((span) => ({
          pair: 'ETH/USDT',
          is_short: false,
          open_date: iso(span.from),
          open_rate: prices(span)[0],
          close_date: iso(span.to),
          close_rate: prices(span)[1],
          enter_tag: 'x',
        })),
      },
    },
  }),
  csv([
    'series,timestamp,value,label',
    ...Array.from(
      { length: 12 },
      (_, n) => `close,${iso(300 + n)},${priceAt(299 + n)},${n > 3 && n < 9 ? 'LONG' : ''}`,
    ),
  ]),
  csv([
    'direction,entry_time,entry_price,exit_time,exit_price,symbol,tags,notes',
    ...SPANS.map((span) =>
      [
        'LONG',
        iso(span.from),
        prices(span)[0],
        iso(span.to),
        prices(span)[1],
        'ETHUSDT',
        'a;b',
        '"said ""so"", twice"',
      ].join(','),
    ),
  ]),
  csv([
    'time,side,price,amount,symbol',
    ...SPANS.flatMap((span) => [
      `${iso(span.from)},buy,${prices(span)[0]},2,ETH/USDT`,
      `${iso(span.to)},sell,${prices(span)[1]},2,ETH/USDT`,
    ]),
  ]),
]
