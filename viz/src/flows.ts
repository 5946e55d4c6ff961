/** The flows to draw: those of the file, and those that it does not hold, which the engine is asked for: of a filter, and in large estates of
 *  the VPC that is looked at. */
import { flowsUnasked, judgedFlows } from '../../src/report/map-scene.ts'
import type { FlowLink } from '../../src/scene/scene.ts'
import type { Address } from './address.ts'
import { announce } from './dom.ts'
import { messageOf } from './engine-client.ts'
import type { LookedAt } from './looked-at.ts'
import { around } from './open-boxes.ts'

export interface Flows {
  now(): readonly FlowLink[]
  /** The same while `now` is. */
  key(): string
  /** Asks for what is missing; `come` is told where something came. */
  fetch(come: () => void): Promise<void>
}

export const makeFlows = (looked: LookedAt, address: Address): Flows => {
  const asked = new Map<string, readonly FlowLink[]>()
  /** What the engine is at work on: the page is drawn many times before it answers. */
  const pending = new Set<string>()
  /** In large estates flows are known by VPC. */
  const vpcNow = (): string | undefined => {
    if (looked.scene().flows) return undefined
    const { chosen } = address.now()
    return [chosen, ...around(looked.holders(), chosen)].find((each) => each.startsWith('vpc-'))
  }
  const key = (): string => `${looked.key()} ${vpcNow() ?? ''}`
  const inFile = (): readonly FlowLink[] | undefined => (looked.isFiltered() ? undefined : looked.scene().flows)
  return {
    now: () => {
      const known = judgedFlows(inFile() ?? asked.get(key()) ?? [], looked.now())
      if (inFile() || looked.isFiltered()) return known
      const ends = new Set(known.map(({ from, to }) => `${from} ${to}`))
      return [...known, ...flowsUnasked(looked.now()).filter(({ from, to }) => !ends.has(`${from} ${to}`))]
    },
    key: () => `${key()} ${asked.has(key())}`,
    fetch: async (come) => {
      const vpc = vpcNow()
      const wanted = key()
      if (inFile() || asked.has(wanted) || pending.has(wanted) || (!looked.scene().flows && vpc === undefined)) return
      pending.add(wanted)
      try {
        asked.set(wanted, await looked.ask('flows', { ...(vpc !== undefined && { vpc }), packets: looked.packets() }))
        come()
      } catch (error) {
        announce(messageOf(error))
      } finally {
        pending.delete(wanted)
      }
    },
  }
}
