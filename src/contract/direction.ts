// The two ways a trade goes, the action that enters each, and the other one of both.

/** Of an annotation: LONG gains while the price rises, SHORT while it falls. */
export type Direction = 'LONG' | 'SHORT'

/** What opens a position: BUY enters a LONG, SELL a SHORT. */
export type EntryAction = 'BUY' | 'SELL'

export function actionOf(direction: Direction): EntryAction {
  return direction === 'LONG' ? 'BUY' : 'SELL'
}

export function directionOf(action: EntryAction): Direction {
  return action === 'BUY' ? 'LONG' : 'SHORT'
}

export function otherDirection(direction: Direction): Direction {
  return direction === 'LONG' ? 'SHORT' : 'LONG'
}

export function otherAction(action: EntryAction): EntryAction {
  return action === 'BUY' ? 'SELL' : 'BUY'
}
