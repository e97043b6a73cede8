// Finds a model's definition in a module of models: how a process is told which network to train.
import type { ModelDefinition } from '../../models/model.ts'

/** @param modelsModule file URL of a module that exports `MODELS`. @throws RangeError where it has no such model */
export async function loadModel(modelsModule: string, id: string): Promise<ModelDefinition> {
  const { MODELS } = (await import(modelsModule)) as { MODELS: readonly ModelDefinition[] }
  const found = MODELS.find((model) => model.id === id)
  if (found === undefined) throw new RangeError(`${modelsModule} has no model "${id}"`)
  return found
}
