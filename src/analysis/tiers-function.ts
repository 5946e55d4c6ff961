/** What a subnet is used for, by the interfaces that are in it: aws-analyzers section 5.3, item 2. Says nothing of who may reach it. */
import { ownerOf } from '../aws/endpoint-class.ts'
import type { Network, Of } from '../network/network.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { recordIndex } from '../network/record-index.ts'
import * as intervals from '../packet/intervals.ts'
import { DATABASE_SERVICES, serviceBehind } from './place-service.ts'

/** `empty`: nothing is in it; `unknown`: nobody read what is. */
export type SubnetFunction =
  'edge' | 'transit' | 'inspection' | 'endpoints' | 'database' | 'control-plane' | 'app' | 'empty' | 'unknown'

export interface FunctionFound {
  readonly is: SubnetFunction
  readonly reason: string
  /** How many interfaces of each kind, by the words for them; sorted. */
  readonly interfaces: Readonly<Record<string, number>>
}

export const functionOf = (network: Network, subnet: Of<'subnet'>): FunctionFound => {
  const interfaces = network.interfacesIn(subnet.id)
  const counts = new Map<Use, number>()
  for (const each of interfaces) {
    const use = useOf(network, each)
    counts.set(use, (counts.get(use) ?? 0) + 1)
  }
  const group = subnetGroupOf(network, subnet.id)
  const read = interfaces.length > 0 || network.coversIn('networkInterface', subnet.raw.VpcId)
  const found = judged(network, subnet.id, counts, group, read)
  const told = USES.flatMap((use) => (counts.has(use) ? [[WORDS[use], counts.get(use)!] as const] : []))
  return { ...found, interfaces: Object.fromEntries(told) }
}

const USES = [
  'load-balancer',
  'nat-gateway',
  'transit-gateway',
  'inspection',
  'interface-endpoint',
  'database',
  'control-plane',
  'workload',
] as const
type Use = (typeof USES)[number]

const WORDS: Readonly<Record<Use, string>> = {
  'load-balancer': 'load balancer',
  'nat-gateway': 'NAT gateway',
  'transit-gateway': 'transit gateway attachment',
  inspection: 'inspection',
  'interface-endpoint': 'VPC endpoint',
  database: 'database',
  'control-plane': 'EKS control plane',
  workload: 'workload',
}

const useOf = (network: Network, each: NetworkInterface): Use => {
  const owner = ownerOf(network, each)
  switch (owner.is) {
    case 'gateway-load-balancer':
    case 'inspection-endpoint':
      return 'inspection'
    case 'load-balancer':
    case 'nat-gateway':
    case 'transit-gateway':
    case 'interface-endpoint':
      return owner.is
    case 'function':
      return 'workload'
    case 'client-address-endpoint':
    case 'workload': {
      const service = serviceBehind(each.raw)?.service
      if (service === undefined) return 'workload'
      return DATABASE_SERVICES.has(service) ? 'database' : service === 'eks' ? 'control-plane' : 'workload'
    }
  }
}

const judged = (
  network: Network,
  subnetId: string,
  counts: ReadonlyMap<Use, number>,
  group: string | undefined,
  read: boolean,
): Omit<FunctionFound, 'interfaces'> => {
  const count = (use: Use): number => counts.get(use) ?? 0
  const databases = count('database')
  const workloads = count('workload')
  const planes = count('control-plane')
  const told = toldOf(counts)
  if (databases > 0 && databases >= workloads) return { is: 'database', reason: told }
  if (group !== undefined && workloads === 0) return { is: 'database', reason: `in DB subnet group ${group}` }
  if (planes > workloads + databases) return { is: 'control-plane', reason: told }
  if (workloads + databases + planes > 0) return { is: 'app', reason: told }
  if (counts.size === 0)
    return read
      ? { is: 'empty', reason: 'no interface in it' }
      : { is: 'unknown', reason: 'its interfaces were not read' }
  return { is: ofGateways(network, subnetId, count), reason: told }
}

/** A subnet without any workload. A transit gateway's interface may sit in any subnet, so it tells only of one that is too small to be
 *  used for more. */
const ofGateways = (network: Network, subnetId: string, count: (use: Use) => number): SubnetFunction => {
  const kinds = [
    ['edge', count('load-balancer') + count('nat-gateway')],
    ['inspection', count('inspection')],
    ['endpoints', count('interface-endpoint')],
  ] as const
  const [first] = [...kinds].sort(([, a], [, b]) => b - a)
  if (first![1] > 0) return first![0]
  return isSmall(network, subnetId) ? 'transit' : 'app'
}

/** /28 is the smallest subnet there is (R-ADDR-3), and the size that AWS recommends for attachments. */
const isSmall = (network: Network, subnetId: string): boolean =>
  intervals.size(network.subnetBlocks(subnetId, 4)) <= 16n

const toldOf = (counts: ReadonlyMap<Use, number>): string =>
  `interfaces: ${USES.flatMap((use) => (counts.has(use) ? [counted(counts.get(use)!, WORDS[use])] : [])).join(', ')}`

const dbInstancesBySubnet = recordIndex('dbInstance', ({ raw }) =>
  (raw.DBSubnetGroup?.Subnets ?? []).flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []),
)

/** The DB subnet group that the subnet is in, as the databases of the group tell. */
const subnetGroupOf = (network: Network, subnetId: string): string | undefined => {
  const member = network.indexed(dbInstancesBySubnet).get(subnetId)?.[0]
  return member && (member.raw.DBSubnetGroup?.DBSubnetGroupName ?? `of ${member.id}`)
}

const counted = (n: number, word: string): string => `${n} ${word}${n === 1 || word === WORDS.inspection ? '' : 's'}`
