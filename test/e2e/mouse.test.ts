// The whole loop by mouse on the demo market: mark, review, train, watch the loss fall, go live, see a signal each second.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { effort } from '../long.ts'
import { describeInBrowser, accessibleScreenshot } from './harness/browser.ts'
import {
  TIMEFRAMES,
  annotationsOf,
  clickCandle,
  drawnAt,
  instantAt,
  openPage,
  ribbonPixels,
  settle,
  stateOf,
  steadyViews,
  visibleOf,
  waitForAnnotations,
  waitForRun,
  waitForSignals,
} from './harness/charts.ts'
import { drop, gripOf, pull } from './harness/drags.ts'
import { letGo, standing } from './harness/drawing.ts'
import { fingersOn, middleOf, tapCandle } from './harness/fingers.ts'
import { markOver } from './harness/marks.ts'
import { outOfReach, tooSmall } from './harness/reach.ts'
import { served } from './harness/served.ts'

/** Of the minute chart's width, where marks are made. */
const SHARES = effort([0.4, 0.5, 0.6], [0.3, 0.4, 0.5, 0.6, 0.7])
const server = served()

describeInBrowser('the loop by mouse, demo market', () => {
  it('marks on the charts: a minute is drilled down to its second, nothing moves on save', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      expect(await page.textContent('.badge.simulated')).toBe('SIMULATED')
      const times = await Promise.all(SHARES.map((share) => instantAt(page, '1m', share)))
      for (const [index, time] of times.entries()) {
        await clickCandle(page, '1m', time)
        await page.waitForFunction(() => window.annotate!.state().mark !== null)
        const mark = (await stateOf(page, 'mark'))!
        expect(mark.entry.time).toBeGreaterThan(time)
        expect(mark.entry.time).toBeLessThanOrEqual(time + 60_000)
        await settle(page)
        // The 1s chart jumped to the second, whose close is the price.
        await page.waitForFunction((t) => window.annotate!.drawn('1s', t) !== null, mark.entry.time - 1000)
        expect((await drawnAt(page, '1s', mark.entry.time - 1000))?.[3]).toBe(mark.entry.price)
        await clickCandle(page, '1m', time + 5 * 60_000)
        await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
        if (index === 0) await accessibleScreenshot(page, 'mouse-mark')
        const outcome = await page.textContent('[data-testid=outcome]')
        const views = await steadyViews(page)
        await page.click('[data-testid=mark] button:has-text("Save")')
        await waitForAnnotations(page, index + 1)
        await settle(page)
        expect(await steadyViews(page)).toEqual(views)
        const saved = (await annotationsOf(page)).find(
          (one) => Date.parse(one.entry.timestamp) === mark.entry.time,
        )!
        const net = Math.abs(saved.net_profit_loss_pct).toFixed(2)
        expect(outcome).toContain(`${net} %`)
        expect(saved.provenance.mode).toBe('hindsight')
      }
      await accessibleScreenshot(page, 'mouse-annotations')
    })
  })

  it('shows the test case: 100 candles of each timeframe', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await page.click('.row')
      await page.click('button:has-text("Test case")')
      await page.waitForSelector('.case-charts figcaption')
      const captions = await page.locator('.case-charts figcaption').allTextContents()
      expect(captions).toHaveLength(4)
      for (const caption of captions) expect(caption).toContain('100 candles')
      await page.waitForTimeout(300)
      await accessibleScreenshot(page, 'mouse-test-case')
    })
  })

  it('hides the future on all four charts, the forming candles made of the past alone', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      // Left of the annotations: a click on a glyph would select it.
      const time = (await instantAt(page, '1m', 0.15)) + 23_000
      await clickCandle(page, '1m', time)
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      await page.click('text=hide future')
      const asOf = (await stateOf(page, 'cursor')).time!
      await page.waitForFunction((t) => window.annotate!.drawn('1d', t - 1) !== null, asOf)
      await settle(page)
      expect(await drawnAt(page, '1s', asOf)).toBeNull()
      expect(await drawnAt(page, '1s', asOf - 1000)).not.toBeNull()
      const last = (await drawnAt(page, '1s', asOf - 1000))![3]
      for (const name of TIMEFRAMES) expect((await drawnAt(page, name, asOf - 1))?.[3]).toBe(last)
      expect(await drawnAt(page, '1m', asOf + 60_000)).toBeNull()
      expect(await page.locator('.top-price').count()).toBe(0)
      await accessibleScreenshot(page, 'mouse-hidden-future')
      await page.keyboard.press('Escape')
      await page.keyboard.press('z')
      const start = await standing(page, '1s', asOf - 20_000)
      const right = (await page.locator('#chart-1s').boundingBox())!
      await page.mouse.move(start.x, start.y)
      await page.mouse.down()
      await page.mouse.move(right.x + right.width * 0.88, start.y, { steps: 4 })
      await page.waitForFunction(() => window.annotate!.state().heldFault !== null)
      await letGo(page)
      expect(await page.textContent('.notices')).toContain('the future is hidden')
      expect(await stateOf(page, 'mark')).toBeNull()
      await page.keyboard.press('z')
      // One step reveals one second, and no more.
      await page.keyboard.press('Escape')
      await page.keyboard.press('ArrowRight')
      await page.waitForFunction((t) => window.annotate!.drawn('1s', t) !== null, asOf)
      expect(await drawnAt(page, '1s', asOf + 1000)).toBeNull()
    })
  })

  it('drags entry, exit, the whole mark, stop and target of a saved one: one edit, one request; refused, it springs back', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      const start = (await page.evaluate(() => window.annotate!.held('1s').to)) - 150_000
      const count = (await annotationsOf(page)).length
      const [made] = await markOver(server.url, [{ entry: Math.floor(start / 1000) * 1000, seconds: 60 }])
      await waitForAnnotations(page, count + 1)
      const own = async () => (await annotationsOf(page)).find(({ id }) => id === made!.id)!
      const asked: string[] = []
      page.on('request', (request) => {
        const isShown = request.url().includes('/api/shown')
        if (request.method() !== 'GET' && !isShown) asked.push(request.method())
      })
      const [entry, exit] = [Date.parse(made!.entry.timestamp), Date.parse(made!.exit.timestamp)]
      await page.click('.row')
      await pull(page, '1s', 'exit', { candles: 5, up: 20 })
      expect(await page.textContent('[data-testid=mark]')).toContain('1 min 5 s')
      expect(asked).toEqual([])
      await accessibleScreenshot(page, 'mouse-drag')
      await drop(page)
      expect(asked).toEqual(['PUT'])
      const moved = await own()
      expect(Date.parse(moved.exit.timestamp)).toBe(exit + 5000)
      expect(moved.exit.price).toBe((await drawnAt(page, '1s', exit + 4000))![3])
      expect(moved.direction).toBe(made!.direction)
      // Esc lets go, and what the pointer does then is nobody's.
      await pull(page, '1s', 'entry', { candles: -8 })
      await page.keyboard.press('Escape')
      expect(await stateOf(page, 'mark')).toBeNull()
      await page.mouse.up()
      // The entry may not pass the exit.
      await pull(page, '1s', 'entry', { candles: 70 })
      expect(await page.textContent('[data-testid=held-fault]')).toContain('before the exit')
      await drop(page)
      expect(await page.textContent('.notices')).toContain('before the exit')
      expect(await own()).toMatchObject(moved)
      expect(asked).toEqual(['PUT'])
      await pull(page, '1s', 'whole', { candles: -10 })
      await drop(page)
      expect(Date.parse((await own()).entry.timestamp)).toBe(entry - 10_000)
      expect((await own()).holding_period_seconds).toBe(65)
      // A stop is proposed, then dragged further away: the list tells what is gained for what is risked.
      await page.click('[aria-label="Add a stop"]')
      await page.waitForFunction(() =>
        window.annotate!.state().annotations.some((one) => one.stop_price !== null),
      )
      const { stop_price: proposed } = await own()
      const isLong = made!.direction === 'LONG'
      await pull(page, '1s', 'stop', { up: isLong ? -25 : 25 })
      await drop(page)
      const { stop_price: stop, entry: by } = await own()
      expect(Math.abs(stop! - by.price)).toBeGreaterThan(Math.abs(proposed! - by.price))
      expect(await page.textContent('.row')).toMatch(/−?\d+\.\d\d R/)
      // A longer candle: the first second inside it that trades at the pointer's price.
      const before = asked.length
      await pull(page, '1m', 'exit', { candles: 1 })
      await drop(page)
      const later = Date.parse((await own()).exit.timestamp)
      expect(later).toBeGreaterThan(exit - 5000)
      expect(later).toBeLessThanOrEqual(Math.ceil((exit + 60_000) / 60_000) * 60_000)
      expect(asked.length).toBeLessThanOrEqual(before + 1)
    })
  })

  it('takes back after a reload what was dragged, does it again, and brings back what lies in the bin', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      const [first] = await annotationsOf(page)
      await page.click('.row')
      await page.click('[aria-label="Add a target"]')
      await page.waitForFunction(() => window.annotate!.state().annotations[0]!.target_price !== null)
      // The event may come before the answer, with which the page remembers what it did.
      await page.waitForFunction(() =>
        localStorage.getItem('annotate.steps')?.includes('annotation adjusted'),
      )
      await openPage(page, server.url)
      await page.keyboard.press('Control+z')
      await page.waitForFunction(() => window.annotate!.state().annotations[0]!.target_price === null)
      await page.keyboard.press('Control+Shift+z')
      await page.waitForFunction(() => window.annotate!.state().annotations[0]!.target_price !== null)
      const count = (await annotationsOf(page)).length
      await page.click('.row')
      await page.keyboard.press('Delete')
      await waitForAnnotations(page, count - 1)
      await page.click('.list-search button:has-text("Filter")')
      await page.click('.list-choices button:has-text("Bin")')
      await page.waitForSelector('[data-testid=bin] li')
      await accessibleScreenshot(page, 'mouse-bin')
      await page.click('[data-testid=bin] button:has-text("Restore")')
      await waitForAnnotations(page, count)
      expect((await annotationsOf(page))[0]!.id).toBe(first!.id)
      // Gone again, so that the marks that follow are those of before.
      await page.keyboard.press('Control+z')
      await waitForAnnotations(page, count - 1)
    })
  })

  it('marks with a finger alone: taps, pans, pinches, drags the exit by seconds, saves; nothing is too small', async () => {
    await server.opened({ width: 1024, height: 768, hasTouch: true }, async (page) => {
      const count = (await annotationsOf(page)).length
      const time = await instantAt(page, '1m', 0.2)
      await tapCandle(page, '1m', time)
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      const { entry } = (await stateOf(page, 'mark'))!
      expect(entry.time).toBeGreaterThan(time)
      expect(entry.time).toBeLessThanOrEqual(time + 60_000)
      await tapCandle(page, '1s', entry.time + 4000)
      await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
      const fingers = await fingersOn(page)
      const grip = await gripOf(page, '1s', 'exit')
      const spacing = await page.evaluate(() => window.annotate!.spacing('1s'))
      await fingers.move([[grip, { x: grip.x + 3 * spacing, y: grip.y }]])
      await page.waitForFunction(
        (end) => window.annotate!.state().mark?.exit?.time === end,
        entry.time + 8000,
      )
      const { x, y } = await middleOf(page, '#chart-1h')
      const before = await visibleOf(page, '1h')
      await fingers.move([
        [
          { x, y },
          { x: x + 90, y },
        ],
      ])
      await page.waitForFunction((from) => window.annotate!.visible('1h')!.from < from, before.from)
      const panned = await visibleOf(page, '1h')
      expect(panned.to - panned.from).toBeCloseTo(before.to - before.from, -4)
      await fingers.move([
        [
          { x: x - 20, y },
          { x: x - 90, y },
        ],
        [
          { x: x + 20, y },
          { x: x + 90, y },
        ],
      ])
      await page.waitForFunction((wide) => {
        const { from, to } = window.annotate!.visible('1h')!
        return to - from < wide * 0.7
      }, before.to - before.from)
      expect((await stateOf(page, 'mark'))!.exit!.time).toBe(entry.time + 8000)
      expect(await tooSmall(page, 24)).toEqual([])
      expect(await outOfReach(page)).toEqual([])
      await nothingLiesOver(page)
      await accessibleScreenshot(page, 'touch-mark')
      await page.locator('[data-testid=mark] button:has-text("Save")').tap()
      await waitForAnnotations(page, count + 1)
      const saved = (await annotationsOf(page)).find((one) => Date.parse(one.entry.timestamp) === entry.time)!
      expect(saved.holding_period_seconds).toBe(8)
      await page.getByRole('button', { name: 'All keys' }).tap()
      await page.waitForSelector('dialog[open]')
      expect(await tooSmall(page, 24)).toEqual([])
      await page.getByRole('button', { name: 'Close Esc' }).tap()
      await page.waitForSelector('dialog', { state: 'detached' })
      await page.locator(`#annotation-${saved.id}`).tap()
      await page.getByRole('button', { name: 'Delete' }).tap()
      await waitForAnnotations(page, count)
    })
  })

  it('reviews a span, trains, says what came of it, and goes live with a signal each second', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await reviewAround(page)
      await page.fill('label:has-text("Epochs") input', '8')
      await page.click('text=Parameters')
      await page.fill('label:has-text("Views") input', '4')
      await page.click('#train')
      await page.waitForSelector('[data-testid=run-progress]')
      await page.waitForFunction(
        () => (window.annotate!.state().runs[0]?.epochs.length ?? 0) > 0,
        undefined,
        {
          timeout: 120_000,
        },
      )
      await accessibleScreenshot(page, 'mouse-training')
      // A reload in the middle loses nothing.
      await openPage(page, server.url)
      const run = await waitForRun(page, 240)
      expect(run.status).toBe('COMPLETED')
      expect(run.epochs).toHaveLength(8)
      for (const { loss } of run.epochs) expect(loss).toBeGreaterThan(0)
      expect(run.hold_source).toBe('reviewed')
      expect(await page.textContent('[data-testid=run-result]')).toContain('floor')
      await page.waitForFunction(() => !document.querySelector('[data-testid=checkpoint] option[value=""]'))
      expect(await page.locator('[data-testid=checkpoint]').inputValue()).toBe(run.checkpoint)
      await accessibleScreenshot(page, 'mouse-result')
      await page.click('text=Start Live Inference')
      const signals = await waitForSignals(page, 6, 60)
      const seconds = signals.map((signal) => Date.parse(signal.timestamp))
      seconds.slice(1).forEach((second, i) => expect(second - seconds[i]!).toBe(1000))
      expect(await page.textContent('[data-testid=signal-action]')).toMatch(/BUY|SELL|HOLD/)
      await settle(page)
      expect(await ribbonPixels(page)).toBeGreaterThan(10)
      await accessibleScreenshot(page, 'mouse-live')
      for (const [width, height] of [
        [1024, 768],
        [1280, 800],
        [720, 450],
      ] as const) {
        await page.setViewportSize({ width, height })
        await settle(page)
        expect(await outOfReach(page)).toEqual([])
        await accessibleScreenshot(page, `mouse-live-${width}`)
      }
      await page.setViewportSize({ width: 1440, height: 900 })
      await page.click('#infer')
      await page.waitForFunction(
        () => !window.annotate!.state().sessions.some((one) => one.state === 'running'),
      )
      expect(await page.locator('[data-testid=signals] tbody tr').count()).toBeGreaterThanOrEqual(6)
    })
  }, 420_000)
})

