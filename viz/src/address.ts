/** The address of the page, which holds all of its state. */
import { hashOf, type State, stateOf } from './state.ts'

export interface Address {
  now(): State
  /** A step, which back undoes. */
  go(change: Partial<State>): void
  /** No step: what the page does by itself. */
  quietly(change: Partial<State>): void
  /** No step, and nothing is drawn anew: what is seen already. */
  keep(change: Partial<State>): void
}

/** `moved` is told of every change but those that are kept, once the address has it. */
export const makeAddress = (moved: (before: State) => void): Address => {
  let state = stateOf(location.hash)
  addEventListener('hashchange', () => {
    const before = state
    state = stateOf(location.hash)
    moved(before)
  })
  return {
    now: () => state,
    go: (change) => {
      const hash = hashOf({ ...state, ...change })
      if (hash !== location.hash.slice(1)) location.hash = hash
    },
    quietly: (change) => {
      state = { ...state, ...change }
      location.replace(`#${hashOf(state)}`)
    },
    keep: (change) => {
      state = { ...state, ...change }
      history.replaceState(undefined, '', `#${hashOf(state)}`)
    },
  }
}
