// The page: how soon it is there, four charts of 100,000 candles, 5,000 annotations and 5,000 calls panned and zoomed at four updates a second, its heap over an hour.
import type { Page } from 'playwright-core'
import { findBrowser } from '../scripts/browser.js'
import type {} from '../src/web/app/probe.ts'
import { openPage } from '../test/e2e/harness/charts.ts'
import { closeBrowser, withPage } from '../test/e2e/harness/browser.ts'
import { startServer } from '../test/e2e/harness/server.ts'
import type { Effort, Row } from './bench.ts'
import { begin } from './page/begin.ts'
import { hover, move, panned, zoomed } from './page/frames.ts'
import { heapOver } from './page/hour.ts'
import { ANNOTATIONS, answerWithIt, CALLS, TIMEFRAMES } from './page/market.ts'
import { A_SECOND, STREAM, tellWhile } from './page/updates.ts'

export const title = 'Page'

const WORK = {
  full: { candles: 100_000, frames: 240, opened: 5, seconds: 3600 },
  short: { candles: 2000, frames: 10, opened: 1, seconds: 10 },
} as const

export async function run(effort: Effort): Promise<Row[]> {
  if (findBrowser() === undefined)
    return [{ name: 'charts', value: Number.NaN, unit: '', note: 'left out: no browser was found' }]
  const { candles, frames, opened, seconds } = WORK[effort]
  const server = await startServer()
  try {
    const rows = await begin(server.url, opened)
    await withPage({ width: 1920, height: 1080, showsPreview: true }, async (page) => {
      await page.addInitScript(STREAM)
      await answerWithIt(page)
      await openPage(page, server.url)
      rows.push(await fill(page, candles))
      rows.push(...(await moved(page, frames)))
      rows.push(...(await heapOver(page, seconds)))
    })
    return rows
  } finally {
    await closeBrowser()
    await server.stop()
  }
}

async function moved(page: Page, frames: number): Promise<Row[]> {
  const stop = tellWhile(page)
  const rows: Row[] = []
  for (const shown of [150, 1500])
    rows.push(
      ...(await move(
        page,
        `panned, ${shown.toLocaleString('en')} candles a chart in view`,
        panned(shown, frames),
      )),
    )
  rows.push(...(await move(page, 'zoomed from 150 candles to 1,500 and back', zoomed(frames))))
  rows.push(...(await hover(page, frames)))
  await stop()
  return rows
}

/** Scrolls back until every chart holds all its candles. */
async function fill(page: Page, candles: number): Promise<Row> {
  const held = await page.evaluate(
    async ([names, wanted]) => {
      for (const name of names)
        while (window.annotate!.held(name).size < wanted) await window.annotate!.older(name)
      return names.reduce((sum, name) => sum + window.annotate!.held(name).size, 0)
    },
    [TIMEFRAMES, candles] as const,
  )
  return {
    name: 'candles held by four charts',
    value: held,
    unit: 'candles',
    note: `${ANNOTATIONS} annotations, ${CALLS} calls; then ${A_SECOND} updates a second of each chart`,
  }
}
