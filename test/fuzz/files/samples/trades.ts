// Trades of a few seconds as text, as exchanges and programs write them.
import { rows, T0, text, type Sample } from './sample.ts'

export interface Print {
  readonly time: number
  readonly price: string
  readonly amount: string
  readonly side: 'buy' | 'sell'
  readonly id: number
}

export const prints: readonly Print[] = rows((n) => ({
  time: T0 + n * 700,
  price: (2400 + n / 10).toFixed(1),
  amount: `0.${n + 1}`,
  side: n % 3 === 0 ? 'sell' : 'buy',
  id: 1000 + n,
}))

const csv = (lines: readonly string[]): Sample => ({
  parser: 'trades',
  file: 'trades.csv',
  bytes: text(lines),
})
const each = (of: (print: Print) => string): string[] => prints.map(of)
const maker = ({ side }: Print): string => String(side === 'sell')

export const tradeFiles: readonly Sample[] = [
  csv([
    'timestamp,price,amount,side,id',
    ...each((print) => [print.time, print.price, print.amount, print.side, print.id].join(',')),
  ]),
  csv(
    each((print) =>
      [print.id, print.price, print.amount, '24.0', print.time, maker(print), 'True'].join(','),
    ),
  ),
  csv(
    each((print) => [print.id, print.price, print.amount, 1, 2, `${print.time}123`, maker(print)].join(',')),
  ),
  csv(each((print) => [print.time, print.id, '', print.side, print.price, print.amount, 1].join(','))),
  csv([
    'symbol,timestamp,local_timestamp,id,side,price,amount',
    ...each((print) =>
      [
        'ETHUSDT',
        `${print.time}000`,
        `${print.time}500`,
        print.id,
        print.side,
        print.price,
        print.amount,
      ].join(','),
    ),
  ]),
  csv([
    'timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue',
    ...each((print) =>
      [
        print.time / 1000,
        'ETHUSDT',
        print.side === 'buy' ? 'Buy' : 'Sell',
        print.amount,
        print.price,
        'PlusTick',
        `id-${print.id}`,
        1,
      ].join(','),
    ),
  ]),
]
