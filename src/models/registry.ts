// The models there are.
import { cnn } from './cnn.ts'
import { cobRl } from './cob-rl.ts'
import { dqn } from './dqn.ts'
import { instant } from './instant.ts'
import type { ModelDefinition } from './model.ts'
import { transformer } from './transformer.ts'

export const MODELS: readonly ModelDefinition[] = [cnn, dqn, transformer, cobRl, instant]
