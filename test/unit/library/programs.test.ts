// What other programs import: the client of a running server, and a workspace opened beside it, as they are named in package.json.
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as clientEntry from '../../../src/client/connect.ts'
import type { ServerEvent } from '../../../src/client/connect.ts'
import { shift } from '../../../src/core/time.ts'
import type * as libraryEntry from '../../../src/library/open.ts'
import type { LibraryWorkspace } from '../../../src/library/open.ts'
import { EAGER, publishUntrained } from '../inference/checkpoint.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'

/** As another program's `import` finds them. */
const { resolve } = createRequire(import.meta.url)
const { AppError, connect } = (await import(resolve('annotate/client'))) as typeof clientEntry
const { openWorkspace } = (await import(resolve('annotate'))) as typeof libraryEntry

let server: Harness
let workspace: LibraryWorkspace
beforeAll(async () => {
  server = await startServer('demo')
  await publishUntrained(server.workspace.checkpoints, { rule: EAGER, calibration: null })
  workspace = openWorkspace(server.workspace.root)
})
afterAll(async () => {
  await workspace.close()
  await server.stop()
})

async function first<T extends ServerEvent['type']>(
  type: T,
  events: AsyncIterable<ServerEvent>,
): Promise<Extract<ServerEvent, { type: T }>> {
  for await (const event of events) if (isOf(type, event)) return event
  throw new Error(`no ${type} came`)
}

function isOf<T extends ServerEvent['type']>(
  type: T,
  event: ServerEvent,
): event is Extract<ServerEvent, { type: T }> {
  return event.type === type
}

describe('the client', () => {
  it('calls operations by their names, and throws what is refused as the server says it', async () => {
    const client = connect({ url: server.http.url })
    const { models } = await client.listModels()
    expect(models.map(({ id }) => id)).toContain('cnn')
    const refused = client.startInferenceSession({ body: { model: 'cnm', symbol: 'ETH/USDT' } })
    await expect(refused).rejects.toMatchObject({ code: 'unknown_model', status: 404 })
    await expect(refused).rejects.toBeInstanceOf(AppError)
  })

  it('says that no server answers, and where', async () => {
    const nowhere = connect({ url: 'http://127.0.0.1:9' })
    await expect(nowhere.getHealth()).rejects.toMatchObject({
      code: 'server_unreachable',
      message: expect.stringContaining('http://127.0.0.1:9') as string,
    })
  })

  it('throws what the event stream refuses, in place of trying for ever', async () => {
    const events = connect({ url: server.http.url }).events({ types: ['nothing' as 'call'] })
    await expect(events.next()).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('ends when it is told to', async () => {
    const leave = new AbortController()
    const events = connect({ url: server.http.url }).events({ types: ['call'] }, leave.signal)
    const next = events.next()
    leave.abort()
    expect(await next).toEqual({ done: true, value: undefined })
  })
})

describe('a workspace opened beside its server', () => {
  it('answers a market state with the very scores of the live second', async () => {
    const client = connect({ url: server.http.url })
    const leave = new AbortController()
    const signal = first('signal', client.events({ types: ['signal'] }, leave.signal))
    await client.startInferenceSession({ body: { model: 'cnn', symbol: 'ETH/USDT' } })
    server.clock.moveTo(shift(NOW, 1_000))
    const { data } = await signal
    leave.abort()
    const state = await workspace.marketState({ symbol: data.symbol, at: data.timestamp })
    const said = await workspace.orchestrator.cnn_model.predict(state)
    expect(said.scores).toEqual(data.scores)
    expect(said).toMatchObject({ model: 'cnn', checkpoint: '0001', confidence: null })
  })

  it('names the column of a market state that is not as expected', async () => {
    const state = await workspace.marketState({ symbol: 'ETH/USDT', at: NOW })
    const short = { ...state, ohlcv_1m: { ...state.ohlcv_1m, close: [1, 2] } }
    await expect(workspace.orchestrator.cnn_model.predict(short)).rejects.toMatchObject({
      code: 'invalid_market_state',
      field: 'ohlcv_1m.close',
    })
  })

  it('refuses what is no workspace, and a model without a checkpoint', async () => {
    expect(() => openWorkspace('/nowhere/at/all')).toThrow(/no workspace in \/nowhere\/at\/all/)
    const state = await workspace.marketState({ symbol: 'ETH/USDT', at: NOW })
    await expect(workspace.orchestrator.rl_agent.predict(state)).rejects.toMatchObject({
      code: 'no_checkpoint',
    })
  })
})
