// Launches the installed Chromium for a test and keeps screenshots as artefacts.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { describe } from 'vitest'
import { findBrowser } from '../../../scripts/browser.js'
import { patient } from '../../patience.ts'
import { expectAccessible } from './accessible.ts'
import { expectStill } from './still.ts'

const executablePath = findBrowser()
const screenshots = fileURLToPath(new URL('../../../artifacts/screenshots', import.meta.url))

/** For what is to be seen on the page, on a machine of one's own, ms. */
const PATIENCE = 30_000

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** `describe` for browser tests: skipped, and so counted, where no browser is installed (`npm test` says why). */
export const describeInBrowser = describe.runIf(executablePath !== undefined)

export interface PageOptions {
  readonly width?: number
  readonly height?: number
  /** Default: `http://127.0.0.1` of no server; paths given to `page.goto` are relative to it. */
  readonly baseURL?: string
  /** Errors that the test is about: those of the console that match do not fail it. */
  readonly expected?: RegExp
  /** A finger in place of the mouse. */
  readonly hasTouch?: boolean
  /** As a newcomer's browser: the first run is shown. Default: it was put away. */
  readonly isFirst?: boolean
  /** Default: they were switched off, so that the server solves no model after each mark of a test that looks at something else. */
  readonly showsPreview?: boolean
}

let shared: Promise<Browser> | undefined

/** The browser of all files that this process runs, which takes a second of a core to begin; it ends with the process. */
async function sharedBrowser(path: string): Promise<Browser> {
  const browser = await shared?.catch(() => undefined)
  if (browser?.isConnected() === true) return browser
  return (shared = chromium.launch({ executablePath: path, args: quiet }))
}

/** For whoever does not end with its files: a process waits for the browser that it has begun. */
export async function closeBrowser(): Promise<void> {
  await (await shared?.catch(() => undefined))?.close()
}

/** Runs `work` with a page that knows of no other; afterwards fails if the page threw or logged an error. */
export async function withPage(options: PageOptions, work: (page: Page) => Promise<void>): Promise<void> {
  if (executablePath === undefined) throw new Error('No browser: use describeInBrowser.')
  const browser = await sharedBrowser(executablePath)
  const { width = 1600, height = 1000, baseURL } = options
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: options.hasTouch ?? false,
    ...(baseURL === undefined ? {} : { baseURL }),
  })
  try {
    const page = await context.newPage()
    if (options.isFirst !== true)
      await page.addInitScript(() => localStorage.setItem('annotate.first-run', 'away'))
    if (options.showsPreview !== true && options.isFirst !== true)
      await page.addInitScript(() => localStorage.setItem('annotate.preview', 'off'))
    page.setDefaultTimeout(patient(PATIENCE))
    lookNowAndThen(page)
    const problems = watchProblems(page)
    await work(page)
    const faults = problems.filter((problem) => options.expected?.test(problem) !== true)
    if (faults.length > 0) throw new Error(`The page reported errors:\n${faults.join('\n')}`)
  } finally {
    await context.close()
  }
}

/** From look to look of `waitForFunction`, ms. */
const EVERY = 50

/** Playwright looks in each frame, and so has the page make sixty a second where it would make two. */
function lookNowAndThen(page: Page): void {
  const wait = page.waitForFunction.bind(page)
  Object.assign(page, {
    waitForFunction: (is: () => unknown, of?: unknown, options?: Parameters<Page['waitForFunction']>[2]) =>
      wait(is, of, { polling: EVERY, ...options }),
  })
}

/** Writes `artifacts/screenshots/<name>.png`, once what is shown was held against the rules of accessibility and of less motion. */
export async function accessibleScreenshot(page: Page, name: string): Promise<string> {
  await expectAccessible(page, name)
  await expectStill(page, name)
  return screenshot(page, name)
}

/** Writes `artifacts/screenshots/<name>.png` and returns its path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  mkdirSync(screenshots, { recursive: true })
  const path = join(screenshots, `${name}.png`)
  await page.screenshot({ path })
  return path
}

function watchProblems(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon')) problems.push(message.text())
  })
  return problems
}
