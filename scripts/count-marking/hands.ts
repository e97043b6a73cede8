// Marking an entry and an exit to the second on the real page, by mouse alone, by drawing and by keyboard alone, in as few steps as it takes.
import type { Page } from 'playwright-core'
import type {} from '../../src/web/app/probe.ts'
import { clickCandle, settle, steadyViews, visibleOf } from '../../test/e2e/harness/charts.ts'
import { fewestKeys } from './ways.ts'
import { drop, pull } from '../../test/e2e/harness/drags.ts'
import { letGo, standing, stroke } from '../../test/e2e/harness/drawing.ts'
import { markOver } from '../../test/e2e/harness/marks.ts'

export interface Wanted {
  /** As-of seconds, UTC ms. */
  readonly entry: number
  readonly exit: number
  /** The last closes then. */
  readonly entryPrice: number
  readonly exitPrice: number
}

/**
 * A click in the minute chart, at the price, goes to the first second that has it; where that is another one, the entry is dragged on
 * the second chart. The exit is clicked there where it is in view; else as the entry, and on the second chart where that was another. Save.
 */
export async function markByMouse(page: Page, { entry, exit, entryPrice, exitPrice }: Wanted): Promise<void> {
  await clickMinute(page, entry, entryPrice)
  const first = await legOf(page, 'entry')
  if (first !== entry) {
    await pull(page, '1s', 'entry', { candles: (entry - first) / 1000 })
    await drop(page)
  }
  if (!(await isInView(page, exit))) await clickMinute(page, exit, exitPrice)
  if ((await legOf(page, 'exit')) !== exit) {
    await bringIntoView(page, exit)
    await clickCandle(page, '1s', exit - 1000)
  }
  await page.waitForFunction((time) => window.annotate!.state().mark?.exit?.time === time, exit)
  await page.click('[data-testid=mark] button:has-text("Save")')
  await saved(page)
}

/** What is left free at the chart's ends, as a share of it. */
const MARGIN = 0.05

/** Drags the second chart back or on, nothing where it shows the second already. */
async function bringIntoView(page: Page, instant: number): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const share = await placeInView(page, instant)
    if (isWithin(share)) return
    const box = (await page.locator('#chart-1s').boundingBox())!
    const by = Math.max(-PULL, Math.min(PULL, 0.5 - share)) * box.width
    // Low in the chart, where no mark can be taken hold of.
    const [x, y] = [box.x + box.width * (by < 0 ? 0.85 : 0.05), box.y + box.height * 0.85]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + by, y, { steps: 6 })
    await page.mouse.up()
  }
}

/** Where a second lies in the second chart, as a share of its width. */
async function placeInView(page: Page, instant: number): Promise<number> {
  await steadyViews(page)
  const { from, to } = await visibleOf(page, '1s')
  return (instant - from) / (to - from)
}

async function isInView(page: Page, instant: number): Promise<boolean> {
  return isWithin(await placeInView(page, instant))
}

function isWithin(share: number): boolean {
  return share > MARGIN && share < 1 - MARGIN
}

/** The longest pull of a chart, as a share of its width. */
const PULL = 0.75

async function clickMinute(page: Page, instant: number, price: number): Promise<void> {
  const before = await page.evaluate(() => window.annotate!.state().mark)
  await steadyViews(page)
  const point = await page.evaluate(([time, level]) => window.annotate!.pointOf('1m', time, level), [
    instant - 1000,
    price,
  ] as const)
  if (point === null) throw new Error(`The minute of ${new Date(instant).toISOString()} is not in view.`)
  await page.mouse.click(point.x, point.y)
  await page.waitForFunction(
    (held) => JSON.stringify(window.annotate!.state().mark) !== held,
    JSON.stringify(before),
  )
  await page.waitForTimeout(400)
  await settle(page)
}

async function legOf(page: Page, name: 'entry' | 'exit'): Promise<number> {
  return page.evaluate((which) => window.annotate!.state().mark?.[which]?.time ?? Number.NaN, name)
}

/** How far from the ends of the second chart a stroke begins and ends at least, as a share of its width. */
const DRAWN_MARGIN = 0.02

/**
 * Drawing is on. The pointer rests in the minute chart on the mark's middle until its seconds are in view, which is no press; then one drag over
 * them in the second chart. It is saved where it is let go.
 */
export async function markByDrawing(page: Page, { entry, exit }: Wanted): Promise<void> {
  for (const instant of [(entry + exit) / 2, entry, exit]) {
    await restOnMinute(page, instant)
    if (await isWhole(page, entry, exit)) break
  }
  await stroke(page, '1s', entry, exit)
  await letGo(page)
  await saved(page)
}

async function isWhole(page: Page, entry: number, exit: number): Promise<boolean> {
  const [from, to] = [await placeInView(page, entry), await placeInView(page, exit)]
  return from > DRAWN_MARGIN && to < 1 - DRAWN_MARGIN
}

