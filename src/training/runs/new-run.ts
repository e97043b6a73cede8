// A run as it is when it was asked for: what it was told, and nothing done yet.
import { randomInt, randomUUID } from 'node:crypto'
import type { TrainingRunOut } from '../../contract/training.ts'
import type { SelectionOut, TrainingBody } from '../../contract/training-parameters.ts'
import { parseInstant, toIso, type EpochMs } from '../../core/time.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { resolveParameters } from './parameters.ts'

/**
 * @param pattern of its annotations, where they show one
 * @throws AppError `unsupported_parameter`
 */
export function newRun(
  body: TrainingBody,
  definition: ModelDefinition,
  pattern: string | null,
  now: EpochMs,
): TrainingRunOut {
  const parameters = resolveParameters(body, definition, () => randomInt(2 ** 32))
  return {
    id: randomUUID(),
    model: definition.id,
    status: 'QUEUED',
    phase: 'queued',
    current_epoch: 0,
    total_epochs: parameters.epochs,
    loss: null,
    accuracy: null,
    majority_floor: null,
    examples: 0,
    validation: null,
    validation_reason: null,
    memorised: false,
    duration_seconds: 0,
    seconds_left: null,
    test_cases: 0,
    left_out: [],
    hold_source: null,
    warnings: [],
    checkpoint: null,
    error: null,
    epochs: [],
    parameters,
    selection: selectionOf(body),
    pattern,
    warm_start: body.warm_start === undefined ? null : unknownYet(body.warm_start),
    stopped_early: null,
    queue_position: null,
    symbol: body.symbol ?? null,
    venue: body.venue ?? null,
    created_at: toIso(now),
    started_at: null,
    resumed_at: null,
    finished_at: null,
  }
}

/**
 * What of the body says which annotations, instants in one form.
 * @throws AppError `invalid_timestamp`
 */
export function selectionOf(body: TrainingBody): SelectionOut {
  const { symbol, venue, annotation_ids, tags, pattern, mixed_sources, from, to } = body
  return {
    ...(symbol === undefined ? {} : { symbol }),
    ...(venue === undefined ? {} : { venue }),
    ...(annotation_ids === undefined ? {} : { annotation_ids }),
    ...(tags === undefined ? {} : { tags }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(mixed_sources === undefined ? {} : { mixed_sources }),
    ...(from === undefined ? {} : { from: toIso(parseInstant(from, 'from')) }),
    ...(to === undefined ? {} : { to: toIso(parseInstant(to, 'to')) }),
  }
}

const NO_FIGURES = {
  test_cases: 0,
  trained_on: 0,
  loss_before: null,
  loss_after: null,
  accuracy_before: null,
  accuracy_after: null,
}

function unknownYet(checkpoint: string): NonNullable<TrainingRunOut['warm_start']> {
  return { checkpoint, old: NO_FIGURES, new: NO_FIGURES, missing: [] }
}
