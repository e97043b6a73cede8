// A run whose end the database refuses: nobody is held up by it, and it is stored as it was once that is possible.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../../src/core/clock.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { openWorkspace } from '../../../src/server/open-workspace.ts'
import { until } from '../../patience.ts'

it('is tried again, and the queue goes on meanwhile', async () => {
  const root = mkdtempSync(join(tmpdir(), 'annotate-end-'))
  const faults: unknown[] = []
  const { database, training, close } = openWorkspace({
    workspace: workspaceAt(root),
    clock: systemClock,
    onFault: (error: unknown) => void faults.push(error),
  })
  onTestFinished(async () => {
    await training.stop()
    await close()
    rmSync(root, { recursive: true, force: true })
  })
  database.sqlite.exec(
    "CREATE TRIGGER no_end BEFORE UPDATE ON training_run WHEN NEW.status = 'FAILED' BEGIN SELECT RAISE(FAIL, 'no'); END",
  )
  // Without annotations a run fails by itself.
  const first = await training.start({ model: 'instant' })
  const second = await training.start({ model: 'instant' })
  await training.settled()
  await until('both ends', () => faults.length > 1)
  expect((await training.get(first.id)).status).toBe('RUNNING')
  expect((await training.get(second.id)).status).toBe('RUNNING')
  await expect(training.cancel(first.id)).rejects.toThrow('no')
  database.sqlite.exec('DROP TRIGGER no_end')
  expect((await training.cancel(first.id)).status).toBe('FAILED')
  expect(await training.get(second.id)).toMatchObject({ status: 'FAILED', phase: 'failed' })
})
