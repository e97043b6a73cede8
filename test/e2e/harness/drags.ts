// Taking hold of marks in the browser tests: where their parts lie on the screen, and dragging them by seconds.
import type { Page } from 'playwright-core'
import type {} from '../../../src/web/app/probe.ts'
import type { Part } from '../../../src/web/state/mark.ts'
import type { Timeframe } from '../../../src/web/state/timeframes.ts'
import { patient } from '../../patience.ts'
import { settle } from './charts.ts'

interface Place {
  readonly x: number
  readonly y: number
}

/** Where a part of the selected annotation, or of the mark in hand, is taken hold of, once the chart stands still. */
export async function gripOf(page: Page, timeframe: Timeframe, part: Part): Promise<Place> {
  let before = ''
  for (let tries = 0; tries < 60; tries++) {
    const grip = await page.evaluate(
      ([name, wanted]) => {
        const probe = window.annotate!
        const { selected, mark } = probe.state()
        const id = mark === null ? selected : null
        return probe.grips(name).find((one) => one.part === wanted && one.id === id) ?? null
      },
      [timeframe, part] as const,
    )
    const now = JSON.stringify(grip)
    if (grip !== null && now === before) return grip
    before = now
    await settle(page)
  }
  throw new Error(`No ${part} of a mark stands still in view on the ${timeframe} chart: ${before}`)
}

/** Between the look for a part and the press a new second may have moved it away, as it may for a trader. */
const TRIES = 3
const MISSED = 5000

/** Takes hold of a part and moves it by whole candles and by pixels upward; it is still held then. */
export async function pull(
  page: Page,
  timeframe: Timeframe,
  part: Part,
  by: { readonly candles?: number; readonly up?: number },
): Promise<void> {
  for (let tries = 1; !(await isPulled(page, timeframe, part, by)); tries++) {
    await page.mouse.up()
    if (tries === TRIES)
      throw new Error(`The ${part} of a mark on the ${timeframe} chart is not taken hold of`)
  }
}

async function isPulled(
  page: Page,
  timeframe: Timeframe,
  part: Part,
  by: { readonly candles?: number; readonly up?: number },
): Promise<boolean> {
  const from = await gripOf(page, timeframe, part)
  const spacing = await page.evaluate((name) => window.annotate!.spacing(name), timeframe)
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + (by.candles ?? 0) * spacing, from.y - (by.up ?? 0), { steps: 6 })
  const isHeld = page.waitForFunction(() => window.annotate!.state().held !== null, undefined, {
    timeout: patient(MISSED),
  })
  return isHeld.then(
    () => true,
    () => false,
  )
}

/** Lets it drop there; resolves when it is saved, or refused. */
export async function drop(page: Page): Promise<void> {
  await page.mouse.up()
  await page.waitForFunction(() => {
    const { held, isSaving } = window.annotate!.state()
    return held === null && !isSaving
  })
}
