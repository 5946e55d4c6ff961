/** Transit gateways: attachments, route tables, and what search-transit-gateway-routes answers of them. */
import { type Draft, type Fact, known, named, type TransitAttachmentPlan, type TransitGatewayPlan } from './draft.ts'

export interface TransitTableOptions {
  /** What is associated with it and what propagates into it: attachments, by the name of their VPC or by id. */
  readonly associated?: readonly string[]
  readonly propagated?: readonly string[]
  /** Destination to such an attachment, or to `blackhole`. */
  readonly routes?: Readonly<Record<string, string>>
}

/** Opens a transit gateway. Where no table is stated it has one, `tgw-rtb-<name>`, with which every attachment is associated and
 *  into which every VPC propagates, as AWS sets it up. */
export const transitGateway =
  (name: string): Fact =>
  (draft) => {
    const plan: TransitGatewayPlan = {
      name,
      id: `tgw-${name}`,
      place: draft.place,
      attachments: new Map(),
      tables: new Map(),
    }
    draft.transitGateways.set(name, plan)
    draft.transitGateway = plan
    const byDefault = () => (plan.tables.has(`tgw-rtb-${name}`) ? 'enable' : 'disable')
    draft.add('transitGateway', plan.id, () => ({
      TransitGatewayId: plan.id,
      OwnerId: plan.place.account,
      State: 'available',
      Options: {
        DefaultRouteTableAssociation: byDefault(),
        DefaultRouteTablePropagation: byDefault(),
        SecurityGroupReferencingSupport: 'disable',
        DnsSupport: 'enable',
        VpnEcmpSupport: 'enable',
      },
      ...named(name),
    }))
    draft.last(() => {
      if (plan.tables.size > 0) return
      const all = [...plan.attachments]
      const vpcs = all.filter(([, { type }]) => type === 'vpc').map(([key]) => key)
      addTable(draft, plan, name, { associated: all.map(([key]) => key), propagated: vpcs })
    })
  }

/** Attaches a VPC to the transit gateway that is open, through these subnets: `tgw-attach-<gateway>-<vpc>`. */
export const transitGatewayAttachment =
  (vpcName: string, subnets: readonly string[]): Fact =>
  (draft) => {
    const gateway = gatewayHere(draft)
    const vpc = known(draft.vpcs, `vpc-${vpcName}`)
    const id = `tgw-attach-${gateway.name}-${vpcName}`
    const doors = subnets.map((each) => known(draft.subnets, `subnet-${each}`).id)
    draft.add(
      'transitGatewayVpcAttachment',
      id,
      () => ({
        TransitGatewayAttachmentId: id,
        TransitGatewayId: gateway.id,
        VpcId: vpc.id,
        VpcOwnerId: vpc.place.account,
        State: 'available',
        SubnetIds: doors,
        Options: {
          DnsSupport: 'enable',
          SecurityGroupReferencingSupport: 'enable',
          Ipv6Support: 'disable',
          ApplianceModeSupport: 'disable',
        },
        ...named(vpcName),
      }),
      vpc.place,
    )
    const plan: TransitAttachmentPlan = { id, type: 'vpc', resource: vpc.id, blocks: vpc.blocks }
    addAttachment(draft, gateway, vpcName, plan, vpc.place.account)
  }

/** Peers two transit gateways: `tgw-attach-<requester>-<accepter>` on both sides. Only static routes use it (R-TGW-15). */
export const transitGatewayPeering =
  (requester: string, accepter: string): Fact =>
  (draft) => {
    const from = known(draft.transitGateways, requester)
    const to = known(draft.transitGateways, accepter)
    const id = `tgw-attach-${requester}-${accepter}`
    const peering = {
      TransitGatewayAttachmentId: id,
      RequesterTgwInfo: { TransitGatewayId: from.id, OwnerId: from.place.account, Region: from.place.region },
      AccepterTgwInfo: { TransitGatewayId: to.id, OwnerId: to.place.account, Region: to.place.region },
      State: 'available',
      ...named(`${requester}-${accepter}`),
    }
    draft.add('transitGatewayPeeringAttachment', id, () => peering, from.place)
    addAttachment(draft, from, id, { id, type: 'peering', resource: to.id, blocks: [] }, to.place.account)
    addAttachment(draft, to, id, { id, type: 'peering', resource: from.id, blocks: [] }, from.place.account)
  }

/** Attaches networks on premises to the transit gateway that is open: `tgw-attach-<gateway>-<name>`, over a VPN `vpn-<name>`. */
export const transitGatewayVpn =
  (name: string): Fact =>
  (draft) => {
    const gateway = gatewayHere(draft)
    const resource = `vpn-${name}`
    draft.add(
      'vpnConnection',
      resource,
      () => ({
        VpnConnectionId: resource,
        TransitGatewayId: gateway.id,
        State: 'available',
        Type: 'ipsec.1',
        Options: { StaticRoutesOnly: false, TunnelInsideIpVersion: 'ipv4' },
        VgwTelemetry: [{ OutsideIpAddress: '54.88.7.1', Status: 'UP' }],
        ...named(name),
      }),
      gateway.place,
    )
    const plan: TransitAttachmentPlan = { id: `tgw-attach-${gateway.name}-${name}`, type: 'vpn', resource, blocks: [] }
    addAttachment(draft, gateway, name, plan, gateway.place.account)
  }

