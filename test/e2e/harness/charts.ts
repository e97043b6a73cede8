// What the browser tests do on the page: click candles, read what is drawn, wait for the state.
import type { Page } from 'playwright-core'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type {} from '../../../src/web/app/probe.ts'
import type { AppState } from '../../../src/web/state/app-state.ts'
import type { Timeframe } from '../../../src/web/state/timeframes.ts'

export const TIMEFRAMES: readonly Timeframe[] = ['1d', '1h', '1m', '1s']

/** Opens the page and waits until all four charts hold candles. */
export async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.waitForFunction(() => {
    const probe = window.annotate
    if (probe === undefined || probe.state().loading !== null) return false
    return (['1d', '1h', '1m', '1s'] as const).every((name) => probe.held(name).size > 0)
  })
  await settle(page)
}

/** Two frames: what was asked of the charts is drawn. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
  )
  await page.waitForTimeout(80)
}

/** One part of the page's state. */
export async function stateOf<K extends keyof AppState>(page: Page, key: K): Promise<AppState[K]> {
  const value: unknown = await page.evaluate((name) => window.annotate!.state()[name], key)
  return value as AppState[K]
}

export function annotationsOf(page: Page): Promise<readonly AnnotationOut[]> {
  return stateOf(page, 'annotations')
}

export function visibleOf(page: Page, timeframe: Timeframe): Promise<{ from: number; to: number }> {
  return page.evaluate((name) => window.annotate!.visible(name)!, timeframe)
}

/** What the four charts show once none of them has moved for a third of a second. */
export async function steadyViews(page: Page): Promise<{ from: number; to: number }[]> {
  const read = () => Promise.all(TIMEFRAMES.map((name) => visibleOf(page, name)))
  let views = await read()
  for (let still = 0, tries = 0; still < 3 && tries < 100; tries++) {
    await page.waitForTimeout(110)
    const now = await read()
    still = JSON.stringify(now) === JSON.stringify(views) ? still + 1 : 0
    views = now
  }
  return views
}

/** [open, high, low, close] that a chart draws at an instant; null where it draws none. */
export function drawnAt(page: Page, timeframe: Timeframe, instant: number): Promise<number[] | null> {
  return page.evaluate(([name, time]) => window.annotate!.drawn(name, time), [timeframe, instant] as const)
}

/** Clicks the candle at `instant`, at its close, once the chart stands still. Returns the candle. */
export async function clickCandle(page: Page, timeframe: Timeframe, instant: number): Promise<number[]> {
  let before = ''
  for (let tries = 0; tries < 60; tries++) {
    const { candle, point } = await placeOf(page, timeframe, instant)
    const now = JSON.stringify(point)
    if (candle !== null && point !== null && now === before) {
      await page.mouse.click(point.x, point.y)
      return candle
    }
    before = now
    if (point !== null) await page.mouse.move(point.x, point.y)
    await settle(page)
    await page.waitForTimeout(100)
  }
  const seen = await page.evaluate((name) => window.annotate!.visible(name), timeframe)
  const held = await page.evaluate((name) => window.annotate!.held(name), timeframe)
  throw new Error(
    `No ${timeframe} candle stands still in view at ${new Date(instant).toISOString()}: ${JSON.stringify({ before, seen, held })}`,
  )
}

/** The candle there and where its close lies on the screen; nulls where it is not drawn or out of view. */
export function placeOf(page: Page, timeframe: Timeframe, instant: number) {
  return page.evaluate(
    ([name, time]) => {
      const candle = window.annotate!.drawn(name, time)
      return { candle, point: candle && window.annotate!.pointOf(name, time, candle[3]!) }
    },
    [timeframe, instant] as const,
  )
}

/** The instant a share of the way through what a chart shows, at the start of its candle. */
export async function instantAt(page: Page, timeframe: Timeframe, share: number): Promise<number> {
  const { from, to } = await visibleOf(page, timeframe)
  const step = { '1d': 86_400_000, '1h': 3_600_000, '1m': 60_000, '1s': 1000 }[timeframe]
  return Math.floor((from + (to - from) * share) / step) * step
}

/** Waits until `count` annotations are listed. */
export async function waitForAnnotations(page: Page, count: number): Promise<void> {
  await page.waitForFunction((wanted) => window.annotate!.state().annotations.length === wanted, count)
}

/** The newest run once it ended. */
export async function waitForRun(page: Page, seconds: number) {
  await page.waitForFunction(
    () => {
      const run = window.annotate!.state().runs[0]
      return run !== undefined && !['QUEUED', 'RUNNING'].includes(run.status)
    },
    undefined,
    { timeout: seconds * 1000 },
  )
  return (await stateOf(page, 'runs'))[0]!
}

/** Waits for `count` signals and returns the newest of them, oldest first. */
export async function waitForSignals(page: Page, count: number, seconds: number) {
  await page.waitForFunction((wanted) => window.annotate!.state().signals.length >= wanted, count, {
    timeout: seconds * 1000,
  })
  return (await stateOf(page, 'signals')).slice(0, count).toReversed()
}

/** How many pixels near the foot of the 1s chart are painted on its upper canvas: the ribbon of signals. */
export function ribbonPixels(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvases = [...document.querySelectorAll<HTMLCanvasElement>('#chart-1s canvas')]
    const widest = Math.max(...canvases.map((canvas) => canvas.width))
    const top = canvases.findLast((canvas) => canvas.width === widest && canvas.height > 60)!
    const tall = 12
    const { data } = top.getContext('2d')!.getImageData(0, top.height - tall, top.width, tall)
    let painted = 0
    for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) painted++
    return painted
  })
}
