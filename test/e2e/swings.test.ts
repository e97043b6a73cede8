// Swings of the price by keyboard alone: taken in hand one after the other, saved with one key each, none that ends after the cursor.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { paysFees, swingsIn, type Swing } from '../../src/web/marking/swings.ts'
import { USUAL } from '../../src/web/state/look.ts'
import { describeInBrowser } from './harness/browser.ts'
import { annotationsOf, settle, stateOf, waitForAnnotations } from './harness/charts.ts'
import { secondsOf } from './harness/marks.ts'
import { served } from './harness/served.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const server = served()

describeInBrowser('swings, demo market', () => {
  it('takes swing after swing in hand, saves with one key, and exits at the cursor or where a swing ends', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      const before = (await annotationsOf(page)).length
      const { start, rows, last, next } = await livelyHour(page)
      const [first, second, third] = next
      await typeTime(page, start)
      await takes(page, '0', first!)
      await takes(page, '0', second!)
      await takes(page, '9', first!)
      await press(page, 'Enter')
      await waitForAnnotations(page, before + 1)
      // The next one the same way is in hand with it; one key takes back both.
      await inHand(page, last)
      await press(page, 'Control+z')
      await waitForAnnotations(page, before)
      expect(await stateOf(page, 'mark')).toBeNull()
      await typeTime(page, start)
      await takes(page, '0', first!)
      await press(page, 'Enter')
      await waitForAnnotations(page, before + 1)
      await inHand(page, second!)
      // What the trader moved is not lost to another swing.
      await press(page, 'ArrowRight')
      await page.waitForFunction(
        (time) => window.annotate!.state().mark?.exit?.time === time,
        second!.exit.time + 1000,
      )
      await press(page, '0')
      await page.waitForSelector('.notice:has-text("A mark is in hand")')
      expect((await stateOf(page, 'mark'))!.entry.time).toBe(second!.entry.time)
      await press(page, 'Escape')
      // With an entry alone in hand: where its swing ends, or at the cursor.
      await typeTime(page, third!.entry.time + 3000)
      await press(page, 'a')
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      await press(page, '0')
      await page.waitForFunction(
        (time) => window.annotate!.state().mark?.exit?.time === time,
        third!.exit.time,
      )
      await press(page, 'Escape')
      await typeTime(page, third!.entry.time)
      for (const key of ['a', 'Shift+ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key)
      await waitForAnnotations(page, before + 2)
      const made = (await annotationsOf(page)).map((one) => [
        Date.parse(one.entry.timestamp),
        Date.parse(one.exit.timestamp),
        one.direction,
      ])
      const way = first!.exit.price > first!.entry.price ? 'LONG' : 'SHORT'
      expect(made).toContainEqual([first!.entry.time, first!.exit.time, way])
      expect(made.map(([from, to]) => [from, to])).toContainEqual([
        third!.entry.time,
        third!.entry.time + 61_000,
      ])
      // With the future hidden nothing that ends later is offered.
      const cursor = second!.exit.time + 10_000
      const known = swingsIn(
        rows.filter(([open]) => open < cursor),
        USUAL.swing,
      ).findLast((swing) => paysFees(swing))!
      await typeTime(page, cursor)
      await press(page, 'h')
      await press(page, '0')
      await page.waitForSelector('.notice:has-text("the future is hidden")')
      await takes(page, '9', known)
      expect(known.exit.time).toBeLessThan(cursor)
      expect((await stateOf(page, 'cursor')).time).toBe(cursor)
      await press(page, 'Escape')
      await press(page, 'h')
      for (const left of [1, 0]) {
        await press(page, 'Control+z')
        await waitForAnnotations(page, before + left)
      }
    })
  }, 90_000)
})

async function press(page: Page, keys: string): Promise<void> {
  await page.keyboard.press(keys)
  await settle(page)
}

/** Presses a key after which this swing is the mark in hand. */
async function takes(page: Page, key: string, { entry, exit }: Swing): Promise<void> {
  await page.keyboard.press(key)
  await inHand(page, { entry, exit })
}

async function inHand(page: Page, { entry, exit }: Swing): Promise<void> {
  await page.waitForFunction(
    ([from, to]) => {
      const { mark } = window.annotate!.state()
      return mark?.entry.time === from && mark.exit?.time === to
    },
    [entry.time, exit.time] as const,
  )
  await settle(page)
}

/** An instant with swings around it that pay their fees, and with some that do not, which are passed over: the market of the last half day may be quiet. */
async function livelyHour(page: Page) {
  const health = await page.evaluate(() => window.annotate!.state().health!.now)
  const now = Math.floor(Date.parse(health) / 1000) * 1000
  for (let start = now - 70 * MINUTE; start > now - 24 * HOUR; start -= 5 * MINUTE) {
    const rows = await secondsOf(server.url, start - 60 * MINUTE, start + 60 * MINUTE)
    const all = swingsIn(rows, USUAL.swing)
    const worth = all.filter((swing) => paysFees(swing))
    const last = worth.findLast(({ entry }) => entry.time < start)
    const next = worth.filter(({ entry }) => entry.time >= start)
    if (last !== undefined && next.length >= 3 && worth.length < all.length)
      return { start, rows, last, next }
  }
  throw new Error('no hour of a day has three swings that pay their fees')
}

/** G and a typed time, which takes the place of what stands in the field; each key once the dialog is there for it. */
async function typeTime(page: Page, time: number): Promise<void> {
  await page.keyboard.press('g')
  await page.waitForSelector('dialog[open] input:focus')
  await page.keyboard.type(new Date(time).toISOString().slice(0, 19))
  await page.keyboard.press('Enter')
  await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, time)
  await page.waitForSelector('dialog[open]', { state: 'detached' })
}
