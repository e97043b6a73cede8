// History on demand: what is missing in view is named with its cost, W fetches it, and a mark can stand there.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { klines } from '../exchange/binance-rest.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { clickCandle, drawnAt, openPage, settle, steadyViews } from './harness/charts.ts'
import { SERVE_BINANCE, startWithExchange, type WithExchange } from './harness/exchange.ts'

const MINUTE = 60_000
let both: WithExchange

describeInBrowser('history on demand', () => {
  beforeAll(async () => {
    // Fifty minutes have happened; the server keeps the last quarter of an hour of seconds at its start.
    both = await startWithExchange(SERVE_BINANCE, { speed: 0.2, past: 50 * MINUTE })
  })
  afterAll(async () => {
    await both.stop()
  })

  it('fetches the seconds around the cursor with W, and draws the exchange’s own', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, both.server.url)
      const time = Math.floor((Date.now() - 33 * MINUTE) / 1000) * 1000
      await goTo(page, time)
      const note = '[data-testid="history-1s"]'
      await page.waitForSelector(`${note} button`)
      const words = await page.textContent(note)
      expect(words).toMatch(/Not stored here: .* from binance: about \d+ s\./)
      await accessibleScreenshot(page, 'history-offered')
      await page.keyboard.press('w')
      await page.waitForFunction((at) => window.annotate!.drawn('1s', at) !== null, time - 1000)
      await page.waitForSelector(note, { state: 'detached' })
      await accessibleScreenshot(page, 'history-fetched')
      const [truth] = klines(both.exchange.trades, time - 1000, time - 1000, 1000)
      expect(await drawnAt(page, '1s', time - 1000)).toEqual(truth!.slice(1, 5).map(Number))
    })
  }, 90_000)

  it('a click on a minute without seconds says so, goes there, and W makes the next click a mark', async () => {
    await withPage({ width: 1920, height: 1080 }, async (page) => {
      await openPage(page, both.server.url)
      const minute = Math.floor((Date.now() - 24 * MINUTE) / MINUTE) * MINUTE
      await steadyViews(page)
      await clickCandle(page, '1m', minute)
      await page.waitForSelector('.notice:has-text("W fetches what is missing")')
      await page.waitForSelector('[data-testid="history-1s"] button')
      await page.click('[data-testid="history-1s"] button')
      await page.waitForFunction((at) => window.annotate!.drawn('1s', at) !== null, minute)
      await clickCandle(page, '1m', minute)
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      await accessibleScreenshot(page, 'history-mark')
    })
  }, 90_000)

  it('offers what is missing where a chart is scrolled back to, and W joins it to what is held', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, both.server.url)
      await steadyViews(page)
      const { from } = await page.evaluate(() => window.annotate!.held('1s'))
      await page.evaluate((edge) => window.annotate!.show('1s', edge - 300_000, edge - 60_000), from)
      await page.waitForSelector('[data-testid="history-1s"] button')
      await accessibleScreenshot(page, 'history-scrolled')
      await page.keyboard.press('w')
      await page.waitForFunction((edge) => window.annotate!.drawn('1s', edge - 120_000) !== null, from)
      await page.waitForFunction((edge) => window.annotate!.drawn('1s', edge + 1000) !== null, from)
    })
  }, 90_000)
})

async function goTo(page: Page, time: number): Promise<void> {
  await page.keyboard.press('g')
  await page.fill('dialog input', new Date(time).toISOString().slice(0, 19))
  await page.keyboard.press('Enter')
  await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, time)
  await settle(page)
}
