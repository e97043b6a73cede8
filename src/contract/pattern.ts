// A pattern as it is asked for: the first tag of what a checkpoint was trained on.
import Type from 'typebox'

/** The name of all patterns together: of what is trained on, and of a session that runs them side by side, whose checkpoint is called so, too. */
export const ANY_PATTERN = '*'

export const PatternIn = Type.String({
  minLength: 1,
  maxLength: 200,
  description:
    'of this pattern alone, the first tag of what a checkpoint was trained on; by default of the model as a whole',
  examples: ['breakout'],
})

export const PatternQuery = Type.Object(
  { pattern: Type.Optional(PatternIn) },
  { additionalProperties: false },
)
