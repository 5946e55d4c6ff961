/** AWS Network Firewall behind its endpoints: what its rules pass, what they drop, and what more than a header decides. The packet
 *  comes out as it went in (R-NFW-1, R-GWLB-1). Says nothing about fragments (R-NFW-4).
 *  https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-rules-engines.html */
import type { AddressMap } from '../packet/address-map.ts'
import { type Packet, transportOf } from '../packet/header.ts'
import { type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { lineOf } from '../packet/transport.ts'
import type { Draft } from '../forwarding/draft.ts'
import type { Leg } from '../forwarding/graph.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { Condition } from '../forwarding/transfer.ts'
import type { Network } from '../network/network.ts'
import type { RawOf } from '../snapshot/schema.ts'
import { tagOf } from '../snapshot/tags.ts'
import { policyOf, rulesOf } from './firewall-policy.ts'
import { type Decided, type FirewallDisposition, type Region, regionsOf } from './firewall-rule.ts'
import { because, dropIdentity, perPlane, type Plane } from './plane.ts'
import { isServing } from './state.ts'

/** Whether a Gateway Load Balancer endpoint is one of a firewall: by what a firewall says, or by the tag that AWS gives it. */
export const isOfFirewall = (network: Network, endpointId: string): boolean =>
  attachmentOf(network, endpointId) !== undefined ||
  tagOfEndpoint(network, endpointId, 'AWSNetworkFirewallManaged') === 'true'

/** Writes the hops behind a firewall's endpoint: on to `next` for what its rules let pass. */
export const inspectByFirewall = (plane: Plane, draft: Draft, endpointId: string, next: StageId): void => {
  const { firewall, state } = firewallBehind(plane.network, endpointId)
  if (isServing(draft, endpointId, state))
    inspectAt(plane, draft, { device: endpointId, firewall, next, assumptions: ['R-NACL-17'] })
}

/** The same of an attachment of a transit gateway. `firewall`: undefined where nobody read it. */
export const inspectByAttachedFirewall = (
  plane: Plane,
  draft: Draft,
  attachment: string,
  firewall: Firewall | undefined,
  next: StageId,
): void => {
  const state = firewall?.FirewallStatus?.TransitGatewayAttachmentSyncState?.TransitGatewayAttachmentStatus
  if (isServing(draft, attachment, state))
    inspectAt(plane, draft, { device: attachment, firewall, next, assumptions: [] })
}

type Firewall = RawOf<'networkFirewall'>

interface Inspection {
  /** What packets go through: an endpoint of the firewall, or its attachment. */
  readonly device: string
  readonly firewall: Firewall | undefined
  readonly next: StageId
  readonly assumptions: readonly string[]
}

const inspectAt = (plane: Plane, draft: Draft, { device, firewall, next, assumptions }: Inspection): void => {
  if (firewall?.NoSourcePreservation) {
    // What goes on has another source (R-NFW-13).
    draft.unknown(because('UNMODELLED_TARGET', device, { what: 'firewall that is a proxy' }))
    return
  }
  const inspect = { do: 'inspect', device } as const
  const ruled = firewall && verdictsOf(plane, firewall)
  for (const leg of LEGS) {
    const pass = leg === 'request' ? dropIdentity(draft, device) : { when: [], then: [] }
    const onward = { to: next, then: [...pass.then, inspect] }
    const inspected = {
      device,
      when: pass.when,
      leg,
      onward,
      assumptions: [...assumptions, ...(ruled?.assumptions ?? [])],
    }
    if (!ruled) {
      const unread = because('FIREWALL_RULES_UNKNOWN', firewall?.FirewallPolicyArn ?? device)
      draft.unknown(unread, { when: pass.when, leg, onward })
    } else for (const region of ruled[leg]) decideIn(draft, inspected, region)
  }
}

const LEGS: readonly Leg[] = ['request', 'reply']

interface FirewallBehind {
  readonly firewall?: Firewall | undefined
  /** Of the endpoint, as the firewall says. */
  readonly state?: string | undefined
}

const firewallBehind = (network: Network, endpointId: string): FirewallBehind => {
  const attached = attachmentOf(network, endpointId)
  if (attached) return attached
  // Further endpoints of a firewall, in whatever VPC, are not in its own record.
  const arn = tagOfEndpoint(network, endpointId, 'Firewall')
  return { firewall: arn === undefined ? undefined : network.raw('networkFirewall', arn) }
}

const tagOfEndpoint = (network: Network, endpointId: string, key: string): string | undefined => {
  const endpoint = network.get('vpcEndpoint', endpointId)
  return endpoint && tagOf(endpoint, key)
}

const attachmentOf = (network: Network, endpointId: string): FirewallBehind | undefined => {
  for (const { raw: firewall } of network.all('networkFirewall'))
    for (const { Attachment } of Object.values(firewall.FirewallStatus?.SyncStates ?? {}))
      if (Attachment?.EndpointId === endpointId) return { firewall, state: Attachment.Status }
  return undefined
}

interface Verdicts extends Readonly<Record<Leg, readonly Region[]>> {
  readonly assumptions: readonly string[]
}

/** Undefined where the policy was not read. */
const verdictsOf = perPlane((plane, firewall: Firewall): Verdicts | undefined => {
  const rules = rulesOf(plane, firewall)
  if (!rules) return undefined
  const decrypts = policyOf(plane, firewall)?.TLSInspectionConfigurationArn !== undefined
  return {
    request: regionsOf(plane.family, rules, 'request'),
    reply: regionsOf(plane.family, rules, 'reply'),
    assumptions: decrypts ? ['R-NFW-15'] : [],
  }
})

interface Inspected {
  readonly device: string
  readonly when: readonly Condition[]
  readonly leg: Leg
  readonly onward: NonNullable<NonNullable<Parameters<Draft['drop']>[1]>['onward']>
  readonly assumptions: readonly string[]
}

/** One hop for what passes, one for each rule that drops, or may. */
const decideIn = (draft: Draft, { device, leg, onward, ...inspected }: Inspected, region: Region): void => {
  const { sources, sourcePorts, fates } = region
  for (const { fate, map } of alike(fates)) {
    const when: Condition[] = [
      ...inspected.when,
      { on: 'source', within: sources },
      ...(sourcePorts ? [{ on: 'source-port', within: sourcePorts } as const] : []),
      { on: 'destination', map },
    ]
    const assumptions = [...inspected.assumptions, ...fate.assumptions]
    const why = because(fate.code, fate.by.resource, { firewall: device }, fate.by.text)
    const passing = { when, then: onward.then ?? [], leg, assumptions }
    if (fate.is === 'dropped') draft.drop(why, { when, leg, assumptions, onward })
    else if (fate.is === 'unknown') draft.unknown(why, { when, leg, assumptions, onward })
    else if (fate.is === 'conditional')
      draft.to(onward.to, because('FIREWALL_INSPECTION', device), { ...passing, condition: why })
    else
      draft.to(onward.to, because('FIREWALL_INSPECTION', device), {
        ...passing,
        ruleOf: (packet) => decidingRule(fates, packet),
      })
  }
}

interface Alike {
  readonly fate: FirewallDisposition
  readonly map: AddressMap<L4Set>
}

/** What passes by whatever rule is one; what a rule does otherwise is told apart. */
const alike = (fates: AddressMap<readonly Decided[]>): readonly Alike[] => {
  const kinds = new Map<string, FirewallDisposition>()
  for (const list of fates.parts().keys()) for (const { fate } of list) kinds.set(keyOf(fate), fate)
  return [...kinds].map(([key, fate]) => ({
    fate,
    map: fates.map((list) =>
      list.reduce((all, each) => (keyOf(each.fate) === key ? l4Algebra.union(all, each.line) : all), NOTHING),
    ),
  }))
}

const keyOf = ({ is, code, by, assumptions }: FirewallDisposition): string =>
  [is, ...assumptions, ...(is === 'passed' ? [] : [code, by.resource, by.text])].join('\n')

const decidingRule = (fates: AddressMap<readonly Decided[]>, packet: Packet): { readonly rule: string } | undefined => {
  const line = lineOf(transportOf(packet))
  const decided = fates.at(packet.destination).find((each) => l4Algebra.intersect(each.line, line) !== NOTHING)
  return decided && { rule: decided.fate.by.text }
}
