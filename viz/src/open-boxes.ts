/** Which boxes are open: those at first, but for those that somebody opened or closed; never more than can be drawn. */
import { elementsIn, layout } from '../../src/scene/layout.ts'
import type { Open } from '../../src/scene/picture.ts'
import type { Scene } from '../../src/scene/scene.ts'
import type { Address } from './address.ts'
import type { LookedAt } from './looked-at.ts'

/** Never more than these in the picture. */
const MOST_ELEMENTS = 2000

export interface OpenBoxes {
  now(): Open
  /** What differs from the start once these are opened or closed; with them what is closed to make room. */
  opening(ids: readonly string[]): readonly string[]
  closing(id: string): readonly string[]
  /** Of these boxes and what they stand in, those that are closed. */
  closedIn(chains: readonly (readonly string[])[]): readonly string[]
}

export const openBoxes = (looked: LookedAt, address: Address): OpenBoxes => {
  /** Opened by hand, the oldest first. */
  const recent: string[] = []
  const asked = (): Open => {
    const open = new Set(looked.openAtFirst())
    for (const id of address.now().toggled) if (!open.delete(id)) open.add(id)
    return open
  }
  let last: { readonly scene: Scene; readonly asked: string; readonly open: Open } | undefined
  /** What the address asks for, as far as it can be drawn: somebody may have written it, or made it for a smaller estate. */
  const now = (): Open => {
    const [scene, open] = [looked.scene(), asked()]
    const key = [...open].sort().join()
    if (last?.scene !== scene || last.asked !== key) {
      const closed = new Set(tooMany(open, new Set()))
      last = { scene, asked: key, open: new Set([...open].filter((id) => !closed.has(id))) }
    }
    return last.open
  }
  /** What differs from the start where these are open. */
  const toggledFor = (open: Open): readonly string[] => {
    const first = looked.openAtFirst()
    return [...new Set([...first, ...open])].filter((id) => first.has(id) !== open.has(id)).sort()
  }
  /** What to close so that there is not too much to draw: what was opened first. */
  const tooMany = (open: Open, kept: ReadonlySet<string>): readonly string[] => {
    const still = new Set(open)
    const closed: string[] = []
    const first = looked.openAtFirst()
    const others = [...open].filter((id) => !recent.includes(id))
    const candidates = [
      ...recent,
      ...others.filter((id) => !first.has(id)),
      ...others.filter((id) => first.has(id)),
    ].filter((id) => still.has(id) && !kept.has(id))
    while (elementsIn(layout(looked.scene(), still)) > MOST_ELEMENTS) {
      // Several at a time: each try lays the picture out.
      const some = candidates.splice(0, 8)
      if (some.length === 0) break
      for (const id of some) {
        still.delete(id)
        closed.push(id)
      }
    }
    return closed
  }
  return {
    now,
    opening: (ids) => {
      const kept = new Set(ids.flatMap((id) => [id, ...around(looked.holders(), id)]))
      const open = new Set([...now(), ...ids])
      for (const id of tooMany(open, kept)) open.delete(id)
      recent.push(...[...kept].filter((id) => open.has(id)))
      return toggledFor(open)
    },
    closing: (id) => toggledFor(new Set([...now()].filter((each) => each !== id))),
    closedIn: (chains) => {
      const open = now()
      return [...new Set(chains.flatMap((chain) => chain.slice(1)))].filter((id) => canOpen(id) && !open.has(id))
    },
  }
}

/** Accounts, VPCs and subnets have something in them. */
export const canOpen = (id: string): boolean => /^(?:account:|vpc-|subnet-)/.test(id)

/** What a box stands in, the innermost first. */
export const around = (holders: ReadonlyMap<string, string>, id: string): readonly string[] => {
  const found: string[] = []
  for (let at = holders.get(id); at !== undefined; at = holders.get(at)) found.push(at)
  return found
}
