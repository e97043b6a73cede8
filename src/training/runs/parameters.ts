// The parameters of a run: what was asked, else the model's defaults; and the same as a job takes them.
import { settingsFor } from '../../contract/parameters.ts'
import type { TrainingBody, TrainingParameters } from '../../contract/training-parameters.ts'
import { AppError } from '../../core/errors.ts'
import { parameterDefaults } from '../../models/defaults.ts'
import type { ModelDefinition } from '../../models/model.ts'
import type { CallTerms } from '../evaluation/choose-rule.ts'
import type { JobOptions } from '../learning/job.ts'

/**
 * @param drawSeed the seed where none was asked for
 * @throws AppError `unsupported_parameter` for what the model does not have
 */
export function resolveParameters(
  body: TrainingBody,
  { id, defaults }: Pick<ModelDefinition, 'id' | 'defaults'>,
  drawSeed: () => number,
): TrainingParameters {
  const own = parameterDefaults(defaults)
  const asked = body as Readonly<Record<string, unknown>>
  const resolved = Object.entries(own).map(([name, value]) => {
    const wanted = asked[name]
    if (wanted !== undefined && value === null) throw unsupported(id, name, own)
    return [name, wanted ?? value] as const
  })
  const parameters = { ...(Object.fromEntries(resolved) as typeof own), seed: body.seed ?? drawSeed() }
  // Without augmentation all views of an example are the same.
  return parameters.augmentation !== false || body.views !== undefined
    ? parameters
    : { ...parameters, views: 1 }
}

function unsupported(model: string, name: string, own: object): AppError {
  const known = Object.entries(own)
    .filter(([, value]) => value !== null)
    .map(([each]) => each)
  return new AppError(
    'unsupported_parameter',
    `Model ${model} has no ${name}. It takes seed, ${known.join(', ')}.`,
    { status: 422, field: name },
  )
}

/** What each job of the run is told. */
export function jobOptionsOf(parameters: TrainingParameters): JobOptions {
  const { seed, epochs, threads } = parameters
  return { ...settingsFor(['job', 'learner'], (name) => parameters[name]), seed, epochs, threads }
}

/** What its false calls may cost. */
export function callTermsOf({
  false_calls_per_hour: falseCallsPerHour,
  false_call_price: falseCallPrice,
}: Pick<TrainingParameters, 'false_calls_per_hour' | 'false_call_price'>): CallTerms {
  return { falseCallsPerHour, falseCallPrice }
}
