// Blind means blind: with H nothing later than the cursor is shown or can be read anywhere on the page, whatever is later.
import { rmSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CandlesOut } from '../../src/contract/market.ts'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { effort } from '../long.ts'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { TIMEFRAMES, openPage, settle, stateOf, visibleOf } from './harness/charts.ts'
import { markOver, reviewOver } from './harness/marks.ts'
import { pricesIn, readableOn, timesIn } from './harness/readable.ts'
import { startServer, temporaryWorkspace, type RunningServer } from './harness/server.ts'

const SECOND = 1000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** No price of the market: where one of them is read, a later mark was. */
const LATER_PRICES = [9876.54, 8765.43]

let server: RunningServer
/** Where the cursor stands, UTC ms: inside a minute. */
let asOf: number
let run: TrainingRunOut
const workspace = temporaryWorkspace()

describeInBrowser('the page with the future hidden', () => {
  beforeAll(async () => {
    await publishUntrained(workspaceAt(workspace).checkpoints, { rule: EAGER, calibration: null })
    server = await startServer({ workspace })
    asOf = Math.floor(Date.now() / MINUTE) * MINUTE - HOUR + 23_000
    const at = (minutes: number) => asOf + minutes * MINUTE
    await reviewOver(server.url, at(-90), at(-20))
    await reviewOver(server.url, at(-10), at(10))
    await reviewOver(server.url, at(20), at(45))
    const marks = [-80, -65, -50, -35, 25, 35].map((minutes) => ({ entry: at(minutes), seconds: 240 }))
    await markOver(server.url, marks)
    // Entered before the cursor, left after it: that it stands there tells what is to come.
    await markOver(server.url, [{ entry: at(-2), seconds: 300 }])
    await markOdd(at(28))
    run = await trainInstant()
    await startSession()
  }, 300_000)
  afterAll(async () => {
    await server.stop()
    rmSync(workspace, { recursive: true, force: true })
  })

  it('tells no later time and no later price in any text or attribute, wherever one looks', async () => {
    await withPage({ width: 1440, height: 900, showsPreview: true }, async (page) => {
      await openPage(page, server.url)
      await page.waitForFunction(() => {
        const { preview, followed, annotations } = window.annotate!.state()
        return preview?.reason === null && followed.length > 0 && annotations.length === 8
      })
      // All of it is there to be read before.
      const before = await laterOn(page)
      expect(before.length).toBeGreaterThan(10)
      await goBlind(page)
      await accessibleScreenshot(page, 'blind-annotations')
      const look = async (where: string) =>
        expect((await laterOn(page)).map((found) => `${where}: ${found}`)).toEqual([])
      await look('annotations')
      expect(await page.locator('.row').count()).toBe(4)
      for (const tab of ['reviewed', 'misses', 'annotations']) {
        await page.click(`[data-testid=tab-${tab}]`)
        await look(tab)
      }
      await page.keyboard.press('ArrowDown')
      await page.waitForFunction(() => window.annotate!.state().selected !== null)
      await look('selected')
      expect((await stateOf(page, 'cursor')).time).toBe(asOf)
      await page.keyboard.press('v')
      await page.waitForSelector('.case-charts figcaption')
      await look('test case')
      await page.keyboard.press('Escape')
      for (const [key, wanted] of [
        ['j', 'dialog[open]'],
        ['g', 'dialog[open]'],
        ['Control+k', 'dialog[open]'],
        ['?', 'dialog[open]'],
        ['d', '.depth'],
      ] as const) {
        await page.keyboard.press(key)
        await page.waitForSelector(wanted)
        await settle(page)
        await look(key)
        if (wanted === 'dialog[open]') await page.keyboard.press('Escape')
      }
      for (const timeframe of TIMEFRAMES) {
        const box = (await page.locator(`#chart-${timeframe} .chart-canvas`).boundingBox())!
        for (const share of effort([0.5, 0.83], [0.2, 0.5, 0.83, 0.9])) {
          await page.mouse.move(box.x + box.width * share, box.y + box.height * 0.4)
          await settle(page)
          await look(`${timeframe} at ${share}`)
        }
      }
      await accessibleScreenshot(page, 'blind-hover')
    })
  }, 240_000)

  it('says of a mark that is saved nothing of one that ends later', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, server.url)
      // It overlaps one that goes on after the cursor.
      await goTo(page, asOf - MINUTE)
      await page.keyboard.press('h')
      await page.keyboard.press('a')
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      await page.keyboard.press('Shift+ArrowRight')
      await page.keyboard.press('a')
      await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
      await page.keyboard.press('Enter')
      await page.waitForSelector('.notice:has-text("Saved")')
      expect(
        (await stateOf(page, 'annotations')).some(({ warnings }) => warnings.join().includes('verlap')),
      ).toBe(true)
      expect((await readableOn(page)).filter(({ text }) => /overlap/i.test(text))).toEqual([])
      expect(await laterOn(page)).toEqual([])
      await page.keyboard.press('Control+z')
      await page.waitForSelector('.notice:has-text("Undone")')
    })
  })

  it('gives the charts no later candle, mark, span, call, miss or figure, in the very moment of H too', async () => {
    await withPage({ width: 1440, height: 900, showsPreview: true }, async (page) => {
      await openPage(page, server.url)
      await goTo(page, asOf)
      // A scale that the trader drew out reaches over what is later.
      await dragPriceScale(page)
      await page.keyboard.press('h')
      for (let look = 0; look < 6; look++) {
        expect(await fedBeyond(page, asOf)).toEqual([])
        await page.waitForTimeout(60)
      }
      // Further back, on, and by the newest second going on meanwhile.
      for (const key of ['Shift+ArrowLeft', 'Shift+ArrowLeft', 'ArrowRight', 'Shift+ArrowRight']) {
        await page.keyboard.press(key)
        const { time } = await stateOf(page, 'cursor')
        expect(await fedBeyond(page, time!)).toEqual([])
      }
      for (const timeframe of TIMEFRAMES) {
        expect(await page.evaluate((name) => window.annotate!.fed(name).isAutoScaled, timeframe)).toBe(true)
        // The past fills four fifths of the chart.
        const { from, to } = await visibleOf(page, timeframe)
        const { time } = await stateOf(page, 'cursor')
        expect((time! - from) / (to - from)).toBeCloseTo(0.8, 1)
        const first = await page.evaluate((name) => window.annotate!.fed(name).candles[0]!, timeframe)
        expect(first).toBeLessThanOrEqual(from)
      }
    })
  }, 120_000)

  it('plays on and pauses by key and by button, from 1× to 60×, the whole page with it', async () => {
    await withPage({ width: 1920, height: 1080 }, async (page) => {
      await openPage(page, server.url)
      await page.keyboard.press('Space')
      await page.waitForSelector('.notice:has-text("Hide the future first")')
      await goBlind(page)
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

  it('looks the same whatever happens later', async () => {
    await withPage({ width: 1440, height: 900, showsPreview: true }, async (page) => {
      await openPage(page, server.url)
      await goBlind(page)
      await page.mouse.move(5, 5)
      await settled(page)
      const before = await looksOf(page)
      const later = asOf + 5 * MINUTE
      const [made] = await markOver(server.url, [{ entry: later, seconds: 120 }])
      await reviewOver(server.url, asOf + 12 * MINUTE, asOf + 14 * MINUTE)
      await page.waitForFunction(
        (id) => window.annotate!.state().annotations.some((one) => one.id === id),
        made!.id,
      )
      await page.waitForTimeout(5000)
      const after = await looksOf(page)
      expect(after.words).toEqual(before.words)
      expect(after.pictures).toEqual(before.pictures)
    })
  }, 120_000)

  it('stays hidden over a reload', async () => {
    await withPage({ width: 1440, height: 900, showsPreview: true }, async (page) => {
      await openPage(page, server.url)
      await goBlind(page)
      await openPage(page, server.url)
      expect(await stateOf(page, 'cursor')).toEqual({ time: asOf, follows: false, hidesFuture: true })
      await settle(page)
      expect(await fedBeyond(page, asOf)).toEqual([])
      expect(await laterOn(page)).toEqual([])
    })
  }, 120_000)
})

/** G to the instant, then H. */
async function goBlind(page: Page): Promise<void> {
  await goTo(page, asOf)
  await page.keyboard.press('h')
  await page.waitForFunction((t) => window.annotate!.drawn('1d', t - 1) !== null, asOf)
  await settle(page)
}

async function goTo(page: Page, time: number): Promise<void> {
  await page.keyboard.press('g')
  await page.fill('dialog input', new Date(time).toISOString().slice(0, 19))
  await page.keyboard.press('Enter')
  await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, time)
  await settle(page)
}

/** What can be read of the time after the cursor: a later time, a price that was not before it, the result of a later mark. */
async function laterOn(page: Page): Promise<string[]> {
  const day = new Date(asOf).toISOString().slice(0, 10)
  const known = await pricesBefore(asOf)
  // When a training was begun is told by the clock on the wall, and says nothing of the market.
  const wall = new Set([run.created_at].map((iso) => Math.floor(Date.parse(iso) / SECOND) * SECOND))
  const later = (await stateOf(page, 'annotations')).filter(({ exit }) => Date.parse(exit.timestamp) > asOf)
  const results = later.map(({ net_profit_loss_pct: net }) => `${Math.abs(net).toFixed(2)} %`)
  const earlier = (await stateOf(page, 'annotations'))
    .filter(({ exit }) => Date.parse(exit.timestamp) <= asOf)
    .flatMap((one) => [one.net_profit_loss_pct, one.profit_loss_pct])
  const told = new Set(earlier.map((value) => `${Math.abs(value).toFixed(2)} %`))
  const telling = results.filter((text) => !told.has(text))
  // An order book’s prices are those of no trade; that it is of no later second its time says.
  const found = await readableOn(page)
  const inBook = await readableBeside(page, '.depth')
  // The legend's per cent are of the candle under the pointer: one may be as far as a later mark went.
  const inLegend = await readableBeside(page, '.legend')
  return found.flatMap(({ place, text }) => {
    const isBook = !inBook.has(`${place} ${text}`)
    const times = timesIn(text, day).filter(
      (time) => time > asOf && time < Date.now() + HOUR && !wall.has(time),
    )
    const prices = pricesIn(text).filter((price) => !isBook && !known.has(price))
    const isLegend = !inLegend.has(`${place} ${text}`)
    const isTelling = !isLegend && telling.some((result) => text.includes(result))
    return times.length + prices.length > 0 || isTelling ? [`${place}: ${text}`] : []
  })
}

/** What is read outside the elements that `selector` names. */
async function readableBeside(page: Page, selector: string): Promise<ReadonlySet<string>> {
  return new Set((await readableOn(page, selector)).map(({ place, text }) => `${place} ${text}`))
}

const pricesKnown = new Map<number, Promise<Set<number>>>()

/** Every price that a candle had before `until`, on any chart, and those that its forming candles had by then: what is past stays. */
function pricesBefore(until: number): Promise<Set<number>> {
  const known = pricesKnown.get(until) ?? readPricesBefore(until)
  pricesKnown.set(until, known)
  return known
}

async function readPricesBefore(until: number): Promise<Set<number>> {
  const known = new Set<number>()
  for (const [timeframe, step] of [
    ['1s', SECOND],
    ['1m', MINUTE],
    ['1h', HOUR],
    ['1d', 24 * HOUR],
  ] as const) {
    const to = Math.floor(until / step) * step
    const reach = Math.min(9000, timeframe === '1s' ? 7200 : 3000)
    const query = new URLSearchParams({
      symbol: 'ETH/USDT',
      timeframe,
      from: String(to - reach * step),
      to: String(to),
      limit: '10000',
    })
    const { candles } = (await (await fetch(`${server.url}/api/candles?${query}`)).json()) as CandlesOut
    for (const [, open, high, low, close] of candles)
      for (const price of [open, high, low, close]) known.add(price)
  }
  return known
}

/** What the charts were given of `until` and later, in words. */
function fedBeyond(page: Page, until: number): Promise<string[]> {
  return page.evaluate((end) => {
    const probe = window.annotate!
    const found: string[] = []
    for (const timeframe of ['1d', '1h', '1m', '1s'] as const) {
      const { slots, candles } = probe.fed(timeframe)
      const put = (what: string, times: readonly number[]) => {
        const late = times.filter((time) => time > end)
        if (late.length > 0) found.push(`${timeframe}: ${late.length} ${what} after the cursor`)
      }
      put(
        'candles',
        candles.map((open) => open + 1),
      )
      put(
        'slots',
        slots.map((open) => open + 1),
      )
      const scene = probe.scene(timeframe)
      if (scene === null) continue
      put(
        'marks',
        scene.shapes.map(({ to }) => to),
      )
      put(
        'reviewed spans',
        scene.reviewed.map(({ to }) => to),
      )
      put(
        'calls',
        scene.calls.map(({ time }) => time),
      )
      put(
        'outcomes',
        scene.calls.flatMap(({ outcome }) => (outcome === null ? [] : [outcome.at])),
      )
      put(
        'signals',
        scene.ticks.map(({ time }) => time),
      )
      put(
        'previews',
        scene.preview.map(({ time }) => time),
      )
      put(
        'misses',
        scene.misses.map(({ time }) => time),
      )
    }
    return found
  }, until)
}

/** Draws the price scale of the minute chart out by hand. */
async function dragPriceScale(page: Page): Promise<void> {
  const box = (await page.locator('#chart-1m .chart-canvas').boundingBox())!
  const x = box.x + box.width - 20
  await page.mouse.move(x, box.y + box.height * 0.3)
  await page.mouse.down()
  await page.mouse.move(x, box.y + box.height * 0.6, { steps: 5 })
  await page.mouse.up()
  await page.waitForFunction(() => !window.annotate!.fed('1m').isAutoScaled)
}

/** Until two looks in a row are alike. */
async function settled(page: Page): Promise<void> {
  let before = ''
  for (let tries = 0; tries < 40; tries++) {
    const now = JSON.stringify(await looksOf(page))
    if (now === before) return
    before = now
    await page.waitForTimeout(300)
  }
}

/** All words of the page and the pictures of its canvases, but for how the training form counts what it would learn. */
async function looksOf(page: Page): Promise<{ words: string[]; pictures: string[] }> {
  const words = await readableOn(page)
  const pictures = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLCanvasElement>('.charts canvas')].map((canvas) => canvas.toDataURL()),
  )
  return { words: words.map(({ place, text }) => `${place}: ${text}`), pictures }
}

/** A later mark at prices that the market never had. */
async function markOdd(entry: number): Promise<void> {
  const [first = 0, last = 0] = LATER_PRICES
  await post('/api/annotations', {
    symbol: 'ETH/USDT',
    direction: 'SHORT',
    entry: { timestamp: entry, price: first },
    exit: { timestamp: entry + 2 * MINUTE, price: last },
    notes: '',
    tags: [],
  })
}

async function trainInstant(): Promise<TrainingRunOut> {
  const { id } = await post<TrainingRunOut>('/api/training-runs', { model: 'instant' })
  for (let tries = 0; tries < 600; tries++) {
    const now = (await (await fetch(`${server.url}/api/training-runs/${id}`)).json()) as TrainingRunOut
    if (now.status === 'COMPLETED') return now
    if (now.status === 'FAILED') throw new Error(now.error?.message)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('The training did not end.')
}

/** A session whose calls are all later than the cursor. */
async function startSession(): Promise<void> {
  await post('/api/inference-sessions', { model: 'cnn', symbol: 'ETH/USDT' })
}

async function post<T>(path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
