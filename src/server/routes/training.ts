// /api/training-runs: start one, watch it, cancel it.
import type { trainingRoutes } from '../../contract/routes/training.ts'
import { idsOf } from '../../training/runs/compare-runs.ts'
import type { App } from '../app.ts'
import { withServedVenue } from '../training-scope.ts'
import type { Handlers } from '../typed.ts'
import { workersOf } from '../workers.ts'

export function trainingHandlers(app: App): Handlers<keyof typeof trainingRoutes> {
  return {
    listWorkers: async () => ({ workers: await workersOf(app.database.choice.postgres) }),
    startTrainingRun: async ({ body }) => app.training.start(await withServedVenue(app, body)),
    listTrainingRuns: async ({ query }) => ({ training_runs: await app.training.list(query) }),
    compareTrainingRuns: async ({ query }) => app.training.compare(idsOf(query.ids)),
    getTrainingRun: ({ params }) => app.training.get(params.id),
    pauseTrainingRun: ({ params }) => app.training.pause(params.id),
    resumeTrainingRun: ({ params }) => app.training.resume(params.id),
    cancelTrainingRun: ({ params }) => app.training.cancel(params.id),
  }
}
