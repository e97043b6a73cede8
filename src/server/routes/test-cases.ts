// /api/test-cases: what is on disk, and in which state.
import { isPage } from '../../annotation/pages.ts'
import type { App } from '../app.ts'
import { marketFilter } from '../market-filter.ts'
import type { Handlers } from '../typed.ts'

/** Cases that one request compares with today's data; the rest are compared in the background, and told by event. */
const COMPARISONS = 8

export function testCaseHandlers(app: App): Handlers<'listTestCases' | 'getTestCase'> {
  return {
    async listTestCases({ query }) {
      const market = marketFilter(query, app.provider.status().market)
      const filter = Object.keys(market).length === 0 ? {} : { market }
      if (!isPage(query)) return { test_cases: (await app.testCases.glance(COMPARISONS, filter)).states }
      const { rows, next } = await app.testCases.page(filter, query, COMPARISONS)
      return { test_cases: rows, next }
    },
    getTestCase: ({ params }) => app.testCases.get(params.id),
  }
}
