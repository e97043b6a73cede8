// The receiver of the recipe takes what we send, once, and nobody else's.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { post, type Parcel } from '../../../src/alerts/post.ts'
import { epochMs } from '../../../src/core/time.ts'
import { until } from '../../patience.ts'

const folder = mkdtempSync(join(tmpdir(), 'annotate-recipe-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('prints each delivery once, and refuses what is signed by others or long ago', async () => {
  const recipe = readFileSync(
    new URL('../../../docs/recipes/send-calls-elsewhere.md', import.meta.url),
    'utf8',
  )
  const [, program = ''] = /^ *```js receiver\.mjs\n(.*?)^ *```$/ms.exec(recipe) ?? []
  const path = join(folder, 'receiver.mjs')
  writeFileSync(path, program)
  const child = spawn(process.execPath, [path], {
    env: { ...process.env, SECRET: 'whsec_ours', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => (printed += part))
    await until('the receiver', () => /listens on \d+\n/.test(printed))
    const [first = '', port = ''] = /listens on (\d+)\n/.exec(printed) ?? []
    const call = { symbol: 'ETH/USDT', action: 'BUY', price: 2400, confidence: 71 }
    const parcel: Parcel = {
      id: 'd1',
      url: `http://127.0.0.1:${port}/`,
      secret: 'whsec_ours',
      content: JSON.stringify({ id: 'd1', type: 'call', call }),
    }
    const { signal } = new AbortController()
    const now = epochMs(Date.now())
    for (let i = 0; i < 2; i++) expect(await post(parcel, now, signal)).toEqual({ delivered: true })
    const refused = { delivered: false, error: 'it answered 401', final: false }
    expect(await post({ ...parcel, secret: 'whsec_theirs' }, now, signal)).toEqual(refused)
    expect(await post(parcel, epochMs(now - 3_600_000), signal)).toEqual(refused)
    expect(printed).toBe(`${first}call ETH/USDT BUY 2400 71\n`)
  } finally {
    child.kill()
  }
})
