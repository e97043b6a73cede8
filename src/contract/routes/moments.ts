// The table of moments: what looks alike.
import { SimilarOut, SimilarQuery } from '../moments.ts'

export const momentRoutes = {
  findSimilar: {
    summary: 'Moments of all stored markets that look most like one, both ways up',
    description:
      'Of an `annotation`, or of a market `at` an instant. At least two minutes apart. Searched is what the table of moments holds so far: GET /api/health says how much.',
    tag: 'market',
    query: SimilarQuery,
    answers: { 200: SimilarOut },
    errors: [
      'unknown_symbol',
      'unknown_venue',
      'several_venues',
      'unknown_annotation',
      'invalid_timestamp',
      'choose_moment',
      'not_enough_candles',
      'moments_off',
      'moments_failed',
    ],
  },
} as const
