/** What receivers refuse to senders of whom nobody knows where they are: networks on premises, and addresses that no interface has. Whichever
 *  way their packets take, in the end the interface itself lets them in or not, by its security groups and by what it is. */
import type { Compiled } from '../aws/compile.ts'
import { byClass } from '../aws/endpoint-class.ts'
import { rulesOf } from '../aws/security-group.ts'
import { stageId } from '../aws/stage-id.ts'
import { once } from '../collections.ts'
import type { Network } from '../network/network.ts'
import { addressLine, type AddressSet, type Family } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { l4Algebra, NOTHING } from '../packet/l4.ts'
import { PacketSet } from '../packet/set.ts'
import { lineOf } from '../packet/transport.ts'
import { type Outcome, VERDICTS } from '../reach/verdict.ts'
import type { Place } from './place.ts'
import { acceptsAt, type Ask, type Filter, flightOf, transportOf, type Unaskable, unplacedIn } from './question.ts'

/** Of a question that lacks nothing but where the senders are, the answers at the receivers, if all of these refuse all of it; else none. So
 *  where a rule may mean senders by a group of which they may be members (R-SG-6): only who they are would settle that. */
export const refusals = <A extends { readonly outcome: Outcome }>(
  compiled: Compiled,
  from: Place,
  to: Place,
  filter: Filter,
  unaskable: readonly Unaskable[],
  answer: (ask: Ask) => A,
): readonly A[] => {
  if (to.is !== 'interfaces' || unaskable.length === 0 || !unaskable.every(({ code }) => OF_SENDERS.has(code)))
    return []
  const refused: A[] = []
  for (const family of filter.families ?? ([4, 6] as const)) {
    const sources = unplacedSources(compiled, from, family)
    if (sources.length === 0) continue
    const headers = transportOf(filter, family)
    const asked = lineOf(headers)
    for (const [each, members] of byClass(compiled.network, to.interfaces)) {
      const { byGroup } = rulesOf(compiled.planes[family], each.groups, 'inbound')
      for (const [group, line] of byGroup)
        if (l4Algebra.intersect(line, asked) !== NOTHING && !areMembersRead(compiled.network, group)) return []
      const destinations = intervals.unionAll(members.map((member) => member.addressSet(family)))
      if (destinations.length === 0) continue
      const sent = PacketSet.of(family, { sources, destinations, transport: headers })
      const answered = answer({
        family,
        senders: { is: 'internet' },
        translated: false,
        question: {
          from: stageId(family, 'interfaceClass', each.id, 'arriving'),
          home: stageId(family, 'internet', 'internet', 'here'),
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

const OF_SENDERS: ReadonlySet<Unaskable['code']> = new Set(['SENDER_UNKNOWN', 'ONPREM_NOT_MODELLED'])

const isRefused = (outcome: Outcome): boolean =>
  VERDICTS.every((verdict) => verdict === 'unreachable' || outcome[verdict].isEmpty())

/** Networks on premises have addresses that no VPC has. */
const unplacedSources = ({ network }: Compiled, from: Place, family: Family): AddressSet => {
  if (from.is === 'addresses') return from.family === family ? unplacedIn(network, from.addresses, family) : []
  const vpcs = network.vpcIds().map((id) => network.vpcBlocks(id, family))
  return intervals.subtract(addressLine(family), intervals.unionAll(vpcs))
}