/** The same over a Direct Connect gateway `dxgw-<name>`, that tells them of these prefixes. */
export const transitGatewayDirectConnect =
  (name: string, allowed: readonly string[]): Fact =>
  (draft) => {
    const gateway = gatewayHere(draft)
    const resource = `dxgw-${name}`
    draft.add('directConnectGatewayAssociation', `dxassoc-${name}`, () => ({
      associationId: `dxassoc-${name}`,
      directConnectGatewayId: resource,
      associationState: 'associated',
      associatedGateway: { id: gateway.id, type: 'transitGateway' },
      allowedPrefixesToDirectConnectGateway: allowed.map((cidr) => ({ cidr })),
    }))
    const id = `tgw-attach-${gateway.name}-${name}`
    const plan: TransitAttachmentPlan = { id, type: 'direct-connect-gateway', resource, blocks: [] }
    addAttachment(draft, gateway, name, plan, gateway.place.account)
  }

/** A table `tgw-rtb-<name>` of the transit gateway that is open. */
export const transitGatewayRouteTable =
  (name: string, options: TransitTableOptions): Fact =>
  (draft) =>
    addTable(draft, gatewayHere(draft), name, options)

export const gatewayHere = (draft: Draft): TransitGatewayPlan => {
  if (!draft.transitGateway) throw new Error('name a transit gateway before what is attached to it')
  return draft.transitGateway
}

export const addAttachment = (
  draft: Draft,
  gateway: TransitGatewayPlan,
  key: string,
  plan: TransitAttachmentPlan,
  ResourceOwnerId: string,
): void => {
  gateway.attachments.set(key, plan)
  const association = () => {
    const table = [...gateway.tables].find(([, associated]) => associated.includes(key))?.[0]
    return table === undefined ? {} : { Association: { TransitGatewayRouteTableId: table, State: 'associated' } }
  }
  draft.add(
    'transitGatewayAttachment',
    plan.id,
    () => ({
      TransitGatewayAttachmentId: plan.id,
      TransitGatewayId: gateway.id,
      TransitGatewayOwnerId: gateway.place.account,
      ResourceOwnerId,
      ResourceType: plan.type,
      ResourceId: plan.resource,
      State: 'available',
      ...association(),
      ...named(key),
    }),
    gateway.place,
  )
}

const addTable = (
  draft: Draft,
  gateway: TransitGatewayPlan,
  name: string,
  { associated = [], propagated = [], routes = {} }: TransitTableOptions,
): void => {
  const id = `tgw-rtb-${name}`
  const byDefault = name === gateway.name
  gateway.tables.set(id, associated)
  const listed = (key: string) => {
    const { id: TransitGatewayAttachmentId, resource, type } = known(gateway.attachments, key)
    return { TransitGatewayAttachmentId, ResourceId: resource, ResourceType: type }
  }
  const routeTo = (DestinationCidrBlock: string, Type: string, key: string) =>
    key === 'blackhole'
      ? { DestinationCidrBlock, Type, State: 'blackhole', TransitGatewayAttachments: [] }
      : { DestinationCidrBlock, Type, State: 'active', TransitGatewayAttachments: [listed(key)] }
  const add = draft.add.bind(draft)
  add(
    'transitGatewayRouteTable',
    id,
    () => ({
      TransitGatewayRouteTableId: id,
      TransitGatewayId: gateway.id,
      State: 'available',
      DefaultAssociationRouteTable: byDefault,
      DefaultPropagationRouteTable: byDefault,
      ...named(name),
    }),
    gateway.place,
  )
  add(
    'transitGatewayRouteTableAssociations',
    id,
    () => ({ Associations: associated.map((key) => ({ ...listed(key), State: 'associated' })) }),
    gateway.place,
  )
  add(
    'transitGatewayRouteTablePropagations',
    id,
    () => ({ TransitGatewayRouteTablePropagations: propagated.map((key) => ({ ...listed(key), State: 'enabled' })) }),
    gateway.place,
  )
  add('transitGatewayPrefixListReferences', id, () => ({ TransitGatewayPrefixListReferences: [] }), gateway.place)
  add(
    'transitGatewayRoutes',
    id,
    () => {
      const learned = propagated.flatMap((key) =>
        // a static route hides an equal one that was propagated (R-TGW-5)
        known(gateway.attachments, key)
          .blocks.filter((block) => routes[block] === undefined)
          .map((block) => routeTo(block, 'propagated', key)),
      )
      const stated = Object.entries(routes).map(([destination, key]) => routeTo(destination, 'static', key))
      return { RoutesScope: 'searched', AdditionalRoutesAvailable: false, Routes: [...stated, ...learned] }
    },
    gateway.place,
  )
}