/** Z, and the second chart twice as wide: a second is then some three pixels. */
export async function beginDrawing(page: Page): Promise<void> {
  await page.keyboard.press('1')
  await page.keyboard.press('-')
  await page.keyboard.press('-')
  await page.keyboard.press('z')
  await page.waitForSelector('[data-testid=drawing]')
}

async function restOnMinute(page: Page, instant: number): Promise<void> {
  const { x, y } = await standing(page, '1m', instant)
  await page.mouse.move(x, y - 2)
  await page.mouse.move(x, y)
  await page.waitForFunction(
    (time) => {
      const { from, to } = window.annotate!.visible('1s')!
      return from <= time && time + 60_000 <= to
    },
    Math.floor(instant / 60_000) * 60_000,
  )
  await steadyViews(page)
}

/** To the entry, A, to the exit, Enter; to a place by whatever takes the fewest keys. `turns`: seconds at which the price turns. */
export async function markByKeyboard(
  page: Page,
  { entry, exit }: Wanted,
  turns: readonly number[],
): Promise<void> {
  await goTo(page, turns, entry)
  await page.keyboard.press('a')
  await page.waitForFunction(() => window.annotate!.state().mark !== null)
  await goTo(page, turns, exit)
  await page.keyboard.press('Enter')
  await saved(page)
}

/** 9 until the swing is in hand, Enter, which puts the one before it in hand. */
export async function markBySwings(page: Page, { entry, exit }: Wanted): Promise<void> {
  const isIt = () =>
    page.evaluate(
      ([from, to]) => {
        const mark = window.annotate!.state().mark
        return mark?.entry.time === from && mark.exit?.time === to
      },
      [entry, exit] as const,
    )
  while (!(await isIt())) await changeMark(page, '9')
  const before = await page.evaluate(() => {
    const { annotations, mark } = window.annotate!.state()
    return { count: annotations.length, taken: mark?.entry.time }
  })
  await page.keyboard.press('Enter')
  // The next one is looked for once it is saved; a hand sees that it is there.
  await page.waitForFunction(({ count, taken }) => {
    const { annotations, mark, isSaving } = window.annotate!.state()
    return annotations.length > count && mark !== null && mark.entry.time !== taken && !isSaving
  }, before)
  await settle(page)
}

/** Marks that suggestions are learnt from, made before anything is counted; then Shift N. */
export async function beginSuggestions(page: Page): Promise<void> {
  const { origin } = new URL(page.url())
  const hour = Math.floor(Date.now() / HOUR - 8) * HOUR
  await markOver(
    origin,
    Array.from({ length: TAUGHT }, (_, i) => ({ entry: hour + i * 20 * 60_000 + 13_000, seconds: 120 })),
  )
  await page.waitForFunction((count) => window.annotate!.state().annotations.length === count, TAUGHT)
  await page.keyboard.press('Shift+N')
}

/** A: the moment that is asked about is a mark as it is suggested, and the next one is asked about. */
export async function acceptSuggestion(page: Page): Promise<void> {
  await page.waitForFunction(() => window.annotate!.state().suggesting?.question != null, null, {
    timeout: 120_000,
  })
  await settle(page)
  const before = await page.evaluate(() => window.annotate!.state().annotations.length)
  await page.keyboard.press('a')
  await page.waitForFunction((count) => window.annotate!.state().annotations.length > count, before)
}

const HOUR = 3_600_000
const TAUGHT = 10

async function changeMark(page: Page, key: string): Promise<void> {
  const before = await page.evaluate(() => JSON.stringify(window.annotate!.state().mark))
  await page.keyboard.press(key)
  await page.waitForFunction((held) => JSON.stringify(window.annotate!.state().mark) !== held, before)
}

async function cursorOf(page: Page): Promise<{ now: number; follows: boolean }> {
  return page.evaluate(() => {
    const { cursor } = window.annotate!.state()
    return { now: cursor.time ?? 0, follows: cursor.follows }
  })
}

async function goTo(page: Page, turns: readonly number[], time: number): Promise<void> {
  const { now, follows } = await cursorOf(page)
  // Along with the newest second it is another one by every step.
  const way = fewestKeys(turns, now, time, !follows)
  if (way.typed === undefined) for (const key of way.keys) await stepOnce(page, key)
  else await typeTime(page, way.typed)
  await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, time)
  await settle(page)
}

async function stepOnce(page: Page, key: string): Promise<void> {
  const before = await page.evaluate(() => window.annotate!.state().cursor.time)
  await page.keyboard.press(key)
  await page.waitForFunction((time) => window.annotate!.state().cursor.time !== time, before)
}

async function typeTime(page: Page, text: string): Promise<void> {
  await page.keyboard.press('g')
  await page.waitForSelector('dialog[open] input:focus')
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await page.waitForSelector('dialog[open]', { state: 'detached' })
}

async function saved(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { mark, isSaving } = window.annotate!.state()
    return mark === null && !isSaving
  })
  await settle(page)
}
