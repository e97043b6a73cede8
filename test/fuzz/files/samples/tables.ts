// The same candles and trades in the other formats: JSON, JSON Lines, Parquet, feather, and in gzip and zip.
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer'
import { featherBytes } from '../../../../src/market/exporting/feather.ts'
import type { OutColumn } from '../../../../src/market/exporting/table.ts'
import { candleFiles, candleRows, type Row } from './candles.ts'
import { text, type Sample } from './sample.ts'
import { prints, tradeFiles } from './trades.ts'

const tuple = ({ time, open, high, low, close, volume }: Row): number[] => [
  time,
  open,
  high,
  low,
  close,
  volume,
]
const named = ({ time, ...rest }: Row): object => ({ timestamp: time, ...rest })
const json = (parser: 'candles' | 'trades', value: unknown): Sample => ({
  parser,
  file: 'rows.json',
  bytes: Buffer.from(JSON.stringify(value)),
})
const lines = (parser: 'candles' | 'trades', values: readonly unknown[]): Sample => ({
  parser,
  file: 'rows.jsonl',
  bytes: text(values.map((each) => JSON.stringify(each))),
})

export const jsonFiles: readonly Sample[] = [
  json('candles', candleRows.map(tuple)),
  json('candles', candleRows.map(named)),
  json('candles', { candles: candleRows.map(tuple), gaps: [] }),
  json('trades', prints),
  json(
    'trades',
    prints.map(({ id, side, ...print }, n) => ({
      ...print,
      ...(n % 2 === 0 ? { id: `9007199254740993${id}` } : { side }),
    })),
  ),
]

export const jsonLineFiles: readonly Sample[] = [
  lines('candles', candleRows.map(tuple)),
  lines('candles', candleRows.map(named)),
  lines('trades', prints),
]

const parquet = (
  parser: 'candles' | 'trades',
  columnData: ColumnSource[],
  codec: 'SNAPPY' | 'UNCOMPRESSED',
): Sample => ({
  parser,
  file: 'rows.parquet',
  bytes: Buffer.from(parquetWriteBuffer({ columnData, codec, rowGroupSize: 5 })),
})

const candleColumns = (time: ColumnSource): ColumnSource[] => [
  time,
  ...(['open', 'high', 'low', 'close', 'volume'] as const).map((name): ColumnSource => ({
    name,
    type: 'DOUBLE',
    data: candleRows.map((row) => row[name]),
  })),
]

export const parquetFiles: readonly Sample[] = [
  parquet(
    'candles',
    candleColumns({ name: 'date', type: 'TIMESTAMP', data: candleRows.map(({ time }) => new Date(time)) }),
    'SNAPPY',
  ),
  parquet(
    'candles',
    candleColumns({
      name: 'timestamp',
      type: 'INT64',
      data: candleRows.map(({ time }) => BigInt(time) * 1000n),
    }),
    'UNCOMPRESSED',
  ),
  parquet(
    'trades',
    [
      { name: 'timestamp', type: 'INT64', data: prints.map(({ time }) => BigInt(time)) },
      { name: 'id', type: 'STRING', data: prints.map(({ id }) => String(id)) },
      {
        name: 'side',
        type: 'STRING',
        data: prints.map(({ side }, n) => (n === 3 ? null : side)),
        nullable: true,
      },
      { name: 'price', type: 'STRING', data: prints.map(({ price }) => price) },
      { name: 'amount', type: 'DOUBLE', data: prints.map(({ amount }) => Number(amount)) },
    ],
    'SNAPPY',
  ),
]

const fixture = async (parser: 'candles' | 'trades', name: string): Promise<Sample> => ({
  parser,
  file: name,
  bytes: await readFile(new URL(`../../../unit/market/interchange/fixtures/${name}`, import.meta.url)),
})

/** As pandas wrote them with lz4 and zstd, and plain ones. */
export async function featherFiles(): Promise<readonly Sample[]> {
  const columns: OutColumn[] = [
    { name: 'date', kind: 'instant', values: candleRows.map(({ time }) => time) },
    ...(['open', 'high', 'low', 'close', 'volume'] as const).map((name): OutColumn => ({
      name,
      kind: 'number',
      values: candleRows.map((row) => row[name]),
    })),
  ]
  return [
    {
      parser: 'candles',
      file: 'rows.feather',
      bytes: Buffer.from(await featherBytes({ columns, about: {} })),
    },
    await fixture('candles', 'noise-lz4.feather'),
    await fixture('candles', 'noise-zstd.feather'),
    await fixture('trades', 'trades.feather'),
  ]
}

export const parquetFixture = (): Promise<Sample> => fixture('candles', 'noise-zstd.parquet')

const packed = ({ parser, bytes }: Sample): Sample[] => [
  { parser, file: 'rows.csv.gz', bytes: gzipSync(bytes) },
  { parser, file: 'rows.zip', bytes: Buffer.from(zipSync({ 'rows.csv': strToU8(bytes.toString()) })) },
  { parser, file: 'plain.zip', bytes: Buffer.from(zipSync({ 'rows.csv': [bytes, { level: 0 }] })) },
]

export const packedFiles: readonly Sample[] = [...candleFiles.slice(0, 1), ...tradeFiles.slice(0, 1)].flatMap(
  packed,
)
