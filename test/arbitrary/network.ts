/** Random networks: small, so that a failure can be read, and dense, so that there is something to fail at. Each arbitrary is about
 *  one group of nouns; `network` mixes them. AWS would accept them, most of the time. */
import type fc from 'fast-check'
import type { Kind } from '../../src/snapshot/schema.ts'
import type { Resource, Snapshot } from '../../src/snapshot/snapshot.ts'
import { type Choices, drawn, type Program } from './choices.ts'
import { drawInspection, drawPeering, drawTransit, type Peered } from './connections.ts'
import {
  addAcl,
  addGroup,
  addInterface,
  addRoute,
  addRules,
  addSubnet,
  addTable,
  addVpc,
  type Draft,
  finished,
  HOME,
  newDraft,
  OTHER_ACCOUNT,
  OTHER_REGION,
  type Place,
  type SubnetPlan,
  type Target,
} from './draft.ts'
import {
  addIdleAddress,
  addServiceLists,
  drawBlockPublicAccess,
  drawInternetEdge,
  drawInternetGateway,
  drawNatGateway,
  drawOwnRanges,
} from './gateways.ts'
import { drawHybridAttachments, drawVpnGateway } from './on-premises.ts'
import { drawRules } from './rules.ts'
import {
  addAppliance,
  addInspection,
  addMiddlebox,
  drawConnectEndpoint,
  drawGatewayEndpoint,
  drawInterfaceEndpoint,
  drawLoadBalancer,
  drawMiddlebox,
} from './services.ts'
import { drawVpc } from './vpc.ts'

/** One VPC without a way out: interfaces, groups, lists, tables, several blocks, both families. */
const oneVpc: Program<Snapshot> = (choices) => {
  const draft = newDraft()
  const vpc = drawVpc(choices, draft, HOME, 1, { subnets: [2, 4], interfaces: [3, 7] })
  if (choices.chance(30)) drawConnectEndpoint(choices, draft, vpc)
  return complete(choices, draft, [])
}

/** One VPC and the internet: gateways, NAT of each kind, Block Public Access, S3 and DynamoDB at their public addresses. */
const internetEdge: Program<Snapshot> = (choices) => {
  const { chance, int } = choices
  const draft = newDraft()
  for (let net = 1; net <= int(1, 2); net++) {
    const vpc = drawVpc(choices, draft, HOME, net, { subnets: [2, 3], interfaces: [2, 5] })
    drawInternetEdge(choices, draft, vpc)
  }
  addServiceLists(draft, HOME)
  if (chance(20)) addIdleAddress(draft, HOME)
  if (chance(15)) drawOwnRanges(choices, draft)
  return complete(choices, draft, [], chance(25))
}

/** Two or three VPCs and the peerings between them, across accounts and regions; two of them may have the same block. */
const peering: Program<Snapshot> = (choices) => {
  const { chance, pick, weighted } = choices
  const draft = newDraft()
  const size = { subnets: [1, 3], interfaces: [2, 3] } as const
  const place = () =>
    weighted<Place>([
      [4, HOME],
      [2, OTHER_ACCOUNT],
      [1, OTHER_REGION],
    ])
  const first = drawVpc(choices, draft, HOME, 1, size)
  const twins = chance(25)
  const second = drawVpc(choices, draft, place(), 2, size, !twins)
  const third = twins || chance(50) ? drawVpc(choices, draft, place(), twins ? 2 : 3, size, !twins) : undefined
  const peerings = [drawPeering(choices, draft, first, second)]
  if (third) peerings.push(drawPeering(choices, draft, first, third))
  if (third && !twins && chance(40)) peerings.push(drawPeering(choices, draft, third, second))
  for (const vpc of draft.vpcs) {
    if (chance(40)) drawInternetGateway(choices, draft, vpc)
    if (chance(30)) drawNatGateway(choices, draft, vpc, pick(['private', 'public', 'regional']))
  }
  return complete(choices, draft, peerings)
}

