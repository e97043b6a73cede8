// What was set of the page's look takes hold: theme and colours as attributes that the styles go by.
import { forgetPalette } from '../charts/palette.ts'
import { lookStore, recallLook, type Look } from '../state/look.ts'

/** Takes the look of this browser, before anything is drawn, and follows it. */
export function applyLook(): void {
  recallLook()
  apply(lookStore.get())
  lookStore.watch(apply)
}

function apply({ theme, colours, up, down }: Look): void {
  const { dataset, style } = document.documentElement
  dataset['theme'] = theme
  dataset['colours'] = colours
  for (const [name, colour] of [
    ['--candle-up', up],
    ['--candle-down', down],
  ] as const) {
    if (colours === 'own') style.setProperty(name, colour)
    else style.removeProperty(name)
  }
  forgetPalette()
}

/** Changes where what is drawn has to be made anew: in other colours, or with times of another zone. */
export function keyOfLook({ theme, colours, up, down, zone }: Look): string {
  return [theme, colours, zone, ...(colours === 'own' ? [up, down] : [])].join(' ')
}
