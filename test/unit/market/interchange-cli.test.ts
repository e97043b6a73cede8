// Interchange from the command line: out of one workspace, into another.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import { annotate, annotateJson } from '../cli/annotate.ts'
import { END, importMarket } from '../cli/market-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'annotate-interchange-'))
const [first, second] = [join(folder, 'first'), join(folder, 'second')]
const at = (workspace: string): string[] => ['--workspace', workspace]
const MARKET = ['--symbol', 'ETH/USDT']
const LEGS = ['--entry', `${new Date(END - 30_000).toISOString()},2400`, '--exit', `${END - 10_000},2410`]

beforeAll(async () => {
  for (const workspace of [first, second]) await importMarket(folder, workspace)
  await annotateJson('annotate', ...MARKET, '--direction', 'LONG', ...LEGS, '--tag', 'flag', ...at(first))
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('annotate export and import', { timeout: 180_000 }, () => {
  it('carry candles and annotations from one workspace into another', async () => {
    const file = join(folder, 'candles.feather')
    const tf = ['--timeframe', '1m']
    const { rows } = await annotateJson<{ rows: number }>(
      'export',
      'candles',
      file,
      ...MARKET,
      ...tf,
      ...at(first),
    )
    expect(rows).toBeGreaterThan(100)
    const copy = ['--venue', 'copy', ...at(first)]
    const found = await annotateJson('import', 'candles', file, ...MARKET, ...tf, ...copy)
    expect(found).toMatchObject({ format: 'feather', rows, added: rows, refused_count: 0 })
    const tasks = join(folder, 'tasks.json')
    const written = await annotateJson('export', tasks, '--format', 'label-studio', ...at(first))
    expect(written).toMatchObject({ annotations: 1, test_cases: 0 })
    const { code, stdout } = await annotate('import', 'labels', tasks, ...MARKET, ...at(second))
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/1 labels .*\n.*added 1/) as string,
    })
    const list = async (workspace: string) =>
      (await annotateJson<{ annotations: AnnotationOut[] }>('annotate', 'list', ...at(workspace))).annotations
    const marks = ({ direction, entry, exit, tags }: AnnotationOut) => ({ direction, entry, exit, tags })
    expect((await list(second)).map(marks)).toEqual((await list(first)).map(marks))
  })

  it('write a folder for Python', async () => {
    const out = join(folder, 'python')
    const written = await annotateJson('export', out, '--format', 'parquet', ...at(first))
    expect(written).toMatchObject({ annotations: 1, test_cases: 1 })
    expect(readdirSync(out).toSorted()).toEqual([
      'annotations.parquet',
      'test_case_candles.parquet',
      'test_cases.parquet',
    ])
    const npz = await annotateJson('export', join(folder, 'cases.npz'), ...at(first))
    expect(npz).toMatchObject({ annotations: 0, test_cases: 1 })
    const wrong = await annotate('export', 'candles', 'x.xls', ...MARKET, '--timeframe', '1m', ...at(first))
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/x\.xls .*expected \.parquet/) as string,
    })
  })
})
