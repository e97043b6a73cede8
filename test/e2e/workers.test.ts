// The line that says who does jobs of trainings beside the server, on a real PostgreSQL with a real worker.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { epochMs, MINUTE, toIso } from '../../src/core/time.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { SIZES } from '../long.ts'
import { until } from '../patience.ts'
import { onPostgresAlone, type Place } from '../postgres/each-database.ts'
import { startWorker } from '../postgres/worker.ts'
import { NOW } from '../unit/server/harness.ts'
import { fill } from '../unit/server/small-market.ts'
import { accessibleScreenshot, describeInBrowser, withPage } from './harness/browser.ts'
import { openPage, settle, stateOf } from './harness/charts.ts'
import { markOver } from './harness/marks.ts'
import { startServer, temporaryWorkspace, type RunningServer } from './harness/server.ts'

const LINE = '[data-testid=workers]'

describeInBrowser('workers on the page', () => {
  onPostgresAlone((newPlace) => {
    let place: Place
    let workspace: string
    let server: RunningServer
    let worker: ChildProcess | undefined

    beforeAll(async () => {
      place = await newPlace()
      workspace = temporaryWorkspace()
      await fill(workspaceAt(workspace))
      const replay = ['--source', 'replay', '--symbol', 'ETH/USDT', '--from', toIso(epochMs(NOW - MINUTE))]
      server = await startServer({ workspace, args: [...replay, '--database', place.url] })
      const marks = [25, 10].map((minutes) => ({ entry: NOW - minutes * MINUTE, seconds: 60 }))
      await markOver(server.url, marks)
    })
    afterAll(async () => {
      worker?.kill('SIGKILL')
      await server.stop()
      await place.ask(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS ${place.schema}_jobs CASCADE`)
      await place.remove()
      rmSync(workspace, { recursive: true, force: true })
    })

    async function workerElsewhere(): Promise<ChildProcess> {
      const child = startWorker({ url: place.url, workspace: `${workspace}/elsewhere`, processes: 2 })
      await until('the worker to be there', async () => (await countOver()) === 1)
      return child
    }

    async function countOver(): Promise<number> {
      const { workers } = (await (await fetch(`${server.url}/api/workers`)).json()) as { workers: unknown[] }
      return workers.length
    }

    it('is not there without workers; says which machine does which training; and goes with them', async () => {
      await withPage({ width: 1440, height: 900 }, async (page) => {
        await openPage(page, server.url)
        expect(await page.locator(LINE).count()).toBe(0)
        worker = await workerElsewhere()
        await page.fill('label:has(span:text-is("Epochs")) input', '400')
        await page.click('#train')
        await page.waitForSelector(`${LINE} li:has-text("checkpoint")`)
        expect(await page.textContent(`${LINE} summary`)).toMatch(/^1 worker, [12] of 2 processes busy$/)
        expect(await page.textContent(`${LINE} li`)).toContain(`${hostname()} `)
        for (const [width, height] of SIZES) {
          await page.setViewportSize({ width, height })
          await settle(page)
          await accessibleScreenshot(page, `training-workers-${width}`)
        }
        await page.click('#cancel-training')
        await page.waitForFunction(() => window.annotate!.state().runs[0]!.status === 'CANCELLED')
        worker.kill('SIGTERM')
        await once(worker, 'exit')
        await page.reload()
        await page.waitForSelector('[data-testid=training-pattern], #train')
        await page.waitForFunction(() => window.annotate!.state().loading === null)
        expect(await stateOf(page, 'workers')).toEqual([])
        expect(await page.locator(LINE).count()).toBe(0)
      })
    })
  })
})
