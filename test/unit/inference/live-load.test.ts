// How much of a second live sessions take, by a stopwatch under the test's hand, and who is let in.
import { describe, expect, it } from 'vitest'
import { LiveLoad } from '../../../src/inference/live-load.ts'

/** A stopwatch, and sessions whose answers take so long by it, one after the other. */
function begin() {
  let now = 5_000
  const load = new LiveLoad(() => now)
  const answer = async (sessions: number, ms: number): Promise<void> => {
    for (let n = 0; n < sessions; n++) {
      await load.during(async () => void (now += ms / sessions))
      load.answered()
    }
  }
  return { load, answer, wait: (ms: number) => void (now += ms) }
}

describe('what answers take', () => {
  it('is nothing before a whole second has passed', async () => {
    const { load, answer } = begin()
    expect(load.measured()).toBeNull()
    await answer(1, 100)
    expect(load.measured()).toBeNull()
  })

  it('is that of the median second, by cost a session, of the newest ten', async () => {
    const { load, answer, wait } = begin()
    for (const [sessions, ms] of [
      [1, 100],
      [2, 900],
      [2, 60],
      [4, 300],
      [0, 0],
    ] as const) {
      await answer(sessions, ms)
      wait(1_000 - ms)
    }
    expect(load.measured()).toEqual({ ms: 100, sessions: 1 })
    wait(60_000)
    expect(load.measured()).toBeNull()
  })

  it('counts time once in which several are at work, and each second its own part, failures too', async () => {
    const { load, answer, wait } = begin()
    let end = (): void => {}
    const long = load.during(() => new Promise<void>((resolve) => (end = resolve)))
    await load.during(async () => wait(400))
    load.answered()
    wait(1_000)
    end()
    await long
    load.answered()
    wait(600)
    // 1,000 of the first second, 400 of the next.
    expect(load.measured()).toEqual({ ms: 1_000, sessions: 1 })
    const failing = load.during(async () => {
      wait(250)
      throw new Error('a fault')
    })
    await expect(failing).rejects.toThrow('a fault')
    await answer(1, 50)
    wait(700)
    expect(load.measured()).toEqual({ ms: 400, sessions: 1 })
  })
})

it('counts beside the server the process that has most to do', async () => {
  const { load, answer, wait } = begin()
  await answer(2, 30)
  load.ran(0, 50)
  load.ran(1, 20)
  load.ran(1, 40)
  wait(970)
  expect(load.measured()).toEqual({ ms: 90, sessions: 2 })
})

describe('one more', () => {
  it('is let in as long as all together leave time to spare, and refused with figures', async () => {
    const { load, answer, wait } = begin()
    await answer(10, 60)
    wait(940)
    load.admit(116)
    expect(() => load.admit(117)).toThrow(
      expect.objectContaining({
        status: 409,
        code: 'too_many_sessions',
        details: { measured_sessions: 10, measured_ms: 60, sessions: 117 },
        message:
          '10 live sessions took 60 ms of a second on this machine; 117 would take 702 ms, of which 700 may be taken. Stop one first, or use a faster machine.',
      }),
    )
  })

  it('is let in after one bad second, and refused once there were three', async () => {
    const { load, answer, wait } = begin()
    for (const seconds of [1, 2, 3]) {
      await answer(1, 90)
      wait(910)
      if (seconds < 3) load.admit(10)
      else expect(() => load.admit(10)).toThrow('10 would take 900 ms')
    }
  })

  it('is refused where 64 wait to be measured', () => {
    const { load } = begin()
    load.admit(64)
    expect(() => load.admit(65)).toThrow('none has been measured yet')
  })
})
