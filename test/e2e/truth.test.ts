// What the page says is so: marks stay where they were put, prices keep their digits, a reload loses nothing in hand.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SIZES } from '../long.ts'
import { putDemoInto } from '../prepared-demo.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { annotationsOf, drawnAt, openPage, settle, stateOf, waitForAnnotations } from './harness/charts.ts'
import { runVerb, startServer, temporaryWorkspace, type RunningServer } from './harness/server.ts'

/** Two hours of a market at some 2.59e-9, in steps of 1e-13, as PEPE/ETH trades. */
const TINY = { symbol: 'PEPE/ETH', venue: 'tiny', lastClose: '0.0000000025921', lastVolume: '4.10T' }
/** Two hours of crude oil as they went below 0. */
const CRUDE = { symbol: 'CLK20', venue: 'nymex', lastClose: '−37.63' }

let server: RunningServer
let workspace: string

describeInBrowser('the page tells the truth', () => {
  beforeAll(async () => {
    workspace = temporaryWorkspace()
    await putDemoInto(workspace)
    const file = join(workspace, 'pepe-1m.csv')
    writeTinyPrices(file)
    const market = ['--symbol', TINY.symbol, '--venue', TINY.venue]
    await runVerb(workspace, ['import', 'candles', file, ...market, '--timeframe', '1m'])
    const crude = join(workspace, 'crude-1m.csv')
    writeCrude(crude)
    const below = ['--symbol', CRUDE.symbol, '--venue', CRUDE.venue, '--negative-prices']
    await runVerb(workspace, ['import', 'candles', crude, ...below, '--timeframe', '1m'])
    server = await startServer({ workspace, patience: 110_000 })
  }, 200_000)
  afterAll(async () => {
    await server.stop()
    rmSync(workspace, { recursive: true, force: true })
  })

  it('A, arrows, A, Enter: the entry stays where it was placed', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, server.url)
      const entry = await goTo(page, -20 * 60_000)
      await page.keyboard.press('a')
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      for (let i = 1; i <= 5; i++) await pressUntilCursor(page, 'ArrowRight', entry + i * 1000)
      expect((await stateOf(page, 'mark'))!.entry.time).toBe(entry)
      await page.keyboard.press('a')
      await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
      await page.keyboard.press('Enter')
      await waitForAnnotations(page, 1)
      const [saved] = await annotationsOf(page)
      expect(Date.parse(saved!.entry.timestamp)).toBe(entry)
      expect(Date.parse(saved!.exit.timestamp)).toBe(entry + 5000)
    })
  }, 120_000)

  it('keeps a mark in hand, and what Ctrl Z takes back, over a reload', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, server.url)
      await page.keyboard.press('ArrowDown')
      await page.waitForFunction(() => window.annotate!.state().selected !== null)
      await page.keyboard.press('Delete')
      await waitForAnnotations(page, 0)
      const entry = await goTo(page, -30 * 60_000)
      await page.keyboard.press('a')
      await page.waitForFunction(() => window.annotate!.state().mark !== null)
      await openPage(page, server.url)
      expect((await stateOf(page, 'mark'))?.entry.time).toBe(entry)
      expect(await stateOf(page, 'cursor')).toMatchObject({ time: entry, follows: false })
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+z')
      await waitForAnnotations(page, 1)
    })
  }, 120_000)

  it('writes prices under a millionth with all their digits, and volumes in readable units', async () => {
    for (const [width, height] of SIZES)
      await withPage({ width, height }, async (page) => {
        await page.goto(server.url)
        await page.waitForFunction(() => window.annotate?.state().loading === null)
        await page.keyboard.press('Control+k')
        await page.click(`dialog >> text=${TINY.symbol}`)
        await page.waitForFunction(
          (symbol) =>
            window.annotate!.state().market?.symbol === symbol && window.annotate!.held('1m').size > 0,
          TINY.symbol,
        )
        // Off the charts: under the pointer a legend is of what lies there.
        await page.mouse.move(700, 12)
        await page.waitForSelector('#chart-1m .legend-time')
        await settle(page)
        const legend = (await page.textContent('#chart-1m .legend')) ?? ''
        expect(legend).toContain(`C${TINY.lastClose}`)
        expect(legend).toContain(`V${TINY.lastVolume}`)
        expect(await page.title()).toContain(TINY.lastClose)
        await accessibleScreenshot(page, `truth-tiny-${width}`)
      })
  }, 120_000)

  it('shows prices of 0 and below as they are, on legend, title and scale', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await page.goto(server.url)
      await page.waitForFunction(() => window.annotate?.state().loading === null)
      await page.keyboard.press('Control+k')
      await page.click(`dialog >> text=${CRUDE.symbol}`)
      await page.waitForFunction(
        (symbol) =>
          window.annotate!.state().market?.symbol === symbol && window.annotate!.held('1m').size > 0,
        CRUDE.symbol,
      )
      await page.mouse.move(700, 12)
      await page.waitForSelector('#chart-1m .legend-time')
      await settle(page)
      expect(await page.textContent('#chart-1m .legend')).toContain(`C${CRUDE.lastClose}`)
      expect(await page.title()).toContain(CRUDE.lastClose)
      const [top, bottom] = [Date.UTC(2020, 3, 20, 17, 0), Date.UTC(2020, 3, 20, 18, 59)]
      expect((await drawnAt(page, '1m', top))!.slice(1)).toEqual([18.1, 17.9, 18])
      expect((await drawnAt(page, '1m', bottom))!.slice(1)).toEqual([-36.9, -37.8, -37.63])
      await accessibleScreenshot(page, 'truth-below-zero')
    })
  }, 120_000)
})

