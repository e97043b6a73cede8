// What a training run can be told: how to train, and on which annotations. The body of HTTP, the flags and the file of the command line.
import Type, { type Static, type TNull, type TSchema, type TUnion, type TUnsafe } from 'typebox'
import {
  PARAMETER_NAMES,
  rowOf,
  type Kind,
  type NamesWith,
  type ParameterName,
  type ValueOf,
} from './parameters.ts'
import { ANY_PATTERN } from './pattern.ts'
import { InstantIn, IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'

const ClassWeight = Type.Number({ exclusiveMinimum: 0, maximum: 1000 })

function schemaOf(kind: Kind, description: string): TSchema {
  switch (kind.type) {
    case 'integer': {
      const { type: _, ...limits } = kind
      return Type.Integer({ ...limits, description })
    }
    case 'number': {
      const { type: _, ...limits } = kind
      return Type.Number({ ...limits, description })
    }
    case 'share':
      return Type.Union([Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }), Type.Literal('none')], {
        description,
      })
    case 'boolean':
      return Type.Boolean({ description })
    case 'choice':
      return Type.Union(
        kind.of.map((each) => Type.Literal(each)),
        { description },
      )
    case 'class weights':
      return Type.Union(
        [
          Type.Literal('balanced'),
          Type.Object(
            { BUY: ClassWeight, SELL: ClassWeight, HOLD: ClassWeight },
            { additionalProperties: false },
          ),
        ],
        { description },
      )
  }
}

type Fields = { [N in ParameterName]: TUnsafe<ValueOf<N>> }
type OfSomeModels = NamesWith<{ usual: 'some models' }>
type RunFields = {
  [N in ParameterName]: N extends OfSomeModels ? TUnion<[Fields[N], TNull]> : Fields[N]
}

function fieldsOf(of: (name: ParameterName) => TSchema): Record<ParameterName, TSchema> {
  return Object.fromEntries(PARAMETER_NAMES.map((name) => [name, of(name)])) as Record<ParameterName, TSchema>
}

const fields = fieldsOf((name) => schemaOf(rowOf(name).kind, rowOf(name).words)) as Fields

/** As a run has them: every one said. Null is what its model does not have. */
export const TrainingParameters = Type.Object(
  fieldsOf((name) =>
    rowOf(name).usual === 'some models' ? Nullable(fields[name]) : fields[name],
  ) as RunFields,
)
export type TrainingParameters = Static<typeof TrainingParameters>

/** The defaults of a model; `seed` is drawn anew for each run. */
export const ParameterDefaults = Type.Omit(TrainingParameters, ['seed'])
export type ParameterDefaults = Static<typeof ParameterDefaults>

const selection = {
  symbol: Type.Optional(SymbolName),
  venue: Type.Optional(VenueName),
  annotation_ids: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  tags: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'annotations that carry any of these tags',
    }),
  ),
  pattern: Type.Optional(
    Type.String({
      minLength: 1,
      description: `first tag of the annotations to train on; "${ANY_PATTERN}" for all patterns together`,
      examples: ['breakout'],
    }),
  ),
  mixed_sources: Type.Optional(
    Type.Boolean({ description: 'simulated and recorded markets may be trained together' }),
  ),
}

/** What a run was told to train on; absent is not narrowed. */
export const SelectionOut = Type.Object({
  ...selection,
  /** Entries from ≤ T < to. */
  from: Type.Optional(IsoOut),
  to: Type.Optional(IsoOut),
})
export type SelectionOut = Static<typeof SelectionOut>

export const TrainingBody = Type.Object(
  {
    model: Type.String(),
    ...Type.Partial(Type.Object(fields)).properties,
    ...selection,
    from: Type.Optional(InstantIn),
    to: Type.Optional(InstantIn),
    warm_start: Type.Optional(
      Type.String({
        pattern: '^\\d{4,}$',
        description: 'a checkpoint of the same model to begin from, in place of fresh seeded weights',
        examples: ['0003'],
      }),
    ),
  },
  { additionalProperties: false },
)
export type TrainingBody = Static<typeof TrainingBody>
