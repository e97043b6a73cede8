// What the server and the training process tell each other, checked on arrival.
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { TrainingRunOut } from '../contract/training.ts'

/** What a run reports about itself while it goes on and when it is over. */
export const RunPatch = Type.Partial(
  Type.Pick(TrainingRunOut, [
    'phase',
    'current_epoch',
    'loss',
    'accuracy',
    'majority_floor',
    'examples',
    'validation',
    'validation_reason',
    'memorised',
    'seconds_left',
    'test_cases',
    'left_out',
    'hold_source',
    'warnings',
    'checkpoint',
    'epochs',
    'symbol',
    'venue',
  ]),
)
export type RunPatch = Static<typeof RunPatch>

const Failure = Type.Object({ code: Type.String(), message: Type.String() })

export const FromWorker = Type.Union([
  Type.Object({ kind: Type.Literal('update'), patch: RunPatch }),
  /** `detail` goes into the run's result file as it is. */
  Type.Object({
    kind: Type.Literal('completed'),
    patch: RunPatch,
    detail: Type.Record(Type.String(), Type.Unknown()),
  }),
  Type.Object({ kind: Type.Literal('failed'), patch: RunPatch, error: Failure }),
])
export type FromWorker = Static<typeof FromWorker>

export const ToWorker = Type.Union([
  Type.Object({
    kind: Type.Literal('start'),
    workspace: Type.String(),
    /** File URL of the module whose `MODELS` hold the model. */
    modelsModule: Type.String(),
    model: Type.String(),
    selection: Type.Object({
      symbol: Type.Optional(Type.String()),
      venue: Type.Optional(Type.String()),
      annotation_ids: Type.Optional(Type.Array(Type.String())),
    }),
    epochs: Type.Integer(),
    parameters: TrainingRunOut.properties.parameters,
    /** Processes that train at the same time; the number of cores by default. */
    parallel: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  Type.Object({ kind: Type.Literal('cancel') }),
])
export type ToWorker = Static<typeof ToWorker>

const fromWorker = Compile(FromWorker)
const toWorker = Compile(ToWorker)

/** @throws TypeError naming the field at fault: the two processes are not of the same version. */
export function parseFromWorker(message: unknown): FromWorker {
  if (fromWorker.Check(message)) return message
  throw new TypeError(`message of the training process: ${faultOf(fromWorker.Errors(message))}`)
}

/** @throws TypeError naming the field at fault. */
export function parseToWorker(message: unknown): ToWorker {
  if (toWorker.Check(message)) return message
  throw new TypeError(`message to the training process: ${faultOf(toWorker.Errors(message))}`)
}

function faultOf(errors: readonly { instancePath: string; message: string }[]): string {
  const [first] = errors
  return first === undefined ? 'not as expected' : `${first.instancePath || 'it'} ${first.message}`
}
