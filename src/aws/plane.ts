/** What the description of every component works with: the network, one address family, and the names of stages. IPv4 and
 *  IPv6 are two planes through the same descriptions; only NAT64 leads from one into the other. */
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
  readonly #memo = new Map<string, unknown>()
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

  /** Compiles something once per plane. */
  once<T>(key: string, make: () => T): T {
    if (this.#memo.has(key)) return this.#memo.get(key) as T
    const made = make()
    this.#memo.set(key, made)
    return made
  }
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
  draft.drop(because('SG_REFERENCES_NOT_PRESERVED', resource), {
    when: [...when, lettingOutByReference(true)],
    leg: 'request',
  })
  return { when: [lettingOutByReference(false)], then: losingIdentity(resource) } as const
}

/** Nobody behind it knows who sent the packet (R-SG-11). */
export const losingIdentity = (resource: string) =>
  [
    { do: 'identify', as: undefined, because: because('SG_REFERENCES_NOT_PRESERVED', resource) },
  ] as const satisfies readonly Transfer[]
