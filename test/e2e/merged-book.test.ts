// The books of two venues as one: Shift D, a mark for each venue at each level, and a venue that has fallen silent is named as such.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SIZES } from '../long.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { openPage } from './harness/charts.ts'
import { runVerb, startServer, temporaryWorkspace, type RunningServer } from './harness/server.ts'

const END = Date.parse('2026-01-15T10:30:00Z')
const SECONDS = 300
/** kraken's last diff. */
const SILENT_AFTER = 210
let server: RunningServer
let workspace: string

/** A book that moves by one level each second. */
function bookLines(mid: number, last: number): string {
  const begin = END - SECONDS * 1000
  const side = (sign: number) =>
    Array.from({ length: 20 }, (_, k) => [String(mid + sign * (0.5 + k * 0.5)), String(1 + ((k * 7) % 5))])
  const snapshot = {
    type: 'snapshot',
    recv_ns: begin * 1e6,
    lastUpdateId: 1,
    bids: side(-1),
    asks: side(1),
  }
  const updates = Array.from({ length: last }, (_, i) => ({
    type: 'update',
    recv_ns: (begin + i * 1000 + 400) * 1e6,
    E: begin + i * 1000 + 390,
    U: i + 2,
    u: i + 2,
    b: [[String(mid - 0.5), String(1 + (i % 9))]],
    a: [],
  }))
  return [snapshot, ...updates].map((line) => JSON.stringify(line)).join('\n')
}

describeInBrowser('the books of several venues', () => {
  beforeAll(async () => {
    workspace = temporaryWorkspace()
    const rows = Array.from(
      { length: SECONDS },
      (_, i) => `${END - (SECONDS - i) * 1000},2400,2401,2399,2400.5,${i + 1}`,
    )
    const file = (name: string, text: string) => {
      writeFileSync(join(workspace, name), text)
      return join(workspace, name)
    }
    const candles = file('1s.csv', `open_time_ms,open,high,low,close,volume\n${rows.join('\n')}\n`)
    const of = (venue: string) => ['--symbol', 'ETH/USDT', '--venue', venue]
    await runVerb(workspace, ['import', 'candles', candles, ...of('binance'), '--timeframe', '1s'])
    for (const [venue, mid, last] of [
      ['binance', 2400, SECONDS],
      ['kraken', 2400.5, SILENT_AFTER],
    ] as const)
      await runVerb(workspace, ['import', 'book', file(`${venue}.jsonl`, bookLines(mid, last)), ...of(venue)])
    // Its clock stays behind the moments that are looked at, however long the pages take: charts then read what is stored beyond them.
    const from = new Date(END - (SECONDS - 20) * 1000).toISOString()
    server = await startServer({
      workspace,
      args: ['--source', 'replay', '--venue', 'binance', '--from', from],
    })
  })
  afterAll(async () => {
    await server.stop()
    rmSync(workspace, { recursive: true, force: true })
  })

  it.each(SIZES)(
    'shows whose each level is at %i × %i, and why a venue takes no part',
    async (width, height) => {
      await withPage({ width, height }, async (page) => {
        await openPage(page, server.url)
        await page.keyboard.press('Shift+D')
        await page.waitForSelector('.venue')
        const live = END - (SECONDS - SILENT_AFTER + 10) * 1000
        await page.keyboard.press('g')
        await page.fill('dialog input', new Date(live).toISOString().slice(0, 19))
        await page.keyboard.press('Enter')
        await page.waitForSelector('.venue:has-text("kraken"):not(.gone)')
        const answer = await fetch(`${server.url}/api/consolidated-order-book?symbol=ETH/USDT&at=${live}`)
        const { bids } = (await answer.json()) as { bids: { price: number; venues: { venue: string }[] }[] }
        await page.waitForFunction(
          (price) =>
            Number(document.querySelector('.level.bid .level-price')?.textContent.replaceAll(',', '')) ===
            price,
          bids[0]!.price,
        )
        expect(await page.locator('.level.bid').first().locator('.level-venues i').count()).toBe(
          bids[0]!.venues.length,
        )
        expect(await page.locator('.level-venues i:text-is("kr")').count()).toBeGreaterThan(0)
        await accessibleScreenshot(page, `merged-book-${width}`)

        await page.keyboard.press('Shift+ArrowRight')
        await page.waitForSelector('.venue.gone:has-text("kraken")')
        expect(await page.locator('.level-venues i:text-is("kr")').count()).toBe(0)
        await accessibleScreenshot(page, `merged-book-stale-${width}`)

        await page.click('.depth-choice button:has-text("binance")')
        await page.waitForSelector('.venue', { state: 'detached' })
        expect(await page.locator('.level-venues').count()).toBe(0)
      })
    },
  )
})
