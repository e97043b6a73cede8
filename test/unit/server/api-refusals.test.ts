// What is no request, and methods that a path does not take: answered in words, on every path there is.
import { describe, expect, it } from 'vitest'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import { described } from './described.ts'

const on = described()

describe('what is no request', () => {
  it.each([
    ['POST', '/api/annotations', { raw: '{"symbol":' }, 400, 'invalid_json'],
    ['POST', '/api/annotations', { raw: '' }, 400, 'invalid_request'],
    [
      'POST',
      '/api/annotations',
      { raw: 'symbol=1', headers: { 'content-type': 'text/plain' } },
      415,
      'invalid_content_type',
    ],
    ['POST', '/api/annotations', {}, 400, 'invalid_request'],
    [
      'POST',
      '/api/annotations',
      { raw: JSON.stringify({ notes: 'x'.repeat(2_000_000) }) },
      413,
      'body_too_large',
    ],
    ['GET', '/api/nothing', {}, 404, 'unknown_path'],
    ['DELETE', '/api/health', {}, 405, 'method_not_allowed'],
    ['PATCH', '/api/annotations', { raw: '{"symbol":' }, 405, 'method_not_allowed'],
    [
      'PUT',
      '/api/annotations',
      { raw: 'a', headers: { 'content-type': 'text/xml' } },
      405,
      'method_not_allowed',
    ],
    ['PUT', `/api/annotations/a%2Fb/restore`, {}, 405, 'method_not_allowed'],
    ['POST', '/api/annotations/', {}, 404, 'unknown_path'],
    ['POST', '/api/training-runs/', {}, 404, 'unknown_path'],
    ['POST', '/metrics', {}, 405, 'method_not_allowed'],
    ['POST', '/', {}, 404, 'unknown_path'],
  ])('%s %s is answered in words', async (method, path, options, status, code) => {
    const answer = await on.server.call<ErrorBody>(method, path, options)
    expect(answer).toMatchObject({ status, body: { error: { code } } })
    expect(answer.body.error.message.length).toBeGreaterThan(10)
  })
})

describe('a method that a path does not take', () => {
  const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']
  const taken = (path: string): string[] => {
    const own = on.api.methodsAt(path)
    return [...own, ...(own.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].toSorted()
  }

  it('is told which it takes, on every path there is', async () => {
    const paths = [...new Set(on.api.operations().map((each) => each.split(' ')[1] ?? ''))]
    expect(paths.length).toBeGreaterThan(40)
    for (const template of paths) {
      const path = template.replaceAll(/\{\w+\}/g, 'x')
      const allow = taken(path)
      for (const method of METHODS.filter((each) => !allow.includes(each))) {
        const { status, headers, body } = await on.server.call<ErrorBody>(method, path)
        expect({ status, allow: String(headers['allow']).split(', ') }, `${method} ${path}`).toEqual({
          status: 405,
          allow,
        })
        if (method !== 'HEAD') expect(body.error).toMatchObject({ code: 'method_not_allowed', allow })
      }
    }
  })

  it('OPTIONS tells it alone, and HEAD goes with GET', async () => {
    const { status, headers, text } = await on.server.call('OPTIONS', '/api/%61nnotations')
    expect({ status, allow: headers['allow'], text }).toEqual({
      status: 204,
      allow: 'GET, HEAD, OPTIONS, POST',
      text: '',
    })
    expect(headers['access-control-allow-origin']).toBeUndefined()
    expect((await on.server.call('HEAD', '/api/health')).status).toBe(200)
    expect((await on.server.call('OPTIONS', '/api/nothing')).status).toBe(404)
  })
})