async function pressUntilCursor(page: Page, keys: string, time: number): Promise<void> {
  await page.keyboard.press(keys)
  await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, time)
  await settle(page)
}

/** G and a typed time, without selecting what stands there: to `offset` ms from the newest second; returns the instant. */
async function goTo(page: Page, offset: number): Promise<number> {
  const { now } = (await stateOf(page, 'health'))!
  const time = Math.floor(Date.parse(now) / 1000) * 1000 + offset
  await page.keyboard.press('g')
  await page.waitForSelector('dialog[open] input:focus')
  await page.keyboard.type(new Date(time).toISOString().slice(0, 19))
  await pressUntilCursor(page, 'Enter', time)
  return time
}

/** The last candle closes at `TINY.lastClose` with `TINY.lastVolume`. */
function writeTinyPrices(file: string): void {
  const rows = Array.from({ length: 120 }, (_, i) => {
    const close = i === 119 ? 25921 : 25900 + ((i * 7) % 23)
    const [low, high] = [close - 9, close + 4]
    const prices = [close - 3, high, low, close].map((steps) => `0.00000000${String(steps).padStart(5, '0')}`)
    const volume = i === 119 ? 4_098_813_760_000 : 4_000_000_000 + i
    return [Date.UTC(2024, 7, 8, 19, i), ...prices, volume].join(',')
  })
  writeFileSync(file, ['timestamp,open,high,low,close,volume', ...rows].join('\n'))
}

/** From 18 through 0 to −37.63, a step a minute. */
function writeCrude(file: string): void {
  const rows = Array.from({ length: 120 }, (_, i) => {
    const close = i === 119 ? -37.63 : Number((18 - (55 * i) / 119).toFixed(2))
    const open = i === 0 ? 18.05 : Number((18 - (55 * (i - 1)) / 119).toFixed(2))
    const high = i === 0 ? 18.1 : i === 119 ? -36.9 : Math.max(open, close)
    return [
      Date.UTC(2020, 3, 20, 17, i),
      i === 119 ? -37 : open,
      high,
      i === 0 ? 17.9 : i === 119 ? -37.8 : close,
      close,
      10,
    ].join(',')
  })
  writeFileSync(file, ['timestamp,open,high,low,close,volume', ...rows].join('\n'))
}
