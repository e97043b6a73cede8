// What the instant model has learnt, in view while one marks: without a button, after every mark, hidden and shown by a key.
import { expect, it } from 'vitest'
import { describeInBrowser, accessibleScreenshot } from './harness/browser.ts'
import { openPage, settle, stateOf } from './harness/charts.ts'
import { markOver, reviewOver } from './harness/marks.ts'
import { served } from './harness/served.ts'

const MINUTE = 60_000
const server = served()

describeInBrowser('the preview of the instant model', () => {
  it('comes by itself from two marks on, is drawn, goes with the marks, and is switched off by a key', async () => {
    const hour = Math.floor(Date.now() / 3_600_000 - 5) * 3_600_000
    await reviewOver(server.url, hour, hour + 60 * MINUTE)
    await server.opened({ width: 1440, height: 900, showsPreview: true }, async (page) => {
      const line = page.locator('[data-testid=preview]')
      const [first] = await markOver(server.url, [{ entry: hour + 10 * MINUTE + 13_000, seconds: 240 }])
      await line.filter({ hasText: 'needs more marks' }).waitFor()
      await markOver(server.url, [{ entry: hour + 40 * MINUTE + 27_000, seconds: 240 }])
      await line.filter({ hasText: /instant: \d of 2 found, \d+ false in 1 h/ }).waitFor()
      const preview = await stateOf(page, 'preview')
      expect(preview).toMatchObject({ annotations: 2, reason: null })

      await page.keyboard.press('ArrowDown')
      await page.waitForFunction(() => window.annotate!.state().selected !== null)
      await settle(page)
      await accessibleScreenshot(page, 'preview')

      await page.keyboard.press('k')
      await line.filter({ hasText: 'hidden' }).waitFor()
      expect(await stateOf(page, 'preview')).toBeNull()
      await openPage(page, server.url)
      expect(await line.textContent()).toContain('hidden')
      await page.keyboard.press('k')
      await line.filter({ hasText: 'of 2 found' }).waitFor()

      await fetch(`${server.url}/api/annotations/${first!.id}`, { method: 'DELETE' })
      await line.filter({ hasText: 'needs more marks' }).waitFor()
    })
  }, 240_000)
})
