// Live inference: sessions, what was found of them, and the signals they gave.
import { DriftOut } from '../drift.ts'
import { MismatchesOut } from '../live-checks.ts'
import {
  SessionBody,
  SessionOut,
  SessionsOut,
  SessionsQuery,
  SignalsOut,
  SignalsQuery,
} from '../inference.ts'

const tag = 'inference'
const UNKNOWN = ['unknown_inference_session'] as const

export const inferenceRoutes = {
  startInferenceSession: {
    summary: 'Start live inference: one signal a second until stopped',
    tag,
    body: SessionBody,
    answers: { 201: SessionOut },
    errors: [
      'unknown_model',
      'unknown_symbol',
      'unknown_venue',
      'no_checkpoint',
      'two_checkpoints',
      'no_challenger',
      'unknown_checkpoint',
      'broken_checkpoint',
      'self_test_failed',
      'market_not_live',
      'end_of_data',
      'too_many_sessions',
      'model_failed',
      'model_too_slow',
      'model_out_of_memory',
    ],
  },
  listInferenceSessions: {
    summary: 'Sessions, newest first: all, or a page of them',
    tag,
    query: SessionsQuery,
    answers: { 200: SessionsOut },
    errors: UNKNOWN,
  },
  getInferenceSession: { summary: 'One session', tag, answers: { 200: SessionOut }, errors: UNKNOWN },
  stopInferenceSession: {
    summary: 'Stop a session',
    tag,
    answers: { 200: SessionOut },
    errors: [...UNKNOWN, 'part_of_session'],
  },
  getDrift: {
    summary: 'How far what a session sees and says lies from what its checkpoint learnt on, in words',
    tag,
    answers: { 200: DriftOut },
    errors: UNKNOWN,
  },
  listMismatches: {
    summary: 'Seconds of which the store tells otherwise than the session saw, newest first',
    description: 'The newest 20, each with both sides.',
    tag,
    answers: { 200: MismatchesOut },
    errors: UNKNOWN,
  },
  listSignals: {
    summary: 'Signals, newest first',
    tag,
    query: SignalsQuery,
    answers: { 200: SignalsOut },
  },
} as const
