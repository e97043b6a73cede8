// Forward records that are brought up to now beside the server: what went wrong is told, and known until it goes right.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { systemClock } from '../../../src/core/clock.ts'
import { openDatabase } from '../../../src/core/database.ts'
import { ForwardService } from '../../../src/inference/forward/forward-service.ts'
import { inferenceMigrations } from '../../../src/inference/schema.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import { orchestratorMigrations } from '../../../src/orchestrator/schema.ts'
import { until } from '../../patience.ts'

const root = mkdtempSync(join(tmpdir(), 'annotate-forward-service-'))
const file = join(root, 'annotate.db')

afterEach(() => {
  vi.useRealTimers()
  rmSync(root, { recursive: true, force: true })
})

it('says what went wrong until it goes right', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const faults: Error[] = []
  const service = new ForwardService({
    database: { file, postgres: null },
    clock: systemClock,
    onFault: (error) => faults.push(error),
  })
  expect(service.trouble).toBeNull()
  service.start()
  vi.advanceTimersByTime(30_000)
  await until('the fault of a database without tables', () => faults.length > 0)
  expect(service.trouble).toMatch(/^forward_records: .*no such table/)

  const migrations = [...marketMigrations, ...orchestratorMigrations, ...inferenceMigrations]
  await openDatabase(file, migrations).close()
  service.callEnded()
  vi.advanceTimersByTime(5_000)
  await until('a try without a fault', () => service.trouble === null)
  expect(faults).toHaveLength(1)
  service.stop()
})
