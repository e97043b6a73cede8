// The table of moments: what looks alike, and what of it is HOLD all the same.
import { RejectedHoldBody, RejectedHoldOut } from '../rejected-holds.ts'
import { SimilarOut, SimilarQuery } from '../moments.ts'

export const momentRoutes = {
  findSimilar: {
    summary: 'Moments of all stored markets that look most like one, both ways up',
    description:
      'Of an `annotation`, or of a market `at` an instant; with an annotation, another market than its own is refused. At least two minutes apart. Searched is what the table of moments holds so far: GET /api/health says how much.',
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
    ],
    failures: { 503: ['moments_failed'] },
  },
  createRejectedHold: {
    summary: 'Say that a second is HOLD, however much it looks like a trade',
    description:
      'It is an example of the next training, and no suggestion comes near it. Saying it again changes nothing.',
    tag: 'annotations',
    body: RejectedHoldBody,
    answers: { 201: RejectedHoldOut },
    errors: ['unknown_symbol', 'unknown_venue', 'several_venues', 'invalid_timestamp'],
  },
  deleteRejectedHold: {
    summary: 'Take it back, also where it was the answer to a suggestion',
    tag: 'annotations',
    answers: { 200: RejectedHoldOut },
    errors: ['unknown_rejected_hold'],
  },
} as const
