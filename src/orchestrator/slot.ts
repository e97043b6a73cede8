// What one checkpoint is promoted for: a model as a whole, or one pattern of it.

export interface Slot {
  readonly model: string
  /** First tag of what a checkpoint was trained on; null: the model as a whole. */
  readonly pattern: string | null
}

/** As the tables have it: the whole is ''. */
export function columnsOf({ model, pattern }: Slot): { model: string; pattern: string } {
  return { model, pattern: pattern ?? '' }
}

/** `cnn`, `cnn for "breakout"`. */
export function slotWords({ model, pattern }: Slot): string {
  return pattern === null ? model : `${model} for "${pattern}"`
}
