/** Draws what joins VPCs: peerings and transit gateways, with one side missing, zones without attachment, tables that disagree. */
import type { Choices } from './choices.ts'
import {
  add,
  addAcl,
  addGroup,
  addInterface,
  addRoute,
  addSubnet,
  addTable,
  addVpc,
  type Draft,
  nextId,
  type Place,
  type SubnetPlan,
  type VpcPlan,
} from './draft.ts'
import { addAttachedFirewall } from './network-firewall.ts'
import { addMiddlebox } from './services.ts'
import { drawSubnet } from './vpc.ts'

// ---- peering

export interface Peered {
  readonly id: string
  readonly status: string
  readonly vpcs: readonly [VpcPlan, VpcPlan]
}

export const drawPeering = ({ weighted }: Choices, draft: Draft, from: VpcPlan, to: VpcPlan): Peered => {
  const id = nextId(draft, 'pcx')
  const status = weighted([
    [12, 'active'],
    [1, 'rejected'],
    [1, 'deleted'],
  ])
  const side = (vpc: VpcPlan) => ({
    VpcId: vpc.id,
    OwnerId: vpc.place.account,
    Region: vpc.place.region,
    CidrBlock: vpc.cidrs[0],
    CidrBlockSet: vpc.cidrs.map((CidrBlock) => ({ CidrBlock })),
    ...(vpc.v6 === undefined ? {} : { Ipv6CidrBlockSet: [{ Ipv6CidrBlock: `${vpc.v6}00::/56` }] }),
  })
  add(draft, 'vpcPeeringConnection', from.place, id, {
    VpcPeeringConnectionId: id,
    RequesterVpcInfo: side(from),
    AccepterVpcInfo: side(to),
    Status: { Code: status },
  })
  for (const [near, far] of [
    [from, to],
    [to, from],
  ] as const)
    near.targets.push({
      route: { VpcPeeringConnectionId: id },
      families: [4, 6],
      towards: ['vpc'],
      weight: 5,
      blocks: blocksOf(far),
    })
  return { id, status, vpcs: [from, to] }
}

const blocksOf = (vpc: VpcPlan): readonly string[] => [
  ...vpc.cidrs,
  ...(vpc.v6 === undefined ? [] : [`${vpc.v6}00::/56`]),
]

// ---- transit gateways

export interface Gateway {
  readonly id: string
  readonly place: Place
  readonly tables: readonly GatewayTable[]
}

interface GatewayTable {
  readonly id: string
  /** By destination; what is static hides what is propagated (R-TGW-5). */
  readonly statics: Map<string, { readonly attachment: Attachment | undefined }>
  readonly propagating: Attachment[]
}

export interface Attachment {
  readonly id: string
  readonly type: 'vpc' | 'peering' | 'vpn' | 'direct-connect-gateway' | 'network-function'
  readonly resource: string
  readonly blocks: readonly string[]
}

/** One transit gateway for these VPCs. Where `far` is given, a second one for those, and a peering between the two. `others` draws
 *  what else is attached to a gateway. */
export const drawTransit = (
  choices: Choices,
  draft: Draft,
  vpcs: readonly VpcPlan[],
  far: readonly VpcPlan[] = [],
  others: (gateway: Gateway) => readonly Attachment[] = nothingElse,
): void => {
  const { chance, pick } = choices
  const drawSide = (members: readonly VpcPlan[]): Side => {
    const gateway = drawGateway(choices, draft, members[0]!.place)
    const attachments = [
      // Who lost the record of such an attachment takes it to translate nothing. That is told apart from what is unknown in full only
      // where there is one way.
      ...members.map((vpc) => attach(choices, draft, gateway, vpc, others === nothingElse)),
      ...others(gateway),
    ]
    for (const attachment of attachments) wire(choices, gateway, attachment)
    return { gateway, members, attachments }
  }
  const sides = [vpcs, far].filter((members) => members.length > 0).map(drawSide)
  const [near, remote] = sides
  if (near && remote) {
    const id = nextId(draft, 'tgw-attach')
    const state = chance(90) ? 'available' : pick(['rejected', 'deleted'])
    for (const [here, there] of [
      [near, remote],
      [remote, near],
    ] as const) {
      const attachment: Attachment = { id, type: 'peering', resource: there.gateway.id, blocks: [] }
      addAttachmentRecord(choices, draft, here.gateway, attachment, there.gateway.place, state)
      // R-TGW-3: over a peering static routes only.
      for (const table of here.gateway.tables)
        for (const block of there.attachments.flatMap(({ blocks }) => blocks))
          if (chance(80)) table.statics.set(block, { attachment })
    }
    const end = ({ gateway: { id, place } }: Side) => ({
      TransitGatewayId: id,
      OwnerId: place.account,
      Region: place.region,
    })
    add(draft, 'transitGatewayPeeringAttachment', near.gateway.place, id, {
      TransitGatewayAttachmentId: id,
      RequesterTgwInfo: end(near),
      AccepterTgwInfo: end(remote),
      State: state,
    })
  }
  for (const { gateway, members, attachments } of sides) {
    writeRoutes(choices, draft, gateway, attachments)
    const beyond = sides.flatMap((side) => side.attachments).filter(({ type }) => type !== 'vpc')
    for (const vpc of members)
      vpc.targets.push({
        route: { TransitGatewayId: gateway.id },
        families: [4, 6],
        towards: ['vpc', 'internet'],
        weight: 5,
        blocks: [
          ...[...vpcs, ...far].filter((each) => each !== vpc).flatMap(blocksOf),
          ...beyond.flatMap(({ blocks }) => blocks),
        ],
      })
  }
}

