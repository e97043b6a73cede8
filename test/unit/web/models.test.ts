// The view of models: what is looked at by itself, and how it is said. Pure.
import { describe, expect, it } from 'vitest'
import type { SessionOut } from '../../../src/contract/inference.ts'
import type { CheckpointOut, ModelOut } from '../../../src/contract/training.ts'
import { lookedAt } from '../../../src/web/models/model-view.ts'
import { badgesOf, counted, liveOf, signed, stretchText } from '../../../src/web/models/model-words.ts'

function checkpoint(version: string, more: Partial<CheckpointOut> = {}): CheckpointOut {
  return {
    version,
    created_at: null,
    run_id: null,
    promoted: false,
    symbol: 'ETH/USDT',
    venue: 'demo-1',
    test_cases: 0,
    state: 'validated',
    validation_accuracy: null,
    figures: null,
    aliases: [],
    pattern_aliases: [],
    note: null,
    calibrated: false,
    pattern: null,
    simulated: true,
    parent: null,
    file: null,
    broken: null,
    ...more,
  }
}

function model(
  id: string,
  promoted: string | null,
  checkpoints: CheckpointOut[],
  patterns: ModelOut['patterns'] = [],
): ModelOut {
  return {
    id,
    name: id,
    promoted,
    patterns,
    checkpoints,
    trainable: true,
    needs: [],
    defaults: null,
    warnings: [],
  }
}

const NONE = { model: '', checkpoint: '', against: '' }

describe('what is looked at', () => {
  const three = ['0001', '0002', '0003'].map((version) => checkpoint(version))
  const cnn = model('cnn', '0001', three)

  it('is the newest usable checkpoint of the first model that has any, against the promoted one', () => {
    const broken = model('cnn', '0001', [...three, checkpoint('0004', { broken: 'no weights' })])
    const looked = lookedAt([model('dqn', null, []), broken], NONE)
    expect([looked.model?.id, looked.checkpoint?.version, looked.against?.version]).toEqual([
      'cnn',
      '0003',
      '0001',
    ])
  })

  it('is nothing against itself, and what was chosen', () => {
    expect(lookedAt([cnn], { ...NONE, checkpoint: '0001' }).against).toBeUndefined()
    const chosen = lookedAt([cnn], { ...NONE, checkpoint: '0001', against: '0002' })
    expect([chosen.checkpoint?.version, chosen.against?.version]).toEqual(['0001', '0002'])
    expect(lookedAt([cnn], { ...NONE, checkpoint: '0009' }).checkpoint?.version).toBe('0003')
    expect(lookedAt([], NONE).checkpoint).toBeUndefined()
  })

  it('is held against the promoted one of its own pattern, where there is one', () => {
    const own = [
      three[0]!,
      checkpoint('0002', { pattern: 'breakout' }),
      checkpoint('0003', { pattern: 'breakout' }),
    ]
    const breakout = { pattern: 'breakout', promoted: '0002', challenger: null }
    expect(lookedAt([model('cnn', '0001', own, [breakout])], NONE).against?.version).toBe('0002')
    const itself = { ...NONE, checkpoint: '0002' }
    expect(lookedAt([model('cnn', '0001', own, [breakout])], itself).against?.version).toBe('0001')
    const rival = { ...breakout, challenger: '0003' }
    expect(lookedAt([model('cnn', '0001', own, [rival])], itself).against?.version).toBe('0003')
  })
})

describe('words', () => {
  it('name what a checkpoint is now', () => {
    const session = (state: 'running' | 'stopped', id = 'cnn') =>
      ({ state, model: id, checkpoint: '0002' }) as SessionOut
    const champion = checkpoint('0002', { aliases: ['champion'] })
    const live = liveOf([session('running'), session('running'), session('stopped')], 'cnn')
    expect(badgesOf(champion, live)).toEqual(['champion', 'live 2×'])
    expect(badgesOf(champion, liveOf([session('running', 'dqn')], 'cnn'))).toEqual(['champion'])
    const ofPattern = checkpoint('0003', { pattern: 'breakout', pattern_aliases: ['champion'] })
    expect(badgesOf(ofPattern, [])).toEqual(['champion of breakout'])
  })

  it('say where counting ended, how long something was live, and which way a difference goes', () => {
    expect(counted({ count: 10_000, is_more: true })).toBe('10,000+')
    expect(counted({ count: 3, is_more: false })).toBe('3')
    expect(stretchText({ from: '2024-08-09T14:00:05Z', to: null })).toBe('2024-08-09 14:00:05 – now')
    expect(stretchText({ from: null, to: '2024-08-09T14:00:05Z' })).toBe(
      'before it was kept – 2024-08-09 14:00:05',
    )
    expect([signed(0.126), signed(-0.5)]).toEqual(['+0.13', '−0.50'])
  })
})
