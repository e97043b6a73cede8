// /api/models: which models exist, their checkpoints, and which goes live; a user's own file comes in.
import type { ModelOut } from '../../contract/training.ts'
import { parseInstant } from '../../core/time.ts'
import { forwardOut } from '../../inference/forward/forward-out.ts'
import { CUSTOM } from '../../orchestrator/custom/custom.ts'
import { importModel } from '../../orchestrator/custom/import-model.ts'
import type { App } from '../app.ts'
import { lineageOf } from '../lineage.ts'
import type { Handlers } from '../typed.ts'

type ModelOperation =
  | 'listModels'
  | 'promoteCheckpoint'
  | 'rollBackModel'
  | 'getModelHistory'
  | 'getForwardRecord'
  | 'compareCheckpoints'
  | 'setAlias'
  | 'noteCheckpoint'
  | 'getLineage'
  | 'importModel'

export function modelHandlers(app: App): Handlers<ModelOperation> {
  return {
    async listModels() {
      const models = (await app.orchestrator.models()).map((model) => withRuns(app, model))
      return { models: await Promise.all(models) }
    },
    async promoteCheckpoint({ params, body }) {
      const { checkpoint, reason, ...terms } = body
      await app.orchestrator.promote(params.id, checkpoint, reason, terms)
      return told(app, params.id)
    },
    async rollBackModel({ params, query }) {
      await app.orchestrator.rollBack(params.id, query.pattern)
      return told(app, params.id)
    },
    async getModelHistory({ params, query }) {
      const { at, pattern } = query
      if (at !== undefined) return app.orchestrator.liveAt(params.id, parseInstant(at, 'at'), pattern)
      return { promotions: await app.orchestrator.history(params.id, pattern) }
    },
    getForwardRecord: async ({ params, query }) =>
      forwardOut(await app.orchestrator.forward(params.id, query.checkpoint, query.pattern)),
    compareCheckpoints: ({ params, query }) =>
      app.orchestrator.compare(params.id, query.candidate, query.against),
    async setAlias({ params, body }) {
      await app.orchestrator.setAlias(params.id, params.alias, body.checkpoint, body.pattern)
      return told(app, params.id)
    },
    async noteCheckpoint({ params, body }) {
      await app.orchestrator.setNote(params.id, params.checkpoint, body.note)
      return told(app, params.id)
    },
    getLineage: ({ params, query }) => lineageOf(app, params.id, params.checkpoint, query),
    async importModel({ query, body }) {
      await importModel({
        checkpoints: app.checkpoints,
        file: query.name,
        onnx: body,
        ...(query.on === undefined ? {} : { on: query.on }),
      })
      return app.orchestrator.model(CUSTOM)
    },
  }
}

/** The model as it is now, which everybody who looks at it is told. */
async function told(app: App, id: string): Promise<ModelOut> {
  const model = await withRuns(app, await app.orchestrator.model(id))
  app.bus.emit('model', model)
  return model
}

/** Names the run that made each checkpoint, where it is known here. */
async function withRuns(app: App, model: ModelOut): Promise<ModelOut> {
  const runs = await app.training.runsByCheckpoint(model.id)
  const checkpoints = model.checkpoints.map((checkpoint) => {
    return { ...checkpoint, run_id: runs.get(checkpoint.version) ?? null }
  })
  return { ...model, checkpoints }
}