const nothingElse = (): readonly Attachment[] => []

interface Side {
  readonly gateway: Gateway
  readonly members: readonly VpcPlan[]
  readonly attachments: readonly Attachment[]
}

/** Spokes that meet in a VPC of middleboxes, or in a firewall of the gateway's own (R-TGW-19): the design that R-TGW-11 and R-FLOW-11 are
 *  about, with its usual mistakes. */
export const drawInspection = (choices: Choices, draft: Draft, spokes: readonly VpcPlan[]): void => {
  const { chance, pick } = choices
  const { place } = spokes[0]!
  const id = nextId(draft, 'tgw')
  add(draft, 'transitGateway', place, id, {
    TransitGatewayId: id,
    OwnerId: place.account,
    State: 'available',
    Options: { SecurityGroupReferencingSupport: pick(['enable', 'disable']) },
  })
  const table = (): GatewayTable => {
    const made = { id: nextId(draft, 'tgw-rtb'), statics: new Map(), propagating: [] }
    add(draft, 'transitGatewayRouteTable', place, made.id, {
      TransitGatewayRouteTableId: made.id,
      TransitGatewayId: id,
      State: 'available',
    })
    return made
  }
  const [outer, inner] = [table(), table()]
  const gateway: Gateway = { id, place, tables: [outer, inner] }
  const hubSide = chance(30)
    ? attachFirewall(choices, draft, gateway, spokes[0]!, inner)
    : attachMiddleboxes(choices, draft, gateway, inner)
  const spokeSides = spokes.map((vpc) => {
    const subnets = [0, 1].map((zone) => drawSubnet(choices, draft, vpc, zone))
    vpc.targets.push({
      route: { TransitGatewayId: id },
      families: [4],
      towards: ['vpc', 'internet'],
      weight: 5,
      blocks: spokes.filter((each) => each !== vpc).flatMap((each) => each.cidrs),
    })
    return attachBy(choices, draft, gateway, vpc, subnets, outer)
  })
  outer.statics.set('0.0.0.0/0', { attachment: hubSide })
  // By mistake one spoke is known directly, and then one direction goes around the appliances.
  if (chance(20)) outer.propagating.push(pick(spokeSides))
  inner.propagating.push(...spokeSides)
  writeRoutes(choices, draft, gateway, spokeSides)
}

/** A VPC of middleboxes, one in each zone. */
const attachMiddleboxes = (choices: Choices, draft: Draft, gateway: Gateway, table: GatewayTable): Attachment => {
  const { chance, pick } = choices
  const hub = addVpc(draft, { place: gateway.place, net: 9, ipv6: 'none', more: [] })
  const acl = addAcl(draft, hub)
  addGroup(draft, hub)
  // The main table is for nobody; each zone has one before its appliance and one behind it.
  addTable(draft, hub, 'private')
  const appliance = pick(['interface', 'endpoint'] as const)
  const doors = [0, 1].map((zone): SubnetPlan => {
    const before = addTable(draft, hub, 'private')
    const behind = addTable(draft, hub, 'private')
    const door = addSubnet(draft, hub, { zone, table: before, acl })
    const room = addSubnet(draft, hub, { zone: chance(90) ? zone : 1 - zone, table: behind, acl })
    addRoute(before, '0.0.0.0/0', addMiddlebox(choices, draft, hub, room, appliance))
    addRoute(behind, '10.0.0.0/8', { TransitGatewayId: gateway.id })
    return door
  })
  return attachBy(choices, draft, gateway, hub, doors, table)
}

