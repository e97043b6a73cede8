// The machine's clock set back and forward under a real server: sessions say so and go on within seconds, health does not say that all is well.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faketime } from '../../scripts/faketime.js'
import type { SessionOut, SignalOut } from '../../src/contract/inference.ts'
import type { HealthOut } from '../../src/contract/market.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { patient, until } from '../patience.ts'
import { serveIn, type Served } from '../unit/cli/annotate.ts'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'

const { library, missing } = faketime()
if (missing !== undefined) console.warn(`Skipped: ${missing}`)

const folder = mkdtempSync(join(tmpdir(), 'annotate-clock-'))
const offset = join(folder, 'offset')
/** What this process's own clock is off by, where the tests run at another hour (`npm run test:hours`), s. */
const OWN = Number.parseInt(process.env['FAKETIME'] ?? '0', 10)

/** What the server's clock is off by from ours from now on, s. */
function setClock(seconds: number): void {
  const all = OWN + seconds
  writeFileSync(`${offset}.new`, `${all < 0 ? '' : '+'}${all}\n`)
  renameSync(`${offset}.new`, offset)
}

describe.skipIf(library === undefined)(
  'a clock that is set while a session runs',
  { timeout: 400_000 },
  () => {
    let served: Served | undefined
    let session: string
    const get = async <T>(path: string): Promise<T> =>
      (await (await fetch(`${served?.url}${path}`)).json()) as T
    const newest = async (): Promise<SignalOut> =>
      (await get<{ signals: SignalOut[] }>('/api/signals?limit=1')).signals[0]!
    const signals = async (): Promise<SignalOut[]> =>
      (await get<{ signals: SignalOut[] }>(`/api/signals?session=${session}&limit=200`)).signals.toReversed()

    beforeAll(async () => {
      setClock(0)
      const workspace = join(folder, 'workspace')
      await publishUntrained(workspaceAt(workspace).checkpoints, { rule: EAGER, calibration: null })
      const env = {
        LD_PRELOAD: library,
        // It would be asked before the file.
        FAKETIME: undefined,
        FAKETIME_TIMESTAMP_FILE: offset,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      }
      served = await serveIn(env, '--workspace', workspace, '--moments', '0')
      const answer = await fetch(`${served?.url}/api/inference-sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'cnn', symbol: 'ETH/USDT' }),
      })
      session = ((await answer.json()) as SessionOut).id
      await until('a signal', async () => (await signals()).some(({ reason }) => reason === null))
    }, 400_000)
    afterAll(async () => {
      await served?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    /** Sets the clock, and waits for so many answered seconds after it. */
    async function goesOn(seconds: number, answers: number): Promise<{ seen: SignalOut[]; ms: number }> {
      const { id } = await newest()
      const began = performance.now()
      setClock(seconds)
      const since = async (): Promise<SignalOut[]> => (await signals()).filter((signal) => signal.id > id)
      const answered = async (): Promise<number> =>
        (await since()).filter(({ reason }) => reason === null).length
      await until('the session', async () => (await answered()) >= answers, { limit: 30_000, every: 200 })
      return { seen: await since(), ms: performance.now() - began }
    }

    it.each([
      ['85 s', -85],
      ['another hour', -3685],
    ])('is said where it goes back %s, and seconds go on', async (_, by) => {
      const { seen, ms } = await goesOn(by, 5)
      expect(ms).toBeLessThan(patient(15_000))
      const instants = seen.map(({ timestamp }) => Date.parse(timestamp))
      expect(instants).toEqual(instants.toSorted((a, b) => a - b))
      expect(seen.filter(({ reason }) => reason === 'clock_went_back')).toHaveLength(1)
      const { warnings } = await get<SessionOut>(`/api/inference-sessions/${session}`)
      expect(warnings.at(-1)).toMatch(/^clock_went_back: .* set back by /)
      const health = await get<HealthOut>('/api/health')
      expect(health.status).toBe('degraded')
      expect(health.warnings.join()).toMatch(/clock_went_back/)
    })

    it('set right again is followed, and health is well again', async () => {
      await goesOn(0, 3)
      const health = await get<HealthOut>('/api/health')
      expect(health.warnings.join()).not.toMatch(/clock_went_back/)
      expect(Math.abs(Date.parse(health.now) - Date.now())).toBeLessThan(patient(3000))
    })

    it('that jumps an hour forward, as after a sleep of the machine, is caught up with in seconds', async () => {
      const { ms, seen } = await goesOn(3600, 3)
      expect(ms).toBeLessThan(patient(15_000))
      const last = seen.at(-1)!
      expect(Date.parse(last.timestamp) - Date.now()).toBeGreaterThan(3500_000)
    })
  },
)
