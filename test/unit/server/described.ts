// A server on the demo market whose every answer must be what its OpenAPI says.
import { afterAll, beforeAll, expect } from 'vitest'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import { startServer, type Answer, type CallOptions, type Harness } from './harness.ts'
import { OpenApi } from './openapi.ts'

export interface Described {
  /** Both are there once the tests begin. */
  readonly server: Harness
  readonly api: OpenApi
  /** A call whose answer is held against OpenAPI. */
  call<T>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>
  /** Of a call that fails: the error and its status. */
  failure(
    method: string,
    path: string,
    options?: CallOptions,
  ): Promise<ErrorBody['error'] & { status: number }>
}

/** Started before the tests of a file, stopped after them. */
export function described(): Described {
  let running: { server: Harness; api: OpenApi } | undefined
  beforeAll(async () => {
    const server = await startServer('demo')
    running = { server, api: new OpenApi((await server.call<object>('GET', '/api/openapi.json')).body) }
  })
  afterAll(() => running?.server.stop())
  const there = () => {
    if (running === undefined) throw new Error('The server runs once the tests begin.')
    return running
  }
  const call = async <T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> => {
    const { server, api } = there()
    const answer = await server.call<T>(method, path, options)
    expect(api.faults(method, path, answer.status, answer.body)).toEqual([])
    return answer
  }
  return {
    get server() {
      return there().server
    },
    get api() {
      return there().api
    },
    call,
    failure: async (method, path, options) => {
      const { status, body } = await call<ErrorBody>(method, path, options)
      return { ...body.error, status }
    },
  }
}
