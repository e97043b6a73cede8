// Canaries of the model `dqn`.
import { canariesOf } from './canaries.ts'

canariesOf('dqn', { isSlow: true })
