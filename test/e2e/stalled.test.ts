// A server that stops answering, behind a proxy that stalls: requests end in time and with what they were for, the page says so, and goes on.
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { until } from '../patience.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { openPage, stateOf, waitForAnnotations } from './harness/charts.ts'
import { markOver } from './harness/marks.ts'
import { served } from './harness/served.ts'
import { StallingProxy } from './harness/stalling-proxy.ts'

const CASE = /^GET \/api\/test-cases\/annotation_/

const server = served()
let proxy: StallingProxy

describeInBrowser('a server that does not answer', () => {
  beforeAll(async () => {
    proxy = await StallingProxy.before(server.url)
    const now = Math.floor(Date.now() / 1000) * 1000
    await markOver(server.url, [
      { entry: now - 1_800_000, seconds: 60 },
      { entry: now - 900_000, seconds: 60 },
    ])
  }, 120_000)
  afterEach(() => proxy.letGo())
  afterAll(async () => {
    await proxy.close()
    await server.stop()
  })

  it('a request ends with its time, the page says so, and the same works once the server answers again', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openSelected(page)
      proxy.stalls = CASE
      await page.keyboard.press('v')
      await until('the request is held back', () => proxy.waiting.length === 1)
      expect(await page.textContent('dialog[open]')).toContain('Reading the test case')
      const words = await page.textContent('dialog[open] [role=alert]', { timeout: 60_000 })
      expect(words).toBe('The server has not answered within 20 s. What is shown may be old; try again.')
      await until('the connection is let go', () => proxy.ended.length === 1)
      await accessibleScreenshot(page, 'stalled-case')
      expect(await stateOf(page, 'stream')).toBe('open')
      proxy.letGo()
      await page.keyboard.press('Escape')
      await page.keyboard.press('v')
      await page.waitForSelector('.case-charts figcaption')
    })
  })

  it('a view that goes away takes its request with it, and what waits for others is not held up', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openSelected(page)
      proxy.stalls = CASE
      await page.keyboard.press('v')
      await until('the request is held back', () => proxy.waiting.length === 1)
      const began = performance.now()
      await page.keyboard.press('Escape')
      await until('the connection is let go', () => proxy.ended.length === 1)
      // Long before its time would have ended it.
      expect(performance.now() - began).toBeLessThan(15_000)
      // More views than a browser opens connections to one server.
      for (let n = 0; n < 8; n++) {
        await page.keyboard.press('v')
        await page.waitForSelector('dialog[open]')
        await until('it is asked', () => proxy.waiting.length === 1)
        await page.keyboard.press('Escape')
        await until('it is let go', () => proxy.waiting.length === 0)
      }
      expect(await stateOf(page, 'notices')).toEqual([])
      await deleteAndRestore(page)
    })
  })

  it('a change says that it may have been done, and the list is as the server has it once it answers', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      await openSelected(page)
      proxy.stalls = /^DELETE /
      await page.keyboard.press('Delete')
      await until('the request is held back', () => proxy.waiting.length === 1)
      await page.waitForFunction(
        () => window.annotate!.state().notices.some(({ text }) => text.includes('Whether it was done')),
        undefined,
        { timeout: 60_000 },
      )
      expect(proxy.ended).toHaveLength(1)
      expect(await stateOf(page, 'annotations')).toHaveLength(2)
      proxy.letGo()
      await deleteAndRestore(page)
    })
  })
})

/** The list changes by the server's event, which may come before its answer; what can be undone is known with the answer. */
async function deleteAndRestore(page: Page): Promise<void> {
  await page.keyboard.press('Delete')
  await waitForAnnotations(page, 1)
  await page.waitForSelector('.notice:has-text("Ctrl+Z restores it")')
  await page.keyboard.press('Control+z')
  await waitForAnnotations(page, 2)
}

/** The page through the proxy, the newest annotation selected. */
async function openSelected(page: Page): Promise<void> {
  await openPage(page, proxy.url)
  await waitForAnnotations(page, 2)
  await page.keyboard.press('ArrowDown')
  await page.waitForFunction(() => window.annotate!.state().selected !== null)
}
