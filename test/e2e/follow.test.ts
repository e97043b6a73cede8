// Charts that follow the newest second: they go on after the server was gone, after Back, and after more was missed than one read gives.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, accessibleScreenshot } from './harness/browser.ts'
import { TIMEFRAMES } from './harness/charts.ts'
import { served } from './harness/served.ts'

const server = served()
/** A page that loses its server logs each try. */
const expected = /Failed to load resource|ERR_|net::/

describeInBrowser('charts that follow', () => {
  it('show the newest second again within three seconds of "live" after the server was stopped and started', async () => {
    await server.opened({ width: 1440, height: 900, expected }, async (page) => {
      await waitForLive(page)
      await server.stop()
      await page.waitForFunction(() => window.annotate!.state().stream === 'reconnecting')
      await page.waitForTimeout(25_000)
      await server.start()
      await waitForLive(page)
      await page.waitForTimeout(3000)
      for (let second = 0; second < 4; second++) {
        const seen = await edges(page)
        expect(seen.isLive).toBe(true)
        expect(
          seen.now - seen.to,
          `the 1s chart ends ${seen.now - seen.to} ms before the clock`,
        ).toBeLessThan(3000)
        expect(seen.coarse).toEqual([true, true, true, true])
        await page.waitForTimeout(1000)
      }
      await accessibleScreenshot(page, 'follow-restarted')
    })
  }, 180_000)

  it('go on after another page and Back', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await waitForLive(page)
      await page.goto(`${server.url}/api/health`)
      await page.waitForTimeout(4000)
      await page.goBack()
      await page.waitForFunction(() => window.annotate?.state().loading === null)
      await waitForLive(page)
      await page.waitForTimeout(3000)
      const seen = await edges(page)
      expect(seen.now - seen.to).toBeLessThan(3000)
    })
  }, 120_000)
})

/** Until the bar says that what is shown is live. */
async function waitForLive(page: Page): Promise<void> {
  await page.waitForSelector('.live-dot:not(.waiting):text("live")', { timeout: 60_000 })
}

/** The clock, where the drawn part of the 1s chart ends, and whether each chart has the newest instant in view. */
function edges(page: Page) {
  return page.evaluate((names) => {
    const probe = window.annotate!
    const { health, healthAt, cursor } = probe.state()
    const now = Date.parse(health!.now) + performance.now() - healthAt
    let to = Math.floor(now / 1000) * 1000
    while (to > now - 120_000 && probe.drawn('1s', to - 1000) === null) to -= 1000
    const dot = document.querySelector('.top-cursor .live-dot')
    return {
      now,
      to: Math.min(to, probe.visible('1s')!.to),
      isLive: cursor.follows && dot?.textContent === 'live',
      coarse: names.map((name) => {
        const { from, to: end } = probe.visible(name)!
        return from < now - 3000 && end > now - 3000
      }),
    }
  }, TIMEFRAMES)
}
