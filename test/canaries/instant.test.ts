// Canaries of the model `instant`.
import { canariesOf } from './canaries.ts'

canariesOf('instant')
