// A small store: one state object, replaced whole, watched by selectors.
import { useSyncExternalStore } from 'react'

export interface Store<S> {
  get(): S
  /** Merges `part` into the state and tells the watchers, once, if anything changed. */
  set(part: Partial<S>): void
  /** Calls `watcher` after every change; returns how to stop. */
  watch(watcher: (state: S, previous: S) => void): () => void
}

export function createStore<S extends object>(initial: S): Store<S> {
  let state = initial
  const watchers = new Set<(state: S, previous: S) => void>()
  return {
    get: () => state,
    set: (part) => {
      const previous = state
      const keys = Object.keys(part) as (keyof S)[]
      if (keys.every((key) => Object.is(part[key], previous[key]))) return
      state = { ...state, ...part }
      for (const watcher of watchers) watcher(state, previous)
    },
    watch: (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  }
}

/** What `select` reads of the store, kept up to date. `select` must return the same reference while nothing changed. */
export function useSelected<S extends object, T>(store: Store<S>, select: (state: S) => T): T {
  return useSyncExternalStore(
    (changed) => store.watch(changed),
    () => select(store.get()),
  )
}
