// What is normal for a stream: the longest pause and the longest way of its last messages.
import { describe, expect, it } from 'vitest'
import { MessagePace } from '../../../src/market/exchange/message-pace.ts'

describe('the pace of messages', () => {
  it('is not known before twenty pauses', () => {
    const pace = new MessagePace()
    for (let message = 0; message < 20; message += 1) pace.add(message * 100, 15)
    expect(pace.longestGap).toBeNull()
    pace.add(2000, 40)
    expect(pace.longestGap).toBe(100)
    expect(pace.longestLag).toBe(40)
  })

  it('forgets what is long ago, and does not count the time without a connection', () => {
    const pace = new MessagePace()
    pace.add(0, 900)
    pace.add(800, 15)
    for (let message = 1; message <= 150; message += 1) pace.add(800 + message * 100, 15)
    expect([pace.longestGap, pace.longestLag]).toEqual([800, 900])
    pace.pause()
    for (let message = 0; message <= 300; message += 1) pace.add(100_000 + message * 50, 15)
    expect([pace.longestGap, pace.longestLag]).toEqual([50, 15])
  })
})
