/** What is unreachable for certain although not all is known of a question. What receivers refuse to senders of whom nobody knows where they
 *  are: whichever way their packets take, in the end the interface itself lets them in or not, by its security groups and by what it is.
 *  And services of whose addresses nobody knows more than that no VPC has them, for senders who get to nobody elsewhere. */
import type { Compiled } from '../aws/compile.ts'
import { neverForwarded } from '../aws/amazon-service.ts'
import { byClass } from '../aws/endpoint-class.ts'
import { rulesOf } from '../aws/security-group.ts'
import { stageId } from '../aws/stage-id.ts'
import { once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { addressLine, type AddressSet, FAMILIES, type Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { l4Algebra, NOTHING } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { lineOf } from '../packet/transport.ts'
import { type Outcome, VERDICTS } from '../reach/verdict.ts'
import type { Place } from './place.ts'
import {
  acceptsAt,
  type Ask,
  asksOf,
  type Filter,
  flightOf,
  transportOf,
  type Unaskable,
  unplacedIn,
} from './question.ts'

/** Of a question that lacks something, answers that show all of it unreachable whatever that is; else none. */
export const refusals = <A extends { readonly outcome: Outcome }>(
  compiled: Compiled,
  from: Place,
  to: Place,
  filter: Filter,
  unaskable: readonly Unaskable[],
  answer: (ask: Ask) => A,
): readonly A[] => {
  if (unaskable.length === 0) return []
  const lacksOnly = (codes: ReadonlySet<Unaskable['code']>): boolean => unaskable.every(({ code }) => codes.has(code))
  if (to.is === 'interfaces' && lacksOnly(OF_SENDERS)) return refusedBy(compiled, from, to.interfaces, filter, answer)
  if (to.is === 'aws-service' && lacksOnly(OF_SERVICES)) return keptInside(compiled, from, filter, answer)
  return []
}

/** Of a service whose addresses nobody knows: those of what is sent to anybody who is not of the estate, if nothing gets to any. */
const keptInside = <A extends { readonly outcome: Outcome }>(
  compiled: Compiled,
  from: Place,
  filter: Filter,
  answer: (ask: Ask) => A,
): readonly A[] => {
  const { network } = compiled
  if (!network.vpcIds().every((id) => network.coversIn('vpcEndpoint', id))) return []
  const kept: A[] = []
  for (const family of filter.families ?? FAMILIES) {
    const own = network.vpcIds().map((id) => network.vpcBlocks(id, family))
    const addresses = intervals.subtract(addressLine(family), intervals.unionAll([...own, neverForwarded(family)]))
    const elsewhere: Place = {
      selector: 'elsewhere',
      kind: 'addresses',
      resolved: [],
      is: 'addresses',
      family,
      addresses,
    }
    const { asks, unaskable } = asksOf(compiled, from, elsewhere, { ...filter, families: [family] })
    if (unaskable.length > 0) return []
    for (const ask of asks) {
      const answered = answer(ask)
      if (!isRefused(answered.outcome)) return []
      kept.push(answered)
    }
  }
  return kept
}

/** Of senders of whom nobody knows where they are: the answers at the receivers, if all of these refuse all of it; else none. So
 *  where a rule may mean senders by a group of which they may be members (R-SG-6): only who they are would settle that. */
const refusedBy = <A extends { readonly outcome: Outcome }>(
  compiled: Compiled,
  from: Place,
  receivers: readonly NetworkInterface[],
  filter: Filter,
  answer: (ask: Ask) => A,
): readonly A[] => {
  const refused: A[] = []
  for (const family of filter.families ?? FAMILIES) {
    const sources = unplacedSources(compiled, from, family)
    if (sources.length === 0) continue
    const headers = transportOf(filter, family)
    const asked = lineOf(headers)
    for (const [each, members] of byClass(compiled.network, receivers)) {
      const { byGroup } = rulesOf(compiled.planes[family], each.groups, 'inbound')
      for (const [group, line] of byGroup)
        if (l4Algebra.intersect(line, asked) !== NOTHING && !areMembersRead(compiled.network, group)) return []
      const destinations = intervals.unionAll(members.map((member) => member.addressSet(family)))
      if (destinations.length === 0) continue
      const sent = PacketSet.of(family, { sources, destinations, transport: headers })
      const answered = answer({
        family,
        senders: { is: 'onprem' },
        translated: false,
        question: {
          from: stageId(family, 'interfaceClass', each.id, 'arriving'),
          home: stageId(family, 'onPremises', 'onprem', 'here'),
          flight: flightOf(sent),
          accepts: acceptsAt(compiled.network, members),
        },
      })
      if (!isRefused(answered.outcome)) return []
      refused.push(answered)
    }
  }
  return refused
}

/** Then whose address no interface has is none of them. */
const areMembersRead = (network: Network, group: string): boolean =>
  network.get('securityGroup', group) !== undefined && isWhole(network)

const isWhole = (network: Network): boolean =>
  once(whole, network, () => network.vpcIds().every((id) => network.coversIn('networkInterface', id)))

const whole = new WeakMap<Network, boolean>()

const OF_SENDERS: ReadonlySet<Unaskable['code']> = new Set([
  'SENDER_UNKNOWN',
  'ONPREM_CONNECTIONS_UNREAD',
  'ONPREM_NOT_MODELLED',
  'ONPREM_ADDRESSES_UNKNOWN',
  'ONPREM_PUBLIC_ADDRESSES',
])

const OF_SERVICES: ReadonlySet<Unaskable['code']> = new Set(['SERVICE_ADDRESSES_UNKNOWN'])

const isRefused = (outcome: Outcome): boolean =>
  VERDICTS.every((verdict) => verdict === 'unreachable' || outcome[verdict].isEmpty())

/** Networks on premises have addresses that no VPC has. */
const unplacedSources = (compiled: Compiled, from: Place, family: Family): AddressSet => {
  if (from.is === 'addresses') return from.family === family ? unplacedIn(compiled, from.addresses, family) : []
  const { network } = compiled
  const vpcs = network.vpcIds().map((id) => network.vpcBlocks(id, family))
  return intervals.subtract(addressLine(family), intervals.unionAll(vpcs))
}
