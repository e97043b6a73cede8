// Where everything lies on disk (design, section 3).
import { join, resolve } from 'node:path'

/** Absolute paths of one workspace. */
export interface Workspace {
  root: string
  database: string
  /** Rows of moments: made of what the database holds, and made anew where it is missing. */
  moments: string
  testCases: string
  trainingResults: string
  /** Where runs that are not over are saved, a folder each. */
  trainingState: string
  checkpoints: string
}

/** The layout under `root`; nothing is created here. */
export function workspaceAt(root: string): Workspace {
  const absolute = resolve(root)
  return {
    root: absolute,
    database: join(absolute, 'annotate.db'),
    moments: join(absolute, 'moments.db'),
    testCases: join(absolute, 'ANNOTATE', 'data', 'test_cases'),
    trainingResults: join(absolute, 'ANNOTATE', 'data', 'training_results'),
    trainingState: join(absolute, 'ANNOTATE', 'data', 'training_state'),
    checkpoints: join(absolute, 'models', 'checkpoints'),
  }
}
