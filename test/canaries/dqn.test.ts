// Canaries of the model `dqn`. It fails the fourth: see docs/evaluation.md.
import { canariesOf } from './canaries.ts'

canariesOf('dqn', { isSlow: true, firesAtMinuteOpens: true })
