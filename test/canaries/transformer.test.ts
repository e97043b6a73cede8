// Canaries of the model `transformer`.
import { canariesOf } from './canaries.ts'

canariesOf('transformer', { isSlow: true })
