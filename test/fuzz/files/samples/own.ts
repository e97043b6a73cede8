// Files that the product itself writes and reads again: a test case, a checkpoint, weights, a stopped training, settings.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { encodeWeights } from '../../../../src/nn/weights.ts'
import {
  Checkpoints,
  METADATA_FILE,
  ONNX_FILE,
  WEIGHTS_FILE,
} from '../../../../src/orchestrator/checkpoints.ts'
import { encodeState } from '../../../../src/training/jobs/state-file.ts'
import { MARKET, markAt, openFilledRoom } from '../../../unit/annotation/fixture.ts'
import { contentOf } from '../../../unit/orchestrator/content.ts'
import type { Sample } from './sample.ts'

/** As a mark writes it. */
export async function caseFile(): Promise<Sample> {
  const room = openFilledRoom()
  const { id, test_case_id: name } = await room.annotations.create(markAt(300), MARKET)
  return { parser: 'test case', file: `annotation_${id}.json`, bytes: Buffer.from(await room.text(name)) }
}

/** With the hash of its metadata, and as those of before 0.2 without. */
export async function checkpointFiles(): Promise<readonly Sample[]> {
  const root = await mkdtemp(join(tmpdir(), 'annotate-checkpoint-'))
  const version = await new Checkpoints(root).publish('cnn', contentOf(1))
  const part = (name: string): Promise<Buffer> => readFile(join(root, 'cnn', version, name))
  const [metadata, weights, onnx] = await Promise.all([METADATA_FILE, WEIGHTS_FILE, ONNX_FILE].map(part))
  await rm(root, { recursive: true })
  if (metadata === undefined || weights === undefined || onnx === undefined)
    throw new Error('nothing was published')
  const { sha256: _, ...facts } = JSON.parse(metadata.toString()) as Record<string, unknown>
  const beside = { [WEIGHTS_FILE]: weights, [ONNX_FILE]: onnx }
  return [metadata, Buffer.from(JSON.stringify(facts, null, 2))].map((bytes) => ({
    parser: 'checkpoint',
    file: join('cnn', version, METADATA_FILE),
    bytes,
    beside,
  }))
}

export const weightFiles: readonly Sample[] = [
  {
    parser: 'weights',
    file: 'weights.safetensors',
    bytes: Buffer.from(
      encodeWeights(
        new Map([
          ['w', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
          ['b', { shape: [], data: Float32Array.of(0.5) }],
        ]),
      ),
    ),
  },
  {
    parser: 'training state',
    file: 'job.state',
    bytes: Buffer.from(
      encodeState({
        facts: { epoch: 3, loss: 0.5 },
        arrays: {
          w: Float32Array.of(1, 2),
          m: Float64Array.of(3),
          n: Int32Array.of(4, 5),
          u: Uint8Array.of(6),
        },
      }),
    ),
  },
]

export const settingFiles: readonly Sample[] = [
  {
    parser: 'exchange settings',
    file: 'exchanges.json',
    bytes: Buffer.from(
      JSON.stringify({
        timeout: 500,
        urls: { api: { public: 'https://a' } },
        exchanges: { binance: { httpsProxy: 'http://b', options: { a: 1 } } },
      }),
    ),
  },
]

const DATA = Buffer.from('0123456789abcdef')

/** A graph of one tensor, whose bytes lie in a file beside it. */
export const onnxFiles: readonly Sample[] = [
  {
    parser: 'onnx',
    file: 'model.onnx',
    bytes: Buffer.from(
      message(
        7,
        message(
          5,
          Buffer.concat([
            text(8, 'w'),
            entry('location', 'weights.bin'),
            entry('offset', '4'),
            entry('length', '8'),
            Buffer.from(new BinaryWriter().tag(14, WireType.Varint).int32(1).finish()),
          ]),
        ),
      ),
    ),
    beside: { 'weights.bin': DATA },
  },
]

function message(field: number, bytes: Uint8Array): Buffer {
  return Buffer.from(new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(bytes).finish())
}

function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value))
}

function entry(key: string, value: string): Buffer {
  return message(13, Buffer.concat([text(1, key), text(2, value)]))
}
