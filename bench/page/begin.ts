// How soon the page shows candles of the served market, and how much JavaScript it reads until then.
import { gzipSync } from 'node:zlib'
import { withPage } from '../../test/e2e/harness/browser.ts'
import { openPage } from '../../test/e2e/harness/charts.ts'
import type { Row } from '../bench.ts'
import { quantile } from './frames.ts'

const KB = 1000

/** In the page before its own scripts: by when all four charts hold candles, ms since it was asked for. */
const FIRST_CANDLES = `
  requestAnimationFrame(function look() {
    const probe = window.annotate
    const isThere = probe && ['1d', '1h', '1m', '1s'].every((name) => probe.held(name).size > 0)
    if (isThere) window.firstCandles = performance.now()
    else requestAnimationFrame(look)
  })`

/** Opened so many times by a browser that has nothing of it yet. */
export async function begin(url: string, times: number): Promise<Row[]> {
  const firsts: number[] = []
  let scripts: readonly string[] = []
  for (let time = 0; time < times; time++)
    await withPage({ width: 1920, height: 1080, showsPreview: true }, async (page) => {
      await page.addInitScript(FIRST_CANDLES)
      await openPage(page, url)
      firsts.push(await page.evaluate<number>('window.firstCandles'))
      scripts = await page.evaluate(() =>
        performance.getEntriesByType('resource').flatMap(({ name }) => (name.endsWith('.js') ? [name] : [])),
      )
    })
  const sizes = await Promise.all([...new Set(scripts)].map(gzippedSize))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  return [
    {
      name: 'first candles on all four charts, median',
      value: quantile(firsts, 0.5),
      unit: 'ms',
      note: `of ${times}; target: under 1,000 ms`,
    },
    {
      name: 'JavaScript read until then, gzipped',
      value: bytes / KB,
      unit: 'kB',
      note: `${sizes.length} files; target: under 250 kB`,
    },
  ]
}

async function gzippedSize(url: string): Promise<number> {
  return gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).length
}
