// The loop on recorded data: the replay's clock, marks on real candles, training, a signal every second of data.
import { existsSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import {
  annotationsOf,
  clickCandle,
  drawnAt,
  openPage,
  settle,
  stateOf,
  waitForAnnotations,
  waitForRun,
  waitForSignals,
} from './harness/charts.ts'
import { runVerb, startServer, temporaryWorkspace, type RunningServer } from './harness/server.ts'

const data = fileURLToPath(new URL('../../../shared/data', import.meta.url))
const hasData = existsSync(`${data}/trades/binance-ETHUSDT-2024-08-08.csv.gz`)
if (!hasData)
  console.warn('Skipped: test/e2e/replay needs the recorded data in ../shared/data, which is absent.')

const midnight = Date.UTC(2024, 7, 9)
let server: RunningServer
let workspace: string

const describeWithData = hasData ? describeInBrowser : describe.skip

describeWithData('the loop on recorded Binance ETH/USDT, replayed', () => {
  beforeAll(async () => {
    workspace = temporaryWorkspace()
    const market = ['--symbol', 'ETH/USDT', '--venue', 'binance']
    await runVerb(workspace, [
      'import',
      'trades',
      `${data}/trades/binance-ETHUSDT-2024-08-08.csv.gz`,
      ...market,
    ])
    for (const [file, timeframe] of [
      ['binance-ETHUSDT-1m-2024', '1m'],
      ['binance-ETHUSDT-1h', '1h'],
      ['binance-ETHUSDT-1d', '1d'],
    ] as const)
      await runVerb(workspace, [
        'import',
        'candles',
        `${data}/candles/${file}.csv.gz`,
        ...market,
        '--timeframe',
        timeframe,
      ])
    server = await startServer({
      workspace,
      args: [
        '--source',
        'replay',
        '--symbol',
        'ETH/USDT',
        '--venue',
        'binance',
        '--from',
        '2024-08-09T00:00:00Z',
      ],
    })
  })
  afterAll(async () => {
    await server.stop()
    rmSync(workspace, { recursive: true, force: true })
  })

  it('shows the recorded market at the replay’s clock, and says where no test case can stand', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, server.url)
      expect(await page.textContent('.top-market')).toContain('REPLAY')
      expect(await page.locator('.badge.simulated').count()).toBe(0)
      const { time } = await stateOf(page, 'cursor')
      expect(time! - midnight).toBeLessThan(120_000)
      expect(time! - midnight).toBeGreaterThanOrEqual(0)
      // 23:59 of the recording, from the trades: open, high, low, close of the last minute of the day.
      const minute = await drawnAt(page, '1m', midnight - 60_000)
      const seconds: number[][] = []
      for (let second = midnight - 60_000; second < midnight; second += 1000)
        seconds.push((await drawnAt(page, '1s', second))!)
      expect(minute![1]).toBe(Math.max(...seconds.map((row) => row[1]!)))
      expect(minute![2]).toBe(Math.min(...seconds.map((row) => row[2]!)))
      expect(minute![3]).toBe(seconds.at(-1)![3])
      await accessibleScreenshot(page, 'replay-first')
    })
  })

  it('marks recorded candles, trains, and gives one signal a second of data', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, server.url)
      for (const key of ['1', '-', '-', '-']) await page.keyboard.press(key)
      for (const [index, second] of [-180, -140, -100, -60].entries()) {
        await goTo(page, midnight + second * 1000)
        await clickCandle(page, '1s', midnight + second * 1000)
        await page.waitForFunction(() => window.annotate!.state().mark !== null)
        await clickCandle(page, '1s', midnight + (second + 25) * 1000)
        await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
        await page.keyboard.press('Enter')
        await waitForAnnotations(page, index + 1)
      }
      for (const one of await annotationsOf(page)) {
        expect(one.entry_check.reachable).toBe(true)
        expect(one.holding_period_seconds).toBe(25)
      }
      await accessibleScreenshot(page, 'replay-marks')
      await page.fill('label:has-text("Epochs") input', '2')
      await page.keyboard.press('Escape')
      await page.keyboard.press('t')
      const run = await waitForRun(page, 240)
      expect(run.status).toBe('COMPLETED')
      expect(run.venue).toBe('binance')
      await page.keyboard.press('i')
      const signals = await waitForSignals(page, 5, 60)
      const seconds = signals.map((signal) => Date.parse(signal.timestamp))
      seconds.slice(1).forEach((second, i) => expect(second - seconds[i]!).toBe(1000))
      expect(new Set(signals.map((signal) => signal.venue))).toEqual(new Set(['binance']))
      await settle(page)
      await accessibleScreenshot(page, 'replay-live')
      await page.keyboard.press('i')
    })
  }, 420_000)

  it('lets a stored time after the replay’s clock be annotated', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openPage(page, server.url)
      await goTo(page, midnight + 290_000)
      await page.waitForFunction((time) => window.annotate!.drawn('1s', time) !== null, midnight + 289_000)
    })
  })
})

async function goTo(page: Parameters<typeof openPage>[0], time: number): Promise<void> {
  await page.keyboard.press('g')
  await page.fill('dialog input', new Date(time).toISOString().slice(0, 19))
  await page.keyboard.press('Enter')
  await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, time)
  await settle(page)
}
