// What the page says when there is nothing yet, when the server goes and comes back, and how tabs share one stream.
import { expect, it } from 'vitest'
import { chromium } from 'playwright-core'
import { findBrowser } from '../../scripts/browser.js'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import type { Dialog } from '../../src/web/state/app-state.ts'
import { openPage, settle, stateOf } from './harness/charts.ts'
import { startServer, type RunningServer } from './harness/server.ts'
import { served } from './harness/served.ts'

/** The key that opens each dialog where there is no mark and no checkpoint yet; null where it needs more: the tests that have it look then. */
const DIALOGS: Record<NonNullable<Dialog>, string | null> = {
  keys: '?',
  go: 'g',
  markets: 'Control+k',
  third: '5',
  fourth: '6',
  picture: 'Control+s',
  look: 'Shift+C',
  guide: 'Shift+H',
  'data-set': 'Shift+Q',
  models: null,
  backtests: null,
  case: null,
  validation: null,
  compare: null,
}

const server = served()

describeInBrowser('empty, broken and shared', () => {
  it('says what to do while there is nothing', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      expect(await page.textContent('.left')).toContain('No annotations yet.')
      expect(await page.textContent('.right')).toContain('No test cases found: create annotations first')
      await page.keyboard.press('t')
      await page.waitForSelector('.notice:has-text("No test cases found: create annotations first")')
      await page.keyboard.press('i')
      await page.waitForSelector('.notice:has-text("There is no checkpoint yet")')
      await page.click('[data-testid=tab-reviewed]')
      expect(await page.textContent('.left')).toContain('No reviewed spans yet.')
      await page.click('[data-testid=tab-misses]')
      expect(await page.textContent('.left')).toContain('Nothing to review.')
      await accessibleScreenshot(page, 'states-empty')
    })
  })

  it('opens dialogs within the rules of accessibility, in the light theme', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await page.addInitScript(() => localStorage.setItem('annotate.look', '{"theme":"light"}'))
      await openPage(page, server.url)
      for (const [name, key] of Object.entries(DIALOGS)) {
        if (key === null) continue
        await page.keyboard.press(key)
        await page.waitForSelector('dialog[open]')
        expect(await stateOf(page, 'dialog')).toBe(name)
        await settle(page)
        await accessibleScreenshot(page, `states-light-${name}`)
        await page.keyboard.press('Escape')
        await page.waitForSelector('dialog[open]', { state: 'detached' })
      }
    })
  }, 90_000)

  it('keeps to the rules of accessibility with whatever is in hand, in both themes', async () => {
    for (const theme of ['dark', 'light'])
      await withPage({ width: 1280, height: 800 }, async (page) => {
        await page.addInitScript(
          (name) => localStorage.setItem('annotate.look', `{"theme":"${name}"}`),
          theme,
        )
        await openPage(page, server.url)
        await page.keyboard.press('Shift+ArrowLeft')
        await page.keyboard.press('r')
        await page.waitForSelector('.strip:has-text("Reviewed span")')
        await accessibleScreenshot(page, `states-${theme}-span`)
        await page.keyboard.press('Escape')
        await page.keyboard.press('a')
        await page.waitForSelector('[data-testid=mark]')
        await page.keyboard.press('Shift+P')
        await page.waitForSelector('[aria-label="Stop and target"] input:focus')
        await accessibleScreenshot(page, `states-${theme}-plan`)
        await page.keyboard.press('Escape')
        await page.keyboard.press('Escape')
        await page.keyboard.press('z')
        await page.waitForSelector('[data-testid=drawing]')
        await page.keyboard.press('/')
        await page.waitForSelector('.list-search input:focus')
        await page.keyboard.type('nothing like it')
        await page.click('.list-search button:has-text("Filter")')
        await accessibleScreenshot(page, `states-${theme}-search`)
        await page.locator('#chart-1s').focus()
        await page.keyboard.press('Escape')
        await page.keyboard.press('f')
        await page.keyboard.press('h')
        await page.waitForSelector('.play')
        await accessibleScreenshot(page, `states-${theme}-one-chart`)
      })
  }, 90_000)

  it('names the library that draws the charts', async () => {
    await server.opened({}, async (page) => {
      expect(await page.locator('#chart-1s a[href*="tradingview.com"]').count()).toBe(1)
    })
  })

  it('follows the newest second, which all tabs get from one stream', async () => {
    const browser = await chromium.launch({ executablePath: findBrowser()!, args: ['--no-sandbox'] })
    try {
      const context = await browser.newContext()
      const tabs = [await context.newPage(), await context.newPage(), await context.newPage()]
      for (const tab of tabs) await openPage(tab, server.url)
      const before = (await stateOf(tabs[0]!, 'cursor')).time!
      for (const tab of tabs)
        await tab.waitForFunction((time) => window.annotate!.state().cursor.time! >= time, before + 2000)
      const metrics = await (await fetch(`${server.url}/metrics`)).text()
      const streams = /event_(?:stream_)?clients(?:\{[^}]*\})? (\d+)/.exec(metrics)?.[1]
      expect(
        streams,
        metrics
          .split('\n')
          .filter((line) => line.includes('client'))
          .join('\n'),
      ).toBe('1')
    } finally {
      await browser.close()
    }
  })

  it('shows that the server went, and goes on when it is back', async () => {
    const browser = await chromium.launch({ executablePath: findBrowser()!, args: ['--no-sandbox'] })
    let second: RunningServer | undefined
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      const first = await startServer()
      await openPage(page, first.url)
      await page.waitForSelector('[data-testid=connection]:has-text("Connected")')
      await first.stop()
      await page.waitForSelector('[data-testid=connection]:has-text("Reconnecting")')
      await accessibleScreenshot(page, 'states-reconnecting')
      second = await startServer({ port: Number(new URL(first.url).port) })
      await page.waitForSelector('[data-testid=connection]:has-text("Connected")')
      const time = (await stateOf(page, 'cursor')).time!
      await page.waitForFunction((before) => window.annotate!.state().cursor.time! > before, time)
    } finally {
      await browser.close()
      await second?.stop()
    }
  })
})
