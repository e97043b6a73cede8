// Canaries of the model `cnn`.
import { canariesOf } from './canaries.ts'

canariesOf('cnn')
