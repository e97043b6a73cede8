// Suggestions on the page: moments answered by key, one by mouse, each with its future hidden; then back to where one was.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { patient } from '../patience.ts'
import { effort } from '../long.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { annotationsOf, openPage, settle, stateOf, steadyViews } from './harness/charts.ts'
import { markOver } from './harness/marks.ts'
import { laterTimesOn } from './harness/readable.ts'
import { served } from './harness/served.ts'

const MINUTE = 60_000
const FULL_HD = { width: 1920, height: 1080 }
/** How the questions are answered by key: by name ten of them in all, in `npm test` one of each kind. */
const KEYS = effort(['a', 'x', 'Shift+A', 'n'], ['a', 'x', 'a', 'Shift+A', 'x', 'n', 'a', 'x', 'x'])
const server = served()

/** What is asked, once it is another than `before`; the charts stand there and nothing later is drawn. */
async function asked(page: Page, before: string | null) {
  await page.waitForFunction(
    (id) => {
      const question = window.annotate!.state().suggesting?.question ?? null
      return question !== null && question.id !== id
    },
    before,
    { timeout: patient(60_000) },
  )
  const question = (await stateOf(page, 'suggesting'))!.question!
  const time = Date.parse(question.entry.timestamp)
  await page.waitForFunction((at) => {
    const { cursor } = window.annotate!.state()
    const seen = window.annotate!.visible('1s')
    return cursor.time === at && cursor.hidesFuture && seen !== null && seen.from < at && at < seen.to
  }, time)
  await settle(page)
  const drawn = await page.evaluate((at) => {
    const of = (instant: number) => window.annotate!.drawn('1s', instant)
    return { last: of(at - 1000), next: of(at) }
  }, time)
  expect(drawn.last?.[3]).toBe(question.entry.price)
  expect(drawn.next).toBeNull()
  expect(await laterTimesOn(page, time)).toEqual([])
  return question
}

describeInBrowser('suggestions on the page', () => {
  it('asks again and again, takes the answers by key, one by mouse, and goes back', async () => {
    await withPage(FULL_HD, async (page) => {
      await openPage(page, server.url)
      await page.keyboard.press('Shift+N')
      await page.locator('.notice', { hasText: 'make one first' }).waitFor()
      const now = Math.floor(Date.now() / 1000) * 1000
      await markOver(server.url, [
        { entry: now - 200 * MINUTE, seconds: 240, tags: ['breakout'] },
        { entry: now - 120 * MINUTE, seconds: 240, tags: ['breakout'] },
      ])
      await page.waitForFunction(() => window.annotate!.state().annotations.length === 2)
      await page.keyboard.press('ArrowDown')
      await page.waitForFunction(() => window.annotate!.state().selected !== null)
      const [cursor, views] = [await stateOf(page, 'cursor'), await steadyViews(page)]

      await page.keyboard.press('Shift+N')
      let question = await asked(page, null)
      await settle(page)
      await accessibleScreenshot(page, 'suggestions-first')
      const strip = page.locator('[data-testid=suggestion]')
      expect(await strip.textContent()).toContain(`Suggestion: ${question.direction} at `)
      // How it ended is not on the page before it is answered.
      expect(await strip.textContent()).not.toContain('net')

      const ids = [question.id]
      for (const key of KEYS) {
        await page.keyboard.press(key)
        question = await asked(page, question.id)
        ids.push(question.id)
      }
      expect(new Set(ids).size).toBe(1 + KEYS.length)
      await strip.getByRole('button', { name: /^HOLD/ }).click()
      question = await asked(page, question.id)
      // What is hidden is not said to be nothing.
      expect(await page.locator('.left .empty').allTextContents()).not.toContainEqual(
        expect.stringContaining('No annotations yet'),
      )
      // Space is not that button’s again.
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('chart-1s')
      const progress = page.locator('[data-testid=suggestion-progress]')
      // One more by mouse; what is skipped is none.
      const labels = KEYS.filter((key) => key !== 'n').length + 1
      expect(await progress.textContent()).toMatch(new RegExp(`^HOLD · ${labels} labels, \\d+ an hour`))
      await accessibleScreenshot(page, 'suggestions-answered')

      const marks = (await annotationsOf(page)).filter(({ provenance }) => provenance.mode === 'proposal')
      expect(marks).toHaveLength(KEYS.filter((key) => key.toLowerCase().endsWith('a')).length)
      for (const { entry, provenance, tags } of marks) {
        expect(provenance.visible_until).toBe(entry.timestamp)
        expect(provenance.seconds_spent).toBeGreaterThan(0)
        expect(tags).toEqual(['breakout'])
      }

      await page.keyboard.press('Escape')
      await page.waitForFunction(() => window.annotate!.state().suggesting === null)
      expect(await stateOf(page, 'cursor')).toEqual(cursor)
      const back = await steadyViews(page)
      for (const [i, view] of views.entries()) {
        const step = (view.to - view.from) / 100
        expect(Math.abs(back[i]!.from - view.from)).toBeLessThan(step)
        expect(Math.abs(back[i]!.to - view.to)).toBeLessThan(step)
      }
      await accessibleScreenshot(page, 'suggestions-left')
      // Esc answered it, too.
      const again = await fetch(`${server.url}/api/suggestions/${question.id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ answer: 'hold' }),
      })
      expect(again.status).toBe(409)
    })
  }, 900_000)

  it('lets an accepted one be adjusted meanwhile, and tells how far one looked ahead', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await page.keyboard.press('Shift+N')
      const first = await asked(page, null)
      await accessibleScreenshot(page, 'suggestions-small')
      const entry = Date.parse(first.entry.timestamp)
      await page.keyboard.press('ArrowRight')
      await page.waitForFunction((at) => window.annotate!.state().cursor.time === at, entry + 1000)
      await page.keyboard.press('a')
      const second = await asked(page, first.id)
      const [selected, marks] = [await stateOf(page, 'selected'), await annotationsOf(page)]
      const mark = marks.find(({ id }) => id === selected)!
      expect(mark.entry).toEqual(first.entry)
      expect(Date.parse(mark.provenance.visible_until!)).toBe(entry + 1000)

      await page.keyboard.press('m')
      await page.keyboard.press('e')
      await page.keyboard.press('ArrowLeft')
      await page.waitForFunction(
        (exit) => window.annotate!.state().mark?.exit?.time === exit,
        Date.parse(first.exit.timestamp) - 1000,
      )
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => window.annotate!.state().mark === null)
      await page.waitForFunction(
        (at) => window.annotate!.state().cursor.time === at,
        Date.parse(second.entry.timestamp),
      )
      const adjusted = (await annotationsOf(page)).find(({ id }) => id === selected)!
      expect(Date.parse(adjusted.exit.timestamp)).toBe(Date.parse(first.exit.timestamp) - 1000)
      expect((await stateOf(page, 'suggesting'))?.question?.id).toBe(second.id)
    })
  }, 600_000)
})
