// Nothing of the page or its dialogs is out of reach in a window of any size, on the largest screens and at 200 %.
import { expect, it } from 'vitest'
import { accessibleScreenshot, describeInBrowser } from './harness/browser.ts'
import { settle } from './harness/charts.ts'
import { outOfReach } from './harness/reach.ts'
import { served } from './harness/served.ts'

const server = served()
const DIALOGS = ['Shift+C', 'Shift+Q', 'Shift+H', 'Control+k', '?']

describeInBrowser('reach, demo market', () => {
  it.each([
    // 1440 × 900 and 1920 × 1080 at 200 %.
    [720, 450],
    [960, 540],
    [1280, 800],
    [2560, 1440],
    [3840, 2160],
  ])('holds at %i × %i', async (width, height) => {
    await server.opened({ width, height }, async (page) => {
      await settle(page)
      expect(await outOfReach(page)).toEqual([])
      for (const key of DIALOGS) {
        await page.keyboard.press(key)
        await page.waitForSelector('dialog[open]')
        expect(await outOfReach(page), key).toEqual([])
        await page.keyboard.press('Escape')
        await page.waitForSelector('dialog[open]', { state: 'detached' })
      }
      await accessibleScreenshot(page, `reach-${width}`)
    })
  })
})
