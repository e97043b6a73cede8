// The whole loop by keyboard alone on the demo market: mark, adjust, undo, review, train, step through misses, go live.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, accessibleScreenshot } from './harness/browser.ts'
import {
  annotationsOf,
  drawnAt,
  settle,
  stateOf,
  waitForAnnotations,
  waitForRun,
  waitForSignals,
} from './harness/charts.ts'
import { turnBeside } from '../../src/web/marking/turns.ts'
import { secondsOf } from './harness/marks.ts'
import { served } from './harness/served.ts'

const MINUTE = 60_000
const server = served()

/** What the page asks the server from now on, but for what it asks from time to time anyway. */
function requestsOf(page: Page): () => string[] {
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.startsWith('/api/') && !/events|markets|shown/.test(pathname))
      asked.push(`${request.method()} ${pathname}`)
  })
  return () => asked
}

describeInBrowser('the loop by keyboard, demo market', () => {
  it('marks, flips, steps by seconds and minutes, saves, cancels, undoes, restores', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      const start = await goTo(page, -40 * MINUTE)
      await press(page, 'a')
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      const entry = (await stateOf(page, 'mark'))!.entry
      expect(entry.time).toBe(start)
      expect(entry.price).toBe((await drawnAt(page, '1s', start - 1000))![3])
      await pressUntilCursor(page, 'ArrowRight', start + 1000)
      await pressUntilCursor(page, 'ArrowLeft', start)
      await press(page, 'a')
      await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
      await pressUntilCursor(page, 'Shift+ArrowRight', start + 1000 + MINUTE)
      await press(page, 'b')
      expect((await stateOf(page, 'mark'))!.flipped).toBe('LONG')
      await press(page, 's')
      expect(await page.textContent('[data-testid=mark]')).toContain('set by hand')
      const asked = requestsOf(page)
      await press(page, 'Enter')
      await waitForAnnotations(page, 1)
      const [saved] = await annotationsOf(page)
      await page.waitForFunction((id) => window.annotate!.state().testCases.has(id), saved!.id)
      await settle(page)
      expect(asked()).toEqual(['POST /api/annotations'])
      expect(saved).toMatchObject({ direction: 'SHORT', holding_period_seconds: 61 })
      // Ctrl+Z takes the saved one back, Del and Ctrl+Z bring a deleted one back.
      await press(page, 'Control+z')
      await waitForAnnotations(page, 0)
      await mark(page, start, 4)
      await waitForAnnotations(page, 1)
      await press(page, 'ArrowDown')
      await press(page, 'Delete')
      await waitForAnnotations(page, 0)
      await press(page, 'Control+z')
      await waitForAnnotations(page, 1)
      await press(page, 'a')
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      await press(page, 'Escape')
      expect(await stateOf(page, 'mark')).toBeNull()
    })
  })

  it('does keys in the order they are typed, faster than prices can be read', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      const before = (await annotationsOf(page)).length
      // Where no chart holds seconds yet, each price is asked for, and comes late.
      await page.route(/api\/candles.*timeframe=1s/, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 250))
        await route.continue()
      })
      const entry = await goTo(page, -20 * 60 * MINUTE)
      for (const keys of ['a', 'Shift+ArrowRight', 'ArrowRight', 'a', 'Enter'])
        await page.keyboard.press(keys)
      await waitForAnnotations(page, before + 1)
      const made = (await annotationsOf(page)).find((one) => Date.parse(one.entry.timestamp) === entry)!
      expect(made.holding_period_seconds).toBe(61)
      expect((await stateOf(page, 'notices')).map(({ text }) => text).join()).not.toContain('Choose')
      // What was typed before Esc is forgotten, and what it waited for comes to nothing.
      await goTo(page, -21 * 60 * MINUTE)
      for (const keys of ['a', 'Shift+ArrowRight', 'a', 'Escape']) await page.keyboard.press(keys)
      await page.waitForTimeout(800)
      expect(await stateOf(page, 'mark')).toBeNull()
      await page.keyboard.press('Control+z')
      await waitForAnnotations(page, before)
    })
  })

  it('goes from turn to turn of the price, and by a distance that is typed', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      const start = await goTo(page, -50 * MINUTE)
      const rows = await secondsOf(server.url, start - 20 * MINUTE, start + 20 * MINUTE)
      const turnFrom = (time: number, way: 1 | -1) => turnBeside(rows, time, way)!
      const first = turnFrom(start, 1)
      await pressUntilCursor(page, '8', first)
      await pressUntilCursor(page, '7', turnFrom(first, -1))
      await pressUntilCursor(page, '8', first)
      await press(page, 'a')
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      const second = turnFrom(first, 1)
      await pressUntilCursor(page, '8', second)
      await press(page, 'a')
      await page.waitForFunction((time) => window.annotate!.state().mark?.exit?.time === time, second)
      // The exit is what the arrows move now, and turns with it.
      const third = turnFrom(second, 1)
      await press(page, '8')
      await page.waitForFunction((time) => window.annotate!.state().mark?.exit?.time === time, third)
      expect((await stateOf(page, 'mark'))!.entry.time).toBe(first)
      await press(page, 'Escape')
      const { time } = await stateOf(page, 'cursor')
      for (const [typed, by] of [
        ['+45', 45_000],
        ['-1:30', -90_000],
      ] as const) {
        const { time: from } = await stateOf(page, 'cursor')
        await page.keyboard.press('g')
        await page.waitForSelector('dialog[open] input:focus')
        await page.keyboard.type(typed)
        await pressUntilCursor(page, 'Enter', from! + by)
      }
      expect((await stateOf(page, 'cursor')).time).toBe(time! - 45_000)
    })
  })

  it('adjusts a saved annotation and writes its notes', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await press(page, 'ArrowDown')
      const [before] = await annotationsOf(page)
      await press(page, 'm')
      await press(page, 'e')
      const exit = Date.parse(before!.exit.timestamp)
      await pressUntilCursor(page, 'ArrowRight', exit + 1000)
      await press(page, 'Enter')
      await page.waitForFunction(
        (time) => Date.parse(window.annotate!.state().annotations[0]!.exit.timestamp) === time,
        exit + 1000,
      )
      await press(page, 'o')
      await page.keyboard.type('a pullback that held')
      await press(page, 'Escape')
      await page.waitForFunction(
        () => window.annotate!.state().annotations[0]?.notes === 'a pullback that held',
      )
      await press(page, 'v')
      await page.waitForSelector('.case-charts figcaption')
      await press(page, 'Escape')
      expect(await page.locator('dialog[open]').count()).toBe(0)
    })
  })

  it('moves entry, exit and both by a second and by ten, types stop and target, copies, does again what was undone', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await press(page, 'ArrowDown')
      const [before] = await annotationsOf(page)
      const [entry, exit] = [Date.parse(before!.entry.timestamp), Date.parse(before!.exit.timestamp)]
      await press(page, 'm')
      await pressUntilCursor(page, 'PageDown', entry + 10_000)
      await press(page, 'Shift+E')
      await pressUntilCursor(page, 'PageUp', entry)
      await pressUntilCursor(page, 'ArrowLeft', entry - 1000)
      await press(page, 'Enter')
      await page.waitForFunction(
        ([from, to]) => {
          const [saved] = window.annotate!.state().annotations
          return Date.parse(saved!.entry.timestamp) === from && Date.parse(saved!.exit.timestamp) === to
        },
        [entry - 1000, exit - 11_000] as const,
      )
      await press(page, 'Shift+P')
      await page.keyboard.type('0.5%')
      await press(page, 'Enter')
      await page.waitForFunction(() => window.annotate!.state().annotations[0]!.stop_price !== null)
      const [planned] = await annotationsOf(page)
      expect(Math.abs(planned!.stop_price! / planned!.entry.price - 1) * 100).toBeCloseTo(0.5, 2)
      await press(page, 'Control+z')
      await page.waitForFunction(() => window.annotate!.state().annotations[0]!.stop_price === null)
      await press(page, 'Control+Shift+z')
      await page.waitForFunction(() => window.annotate!.state().annotations[0]!.stop_price !== null)
      const count = (await annotationsOf(page)).length
      await press(page, 'Control+d')
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      await press(page, 'Enter')
      await waitForAnnotations(page, count + 1)
      const copy = (await annotationsOf(page)).find(({ id }) => id !== planned!.id && id !== before!.id)!
      expect(copy).toMatchObject({
        direction: planned!.direction,
        notes: planned!.notes,
        holding_period_seconds: planned!.holding_period_seconds,
      })
      expect(copy.stop_price).not.toBeNull()
      await press(page, 'Control+z')
      await waitForAnnotations(page, count)
    })
  })

  it('reaches charts, dialogs and panels; every command has a key on the sheet', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await press(page, '2')
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('chart-1m')
      await press(page, 'f')
      expect(await page.locator('.chart:visible').count()).toBe(1)
      await press(page, 'Escape')
      expect(await page.locator('.chart:visible').count()).toBe(4)
      const before = await page.evaluate(() => window.annotate!.visible('1m')!)
      await press(page, '+')
      await settle(page)
      const after = await page.evaluate(() => window.annotate!.visible('1m')!)
      expect(after.to - after.from).toBeLessThan(before.to - before.from)
      await press(page, '?')
      await page.waitForSelector('.key-row')
      const keys = await page.locator('section:not([data-asked]) > .key-row kbd').allTextContents()
      expect(keys.length).toBeGreaterThan(35)
      expect(keys.every((key) => key !== '')).toBe(true)
      expect(new Set(keys).size).toBe(keys.length)
      await accessibleScreenshot(page, 'keyboard-keys')
      await page.keyboard.type('hide')
      await press(page, 'Enter')
      expect((await stateOf(page, 'cursor')).hidesFuture).toBe(true)
      await press(page, 'End')
      expect(await stateOf(page, 'cursor')).toMatchObject({ hidesFuture: false, follows: true })
    })
  })

  it('reviews, trains with T, steps through what was missed with N and X, goes live with I', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await mark(page, await goTo(page, -25 * MINUTE), 4)
      await waitForAnnotations(page, 2)
      const from = await goTo(page, -45 * MINUTE)
      await press(page, 'r')
      const to = await goTo(page, -18 * MINUTE)
      await press(page, 'r')
      await page.waitForFunction(() => window.annotate!.state().reviewed.length === 1)
      const [span] = await stateOf(page, 'reviewed')
      expect([Date.parse(span!.from), Date.parse(span!.to)]).toEqual([from, to])
      await page.focus('label:has-text("Epochs") input')
      await page.keyboard.type('2')
      await press(page, 'Escape')
      await page.focus('button:text-is("Parameters")')
      await press(page, 'Enter')
      await page.focus('label:has(span:text-is("Views")) input')
      await page.keyboard.type('4')
      await press(page, 'Escape')
      await press(page, 't')
      const run = await waitForRun(page, 300)
      expect(run.status).toBe('COMPLETED')
      const misses = run.validation?.misses.length ?? 0
      await press(page, 'n')
      if (misses > 0) {
        await page.waitForFunction(() => window.annotate!.state().misses !== null)
        await accessibleScreenshot(page, 'keyboard-misses')
        await press(page, 'x')
        await page.waitForFunction(() => window.annotate!.state().misses!.done.length === 1)
      }
      await press(page, 'i')
      const signals = await waitForSignals(page, 4, 60)
      expect(new Set(signals.map((signal) => signal.timestamp)).size).toBe(4)
      await accessibleScreenshot(page, 'keyboard-live')
      await press(page, 'i')
      await page.waitForFunction(
        () => !window.annotate!.state().sessions.some((one) => one.state === 'running'),
      )
    })
  }, 420_000)
})

