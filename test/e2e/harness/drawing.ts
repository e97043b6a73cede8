// Drawing in the browser tests: a drag over a stretch of a chart, from one second to another.
import type { Page } from 'playwright-core'
import type {} from '../../../src/web/app/probe.ts'
import type { Timeframe } from '../../../src/web/state/timeframes.ts'
import { placeOf, settle } from './charts.ts'

/** Presses at one as-of second and moves to another, both in view, at their closes; the button is still down then. */
export async function stroke(page: Page, timeframe: Timeframe, from: number, to: number): Promise<void> {
  const [start, end] = [await standing(page, timeframe, from), await standing(page, timeframe, to)]
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(end.x, end.y, { steps: 6 })
  await settle(page)
}

/** Where the close before an as-of second lies, once the chart stands still. */
export async function standing(page: Page, timeframe: Timeframe, asOf: number) {
  let before = ''
  for (let tries = 0; tries < 60; tries++) {
    const { point } = await placeOf(page, timeframe, asOf - 1000)
    const now = JSON.stringify(point)
    if (point !== null && now === before) return point
    before = now
    await settle(page)
  }
  const seen = await page.evaluate((name) => window.annotate!.visible(name), timeframe)
  throw new Error(
    `${new Date(asOf).toISOString()} does not stand still in view on the ${timeframe} chart: ${JSON.stringify({ before, seen })}`,
  )
}

/** Resolves when nothing is held, nothing is being saved. */
export async function letGo(page: Page): Promise<void> {
  await page.mouse.up()
  await page.waitForFunction(() => {
    const { held, isSaving } = window.annotate!.state()
    return held === null && !isSaving
  })
  await settle(page)
}
