// The event stream: what a tab is told when the connection breaks, comes back, or lost its place.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { listenTo, type Port, type TabMessage } from '../../../src/web/state/listen.ts'
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
  close() {
    this.readyState = 2
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
    openStream('/api/events?types=health', (message) => told.push(message))
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

  it('opens anew after the event that was heard last, and has lost nothing', () => {
    const source = FakeSource.made[0]!
    source.open()
    source.dispatchEvent(new MessageEvent('health', { data: '{}', lastEventId: '41' }))
    source.fail(FakeSource.CLOSED)
    vi.advanceTimersByTime(2000)
    expect(FakeSource.made[1]!.url).toBe('/api/events?types=health&last_event_id=41')
    FakeSource.made[1]!.open()
    expect(told.some((message) => message.kind === 'lost')).toBe(false)
    FakeSource.made[1]!.dispatchEvent(new Event('reset'))
    expect(told.at(-1)).toEqual({ kind: 'lost' })
  })

  it('opens anew when the browser gave up before anything was heard, and then says that its place was lost', () => {
    FakeSource.made[0]!.open()
    FakeSource.made[0]!.fail(FakeSource.CLOSED)
    vi.advanceTimersByTime(2000)
    expect(FakeSource.made).toHaveLength(2)
    expect(told.some((message) => message.kind === 'lost')).toBe(false)
    FakeSource.made[1]!.open()
    expect(told.at(-1)).toEqual({ kind: 'lost' })
  })

  it('closed, it says nothing more but what it heard last; opened after another that heard nothing, its place is lost', () => {
    const close = openStream('/api/other?types=health', (message) => told.push(message), null)
    const source = FakeSource.made[1]!
    source.open()
    expect(told.at(-1)).toEqual({ kind: 'lost' })
    source.dispatchEvent(new MessageEvent('health', { data: '{}', lastEventId: '7' }))
    expect(close()).toBe('7')
    expect(source.readyState).toBe(FakeSource.CLOSED)
    FakeSource.made[0]!.close()
    vi.advanceTimersByTime(9_000)
    expect(FakeSource.made).toHaveLength(2)
  })

  it('passes events on with their type, and the server’s reset as a lost place', () => {
    const source = FakeSource.made[0]!
    source.dispatchEvent(new MessageEvent('signal', { data: '{"action":"BUY"}' }))
    expect(told.at(-1)).toEqual({ kind: 'event', type: 'signal', data: { action: 'BUY' } })
    source.dispatchEvent(new Event('reset'))
    expect(told.at(-1)).toEqual({ kind: 'lost' })
  })

  it('opens anew a stream that says nothing, though the browser holds it open: the machine slept', () => {
    const source = FakeSource.made[0]!
    source.open()
    for (let second = 0; second < 20; second += 2) {
      vi.advanceTimersByTime(2000)
      source.dispatchEvent(new MessageEvent('health', { data: '{}' }))
    }
    expect(FakeSource.made).toHaveLength(1)
    vi.advanceTimersByTime(13_000)
    expect(FakeSource.made).toHaveLength(2)
    expect(source.readyState).toBe(FakeSource.CLOSED)
    expect(told.at(-1)).toEqual({ kind: 'state', state: 'reconnecting' })
    FakeSource.made[1]!.open()
    expect(told.at(-1)).toEqual({ kind: 'lost' })
  })
})

describe('listenTo', () => {
  const open: StreamMessage = { kind: 'state', state: 'open' }
  let asked: TabMessage[]
  let told: StreamMessage[]
  let worker: EventTarget
  let page: EventTarget
  let hasGivenUp: boolean
  const say = (data: StreamMessage) => worker.dispatchEvent(new MessageEvent('message', { data }))
  beforeEach(() => {
    vi.useFakeTimers()
    asked = []
    told = []
    hasGivenUp = false
    page = new EventTarget()
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    worker = new EventTarget()
    const port: Port = {
      addEventListener: (type, listener) =>
        worker.addEventListener(type, (event) => {
          if (event instanceof MessageEvent) listener(event)
        }),
      postMessage: (message) => void asked.push(message),
      start: () => undefined,
    }
    listenTo(
      port,
      (message) => told.push(message),
      () => (hasGivenUp = true),
      () => ({ previews: true }),
    )
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('says hello at once, with whether previews are wanted', () => {
    expect(asked).toEqual([{ previews: true }])
  })

  it('asks after Back, and counts events as missed once the stream is open', () => {
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
    expect(asked).toHaveLength(2)
    say({ kind: 'state', state: 'reconnecting' })
    expect(told).toHaveLength(1)
    say(open)
    expect(told.slice(1)).toEqual([open, { kind: 'lost' }])
    say(open)
    expect(told).toHaveLength(4)
  })

  it('asks a silent worker, and gives it up where it does not answer', () => {
    say(open)
    vi.advanceTimersByTime(16_000)
    expect(asked).toHaveLength(2)
    say(open)
    expect(told.at(-1)).toEqual({ kind: 'lost' })
    expect(hasGivenUp).toBe(false)
    vi.advanceTimersByTime(30_000)
    expect(hasGivenUp).toBe(true)
  })
})
