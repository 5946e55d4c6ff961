/** Draws what joins an estate to networks on premises: virtual private gateways with static and BGP VPNs and Direct Connect, and such
 *  attachments of transit gateways, whose prefixes overlap. */
import type { RawOf } from '../../src/snapshot/schema.ts'
import type { Choices } from './choices.ts'
import { addAttachmentRecord, type Attachment, drawState, type Gateway } from './connections.ts'
import {
  add,
  addRoute,
  addSubnet,
  addTable,
  type Draft,
  nextId,
  type Place,
  type SubnetPlan,
  type Target,
  type VpcPlan,
} from './draft.ts'
import { addMiddlebox } from './services.ts'

const BLOCKS_4 = [
  '192.168.0.0/16',
  '192.168.1.0/24',
  '192.168.0.0/17',
  '192.168.128.0/17',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '0.0.0.0/0',
]
const BLOCKS_6 = ['fd99::/16', 'fd99:1::/32', '::/0']

/** Addresses inside them that no boundary shows. */
export const ON_PREMISES = ['192.168.1.77', '192.168.2.9', '192.168.200.1', '10.200.0.9', '172.20.0.1', 'fd99:1::7']

// ---- VPNs

type Vpn = RawOf<'vpnConnection'>

const drawTelemetry = ({ weighted }: Choices): Pick<Vpn, 'VgwTelemetry'> => {
  const statuses = weighted<readonly string[] | undefined>([
    [5, ['UP', 'UP']],
    [3, ['DOWN', 'UP']],
    [4, ['DOWN', 'DOWN']],
    [2, undefined],
    [1, []],
  ])
  return statuses === undefined ? {} : { VgwTelemetry: statuses.map((Status) => ({ Status })) }
}

