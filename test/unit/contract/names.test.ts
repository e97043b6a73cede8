// The names that users and other programs rely on (design, sections 4 and 6): a rename must not pass unseen.
import { Compile } from 'typebox/compile'
import type { TObject } from 'typebox'
import { expect, it } from 'vitest'
import * as annotations from '../../../src/contract/annotations.ts'
import * as checkpoint from '../../../src/contract/checkpoint.ts'
import * as inference from '../../../src/contract/inference.ts'
import * as liveCalls from '../../../src/contract/live-calls.ts'
import * as market from '../../../src/contract/market.ts'
import * as shapes from '../../../src/contract/shapes.ts'
import * as training from '../../../src/contract/training.ts'
import * as parameters from '../../../src/contract/training-parameters.ts'

const names = (schema: object): string[] => Object.keys((schema as TObject).properties)
const all = { annotations, checkpoint, inference, market, shapes, training, parameters }

it.each([
  [
    'a test case',
    annotations.TestCaseFile,
    'test_case_id symbol timestamp action market_state expected_outcome',
  ],
  [
    'its market state',
    annotations.TestCaseFile.properties.market_state,
    'ohlcv_1s ohlcv_1m ohlcv_1h ohlcv_1d',
  ],
  [
    'a timeframe of it',
    annotations.TestCaseFile.properties.market_state.properties.ohlcv_1s,
    'timestamps open high low close volume',
  ],
  [
    'its outcome',
    annotations.TestCaseFile.properties.expected_outcome,
    'direction profit_loss_pct entry_price exit_price holding_period_seconds',
  ],
  ['an annotation to save', annotations.AnnotationBody, 'symbol direction entry exit notes tags'],
  ['a saved annotation', annotations.AnnotationOut, 'id test_case_id entry_check warnings'],
  ['a model', training.ModelOut, 'id name checkpoints promoted trainable needs'],
  ['a run to start', parameters.TrainingBody, 'model epochs batch_size learning_rate seed annotation_ids'],
  [
    'a run',
    training.TrainingRunOut,
    'id model status current_epoch total_epochs loss accuracy validation duration_seconds test_cases left_out hold_source warnings checkpoint error',
  ],
  ['a session to start', inference.SessionBody, 'model symbol checkpoint'],
  [
    'a signal',
    inference.SignalOut,
    'timestamp emitted_at symbol venue model checkpoint action scores confidence confidence_n confidence_interval confidence_band price latency_ms call_id call_opens reason',
  ],
  [
    'a call',
    liveCalls.CallOut,
    'id session model checkpoint symbol venue action opened_at closed_at price score on confidence confidence_n confidence_interval outcome outcome_pct matched_annotation verdict',
  ],
  ['candles', market.CandlesOut, 'candles gaps'],
])('%s has the names of the design', (_, schema, expected) => {
  expect(names(schema)).toEqual(expect.arrayContaining(expected.split(' ')))
})

it.each([
  [annotations.AnnotationsOut, 'annotations'],
  [annotations.TestCasesOut, 'test_cases'],
  [annotations.ReviewedSpansOut, 'reviewed_spans'],
  [training.ModelsOut, 'models'],
  [training.TrainingRunsOut, 'training_runs'],
  [inference.SessionsOut, 'inference_sessions'],
  [inference.SignalsOut, 'signals'],
  [liveCalls.CallsOut, 'calls'],
])('a list comes in an envelope of its name', (schema, name) => {
  const [first, ...others] = names(schema)
  expect(first).toBe(name)
  // Of a page also where the next one begins.
  expect(others.filter((other) => other !== 'next')).toEqual([])
})

it('has schemas that compile, and bodies and queries that take no other field', () => {
  for (const [file, exports] of Object.entries(all)) {
    for (const [name, schema] of Object.entries(exports)) {
      if (typeof schema !== 'object') continue
      expect(() => Compile(schema), `${file} ${name}`).not.toThrow()
      const closed = (schema as { additionalProperties?: boolean }).additionalProperties
      if (/(Body|Query)$/.test(name) && name !== 'ErrorBody') expect(closed, `${file} ${name}`).toBe(false)
    }
  }
})
