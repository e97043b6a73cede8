// Holds what a page shows against axe's rules: contrast, names, roles, headings, what the keyboard reaches.
import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/** Throws where a rule is broken, naming each element and why. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
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
