// The training form without a browser: what is sent, and what is said before it is.
import { describe, expect, it } from 'vitest'
import type { TestCaseState } from '../../../src/contract/annotations.ts'
import { EQUAL_CLASSES } from '../../../src/contract/parameters.ts'
import type { ModelOut } from '../../../src/contract/training.ts'
import { parameterDefaults } from '../../../src/models/defaults.ts'
import { defaultText, fieldsOf, parametersOf } from '../../../src/web/training/fields.ts'
import {
  ALL,
  CHOSEN,
  leftOutText,
  patternsOf,
  selectionOf,
  tagsOf,
  taken,
} from '../../../src/web/training/scope.ts'

const model: ModelOut = {
  id: 'cnn',
  name: 'StandardizedCNN',
  checkpoints: [],
  promoted: null,
  patterns: [],
  trainable: true,
  needs: [],
  warnings: [],
  defaults: parameterDefaults({
    batchSize: 32,
    learningRate: 0.002,
    views: 16,
    schedule: 'cosine',
    weightDecay: 1,
    clipNorm: 1,
    classWeights: EQUAL_CLASSES,
    pretraining: false,
    augmentation: true,
  }),
}

describe('parameters', () => {
  it('offers only what the model has', () => {
    const names = fieldsOf(model).map(({ name }) => name)
    expect(names).not.toContain('dropout')
    expect(names).not.toContain('warmup')
    expect(names).toContain('seed')
  })

  it('shows defaults in empty fields and sends only what was set', () => {
    expect(defaultText(model, 'learning_rate')).toBe('0.002')
    expect(defaultText(model, 'class_weights')).toBe('equal')
    expect(defaultText(model, 'seed')).toBe('random')
    expect(parametersOf(model, {})).toEqual({})
    const settings = {
      epochs: '3',
      learning_rate: ' 0,01 ',
      augmentation: 'false',
      class_weights: 'balanced',
      seed: '',
    }
    expect(parametersOf(model, settings)).toEqual({
      epochs: 3,
      learning_rate: 0.01,
      augmentation: false,
      class_weights: 'balanced',
    })
  })

  it('sends class weights as they were typed: equal, balanced, or a number for each class', () => {
    const sent = (text: string) => parametersOf(model, { class_weights: text }).class_weights
    expect(sent('equal')).toEqual({ BUY: 1, SELL: 1, HOLD: 1 })
    expect(sent('buy = 2, SELL=2,HOLD=0.5')).toEqual({ BUY: 2, SELL: 2, HOLD: 0.5 })
    expect(sent('BUY=two')).toEqual({ BUY: 'two' })
  })

  it('does not send what another model had', () => {
    expect(parametersOf(model, { dropout: '0.5' })).toEqual({})
  })
})

const annotations = [
  { id: 'a', tags: ['breakout', 'morning'] },
  { id: 'b', tags: ['pullback'] },
  { id: 'c', tags: ['breakout'] },
  { id: 'd', tags: [] },
]

describe('what is trained on', () => {
  it('counts tags and first tags, the most used first', () => {
    expect(tagsOf(annotations).map(({ name }) => name)).toEqual(['breakout', 'morning', 'pullback'])
    expect(patternsOf(annotations)).toEqual([
      { name: 'breakout', count: 2 },
      { name: 'pullback', count: 1 },
    ])
  })

  it('takes all, the chosen, or those of a tag, and sends the same', () => {
    const ids = (scope: string) => taken(annotations, scope, ['b', 'd']).map(({ id }) => id)
    expect(ids(ALL)).toEqual(['a', 'b', 'c', 'd'])
    expect(ids(CHOSEN)).toEqual(['b', 'd'])
    expect(ids('tag:morning')).toEqual(['a'])
    expect(selectionOf(CHOSEN, ['b', 'd'], '')).toEqual({ annotation_ids: ['b', 'd'] })
    expect(selectionOf('tag:morning', [], 'breakout')).toEqual({ tags: ['morning'], pattern: 'breakout' })
    expect(selectionOf(ALL, ['b'], '')).toEqual({})
  })

  it('says how many test cases have no order book, where the model needs one', () => {
    const state = (share: number | null) => ({ order_book_gap_share_pct: share }) as TestCaseState
    const cases = new Map([
      ['a', state(0)],
      ['b', state(null)],
      ['c', state(null)],
    ])
    expect(leftOutText(['order_book'], annotations, cases)).toBe(
      '2 of 3 test cases have no order book and are left out.',
    )
    expect(leftOutText([], annotations, cases)).toBeNull()
    expect(leftOutText(['order_book'], annotations.slice(0, 1), cases)).toBeNull()
  })
})
