// A thousand marks: the page reads them a page at a time and draws what is in view; a save is one request, and every open page's list stays true.
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { AnnotationStore } from '../../src/annotation/annotation-store.ts'
import { annotationMigrations } from '../../src/annotation/schema.ts'
import { openDatabase } from '../../src/core/database.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { describeInBrowser, accessibleScreenshot, withPage } from './harness/browser.ts'
import { annotationsOf, openPage, settle, stateOf, waitForAnnotations } from './harness/charts.ts'
import { markOver } from './harness/marks.ts'
import { served, type Served } from './harness/served.ts'

const MARKS = 1050
/** So many of them have a note of their own. */
const RARE = 7
const MINUTE = 60_000
const server = served({ patience: 110_000 })

/** What the page asks of the API from now on, but for the stream and what it asks from time to time anyway. */
function requestsOf(page: Page): string[] {
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (!pathname.startsWith('/api/') || /events|markets|shown/.test(pathname)) return
    const limit = searchParams.get('limit')
    asked.push(`${request.method()} ${pathname}${limit === null ? '' : ` ${limit}`}`)
  })
  return asked
}

describeInBrowser('a thousand marks', () => {
  beforeAll(async () => {
    await markThousand(server)
  })

  it('come a page at a time, all of them, and the list draws those in view', async () => {
    await withPage({ width: 1440, height: 900 }, async (page) => {
      const asked = requestsOf(page)
      await openPage(page, server.url)
      await waitForAnnotations(page, MARKS)
      await page.waitForFunction(() => !window.annotate!.state().isReadingOlder)
      for (const path of ['annotations', 'test-cases']) {
        const read = asked.filter((one) => one.startsWith(`GET /api/${path} `))
        // More where a busy machine lost the stream meanwhile: then the lists are read again.
        expect(read.length).toBeGreaterThanOrEqual(3)
        expect(new Set(read)).toEqual(new Set([`GET /api/${path} 500`]))
      }
      const listed = await annotationsOf(page)
      expect(new Set(listed.map(({ id }) => id)).size).toBe(MARKS)
      const entries = listed.map(({ entry }) => Date.parse(entry.timestamp))
      expect(entries).toEqual(entries.toSorted((a, b) => b - a))
      expect(await page.locator('#list .row').count()).toBeLessThan(60)
      expect(await page.textContent('[data-testid=tab-annotations]')).toContain(String(MARKS))
      await page.locator('#list').evaluate((list) => list.scrollTo(0, list.scrollHeight))
      await page.waitForSelector(`#annotation-${listed.at(-1)!.id}`)
      await accessibleScreenshot(page, 'thousand-marks')
    })
  })

  it('a save among them is one request of the page, and another page hears of it without asking', async () => {
    await withPage({ width: 1440, height: 900 }, async (other) => {
      await openPage(other, server.url)
      await waitForAnnotations(other, MARKS)
      await server.opened({ width: 1440, height: 900 }, async (page) => {
        await waitForAnnotations(page, MARKS)
        await placeMark(page)
        const [asked, heard] = [requestsOf(page), requestsOf(other)]
        await page.keyboard.press('Enter')
        for (const each of [page, other]) await waitForAnnotations(each, MARKS + 1)
        const { id } = (await annotationsOf(page))[0]!
        for (const each of [page, other])
          await each.waitForFunction((of) => window.annotate!.state().testCases.has(of), id)
        await settle(page)
        expect(asked).toEqual(['POST /api/annotations'])
        expect(heard).toEqual([])
        await page.keyboard.press('Control+z')
        for (const each of [page, other]) await waitForAnnotations(each, MARKS)
        expect(asked).toEqual(['POST /api/annotations', `DELETE /api/annotations/${id}`])
        expect(await annotationsOf(page)).toEqual(await annotationsOf(other))
      })
    })
  })

  it('are searched, filtered, chosen and deleted together, and one Ctrl Z brings them back', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await waitForAnnotations(page, MARKS)
      await page.keyboard.press('/')
      await page.waitForSelector('.list-search input:focus')
      await page.keyboard.type('rare spike')
      await page.getByText(`${RARE} of ${MARKS}`, { exact: true }).waitFor()
      expect(await page.locator('#list .row').count()).toBe(RARE)
      await page.getByRole('button', { name: 'Filter' }).click()
      await page.getByLabel('Marked').selectOption('live')
      await page.getByText(`0 of ${MARKS}`, { exact: true }).waitFor()
      await page.getByLabel('Marked').selectOption('any')
      await page.getByRole('button', { name: 'Choose all shown' }).click()
      await page.getByText(`${RARE} chosen`, { exact: true }).waitFor()
      await accessibleScreenshot(page, 'list-filtered')
      await page.getByRole('button', { name: 'Tag', exact: true }).click()
      await page.keyboard.type('seldom')
      await page.keyboard.press('Enter')
      await page.waitForFunction(
        (many) =>
          window.annotate!.state().annotations.filter(({ tags }) => tags.includes('seldom')).length === many,
        RARE,
      )
      const chosen = page.getByRole('group', { name: 'Chosen annotations' })
      await chosen.getByRole('button', { name: 'Delete' }).click()
      await waitForAnnotations(page, MARKS - RARE)
      await page.getByRole('button', { name: 'Show all' }).click()
      await page.locator('#list').focus()
      await page.keyboard.press('Control+z')
      await waitForAnnotations(page, MARKS)
    })
  })

  it('have an address: copied, reloaded and gone back to, it shows the same moment', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await waitForAnnotations(page, MARKS)
      const id = (await annotationsOf(page))[0]!.id
      await page.keyboard.press('q')
      await page.locator('#list .row').nth(12).click()
      await page.waitForFunction(() => /selected=/.test(location.hash))
      const before = await standOf(page)
      await page.locator(`#annotation-${id}`).click()
      await page.waitForFunction((of) => location.hash.includes(of), id)
      await page.keyboard.press('v')
      await page.waitForFunction(() => /show=case/.test(location.hash))
      const stood = await standOf(page)
      const copied = page.url()
      await page.reload()
      await page.waitForFunction(() => window.annotate?.state().dialog === 'case')
      expect(await standOf(page)).toEqual(stood)
      await withPage({ width: 1440, height: 900 }, async (other) => {
        await openPage(other, copied)
        await other.waitForFunction(() => window.annotate?.state().dialog === 'case')
        expect(await standOf(other)).toEqual(stood)
      })
      await page.goBack()
      await page.waitForFunction(() => window.annotate!.state().dialog === null)
      await page.goBack()
      await page.waitForFunction((of) => window.annotate!.state().selected !== of, id)
      await page.waitForFunction(() => window.annotate!.state().selected !== null)
      expect(await standOf(page)).toEqual(before)
      for (let steps = 0; steps < 2; steps++) await page.goForward()
      await page.waitForFunction(() => window.annotate!.state().dialog === 'case')
      await page.waitForFunction((of) => window.annotate!.state().selected === of, id)
      expect(await standOf(page)).toEqual(stood)
    })
  })
})

