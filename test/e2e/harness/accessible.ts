// Holds what a page shows against axe's rules: contrast, names, roles, headings, what the keyboard reaches.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/** Half as long as what the package's module carries of itself: each page has to read it. */
const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Throws where a rule is broken, naming each element and why. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(SOURCE)
  const { violations } = await page.evaluate(
    async (): Promise<AxeResults> =>
      await window.axe.run(document, { resultTypes: ['violations'], preload: false }),
  )
  if (violations.length === 0) return
  const said = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id} | ${node.target.join(' ')} | ${node.failureSummary ?? ''}`),
  )
  throw new Error(`${state} is not accessible:\n${said.join('\n')}`)
}

declare global {
  interface Window {
    readonly axe: typeof axe
  }
}
