// Playing on with the future hidden: by key and by button, at any speed, the whole page with it.
import { expect, it } from 'vitest'
import { fedBeyond, goBlind, instantToHide } from './harness/blind.ts'
import { accessibleScreenshot, describeInBrowser } from './harness/browser.ts'
import { TIMEFRAMES, settle, stateOf, visibleOf } from './harness/charts.ts'
import { served } from './harness/served.ts'

const SECOND = 1000
const server = served()

describeInBrowser('playing on, the future hidden', () => {
  it('plays on and pauses by key and by button, from 1× to 60×, the whole page with it', async () => {
    await server.opened({ width: 1920, height: 1080 }, async (page) => {
      const asOf = instantToHide()
      await page.keyboard.press('Space')
      await page.waitForSelector('.notice:has-text("Hide the future first")')
      await goBlind(page, asOf)
      const cursor = async () => (await stateOf(page, 'cursor')).time!
      const reaches = (time: number) =>
        page.waitForFunction((wanted) => window.annotate!.state().cursor.time! >= wanted, time)
      await page.keyboard.press('Space')
      await reaches(asOf + 3 * SECOND)
      for (let times = 0; times < 9; times++) await page.keyboard.press('.')
      expect(await page.textContent('[data-testid=play-speed]')).toBe('60×')
      const from = await cursor()
      const began = Date.now()
      for (let look = 0; look < 8; look++) {
        await page.waitForTimeout(250)
        const before = await page.evaluate(() => window.annotate!.state().cursor.time!)
        // What is fed may only be of the cursor as it is by then, or of before.
        const found = await fedBeyond(page, before)
        const after = await cursor()
        if (after === before) expect(found).toEqual([])
      }
      await accessibleScreenshot(page, 'blind-playing')
      await page.keyboard.press('Space')
      await settle(page)
      const paused = await cursor()
      expect(paused - from).toBeGreaterThan(20 * SECOND)
      expect(paused - from).toBeLessThanOrEqual((Date.now() - began) * 60 + SECOND)
      expect(await fedBeyond(page, paused)).toEqual([])
      for (const timeframe of TIMEFRAMES) {
        const seen = await visibleOf(page, timeframe)
        expect((paused - seen.from) / (seen.to - seen.from)).toBeCloseTo(0.8, 1)
      }
      await page.waitForTimeout(500)
      expect(await cursor()).toBe(paused)
      await page.getByRole('button', { name: /^Play slower/ }).click()
      expect(await page.textContent('[data-testid=play-speed]')).toBe('30×')
      await page.getByRole('button', { name: /^Play [▶❚]/ }).click()
      await reaches(paused + 5 * SECOND)
      await page.getByRole('button', { name: /^Pause/ }).click()
      // Shown again, it plays no more.
      await page.getByRole('button', { name: /^Play [▶❚]/ }).click()
      await page.keyboard.press('h')
      await page.waitForSelector('.play', { state: 'detached' })
      await page.waitForTimeout(300)
      const shown = await cursor()
      await page.waitForTimeout(500)
      expect(await cursor()).toBe(shown)
    })
  }, 120_000)
})
