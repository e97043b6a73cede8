// A process that opens a model and asks it once.
import { emit } from '../../../src/nn/emit.ts'
import { mul } from '../../../src/nn/elementwise.ts'
import { float32, Session } from '../../../src/nn/runtime.ts'
import { input } from '../../../src/nn/value.ts'

const x = input('x', 'float32', [2])
const session = await Session.open(emit({ name: 'told-nobody', inputs: [x], outputs: { y: mul(x, x) } }), {
  threads: 1,
})
const { y } = await session.run({ x: float32(Float32Array.of(2, 3), [2]) })
await session.close()
process.send?.(Array.from(y ?? [], Number))
process.disconnect()
