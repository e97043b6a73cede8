// A call of a live session on the page: it is listed, its outcome appears, and it becomes a HOLD by one key.
import type { Page } from 'playwright-core'
import { beforeAll, expect, it, vi } from 'vitest'
import type { CallOut } from '../../src/contract/live-calls.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'
import { patient } from '../patience.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { openPage, settle, stateOf } from './harness/charts.ts'
import { markOver } from './harness/marks.ts'
import { served } from './harness/served.ts'

/** Held so long: what the calls are given until they expire, seconds. */
const HELD = 5
const server = served({ keepsMoments: true }, (workspace) =>
  publishUntrained(workspaceAt(workspace).checkpoints, { rule: EAGER, calibration: null }),
)

describeInBrowser('calls on the page', () => {
  beforeAll(async () => {
    const entry = Math.floor(Date.now() / 1000 - 3600) * 1000
    await markOver(server.url, [{ entry, seconds: HELD }])
  })

  it('lists a call, tells its outcome, shows what it saw, and makes it a HOLD', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await page.keyboard.press('i')
      await page.waitForSelector('[data-testid=calls] tbody tr')
      const decided = page.locator('[data-call]:has(.outcome:not(.open))')
      await decided.first().waitFor()
      expect(await decided.first().textContent()).toMatch(/(BUY|SELL)(right|wrong|expired)[+−]?\d/)
      await page.waitForSelector('[data-testid=outcomes]')
      await settle(page)
      await accessibleScreenshot(page, 'calls-live')
      await page.waitForSelector('[data-testid=drift]:has-text("not known")')
      await page.waitForSelector('[data-testid=live-share]:has-text("live: ")')
      await page.click('[data-testid=call-counts] summary')
      await page.waitForSelector('[data-testid=live-reliability]:has-text("too few")')
      await page.selectOption('[data-testid=call-counts] select', 'market')
      await page.waitForSelector('[data-testid=call-counts] tr:has-text("ETH/USDT demo-1")')
      await settle(page)
      await accessibleScreenshot(page, 'calls-counted')
      await page.click('[data-testid=call-counts] summary')

      // One of now: the list holds the newest, and calls go on coming.
      const id = await decided.first().getAttribute('data-call')
      const row = page.locator(`[data-call="${id}"]`)
      await row.click()
      const call = (await stateOf(page, 'followed')).find((one) => one.id === id)
      const cursor = await stateOf(page, 'cursor')
      expect(cursor).toEqual({ time: Date.parse(call!.opened_at), follows: false, hidesFuture: true })
      await page.keyboard.press('Shift+X')
      await row.locator('.call-mark').waitFor()
      expect(await row.locator('.call-mark').textContent()).toContain('HOLD')
      const answer = (await (await fetch(`${server.url}/api/calls`)).json()) as { calls: CallOut[] }
      expect(answer.calls.find((one) => one.id === id)?.verdict).toBe('hold')
      await settle(page)
      await accessibleScreenshot(page, 'calls-hold')

      await page.keyboard.press('Shift+Z')
      await row.locator('.call-mark').waitFor({ state: 'detached' })
    })
  })

  it('opens the newest call by a key, and steps on to older ones than the page holds', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      const calls = async () =>
        ((await (await fetch(`${server.url}/api/calls`)).json()) as { calls: CallOut[] }).calls
      await vi.waitUntil(async () => (await calls()).length >= 3, { timeout: patient(60_000), interval: 500 })
      const running = (await stateOf(await opened(page), 'sessions')).filter(
        ({ state }) => state === 'running',
      )
      for (const { id } of running)
        await fetch(`${server.url}/api/inference-sessions/${id}/stop`, { method: 'POST' })
      const isOver = async () => (await calls()).every(({ outcome }) => outcome !== 'open')
      await vi.waitUntil(isOver, { timeout: patient(60_000), interval: 500 })
      // The page begins with one alone.
      await page.route(/api\/calls\?.*limit=2000/, (route) =>
        route.continue({ url: route.request().url().replace('limit=2000', 'limit=1') }),
      )
      await page.reload()
      await opened(page)
      const [newest, next, third] = await calls()
      expect((await stateOf(page, 'followed')).map(({ id }) => id)).toEqual([newest!.id])
      await page.keyboard.press('Shift+V')
      await page.waitForFunction((id) => window.annotate!.state().call === id, newest!.id)
      expect((await stateOf(page, 'cursor')).time).toBe(Date.parse(newest!.opened_at))
      for (const { id } of [next!, third!]) {
        await page.keyboard.press('n')
        await page.waitForFunction((wanted) => window.annotate!.state().call === wanted, id)
        await page.waitForSelector(`[data-call="${id}"][aria-selected=true]`)
      }
      await page.keyboard.press('p')
      await page.waitForFunction((id) => window.annotate!.state().call === id, next!.id)
    })
  }, 120_000)

  it('says a call to a screen reader, on the desktop and by a sound, where that is asked for', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await page.context().grantPermissions(['notifications'], { origin: server.url })
      await page.addInitScript(watchNotices)
      await openPage(page, server.url)
      const { sessions } = await page.evaluate(() => window.annotate!.state())
      if (sessions.some(({ state }) => state === 'running')) await page.keyboard.press('i')
      await page.waitForSelector('[data-testid=call-said]', { state: 'detached' })
      await page.keyboard.press('i')
      await page.click('button:text-is("Notify")')
      await page.click('button:text-is("Sound")')
      await page.waitForSelector('button[aria-pressed=true]:text-is("Notify")')
      const said = page.locator('[data-testid=call-said]')
      await page.waitForFunction(() => (window as unknown as Noticed).noticed.length > 0)
      const noticed = await page.evaluate(() => (window as unknown as Noticed).noticed)
      expect(noticed[0]).toMatch(/^(BUY|SELL) ETH\/USDT at [\d.]+, not calibrated yet$/)
      expect(await said.textContent()).toMatch(/^(BUY|SELL) ETH\/USDT/)
      await settle(page)
      await accessibleScreenshot(page, 'calls-notices')
      await page.keyboard.press('h')
      await page.waitForFunction(() => document.querySelector('[data-testid=call-said]')?.textContent === '')
      await page.reload()
      await page.waitForSelector('button[aria-pressed=true]:text-is("Sound")')
    })
  }, 120_000)
})

async function opened(page: Page): Promise<Page> {
  await openPage(page, server.url)
  return page
}

interface Noticed {
  noticed: string[]
}

/** In the page: what is shown on the desktop is shown, and remembered. */
function watchNotices(): void {
  const noticed: string[] = []
  Object.assign(window, { noticed })
  window.Notification = new Proxy(Notification, {
    construct(made, [title, options]: [string, NotificationOptions]) {
      noticed.push(title)
      return new made(title, options)
    },
  })
}
