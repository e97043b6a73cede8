// Names and notes of checkpoints: champion, challenger, and what the trader wrote of one.
import Type, { type Static } from 'typebox'
import { PatternIn } from './pattern.ts'
import { Nullable } from './shapes.ts'

/** `champion` is the promoted checkpoint; `challenger` is the one that the trader holds against it. */
export const AliasName = Type.Union([Type.Literal('champion'), Type.Literal('challenger')])
export type AliasName = Static<typeof AliasName>

export const AliasBody = Type.Object(
  {
    checkpoint: Nullable(Type.String({ description: 'such as 0002; null takes the name away' })),
    pattern: Type.Optional(PatternIn),
  },
  { additionalProperties: false },
)
export type AliasBody = Static<typeof AliasBody>

export const NoteBody = Type.Object(
  { note: Nullable(Type.String({ maxLength: 2000, description: 'null or blank takes it away' })) },
  { additionalProperties: false },
)
export type NoteBody = Static<typeof NoteBody>
