import { describe, expect, it } from 'vitest'
import { SteadyClock } from '../../../src/core/steady-clock.ts'
import { epochMs, HOUR, SECOND, shift } from '../../../src/core/time.ts'
import { turns } from '../../patience.ts'
import { MachineClock } from './machine-clock.ts'

const T = epochMs(Date.parse('2026-01-15T10:30:05Z'))

function begin(follows: boolean) {
  const machine = new MachineClock(T)
  return { machine, clock: new SteadyClock({ machine, stopwatch: machine.stopwatch, follows }) }
}

describe.each([true, false])('a steady clock (follows: %s)', (follows) => {
  it.each([85 * SECOND, HOUR])('goes on by elapsed time where the machine’s goes back by %s ms', (by) => {
    const { machine, clock } = begin(follows)
    machine.pass(400)
    machine.set(-by)
    machine.pass(600)
    expect(clock.now()).toBe(shift(T, SECOND))
    expect(clock.setBack).toEqual({ at: shift(T, SECOND), by, ahead: by })
    machine.pass(5 * SECOND)
    expect(clock.now()).toBe(shift(T, 6 * SECOND))
    expect(clock.fromMachine(machine.now())).toBe(clock.now())
  })

  it('wakes who waits for a second at its time, though the machine’s clock went back meanwhile', async () => {
    const { machine, clock } = begin(follows)
    let isThere = false
    const waiting = clock.until(shift(T, 2 * SECOND)).then(() => (isThere = true))
    machine.pass(500)
    machine.set(0 - HOUR)
    machine.pass(500)
    await turns()
    expect(isThere).toBe(false)
    machine.pass(SECOND)
    await waiting
  })

  it('rejects with the reason when aborted', async () => {
    const { clock } = begin(follows)
    const ending = new AbortController()
    const waiting = clock.until(shift(T, SECOND), ending.signal)
    ending.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  it('never goes back for a step of less than a second, nor speaks of it', () => {
    const { machine, clock } = begin(follows)
    machine.set(-300)
    expect(clock.now()).toBe(T)
    machine.pass(SECOND)
    expect(clock.setBack).toBeNull()
  })
})

describe('a machine’s clock that is set forward, or slept', () => {
  it('is followed, and what it went back before is made up', () => {
    const { machine, clock } = begin(true)
    machine.set(HOUR)
    expect(clock.now()).toBe(shift(T, HOUR))
    machine.set(-2 * HOUR)
    expect(clock.now()).toBe(shift(T, HOUR))
    expect(clock.setBack).toMatchObject({ by: 2 * HOUR, ahead: 2 * HOUR })
    machine.set(HOUR)
    expect(clock.setBack).toMatchObject({ ahead: HOUR })
    machine.set(HOUR)
    machine.pass(SECOND)
    expect(clock.setBack).toBeNull()
    expect(clock.now()).toBe(shift(T, HOUR + SECOND))
  })

  it('changes nothing of elapsed time', () => {
    const { machine, clock } = begin(false)
    machine.set(HOUR)
    machine.pass(SECOND)
    expect(clock.now()).toBe(shift(T, SECOND))
    expect(clock.fromMachine(machine.now())).toBe(clock.now())
  })
})
