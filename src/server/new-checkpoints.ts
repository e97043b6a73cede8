// What follows when a training publishes a checkpoint, and when it is validated: the models are told anew, live sessions take its thresholds, those of all patterns what is promoted.
import type { TrainingRunOut } from '../contract/training.ts'
import type { InferenceService } from '../inference/service.ts'
import type { OpenWorkspace } from './open-workspace.ts'

/** @param onFault told of what went wrong; the run is as it is */
export function followCheckpoints(
  { bus, orchestrator }: Pick<OpenWorkspace, 'bus' | 'orchestrator'>,
  inference: Pick<InferenceService, 'restated' | 'promoted'>,
  onFault: (error: unknown) => void,
): void {
  const told = new Map<string, string>()
  const follow = async (run: TrainingRunOut): Promise<void> => {
    const { id, model, checkpoint } = run
    if (checkpoint === null) return
    const state = `${checkpoint} ${isValidated(run)}`
    const isTold = told.get(id) === state
    if (run.status === 'COMPLETED') told.delete(id)
    else told.set(id, state)
    if (isTold) return
    if (isValidated(run)) await inference.restated(model, checkpoint)
    bus.emit('model', await orchestrator.model(model))
  }
  bus.on('model', (model) => inference.promoted(model))
  bus.on('training', (run) => void follow(run).catch(onFault))
}

/** Its checkpoint has the thresholds that it keeps; what it is compared with may follow. */
export function isValidated({ status, validation }: TrainingRunOut): boolean {
  return status === 'COMPLETED' || validation !== null
}