/** The parts of the strip stand beside each other, and what the mark would give can be read beside its buttons. */
async function nothingLiesOver(page: Page): Promise<void> {
  const parts = ['.direction', '.leg', '[data-testid=outcome] b', '.mark-buttons']
  const found = await Promise.all(parts.map((part) => page.locator(`[data-testid=mark] ${part}`).all()))
  const boxes = await Promise.all(found.flat().map(async (one) => (await one.boundingBox())!))
  expect(boxes).toHaveLength(6)
  for (const [i, box] of boxes.slice(1).entries())
    expect(box.x).toBeGreaterThanOrEqual(boxes[i]!.x + boxes[i]!.width)
  const { x, width } = (await page.getByRole('button', { name: 'Parameters' }).boundingBox())!
  expect(x + width).toBeLessThanOrEqual(page.viewportSize()!.width)
}

/** R at the first annotation's minute before, R after the last. */
async function reviewAround(page: Parameters<typeof openPage>[0]): Promise<void> {
  const annotations = await annotationsOf(page)
  const entries = annotations.map((one) => Date.parse(one.entry.timestamp))
  for (const time of [Math.min(...entries) - 300_000, Math.max(...entries) + 600_000]) {
    await page.keyboard.press('g')
    await page.fill('dialog input', new Date(time).toISOString().slice(0, 19).replace('T', ' '))
    await page.keyboard.press('Enter')
    await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, time)
    await page.keyboard.press('r')
  }
  await page.waitForFunction(() => window.annotate!.state().reviewed.length === 1)
}
