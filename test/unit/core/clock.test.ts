// Clocks and the bus.
import { describe, expect, it } from 'vitest'
import { Bus } from '../../../src/core/bus.ts'
import { ManualClock, systemClock } from '../../../src/core/clock.ts'
import { epochMs, shift } from '../../../src/core/time.ts'

describe('a manual clock', () => {
  it('wakes those whose time has come, in one move', async () => {
    const clock = new ManualClock(epochMs(0))
    const woken: number[] = []
    const waits = [30, 10, 20, 99].map((at) => clock.until(epochMs(at)).then(() => woken.push(at)))
    clock.moveTo(epochMs(30))
    await Promise.all(waits.slice(0, 3))
    expect(woken.toSorted((a, b) => a - b)).toEqual([10, 20, 30])
  })

  it('never goes back', () => {
    const clock = new ManualClock(epochMs(50))
    clock.moveTo(epochMs(10))
    expect(clock.now()).toBe(50)
  })

  it('lets a wait be given up', async () => {
    const stop = new AbortController()
    const wait = new ManualClock(epochMs(0)).until(epochMs(5), stop.signal)
    stop.abort(new Error('enough'))
    await expect(wait).rejects.toThrow('enough')
  })
})

describe('the system clock', () => {
  it('waits until an instant, and not at all for the past', async () => {
    const until = shift(systemClock.now(), 30)
    await systemClock.until(until)
    expect(systemClock.now()).toBeGreaterThanOrEqual(until)
    await systemClock.until(epochMs(0))
  })

  it('lets a wait be given up', async () => {
    const stop = new AbortController()
    const wait = systemClock.until(shift(systemClock.now(), 60_000), stop.signal)
    stop.abort()
    await expect(wait).rejects.toThrow(/abort/i)
  })
})

it('a bus tells every listener of a topic, until it unsubscribes', () => {
  const bus = new Bus<{ a: number; b: string }>()
  const heard: (number | string)[] = []
  const stop = bus.on('a', (n) => heard.push(n))
  bus.on('a', (n) => heard.push(n * 10))
  bus.on('b', (text) => heard.push(text))
  bus.emit('a', 1)
  stop()
  bus.emit('a', 2)
  bus.emit('b', 'x')
  expect(heard).toEqual([1, 10, 20, 'x'])
})
