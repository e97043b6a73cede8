// A backtest's checkpoints on their way to a worker: the same bytes arrive, and nothing is written elsewhere.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serialize } from 'node:v8'
import { afterAll, expect, it } from 'vitest'
import type { BacktestOrder } from '../../../../src/backtest/order.ts'
import { packCheckpoints, unpackCheckpoints } from '../../../../src/backtest/queue/checkpoint-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'annotate-packed-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const order = (more: Partial<BacktestOrder> = {}) =>
  ({ model: 'cnn', checkpoint: '0002', ...more }) as BacktestOrder

function checkpoint(version: string): void {
  const place = join(folder, 'from', 'cnn', version)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'metadata.json'), `{"version":"${version}"}`)
  writeFileSync(join(place, 'model.onnx'), Uint8Array.of(0, 255, Number(version)))
}

it('those that the order names arrive as they are, each once', async () => {
  for (const version of ['0001', '0002', '0003']) checkpoint(version)
  const part = (version: string) => ({ pattern: version, checkpoint: version, barriers: null })
  const all = order({ checkpoint: '*', parts: [part('0003'), part('0001'), part('0003')] })
  const packed = await packCheckpoints(join(folder, 'from'), all)
  await unpackCheckpoints(packed, all, join(folder, 'to'))
  for (const path of ['0001/metadata.json', '0001/model.onnx', '0003/metadata.json', '0003/model.onnx'])
    expect(readFileSync(join(folder, 'to/cnn', path))).toEqual(readFileSync(join(folder, 'from/cnn', path)))
  expect(existsSync(join(folder, 'to/cnn/0002'))).toBe(false)
})

it('a checkpoint that is gone is a fault, and so is a name that leads elsewhere', async () => {
  await expect(packCheckpoints(join(folder, 'from'), order({ checkpoint: '0009' }))).rejects.toThrow('ENOENT')
  const bytes = Uint8Array.of(1)
  for (const file of [
    { version: '0001', name: '../../outside', bytes },
    { version: '..', name: 'outside', bytes },
    { version: '0001', name: '.hidden', bytes },
  ])
    await expect(unpackCheckpoints(serialize([file]), order(), join(folder, 'bad'))).rejects.toThrow(
      'is no name of a file',
    )
  expect(existsSync(join(folder, 'outside'))).toBe(false)
})
