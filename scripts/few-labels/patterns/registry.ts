// The visible patterns there are.
import { doubleExtreme } from './double-extreme.ts'
import { engulfing } from './engulfing.ts'
import { headAndShoulders } from './head-and-shoulders.ts'
import type { Pattern } from './pattern.ts'
import { pullBack } from './pull-back.ts'
import { squeezeBreak } from './squeeze-break.ts'

export const PATTERNS: readonly Pattern[] = [
  squeezeBreak,
  pullBack,
  doubleExtreme,
  headAndShoulders,
  engulfing,
]
