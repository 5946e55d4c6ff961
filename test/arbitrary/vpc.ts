/** Draws the inside of a VPC: subnets in two zones, tables, lists, groups and interfaces of every make. */
import type { Choices } from './choices.ts'
import {
  addAcl,
  addGroup,
  addInterface,
  addSubnet,
  addTable,
  addVpc,
  type Draft,
  type GroupPlan,
  type Place,
  type SubnetPlan,
  type VpcPlan,
  type VpcShape,
} from './draft.ts'

export interface VpcSize {
  readonly subnets: readonly [number, number]
  readonly interfaces: readonly [number, number]
}

/** A VPC without gateways and, so far, without rules. `net` two of a kind share their IPv4 block, and then have no IPv6. */
export const drawVpc = (
  { chance, int, pick, weighted }: Choices,
  draft: Draft,
  place: Place,
  net: number,
  size: VpcSize,
  ipv6Allowed = true,
): VpcPlan => {
  const ipv6 = ipv6Allowed
    ? weighted<VpcShape['ipv6']>([
        [5, 'none'],
        [5, 'public'],
        [1, 'private'],
      ])
    : 'none'
  // A second block: shared address space, or one that looks like the internet and is not (R-ADDR-6).
  const more = weighted<readonly string[]>([
    [6, []],
    [3, [`100.${64 + net}.0.0/20`]],
    [1, [`44.${net}.0.0/20`]],
  ])
  const gone = chance(10) ? [`10.${100 + net}.0.0/20`] : []
  const vpc = addVpc(draft, { place, net, ipv6, more, gone })
  addTable(draft, vpc, pick(['public', 'private']))
  for (let left = int(1, 2); left > 0; left--) addTable(draft, vpc, pick(['private', 'public']))
  for (let left = int(1, 3); left > 0; left--) addAcl(draft, vpc)
  for (let left = int(1, 3); left > 0; left--) addGroup(draft, vpc)
  for (let left = int(...size.subnets); left > 0; left--) drawSubnet({ chance, int, pick }, draft, vpc)
  for (let left = int(...size.interfaces); left > 0; left--) drawInterface({ chance, int, pick, weighted }, draft, vpc)
  return vpc
}

export const drawSubnet = (
  { chance, int, pick }: Pick<Choices, 'chance' | 'int' | 'pick'>,
  draft: Draft,
  vpc: VpcPlan,
  zone = int(0, 1),
): SubnetPlan =>
  addSubnet(draft, vpc, {
    zone,
    table: pick(vpc.tables.filter(({ ofGateway }) => !ofGateway)),
    acl: pick(vpc.acls),
    block: vpc.cidrs.length > 1 && chance(40) ? 1 : 0,
  })

const drawInterface = (
  { chance, int, pick, weighted }: Pick<Choices, 'chance' | 'int' | 'pick' | 'weighted'>,
  draft: Draft,
  vpc: VpcPlan,
): void => {
  const subnet = pick(vpc.subnets)
  const secondaries = chance(25) ? int(1, 2) : 0
  const isPublic = chance(subnet.table.leaning === 'public' ? 70 : 20)
  addInterface(draft, subnet, {
    groups: someGroups({ chance, pick }, vpc),
    type: weighted([
      [20, 'interface'],
      [1, 'lambda'],
      [1, 'efa'],
      [1, 'a_type_of_tomorrow'],
    ]),
    description: chance(10) ? 'EFS mount target for fs-1 (fsmt-1)' : '',
    status: weighted([
      [20, 'in-use'],
      [1, 'available'],
    ]),
    checked: !chance(10),
    secondaries,
    ipv6: chance(75),
    prefixes: chance(15),
    // Every private address may have a public one of its own (R-ADDR-8).
    publics: isPublic
      ? Array.from({ length: 1 + secondaries }, (_, index) => index).filter((index) => index === 0 || chance(50))
      : [],
    instance: true,
  })
}

export const someGroups = ({ chance, pick }: Pick<Choices, 'chance' | 'pick'>, vpc: VpcPlan): readonly GroupPlan[] => {
  const first = pick(vpc.groups)
  const second = chance(30) ? pick(vpc.groups) : first
  return first === second ? [first] : [first, second]
}

/** Interfaces that AWS would take as targets of a load balancer or as clients: plain, attached, with an instance. */
export const workloads = (vpc: VpcPlan) =>
  vpc.interfaces.filter(({ raw, instance }) => instance !== undefined && raw.Status === 'in-use')
