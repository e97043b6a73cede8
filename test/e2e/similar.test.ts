// Moments like a mark on the page: found by a key, stepped through with the future hidden, marked, said to be HOLD, taken back, left.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { patient, until } from '../patience.ts'
import type { SimilarOut } from '../../src/contract/moments.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { annotationsOf, openPage, settle, stateOf } from './harness/charts.ts'
import { markOver } from './harness/marks.ts'
import { laterTimesOn } from './harness/readable.ts'
import { served } from './harness/served.ts'

const MINUTE = 60_000
const server = served({ keepsMoments: true })

/** Until the charts stand at the moment `index` of the strip, nothing later drawn; returns its instant. */
async function standsAt(page: Page, index: number): Promise<number> {
  await page.waitForFunction((wanted) => window.annotate!.state().like?.index === wanted, index)
  const moment = (await stateOf(page, 'like'))!.found![index]!
  const time = Date.parse(moment.timestamp)
  await page.waitForFunction((at) => {
    const { cursor } = window.annotate!.state()
    const seen = window.annotate!.visible('1s')
    const isThere = seen !== null && seen.from < at && at < seen.to
    return cursor.time === at && cursor.hidesFuture && isThere && window.annotate!.drawn('1s', at) === null
  }, time)
  await settle(page)
  expect(await laterTimesOn(page, time)).toEqual([])
  return time
}

describeInBrowser('moments like this on the page', () => {
  it('finds what is like a mark, and takes a mark, a HOLD and its undoing by key', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      const entry = Math.floor(Date.now() / 1000) * 1000 - 90 * MINUTE
      const [mark] = await markOver(server.url, [{ entry, seconds: 240 }])
      await until(
        'eight moments with a row',
        async () => {
          const answer = await fetch(`${server.url}/api/similar?annotation=${mark!.id}`)
          return answer.ok && ((await answer.json()) as SimilarOut).similar.length >= 8
        },
        { limit: 60_000, every: 500 },
      )
      await openPage(page, server.url)
      await page.keyboard.press('ArrowDown')
      await page.waitForFunction(() => window.annotate!.state().selected !== null)
      const cursor = await stateOf(page, 'cursor')

      await page.keyboard.press('Shift+F')
      const strip = page.locator('[data-testid=like]')
      await strip
        .locator('.moment')
        .first()
        .waitFor({ timeout: patient(30_000) })
      expect(await strip.getAttribute('aria-label')).toContain('the mark of')
      const moments = (await stateOf(page, 'like'))!.found!
      expect(await strip.locator('.moment').count()).toBe(moments.length)
      // Found, not gone to.
      expect(await stateOf(page, 'cursor')).toEqual(cursor)

      await page.keyboard.press('n')
      await standsAt(page, 0)
      await page.keyboard.press('n')
      await standsAt(page, 1)
      await page.keyboard.press('p')
      const first = await standsAt(page, 0)
      await accessibleScreenshot(page, 'similar')

      await page.keyboard.press('a')
      await page.keyboard.press('Shift+ArrowRight')
      await page.waitForFunction((at) => window.annotate!.state().cursor.time === at, first + MINUTE)
      await page.keyboard.press('a')
      await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
      await page.keyboard.press('Enter')
      await strip.locator('.moment', { hasText: 'marked' }).waitFor()
      const made = (await annotationsOf(page)).find(({ entry: at }) => Date.parse(at.timestamp) === first)!
      expect(made.provenance.mode).toBe('proposal')
      // What came after it may have been on the live charts before.
      expect(Date.parse(made.provenance.visible_until!)).toBeGreaterThanOrEqual(first)

      await strip.locator('.moment').nth(2).click()
      await standsAt(page, 2)
      await page.keyboard.press('x')
      await standsAt(page, 3)
      await strip.locator('.moment', { hasText: 'HOLD' }).waitFor()
      await page.keyboard.press('Control+Z')
      await strip.locator('.moment', { hasText: 'HOLD' }).waitFor({ state: 'detached' })
      await strip.getByRole('button', { name: /^HOLD/ }).click()
      await standsAt(page, 4)
      await strip.locator('.moment', { hasText: 'HOLD' }).waitFor()
      await page.setViewportSize({ width: 1920, height: 1080 })
      await settle(page)
      await accessibleScreenshot(page, 'similar-wide')

      await page.keyboard.press('Escape')
      await strip.waitFor({ state: 'detached' })
      expect(await stateOf(page, 'cursor')).toEqual(cursor)
    })
  }, 600_000)
})
