// The order book beside the charts: D, live seconds, the book as of the cursor, and words where none is recorded.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { SIZES } from '../long.ts'
import { accessibleScreenshot, describeInBrowser, withPage } from './harness/browser.ts'
import { openPage, stateOf } from './harness/charts.ts'
import { runVerb, startServer, temporaryWorkspace } from './harness/server.ts'
import { served } from './harness/served.ts'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const server = served()

describeInBrowser('the order book', () => {
  it.each(SIZES)(
    'opens with D at %i × %i, moves each second, and is the book as of the cursor',
    async (width, height) => {
      await server.opened({ width, height }, async (page) => {
        expect(await page.locator('.ladder').count()).toBe(0)
        await page.keyboard.press('d')
        await page.waitForSelector('.ladder')
        expect(await page.locator('.level.ask').count()).toBe(10)
        expect(await page.locator('.level.bid').count()).toBe(10)
        const shown = page.locator('.depth .panel-head .time')
        const first = await shown.textContent()
        await page.waitForFunction(
          (before) => document.querySelector('.depth .panel-head .time')!.textContent > before,
          first!,
        )
        const overflow = await page.evaluate(() => {
          const panel = document.querySelector('.depth')!
          return [panel.scrollHeight - panel.clientHeight, panel.scrollWidth - panel.clientWidth]
        })
        expect(overflow).toEqual([0, 0])
        await accessibleScreenshot(page, `order-book-${width}`)
        expect(await savedStrip(page, 'PNG')).toMatch(/^\x89PNG/)
        const svg = await savedStrip(page, 'SVG')
        expect(svg.match(/fill-opacity/g)!.length).toBeGreaterThan(19)
        expect(svg).toContain('ETH/USDT')
        const levels = (await savedStrip(page, 'CSV')).trim().split('\r\n')
        expect(levels[0]).toBe('time,side,price,amount')
        expect(levels.at(-1)).toMatch(/Z,ask,\d+(\.\d+)?,\d+(\.\d+)?$/)

        for (let step = 0; step < 5; step += 1) await page.keyboard.press('Shift+ArrowLeft')
        const time = (await stateOf(page, 'cursor')).time!
        const clock = new Date(time).toISOString().slice(11, 19)
        await page.waitForSelector(`.depth .panel-head .time:text-is("${clock}")`)
        const answer = await fetch(`${server.url}/api/order-book?symbol=ETH/USDT&at=${time}`)
        const { bids } = (await answer.json()) as { bids: number[][] }
        const best = await page.textContent('.level.bid .level-price')
        expect(Number(best!.replaceAll(',', ''))).toBe(bids[0]![0])

        await page.keyboard.press('d')
        expect(await page.locator('.ladder').count()).toBe(0)
      })
    },
  )

  it('says in words where none is recorded', async () => {
    const workspace = temporaryWorkspace()
    const end = Date.parse('2026-01-15T10:30:00Z')
    const rows = Array.from(
      { length: 300 },
      (_, i) => `${end - (300 - i) * 1000},2400,2401,2399,2400.5,${i + 1}`,
    )
    writeFileSync(join(workspace, '1s.csv'), `open_time_ms,open,high,low,close,volume\n${rows.join('\n')}\n`)
    await runVerb(workspace, [
      'import',
      'candles',
      join(workspace, '1s.csv'),
      '--symbol',
      'ETH/USDT',
      '--timeframe',
      '1s',
    ])
    const replay = await startServer({
      workspace,
      args: ['--source', 'replay', '--from', '2026-01-15T10:28:00Z'],
    })
    try {
      // The page asks for a book, and the 422 is written to the console as an error.
      await withPage({ width: 1440, height: 900, expected: /status of 422/ }, async (page) => {
        await openPage(page, replay.url)
        await page.keyboard.press('d')
        await page.waitForSelector('.depth-empty b')
        const words = await page.textContent('.depth-empty')
        expect(words).toContain('No order book recorded here.')
        expect(words).toContain('annotate import book')
        await accessibleScreenshot(page, 'order-book-none')
      })
    } finally {
      await replay.stop()
      rmSync(workspace, { recursive: true, force: true })
    }
  })
})

/** What the button under the heat strip saves, byte for byte as Latin-1. */
async function savedStrip(page: Page, kind: 'PNG' | 'SVG' | 'CSV'): Promise<string> {
  await page.hover('.heat .plot')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.click(`.heat .plot-saves button:text-is("${kind}")`),
  ])
  return readFile(await file.path(), 'latin1')
}
