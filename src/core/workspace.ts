// Where everything lies on disk (design, section 3).
import { join, resolve } from 'node:path'

/** Absolute paths of one workspace. */
export interface Workspace {
  root: string
  database: string
  testCases: string
  trainingResults: string
  checkpoints: string
}

/** The layout under `root`; nothing is created here. */
export function workspaceAt(root: string): Workspace {
  const absolute = resolve(root)
  return {
    root: absolute,
    database: join(absolute, 'annotate.db'),
    testCases: join(absolute, 'ANNOTATE', 'data', 'test_cases'),
    trainingResults: join(absolute, 'ANNOTATE', 'data', 'training_results'),
    checkpoints: join(absolute, 'models', 'checkpoints'),
  }
}
