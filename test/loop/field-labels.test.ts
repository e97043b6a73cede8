// The field cases about labels, on the recorded market they were made for. Skipped where either folder is absent.
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  importLabels,
  type LabelImportOptions,
  type LabelImportReport,
} from '../../src/annotation/interchange/import-labels.ts'
import { systemClock } from '../../src/core/clock.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { openWorkspace } from '../../src/server/open-workspace.ts'
import { BINANCE, hasRecordedData, importRecorded } from './recorded.ts'

const FIELD = fileURLToPath(new URL('../../../shared/field/', import.meta.url))
const ANNOTATE = fileURLToPath(new URL('../../bin/annotate.js', import.meta.url))
const present = existsSync(FIELD) && hasRecordedData
if (!present) console.warn(`Skipped: ${FIELD} or the recorded data is not here.`)

let filled: string
beforeAll(async () => {
  if (!present) return
  filled = mkdtempSync(join(tmpdir(), 'annotate-field-'))
  const open = openWorkspace({ workspace: workspaceAt(filled), clock: systemClock })
  await importRecorded(open.store)
  await open.close()
}, 120_000)
afterAll(() => rmSync(filled, { recursive: true, force: true }))

/** The recorded market for one test alone. */
function desk() {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-field-'))
  cpSync(filled, folder, { recursive: true })
  const open = openWorkspace({ workspace: workspaceAt(folder), clock: systemClock })
  onTestFinished(async () => {
    await open.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const labels = async (
    file: string,
    options: Partial<LabelImportOptions> = {},
  ): Promise<LabelImportReport> =>
    importLabels({
      path: join(FIELD, file),
      market: BINANCE,
      reader: open.reader,
      standing: await open.annotations.list({ market: BINANCE }),
      create: (body) => open.annotations.create(body, BINANCE),
      ...options,
    })
  return { folder, labels, list: async () => open.annotations.list() }
}

/** What `annotate import labels` answers with --json. */
async function byCommand(folder: string, file: string, ...flags: string[]): Promise<LabelImportReport> {
  const market = ['--symbol', 'ETH/USDT', '--venue', 'binance', '--workspace', folder, '--json']
  const words = [ANNOTATE, 'import', 'labels', join(FIELD, file), ...market, ...flags]
  return JSON.parse((await promisify(execFile)(process.execPath, words)).stdout) as LabelImportReport
}

describe.skipIf(!present)('field cases about labels', { timeout: 60_000 }, () => {
  it('label-underscore: the direction stands before an underscore, and before --direction', async () => {
    const { labels, list } = desk()
    expect(await labels('label-underscore/ls-under.json', { direction: 'LONG' })).toMatchObject({ added: 3 })
    expect((await list()).map(({ direction, tags }) => [direction, ...tags])).toEqual([
      ['LONG', 'SCALP'],
      ['SHORT', 'FADE'],
      ['SHORT', 'squeeze'],
    ])
  })

  it('several-annotators: kept, chosen, and what contradicts is said', async () => {
    const { labels, list } = desk()
    expect(await labels('several-annotators/ls-multi.json')).toMatchObject({
      added: 4,
      agreement: { annotators: [{ annotator: '3' }, { annotator: '5' }, { annotator: '6' }], contradict: 2 },
    })
    const saved = await list()
    expect(new Set(saved.map(({ provenance }) => provenance.annotator))).toEqual(new Set(['3', '5', '6']))
    const { folder, list: chosen } = desk()
    const flags = ['--annotator', 'ground-truth', '--label', 'LONG reviewed=SHORT', '--timezone', 'UTC']
    expect(await byCommand(folder, 'several-annotators/ls-multi.json', ...flags)).toMatchObject({ added: 1 })
    expect(await chosen()).toMatchObject([{ direction: 'SHORT', tags: ['LONG reviewed'] }])
  })

  it('series-not-the-price: the RSI is refused, the price is taken; one of two refused is no success', async () => {
    const { folder, labels, list } = desk()
    const report = await labels('series-not-the-price/ts-rsi2.csv')
    expect(report).toMatchObject({ added: 1, refused_count: 1 })
    expect(JSON.stringify(report)).toContain('rsi is not the price: choose --series close')
    expect(await list()).toMatchObject([
      { direction: 'LONG', entry: { price: 2680.5 }, exit: { price: 2681.4 } },
    ])
    await expect(byCommand(folder, 'series-not-the-price/ts-rsi2.csv')).rejects.toMatchObject({
      code: 3,
      stderr: expect.stringContaining('1 of 2 labels were refused, because') as string,
    })
  })

  it('own-marks-back: the 16 annotations', async () => {
    const { labels, list } = desk()
    expect(await labels('own-marks-back/annotations-own.csv')).toMatchObject({ added: 16, refused_count: 0 })
    expect(await list()).toHaveLength(16)
  })

  it('refusal-says-the-wrong-thing: no time column', async () => {
    await expect(desk().labels('refusal-says-the-wrong-thing/ls-index.json')).rejects.toThrow(
      /start 12 is the number of a sample.*Set timeColumn in the <TimeSeries>.*export again\. Nothing was saved\./,
    )
  })
})
