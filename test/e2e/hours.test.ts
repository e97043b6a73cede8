// Hours in a zone that is half an hour off, as the page's clock shows them: of the data set's health and of backtests. And the balance saved.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it, vi } from 'vitest'
import type { BacktestDetail } from '../../src/contract/backtests.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { patient } from '../patience.ts'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'
import { accessibleScreenshot, describeInBrowser, withPage } from './harness/browser.ts'
import { openPage } from './harness/charts.ts'
import { markOver } from './harness/marks.ts'
import { served } from './harness/served.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Whole hours of UTC begin at half past there. */
const ZONE = 'Asia/Kolkata'
/** Browsers know it by either name. */
const KOLKATA = '(Kolkata|Calcutta)'
const server = served({}, (workspace) =>
  publishUntrained(workspaceAt(workspace).checkpoints, { rule: EAGER, calibration: null }),
)
const hour = Math.floor(Date.now() / HOUR - 3) * HOUR

describeInBrowser('hours of a zone, demo market', () => {
  beforeAll(async () => {
    await markOver(server.url, [
      { entry: hour + 12 * MINUTE, seconds: 120 },
      { entry: hour + 29 * MINUTE, seconds: 120 },
      { entry: hour + 30 * MINUTE, seconds: 120 },
    ])
    await backtested(hour + 27 * MINUTE, hour + 33 * MINUTE)
  })

  it('counts marks and trades by the hours that its clock shows, and saves the balance', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      const cdp = await page.context().newCDPSession(page)
      await cdp.send('Emulation.setTimezoneOverride', { timezoneId: ZONE })
      await openPage(page, server.url)
      expect(await hoursOfMarks(page, 'UTC')).toEqual([`${clockAt(hour, 'UTC')} 3`])
      await page.keyboard.press('Escape')
      await page.keyboard.press('Shift+C')
      await page.getByRole('button', { name: 'local:' }).click()
      await page.keyboard.press('Escape')
      const there = [clockAt(hour + 12 * MINUTE, ZONE), clockAt(hour + 30 * MINUTE, ZONE)]
      expect(await hoursOfMarks(page, KOLKATA)).toEqual([`${there[0]} 2`, `${there[1]} 1`].toSorted())
      await accessibleScreenshot(page, 'hours-of-marks')

      const counts = (await saved(page, 'CSV')).toString('utf8')
      expect(counts).toMatch(/^label,count\r\nLONG,/)
      const [long = 0, short = 0] = ['LONG', 'SHORT'].map((side) =>
        Number(new RegExp(`^${side},(\\d+)\r$`, 'm').exec(counts)?.[1]),
      )
      expect(long + short).toBe(3)
      const svg = (await saved(page, 'SVG')).toString('utf8')
      expect(svg).toContain('Balance of the labels')
      expect(svg).toContain(`>${long}</text>`)
      const png = await saved(page, 'PNG')
      expect(png.subarray(1, 4).toString()).toBe('PNG')
      // At twice its size, for sharp letters.
      expect(png.readUInt32BE(16)).toBe(1280)
      await page.keyboard.press('Escape')

      await page.keyboard.press('Shift+B')
      await page.waitForSelector('[data-testid=backtest-by-hour]')
      const table = page.locator('[data-testid=backtest-by-hour]')
      expect(await table.locator('thead th').first().textContent()).toMatch(
        new RegExp(`^By hour, ${KOLKATA}$`),
      )
      const names = (await table.locator('tbody th').allTextContents()).map((text) => text.trim())
      expect(names).toEqual(there.toSorted())
      await accessibleScreenshot(page, 'hours-of-trades')
    })
  })
})

/** Trades of an eager network on both sides of half past. */
async function backtested(from: number, to: number): Promise<void> {
  const address = `${server.url}/api/backtests`
  const terms = { hold_seconds: 20, target_pct: 1, stop_pct: 1 }
  const begun = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'cnn', symbol: 'ETH/USDT', from, to, ...terms }),
  })
  const { id } = (await begun.json()) as { id: string }
  const isOver = async () => {
    const backtest = (await (await fetch(`${address}/${id}`)).json()) as BacktestDetail
    return backtest.status === 'COMPLETED' && backtest
  }
  const { trades } = await vi.waitUntil(isOver, { timeout: patient(60_000), interval: 100 })
  expect(trades.length).toBeGreaterThan(2)
}

/** Of each hour of that zone with marks its name and how many. */
async function hoursOfMarks(page: Page, zone: string): Promise<string[]> {
  await page.keyboard.press('Shift+Q')
  await page.locator('.composition h3', { hasText: new RegExp(`^Hour of the entry, ${zone}`) }).waitFor()
  const texts = await page.locator('.hours .unseen').allTextContents()
  return texts.map((text) => text.replace(': ', ' ')).filter((text) => !text.endsWith(' 0'))
}

async function saved(page: Page, kind: 'PNG' | 'SVG' | 'CSV'): Promise<Buffer> {
  await page.hover('.balance .plot')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.click(`.balance .plot-saves button:text-is("${kind}")`),
  ])
  return readFile(await file.path())
}

/** `07`: the hour of an instant there. */
function clockAt(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit' }).format(instant)
}