/** What an address restores. */
async function standOf(page: Page): Promise<unknown> {
  await settle(page)
  return page.evaluate(() => {
    const { cursor, selected, dialog } = window.annotate!.state()
    const { from, to } = window.annotate!.visible('1m')!
    return { cursor, selected, dialog, seconds: [from, to].map((at) => Math.round(at / 60_000)) }
  })
}

/** An entry at the cursor and an exit five seconds later, in hand. */
async function placeMark(page: Page): Promise<void> {
  const { now } = (await stateOf(page, 'health'))!
  const entry = Math.floor(Date.parse(now) / 1000) * 1000 - 4 * MINUTE
  await page.keyboard.press('g')
  await page.waitForSelector('dialog[open] input:focus')
  await page.keyboard.type(new Date(entry).toISOString().slice(0, 19))
  await page.keyboard.press('Enter')
  await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, entry)
  await settle(page)
  await page.keyboard.press('a')
  await page.waitForFunction(() => window.annotate!.state().mark !== null)
  for (let n = 1; n <= 5; n++) {
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction((at) => window.annotate!.state().cursor.time === at, entry + n * 1000)
    await settle(page)
  }
  await page.keyboard.press('a')
  await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
}

/** One mark made over HTTP, and copies of its row a minute apart before it: what the lists are about, without a thousand saves. */
async function markThousand({ url, workspace }: Served): Promise<void> {
  const now = Math.floor(Date.now() / 1000) * 1000
  const [made] = await markOver(url, [{ entry: now - 10 * MINUTE, seconds: 30 }])
  const database = openDatabase(workspaceAt(workspace).database, annotationMigrations)
  try {
    const store = new AnnotationStore(database)
    const row = (await store.find(made!.id))!
    for (let n = 1; n < MARKS; n++) {
      const [entry_time, exit_time] = [row.entry_time - n * MINUTE, row.exit_time - n * MINUTE]
      const notes = n <= RARE ? 'a rare spike' : row.notes
      await store.insert({ ...row, id: randomUUID(), entry_time, exit_time, notes })
    }
  } finally {
    await database.close()
  }
}