const attachFirewall = (
  choices: Choices,
  draft: Draft,
  gateway: Gateway,
  about: VpcPlan,
  { id: TransitGatewayRouteTableId }: GatewayTable,
): Attachment => {
  const id = nextId(draft, 'tgw-attach')
  const resource = addAttachedFirewall(choices, draft, about, gateway.id, id)
  add(draft, 'transitGatewayAttachment', gateway.place, id, {
    TransitGatewayAttachmentId: id,
    TransitGatewayId: gateway.id,
    TransitGatewayOwnerId: gateway.place.account,
    ResourceOwnerId: gateway.place.account,
    ResourceType: 'network-function',
    ResourceId: resource,
    State: drawState(choices, 'available', 'pending', 'deleting'),
    Association: { TransitGatewayRouteTableId, State: 'associated' },
  })
  return { id, type: 'network-function', resource, blocks: [] }
}

const attachBy = (
  { chance }: Choices,
  draft: Draft,
  gateway: Gateway,
  vpc: VpcPlan,
  subnets: readonly SubnetPlan[],
  table: GatewayTable,
): Attachment => {
  const id = nextId(draft, 'tgw-attach')
  add(draft, 'transitGatewayVpcAttachment', vpc.place, id, {
    TransitGatewayAttachmentId: id,
    TransitGatewayId: gateway.id,
    VpcId: vpc.id,
    VpcOwnerId: vpc.place.account,
    State: 'available',
    SubnetIds: subnets.map((subnet) => subnet.id),
    Options: { Ipv6Support: 'disable', ApplianceModeSupport: chance(50) ? 'enable' : 'disable' },
  })
  add(draft, 'transitGatewayAttachment', gateway.place, id, {
    TransitGatewayAttachmentId: id,
    TransitGatewayId: gateway.id,
    TransitGatewayOwnerId: gateway.place.account,
    ResourceOwnerId: vpc.place.account,
    ResourceType: 'vpc',
    ResourceId: vpc.id,
    State: 'available',
    Association: { TransitGatewayRouteTableId: table.id, State: 'associated' },
  })
  return { id, type: 'vpc', resource: vpc.id, blocks: blocksOf(vpc) }
}

/** Nearly always what it is meant to be; now and then on its way to it, or away from it (R-FLOW-10). */
export const drawState = ({ weighted }: Choices, settled: string, coming: string, going: string): string =>
  weighted([
    [30, settled],
    [1, coming],
    [1, going],
  ])

const drawGateway = (choices: Choices, draft: Draft, place: Place): Gateway => {
  const { chance, int, pick } = choices
  const id = nextId(draft, 'tgw')
  add(draft, 'transitGateway', place, id, {
    TransitGatewayId: id,
    OwnerId: place.account,
    State: 'available',
    Options: {
      DefaultRouteTableAssociation: pick(['enable', 'disable']),
      DefaultRouteTablePropagation: pick(['enable', 'disable']),
      ...(chance(60) ? { SecurityGroupReferencingSupport: pick(['enable', 'enable', 'disable']) } : {}),
    },
  })
  const tables = Array.from({ length: int(1, 2) }, () => {
    const table = { id: nextId(draft, 'tgw-rtb'), statics: new Map(), propagating: [] }
    add(draft, 'transitGatewayRouteTable', place, table.id, {
      TransitGatewayRouteTableId: table.id,
      TransitGatewayId: id,
      State: drawState(choices, 'available', 'pending', 'deleting'),
    })
    return table
  })
  if (chance(10)) {
    const policy = nextId(draft, 'tgw-ptb')
    add(draft, 'transitGatewayPolicyTable', place, policy, {
      TransitGatewayPolicyTableId: policy,
      TransitGatewayId: id,
      State: pick(['available', 'deleted']),
    })
  }
  return { id, place, tables }
}

/** One subnet per zone, its own or one with workloads in it (R-NACL-11, R-NACL-12); a zone may go without (R-TGW-1). */
const attach = (choices: Choices, draft: Draft, gateway: Gateway, vpc: VpcPlan, mayTranslate: boolean): Attachment => {
  const { chance, pick, weighted } = choices
  const id = nextId(draft, 'tgw-attach')
  const zones = weighted<readonly number[]>([
    [8, [0, 1]],
    [1, [0]],
    [1, [1]],
  ])
  const subnets = zones.map((zone): SubnetPlan => {
    const there = vpc.subnets.filter((subnet) => subnet.zone === zone)
    return there.length > 0 && chance(60) ? pick(there) : drawSubnet(choices, draft, vpc, zone)
  })
  for (const subnet of subnets)
    addInterface(draft, subnet, {
      groups: [],
      type: 'transit_gateway',
      description: `Network Interface for Transit Gateway Attachment ${id}`,
      checked: false,
    })
  const state = weighted([
    [16, 'available'],
    [1, 'modifying'],
    [1, 'failed'],
  ])
  add(draft, 'transitGatewayVpcAttachment', vpc.place, id, {
    TransitGatewayAttachmentId: id,
    TransitGatewayId: gateway.id,
    VpcId: vpc.id,
    VpcOwnerId: vpc.place.account,
    State: state,
    SubnetIds: subnets.map((subnet) => subnet.id),
    Options: {
      DnsSupport: 'enable',
      Ipv6Support: vpc.v6 !== undefined && chance(80) ? 'enable' : 'disable',
      ApplianceModeSupport: chance(25) ? 'enable' : 'disable',
      ...(chance(25) ? { SecurityGroupReferencingSupport: 'disable' } : {}),
    },
  })
  const attachment: Attachment = { id, type: 'vpc', resource: vpc.id, blocks: blocksOf(vpc) }
  addAttachmentRecord(choices, draft, gateway, attachment, vpc.place, state, mayTranslate)
  return attachment
}

