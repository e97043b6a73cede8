// How long what is asked about the market on the page is wanted: until another one is shown.

let shown = new AbortController()

/** Aborted when another market is shown. */
export function whileShown(): AbortSignal {
  return shown.signal
}

/** Another market is about to be shown: what is still being read of this one is let go. */
export function leaveMarket(): void {
  shown.abort()
  shown = new AbortController()
}
