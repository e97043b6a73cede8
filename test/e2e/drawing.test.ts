// Annotations drawn on the charts, a drag each: by mouse on seconds and on minutes, and with a finger.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, accessibleScreenshot } from './harness/browser.ts'
import {
  annotationsOf,
  clickCandle,
  instantAt,
  stateOf,
  steadyViews,
  visibleOf,
  waitForAnnotations,
} from './harness/charts.ts'
import { letGo, standing, stroke } from './harness/drawing.ts'
import { fingersOn, tapCandle } from './harness/fingers.ts'
import { largestStretch, secondsOf } from './harness/marks.ts'
import { outOfReach, tooSmall } from './harness/reach.ts'
import { served } from './harness/served.ts'

const server = served()

describeInBrowser('drawing, demo market', () => {
  it('draws by mouse, turned on by its button and left by Esc: a drag each, one request each', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      const asked: string[] = []
      page.on('request', (request) => {
        const isShown = request.url().includes('/api/shown')
        if (request.method() !== 'GET' && !isShown) asked.push(request.method())
      })
      const live = await page.evaluate(() => window.annotate!.held('1s').to)
      const ground = [live - 3_000_000, live - 240_000] as const
      const { entry, exit } = await largestStretch(server.url, ground, [30, 90])
      const count = (await annotationsOf(page)).length
      await page.click('.strip button:has-text("Draw")')
      await page.waitForSelector('[data-testid=drawing]')
      // The seconds of the minute under the pointer come into view where it rests.
      const minute = await standing(page, '1m', entry + 20_000)
      await page.mouse.move(minute.x, minute.y - 3)
      await page.mouse.move(minute.x, minute.y)
      await page.waitForFunction(
        (instant) => {
          const { from, to } = window.annotate!.visible('1s')!
          return from < instant && instant < to
        },
        Math.floor((entry + 20_000) / 60_000) * 60_000,
      )
      await page.evaluate(([from, to]) => window.annotate!.show('1s', from - 40_000, to + 40_000), [
        entry,
        exit,
      ] as const)
      const before = asked.length
      // From its end back to its entry: a stretch has no way round.
      await stroke(page, '1s', exit, entry)
      await page.waitForFunction(() => window.annotate!.scene('1s')?.mark?.words?.includes('net') === true)
      expect(await page.evaluate(() => window.annotate!.scene('1s')!.mark!.words)).toMatch(
        /^(LONG|SHORT) .* net.* · /,
      )
      await accessibleScreenshot(page, 'mouse-drawing')
      expect(asked.length).toBe(before)
      await letGo(page)
      await waitForAnnotations(page, count + 1)
      expect(asked.slice(before)).toEqual(['POST'])
      const made = (await annotationsOf(page)).find((one) => Date.parse(one.entry.timestamp) === entry)!
      expect(Date.parse(made.exit.timestamp)).toBe(exit)
      expect(made.profit_loss_pct).toBeGreaterThan(0)
      expect(made.provenance.mode).toBe('hindsight')
      await page.keyboard.press('Control+z')
      await waitForAnnotations(page, count)
      // Esc while it is drawn lets it go; so does a second that is its own exit.
      await stroke(page, '1s', entry, exit)
      await page.keyboard.press('Escape')
      expect(await stateOf(page, 'mark')).toBeNull()
      await page.mouse.up()
      // A hand that slipped: it is in hand, not saved. Esc drops it, and drags still draw.
      await stroke(page, '1s', entry + 4000, entry + 5000)
      await letGo(page)
      expect(await page.textContent('.notices')).toContain('Enter saves it all the same')
      expect((await stateOf(page, 'mark'))!.exit!.time).toBe(entry + 5000)
      await page.keyboard.press('Escape')
      expect(await stateOf(page, 'mark')).toBeNull()
      // A turn of the wheel with Shift held goes on by most of a screen; a click goes to a second, and marks nothing.
      const seen = (await steadyViews(page))[3]!
      await page.keyboard.down('Shift')
      await page.mouse.wheel(0, -100)
      await page.keyboard.up('Shift')
      await page.waitForFunction((to) => window.annotate!.visible('1s')!.from < to, seen.from)
      const turned = (await steadyViews(page))[3]!
      expect((seen.from - turned.from) / (seen.to - seen.from)).toBeCloseTo(0.85, 1)
      const there = await instantAt(page, '1s', 0.5)
      await clickCandle(page, '1s', there)
      await page.waitForFunction((time) => window.annotate!.state().cursor.time === time, there + 1000)
      expect(await stateOf(page, 'mark')).toBeNull()
      await drawOnMinutes(page, count)
      // In the future nothing is drawn.
      await page.keyboard.press('End')
      await steadyViews(page)
      const newest = await page.evaluate(() => window.annotate!.held('1s').to)
      const from = await standing(page, '1s', newest - 20_000)
      const box = (await page.locator('#chart-1s').boundingBox())!
      await page.mouse.move(from.x, from.y)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width - 72, from.y, { steps: 4 })
      await page.waitForSelector('[data-testid=held-fault]')
      expect(await page.textContent('[data-testid=held-fault]')).toContain('in the future')
      await letGo(page)
      expect((await annotationsOf(page)).length).toBe(count)
      await page.keyboard.press('Escape')
      await page.waitForSelector('[data-testid=drawing]', { state: 'detached' })
    })
  })

  it('draws with a finger: what it covers is said beside it; a second finger drops that, moves and zooms', async () => {
    await server.opened({ width: 1024, height: 768, hasTouch: true }, async (page) => {
      const live = await page.evaluate(() => window.annotate!.held('1s').to)
      const ground = [live - 3_000_000, live - 1_200_000] as const
      const { entry, exit } = await largestStretch(server.url, ground, [20, 60])
      const count = (await annotationsOf(page)).length
      await page.locator('.strip button:has-text("Draw")').tap()
      await page.waitForSelector('[data-testid=drawing]:has-text("Two fingers")')
      // A tap on a minute brings its seconds, and marks nothing.
      await tapCandle(page, '1m', entry)
      await page.waitForFunction(
        (instant) => {
          const { from, to } = window.annotate!.visible('1s')!
          return from < instant && instant < to
        },
        Math.floor(entry / 60_000) * 60_000 + 1000,
      )
      await page.evaluate(([from, to]) => window.annotate!.show('1s', from - 20_000, to + 20_000), [
        entry,
        exit,
      ] as const)
      const [start, end] = [await standing(page, '1s', entry), await standing(page, '1s', exit)]
      const fingers = await fingersOn(page)
      const said = () => page.evaluate(() => window.annotate!.saidOfFinger('1s'))
      const clockOf = (time: number) => new Date(time).toISOString().slice(11, 19)
      await fingers.down(start)
      await page.waitForFunction(() => window.annotate!.saidOfFinger('1s').length === 1)
      expect((await said())[0]).toMatch(new RegExp(`^${clockOf(entry)} · [\\d,.]+$`))
      await fingers.to(end)
      await page.waitForFunction(() => window.annotate!.saidOfFinger('1s').length === 2)
      const [under, gives] = await said()
      expect(under).toContain(clockOf(exit))
      expect(gives).toMatch(/^(LONG|SHORT) .*% net/)
      await accessibleScreenshot(page, 'touch-drawing')
      await fingers.up()
      await waitForAnnotations(page, count + 1)
      const made = (await annotationsOf(page)).find((one) => Date.parse(one.entry.timestamp) === entry)!
      expect(Date.parse(made.exit.timestamp)).toBe(exit)
      expect(await said()).toEqual([])
      // The ends of the one that is selected would be taken hold of.
      await page.keyboard.press('Control+z')
      await waitForAnnotations(page, count)
      await fingers.down(start)
      await fingers.to(end)
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      const other = { x: end.x - 120, y: end.y }
      await fingers.down(end, other)
      await page.waitForFunction(() => window.annotate!.state().mark === null)
      expect(await said()).toEqual([])
      const before = await visibleOf(page, '1s')
      await fingers.to({ x: end.x - 60, y: end.y }, { x: other.x - 60, y: other.y })
      const panned = await visibleOf(page, '1s')
      expect(panned.from).toBeGreaterThan(before.from)
      expect((panned.to - panned.from) / (before.to - before.from)).toBeCloseTo(1, 1)
      await fingers.to({ x: end.x, y: end.y }, { x: other.x - 120, y: other.y })
      const zoomed = await visibleOf(page, '1s')
      expect((zoomed.to - zoomed.from) / (before.to - before.from)).toBeCloseTo(0.5, 1)
      await fingers.up()
      expect(await stateOf(page, 'mark')).toBeNull()
      expect((await annotationsOf(page)).length).toBe(count)
      expect(await outOfReach(page)).toEqual([])
      expect(await tooSmall(page, 24)).toEqual([])
      await page.locator('.strip button:has-text("Drawing")').tap()
      await page.waitForSelector('[data-testid=drawing]', { state: 'detached' })
    })
  })
})