/** VPCs on one transit gateway, or on two that are peered; egress through a NAT gateway of another VPC. */
const transit: Program<Snapshot> = (choices) => {
  const { chance, pick } = choices
  const draft = newDraft()
  const size = { subnets: [1, 3], interfaces: [1, 3] } as const
  if (chance(25)) {
    drawInspection(
      choices,
      draft,
      [1, 2].map((net) => drawVpc(choices, draft, HOME, net, size)),
    )
    return complete(choices, draft, [])
  }
  const near = [drawVpc(choices, draft, HOME, 1, size), drawVpc(choices, draft, pick([HOME, OTHER_ACCOUNT]), 2, size)]
  const far = chance(40) ? [drawVpc(choices, draft, OTHER_REGION, 3, size)] : []
  drawTransit(choices, draft, near, far)
  for (const vpc of draft.vpcs) {
    if (!chance(40)) continue
    drawInternetGateway(choices, draft, vpc)
    drawNatGateway(choices, draft, vpc, pick(['public', 'regional', 'private']))
  }
  return complete(choices, draft, [])
}

/** One VPC with a load balancer or two, an internet gateway, and perhaps a peer that calls from outside. */
const loadBalancers: Program<Snapshot> = (choices) => {
  const { chance, int } = choices
  const draft = newDraft()
  const vpc = drawVpc(choices, draft, HOME, 1, { subnets: [2, 3], interfaces: [3, 5] })
  for (let left = int(1, 2); left > 0; left--) drawLoadBalancer(choices, draft, vpc)
  drawInternetGateway(choices, draft, vpc)
  if (chance(25)) drawNatGateway(choices, draft, vpc, 'public')
  const peer = chance(30) ? drawVpc(choices, draft, HOME, 2, { subnets: [1, 2], interfaces: [1, 2] }) : undefined
  return complete(choices, draft, peer ? [drawPeering(choices, draft, vpc, peer)] : [])
}

/** Gateway and interface endpoints, asked from their own VPC and from neighbours. */
const endpoints: Program<Snapshot> = (choices) => {
  const { chance, int } = choices
  const draft = newDraft()
  const vpc = drawVpc(choices, draft, HOME, 1, { subnets: [2, 3], interfaces: [2, 4] })
  const lists = addServiceLists(draft, HOME)
  for (let left = int(0, 2); left > 0; left--) drawGatewayEndpoint(choices, draft, vpc, lists)
  for (let left = int(1, 2); left > 0; left--) drawInterfaceEndpoint(choices, draft, vpc)
  if (chance(60)) drawInternetEdge(choices, draft, vpc)
  const neighbour = chance(60) ? drawVpc(choices, draft, HOME, 2, { subnets: [1, 2], interfaces: [1, 2] }) : undefined
  if (!neighbour) return complete(choices, draft, [])
  if (chance(50)) return complete(choices, draft, [drawPeering(choices, draft, vpc, neighbour)])
  drawTransit(choices, draft, [vpc, neighbour])
  return complete(choices, draft, [])
}

/** Appliances and inspection endpoints as route targets, inside one VPC or behind a transit gateway with two zones. */
const middleboxes: Program<Snapshot> = (choices) => {
  const { chance, int } = choices
  const draft = newDraft()
  if (chance(30)) {
    drawInspectedEdge(choices, draft)
    return complete(choices, draft, [], true)
  }
  const vpc = drawVpc(choices, draft, HOME, 1, { subnets: [2, 3], interfaces: [2, 4] })
  for (let left = int(1, 2); left > 0; left--) drawMiddlebox(choices, draft, vpc)
  if (chance(60)) drawInternetEdge(choices, draft, vpc)
  if (chance(15)) drawConnectEndpoint(choices, draft, vpc)
  if (chance(40))
    drawTransit(choices, draft, [vpc, drawVpc(choices, draft, HOME, 2, { subnets: [1, 2], interfaces: [1, 2] })])
  return complete(choices, draft, [], chance(40))
}

/** A network behind an instance: in no VPC. */
export const BEHIND_VPN = '192.168.77.0/24'

