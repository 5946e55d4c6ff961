/** The places of the forwarding graph. A stage is a place where packets are looked at; interfaces that behave alike share
 *  theirs. Knows no AWS: what a role means is known by whoever drafts it. */

export type StageId = string

/** `transit`: packets go on by the stage's hops. The three others end a leg: the packet is handed over, lost, or we cannot tell. */
export type StageKind = 'transit' | 'delivered' | 'dropped' | 'unknown'

export interface Stage {
  readonly id: StageId
  readonly kind: StageKind
  /** The component it belongs to. */
  readonly resource: string
  /** Which of the component's stages: `leaving`, `route`, `ingress`. */
  readonly role: string
  /** For `delivered` only: where the answer sets out from. */
  readonly repliesFrom?: StageId
}

/** All drops share one stage, all gaps another: the reason is on the hop. */
export const DROPPED: Stage = { id: 'dropped', kind: 'dropped', resource: '', role: 'dropped' }
export const UNKNOWN: Stage = { id: 'unknown', kind: 'unknown', resource: '', role: 'unknown' }
