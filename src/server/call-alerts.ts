// Calls of live sessions told to the alerts.
import { AlertService } from '../alerts/alert-service.ts'
import type { InferenceService } from '../inference/service.ts'
import type { OpenWorkspace } from './open-workspace.ts'

/** So many of the newest calls are looked at when the server starts. */
const LOOKED_AT = 200

export function alertsOf(
  { database, clock, bus }: OpenWorkspace,
  inference: InferenceService,
  onFault: (error: unknown) => void,
): AlertService {
  const alerts = new AlertService({
    database,
    clock,
    patternOf: async (session) => (await inference.get(session)).pattern,
    recent: async () => (await inference.record.calls({ limit: LOOKED_AT })).toReversed(),
    onFault,
  })
  bus.on('call', (call) => void alerts.tell(call))
  return alerts
}
