// /api/test-cases: what is on disk, and in which state.
import { TestCaseOut, TestCasesOut } from '../../contract/annotations.ts'
import type { App } from '../app.ts'
import { answers, IdParams, type Server } from '../typed.ts'

/** Cases that one request compares with today's data; the rest are compared in the background. */
const COMPARISONS = 8

export function testCaseRoutes(server: Server, app: App): void {
  const tags = ['test cases']
  const list = { summary: 'Test cases and their states', tags, response: answers(200, TestCasesOut) }
  server.get('/api/test-cases', { schema: list }, async () => {
    const { states, pending } = await app.testCases.glance(COMPARISONS)
    return { test_cases: states, pending }
  })

  const read = {
    summary: 'One test case, whole',
    tags,
    params: IdParams,
    response: answers(200, TestCaseOut),
  }
  server.get('/api/test-cases/:id', { schema: read }, ({ params }) => app.testCases.get(params.id))
}
