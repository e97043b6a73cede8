// The first run on an empty workspace, from the first mark to a live signal, led by its card alone; and the guide.
// With ANNOTATE_GUIDE_PICTURES=1 it makes the guide's pictures (docs/images/guide-*.png).
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { patient } from '../patience.ts'
import { describeInBrowser, accessibleScreenshot } from './harness/browser.ts'
import { settle, stateOf } from './harness/charts.ts'
import { served } from './harness/served.ts'

const server = served()

describeInBrowser('the first run', () => {
  it('leads from the first mark to a live signal, and the guide says the rest', async () => {
    await server.opened({ width: 1440, height: 900, isFirst: true }, async (page) => {
      await stepIs(page, 'mark')
      await markOne(page, 'Show me a large move')
      await stepIs(page, 'mark again')
      await markOne(page, 'Show me another move')
      await markOne(page, 'Show me another move')
      await stepIs(page, 'review')
      await page.getByRole('button', { name: 'Take half an hour around each mark' }).click()
      await page.getByRole('button', { name: 'Train the instant model' }).click()
      await stepIs(page, 'watch')
      await page.waitForSelector('[data-testid=plain-result]')
      await picture(page, 'result')
      await page.locator('.first-run').getByRole('button', { name: 'Start' }).click()
      await stepIs(page, 'done')
      await picture(page, 'live')
      const instants = (await stateOf(page, 'annotations')).map(({ entry }) => Date.parse(entry.timestamp))
      expect(new Set(instants).size).toBe(3)

      await page.getByRole('button', { name: /Open the guide/ }).click()
      await page.getByPlaceholder('Search the guide').fill('damaged doctor')
      const titles = page.locator('.dialog.guide article h3')
      expect(await titles.allTextContents()).toEqual(['When something is wrong'])
      await page.getByPlaceholder('Search the guide').fill('')
      expect(await page.locator('.dialog.guide img').count()).toBeGreaterThan(0)
      await accessibleScreenshot(page, 'guide')
      await page.keyboard.press('Escape')
      expect(await page.locator('.first-run').count()).toBe(0)
      await page.reload()
      await page.waitForFunction(() => window.annotate?.state().loading === null)
      expect(await page.locator('.first-run').count()).toBe(0)
    })
  }, 300_000)
})

async function stepIs(page: Page, step: string): Promise<void> {
  await page.waitForSelector(`.first-run[data-step="${step}"]`, { timeout: patient(90_000) })
}

/** As the card says: a move is shown, its beginning is the entry, three minutes later the exit. */
async function markOne(page: Page, button: string): Promise<void> {
  const before = (await stateOf(page, 'annotations')).length
  const at = (await stateOf(page, 'cursor')).time
  await page.getByRole('button', { name: button }).click()
  await page.waitForFunction((old) => window.annotate!.state().cursor.time !== old, at)
  await settle(page)
  await page.keyboard.press('a')
  // Its price may have to be read first: keys pressed before that would move and mark something else.
  await page.waitForFunction(() => window.annotate!.state().mark !== null)
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight')
  await page.waitForFunction(() => {
    const { mark, cursor } = window.annotate!.state()
    return mark !== null && cursor.time === mark.entry.time + 180_000
  })
  await page.keyboard.press('a')
  await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
  if (before === 0) await picture(page, 'mark')
  await page.keyboard.press('Enter')
  await page.waitForFunction((count) => window.annotate!.state().annotations.length > count, before)
}

async function picture(page: Page, name: string): Promise<void> {
  await settle(page)
  const path = fileURLToPath(new URL(`../../docs/images/guide-${name}.png`, import.meta.url))
  if (process.env['ANNOTATE_GUIDE_PICTURES'] === '1') await page.screenshot({ path })
  else await accessibleScreenshot(page, `guide-${name}`)
}
