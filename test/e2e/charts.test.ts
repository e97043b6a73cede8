// The charts as such: dragged and zoomed by a real pointer, older candles fetched, the others following in time, one crosshair.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { CandlesOut } from '../../src/contract/market.ts'
import type { CandleRow } from '../../src/contract/shapes.ts'
import type { Timeframe } from '../../src/web/state/timeframes.ts'
import { STREAM } from '../../bench/page/updates.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { drawnAt, instantAt, openPage, settle, stateOf, steadyViews, visibleOf } from './harness/charts.ts'
import { served } from './harness/served.ts'

const server = served()

describeInBrowser('charts', () => {
  it('fetches older candles while the chart is dragged back, and keeps what is under the pointer there', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
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
      await accessibleScreenshot(page, 'charts-dragged')
    })
  })

  it('zooms at the pointer with the wheel', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      const before = await visibleOf(page, '1s')
      const box = (await page.locator('#chart-1s').boundingBox())!
      await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2)
      for (let i = 0; i < 5; i++) await page.mouse.wheel(0, 240)
      const after = (await steadyViews(page))[3]!
      expect(after.to - after.from).toBeGreaterThan((before.to - before.from) * 1.3)
    })
  })

  it('shows one instant on all four charts under the pointer, and goes back to the newest second with End', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
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

  it('folds what is stored into the timeframe that is typed, as far as may be seen, and says so in the address', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await page.keyboard.press('5')
      await page.keyboard.type('241m')
      await page.keyboard.press('Enter')
      expect(await page.textContent('.dialog [role=alert]')).toContain('241 of 1m')
      await page.fill('.dialog input', '15m')
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => window.annotate!.state().intervals['1h'].name === '15m')
      await page.waitForFunction(() => window.annotate!.held('1h').size > 100)
      await page.keyboard.press('Shift+L')
      await page.waitForFunction(
        () => location.hash.includes('third=15m') && /layout=1(%2B|\+)3/.test(location.hash),
      )
      // A quarter of an hour that closed is its fifteen minutes.
      const quarter = 900_000
      const open = Math.floor((await instantAt(page, '1h', 0.5)) / quarter) * quarter
      const minutes = await candlesOf('1m', open, open + quarter)
      expect(await drawnAt(page, '1h', open + 1)).toEqual(folded(minutes))
      // With the future hidden seven and a half minutes into one, it is what was known by then, and there is no later one.
      const at = open + quarter + 450_000
      await page.evaluate(
        (name) => (location.hash = name),
        hashAt(await page.evaluate(() => location.hash), at),
      )
      await page.waitForFunction((time) => window.annotate!.state().cursor.time === time, at)
      const known = folded(await candlesOf('1s', open + quarter, at))
      await page.waitForFunction(([time, close]) => window.annotate!.drawn('1h', time)?.[3] === close, [
        at,
        known[3]!,
      ] as const)
      expect(await drawnAt(page, '1h', at)).toEqual(known)
      expect((await page.evaluate(() => window.annotate!.fed('1h'))).slots.at(-1)).toBe(open + quarter)
      await page.reload()
      await page.waitForFunction(([time, close]) => window.annotate?.drawn('1h', time)?.[3] === close, [
        at,
        known[3]!,
      ] as const)
      expect(await drawnAt(page, '1h', at)).toEqual(known)
      expect((await stateOf(page, 'layout')).kind).toBe('1+3')
      await accessibleScreenshot(page, 'charts-folded-hidden')
    })
  })

  it('saves a chart as PNG, as SVG and its numbers as CSV, with nothing of a hidden future', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await page.keyboard.press('2')
      const middle = await instantAt(page, '1m', 0.5)
      await page.evaluate(
        (name) => (location.hash = name),
        hashAt(await page.evaluate(() => location.hash), middle),
      )
      await page.waitForFunction((time) => window.annotate!.state().cursor.time === time, middle)
      await settle(page)
      const csv = (await saved(page, 'CSV')).toString('utf8').trimEnd().split('\r\n')
      expect(csv[0]).toBe('open_time,open,high,low,close,volume')
      const [time = '', ...values] = csv[10]!.split(',')
      const [, ...stored] = (await candlesOf('1m', Date.parse(time), Date.parse(time) + 60_000))[0]!
      expect(values.map(Number)).toEqual(stored)
      expect(csv.at(-1)! < new Date(middle).toISOString()).toBe(true)
      const svg = (await saved(page, 'SVG')).toString('utf8')
      // A bar of volume and a body for each candle, and the ground.
      expect(svg.match(/<rect /g)).toHaveLength(2 * (csv.length - 1) + 1)
      expect((await saved(page, 'PNG')).subarray(1, 4).toString()).toBe('PNG')
    })
  })

  it('draws the newest candle as it is when it comes back into view, though it was told of more often than it was drawn', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await page.addInitScript(STREAM)
      await openPage(page, server.url)
      const drawn = await page.evaluate(() => {
        const probe = window.annotate!
        const { market } = probe.state()
        const { to } = probe.held('1m')
        const open = to - 60_000
        const tell = (close: number) => {
          const candles = [[open, close, close, close, close, 1]]
          const { symbol, venue } = market!
          const event = { symbol, venue, timeframe: '1m', closed: false, candles }
          window.tell([['candle', JSON.stringify(event)]])
          return probe.drawn('1m', open)![3]
        }
        const first = probe.drawn('1m', open)![3]!
        probe.show('1m', to - 300 * 60_000, to - 200 * 60_000)
        const told = [1.001, 1.002, 1.003].map((share) => tell(first * share))
        probe.show('1m', to - 100 * 60_000, to + 60_000)
        return { first, told, last: probe.drawn('1m', open)![3] }
      })
      // Out of view not each of them is drawn.
      expect(drawn.told.at(-1)).toBeLessThan(drawn.first * 1.003)
      expect(drawn.last).toBe(drawn.first * 1.003)
    })
  })

  it('lets candles far behind go while it follows the newest, however many arrive', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await page.addInitScript(STREAM)
      await openPage(page, server.url)
      const told = await page.evaluate(() => {
        const { symbol, venue } = window.annotate!.state().market!
        const open = window.annotate!.held('1s').to
        for (let time = open; time < open + 5_000_000; time += 1000) {
          const candles = [[time, 100, 100, 100, 100, 1]]
          const event = { symbol, venue, timeframe: '1s', closed: true, candles }
          window.tell([['candle', JSON.stringify(event)]])
        }
        return open + 5_000_000
      })
      await page.waitForFunction((time) => window.annotate!.state().cursor.time === time, told)
      await settle(page)
      const { slots } = await page.evaluate(() => window.annotate!.fed('1s'))
      expect(slots.at(-1)).toBe(told - 1000)
      expect(slots.length).toBeLessThan(4500)
      const { from, to } = await visibleOf(page, '1s')
      expect(to).toBeGreaterThanOrEqual(told)
      expect(from).toBeGreaterThan(slots[0]!)
    })
  })

  it('measures by dragging with Shift, and takes another zone, theme and averages', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      const cdp = await page.context().newCDPSession(page)
      await cdp.send('Emulation.setTimezoneOverride', { timezoneId: 'America/New_York' })
      await openPage(page, server.url)
      // A chart that was taken away draws no more, whatever is set then: that would be an error of the page.
      await page.keyboard.press('5')
      await page.keyboard.type('15m')
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => window.annotate!.state().intervals['1h'].name === '15m')
      const [before] = (await steadyViews(page)).slice(2)
      const box = (await page.locator('#chart-1m').boundingBox())!
      await page.keyboard.down('Shift')
      await page.mouse.move(box.x + 200, box.y + 90)
      await page.mouse.down()
      await page.mouse.move(box.x + 320, box.y + 150, { steps: 6 })
      await page.mouse.up()
      await page.keyboard.up('Shift')
      const { from, to } = (await page.evaluate(() => window.annotate!.measured('1m')))!
      expect(to.price).toBeLessThan(from.price)
      const wide =
        (before!.to - before!.from) /
        (await page.evaluate(() => document.querySelector('#chart-1m canvas')!.clientWidth))
      expect(Math.abs(to.time - from.time - 120 * wide)).toBeLessThan(2 * 60_000)
      // The chart stayed, but for the seconds that went by, and no mark was begun.
      const after = await visibleOf(page, '1m')
      expect(Math.abs(after.from - before!.from)).toBeLessThan(3 * 60_000)
      expect(await stateOf(page, 'mark')).toBeNull()
      await page.keyboard.press('Escape')
      expect(await page.evaluate(() => window.annotate!.measured('1m'))).toBeNull()

      await page.keyboard.press('Shift+C')
      await page.getByRole('button', { name: 'local: America/New_York' }).click()
      await page.getByRole('button', { name: 'light' }).click()
      await page.fill('.look-periods', '1')
      expect(await page.textContent('.dialog [role=alert]')).toContain('2 to 500')
      await page.fill('.look-periods', '20, 50')
      await accessibleScreenshot(page, 'charts-look')
    })
  })
})

