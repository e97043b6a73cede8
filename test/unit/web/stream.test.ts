// The event stream: what a tab is told when the connection breaks, comes back, or lost its place.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStream, type StreamMessage } from '../../../src/web/state/stream.ts'

/** The browser's EventSource as far as the stream uses it. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2
  static made: FakeSource[] = []
  readyState = 0
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
    FakeSource.made.push(this)
  }
  open() {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }
  fail(readyState: number) {
    this.readyState = readyState
    this.dispatchEvent(new Event('error'))
  }
}

describe('openStream', () => {
  let told: StreamMessage[]
  beforeEach(() => {
    vi.useFakeTimers()
    FakeSource.made = []
    vi.stubGlobal('EventSource', FakeSource)
    told = []
    openStream('/api/events', (message) => told.push(message))
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('says connecting, open, reconnecting; a break that the browser mends loses nothing', () => {
    const source = FakeSource.made[0]!
    source.open()
    source.fail(0)
    source.open()
    expect(told.map((message) => (message.kind === 'state' ? message.state : message.kind))).toEqual([
      'connecting',
      'open',
      'reconnecting',
      'open',
    ])
    expect(FakeSource.made).toHaveLength(1)
  })

  it('opens anew when the browser gave up, and then says that its place was lost', () => {
    FakeSource.made[0]!.open()
    FakeSource.made[0]!.fail(FakeSource.CLOSED)
    vi.advanceTimersByTime(2000)
    expect(FakeSource.made).toHaveLength(2)
    expect(told.some((message) => message.kind === 'lost')).toBe(false)
    FakeSource.made[1]!.open()
    expect(told.at(-1)).toEqual({ kind: 'lost' })
  })

  it('passes events on with their type, and the server’s reset as a lost place', () => {
    const source = FakeSource.made[0]!
    source.dispatchEvent(new MessageEvent('signal', { data: '{"action":"BUY"}' }))
    expect(told.at(-1)).toEqual({ kind: 'event', type: 'signal', data: { action: 'BUY' } })
    source.dispatchEvent(new Event('reset'))
    expect(told.at(-1)).toEqual({ kind: 'lost' })
  })
})
