/** What a load balancer's node may send to, whoever asked it to: its targets, seen by destination. Which they are is known by
 *  `load-balancer-targets.ts`. */
import { type Address, single } from '../packet/address.ts'
import { AddressMap } from '../packet/address-map.ts'
import { complement, type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import type { Reason } from '../forwarding/reason.ts'
import {
  eitherPort,
  isUsedFrom,
  type Listener,
  loadBalancerOf,
  type Target,
  type TargetGroup,
  targetsUnknown,
} from './load-balancer-targets.ts'
import { because, perPlane } from './plane.ts'

/** What a node in a zone sends to, and what it does not, as functions of the destination (R-LB-12, R-LB-13); with what was not read,
 *  where `others` may hold targets as well. */
export const registeredTargets = perPlane((plane, id: string, zone: string | undefined) => {
  const balancer = loadBalancerOf(plane, id)
  const listeners = balancer?.listeners
  const groups = listeners?.flatMap((listener) => listener.groups) ?? []
  const entries = groups
    .flatMap((group) => registrations(group, zone))
    .filter(({ address }) => (typeof address === 'bigint') === (plane.family === 6))
    .map((each) => [single(each.address), each] as const)
  const said = AddressMap.sweep<Registration, Said>(plane.family, entries, saidAt)
  const code = balancer?.kind === 'classic' ? 'ELB_LISTENER_PORT_RESTRICTION' : 'TARGET_PORT_RESTRICTION'
  const crossing = groups.flatMap(({ assumptions }) => assumptions.filter((rule) => rule === 'R-LB-12'))
  return {
    registered: said.map(({ near }) => near),
    others: said.map(({ near }) => complement(near)),
    refused: [
      { code: 'ELB_NOT_CROSSZONE', map: said.map(({ far }) => far), assumptions: crossing },
      { code: 'ELB_INSTALLED_AZ_RESTRICTION', map: said.map(({ elsewhere }) => elsewhere), assumptions: [] },
      { code, map: said.map(({ otherPorts }) => otherPorts), assumptions: [] },
      { code: 'TARGET_ADDRESS_RESTRICTION', map: said.map(({ nobody }) => nobody), assumptions: [] },
    ] as const,
    unread: unreadOf(id, listeners),
  }
})

interface Registration {
  readonly address: Address
  readonly line: L4Set
  readonly is: 'near' | 'far' | 'elsewhere'
}

const registrations = (group: TargetGroup, zone: string | undefined): readonly Registration[] => [
  ...(group.targets ?? []).map((target) => registration(target, isUsedFrom(zone, group, target) ? 'near' : 'far')),
  ...group.elsewhere.map((target) => registration(target, 'elsewhere')),
]

const registration = ({ address, port }: Target, is: Registration['is']): Registration => ({
  address,
  line: eitherPort(port),
  is,
})

/** What holds at one address: disjoint, and together everything. */
type Said = Readonly<Record<Registration['is'] | 'otherPorts' | 'nobody', L4Set>>

const saidAt = (all: readonly Registration[]): Said => {
  const of = (which: Registration['is']): L4Set =>
    all.reduce((lines, { is, line }) => (is === which ? l4Algebra.union(lines, line) : lines), NOTHING)
  const near = of('near')
  const far = l4Algebra.subtract(of('far'), near)
  const used = l4Algebra.union(near, far)
  const elsewhere = l4Algebra.subtract(of('elsewhere'), used)
  const others = complement(l4Algebra.union(used, elsewhere))
  return {
    near,
    far,
    elsewhere,
    ...(all.length > 0 ? { otherPorts: others, nobody: NOTHING } : { otherPorts: NOTHING, nobody: others }),
  }
}

const unreadOf = (id: string, listeners: readonly Listener[] | undefined): Reason | undefined => {
  if (!listeners) return because('LISTENERS_UNKNOWN', id)
  const unruled = listeners.find(({ hasUnreadRules }) => hasUnreadRules)
  if (unruled) return because('LISTENER_RULES_UNKNOWN', id, {}, unruled.text)
  const group = listeners.flatMap(({ groups }) => groups).find(({ targets }) => !targets)
  return group && targetsUnknown(group)
}
