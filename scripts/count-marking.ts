// Keys, clicks and drags for 20 annotations exact to the second, by mouse alone and by keyboard alone, in the real page. Run: npx tsx scripts/count-marking.ts [mouse|keyboard]
import type { Page } from 'playwright-core'
import type {} from '../src/web/app/probe.ts'
import { withPage } from '../test/e2e/harness/browser.ts'
import { annotationsOf, openPage, visibleOf } from '../test/e2e/harness/charts.ts'
import { closeBefore } from '../test/e2e/harness/marks.ts'
import { startServer } from '../test/e2e/harness/server.ts'
import { countGestures, gesturesOf, type Gestures } from './count-marking/gestures.ts'
import { markByKeyboard, markByMouse, type Wanted } from './count-marking/hands.ts'

const MARKS = 20
/** From entry to entry, seconds; where in it the entry lies and how long it is held, is drawn from the seed. */
const APART = 330

/** Park and Miller's generator (1988): the same marks each time. */
function drawn(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Ascending, apart, within what the minute chart shows, their last before `until`, UTC ms. */
async function wantedMarks(url: string, until: number): Promise<Wanted[]> {
  const draw = drawn(20)
  const start = Math.floor(until / 1000) * 1000 - (MARKS + 1) * APART * 1000
  const marks = Array.from({ length: MARKS }, (_, index) => {
    const entry = start + (index * APART + Math.floor(draw() * 60)) * 1000
    return { entry, exit: entry + (25 + Math.floor(draw() * 60)) * 1000 }
  })
  return Promise.all(
    marks.map(async ({ entry, exit }) => {
      const [entryPrice, exitPrice] = await Promise.all([closeBefore(url, entry), closeBefore(url, exit)])
      return { entry, exit, entryPrice, exitPrice }
    }),
  )
}

async function count(mark: (page: Page, wanted: Wanted) => Promise<void>): Promise<Gestures> {
  const server = await startServer({ args: ['--seed', '5'] })
  try {
    let counted: Gestures | null = null
    await withPage({ width: 1440, height: 900, showsPreview: true }, async (page) => {
      await countGestures(page)
      await openPage(page, server.url)
      const { to } = await visibleOf(page, '1m')
      const marks = await wantedMarks(
        server.url,
        Math.min(to, await page.evaluate(() => window.annotate!.held('1s').to)),
      )
      for (const one of marks) await mark(page, one)
      await check(page, marks)
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

const HANDS = { mouse: markByMouse, keyboard: markByKeyboard }
const [only] = process.argv.slice(2)

console.log(`${MARKS} annotations, each entry and exit exact to the second, at 1440 × 900`)
for (const [name, mark] of Object.entries(HANDS))
  if (only === undefined || only === name) print(`by ${name}`, await count(mark))
