// Canaries of the model `cob_rl`.
import { canariesOf } from './canaries.ts'

canariesOf('cob_rl', { isSlow: true })