/** R-VPN-3: most negotiate everything. */
const drawSelectors = ({ chance, pick }: Choices): NonNullable<Vpn['Options']> => ({
  ...(chance(15) ? { LocalIpv4NetworkCidr: pick(['0.0.0.0/0', ...BLOCKS_4]) } : {}),
  ...(chance(15) ? { RemoteIpv4NetworkCidr: pick(['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '10.2.0.0/16']) } : {}),
})

const addVpn = (
  choices: Choices,
  draft: Draft,
  place: Place,
  shape: Pick<Vpn, 'VpnGatewayId' | 'TransitGatewayId' | 'Options' | 'Routes'>,
): Vpn => {
  const id = nextId(draft, 'vpn')
  const raw: Vpn = {
    VpnConnectionId: id,
    State: drawState(choices, 'available', 'pending', 'deleted'),
    ...drawTelemetry(choices),
    ...shape,
    Options: { ...drawSelectors(choices), ...shape.Options },
  }
  add(draft, 'vpnConnection', place, id, raw)
  return raw
}

/** What it makes its gateway know: of what is gone, nothing. */
const staticBlocks = ({ State, Routes = [] }: Vpn): readonly string[] =>
  State === 'deleted'
    ? []
    : Routes.flatMap((route) => (route.State === 'deleted' ? [] : (route.DestinationCidrBlock ?? [])))

// ---- virtual private gateways

/** R-VGW-1 to R-VGW-5. */
export const drawVpnGateway = (choices: Choices, draft: Draft, vpc: VpcPlan): void => {
  const { chance, int, some } = choices
  const id = nextId(draft, 'vgw')
  add(draft, 'vpnGateway', vpc.place, id, {
    VpnGatewayId: id,
    State: drawState(choices, 'available', 'pending', 'deleted'),
    Type: 'ipsec.1',
    VpcAttachments: [{ VpcId: vpc.id, State: drawState(choices, 'attached', 'attaching', 'detached') }],
  })
  const isDirect = chance(35)
  if (isDirect) addDirectConnect(choices, draft, vpc.place, id)
  const vpns = Array.from({ length: int(isDirect ? 0 : 1, 2) }, () => drawVpn(choices, draft, vpc.place, id))
  const learns = isDirect || vpns.some(({ State, Options }) => State !== 'deleted' && !Options?.StaticRoutesOnly)
  const learned = learns ? some(BLOCKS_4, 1, 3) : []
  const wide = isDirect ? some(BLOCKS_6, 0, 2) : []
  const blocks = [...new Set([...vpns.flatMap(staticBlocks), ...learned, ...wide])]
  for (const block of blocks) draft.premises.add(block)
  const target: Target = {
    route: { GatewayId: id },
    families: wide.length > 0 ? [4, 6] : [4],
    towards: ['internet', 'vpc'],
    weight: 4,
    blocks,
  }
  vpc.targets.push(target)
  propagate(choices, vpc, id, blocks)
  if (chance(30)) drawEdge(choices, draft, vpc, target)
}

const drawVpn = (choices: Choices, draft: Draft, place: Place, gateway: string): Vpn => {
  const { chance, some } = choices
  const isStatic = chance(55)
  const blocks = isStatic ? some(BLOCKS_4, 1, 2) : []
  return addVpn(choices, draft, place, {
    VpnGatewayId: gateway,
    ...(isStatic || chance(80) ? { Options: { StaticRoutesOnly: isStatic } } : {}),
    Routes: blocks.map((DestinationCidrBlock) => ({
      DestinationCidrBlock,
      Source: 'Static',
      State: drawState(choices, 'available', 'pending', 'deleted'),
    })),
  })
}

/** By a virtual interface of its own or by a Direct Connect gateway (R-DX-3). */
const addDirectConnect = ({ chance }: Choices, draft: Draft, place: Place, gateway: string): void => {
  if (chance(50)) {
    const virtualInterfaceId = nextId(draft, 'dxvif')
    const raw = { virtualInterfaceId, virtualInterfaceType: 'private', virtualInterfaceState: 'available' }
    add(draft, 'virtualInterface', place, virtualInterfaceId, { ...raw, virtualGatewayId: gateway })
    return
  }
  const associatedGateway = { id: gateway, type: 'virtualPrivateGateway', region: place.region }
  associate(draft, place, addDirectConnectGateway(draft, place), { associatedGateway })
}

const addDirectConnectGateway = (draft: Draft, place: Place): string => {
  const directConnectGatewayId = nextId(draft, 'dxgw')
  add(draft, 'directConnectGateway', place, directConnectGatewayId, { directConnectGatewayId })
  return directConnectGatewayId
}

const associate = (
  draft: Draft,
  place: Place,
  directConnectGatewayId: string,
  raw: Omit<RawOf<'directConnectGatewayAssociation'>, 'associationId'>,
): void => {
  const associationId = nextId(draft, 'dxassoc')
  add(draft, 'directConnectGatewayAssociation', place, associationId, {
    associationId,
    directConnectGatewayId,
    associationState: 'associated',
    ...raw,
  })
}

/** Into some tables, all of which then show the same routes; into none, and nobody sees what it learned (R-VGW-4). */
const propagate = ({ chance }: Choices, vpc: VpcPlan, gateway: string, blocks: readonly string[]): void => {
  for (const table of vpc.tables) {
    if (table.ofGateway || chance(45)) continue
    table.propagating.push(gateway)
    for (const block of blocks) {
      const destination = block.includes(':') ? { DestinationIpv6CidrBlock: block } : { DestinationCidrBlock: block }
      table.routes.push({
        ...destination,
        GatewayId: gateway,
        Origin: 'EnableVgwRoutePropagation',
        State: 'active',
      })
    }
  }
}

/** R-EDGE-1, R-EDGE-2: local as it is, or a subnet or all of a block by way of a middlebox, which by mistake sees one direction only. */
const drawEdge = (choices: Choices, draft: Draft, vpc: VpcPlan, { route, blocks = [] }: Target): void => {
  const { chance, pick } = choices
  const edge = addTable(draft, vpc, 'private', true, route.GatewayId)
  if (chance(35)) return
  const subnet = pick(vpc.subnets)
  const wall = wallFor(draft, vpc, subnet)
  const box = addMiddlebox(choices, draft, vpc, wall, chance(60) ? 'interface' : 'endpoint')
  for (const block of blocks) addRoute(wall.table, block, route)
  if (chance(60)) addRoute(edge, subnet.cidr, box)
  else {
    const { GatewayId: _, ...local } = edge.routes[0]!
    edge.routes[0] = { ...local, ...box }
  }
  if (chance(20)) return
  for (const block of blocks) addRoute(subnet.table, block, box)
}

/** A subnet of its own (R-ROUTE-23). */
const wallFor = (draft: Draft, vpc: VpcPlan, { zone }: SubnetPlan): SubnetPlan =>
  addSubnet(draft, vpc, { zone, table: addTable(draft, vpc, 'private'), acl: vpc.acls[0]! })

// ---- transit gateways

/** One to three, each with prefixes that its gateway may have in tables, learned or written. */
export const drawHybridAttachments = (choices: Choices, draft: Draft, gateway: Gateway): readonly Attachment[] =>
  Array.from({ length: choices.int(1, 3) }, () => {
    const { chance, some, weighted } = choices
    const type = chance(55) ? 'vpn' : 'direct-connect-gateway'
    const resource =
      type === 'vpn' ? drawTransitVpn(choices, draft, gateway) : drawTransitDirect(choices, draft, gateway)
    const blocks = [...some(BLOCKS_4, 1, 2), ...(chance(40) ? some(BLOCKS_6, 1, 2) : [])]
    const attachment: Attachment = { id: nextId(draft, 'tgw-attach'), type, resource, blocks }
    const state = weighted([
      [24, 'available'],
      [1, 'modifying'],
      [1, 'pending'],
      [1, 'deleted'],
    ])
    addAttachmentRecord(choices, draft, gateway, attachment, gateway.place, state)
    for (const block of blocks) draft.premises.add(block)
    for (const { statics } of gateway.tables)
      for (const block of blocks) if (chance(30)) statics.set(block, { attachment })
    return attachment
  })

const drawTransitVpn = (choices: Choices, draft: Draft, gateway: Gateway): string => {
  const { chance, weighted } = choices
  const inner = weighted<Vpn['Options']>([
    [3, {}],
    [2, { TunnelInsideIpVersion: 'ipv4' }],
    [3, { TunnelInsideIpVersion: 'ipv6' }],
  ])
  const shape = { TransitGatewayId: gateway.id, Options: { StaticRoutesOnly: chance(40), ...inner } }
  return addVpn(choices, draft, gateway.place, shape).VpnConnectionId
}

/** With the prefixes that it may tell of, which by mistake are not all (R-DX-2); or nobody read them. */
const drawTransitDirect = ({ chance, some }: Choices, draft: Draft, { id, place }: Gateway): string => {
  const gateway = addDirectConnectGateway(draft, place)
  if (chance(8)) return gateway
  const own = draft.vpcs.flatMap(({ cidrs, v6 }) => [...cidrs, ...(v6 === undefined ? [] : [`${v6}00::/56`])])
  const allowed = chance(60) ? ['10.0.0.0/8', '100.64.0.0/10', '::/0'] : some([...own, '10.1.0.0/17'], 1, 3)
  associate(draft, place, gateway, {
    associatedGateway: { id, type: 'transitGateway', region: place.region },
    allowedPrefixesToDirectConnectGateway: allowed.map((cidr) => ({ cidr })),
  })
  return gateway
}
