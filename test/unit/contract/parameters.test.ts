// A parameter of a training is one row: its schema, its texts, its docs, and the defaults of every model.
import { readFileSync } from 'node:fs'
import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { withTable } from '../../../scripts/docs/parameter-table.ts'
import {
  EQUAL_CLASSES,
  PARAMETER_NAMES,
  rowOf,
  settingsFor,
  storedBefore,
} from '../../../src/contract/parameters.ts'
import { valueOfText } from '../../../src/contract/parameter-text.ts'
import { ParameterDefaults, TrainingBody } from '../../../src/contract/training-parameters.ts'
import { parameterDefaults } from '../../../src/models/defaults.ts'
import { MODELS } from '../../../src/models/registry.ts'

const body = Compile(TrainingBody)
const defaults = Compile(ParameterDefaults)

describe('the rows of parameters', () => {
  it('are the table of docs/training.md (npm run docs)', () => {
    const text = readFileSync(new URL('../../../docs/training.md', import.meta.url), 'utf8')
    expect(text).toBe(withTable(text))
  })

  it.each(MODELS)('have a default of $id that its own schema takes', (model) => {
    const own = parameterDefaults(model.defaults)
    expect(Object.keys(own)).toEqual(PARAMETER_NAMES.filter((name) => name !== 'seed'))
    expect([...defaults.Errors(own)]).toEqual([])
    const said = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null))
    expect([...body.Errors({ model: model.id, ...said })]).toEqual([])
  })

  it('say what a run was trained with that was stored before they came', () => {
    expect(storedBefore(rowOf('schedule'))).toBe('cosine')
    expect(storedBefore(rowOf('dropout'))).toBeNull()
    expect(storedBefore(rowOf('holds_per_annotation'))).toBe(6)
  })

  it('tell a learner its own settings alone, and of these only what is said', () => {
    const said: Partial<Record<string, unknown>> = {
      batch_size: 8,
      dropout: null,
      views: 3,
      permutation_test: true,
    }
    expect(settingsFor(['learner'], (name) => said[name])).toEqual({ batchSize: 8 })
    expect(settingsFor(['job', 'learner'], (name) => said[name])).toEqual({ batchSize: 8, views: 3 })
  })

  it('read what is typed by the kind of the value, and leave what is not of it for the schema to refuse', () => {
    const read = (name: 'epochs' | 'augmentation' | 'schedule' | 'class_weights', text: string) =>
      valueOfText(rowOf(name).kind, text)
    expect(read('epochs', '1,5')).toBe(1.5)
    expect(read('epochs', 'many')).toBe('many')
    expect(read('epochs', '')).toBe('')
    expect([read('augmentation', 'true'), read('augmentation', 'false'), read('augmentation', '1')]).toEqual([
      true,
      false,
      '1',
    ])
    expect(read('schedule', 'linear')).toBe('linear')
    expect(read('class_weights', 'equal')).toEqual(EQUAL_CLASSES)
    expect(read('class_weights', 'buy = 2, SELL=2,HOLD=0.5')).toEqual({ BUY: 2, SELL: 2, HOLD: 0.5 })
    expect(body.Check({ model: 'cnn', class_weights: read('class_weights', 'BUY=two') })).toBe(false)
  })
})