/** A VPC whose private subnets get to the internet by an instance that translates, of itself or by an outer interface (R-NAT-17). */
const natInstances: Program<Snapshot> = (choices) => {
  const { chance, int, pick, some } = choices
  const draft = newDraft()
  const vpc = drawVpc(choices, draft, HOME, 1, { subnets: [1, 2], interfaces: [1, 3] })
  drawInternetEdge(choices, draft, vpc)
  const gateway = pick(vpc.targets.filter(({ route }) => isInternetGateway(route)))
  const [outside, inside, work] = [
    addTable(draft, vpc, 'public'),
    addTable(draft, vpc, 'private'),
    addTable(draft, vpc, 'private'),
  ]
  const subnetWith = (table: typeof work) => addSubnet(draft, vpc, { zone: int(0, 1), table, acl: pick(vpc.acls) })
  const [open, inner, shut] = [subnetWith(outside), subnetWith(inside), subnetWith(work)]
  for (let left = int(1, 2); left > 0; left--)
    addInterface(draft, shut, {
      groups: vpc.groups,
      publics: chance(20) ? [0] : [],
      instance: true,
      checked: !chance(10),
    })
  addRoute(outside, '0.0.0.0/0', gateway.route)
  const route = chance(50)
    ? addAppliance(choices, draft, vpc, open, chance(40) ? [open] : [])
    : addAppliance(choices, draft, vpc, inner, some([open, open, shut], 1, 2))
  addRoute(work, chance(80) ? '0.0.0.0/0' : '8.0.0.0/7', route)
  // Or it ends a VPN: a network of its own lies behind it.
  if (chance(30)) for (const table of [work, outside, inside]) if (!chance(15)) addRoute(table, BEHIND_VPN, route)
  if (chance(40))
    addRoute(
      inside,
      '0.0.0.0/0',
      chance(60) ? route : pick(vpc.targets.filter(({ families }) => families.includes(4))).route,
    )
  if (chance(30))
    drawTransit(choices, draft, [vpc, drawVpc(choices, draft, HOME, 2, { subnets: [1, 2], interfaces: [1, 2] })])
  return complete(choices, draft, [], chance(15))
}

/** A VPC whose packets get to the gateways through what stands in a subnet of its own; now and then a NAT gateway is before that. */
const drawInspectedEdge = (choices: Choices, draft: Draft): void => {
  const { chance, int, pick } = choices
  const vpc = drawVpc(choices, draft, HOME, 1, { subnets: [1, 2], interfaces: [1, 2] })
  drawInternetEdge(choices, draft, vpc)
  const [acl] = vpc.acls
  const [work, box] = [addTable(draft, vpc, 'public'), addTable(draft, vpc, 'public')]
  const subnet = addSubnet(draft, vpc, { zone: 0, table: work, acl: acl! })
  for (let left = int(1, 2); left > 0; left--)
    addInterface(draft, subnet, { groups: vpc.groups, publics: [0], ipv6: true, instance: true })
  const gateways = vpc.targets.filter(({ route }) => isInternetGateway(route))
  const wall = addSubnet(draft, vpc, { zone: 0, table: box, acl: pick(vpc.acls) })
  addInterface(draft, wall, { groups: vpc.groups, publics: [0], ipv6: true, instance: true })
  const route = addMiddlebox(choices, draft, vpc, wall, chance(40) ? 'interface' : 'endpoint')
  for (const destination of ['0.0.0.0/0', '::/0']) {
    addRoute(work, destination, route)
    const fit = gateways.filter(({ families }) => families.includes(destination === '::/0' ? 6 : 4))
    addRoute(box, destination, pick(fit).route)
  }
  if (chance(40)) drawNatGateway(choices, draft, vpc, pick(['public', 'regional']))
}

const isInternetGateway = ({ GatewayId = '', EgressOnlyInternetGatewayId: egressOnly }: Target['route']): boolean =>
  GatewayId.startsWith('igw-') || egressOnly !== undefined