/** The address with the future hidden at `at`, UTC ms. */
function hashAt(hash: string, at: number): string {
  const parts = new URLSearchParams(hash.slice(1))
  parts.set('at', new Date(at).toISOString())
  parts.set('future', 'hidden')
  return parts.toString()
}

async function candlesOf(timeframe: Timeframe, from: number, to: number): Promise<CandleRow[]> {
  const query = new URLSearchParams({
    symbol: 'ETH/USDT',
    timeframe,
    from: String(from),
    to: String(to),
    limit: '5000',
  })
  const answer = await fetch(`${server.url}/api/candles?${query}`)
  return ((await answer.json()) as CandlesOut).candles
}

/** [open, high, low, close] of what traded. */
function folded(rows: readonly CandleRow[]): number[] {
  const traded = rows.filter((row) => row[5] > 0)
  return [
    traded[0]![1],
    Math.max(...traded.map((row) => row[2])),
    Math.min(...traded.map((row) => row[3])),
    traded.at(-1)![4],
  ]
}

/** Drags a chart's candles to the right by `pixels`: back in time. */
async function drag(page: Page, timeframe: Timeframe, pixels: number): Promise<void> {
  const box = (await page.locator(`#chart-${timeframe}`).boundingBox())!
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + 80, y)
  await page.mouse.down()
  // The library takes the second move past its five pixels as the start: two small ones, so that little is lost.
  for (const start of [6, 8]) {
    await page.mouse.move(box.x + 80 + start, y)
    await settle(page)
  }
  await page.mouse.move(box.x + 80 + pixels, y, { steps: 8 })
  await page.mouse.up()
}

async function saved(page: Page, kind: 'PNG' | 'SVG' | 'CSV'): Promise<Buffer> {
  await page.keyboard.press('Control+s')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('.dialog').getByRole('button', { name: kind }).click(),
  ])
  return readFile(await file.path())
}
