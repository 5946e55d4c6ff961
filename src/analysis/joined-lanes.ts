/** Lanes from the same senders that let the same through, to receivers of however many VPCs: what becomes of packets is looked up once for all
 *  receivers that do the same with them. */
import type { Reception } from '../reach/fate.ts'
import type { Alike, Endpoint, Indexes } from './endpoints.ts'
import type { FaceSet } from './faces.ts'
import type { SenderGroup } from './profiles.ts'
import type { Part } from './sides.ts'
import type { Lane, Passing } from './lanes.ts'

export interface JoinedLanes {
  readonly senders: FaceSet<SenderGroup>
  readonly passing: Passing
  readonly receivers: readonly (readonly [Reception, readonly Part[]])[]
}

export class Joined {
  readonly #all = new Map<FaceSet<SenderGroup>, Map<Passing, Receivers>>()

  of({ senders, passing }: Lane): Receivers {
    let byPassing = this.#all.get(senders)
    if (!byPassing) this.#all.set(senders, (byPassing = new Map<Passing, Receivers>()))
    let joined = byPassing.get(passing)
    if (!joined) byPassing.set(passing, (joined = new Receivers()))
    return joined
  }

  *all(): Generator<JoinedLanes> {
    for (const [senders, byPassing] of this.#all)
      for (const [passing, joined] of byPassing) yield { senders, passing, receivers: joined.all() }
  }

  clear(): void {
    this.#all.clear()
  }
}

class Receivers {
  readonly #all = new Map<Reception, Map<Indexes, JoinedParts>>()

  add(reception: Reception, parts: readonly Part[]): void {
    let byGroups = this.#all.get(reception)
    if (!byGroups) this.#all.set(reception, (byGroups = new Map<Indexes, JoinedParts>()))
    for (const part of parts) {
      const { groups } = part.first
      const known = byGroups.get(groups)
      if (known) known.add(part)
      else byGroups.set(groups, new JoinedParts(part))
    }
  }

  all(): JoinedLanes['receivers'] {
    return Array.from(this.#all, ([reception, byGroups]) => [reception, [...byGroups.values()]])
  }
}

class JoinedParts implements Part {
  first: Endpoint
  members: number
  readonly #parts: Alike[]
  #endpoints: readonly Endpoint[] | undefined

  constructor(part: Part) {
    this.first = part.first
    this.members = part.members
    this.#parts = [part]
  }

  add(part: Part): void {
    if (part.first.order < this.first.order) this.first = part.first
    this.members += part.members
    this.#parts.push(part)
  }

  /** Put together when they are asked for: who counts needs only the first. */
  get endpoints(): readonly Endpoint[] {
    return (this.#endpoints ??= this.#parts.flatMap(({ endpoints }) => endpoints))
  }
}
