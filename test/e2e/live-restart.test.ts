// A live session on the page over a restart of the server: the panel shows it running again, and says in words when nobody answered.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'
import { describeInBrowser, accessibleScreenshot } from './harness/browser.ts'
import { stateOf, waitForSignals } from './harness/charts.ts'
import { served } from './harness/served.ts'

const server = served({}, (workspace) =>
  publishUntrained(join(workspace, 'models', 'checkpoints'), { rule: EAGER, calibration: null }),
)
/** A page that loses its server logs each try. */
const expected = /Failed to load resource|ERR_|net::/

describeInBrowser('a live session', () => {
  it('is shown going on after the server was stopped and started, with the gap in words', async () => {
    await server.opened({ width: 1440, height: 900, expected }, async (page) => {
      await page.click('#infer')
      await waitForSignals(page, 3, 60)
      const [before] = await stateOf(page, 'sessions')
      await server.stop()
      await page.waitForFunction(() => window.annotate!.state().stream === 'reconnecting')
      await page.waitForTimeout(5000)
      await server.start()
      const words = await page.textContent('[data-testid=session-gap]', { timeout: 60_000 })
      expect(words).toMatch(/^No server answered from .* missed\); the session went on\.$/)
      expect(await page.textContent('.live .live-dot')).toBe('running')
      const [now, ...others] = await stateOf(page, 'sessions')
      expect(others).toEqual([])
      expect(now).toMatchObject({ id: before!.id, state: 'running', started_at: before!.started_at })
      const { signals: had } = now!
      await waitForSignals(page, had + 2, 60)
      const signals = await stateOf(page, 'signals')
      expect(new Set(signals.map(({ timestamp }) => timestamp)).size).toBe(signals.length)
      expect(new Set(signals.map(({ session }) => session))).toEqual(new Set([before!.id]))
      await accessibleScreenshot(page, 'live-restarted')
    })
  }, 240_000)
})
