// Tables of trades as text, and files of them: by foreign libraries where a Python has them, else by writers that are none of ours.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import type { SchemaElement } from 'hyparquet'
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer'

const SCRIPT = fileURLToPath(new URL('foreign.py', import.meta.url))
const BEGIN = Date.parse('2024-08-08T22:00:00Z')
/** Digits of an instant's second. */
const DIGITS = { s: 0, ms: 3, us: 6, ns: 9 } as const

export interface ForeignTable {
  readonly unit: keyof typeof DIGITS
  /** Newest first, where a variant asks for it. */
  readonly reversed: boolean
  readonly columns: {
    /** Whole units since 1970. */
    readonly timestamp: readonly string[]
    readonly id: readonly string[]
    readonly price: readonly string[]
    readonly amount: readonly string[]
    readonly side: readonly ('buy' | 'sell' | null)[]
  }
}

/** What is to be stored of it. */
export interface Expected {
  readonly id: string
  readonly time: number
  readonly price: number
  readonly amount: number
  readonly side: 'buy' | 'sell' | null
}

/** Decimals of so many digits before and after the point; at least the last one is not 0. */
const decimal = (before: number, after: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: 1, max: 10 ** before - 1 }), fc.integer({ min: 1, max: 10 ** after - 1 }))
    .map(([whole, part]) => `${whole}.${String(part).padStart(after, '0')}`)

const row = fc.record({
  second: fc.nat(3600),
  below: fc.nat(999_999_999),
  price: decimal(6, 8),
  amount: decimal(3, 8),
  side: fc.constantFrom('buy', 'sell', null),
})

export const foreignTable: fc.Arbitrary<ForeignTable> = fc
  .record({
    unit: fc.constantFrom(...(Object.keys(DIGITS) as (keyof typeof DIGITS)[])),
    reversed: fc.boolean(),
    firstId: fc.bigInt({ min: 1n, max: 2n ** 63n }),
    rows: fc.array(row, { minLength: 6, maxLength: 30 }),
  })
  .map(({ unit, reversed, firstId, rows }) => {
    const digits = DIGITS[unit]
    const times = rows
      .map(
        ({ second, below }) => `${BEGIN / 1000 + second}${String(below).padStart(9, '0').slice(0, digits)}`,
      )
      .toSorted()
    return {
      unit,
      reversed,
      columns: {
        timestamp: times,
        id: rows.map((_, n) => String(firstId + BigInt(n))),
        price: rows.map(({ price }) => price),
        amount: rows.map(({ amount }) => amount),
        side: rows.map(({ side }) => side),
      },
    }
  })

/** In the order of their ids, which is that of their times. */
export function expectedOf({ unit, columns }: ForeignTable): Expected[] {
  const { timestamp, id, price, amount, side } = columns
  return timestamp.map((time, n) => ({
    id: id[n] ?? '',
    time: Number(`${time}000`.slice(0, time.length - DIGITS[unit] + 3)),
    price: Number(price[n]),
    amount: Number(amount[n]),
    side: side[n] ?? null,
  }))
}

/** Each table in a folder of its own, by its number: Parquet, Arrow, CSV and JSON in many variants. */
export function writeForeign(python: string, tables: readonly ForeignTable[], folder: string): void {
  const spec = join(folder, 'tables.json')
  writeFileSync(spec, JSON.stringify(tables))
  execFileSync(python, ['-W', 'ignore', SCRIPT, spec, folder])
}

/** What needs no Python: name → bytes. */
export function writtenHere(table: ForeignTable): Record<string, Uint8Array | string> {
  const { timestamp, id, price, amount, side } = table.columns
  const names = ['timestamp', 'id', 'price', 'amount', 'side'] as const
  const records = timestamp.map((_, n) =>
    Object.fromEntries(
      names.flatMap((name) => (table.columns[name][n] == null ? [] : [[name, table.columns[name][n]]])),
    ),
  )
  const csv = [
    names.join(';'),
    ...timestamp.map((_, n) => names.map((name) => table.columns[name][n] ?? '').join(';')),
  ]
  const time: ColumnSource = { name: 'timestamp', data: timestamp.map(BigInt), type: 'INT64' }
  const text = (name: string, data: readonly (string | null)[]): ColumnSource => ({
    name,
    data: [...data],
    type: 'STRING',
    nullable: true,
  })
  const plain = [time, text('id', id), text('price', price), text('amount', amount), text('side', side)]
  return {
    'keys.json': JSON.stringify(table.reversed ? records.toReversed() : records),
    'lines.jsonl': records.map((record) => JSON.stringify(record)).join('\n'),
    'semicolons.csv': csv.join('\n'),
    'text.parquet': parquet({ columnData: plain, rowGroupSize: 4 }),
    'plain.parquet': parquet({ columnData: plain, codec: 'UNCOMPRESSED' }),
    'decimal.parquet': parquet({ columnData: decimals(table), schema: DECIMALS, rowGroupSize: 5 }),
  }
}

function parquet(options: Parameters<typeof parquetWriteBuffer>[0]): Uint8Array {
  return new Uint8Array(parquetWriteBuffer(options))
}

const SCALE = 10
const asDecimal = (name: string): SchemaElement => ({
  name,
  type: 'FIXED_LEN_BYTE_ARRAY',
  type_length: 16,
  converted_type: 'DECIMAL',
  precision: 30,
  scale: SCALE,
  repetition_type: 'REQUIRED',
})
const DECIMALS: SchemaElement[] = [
  { name: 'root', num_children: 5 },
  { name: 'timestamp', type: 'INT64', repetition_type: 'REQUIRED' },
  { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  asDecimal('price'),
  asDecimal('amount'),
  { name: 'side', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
]

function decimals({ columns }: ForeignTable): ColumnSource[] {
  const scaled = (text: string): bigint => {
    const [whole = '', part = ''] = text.split('.')
    return BigInt(whole + part.padEnd(SCALE, '0'))
  }
  return [
    { name: 'timestamp', data: columns.timestamp.map(BigInt) },
    { name: 'id', data: [...columns.id] },
    { name: 'price', data: columns.price.map(scaled) },
    { name: 'amount', data: columns.amount.map(scaled) },
    { name: 'side', data: [...columns.side] },
  ]
}
