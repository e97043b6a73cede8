// Calls of live sessions: their outcomes, what they saw, and the trader's verdict.
import { CallCountsOut, CallCountsQuery } from '../call-counts.ts'
import { CallStateOut, CallsOut, CallsQuery, CallVerdictBody, CallVerdictOut } from '../live-calls.ts'

const tag = 'inference'

export const callRoutes = {
  listCalls: {
    summary: 'Calls of live sessions with their outcomes, newest first',
    tag,
    query: CallsQuery,
    answers: { 200: CallsOut },
    errors: ['invalid_timestamp', 'unknown_call'],
  },
  countCalls: {
    summary:
      'How calls of live sessions ended, counted by confidence, band, hour, pattern or market, with intervals',
    tag,
    query: CallCountsQuery,
    answers: { 200: CallCountsOut },
    errors: ['invalid_timestamp', 'unknown_timezone'],
  },
  getCallState: {
    summary: 'What a call saw: the market state as it was known at its second, scores and thresholds',
    tag,
    answers: { 200: CallStateOut },
    errors: ['unknown_call', 'not_enough_candles', 'non_positive_price'],
  },
  judgeCall: {
    summary: 'Say what a call was: HOLD, right, or the other side',
    description:
      '`hold` makes its second a HOLD of the next training; `right` and `other_side` answer the annotation that they made at it, whose exit is where the call ended so far; null takes the verdict back.',
    tag,
    body: CallVerdictBody,
    answers: { 200: CallVerdictOut },
    errors: ['unknown_call', 'call_too_new', 'not_enough_candles', 'non_positive_price'],
  },
} as const
