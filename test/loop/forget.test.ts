// A wrong import and the way back, by the command line: listed, tried dry, taken out; or replaced, with every conflict named.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ForgottenOut, ImportsOut } from '../../src/contract/imports.ts'
import type { ImportReport } from '../../src/market/importing/report.ts'
import type { Static } from 'typebox'

const ANNOTATE = fileURLToPath(new URL('../../bin/annotate.js', import.meta.url))
const START = Date.parse('2024-08-08T00:00:00Z')

/** Ten minutes around a price. */
const minutes = (price: number): string =>
  ['timestamp,open,high,low,close,volume']
    .concat(
      Array.from({ length: 10 }, (_, n) => {
        const open = price + n
        return `${START + n * 60_000},${open},${open + 1},${open - 1},${open},${price}`
      }),
    )
    .join('\n')

function desk() {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-forget-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const annotate = async <T>(...args: string[]): Promise<T> => {
    const words = [ANNOTATE, ...args, '--workspace', join(folder, 'w'), '--json']
    return JSON.parse((await promisify(execFile)(process.execPath, words)).stdout) as T
  }
  const bring = (name: string, price: number, ...flags: string[]): Promise<ImportReport> => {
    writeFileSync(join(folder, name), minutes(price))
    const market = ['--symbol', 'ETH/USDT', '--venue', 'binance', '--timeframe', '1m']
    return annotate<ImportReport>('import', 'candles', join(folder, name), ...market, ...flags)
  }
  return { annotate, bring }
}

describe('a wrong import', () => {
  it('is listed, tried dry, taken out by its number, and the right one stands as if it had come alone', async () => {
    const { annotate, bring } = desk()
    const wrong = await bring('btc.csv', 60_000)
    const right = await bring('eth.csv', 2_600)
    expect(right).toMatchObject({ added: 0, conflicts: 10, import: wrong.import + 1 })
    expect(right.differences).toHaveLength(10)
    expect(right.differences[0]).toEqual({
      time: '2024-08-08T00:00:00Z',
      stored: '[60000,60001,59999,60000,60000]',
      given: '[2600,2601,2599,2600,2600]',
      stands: 'stored',
    })
    const { imports } = await annotate<Static<typeof ImportsOut>>('imports')
    expect(imports.map(({ file, state, rows }) => [file, state, rows])).toEqual([
      ['eth.csv', 'kept', 10],
      ['btc.csv', 'kept', 10],
    ])
    const dry = await annotate<ForgottenOut>('forget', '--import', String(wrong.import), '--dry-run')
    const nothing = { order_book_seconds: 0, test_cases: [], training_runs: [] }
    expect(dry).toEqual({ dry_run: true, removed: 0, restored: 10, kept: 0, ...nothing })
    expect(await annotate('forget', '--import', String(wrong.import))).toMatchObject({ restored: 10 })
    const again = await bring('eth.csv', 2_600)
    expect(again).toMatchObject({ added: 0, already_present: 10, conflicts: 0 })
  })

  it('is replaced where that is said, and a market of which all is taken out is gone', async () => {
    const { annotate, bring } = desk()
    await bring('btc.csv', 60_000)
    const right = await bring('eth.csv', 2_600, '--replace')
    expect(right).toMatchObject({ conflicts: 10, replaced: 0 })
    expect(right.differences.every(({ stands }) => stands === 'given')).toBe(true)
    const flags = ['--symbol', 'ETH/USDT', '--venue', 'binance']
    expect(await annotate('forget', ...flags, '--from', '2024-08-08T00:05:00Z')).toMatchObject({ removed: 5 })
    expect(await annotate('forget', ...flags)).toMatchObject({ removed: 5 })
    expect(await annotate('ledger')).toEqual({ ledger: [] })
    expect(await bring('eth.csv', 2_600)).toMatchObject({ added: 10 })
  })
})
