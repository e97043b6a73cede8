// The markets dialog: from the simulated market to one of an exchange and back, by keyboard and by mouse.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessibleScreenshot, describeInBrowser, withPage } from './harness/browser.ts'
import { openPage, settle, stateOf } from './harness/charts.ts'
import { startWithExchange, type WithExchange } from './harness/exchange.ts'

let both: WithExchange

describeInBrowser('markets', () => {
  beforeAll(async () => {
    both = await startWithExchange()
  })
  afterAll(async () => {
    await both.stop()
  })

  it('follows a symbol of an exchange by keyboard, and goes back to the simulated market at once', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, both.server.url)
      expect(await page.locator('.top-market .badge.simulated').count()).toBe(1)
      await page.keyboard.press('Control+k')
      await page.waitForSelector('.choice:has-text("binanceusdm")')
      await accessibleScreenshot(page, 'markets-1440')
      await page.keyboard.type('binance')
      await page.waitForFunction(() => document.querySelectorAll('.choice').length < 12)
      expect(await page.textContent('.choice[aria-selected="true"] .choice-label')).toBe('binance')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.dialog-head:has-text("binance")')
      await page.keyboard.type('eth/us')
      await page.waitForSelector('.choice:has-text("ETH/USDT")')
      await accessibleScreenshot(page, 'markets-symbols')
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => window.annotate!.state().market?.venue === 'binance', undefined, {
        timeout: 60_000,
      })
      await page.waitForFunction(() =>
        (['1m', '1s'] as const).every((name) => window.annotate!.held(name).size > 0),
      )
      expect(await page.locator('.top-market .badge.simulated').count()).toBe(0)
      expect((await stateOf(page, 'market'))!.streaming).toBe(true)
      await accessibleScreenshot(page, 'markets-binance')

      // Its seconds go on, at the exchange's prices.
      const before = (await stateOf(page, 'cursor')).time!
      await page.waitForFunction((time) => window.annotate!.state().cursor.time! > time + 2000, before)
      const real = (await stateOf(page, 'priceNow'))!

      await page.keyboard.press('Control+k')
      await page.keyboard.type('demo')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.top-market .badge.simulated')
      await page.waitForFunction(() => window.annotate!.held('1s').size > 0)
      await settle(page)
      const simulated = (await stateOf(page, 'priceNow'))!
      expect(Math.abs(simulated - real)).toBeGreaterThan(1)
      const time = (await stateOf(page, 'cursor')).time!
      await page.waitForFunction((last) => window.annotate!.state().cursor.time! > last, time)
    })
  }, 120_000)

  it('stops following with a click; the served market takes its place and the data stay', async () => {
    await withPage({ width: 1920, height: 1080 }, async (page) => {
      await openPage(page, both.server.url)
      await page.click('.market-button')
      await page.click('.choice:has-text("binance"):has(.danger) .choice-label')
      await page.waitForFunction(() => window.annotate!.state().market?.venue === 'binance')
      await page.click('.market-button')
      await accessibleScreenshot(page, 'markets-1920')
      await page.click('[aria-label="Stop following ETH/USDT on binance"]')
      await page.waitForFunction(() => window.annotate!.state().market?.primary === true)
      await page.keyboard.press('Escape')
      await page.click('.market-button')
      await page.waitForSelector('.choice:has-text("stored: 1s")')
      await page.click('.choice:has-text("stored: 1s")')
      await page.waitForSelector('.badge:text-is("STORED")')
      await page.waitForFunction(() => window.annotate!.held('1s').size > 0)
      await accessibleScreenshot(page, 'markets-stored')
    })
  }, 60_000)

  it('says in words why an exchange cannot be asked, and goes back from there', async () => {
    await withPage({ width: 1440, height: 900, expected: /status of 50\d/ }, async (page) => {
      await openPage(page, both.server.url)
      both.exchange.refusal = { status: 503, times: 1000 }
      await page.keyboard.press('Control+k')
      await page.keyboard.type('binanc')
      await page.click('.choice:has(.choice-label:text-is("binance"))')
      await page.waitForSelector('.choices .bad-line', { timeout: 60_000 })
      expect(await page.textContent('.choices .bad-line')).toMatch(/binance|exchange/i)
      await accessibleScreenshot(page, 'markets-refused')
      both.exchange.refusal = null
      await page.keyboard.press('Backspace')
      await page.waitForSelector('.choice:has-text("kraken")')
      await page.keyboard.press('Escape')
      await page.waitForSelector('dialog', { state: 'detached' })
    })
  }, 120_000)
})
