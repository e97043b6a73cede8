// The training panel: patterns, chosen annotations, parameters, the queue with pause, resume and cancel, the validation and runs side by side.
import { beforeAll, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { SIZES } from '../long.ts'
import { describeInBrowser, accessibleScreenshot } from './harness/browser.ts'
import { settle, stateOf } from './harness/charts.ts'
import { markOver, reviewOver } from './harness/marks.ts'
import { served } from './harness/served.ts'

const MINUTE = 60_000
const server = served()

describeInBrowser('the training panel', () => {
  beforeAll(async () => {
    const hour = Math.floor(Date.now() / 3_600_000 - 5) * 3_600_000
    const marks = Array.from({ length: 6 }, (_, k) => ({
      entry: hour + k * 20 * MINUTE + 7 * MINUTE + 13_000,
      seconds: 240,
      tags: [k % 3 === 2 ? 'pullback' : 'breakout'],
    }))
    await markOver(server.url, marks)
    // What is around each mark: a run scores every second that is reviewed.
    for (const { entry } of marks) await reviewOver(server.url, entry - MINUTE, entry + 5 * MINUTE)
  })

  it('asks which pattern, queues runs, pauses, resumes and cancels them by mouse and keyboard', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await fill(page, 'Epochs', '8')
      await page.click('text=Parameters')
      await fill(page, 'Views', '4')
      await fill(page, 'Folds', '2')
      await accessibleScreenshot(page, 'training-parameters')
      await page.keyboard.press('Escape')
      await page.keyboard.press('t')
      await page.waitForSelector('.notice:has-text("choose which")')
      expect(await stateOf(page, 'runs')).toHaveLength(0)
      await page.selectOption('[data-testid=training-pattern]', 'breakout')
      await page.click('#train')
      await waitFor(page, 1)
      await page.click('#train')
      await waitFor(page, 2)
      await page.selectOption('[data-testid=training-pattern]', '*')
      await page.click('#train')
      await waitFor(page, 3)
      await page.waitForSelector('[data-testid=queue] li:nth-child(3)')
      expect((await stateOf(page, 'runs')).at(-1)!.pattern).toBe('breakout')

      // The first is paused by its sign, the second takes its place meanwhile or waits; the last is cancelled.
      const first = (await stateOf(page, 'runs')).at(-1)!.id
      await page.click('[data-testid=queue] li:nth-child(1) .queue-main')
      await page.waitForSelector('#pause-training')
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await page.keyboard.press('y')
      await status(page, first, 'PAUSED')
      await accessibleScreenshot(page, 'training-queue')
      await page.click('[data-testid=queue] li:nth-child(3) [aria-label=Cancel]')
      await page.waitForFunction(() => window.annotate!.state().runs[0]!.status === 'CANCELLED')
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await page.keyboard.press('y')
      await status(page, first, 'COMPLETED')
      const second = (await stateOf(page, 'runs'))[1]!.id
      await status(page, second, 'COMPLETED')
    })
  }, 400_000)

  it('trains on entries between two dates', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await page.selectOption('[data-testid=training-scope]', 'dates')
      await fill(page, 'From, UTC', 'yesterday')
      await page.click('#train')
      await page.waitForSelector('.notice:has-text("Write dates as")')
      const entries = (await stateOf(page, 'annotations'))
        .map(({ entry }) => entry.timestamp)
        .toSorted((a, b) => a.localeCompare(b))
      await fill(page, 'From, UTC', entries[1]!.replace('T', ' ').replace('Z', ''))
      await fill(page, 'To, UTC', entries[4]!)
      await page.waitForSelector('text=3 of 6 annotations')
      await page.selectOption('[data-testid=training-pattern]', '*')
      const before = (await stateOf(page, 'runs')).length
      await page.click('#train')
      await waitFor(page, before + 1)
      const run = (await stateOf(page, 'runs'))[0]!
      expect(run.selection).toMatchObject({ from: entries[1], to: entries[4] })
      await page.click('#cancel-training')
      await status(page, run.id, 'CANCELLED')
    })
  }, 120_000)

  it('trains on what is chosen in the list, and begins from a checkpoint', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await page.keyboard.press('ArrowDown')
      await page.waitForFunction(() => window.annotate!.state().selected !== null)
      await page.keyboard.press('c')
      for (const place of [2, 3]) await page.click(`.row:nth-child(${place})`, { modifiers: ['Control'] })
      await page.waitForSelector('.chosen-line:has-text("3 chosen")')
      const chosen = await stateOf(page, 'chosen')
      await page.selectOption('[data-testid=training-scope]', 'chosen')
      if ((await page.locator('[data-testid=training-pattern]').count()) > 0)
        await page.selectOption('[data-testid=training-pattern]', '*')
      await fill(page, 'Epochs', '2')
      await page.click('text=Parameters')
      await fill(page, 'Views', '2')
      await page.selectOption('[data-testid=warm-start]', '0001')
      const before = (await stateOf(page, 'runs')).length
      await page.click('#train')
      await waitFor(page, before + 1)
      const run = (await stateOf(page, 'runs'))[0]!
      expect(run.selection.annotation_ids?.toSorted()).toEqual([...chosen].toSorted())
      await status(page, run.id, 'COMPLETED')
      const words = await page.textContent('[data-testid=warm-start-figures]')
      expect(words).toContain('checkpoint 0001')
      await accessibleScreenshot(page, 'training-warm-start')
    })
  }, 300_000)

  it.each(SIZES)(
    'shows the validation in full and runs side by side at %i × %i',
    async (width, height) => {
      await server.opened({ width, height }, async (page) => {
        const validated = (await stateOf(page, 'runs')).find((run) => run.validation !== null)!
        await page.selectOption('.run-choice', validated.id)
        await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
        await page.keyboard.press('j')
        await page.waitForSelector('[data-testid=scorecard]')
        const heads = await page.locator('[data-testid=scorecard] thead th').allTextContents()
        expect(heads).toHaveLength(1 + (validated.validation!.floors?.length ?? 0))
        // With so few annotations some figures must say so in place of a number.
        expect(
          await page.locator('[data-testid=scorecard] td:has-text("too few to say")').count(),
        ).toBeGreaterThan(0)
        await settle(page)
        await accessibleScreenshot(page, `validation-${width}`)
        await page.click('.side-choice button:has-text("BUY")')
        await page.keyboard.press('Escape')
        await page.waitForSelector('[data-testid=scorecard]', { state: 'detached' })
        await page.keyboard.press('u')
        await page.waitForSelector('[data-testid=compared-metrics]')
        expect(await page.locator('[data-testid=compared-curves] polyline').count()).toBeGreaterThan(0)
        await accessibleScreenshot(page, `compare-${width}`)
        await page.keyboard.press('Escape')
      })
    },
    90_000,
  )

  it('leads from the health of the data set to a mark, and shows labelled moments blind a second time', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await page.keyboard.press('Shift+Q')
      await page.waitForSelector('.data-set-body .moment-link')
      await accessibleScreenshot(page, 'data-set')
      await page.click('.data-set-body .moment-link')
      await page.waitForFunction(() => {
        const { selected, annotations, cursor, dialog } = window.annotate!.state()
        const mark = annotations.find(({ id }) => id === selected)
        return dialog === null && mark !== undefined && Date.parse(mark.entry.timestamp) === cursor.time
      })
      await page.keyboard.press('Shift+R')
      await page.waitForSelector('[data-testid=second-look]:has-text("0 answered")')
      expect((await stateOf(page, 'cursor')).hidesFuture).toBe(true)
      await accessibleScreenshot(page, 'second-look')
      await page.keyboard.press('x')
      await page.waitForSelector('[data-testid=second-look]:has-text("1 answered")')
      await page.keyboard.press('Escape')
      await page.waitForSelector('[data-testid=second-look]', { state: 'detached' })
    })
  }, 120_000)

  it('shows a run that the server’s end interrupted, and resumes it', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await page.selectOption('[data-testid=training-pattern]', '*')
      await fill(page, 'Epochs', '6')
      await page.click('text=Parameters')
      await fill(page, 'Views', '16')
      await fill(page, 'Folds', '2')
      const before = await page.evaluate(() => window.annotate!.state().runs.length)
      await page.click('#train')
      await waitFor(page, before + 1)
      const id = await page.evaluate(() => window.annotate!.state().runs[0]!.id)
      await page.waitForFunction(
        (run) => window.annotate!.state().runs.find((one) => one.id === run)!.epochs.length > 0,
        id,
        { timeout: 120_000 },
      )
    })
    await server.stop()
    await server.start()
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      const run = (await stateOf(page, 'runs'))[0]!
      expect(run.status).toBe('INTERRUPTED')
      await page.waitForSelector('#pause-training:has-text("Resume")')
      await accessibleScreenshot(page, 'training-interrupted')
      await page.click('#pause-training')
      await status(page, run.id, 'COMPLETED')
    })
  }, 400_000)
})

async function fill(page: Page, label: string, text: string): Promise<void> {
  await page.fill(`label:has(span:text-is("${label}")) input`, text)
}

async function waitFor(page: Page, runs: number): Promise<void> {
  await page.waitForFunction((count) => window.annotate!.state().runs.length === count, runs)
}

async function status(page: Page, run: string, wanted: string): Promise<void> {
  await page.waitForFunction(
    ([id, name]) => window.annotate!.state().runs.find((one) => one.id === id)?.status === name,
    [run, wanted] as const,
    { timeout: 180_000 },
  )
}
