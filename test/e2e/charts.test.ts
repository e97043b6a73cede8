// The charts as such: dragged and zoomed by a real pointer, older candles fetched, the others following in time, one crosshair.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Timeframe } from '../../src/web/state/timeframes.ts'
import { describeInBrowser, screenshot, withPage } from './harness/browser.ts'
import { drawnAt, instantAt, openPage, settle, stateOf, steadyViews, visibleOf } from './harness/charts.ts'
import { startServer, type RunningServer } from './harness/server.ts'

let server: RunningServer

describeInBrowser('charts', () => {
  beforeAll(async () => {
    server = await startServer({ args: ['--seed', '3'] })
  })
  afterAll(async () => {
    await server.stop()
  })

  it('fetches older candles while the chart is dragged back, and keeps what is under the pointer there', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, server.url)
      const before = await page.evaluate(() => window.annotate!.held('1m'))
      // Zoomed out once, one drag is many hours.
      await page.keyboard.press('2')
      for (let i = 0; i < 6; i++) await page.keyboard.press('-')
      // Five come to rest within the two days of which the demo market has seconds.
      for (let i = 0; i < 5; i++) {
        const { from, to } = (await steadyViews(page))[2]!
        await drag(page, '1m', 500)
        const moved = (await steadyViews(page))[2]!
        expect(moved.to - moved.from).toBeCloseTo(to - from, -2)
        // 500 of the chart's pixels, to within two candles.
        const wide = await page.evaluate(() => document.querySelector('#chart-1m canvas')!.clientWidth)
        const perPixel = (to - from) / wide
        expect(Math.abs(from - moved.from - 500 * perPixel)).toBeLessThan(2 * 60_000 + 16 * perPixel)
      }
      await page.waitForFunction((from) => window.annotate!.held('1m').from < from, before.from)
      const at = await instantAt(page, '1m', 0.2)
      expect(await drawnAt(page, '1m', at)).not.toBeNull()
      // The others came along in time: the hour holds the minute's middle, the second lies inside the minute.
      const minute = await visibleOf(page, '1m')
      const middle = (minute.from + minute.to) / 2
      const hour = await visibleOf(page, '1h')
      expect(hour.from < middle && middle < hour.to).toBe(true)
      await page.waitForFunction(
        ([from, to]) => {
          const second = window.annotate!.visible('1s')!
          const centre = (second.from + second.to) / 2
          return centre >= from && centre <= to && window.annotate!.drawn('1s', centre) !== null
        },
        [minute.from, minute.to] as const,
      )
      await screenshot(page, 'charts-dragged')
    })
  })

  it('zooms at the pointer with the wheel', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, server.url)
      const before = await visibleOf(page, '1s')
      const box = (await page.locator('#chart-1s').boundingBox())!
      await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2)
      for (let i = 0; i < 5; i++) await page.mouse.wheel(0, 240)
      const after = (await steadyViews(page))[3]!
      expect(after.to - after.from).toBeGreaterThan((before.to - before.from) * 1.3)
    })
  })

  it('shows one instant on all four charts under the pointer, and goes back to the newest second with End', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, server.url)
      const time = await instantAt(page, '1m', 0.6)
      const point = await page.evaluate((instant) => {
        const candle = window.annotate!.drawn('1m', instant)!
        return window.annotate!.pointOf('1m', instant, candle[3]!)!
      }, time)
      await page.mouse.move(point.x, point.y)
      await settle(page)
      const legends = await page.locator('.legend-time').allTextContents()
      const iso = new Date(time).toISOString().replace('T', ' ')
      expect(legends).toContain(iso.slice(0, 10))
      expect(legends).toContain(`${iso.slice(0, 13)}:00:00`)
      expect(legends).toContain(iso.slice(0, 19))
      await drag(page, '1m', 400)
      await page.keyboard.press('End')
      await page.waitForFunction(() =>
        (['1d', '1h', '1m', '1s'] as const).every(
          (name) => window.annotate!.visible(name)!.to >= window.annotate!.state().cursor.time!,
        ),
      )
      expect((await stateOf(page, 'cursor')).follows).toBe(true)
    })
  })
})

/** Drags a chart's candles to the right by `pixels`: back in time. */
async function drag(page: Page, timeframe: Timeframe, pixels: number): Promise<void> {
  const box = (await page.locator(`#chart-${timeframe}`).boundingBox())!
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + 80, y)
  await page.mouse.down()
  // The library takes the second move as the start: small steps, so that little is lost.
  await page.mouse.move(box.x + 80 + pixels, y, { steps: 60 })
  await page.mouse.up()
}
