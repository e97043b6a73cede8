// Text without line ends: refused by the number of its line before it fills the memory, whatever it is read as.
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { importBook } from '../../../../src/market/book/import-book.ts'
import { LineReader } from '../../../../src/market/importing/lines.ts'
import { openBookStore } from '../book-fixture.ts'
import { MARKET, temporaryFolder } from '../fixture.ts'
import { trades, write } from './files.ts'

const MB = 1 << 20
const HEADER = 'id,time,price,amount,side'
const ROW = '1,1723154400000,2400,1,buy'
const endless = { code: 'endless_line', message: expect.stringMatching(/^Line 3 of /) as string }

/** Two lines, and one that goes on for so many MB. */
function endlessFile(megabytes: number, fill = '7'): string {
  const path = join(temporaryFolder(), 'endless.csv')
  const file = openSync(path, 'w')
  writeSync(file, `${HEADER}\n${ROW}\n`)
  for (let n = 0; n < megabytes; n += 1) writeSync(file, fill.repeat(MB))
  closeSync(file)
  return path
}

describe('a line without an end', () => {
  it('is refused in a CSV file, in gzip as well', async () => {
    await expect(trades(endlessFile(3))).rejects.toMatchObject(endless)
    const zipped = gzipSync(`${HEADER}\n${ROW}\n${'7'.repeat(3 * MB)}`)
    await expect(trades(write(zipped, 'endless.csv.gz'))).rejects.toMatchObject(endless)
  })

  it('is refused where others follow it, or it ends the file', async () => {
    const long = '7'.repeat(MB + 1)
    await expect(trades(write([HEADER, ROW, long, ROW]))).rejects.toMatchObject(endless)
    await expect(trades(write([HEADER, ROW, long]))).rejects.toMatchObject(endless)
  })

  it('is refused in JSON Lines', async () => {
    const row = '{"id":"1","time":1723154400000,"price":2400,"amount":1,"side":"buy"}'
    const path = write([row, row, `{"id":"${'7'.repeat(2 * MB)}`], 'endless.jsonl')
    await expect(trades(path)).rejects.toMatchObject(endless)
  })

  it('is refused in a recording of order books', async () => {
    const path = write(['{}', '{}', '7'.repeat(2 * MB)], 'book.ndjson')
    const importing = importBook({ path, market: MARKET, store: openBookStore() })
    await expect(importing).rejects.toMatchObject(endless)
  })

  it('is read no further than it takes to know', async () => {
    const reader = new LineReader(endlessFile(64))
    const read = async (): Promise<void> => {
      for await (const _ of reader.blocks());
    }
    await expect(read()).rejects.toMatchObject(endless)
    expect(reader.progress.bytes).toBeLessThan(3 * MB)
  })
})
