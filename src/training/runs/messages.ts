// What the server and the training process tell each other, checked on arrival.
import Type, { type Static } from 'typebox'
import { TrainingRunOut } from '../../contract/training.ts'
import { SelectionOut } from '../../contract/training-parameters.ts'
import { Checker } from '../../core/checker.ts'

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
    'trading',
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
    'pattern',
    'warm_start',
    'stopped_early',
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
  Type.Object({ kind: Type.Literal('paused') }),
  /** A process of the run is gone; it goes on from what was saved. */
  Type.Object({ kind: Type.Literal('interrupted'), how: Type.String() }),
])
export type FromWorker = Static<typeof FromWorker>

export const ToWorker = Type.Union([
  Type.Object({
    kind: Type.Literal('start'),
    workspace: Type.String(),
    /** `DatabaseChoice`. */
    database: Type.Object({ file: Type.String(), postgres: Type.Union([Type.String(), Type.Null()]) }),
    /** File URL of the module whose `MODELS` hold the model. */
    modelsModule: Type.String(),
    model: Type.String(),
    selection: SelectionOut,
    pattern: Type.Union([Type.String(), Type.Null()]),
    /** Version of the checkpoint to begin from. */
    warm_start: Type.Union([Type.String(), Type.Null()]),
    parameters: TrainingRunOut.properties.parameters,
    /** The run's own folder, where it is saved and where it goes on. */
    state: Type.String(),
    /** What was reported before it was paused or interrupted. */
    earlier: TrainingRunOut.properties.epochs,
    /** The version that an earlier process of it published; null where none did. */
    checkpoint: TrainingRunOut.properties.checkpoint,
    /** Processes that train at the same time; the number of cores by default. */
    parallel: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  Type.Object({ kind: Type.Literal('cancel') }),
  /** Saves everything at the end of the pieces that are being worked on, and ends. */
  Type.Object({ kind: Type.Literal('pause') }),
])
export type ToWorker = Static<typeof ToWorker>

const fromWorker = new Checker(FromWorker)
const toWorker = new Checker(ToWorker)

/** @throws TypeError naming the field at fault: the two processes are not of the same version. */
export function parseFromWorker(message: unknown): FromWorker {
  if (fromWorker.check(message)) return message
  throw new TypeError(`message of the training process: ${faultOf(fromWorker.faults(message))}`)
}

/** @throws TypeError naming the field at fault. */
export function parseToWorker(message: unknown): ToWorker {
  if (toWorker.check(message)) return message
  throw new TypeError(`message to the training process: ${faultOf(toWorker.faults(message))}`)
}

function faultOf(errors: readonly { instancePath: string; message: string }[]): string {
  const [first] = errors
  return first === undefined ? 'not as expected' : `${first.instancePath || 'it'} ${first.message}`
}
