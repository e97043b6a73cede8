// Ids of trades as foreign programs write them: what a double rounded is refused, what says nothing is no id, bytes are text.
import {
  columnFromArray,
  binary,
  float64,
  int64,
  tableFromColumns,
  tableToIPC,
  utf8,
} from '@uwdata/flechette'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { openStore, MARKET, span } from '../fixture.ts'
import { T0, trades, write } from './files.ts'
import { createMarketReader } from '../../../../src/market/reader.ts'

const TIMES = [T0, T0, T0 + 5000]
const csv = (...ids: readonly string[]): string =>
  write(['timestamp,id,price,amount', ...ids.map((id, i) => `${TIMES[i]},${id},${100 + i},1`)])

async function idsOf(path: string): Promise<string[]> {
  const store = openStore()
  await trades(path, store)
  const read = await createMarketReader(store).trades(MARKET, span(T0, T0 + 9000))
  return read.map(({ id }) => id)
}

const keyed = ['100|1||0', '101|1||0', '102|1||0']

describe('ids of trades', () => {
  it('that a double rounded are refused with what to do: two trades of a millisecond would be one', async () => {
    const refusal = { code: 'no_usable_rows', message: expect.stringContaining('which a double has rounded') }
    const doubles = [2 ** 53, 2 ** 53, 2 ** 53 + 6]
    const parquet = parquetWriteBuffer({
      columnData: [
        { name: 'timestamp', data: TIMES, type: 'DOUBLE' },
        { name: 'id', data: doubles, type: 'DOUBLE' },
        { name: 'price', data: [100, 101, 102], type: 'DOUBLE' },
        { name: 'amount', data: [1, 1, 1], type: 'DOUBLE' },
      ],
    })
    const text = doubles.map((id) => `${id}.0`)
    const objects = TIMES.map(
      (timestamp, i) => `{"timestamp":${timestamp},"id":${text[i]},"price":1,"amount":1}`,
    )
    for (const path of [
      csv(...text),
      csv('9.007199254740992e+15', '9.0072E+15', '9.0072E+15'),
      write(new Uint8Array(parquet)),
      write(`[${objects.join(',')}]`),
      write(objects),
    ]) {
      await expect(trades(path)).rejects.toMatchObject(refusal)
    }
  })

  it('are the same with .0 behind them, as pandas writes whole numbers beside missing ones', async () => {
    expect(await idsOf(csv('11.0', '9007199254740991.0', ''))).toEqual(['11', '9007199254740991', '102|1||0'])
  })

  it('that say nothing are none', async () => {
    for (const nothing of ['NULL', 'nan', 'None', '<NA>', '-'])
      expect(await idsOf(csv(nothing, nothing, nothing))).toEqual(keyed)
  })

  it('as bytes are the text that they are, and no other way of writing an object', async () => {
    const bytes = TIMES.map((_, i) => new TextEncoder().encode(`trade-${i}`))
    const file = (ids: readonly Uint8Array[]): string =>
      write(
        tableToIPC(
          tableFromColumns({
            timestamp: columnFromArray(TIMES.map(BigInt), int64()),
            id: columnFromArray([...ids], binary()),
            price: columnFromArray([100, 101, 102], float64()),
            amount: columnFromArray(['1', '1', '1'], utf8()),
          }),
          { format: 'file' },
        ) ?? new Uint8Array(),
      )
    expect(await idsOf(file(bytes))).toEqual(['trade-0', 'trade-1', 'trade-2'])
    const raw = [0xff, 0xfe, 0xfd].map((byte) => Uint8Array.of(byte, 1))
    expect(await idsOf(file(raw))).toEqual(['0xff01', '0xfe01', '0xfd01'])
  })
})

it('pandas’ JSON by columns is refused with how to write rows', async () => {
  for (const text of [
    '{"timestamp":{"0":1723161600123},"price":{"0":1},"amount":{"0":1}}',
    '{"columns":["price"],"data":[[1]]}',
  ])
    await expect(trades(write(text))).rejects.toMatchObject({
      code: 'unknown_format',
      message: expect.stringContaining('orient="records"'),
    })
})
