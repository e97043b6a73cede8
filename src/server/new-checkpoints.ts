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
  const follow = async ({ id, model, checkpoint, status }: TrainingRunOut): Promise<void> => {
    if (checkpoint === null) return
    const isDone = status === 'COMPLETED'
    const state = `${checkpoint} ${isDone}`
    if (told.get(id) === state) return
    if (isDone) told.delete(id)
    else told.set(id, state)
    if (isDone) await inference.restated(model, checkpoint)
    bus.emit('model', await orchestrator.model(model))
  }
  bus.on('model', (model) => inference.promoted(model))
  bus.on('training', (run) => void follow(run).catch(onFault))
}
