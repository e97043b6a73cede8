// What a file of browser tests stands on: a server of its own, started before them and stopped after, and pages opened at it.
import { rmSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { withPage, type PageOptions } from './browser.ts'
import { openPage } from './charts.ts'
import { startServer, temporaryWorkspace, type RunningServer, type ServerOptions } from './server.ts'

export interface Served {
  /** Of the server, no slash at the end; known once the tests begin. */
  readonly url: string
  readonly workspace: string
  /** As `withPage`, with a page of the server whose four charts hold candles. */
  opened(options: PageOptions, work: (page: Page) => Promise<void>): Promise<void>
  stop(): Promise<void>
  /** Again where it was stopped: the same workspace, the same port. */
  start(): Promise<void>
}

/** Called once a file, where its tests are written. `fill` fills the workspace before the server starts. */
export function served(
  options: Omit<ServerOptions, 'workspace'> = {},
  fill?: (workspace: string) => Promise<unknown>,
): Served {
  const workspace = temporaryWorkspace()
  let server: RunningServer | undefined
  const running = (): RunningServer => {
    if (server === undefined) throw new Error('The server runs once the tests begin.')
    return server
  }
  beforeAll(async () => {
    await fill?.(workspace)
    server = await startServer({ ...options, workspace })
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(workspace, { recursive: true, force: true })
  })
  return {
    get url() {
      return running().url
    },
    workspace,
    opened: (page, work) =>
      withPage(page, async (one) => {
        await openPage(one, running().url)
        await work(one)
      }),
    stop: async () => void (await running().stop()),
    start: async () => {
      server = await startServer({ ...options, workspace, port: Number(new URL(running().url).port) })
    },
  }
}