/** Two subnets of one VPC and a firewall between them, now and then in one direction only; nothing else filters. */
const firewalls: Program<Snapshot> = (choices) => {
  const { chance, int, pick } = choices
  const draft = newDraft()
  const vpc = addVpc(draft, { place: HOME, net: 1, ipv6: pick(['none', 'private']), more: [] })
  const group = addGroup(draft, vpc)
  for (const rules of [group.ingress, group.egress])
    rules.push({ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] })
  const acl = addAcl(draft, vpc)
  for (const Egress of [true, false])
    for (const [RuleNumber, block] of [
      [100, { CidrBlock: '0.0.0.0/0' }],
      [101, { Ipv6CidrBlock: '::/0' }],
    ] as const)
      acl.entries.push({ RuleNumber, Egress, Protocol: '-1', RuleAction: 'allow', ...block })
  const [first, second, wall] = [0, 1, 2].map(() => {
    const table = addTable(draft, vpc, 'private')
    return addSubnet(draft, vpc, { zone: 0, table, acl })
  }) as [SubnetPlan, SubnetPlan, SubnetPlan]
  for (const subnet of [first, second])
    for (let left = int(1, 2); left > 0; left--)
      addInterface(draft, subnet, { groups: [group], ipv6: true, instance: true })
  const route = addInspection(choices, draft, vpc, wall, true)
  for (const [here, there] of [
    [first, second],
    [second, first],
  ] as const) {
    if (chance(5)) continue
    addRoute(here.table, there.cidr, route)
    if (there.base6 !== undefined) addRoute(here.table, `${there.base6}::/64`, route)
  }
  addRules(draft, vpc)
  return finished(draft)
}

/** VPCs joined to networks on premises by virtual private gateways and by a transit gateway or two, several ways to one place among them. */
const hybrid: Program<Snapshot> = (choices) => {
  const { chance, pick } = choices
  const draft = newDraft()
  const size = { subnets: [1, 3], interfaces: [2, 3] } as const
  const twins = chance(10)
  const near = [drawVpc(choices, draft, HOME, 1, size, !twins)]
  if (twins || chance(60)) near.push(drawVpc(choices, draft, pick([HOME, OTHER_ACCOUNT]), twins ? 1 : 2, size, !twins))
  const hasTransit = chance(60)
  if (hasTransit) {
    const far = chance(20) ? [drawVpc(choices, draft, OTHER_REGION, 3, size)] : []
    drawTransit(choices, draft, near, far, (gateway) =>
      gateway.place === near[0]!.place || chance(40) ? drawHybridAttachments(choices, draft, gateway) : [],
    )
  }
  for (const vpc of near) if (!hasTransit || chance(50)) drawVpnGateway(choices, draft, vpc)
  for (const vpc of draft.vpcs) {
    if (chance(25)) drawInternetGateway(choices, draft, vpc)
    if (chance(20)) drawNatGateway(choices, draft, vpc, pick(['private', 'public']))
    if (chance(15)) drawLoadBalancer(choices, draft, vpc)
    if (chance(15)) drawInterfaceEndpoint(choices, draft, vpc)
  }
  const [first, second] = near
  const peerings = second && !twins && chance(20) ? [drawPeering(choices, draft, first!, second)] : []
  const snapshot = complete(choices, draft, peerings)
  return chance(12) ? withoutDirectConnect(snapshot) : snapshot
}

/** It is another service than all the rest, and often nobody asks it: then somebody has taught a gateway what a table shows. */
const withoutDirectConnect = (snapshot: Snapshot): Snapshot => {
  const isAsked = ({ kind }: { readonly kind: Kind }): boolean =>
    kind !== 'virtualInterface' && kind !== 'directConnectGatewayAssociation'
  return {
    ...snapshot,
    coverage: snapshot.coverage.filter(isAsked),
    resources: snapshot.resources.filter(isAsked),
  }
}

/** Everything at once, in two or three VPCs. */
const network: Program<Snapshot> = (choices) => {
  const { chance, int, pick } = choices
  const draft = newDraft()
  const lists = addServiceLists(draft, HOME)
  const size = { subnets: [2, 3], interfaces: [1, 3] } as const
  const vpcs = Array.from({ length: int(1, 3) }, (_, index) =>
    drawVpc(choices, draft, index === 0 ? HOME : pick([HOME, OTHER_ACCOUNT]), index + 1, size),
  )
  const [first, second, third] = vpcs
  const peerings: Peered[] = []
  if (first && second && chance(60)) peerings.push(drawPeering(choices, draft, first, second))
  if (first && third && chance(40)) peerings.push(drawPeering(choices, draft, third, first))
  if (vpcs.length > 1 && chance(60)) drawTransit(choices, draft, vpcs)
  for (const vpc of vpcs) {
    if (chance(70)) drawInternetEdge(choices, draft, vpc)
    // What a middlebox between a load balancer and its targets does is unsupported (R-LB-8), so nobody has to know.
    const inspected = chance(20)
    if (inspected) drawMiddlebox(choices, draft, vpc)
    else if (chance(40)) drawLoadBalancer(choices, draft, vpc)
    if (chance(30)) drawInterfaceEndpoint(choices, draft, vpc)
    if (vpc.place === HOME && chance(30)) drawGatewayEndpoint(choices, draft, vpc, lists)
  }
  if (chance(10)) drawOwnRanges(choices, draft)
  return complete(choices, draft, peerings, chance(12))
}

