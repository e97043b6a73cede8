// The models there are.
import { cnn } from './cnn.ts'
import type { ModelDefinition } from './model.ts'

export const MODELS: readonly ModelDefinition[] = [cnn]
