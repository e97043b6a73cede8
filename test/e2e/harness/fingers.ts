// Fingers in the browser tests: taps on candles, and one or two that press, move and let go.
import type { Page } from 'playwright-core'
import type { Timeframe } from '../../../src/web/state/timeframes.ts'
import { placeOf, settle } from './charts.ts'

interface Place {
  readonly x: number
  readonly y: number
}

export interface Fingers {
  /** Each from its first place to its second, all at once. */
  move(ways: readonly (readonly [from: Place, to: Place])[]): Promise<void>
  /** All that are down then: another one comes to those before. */
  down(...places: readonly Place[]): Promise<void>
  /** Where they are now, one after the other as they came down. */
  to(...places: readonly Place[]): Promise<void>
  /** All of them are lifted. */
  up(): Promise<void>
}

const STEPS = 8

export async function fingersOn(page: Page): Promise<Fingers> {
  const session = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', places: readonly Place[]) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: places.map(({ x, y }, id) => ({ x, y, id })),
    })
  let at: readonly Place[] = []
  const fingers: Fingers = {
    async down(...places) {
      await touch('touchStart', places)
      at = places
    },
    async to(...places) {
      const from = at
      for (let step = 1; step <= STEPS; step++)
        await touch(
          'touchMove',
          places.map((place, i) => between(from[i] ?? place, place, step / STEPS)),
        )
      at = places
      await settle(page)
    },
    async up() {
      await touch('touchEnd', [])
      at = []
      await settle(page)
    },
    async move(ways) {
      // One after the other, as fingers come.
      for (let down = 1; down <= ways.length; down++)
        await fingers.down(...ways.slice(0, down).map(([from]) => from))
      await fingers.to(...ways.map(([, to]) => to))
      await fingers.up()
    },
  }
  return fingers
}

function between(from: Place, to: Place, share: number): Place {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

export async function middleOf(page: Page, selector: string): Promise<Place> {
  const box = await page.locator(selector).boundingBox()
  if (box === null) throw new Error(`${selector} is not in view`)
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Taps the candle at `instant`, at its close, once the chart stands still. */
export async function tapCandle(page: Page, timeframe: Timeframe, instant: number): Promise<void> {
  let before = ''
  for (let tries = 0; tries < 60; tries++) {
    const { point } = await placeOf(page, timeframe, instant)
    const now = JSON.stringify(point)
    if (point !== null && now === before) return page.touchscreen.tap(point.x, point.y)
    before = now
    await settle(page)
  }
  throw new Error(
    `No ${timeframe} candle stands still in view at ${new Date(instant).toISOString()}: ${before}`,
  )
}
