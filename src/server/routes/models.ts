// /api/models: which models exist, their checkpoints, and which goes live.
import { ModelOut, ModelsOut, PromoteBody } from '../../contract/training.ts'
import type { App } from '../app.ts'
import { answers, IdParams, type Server } from '../typed.ts'

export function modelRoutes(server: Server, app: App): void {
  const tags = ['models']
  const list = { summary: 'Models and their checkpoints', tags, response: answers(200, ModelsOut) }
  server.get('/api/models', { schema: list }, async (): Promise<ModelsOut> => {
    return {
      models: await Promise.all((await app.orchestrator.models()).map((model) => withRuns(app, model))),
    }
  })

  const promote = {
    summary: 'Set which checkpoint goes live',
    tags,
    params: IdParams,
    body: PromoteBody,
    response: answers(200, ModelOut),
  }
  server.post('/api/models/:id/promote', { schema: promote }, async ({ params, body }) => {
    await app.orchestrator.promote(params.id, body.checkpoint)
    const model = await withRuns(app, await app.orchestrator.model(params.id))
    app.bus.emit('model', model)
    return model
  })
}

/** Names the run that made each checkpoint, where it is known here. */
async function withRuns(app: App, model: ModelOut): Promise<ModelOut> {
  const runs = (await app.training.list()).filter((run) => run.model === model.id)
  const checkpoints = model.checkpoints.map((checkpoint) => {
    const run = runs.find((each) => each.checkpoint === checkpoint.version)
    return { ...checkpoint, run_id: run?.id ?? null }
  })
  return { ...model, checkpoints }
}
