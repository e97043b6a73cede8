// Blind means blind: with H nothing later than the cursor is shown or can be read anywhere on the page, whatever is later.
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { effort } from '../long.ts'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'
import { describeInBrowser, accessibleScreenshot } from './harness/browser.ts'
import { TIMEFRAMES, openPage, settle, stateOf, visibleOf } from './harness/charts.ts'
import { markOver, reviewOver } from './harness/marks.ts'
import { fedBeyond, goBlind, goTo, instantToHide } from './harness/blind.ts'
import { laterOn } from './harness/later.ts'
import { readableOn } from './harness/readable.ts'
import { served } from './harness/served.ts'

const MINUTE = 60_000
/** No price of the market: where one of them is read, a later mark was. */
const LATER_PRICES = [9876.54, 8765.43]

const server = served({}, (workspace) =>
  publishUntrained(workspaceAt(workspace).checkpoints, { rule: EAGER, calibration: null }),
)
/** Where the cursor stands, UTC ms: inside a minute. */
let asOf: number
let run: TrainingRunOut

describeInBrowser('the page with the future hidden', () => {
  beforeAll(async () => {
    asOf = instantToHide()
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

  it('tells no later time and no later price in any text or attribute, wherever one looks', async () => {
    await server.opened({ width: 1440, height: 900, showsPreview: true }, async (page) => {
      await page.waitForFunction(() => {
        const { preview, followed, annotations } = window.annotate!.state()
        return preview?.reason === null && followed.length > 0 && annotations.length === 8
      })
      // All of it is there to be read before.
      const before = await laterThan(page)
      expect(before.length).toBeGreaterThan(10)
      await goBlind(page, asOf)
      await accessibleScreenshot(page, 'blind-annotations')
      const look = async (where: string) =>
        expect((await laterThan(page)).map((found) => `${where}: ${found}`)).toEqual([])
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
    await server.opened({ width: 1440, height: 900 }, async (page) => {
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
      expect(await laterThan(page)).toEqual([])
      await page.keyboard.press('Control+z')
      await page.waitForSelector('.notice:has-text("Undone")')
    })
  })

  it('gives the charts no later candle, mark, span, call, miss or figure, in the very moment of H too', async () => {
    await server.opened({ width: 1440, height: 900, showsPreview: true }, async (page) => {
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

  it('looks the same whatever happens later', async () => {
    await server.opened({ width: 1440, height: 900, showsPreview: true }, async (page) => {
      await goBlind(page, asOf)
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
    await server.opened({ width: 1440, height: 900, showsPreview: true }, async (page) => {
      await goBlind(page, asOf)
      await openPage(page, server.url)
      expect(await stateOf(page, 'cursor')).toEqual({ time: asOf, follows: false, hidesFuture: true })
      await settle(page)
      expect(await fedBeyond(page, asOf)).toEqual([])
      expect(await laterThan(page)).toEqual([])
    })
  }, 120_000)
})

/** What can be read of what is later than the cursor. */
function laterThan(page: Page): Promise<string[]> {
  return laterOn(page, { url: server.url, asOf, trainedAt: Date.parse(run.created_at) })
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