/** A stroke over minutes: both ends are the first seconds in their minutes that trade at the pointer's prices. */
async function drawOnMinutes(page: Page, count: number): Promise<void> {
  const seen = await visibleOf(page, '1m')
  const minute = (share: number) => Math.floor((seen.from + (seen.to - seen.from) * share) / 60_000) * 60_000
  const [from, to] = [minute(0.2), minute(0.3)]
  await stroke(page, '1m', from + 60_000, to + 60_000)
  await letGo(page)
  const slipped = await stateOf(page, 'mark')
  if (slipped !== null) await page.keyboard.press('Enter')
  await waitForAnnotations(page, count + 1)
  const made = (await annotationsOf(page)).find(({ entry }) => isIn(entry.timestamp, from))!
  expect(isIn(made.exit.timestamp, to)).toBe(true)
  for (const leg of [made.entry, made.exit]) {
    const second = Date.parse(leg.timestamp) - 1000
    const [candle] = await secondsOf(server.url, second, second + 1000)
    expect(candle![4]).toBe(leg.price)
  }
  await page.keyboard.press('Control+z')
  await waitForAnnotations(page, count)
}

/** Whether an as-of second lies inside the minute that opened at `open`. */
function isIn(timestamp: string, open: number): boolean {
  const time = Date.parse(timestamp)
  return time > open && time <= open + 60_000
}
