// Where a mark came from is decided by what was on any screen before, over reloads and other pages: by the server, not by the page that saves.
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import type { AnnotationOut } from '../../src/contract/annotations.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { annotationsOf, openPage, settle, stateOf, waitForAnnotations } from './harness/charts.ts'
import { served } from './harness/served.ts'

const SECOND = 1000
const HOUR = 3_600_000
const server = served()
/** Far from the newest second, and from each other: none of it is shown on the charts of minutes and seconds when a page opens. */
let [unseen, seen, shownElsewhere] = [0, 0, 0]

describeInBrowser('provenance', () => {
  beforeAll(async () => {
    const minute = Math.floor(Date.now() / 60_000) * 60_000
    unseen = minute - 20 * HOUR + 17 * SECOND
    seen = minute - 26 * HOUR + 5 * SECOND
    shownElsewhere = minute - 32 * HOUR + 41 * SECOND
  })

  it('is replay where the future was never on a screen, though the exit was seen before the mark was saved', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await page.keyboard.press('h')
      await goTo(page, unseen)
      const mark = await markBlind(page)
      expect(mark.provenance).toMatchObject({ mode: 'replay', visible_until: iso(unseen) })
      expect(Date.parse(mark.exit.timestamp) - unseen).toBe(10 * SECOND)
      expect(await page.locator('.notice:has-text("in hindsight")').count()).toBe(0)
      await accessibleScreenshot(page, 'provenance-replay')
      // The same entry once more: by now its exit was seen.
      await page.keyboard.press('Escape')
      await goTo(page, unseen)
      const again = await markBlind(page)
      expect(again.provenance.mode).toBe('hindsight')
      expect(Date.parse(again.provenance.visible_until!)).toBeGreaterThanOrEqual(unseen + 10 * SECOND)
      await page.waitForSelector('.selected dd:has-text("in hindsight")')
    })
  }, 180_000)

  it('is hindsight where the future was on the screen a moment before, also after a reload', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await goTo(page, seen)
      await page.keyboard.press('h')
      await settle(page)
      await openPage(page, server.url)
      expect(await stateOf(page, 'cursor')).toMatchObject({ time: seen, hidesFuture: true })
      const mark = await markBlind(page)
      expect(mark.provenance.mode).toBe('hindsight')
      expect(Date.parse(mark.provenance.visible_until!)).toBeGreaterThan(seen)
    })
  }, 180_000)

  it('is hindsight where another page showed it', async () => {
    await withPage({ width: 1440, height: 900 }, async (other) => {
      await openPage(other, server.url)
      await goTo(other, shownElsewhere)
      // Told in the background.
      await other.waitForResponse((response) => response.url().endsWith('/api/shown'))
      await server.opened({ width: 1440, height: 900 }, async (page) => {
        await page.keyboard.press('h')
        await goTo(page, shownElsewhere)
        const mark = await markBlind(page)
        expect(mark.provenance.mode).toBe('hindsight')
        expect(Date.parse(mark.provenance.visible_until!)).toBeGreaterThan(shownElsewhere)
        await page.waitForSelector('.selected dd:has-text("in hindsight")')
      })
    })
  }, 180_000)
})

const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')

/** A at the cursor, ten seconds on, A, Enter: the annotation as it was saved. */
async function markBlind(page: Page): Promise<AnnotationOut> {
  const before = new Set((await annotationsOf(page)).map(({ id }) => id))
  await page.keyboard.press('a')
  await page.waitForFunction(() => window.annotate!.state().mark !== null)
  const { time } = await stateOf(page, 'cursor')
  for (let second = 1; second <= 10; second++) {
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction((at) => window.annotate!.state().cursor.time === at, time! + second * SECOND)
  }
  await settle(page)
  await page.keyboard.press('a')
  await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
  await page.keyboard.press('Enter')
  await waitForAnnotations(page, before.size + 1)
  return (await annotationsOf(page)).find(({ id }) => !before.has(id))!
}

async function goTo(page: Page, time: number): Promise<void> {
  await page.keyboard.press('g')
  await page.fill('dialog input', new Date(time).toISOString().slice(0, 19))
  await page.keyboard.press('Enter')
  await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, time)
  await page.waitForFunction((at) => window.annotate!.drawn('1s', at - 1000) !== null, time)
  await settle(page)
}
