/** What the description of every component works with: the network, one address family, and the names of stages. IPv4 and
 *  IPv6 are two planes through the same descriptions; only NAT64 leads from one into the other. */
import { once } from '../collections.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { Choice } from '../forwarding/choice.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { Condition, Transfer } from '../forwarding/transfer.ts'
import type { Family } from '../packet/address.ts'
import type { Network } from '../network/network.ts'
import type { ReasonCode } from './reasons.ts'
import { type Component, type Roles, stageId } from './stage-id.ts'

export class Plane {
  readonly network: Network
  readonly family: Family
  readonly #own = new Map<() => unknown, unknown>()
  #other: Plane | undefined

  constructor(network: Network, family: Family) {
    this.network = network
    this.family = family
  }

  at<C extends Component>(component: C, id: string, role: Roles[C], detail = ''): StageId {
    return stageId(this.family, component, id, role, detail)
  }

  /** The plane of the other address family, over the same network. */
  get other(): Plane {
    if (!this.#other) {
      this.#other = new Plane(this.network, this.family === 4 ? 6 : 4)
      this.#other.#other = this
    }
    return this.#other
  }

  in(family: Family): Plane {
    return family === this.family ? this : this.other
  }

  /** Its own of something that each plane has one of, made when it is first asked for: one for one function. */
  own<T>(make: () => T): T {
    return once(this.#own, make, make) as T
  }
}

/** A function of a plane, and of what there are many of in it, that is worked out once for each. */
export const perPlane = <K extends readonly unknown[], T>(
  make: (plane: Plane, ...keys: K) => T,
): ((plane: Plane, ...keys: K) => T) => {
  const tree = (): Known<T> => ({ below: new Map() })
  return (plane, ...keys) => {
    let known = plane.own(tree)
    for (const key of keys) known = once(known.below, key, tree)
    return (known.made ??= { value: make(plane, ...keys) }).value
  }
}

interface Known<T> {
  readonly below: Map<unknown, Known<T>>
  made?: { readonly value: T }
}

export const because = (
  code: ReasonCode,
  resource: string,
  args?: Readonly<Record<string, string>>,
  rule?: string,
): Reason => ({ code, resource, ...(rule !== undefined && { rule }), ...(args && { args }) })

/** One option of several that configuration does not settle. `kept`: what AWS picks once, it keeps. */
export const oneOf = (reason: Reason, option: string, kept = false): { readonly choice: Choice } => ({
  choice: { reason, option, kept },
})

/** What describes one stage of a component: writes the hops that leave it. */
export type Describe = (plane: Plane, draft: Draft, id: string, detail: string) => void

/** The stages of one component, complete by type. */
export type Behaviour<C extends Component> = Readonly<Record<Roles[C], Describe>>

/** Packets that only a reference to the receiver's group let out, or all but them. */
export const lettingOutByReference = (yes: boolean) => ({ on: 'reference', letOut: yes }) as const

/** For a component that discards security group identity (R-SG-11): packets that need it end here, all others go on
 *  unidentified by what this returns. `when`: the packets that the component is about to carry, where others were told before. */
export const dropIdentity = (draft: Draft, resource: string, when: readonly Condition[] = []) => {
  const lostBy = identityNotPreserved(resource)
  draft.drop(lostBy, { when: [...when, lettingOutByReference(true)], leg: 'request' })
  return { when: [lettingOutByReference(false)], then: losingIdentity(lostBy) } as const
}

export const identityNotPreserved = (resource: string): Reason => because('SG_REFERENCES_NOT_PRESERVED', resource)

/** Nobody behind it knows who sent the packet (R-SG-11). */
export const losingIdentity = (lostBy: Reason) =>
  [{ do: 'identify', as: undefined, because: lostBy }] as const satisfies readonly Transfer[]
