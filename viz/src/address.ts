/** The address of the page, which holds all of its state. */
import { hashOf, type State, stateOf } from './state.ts'

export interface Address {
  now(): State
  /** A step, which back undoes. */
  go(change: Partial<State>): void
  /** No step, and nothing is drawn anew: what is seen already, or is about to be. */
  keep(change: Partial<State>): void
}

/** `moved` is told at once of every change but those that are kept, so that nothing ever goes by a state that was left. */
export const makeAddress = (moved: (before: State) => void): Address => {
  let state = stateOf(location.hash)
  /** As the browser has it: a link may say the same in other words. */
  let seen = location.hash
  const adopt = (): void => {
    if (location.hash === seen) return
    const before = state
    seen = location.hash
    state = stateOf(seen)
    moved(before)
  }
  // Back, forward, and links that are put into the address bar.
  addEventListener('hashchange', adopt)
  const write = (change: Partial<State>, into: 'pushState' | 'replaceState'): void => {
    state = { ...state, ...change }
    history[into](undefined, '', `#${hashOf(state)}`)
    seen = location.hash
  }
  return {
    now: () => state,
    go: (change) => {
      // The browser tells of a new address a moment after it has it.
      adopt()
      const before = state
      if (hashOf({ ...state, ...change }) === hashOf(state)) return
      write(change, 'pushState')
      moved(before)
    },
    keep: (change) => {
      adopt()
      write(change, 'replaceState')
    },
  }
}
