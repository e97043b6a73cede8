// The page with the future hidden: how a test hides it, and what the charts were given of it.
import type { Page } from 'playwright-core'
import type {} from '../../../src/web/app/probe.ts'
import { settle } from './charts.ts'

const MINUTE = 60_000

/** Where a test stands that hides the future, UTC ms: an hour back, inside a minute. */
export function instantToHide(): number {
  return Math.floor(Date.now() / MINUTE) * MINUTE - 60 * MINUTE + 23_000
}

/** G to `asOf`, UTC ms, then H. */
export async function goBlind(page: Page, asOf: number): Promise<void> {
  await goTo(page, asOf)
  await page.keyboard.press('h')
  await page.waitForFunction((t) => window.annotate!.drawn('1d', t - 1) !== null, asOf)
  await settle(page)
}

export async function goTo(page: Page, time: number): Promise<void> {
  await page.keyboard.press('g')
  await page.fill('dialog input', new Date(time).toISOString().slice(0, 19))
  await page.keyboard.press('Enter')
  await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, time)
  await settle(page)
}

/** What the charts were given of `until` and later, in words. */
export function fedBeyond(page: Page, until: number): Promise<string[]> {
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