export const addAttachmentRecord = (
  choices: Choices,
  draft: Draft,
  gateway: Gateway,
  { id, type, resource }: Attachment,
  owner: Place,
  state: string,
  mayTranslate = true,
): void => {
  const { chance, pick } = choices
  const associated = !chance(6)
  const association = drawState(choices, 'associated', 'associating', 'disassociating')
  add(draft, 'transitGatewayAttachment', gateway.place, id, {
    TransitGatewayAttachmentId: id,
    TransitGatewayId: gateway.id,
    TransitGatewayOwnerId: gateway.place.account,
    ResourceOwnerId: owner.account,
    ResourceType: type,
    ResourceId: resource,
    State: state,
    ...(mayTranslate && chance(4) ? { NatGatewaySupport: pick(['enabled', 'enabling', 'disabling', 'disabled']) } : {}),
    ...(associated ? { Association: { TransitGatewayRouteTableId: pick(gateway.tables).id, State: association } } : {}),
  })
}

/** Propagations, and static routes that agree with them, contradict them, or drop. */
const wire = ({ chance, pick }: Choices, gateway: Gateway, attachment: Attachment): void => {
  for (const table of gateway.tables) {
    if (chance(80)) table.propagating.push(attachment)
    for (const block of attachment.blocks) {
      const blackhole = chance(30)
      const [head = '', rest = ''] = block.split('.')
      const narrower = block.includes(':') ? block : `${head}.${rest.split('.')[0]}.${pick([0, 1, 2])}.0/24`
      if (chance(12)) table.statics.set(pick([block, narrower]), { attachment: blackhole ? undefined : attachment })
    }
    if (chance(20)) table.statics.set('0.0.0.0/0', { attachment })
    if (chance(10)) table.statics.set('::/0', { attachment })
  }
}

/** Of routes to one block those that are in force: by type, and of one type all share the load (R-TGW-4, R-TGW-5). */
const bestOf = (attachments: readonly Attachment[]): readonly Attachment[] => {
  const types = ['vpc', 'direct-connect-gateway', 'vpn', 'peering'] as const
  const best = types.find((type) => attachments.some((each) => each.type === type))
  return attachments.filter(({ type }) => type === best)
}

const writeRoutes = (choices: Choices, draft: Draft, gateway: Gateway, attachments: readonly Attachment[]): void => {
  for (const { id, statics, propagating } of gateway.tables) {
    const via = ({ id, resource, type }: Attachment) => [
      { TransitGatewayAttachmentId: id, ResourceId: resource, ResourceType: type },
    ]
    const fixed = [...statics].map(([DestinationCidrBlock, { attachment }]) => ({
      DestinationCidrBlock,
      Type: 'static',
      State: attachment ? drawState(choices, 'active', 'pending', 'deleting') : 'blackhole',
      ...(attachment ? { TransitGatewayAttachments: via(attachment) } : {}),
    }))
    const states = new Map(propagating.map((each) => [each, drawState(choices, 'enabled', 'enabling', 'disabling')]))
    const enabled = attachments.filter((each) => states.get(each) === 'enabled')
    const learned = [...new Set(enabled.flatMap((each) => each.blocks))]
      .filter((block) => !statics.has(block))
      .map((DestinationCidrBlock) => ({
        DestinationCidrBlock,
        Type: 'propagated',
        State: 'active',
        TransitGatewayAttachments: bestOf(
          enabled.filter(({ blocks }) => blocks.includes(DestinationCidrBlock)),
        ).flatMap(via),
      }))
    // Both ways in which people read these tables: what a search finds, or static routes and propagations apart.
    const searched = choices.chance(70)
    add(draft, 'transitGatewayRoutes', gateway.place, id, {
      RoutesScope: searched ? 'searched' : 'static',
      AdditionalRoutesAvailable: false,
      Routes: searched ? [...fixed, ...learned] : fixed,
    })
    add(draft, 'transitGatewayRouteTablePropagations', gateway.place, id, {
      TransitGatewayRouteTablePropagations: propagating.map((each) => ({
        TransitGatewayAttachmentId: each.id,
        ResourceId: each.resource,
        ResourceType: each.type,
        State: states.get(each)!,
      })),
    })
  }
}
