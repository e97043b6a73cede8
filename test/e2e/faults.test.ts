// What the page says while the exchange is cut off or silent, and that it stops saying so afterwards.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { drawnAt, openPage } from './harness/charts.ts'
import { SERVE_BINANCE, startWithExchange, type WithExchange } from './harness/exchange.ts'

let both: WithExchange

describeInBrowser('faults of the exchange, on the page', () => {
  beforeAll(async () => {
    both = await startWithExchange(SERVE_BINANCE)
  })
  afterAll(async () => {
    await both.stop()
  })

  it('names an outage while it lasts, goes on by itself, and draws the seconds that were missed', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, both.server.url)
      await page.waitForSelector('[data-testid=connection].good')
      expect(await page.locator('[data-testid=trouble]').count()).toBe(0)
      const began = Math.floor(Date.now() / 1000) * 1000
      const outage = both.exchange.outage(6000)
      await page.waitForSelector('[data-testid=connection].bad', { timeout: 20_000 })
      const words = await page.textContent('[data-testid=trouble]')
      expect(words).toMatch(/No connection to binance.*fetched afterwards|binance has sent nothing/)
      await accessibleScreenshot(page, 'fault-outage')
      await outage
      await page.waitForSelector('[data-testid=connection].good', { timeout: 40_000 })
      await page.waitForSelector('[data-testid=trouble]', { state: 'detached', timeout: 20_000 })
      await page.waitForFunction(
        (at) => [1, 2, 3, 4].every((second) => window.annotate!.drawn('1s', at + second * 1000) !== null),
        began,
        { timeout: 20_000 },
      )
      expect(await drawnAt(page, '1s', began + 2000)).not.toBeNull()
    })
  }, 120_000)

  it('says that an exchange that keeps the line open sends nothing', async () => {
    await withPage({ width: 1920, height: 1080 }, async (page) => {
      await openPage(page, both.server.url)
      await page.waitForSelector('[data-testid=connection].good')
      both.exchange.stalled = true
      await page.waitForSelector('[data-testid=trouble]', { timeout: 40_000 })
      await accessibleScreenshot(page, 'fault-stalled')
      both.exchange.release()
      await page.waitForSelector('[data-testid=connection].good', { timeout: 60_000 })
      await page.waitForSelector('[data-testid=trouble]', { state: 'detached', timeout: 20_000 })
    })
  }, 150_000)

  it('says when nothing is heard of the order book, while trades go on', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, both.server.url)
      await page.waitForSelector('[data-testid=connection].good')
      await page.keyboard.press('d')
      await page.waitForSelector('.level.ask', { timeout: 40_000 })
      // The stall before may still be felt.
      await page.waitForSelector('[data-testid=book-trouble]', { state: 'detached', timeout: 60_000 })
      both.exchange.mute = true
      await page.waitForSelector('[data-testid=book-trouble]', { timeout: 60_000 })
      await accessibleScreenshot(page, 'fault-book')
      both.exchange.mute = false
      await page.waitForSelector('[data-testid=book-trouble]', { state: 'detached', timeout: 60_000 })
    })
  }, 200_000)
})
