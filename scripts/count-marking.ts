// Keys, clicks and drags for 20 annotations exact to the second, by mouse alone, by drawing, by keyboard alone and from swing to swing, in the real page. Run: npx tsx scripts/count-marking.ts [mouse|drawing|keyboard|swings|suggestions|largest-swings]
import type { Page } from 'playwright-core'
import type { CandlesOut } from '../src/contract/market.ts'
import type {} from '../src/web/app/probe.ts'
import { paysFees, swingsIn, type Swing } from '../src/web/marking/swings.ts'
import { USUAL } from '../src/web/state/look.ts'
import { closeBrowser, withPage } from '../test/e2e/harness/browser.ts'
import { annotationsOf, openPage, visibleOf } from '../test/e2e/harness/charts.ts'
import { closeBefore, largestStretch, secondsOf } from '../test/e2e/harness/marks.ts'
import { startServer } from '../test/e2e/harness/server.ts'
import { countGestures, gesturesOf, type Gestures } from './count-marking/gestures.ts'
import { turnsOf } from './count-marking/ways.ts'
import {
  acceptSuggestion,
  beginDrawing,
  beginSuggestions,
  markByDrawing,
  markByKeyboard,
  markByMouse,
  markBySwings,
  type Wanted,
} from './count-marking/hands.ts'

const MARKS = 20
/** Each lies in a stretch of its own, one after the other, seconds. */
const APART = 330
/** Between one and the next, seconds: nearer a drag would take hold of the end of the one that was made last. */
const BETWEEN = 30
/** In which swings are looked for, ms, and how much of it is read at once: the server answers with 10,000 seconds at most. */
const BEFORE = 20 * 3_600_000
const AT_ONCE = 9_000_000
/** How long it is held, seconds. */
const HELD = [25, 85] as const

/** Ascending, apart, within what the minute chart shows, their last before `until`, UTC ms: in each stretch the trade that gains most. */
async function wantedMarks(url: string, until: number): Promise<Wanted[]> {
  const start = Math.floor(until / 1000) * 1000 - MARKS * APART * 1000
  const marks: Wanted[] = []
  for (let index = 0; index < MARKS; index++) {
    const from = start + index * APART * 1000
    const { entry, exit } = await largestStretch(url, [from, from + (APART - BETWEEN) * 1000], HELD)
    const [entryPrice, exitPrice] = [await closeBefore(url, entry), await closeBefore(url, exit)]
    marks.push({ entry, exit, entryPrice, exitPrice })
  }
  return marks
}

/** Of the newest swings that pay their fees, twice as many as are marked, the largest. */
async function largestSwings(url: string, until: number): Promise<Wanted[]> {
  const size = ({ entry, exit }: Swing) => Math.abs(Math.log(exit.price / entry.price))
  const swings = (await swingsUntil(url, until)).slice(-2 * MARKS)
  return wantedOf(swings.toSorted((a, b) => size(b) - size(a)).slice(0, MARKS))
}

/** The newest swings that pay their fees, one after the other. */
async function newestSwings(url: string, until: number): Promise<Wanted[]> {
  return wantedOf((await swingsUntil(url, until)).slice(-MARKS))
}

/** Ascending, as the page tells them unless it is set otherwise. */
async function swingsUntil(url: string, until: number): Promise<Swing[]> {
  const rows: CandlesOut['candles'] = []
  const start = Math.floor(until / 1000) * 1000 - BEFORE
  for (let from = start; from < until; from += AT_ONCE)
    rows.push(...(await secondsOf(url, from, Math.min(from + AT_ONCE, until))))
  // What comes may still move the last one's end.
  return swingsIn(rows, USUAL.swing)
    .slice(0, -1)
    .filter((swing) => paysFees(swing))
}

function wantedOf(swings: readonly Swing[]): Wanted[] {
  if (swings.length < MARKS) throw new Error(`Only ${swings.length} swings pay their fees there.`)
  return swings
    .toSorted((a, b) => b.entry.time - a.entry.time)
    .map(({ entry, exit }) => ({
      entry: entry.time,
      exit: exit.time,
      entryPrice: entry.price,
      exitPrice: exit.price,
    }))
}

interface Hand {
  /** Of the demo market. Default: 5. */
  readonly seed?: string
  /** Default: the stretch that gains most in each five and a half minutes. */
  readonly wanted?: (url: string, until: number) => Promise<Wanted[]>
  /** What was saved is what was offered: it is counted, not compared. */
  readonly isOffered?: boolean
  /** Once, before the first. */
  readonly begin?: (page: Page) => Promise<void>
  readonly mark: (page: Page, wanted: Wanted, turns: readonly number[]) => Promise<void>
}

async function count({ seed = '5', wanted = wantedMarks, isOffered, begin, mark }: Hand): Promise<Gestures> {
  const server = await startServer({ args: ['--seed', seed] })
  try {
    let counted: Gestures | null = null
    await withPage({ width: 1440, height: 900, showsPreview: true }, async (page) => {
      await countGestures(page)
      await openPage(page, server.url)
      const { to } = await visibleOf(page, '1m')
      const marks = await wanted(
        server.url,
        Math.min(to, await page.evaluate(() => window.annotate!.held('1s').to)),
      )
      await begin?.(page)
      const first = Math.min(...marks.map(({ entry }) => entry))
      const turns = mark === markByKeyboard ? turnsOf(await secondsOf(server.url, first - 600_000, to)) : []
      const before = (await annotationsOf(page)).length
      for (const one of marks) await mark(page, one, turns)
      if (isOffered !== true) await check(page, marks)
      const made = (await annotationsOf(page)).length - before
      if (made !== MARKS) throw new Error(`${made} annotations were made.`)
      counted = await gesturesOf(page)
    })
    if (counted === null) throw new Error('The page was not counted.')
    return counted
  } finally {
    await server.stop()
  }
}

/** @throws Error where what was saved is not, to the second, what was wanted */
async function check(page: Page, marks: readonly Wanted[]): Promise<void> {
  const made = new Set(
    (await annotationsOf(page)).map(({ entry, exit }) => `${entry.timestamp} ${exit.timestamp}`),
  )
  const iso = (time: number) => new Date(time).toISOString().replace('.000', '')
  const missing = marks.map(({ entry, exit }) => `${iso(entry)} ${iso(exit)}`).filter((one) => !made.has(one))
  if (missing.length > 0) throw new Error(`Not saved to the second: ${missing.join(', ')}`)
}

function print(name: string, { keys, clicks, drags, wheels }: Gestures): void {
  const all = keys + clicks + drags + wheels
  console.log(
    `${name}: ${all} in all, ${(all / MARKS).toFixed(1)} a mark (keys ${keys}, clicks ${clicks}, drags ${drags}, wheel ${wheels})`,
  )
}

const HANDS: Readonly<Record<string, Hand>> = {
  mouse: { mark: markByMouse },
  drawing: { begin: beginDrawing, mark: markByDrawing },
  keyboard: { mark: markByKeyboard },
  swings: { seed: '1', wanted: newestSwings, mark: markBySwings },
  suggestions: { isOffered: true, begin: beginSuggestions, mark: acceptSuggestion },
  'largest-swings': { seed: '1', wanted: largestSwings, mark: markBySwings },
}
const [only] = process.argv.slice(2)

console.log(`${MARKS} annotations, each entry and exit exact to the second, at 1440 × 900`)
for (const [name, hand] of Object.entries(HANDS))
  if (only === undefined || only === name) print(`by ${name}`, await count(hand))
await closeBrowser()
