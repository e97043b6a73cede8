// /api/training-runs: start one, watch it, cancel it.
import { CompareQuery, RunsCompared } from '../../contract/runs-compared.ts'
import { TrainingRunOut, TrainingRunsOut } from '../../contract/training.ts'
import { TrainingBody } from '../../contract/training-parameters.ts'
import { idsOf } from '../../training/runs/compare-runs.ts'
import type { App } from '../app.ts'
import { withServedVenue } from '../training-scope.ts'
import { answers, IdParams, type Server } from '../typed.ts'

export function trainingRoutes(server: Server, app: App): void {
  const tags = ['training']
  const start = {
    summary: 'Train a model in the background, from fresh seeded weights or from a checkpoint',
    tags,
    body: TrainingBody,
    response: answers(202, TrainingRunOut),
  }
  server.post('/api/training-runs', { schema: start }, async ({ body }, reply) => {
    return reply.code(202).send(await app.training.start(await withServedVenue(app, body)))
  })

  const list = { summary: 'All runs, newest first', tags, response: answers(200, TrainingRunsOut) }
  server.get('/api/training-runs', { schema: list }, async () => ({
    training_runs: await app.training.list(),
  }))

  const compare = {
    summary: 'Runs side by side: settings, figures, loss curves, test cases',
    tags,
    querystring: CompareQuery,
    response: answers(200, RunsCompared),
  }
  server.get('/api/training-runs/compare', { schema: compare }, async ({ query }) => {
    return app.training.compare(idsOf(query.ids))
  })

  const read = { summary: 'One run', tags, params: IdParams, response: answers(200, TrainingRunOut) }
  server.get('/api/training-runs/:id', { schema: read }, ({ params }) => app.training.get(params.id))

  const pause = { ...read, summary: 'Save a run and set it aside; answers when it is saved' }
  server.post('/api/training-runs/:id/pause', { schema: pause }, ({ params }) => {
    return app.training.pause(params.id)
  })

  const resume = { ...read, summary: 'Go on with a paused or interrupted run, to the same bytes' }
  server.post('/api/training-runs/:id/resume', { schema: resume }, ({ params }) => {
    return app.training.resume(params.id)
  })

  const cancel = { ...read, summary: 'Cancel a run; what was saved of it is removed' }
  server.post('/api/training-runs/:id/cancel', { schema: cancel }, ({ params }) => {
    return app.training.cancel(params.id)
  })
}
