// /api/test-cases: what is on disk, and in which state.
import type { App } from '../app.ts'
import type { Handlers } from '../typed.ts'

/** Cases that one request compares with today's data; the rest are compared in the background, and told by event. */
const COMPARISONS = 8

export function testCaseHandlers(app: App): Handlers<'listTestCases' | 'getTestCase'> {
  return {
    listTestCases: async () => ({ test_cases: (await app.testCases.glance(COMPARISONS)).states }),
    getTestCase: ({ params }) => app.testCases.get(params.id),
  }
}
