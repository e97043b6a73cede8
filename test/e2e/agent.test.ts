// An agent live: its paper position beside its signals, and what its actions mean to it.
import { beforeAll, expect, it } from 'vitest'
import type { SessionOut } from '../../src/contract/inference.ts'
import { describeInBrowser, accessibleScreenshot } from './harness/browser.ts'
import { stateOf, waitForRun, waitForSignals } from './harness/charts.ts'
import { markOver, reviewOver } from './harness/marks.ts'
import { served } from './harness/served.ts'

const MINUTE = 60_000
const server = served()

describeInBrowser('an agent on the page', () => {
  beforeAll(async () => {
    const hour = Math.floor(Date.now() / 3_600_000 - 3) * 3_600_000
    const marks = [7, 27].map((minute) => ({
      entry: hour + minute * MINUTE + 13_000,
      seconds: 240,
      tags: ['breakout'],
    }))
    await markOver(server.url, marks)
    // What is around each mark: a run scores every second that is reviewed.
    for (const { entry } of marks) await reviewOver(server.url, entry - MINUTE, entry + 5 * MINUTE)
  })

  it('trains by the panel, goes live, and shows the position that the session holds', async () => {
    await server.opened({ width: 1440, height: 900 }, async (page) => {
      await page.selectOption('[data-testid=training-model]', 'dqn')
      await page.fill('label:has(span:text-is("Epochs")) input', '1')
      await page.click('#train')
      const run = await waitForRun(page, 240)
      expect(run.error).toBeNull()
      expect(run.status).toBe('COMPLETED')
      expect(await page.textContent('[data-testid=agent-figures]')).toContain('with the trader')
      await page.selectOption('.live select >> nth=0', 'dqn')
      await page.click('#infer')
      const signals = await waitForSignals(page, 4, 60)
      expect(signals.every((signal) => signal.intent !== undefined)).toBe(true)
      await page.waitForSelector('[data-testid=position]')
      const answer = await fetch(`${server.url}/api/inference-sessions`)
      const { inference_sessions: sessions } = (await answer.json()) as { inference_sessions: SessionOut[] }
      const side = sessions[0]!.position!.side
      const words = (await page.textContent('[data-testid=position]'))!
      if (side === 'FLAT') expect(words).toContain('flat')
      else expect(words).toMatch(/LONG|SHORT|flat/)
      expect((await stateOf(page, 'sessions'))[0]!.position).toBeDefined()
      await accessibleScreenshot(page, 'agent-live')
    })
  }, 400_000)
})
