// A stream's memory: what a message leaves behind once it was handed on.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { systemClock } from '../../../src/core/clock.ts'
import type { CcxtExchange } from '../../../src/market/exchange/ccxt.ts'
import { WatchedStream } from '../../../src/market/exchange/watched-stream.ts'

const MESSAGES = 100_000

function kept(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

/** Hands on so many messages, waits for the end, and answers with the bytes that each left while the stream still ran. */
async function bytesPerMessage(messages: number): Promise<number> {
  const ending = new AbortController()
  let [handed, before, after] = [0, 0, 0]
  const stream = new WatchedStream<number>({
    exchange: { clients: {} } as CcxtExchange,
    system: systemClock,
    silence: 60_000,
    watch: async () => handed,
    onMessages: () => {
      handed += 1
      // What is allocated and compiled at the beginning is no growth.
      if (handed === messages / 10) before = kept()
      if (handed !== messages) return
      after = kept()
      ending.abort()
    },
    close: () => undefined,
  })
  await stream.run(ending.signal)
  return (after - before) / (messages * 0.9)
}

it('keeps nothing of a message', async () => {
  expect(await bytesPerMessage(MESSAGES)).toBeLessThan(20)
})