/** The programs by name, for arbitraries that draw a network and something with it. */
export const programs = {
  oneVpc,
  internetEdge,
  peering,
  transit,
  loadBalancers,
  endpoints,
  middleboxes,
  natInstances,
  firewalls,
  network,
  hybrid,
} as const

export type Group = keyof typeof programs

/** One arbitrary per group of nouns, so that a test can say what it is about. */
export const networks: Readonly<Record<Group, fc.Arbitrary<Snapshot>>> = {
  oneVpc: drawn(oneVpc),
  internetEdge: drawn(internetEdge),
  peering: drawn(peering),
  transit: drawn(transit),
  loadBalancers: drawn(loadBalancers),
  endpoints: drawn(endpoints),
  middleboxes: drawn(middleboxes),
  natInstances: drawn(natInstances),
  firewalls: drawn(firewalls),
  network: drawn(network),
  hybrid: drawn(hybrid),
}

/** Rules last, when every address is known. */
const complete = (
  choices: Choices,
  draft: Draft,
  peerings: readonly Peered[],
  withBlockPublicAccess = false,
): Snapshot => {
  const around = { peerings, neighbours: draft.vpcs, lenient: choices.chance(55) }
  for (const vpc of draft.vpcs) drawRules(choices, draft, vpc, around)
  for (const vpc of draft.vpcs) addRules(draft, vpc)
  if (withBlockPublicAccess) drawBlockPublicAccess(choices, draft)
  return finished(draft)
}

/** The kinds that a call might have been denied for, each with what answers to the same question. */
const DENIABLE: readonly (readonly Kind[])[] = [
  ['securityGroup'],
  ['networkAcl'],
  ['routeTable'],
  ['networkInterface'],
  ['internetGateway'],
  ['natGateway'],
  ['vpcPeeringConnection'],
  ['vpcEndpoint'],
  ['instanceConnectEndpoint'],
  ['managedPrefixListEntries', 'prefixList'],
  ['transitGatewayAttachment'],
  ['transitGatewayRoutes'],
  ['listener'],
  ['targetHealth'],
]

/** The same network with one or two records lost, of kinds that nobody can now say were read in full. What is left must not be
 *  taken for all there is. */
export const withGaps = ({ pick, some }: Choices, snapshot: Snapshot): Snapshot => {
  const present = DENIABLE.filter((kinds) => snapshot.resources.some(({ kind }) => kinds.includes(kind)))
  const denied = some(present, 1, 2)
  const lost = denied.flatMap((kinds) => {
    const one = pick(snapshot.resources.filter(({ kind }) => kinds.includes(kind)))
    return snapshot.resources.filter((each) => kinds.includes(each.kind) && answerOf(each) === answerOf(one))
  })
  return {
    ...snapshot,
    coverage: snapshot.coverage.filter(({ kind }) => !denied.flat().includes(kind)),
    gaps: lost.map(({ kind, account, region, id }) => ({
      code: 'ACCESS_DENIED',
      message: `${kind} ${id} could not be read`,
      kind,
      account,
      region,
      id,
    })),
    resources: snapshot.resources.filter((each) => !lost.includes(each)),
  }
}

/** What one answer of AWS tells is lost together: listeners are asked for by load balancer. */
const answerOf = (resource: Resource): string =>
  resource.kind === 'listener' ? (resource.raw.LoadBalancerArn ?? resource.id) : resource.id