async function press(page: Page, keys: string): Promise<void> {
  await page.keyboard.press(keys)
  await settle(page)
}

async function pressUntilCursor(page: Page, keys: string, time: number): Promise<void> {
  await page.keyboard.press(keys)
  await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, time)
  await settle(page)
}

/** G: to `offset` ms from the newest second; returns the instant. */
async function goTo(page: Page, offset: number): Promise<number> {
  const health = await page.evaluate(() => window.annotate!.state().health!.now)
  const time = Math.floor(Date.parse(health) / 1000) * 1000 + offset
  await typeTime(page, time)
  return time
}

/** A mark at `time` held for `minutes`. */
async function mark(page: Page, time: number, minutes: number): Promise<void> {
  await typeTime(page, time)
  const before = (await annotationsOf(page)).length
  await press(page, 'a')
  await page.waitForFunction(() => window.annotate!.state().mark !== null)
  await press(page, 'a')
  await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
  for (let minute = 1; minute <= minutes; minute++)
    await pressUntilCursor(page, 'Shift+ArrowRight', time + 1000 + minute * MINUTE)
  await press(page, 'Enter')
  await waitForAnnotations(page, before + 1)
}

/** G and a typed time, which takes the place of what stands in the field; each key once the dialog is there for it. */
async function typeTime(page: Page, time: number): Promise<void> {
  await page.keyboard.press('g')
  await page.waitForSelector('dialog[open] input:focus')
  await page.keyboard.type(new Date(time).toISOString().slice(0, 19))
  await pressUntilCursor(page, 'Enter', time)
  await page.waitForSelector('dialog[open]', { state: 'detached' })
}
