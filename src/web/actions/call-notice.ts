// A call that opens is said: to a screen reader always, by the desktop and by a sound where the trader asked for it.
import type { CallOut } from '../../contract/live-calls.ts'
import { say, store } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { createStore } from '../state/store.ts'

export interface CallNotices {
  /** The newest call in words; '' before the first. */
  readonly said: string
  readonly notifies: boolean
  readonly sounds: boolean
}

const KEY = 'annotate.call-notices'
export const callNotices = createStore<CallNotices>({ said: '', notifies: false, sounds: false })

/** As it was set in this browser; what the desktop no longer allows is off. */
export function recallNotices(): void {
  const kept = localStorage.getItem(KEY)?.split(' ') ?? []
  const isAllowed = 'Notification' in window && Notification.permission === 'granted'
  callNotices.set({ notifies: kept.includes('notify') && isAllowed, sounds: kept.includes('sound') })
}

/** Asks the desktop's leave where it has not been given. */
export async function toggleNotify(): Promise<void> {
  if (callNotices.get().notifies) return keep({ notifies: false })
  const leave = 'Notification' in window ? await Notification.requestPermission() : 'denied'
  if (leave === 'granted') return keep({ notifies: true })
  say('This browser does not let the page notify. Allow it in the settings of this site.', 'warn')
}

/** The first sound is heard at once: browsers let a page sound only after a click or a key. */
export function toggleSound(): void {
  const sounds = !callNotices.get().sounds
  keep({ sounds })
  if (sounds) sound('BUY')
}

/** Of a call that the page hears of for the first time while it lasts; nothing is said while the future is hidden. */
export function noticeCall(call: CallOut): void {
  if (isBlind(store.get().cursor)) return
  const { notifies, sounds } = callNotices.get()
  const words = wordsOf(call)
  callNotices.set({ said: words })
  if (sounds) void soundOnce(call)
  if (!notifies) return
  // One notification a call, however many tabs are open.
  const shown = new Notification(words, { tag: call.id, body: `${call.model} ${call.checkpoint}` })
  shown.addEventListener('click', () => window.focus())
}

/** In one of the tabs that hear of it. */
async function soundOnce({ id, action }: CallOut): Promise<void> {
  await navigator.locks.request(`annotate.sound.${id}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return
    sound(action)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
  })
}

function keep(part: Partial<CallNotices>): void {
  callNotices.set(part)
  const { notifies, sounds } = callNotices.get()
  localStorage.setItem(KEY, [notifies ? 'notify' : '', sounds ? 'sound' : ''].join(' ').trim())
}

function wordsOf({ action, symbol, price, confidence }: CallOut): string {
  const sure = confidence === null ? 'not calibrated yet' : `${Math.round(confidence)} % sure`
  return `${action} ${symbol} at ${price}, ${sure}`
}

/** Hz: up for BUY, down for SELL. */
const TONES = { BUY: [523, 784], SELL: [784, 523] } as const
const TONE_SECONDS = 0.12
let audio: AudioContext | null = null

function sound(action: CallOut['action']): void {
  audio ??= new AudioContext()
  const output = audio.createGain()
  output.gain.value = 0.1
  output.connect(audio.destination)
  for (const [place, hertz] of TONES[action].entries()) {
    const tone = audio.createOscillator()
    tone.frequency.value = hertz
    tone.connect(output)
    tone.start(audio.currentTime + place * TONE_SECONDS)
    tone.stop(audio.currentTime + (place + 1) * TONE_SECONDS)
  }
}
