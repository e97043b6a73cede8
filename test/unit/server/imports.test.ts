// /api/imports: what came in, taken out again over HTTP while the server runs.
import { expect, it } from 'vitest'
import type { ForgottenOut, ImportOut } from '../../../src/contract/imports.ts'
import { startServer } from './harness.ts'

it('lists imports, says what taking one out would change, and takes it out', async () => {
  const server = await startServer('stored')
  try {
    const list = await server.call<{ imports: ImportOut[] }>('GET', '/api/imports')
    expect(list.body.imports).toMatchObject([{ id: 1, kind: 'candles', timeframe: '1s', state: 'kept' }])
    expect((await server.call('GET', '/api/imports?before=1')).body).toEqual({ imports: [] })
    const rows = list.body.imports[0]?.rows
    const dry = await server.call<ForgottenOut>('DELETE', '/api/imports/1?dry_run=true')
    expect(dry).toMatchObject({ status: 200, body: { dry_run: true, removed: rows, kept: 0 } })
    const candles = '/api/candles?symbol=ETH/USDT&timeframe=1s&limit=5'
    expect((await server.call<{ candles: unknown[] }>('GET', candles)).body.candles).toHaveLength(5)
    expect(await server.call('DELETE', '/api/imports/1')).toMatchObject({ body: { removed: rows } })
    expect((await server.call<{ candles: unknown[] }>('GET', candles)).body.candles).toEqual([])
    expect(await server.call('DELETE', '/api/imports/1')).toMatchObject({ status: 404 })
    expect(await server.call('DELETE', '/api/imports/x')).toMatchObject({
      status: 404,
      body: { error: { code: 'unknown_import' } },
    })
  } finally {
    await server.stop()
  }
})
