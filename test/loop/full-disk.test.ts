// A real disk that is full, one that is read-only, and a folder of another user: named in words, nothing refused is kept, space again is enough.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HealthOut } from '../../src/contract/market.ts'
import type { ReviewedSpanOut } from '../../src/contract/annotations.ts'
import { annotate } from '../unit/cli/annotate.ts'
import { NOW, startServer, type Answer, type Harness } from '../unit/server/harness.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/annotate.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'annotate-disk-'))
const disk = join(folder, 'disk')
/** A second one: what this process has had open on the first cannot be made read-only under it. */
const other = join(folder, 'other')
const reason = mountSmall(disk) ?? mountSmall(other)
if (reason !== null) console.warn(`Skipped: a small disk cannot be mounted here (${reason}).`)

/** Why it could not be mounted; null where it is. */
function mount(...args: string[]): string | null {
  const { status, stderr, error } = spawnSync('mount', args, { encoding: 'utf8' })
  return status === 0 ? null : (error?.message ?? stderr.trim())
}

function mountSmall(path: string): string | null {
  mkdirSync(path)
  return mount('-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', path)
}

/** Takes all that is left of the disk. */
function fill(): void {
  const ballast = openSync(join(disk, 'ballast'), 'w')
  const block = Buffer.alloc(4096)
  try {
    for (;;) writeSync(ballast, block)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    closeSync(ballast)
  }
}

afterAll(() => {
  if (reason === null) execFileSync('umount', ['-l', disk, other])
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(reason !== null)('a full disk', () => {
  let server: Harness
  const temporary = process.env['TMPDIR']
  beforeAll(async () => {
    process.env['TMPDIR'] = disk
    server = await startServer('stored')
  })
  afterAll(async () => {
    await server.stop()
    if (temporary === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = temporary
  })

  const span = (n: number): Promise<Answer> => {
    const body = { symbol: 'ETH/USDT', from: NOW - 900_000 + n * 1000, to: NOW - 899_000 + n * 1000 }
    return server.call('POST', '/api/reviewed-spans', { body })
  }
  const kept = async (): Promise<number> =>
    (await server.call<{ reviewed_spans: ReviewedSpanOut[] }>('GET', '/api/reviewed-spans')).body
      .reviewed_spans.length
  const health = async (): Promise<HealthOut> => (await server.call<HealthOut>('GET', '/api/health')).body

  it('is named in the answer and by health; nothing refused is kept; space again is enough', async () => {
    expect((await span(0)).status).toBe(201)
    expect((await health()).status).not.toBe('degraded')
    fill()
    let taken = 1
    let refused = 0
    for (let n = 1; refused < 5 && n < 500; n++) {
      const { status, body } = await span(n)
      if (status === 201) taken += 1
      else {
        refused += 1
        expect({ status, body }).toMatchObject({ status: 507, body: { error: { code: 'disk_full' } } })
        expect(JSON.stringify(body)).toMatch(/disk is full.*free some space/)
      }
    }
    expect(refused).toBe(5)
    expect(await kept()).toBe(taken)
    const full = await health()
    expect(full.status).toBe('degraded')
    expect(full.warnings[0]).toMatch(/disk is full/)
    rmSync(join(disk, 'ballast'))
    expect((await span(600)).status).toBe(201)
    expect((await health()).warnings).toEqual([])
    await server.restart()
    expect(await kept()).toBe(taken + 1)
  })
})

describe.skipIf(reason !== null)('a workspace that may not be written', () => {
  it('on a read-only disk is named at the start', async () => {
    const workspace = join(other, 'read-only')
    const made = await annotate('runs', 'list', '--workspace', workspace)
    expect(made.code, made.stderr).toBe(0)
    expect(mount('-o', 'remount,ro', other)).toBeNull()
    try {
      const { code, stderr } = await annotate('serve', '--port', '0', '--workspace', join(other, 'new'))
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('[not_writable]') })
      expect(stderr).toMatch(/cannot be written.*read-only/)
      const known = await annotate('serve', '--port', '0', '--workspace', workspace)
      expect(known.stderr).toMatch(/cannot be written.*read-only.*\[not_writable\]/s)
    } finally {
      mount('-o', 'remount,rw', other)
    }
  })

  it('of another user is named at the start', () => {
    const workspace = join(folder, 'ours')
    mkdirSync(workspace, { mode: 0o755 })
    expectRefusedToNobody('serve', '--port', '0', '--workspace', workspace)
  })

  it('of another user, with a database that may be read, is called neither damaged nor a process that failed', async () => {
    const workspace = join(folder, 'ours-kept')
    mkdirSync(workspace, { mode: 0o755 })
    const made = await annotate('runs', 'list', '--workspace', workspace)
    expect(made.code, made.stderr).toBe(0)
    for (const end of ['-wal', '-shm']) rmSync(join(workspace, `annotate.db${end}`), { force: true })
    chmodSync(folder, 0o755)
    for (const verb of [['doctor'], ['annotate', 'list']])
      expectRefusedToNobody(...verb, '--workspace', workspace)
  })
})

/** A verb run by a user to whom nothing here belongs. */
function expectRefusedToNobody(...verb: string[]): void {
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, PROGRAM]
  const env = { ...process.env, TMPDIR: '/tmp' }
  const { status, stderr } = spawnSync('setpriv', [...nobody, ...verb], { encoding: 'utf8', env })
  expect(status, stderr).toBe(1)
  expect(stderr).toMatch(/cannot be written.*permissions.*\[not_writable\]/)
}
