// What exchanges send, a message a file, and a recorded order book of some of them.
import { T0, text, type Sample } from './sample.ts'

const snapshot = {
  lastUpdateId: 10,
  bids: [
    ['99.5', '1.25'],
    ['99', '2'],
  ],
  asks: [
    ['101', '1'],
    ['101.5', '3'],
  ],
}
const update = (id: number, bid: string) => ({
  E: T0 + id * 300,
  U: id,
  u: id,
  b: [[bid, '1.0']],
  a: [['101', '0']],
})
const recorded = (type: string, id: number, message: object): string =>
  JSON.stringify({ type, recv_ns: (T0 + id * 300) * 1e6, ...message })

export const bookFiles: readonly Sample[] = [
  {
    parser: 'book',
    file: 'book.jsonl',
    bytes: text([
      recorded('snapshot', 10, snapshot),
      ...[11, 12, 13, 15, 16].map((id) => recorded('update', id, update(id, `9${id - 10}.5`))),
      recorded('snapshot', 17, { ...snapshot, lastUpdateId: 17 }),
      ...[18, 19, 20, 21, 22].map((id) => recorded('update', id, update(id, `9${id - 15}.5`))),
    ]),
  },
  {
    parser: 'book',
    file: 'futures.jsonl',
    bytes: text([
      recorded('snapshot', 10, snapshot),
      ...[11, 12, 13, 14, 18].map((id) => recorded('update', id, { ...update(id, '98'), pu: id - 1 })),
    ]),
  },
]

const message = (parser: 'order-book message' | 'exchange message', value: object): Sample => ({
  parser,
  file: 'message.json',
  bytes: Buffer.from(JSON.stringify(value)),
})

export const messageFiles: readonly Sample[] = [
  message('order-book message', snapshot),
  message('order-book message', update(11, '98.5')),
  message('order-book message', { ...update(12, '98.5'), pu: 11, e: 'depthUpdate' }),
  message('exchange message', {
    id: '17',
    timestamp: T0,
    price: 2400.5,
    amount: 0.25,
    side: 'buy',
    info: {},
  }),
  message('exchange message', {
    channel: 'book',
    type: 'update',
    data: [{ symbol: 'ETH/USDT', bids: [{ price: 1, qty: 2 }], asks: [], checksum: 123 }],
  }),
]
