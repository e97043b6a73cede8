// What a server does of what another tells: whoever sends alerts and keeps the records learns of calls, whoever answers live of what is promoted.
import type { EventName } from '../../contract/event-names.ts'
import type { CallOut } from '../../contract/live-calls.ts'
import type { ModelOut, TrainingRunOut } from '../../contract/training.ts'
import type { AlertService } from '../../alerts/alert-service.ts'
import type { ForwardService } from '../../inference/forward/forward-service.ts'
import type { InferenceService } from '../../inference/service.ts'
import type { StreamEvent } from '../event-stream.ts'
import { isValidated } from '../new-checkpoints.ts'

export interface HearingParts {
  readonly alerts: AlertService
  readonly forward: ForwardService
  readonly inference: InferenceService
  /** Resolves when checkpoints that others put there are here. */
  readonly pull: () => Promise<unknown>
  readonly isOwner: () => boolean
  readonly onFault: (error: unknown) => void
}

/** Returns what is to be told of each event of another server. */
export function hearing(parts: HearingParts): (event: StreamEvent<EventName, unknown>) => void {
  const { alerts, forward, inference, pull, isOwner, onFault } = parts
  const once = (work: () => unknown): void => void pull().then(work).catch(onFault)
  return ({ topic, payload }) => {
    if (topic === 'call' && isOwner()) {
      alerts.wake()
      if ((payload as CallOut).outcome !== 'open') forward.callEnded()
    }
    if (topic === 'model') once(() => inference.promoted(payload as ModelOut))
    if (topic === 'training') {
      const run = payload as TrainingRunOut
      const { model, checkpoint } = run
      if (isValidated(run) && checkpoint !== null) once(() => inference.restated(model, checkpoint))
    }
  }
}
