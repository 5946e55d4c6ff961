/** Adds to a network what the oracle does not model, or not whole: what such networks are good for is to ask one thing in two ways. */
import type { Kind, RawOf } from '../../src/snapshot/schema.ts'
import type { Resource, Snapshot } from '../../src/snapshot/snapshot.ts'
import type { Choices } from './choices.ts'
import { withGaps } from './network.ts'

/** Ways out that end where nobody can tell, addresses of interfaces that were not read, things on their way to be something else; and
 *  in a third of all cases records that are missing. */
export const beyondTheOracle = (choices: Choices, snapshot: Snapshot): Snapshot => {
  const edits = choices.some([addVpnGateway, addStrangeRoute, addForeignAddress, front, unsettle], 1, 3)
  const changed = edits.reduce((all, edit) => edit(choices, all), snapshot)
  return choices.chance(33) ? withGaps(choices, changed) : changed
}

type Edit = (choices: Choices, snapshot: Snapshot) => Snapshot

const isOf =
  <K extends Kind>(kind: K) =>
  (each: Resource): each is Extract<Resource, { kind: K }> =>
    each.kind === kind

/** With an interface of Global Accelerator or CloudFront in a subnet, who may bring the internet to any private address there (R-COMP-5). */
const front: Edit = (choices, snapshot) => {
  const free = snapshot.resources
    .filter(isOf('networkInterface'))
    .filter(({ raw }) => raw.InterfaceType === 'interface')
  if (free.length === 0) return snapshot
  const { id } = choices.pick(free)
  const fronting = choices.pick([
    { InterfaceType: 'global_accelerator_managed' },
    { Description: 'CloudFront VPC origin', RequesterManaged: true },
  ])
  return {
    ...snapshot,
    resources: snapshot.resources.map((each) =>
      each.kind === 'networkInterface' && each.id === id ? { ...each, raw: { ...each.raw, ...fronting } } : each,
    ),
  }
}

/** With VPNs whose routes are written down, or learnt and perhaps seen in a table that it propagates into (R-VGW). */
const addVpnGateway: Edit = (choices, snapshot) => {
  const { chance, pick, some } = choices
  const vpcs = snapshot.resources.filter(isOf('vpc'))
  if (vpcs.length === 0) return snapshot
  const { id: VpcId, account, region } = pick(vpcs)
  const id = 'vgw-0000f001'
  const place = { account, region }
  const learns = chance(50)
  const added: Resource[] = [
    {
      kind: 'vpnGateway',
      ...place,
      id,
      raw: {
        VpnGatewayId: id,
        State: pick(['available', 'available', 'pending']),
        VpcAttachments: [{ VpcId, State: pick(['attached', 'attached', 'attaching', 'detached']) }],
      },
    },
    {
      kind: 'vpnConnection',
      ...place,
      id: 'vpn-0000f001',
      raw: {
        VpnConnectionId: 'vpn-0000f001',
        VpnGatewayId: id,
        State: 'available',
        Options: { StaticRoutesOnly: !learns },
        Routes: learns ? [] : some(BLOCKS, 0, 2).map((block) => ({ DestinationCidrBlock: block, State: 'available' })),
      },
    },
  ]
  const routed = withRoute(choices, snapshot, VpcId, { GatewayId: id })
  const taught =
    learns && chance(60)
      ? withRoute(choices, routed, VpcId, { GatewayId: id, Origin: 'EnableVgwRoutePropagation' }, id)
      : routed
  return { ...taught, resources: [...taught.resources, ...added] }
}

const BLOCKS = ['192.168.0.0/16', '10.0.0.0/8', '8.8.0.0/16', '0.0.0.0/0', '172.16.0.0/12']

/** To a target of a kind that is not followed. */
const addStrangeRoute: Edit = (choices, snapshot) => {
  const vpcs = snapshot.resources.filter(isOf('vpc'))
  if (vpcs.length === 0) return snapshot
  return withRoute(
    choices,
    snapshot,
    choices.pick(vpcs).id,
    choices.pick([
      { CarrierGatewayId: 'cagw-00000001' },
      { LocalGatewayId: 'lgw-00000001' },
      { CoreNetworkArn: 'arn:aws:networkmanager::111111111111:core-network/core-network-00000001' },
    ]),
  )
}

type Route = NonNullable<RawOf<'routeTable'>['Routes']>[number]

const withRoute = (
  { pick }: Choices,
  snapshot: Snapshot,
  vpcId: string,
  target: Partial<Route>,
  propagating?: string,
): Snapshot => {
  const tables = snapshot.resources.filter(isOf('routeTable')).filter(({ raw }) => raw.VpcId === vpcId)
  if (tables.length === 0) return snapshot
  const table = pick(tables)
  const route = { DestinationCidrBlock: pick(BLOCKS), Origin: 'CreateRoute', State: 'active', ...target }
  const others = (table.raw.Routes ?? []).filter((each) => each.DestinationCidrBlock !== route.DestinationCidrBlock)
  const raw = {
    ...table.raw,
    Routes: [...others, route],
    ...(propagating !== undefined && {
      PropagatingVgws: [...(table.raw.PropagatingVgws ?? []), { GatewayId: propagating }],
    }),
  }
  return { ...snapshot, resources: snapshot.resources.map((each) => (each === table ? { ...table, raw } : each)) }
}

/** An elastic address of an interface that nobody read (R-ADDR-16). */
const addForeignAddress: Edit = ({ pick }, snapshot) => {
  const vpcs = snapshot.resources.filter(isOf('vpc'))
  if (vpcs.length === 0) return snapshot
  const { account, region } = pick(vpcs)
  const AllocationId = 'eipalloc-0000f001'
  const raw = { AllocationId, PublicIp: '54.10.0.200', NetworkInterfaceId: 'eni-0000f001', Domain: 'vpc' }
  return {
    ...snapshot,
    resources: [...snapshot.resources, { kind: 'address', account, region, id: AllocationId, raw }],
  }
}

/** Something is being made, or taken away (R-FLOW-10). */
const unsettle: Edit = ({ pick }, snapshot) => {
  const subnets = snapshot.resources.filter((each) => each.kind === 'subnet' || each.kind === 'vpc')
  if (subnets.length === 0) return snapshot
  const one = pick(subnets)
  const changed = { ...one, raw: { ...one.raw, State: pick(['pending', 'failed', 'unavailable']) } } as Resource
  return { ...snapshot, resources: snapshot.resources.map((each) => (each === one ? changed : each)) }
}
