/** Facts about transit gateways: zones, associations, routes, NACLs of attachment subnets, identity, and peered gateways. */
import { describe, expect, it } from 'vitest'
import { type Estate, estate } from '../build.ts'
import type { AclRule, GroupRule } from '../build/rules.ts'
import type { TransitTableOptions } from '../build/transit-gateway.ts'
import { ask } from './ask.ts'

const OPEN = ['100 allow all from 0.0.0.0/0', '100 allow all to 0.0.0.0/0'] as const

interface Shape {
  /** The zone of the client; the attachments are in zone a. */
  readonly zone?: string
  /** Attached by the subnet of the client itself, and not by one of its own. */
  readonly sameSubnet?: boolean
  readonly app?: readonly AclRule[]
  readonly door?: readonly AclRule[]
  /** Of the route table; AWS's default otherwise: all associated, all propagated. */
  readonly table?: TransitTableOptions
}

/** A client and a server in two VPCs on one transit gateway. */
const hub = ({ zone = 'a', sameSubnet = false, app = OPEN, door = OPEN, table }: Shape = {}): Estate => {
  const attached = estate()
    .vpc('shop', '10.0.0.0/16')
    .securityGroup('any', ['all from 0.0.0.0/0'])
    .subnet('app', '10.0.1.0/24', { zone, routes: { '10.0.0.0/8': 'tgw-hub' }, acl: app })
    .instance('web', '10.0.1.10', { groups: ['any'] })
    .subnet('door', '10.0.9.0/28', { routes: {}, acl: door })
    .vpc('far', '10.1.0.0/16')
    .securityGroup('far', ['all from 0.0.0.0/0'])
    .subnet('far', '10.1.1.0/24', { routes: { '10.0.0.0/8': 'tgw-hub' } })
    .instance('far', '10.1.1.10', { groups: ['far'] })
    .subnet('far-door', '10.1.9.0/28', { routes: {} })
    .transitGateway('hub')
    .transitGatewayAttachment('shop', [sameSubnet ? 'app' : 'door'])
    .transitGatewayAttachment('far', ['far-door'])
  return table ? attached.transitGatewayRouteTable('own', table) : attached
}

const both = ['shop', 'far'] as const

/** With a policy table of a gateway; for which of its attachments that is, nobody reads. */
const withPolicyTable = (network: Estate, TransitGatewayId: string, State: string): Estate =>
  network.record('transitGatewayPolicyTable', 'tgw-ptb-1', {
    TransitGatewayPolicyTableId: 'tgw-ptb-1',
    TransitGatewayId,
    State,
  })

/** An attachment of that gateway without a route table may follow a policy table of it that is in service, whose entries nobody read, and no
 *  other's. */
const expectByPolicyOf = (gateway: string, network: Estate, attachment: string, other: string): void => {
  const asked = (by: string, state: string) => ask(withPolicyTable(network, by, state), 'eni-web', 'eni-far', 'tcp 443')
  expect(asked(gateway, 'available')).toMatchObject({
    verdict: 'unknown',
    unknowns: [`TGW_RTB_ROUTES_ARE_UNKNOWN ${attachment}`],
    assumptions: ['R-TGW-17'],
  })
  expect(asked(other, 'available').verdict).toBe('unreachable')
  expect(asked(gateway, 'deleted').verdict).toBe('unreachable')
}

describe('a transit gateway', () => {
  it('takes packets from the subnet in by the attachment, and out by the table of the attachment subnet (R-TGW-9, R-TGW-10)', () => {
    expect(ask(hub(), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-any > acl-app > rtb-app > tgw-attach-hub-shop > acl-door > tgw-rtb-hub > tgw-attach-hub-far > ' +
        'acl-default-far > rtb-far-door > acl-default-far > sg-far > eni-far',
      back:
        'eni-far > acl-default-far > rtb-far > tgw-attach-hub-far > acl-default-far > tgw-rtb-hub > ' +
        'tgw-attach-hub-shop > acl-door > rtb-door > acl-app > eni-web',
      conditions: [],
      assumptions: [],
    })
  })

  it('vector 28: takes nothing from a zone in which the attachment has no subnet (R-TGW-1)', () => {
    expect(ask(hub({ zone: 'b' }), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-any > acl-app > rtb-app > tgw-attach-hub-shop',
      blocked: ['forward TGW_ROUTE_AZ_RESTRICTION tgw-attach-hub-shop'],
    })
  })

  it('delivers to zones in which the attachment has no subnet, whose answers it then does not take (R-TGW-10, R-TGW-1)', () => {
    expect(ask(hub({ zone: 'b' }), 'eni-far', 'eni-web', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return TGW_ROUTE_AZ_RESTRICTION tgw-attach-hub-shop'],
    })
  })

  it('goes by physical zones, and not by what an account calls them (R-AZ-1)', () => {
    const shared = estate()
      .zones({ a: 'use1-az1' })
      .vpc('shop', '10.0.0.0/16')
      .subnet('app', '10.0.1.0/24', { routes: { '10.0.0.0/8': 'tgw-hub' } })
      .instance('web', '10.0.1.10')
      .subnet('door', '10.0.9.0/28', { zone: 'b', routes: {} })
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['door'])
    const zoneOf = (subnet: string, AvailabilityZone: string, AvailabilityZoneId: string) =>
      [subnet, { AvailabilityZone, AvailabilityZoneId }] as const
    const asked = (...zones: (readonly [string, object])[]) =>
      ask(
        zones.reduce((all, [id, fields]) => all.with('subnet', id, fields), shared),
        'eni-web',
        '10.9.9.9',
        'tcp 443',
      ).blocked
    expect(asked(zoneOf('subnet-door', 'us-east-1b', 'use1-az1'))).toEqual([
      'forward TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT tgw-rtb-hub',
    ])
    expect(asked(zoneOf('subnet-door', 'us-east-1a', 'use1-az2'))).toEqual([
      'forward TGW_ROUTE_AZ_RESTRICTION tgw-attach-hub-shop',
      'forward TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT tgw-rtb-hub',
    ])
  })

  it('is entered from a Local Zone by the parent zone, and left into it (R-TGW-22, R-ZONE-1)', () => {
    const local = hub()
      .with('subnet', 'subnet-app', { AvailabilityZone: 'us-east-1-bos-1a', AvailabilityZoneId: 'use1-bos1-az1' })
      .record('availabilityZone', 'us-east-1-bos-1a', {
        ZoneName: 'us-east-1-bos-1a',
        ZoneId: 'use1-bos1-az1',
        ZoneType: 'local-zone',
        ParentZoneId: 'use1-az1',
      })
    expect(ask(local, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
    expect(ask(local, 'eni-far', 'eni-web', 'tcp 443').verdict).toBe('reachable')
    const ofAnother = local.with('availabilityZone', 'us-east-1-bos-1a', { ParentZoneId: 'use1-az2' })
    expect(ask(ofAnother, 'eni-web', 'eni-far', 'tcp 443').blocked).toEqual([
      'forward TGW_ROUTE_AZ_RESTRICTION tgw-attach-hub-shop',
    ])
    expect(ask(local.without('availabilityZone'), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['ZONE_UNKNOWN tgw-attach-hub-shop'],
    })
  })

  it('vector 29: drops what comes in by an attachment without an associated table (R-TGW-2)', () => {
    const network = hub({ table: { associated: ['far'], propagated: both } })
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION tgw-attach-hub-shop'],
    })
  })

  it('installs nothing by association alone (R-TGW-3, R-TGW-7)', () => {
    const network = hub({ table: { associated: both, propagated: ['shop'] } })
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT tgw-rtb-own'],
    })
  })

  it('judges the answer by the table of the other attachment (R-TGW-2)', () => {
    const network = hub({ table: { associated: ['shop'], propagated: both } }).transitGatewayRouteTable('back', {
      associated: ['far'],
    })
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT tgw-rtb-back'],
    })
  })

  it('whose tables nobody read leaves it unknown (R-TGW-23)', () => {
    const network = hub().without('transitGatewayRoutes')
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['TGW_RTB_ROUTES_ARE_UNKNOWN tgw-rtb-hub'],
    })
  })

  it('of another account leaves it unknown, which shows who takes part neither tables nor associations (R-TGW-23)', () => {
    const elsewhere = { TransitGatewayOwnerId: '222222222222', Association: undefined }
    const network = hub()
      .with('transitGateway', 'tgw-hub', { OwnerId: '222222222222' })
      .with('transitGatewayAttachment', 'tgw-attach-hub-shop', elsewhere)
      .with('transitGatewayAttachment', 'tgw-attach-hub-far', elsewhere)
      .without('transitGatewayRouteTable', 'transitGatewayRouteTableAssociations', 'transitGatewayRoutes')
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['TGW_RTB_ROUTES_ARE_UNKNOWN tgw-attach-hub-shop'],
    })
  })

  it('forwards for an attachment that is being modified, and not for one that is gone (R-FLOW-10)', () => {
    const inState = (State: string) =>
      ask(
        hub()
          .with('transitGatewayVpcAttachment', 'tgw-attach-hub-far', { State })
          .with('transitGatewayAttachment', 'tgw-attach-hub-far', { State }),
        'eni-web',
        'eni-far',
        'tcp 443',
      )
    expect(inState('modifying')).toMatchObject({ verdict: 'reachable', assumptions: ['R-FLOW-10'] })
    expect(inState('available')).toMatchObject({ verdict: 'reachable', assumptions: [] })
    expect(inState('deleted').blocked).toContain('forward BAD_STATE tgw-attach-hub-far')
    expect(inState('pending').verdict).toBe('unknown')
  })

  it('carries IPv6 where the attachment does (R-TGW-13)', () => {
    const dual = estate()
      .vpc('shop', ['10.0.0.0/16', '2600:1f18:1::/56'])
      .securityGroup('any', ['all to ::/0', 'all from ::/0'])
      .subnet('app', ['10.0.1.0/24', '2600:1f18:1:1::/64'], { routes: { '2600:1f18:2::/56': 'tgw-hub' } })
      .instance('web', ['10.0.1.10', '2600:1f18:1:1::10'], { groups: ['any'] })
      .vpc('far', ['10.1.0.0/16', '2600:1f18:2::/56'])
      .subnet('far', ['10.1.1.0/24', '2600:1f18:2:1::/64'], { routes: { '2600:1f18:1::/56': 'tgw-hub' } })
      .instance('far', ['10.1.1.10', '2600:1f18:2:1::10'], { groups: ['any'] })
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['app'])
      .transitGatewayAttachment('far', ['far'])
    const supported = (...names: string[]) =>
      names.reduce(
        (all, name) =>
          all.with('transitGatewayVpcAttachment', `tgw-attach-hub-${name}`, { Options: { Ipv6Support: 'enable' } }),
        dual,
      )
    const asked = (network: Estate) => ask(network, 'eni-web', '2600:1f18:2:1::10', 'tcp 443')
    expect(asked(supported()).blocked).toEqual(['forward TGW_IPV6_SUPPORT_DISABLED tgw-attach-hub-shop'])
    expect(asked(supported('shop')).blocked).toEqual(['forward TGW_IPV6_SUPPORT_DISABLED tgw-attach-hub-far'])
    expect(asked(supported('shop', 'far')).verdict).toBe('reachable')
    // Off is how AWS sets it up, and what is taken of what was not read.
    const unread = supported('shop').with('transitGatewayVpcAttachment', 'tgw-attach-hub-far', { Options: {} })
    expect(asked(unread)).toMatchObject({ verdict: 'unreachable', assumptions: ['R-TGW-13'] })
    expect(asked(supported('shop')).assumptions).toEqual([])
    // Static NAT of an attachment is of IPv4 alone.
    const natted = supported('shop', 'far').with('transitGatewayAttachment', 'tgw-attach-hub-far', {
      NatGatewaySupport: 'enabled',
    })
    expect(asked(natted).verdict).toBe('reachable')
  })

  it('may send packets back into the VPC that they came from, and then we say so (R-TGW-24)', () => {
    const network = hub()
      .routeTable('app', { '10.0.2.0/24': 'tgw-hub' })
      .within('vpc-shop')
      .subnet('other', '10.0.2.0/24', { routes: { '10.0.1.0/24': 'tgw-hub' } })
      .instance('other', '10.0.2.10', { groups: ['any'] })
    expect(ask(network, 'eni-web', 'eni-other', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      assumptions: ['R-TGW-24'],
    })
  })
})

describe('a transit gateway route table', () => {
  it('vector 30: drops by a static blackhole what a propagated route would take (R-TGW-4, R-TGW-5, R-TGW-6)', () => {
    const network = hub({ table: { associated: both, propagated: both, routes: { '10.1.0.0/16': 'blackhole' } } })
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      forward: 'sg-any > acl-app > rtb-app > tgw-attach-hub-shop > acl-door > tgw-rtb-own',
      blocked: ['forward TGW_RTB_BAD_STATE_ROUTE tgw-rtb-own'],
    })
  })

  it('vector 30: even where both are listed, in whatever order (R-TGW-4)', () => {
    const propagated = {
      DestinationCidrBlock: '10.1.0.0/16',
      Type: 'propagated',
      State: 'active',
      TransitGatewayAttachments: [{ TransitGatewayAttachmentId: 'tgw-attach-hub-far', ResourceType: 'vpc' }],
    }
    const blackhole = {
      DestinationCidrBlock: '10.1.0.0/16',
      Type: 'static',
      State: 'blackhole',
      TransitGatewayAttachments: [],
    }
    for (const Routes of [
      [propagated, blackhole],
      [blackhole, propagated],
    ]) {
      const network = hub().with('transitGatewayRoutes', 'tgw-rtb-hub', {
        RoutesScope: 'searched',
        AdditionalRoutesAvailable: false,
        Routes,
      })
      expect(ask(network, 'eni-web', 'eni-far', 'tcp 443').blocked).toContain(
        'forward TGW_RTB_BAD_STATE_ROUTE tgw-rtb-hub',
      )
    }
  })

  it('takes the longest prefix, a blackhole included (R-TGW-4, R-TGW-6)', () => {
    const table = { associated: both, propagated: both, routes: { '10.1.1.0/24': 'blackhole' } }
    expect(ask(hub({ table }), 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unreachable')
    const longer = { ...table, routes: { '10.1.1.0/24': 'blackhole', '10.1.1.0/28': 'far' } }
    expect(ask(hub({ table: longer }), 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
  })

  it('vector 31: prefers a VPC to a VPN with the same prefix (R-TGW-4)', () => {
    const route = (attachment: string, ResourceType: string) => ({
      DestinationCidrBlock: '10.1.0.0/16',
      Type: 'propagated',
      State: 'active',
      TransitGatewayAttachments: [{ TransitGatewayAttachmentId: attachment, ResourceType }],
    })
    const back = { ...route('tgw-attach-hub-shop', 'vpc'), DestinationCidrBlock: '10.0.0.0/16' }
    for (const Routes of [
      [route('tgw-attach-hub-far', 'vpc'), route('tgw-attach-vpn', 'vpn'), back],
      [route('tgw-attach-vpn', 'vpn'), route('tgw-attach-hub-far', 'vpc'), back],
    ]) {
      const network = hub().with('transitGatewayRoutes', 'tgw-rtb-hub', {
        RoutesScope: 'searched',
        AdditionalRoutesAvailable: false,
        Routes,
      })
      expect(ask(network, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({ verdict: 'reachable', conditions: [] })
    }
  })

  it('of an attachment that nobody follows leads where we cannot see', () => {
    const network = hub({ table: { associated: both, propagated: both, routes: { '172.16.0.0/12': 'far' } } })
      .routeTable('app', { '172.16.0.0/12': 'tgw-hub' })
      .with('transitGatewayAttachment', 'tgw-attach-hub-far', { ResourceType: 'connect' })
    expect(ask(network, 'eni-web', '172.16.0.1', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['UNMODELLED_TARGET tgw-attach-hub-far'],
    })
  })

  it('has the propagated routes of one of two VPCs that overlap, and which that is no record tells (R-TGW-8)', () => {
    const network = hub()
      .vpc('twin', ['10.1.0.0/16', '10.2.0.0/16'])
      .subnet('twin', '10.1.1.0/24', { routes: {} })
      .instance('twin', '10.1.1.10')
      .transitGatewayAttachment('twin', ['twin'])
    // Worked out from the propagations, whose order is not that in which VPCs were attached.
    const worked = network.with('transitGatewayRoutes', 'tgw-rtb-hub', { RoutesScope: 'static', Routes: [] })
    const unknowns = ['TGW_RTB_ROUTES_ARE_UNKNOWN tgw-rtb-hub']
    for (const to of ['eni-far', 'eni-twin', '10.2.1.1'])
      expect(ask(worked, 'eni-web', to, 'tcp 443')).toMatchObject({ verdict: 'unknown', unknowns })
    expect(ask(worked, 'eni-web', '10.3.1.1', 'tcp 443').verdict).toBe('unreachable')
  })

  it('whose propagations were read as an empty list has none (R-TGW-3)', () => {
    const network = (fields: object) =>
      hub()
        .with('transitGatewayRoutes', 'tgw-rtb-hub', { RoutesScope: 'static', Routes: [] })
        .with('transitGatewayRouteTablePropagations', 'tgw-rtb-hub', fields)
    // A snapshot leaves out lists that are empty.
    for (const list of [[], undefined])
      expect(
        ask(network({ TransitGatewayRouteTablePropagations: list }), 'eni-web', 'eni-far', 'tcp 443').blocked,
      ).toContain('forward TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT tgw-rtb-hub')
    const unread = network({}).without('transitGatewayRouteTablePropagations')
    expect(ask(unread, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unknown')
  })

  it('of which static routes alone were listed may have longer ones, where nobody read what propagates (R-TGW-4)', () => {
    const to = { TransitGatewayAttachmentId: 'tgw-attach-hub-shop', ResourceType: 'vpc' }
    const listed = (DestinationCidrBlock: string) =>
      hub()
        .with('transitGatewayRoutes', 'tgw-rtb-hub', {
          RoutesScope: 'static',
          Routes: [
            { DestinationCidrBlock, Type: 'static', State: 'blackhole', TransitGatewayAttachments: [] },
            { DestinationCidrBlock: '10.0.0.0/16', Type: 'static', State: 'active', TransitGatewayAttachments: [to] },
          ],
        })
        .without('transitGatewayRouteTablePropagations')
    expect(ask(listed('10.0.0.0/8'), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unknown',
      unknowns: ['TGW_RTB_ROUTES_ARE_UNKNOWN tgw-rtb-hub'],
    })
    expect(ask(listed('10.1.1.10/32'), 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unreachable')
    expect(
      ask(
        listed('10.0.0.0/8').with('transitGatewayRoutes', 'tgw-rtb-hub', { RoutesScope: 'searched' }),
        'eni-web',
        'eni-far',
        'tcp 443',
      ).verdict,
    ).toBe('unreachable')
  })

  it('of which a search showed static routes alone may have others, where nobody read what propagates (R-TGW-3, R-TGW-5)', () => {
    const searched = hub().with('transitGatewayRoutes', 'tgw-rtb-hub', { RoutesScope: 'searched', Routes: [] })
    expect(ask(searched, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
    const unread = searched.without('transitGatewayRouteTablePropagations')
    expect(ask(unread, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unknown')
  })

  it('is not settled while it, an association, a propagation or a route is on its way (R-FLOW-10)', () => {
    const static_ = { RoutesScope: 'static', Routes: [] }
    const worked = hub().with('transitGatewayRoutes', 'tgw-rtb-hub', static_)
    const table = (State: string) => hub().with('transitGatewayRouteTable', 'tgw-rtb-hub', { State })
    const association = (State: string) =>
      hub().with('transitGatewayAttachment', 'tgw-attach-hub-shop', {
        Association: { TransitGatewayRouteTableId: 'tgw-rtb-hub', State },
      })
    const propagation = (State: string) => {
      const listed = (name: string) => ({ ResourceId: `vpc-${name}`, ResourceType: 'vpc', ...via(name) })
      return worked.with('transitGatewayRouteTablePropagations', 'tgw-rtb-hub', {
        TransitGatewayRouteTablePropagations: [
          { ...listed('shop'), State: 'enabled' },
          { ...listed('far'), State },
        ],
      })
    }
    const via = (name: string) => ({ TransitGatewayAttachmentId: `tgw-attach-hub-${name}` })
    const route = (State: string) => {
      const to = (name: string, DestinationCidrBlock: string) => ({
        DestinationCidrBlock,
        Type: 'static',
        TransitGatewayAttachments: [{ ...via(name), ResourceType: 'vpc' }],
      })
      const Routes = [
        { ...to('shop', '10.0.0.0/16'), State: 'active' },
        { ...to('far', '10.1.0.0/16'), State },
      ]
      return propagation('disabled').with('transitGatewayRoutes', 'tgw-rtb-hub', { RoutesScope: 'searched', Routes })
    }
    const reference = (State: string) =>
      propagation('disabled')
        .prefixList('far', ['10.1.0.0/16'])
        .with('transitGatewayPrefixListReferences', 'tgw-rtb-hub', {
          TransitGatewayPrefixListReferences: [{ PrefixListId: 'pl-far', State, TransitGatewayAttachment: via('far') }],
        })
    const verdictOf = (network: Estate) => ask(network, 'eni-web', 'eni-far', 'tcp 443').verdict
    expect(['available', 'pending', 'deleting'].map(table).map(verdictOf)).toEqual([
      'reachable',
      'unknown',
      'unreachable',
    ])
    expect(['associated', 'associating', 'disassociating'].map(association).map(verdictOf)).toEqual([
      'reachable',
      'unknown',
      'unreachable',
    ])
    expect(['enabled', 'enabling', 'disabling'].map(propagation).map(verdictOf)).toEqual([
      'reachable',
      'unknown',
      'unreachable',
    ])
    expect(['active', 'pending', 'deleting'].map(route).map(verdictOf)).toEqual(['reachable', 'unknown', 'unreachable'])
    expect(['available', 'pending', 'modifying', 'deleting'].map(reference).map(verdictOf)).toEqual([
      'reachable',
      'unknown',
      'unknown',
      'unreachable',
    ])
    expect(ask(route('pending'), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      unknowns: ['TRANSITIONAL_STATE tgw-rtb-hub'],
      assumptions: ['R-FLOW-10'],
    })
  })

  it('expands a prefix list reference to its entries (R-TGW-16)', () => {
    const network = hub({ table: { associated: both, propagated: ['shop'] } })
      .prefixList('far', ['10.1.0.0/17'])
      .with('transitGatewayPrefixListReferences', 'tgw-rtb-own', {
        TransitGatewayPrefixListReferences: [
          {
            PrefixListId: 'pl-far',
            Blackhole: false,
            TransitGatewayAttachment: { TransitGatewayAttachmentId: 'tgw-attach-hub-far', ResourceType: 'vpc' },
          },
        ],
      })
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
    expect(ask(network, 'eni-web', '10.1.200.1', 'tcp 443').blocked).toContain(
      'forward TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT tgw-rtb-own',
    )
  })
})

describe('vector 32: the NACL of the attachment subnet', () => {
  it.each([
    ['outbound', 'to the gateway', 'another subnet', false],
    ['inbound', 'to the gateway', 'another subnet', true],
    ['outbound', 'from the gateway', 'another subnet', true],
    ['inbound', 'from the gateway', 'another subnet', false],
    ['outbound', 'to the gateway', 'the same subnet', true],
    ['inbound', 'to the gateway', 'the same subnet', true],
    ['outbound', 'from the gateway', 'the same subnet', false],
    ['inbound', 'from the gateway', 'the same subnet', false],
  ])('%s list, %s, instance in %s: judges is %s (R-NACL-11, R-NACL-12)', (list, way, where, judges) => {
    // Denies the request alone: its answers go to a client port.
    const acl: AclRule[] = [
      list === 'outbound' ? '50 deny tcp 443 to 0.0.0.0/0' : '50 deny tcp 443 from 0.0.0.0/0',
      ...OPEN,
    ]
    const sameSubnet = where === 'the same subnet'
    const network = hub(sameSubnet ? { sameSubnet, app: acl } : { door: acl })
    const answer =
      way === 'to the gateway'
        ? ask(network, 'eni-web', 'eni-far', 'tcp 443')
        : ask(network, 'eni-far', 'eni-web', 'tcp 443')
    const acls = `acl-${sameSubnet ? 'app' : 'door'}`
    expect(answer.blocked).toEqual(judges ? [`forward SUBNET_ACL_RESTRICTION ${acls} ${list}`] : [])
    expect(answer.verdict).toBe(judges ? 'unreachable' : 'reachable')
  })

  it.each([
    ['outbound', 'to the gateway', true],
    ['inbound', 'to the gateway', false],
    ['outbound', 'from the gateway', false],
    ['inbound', 'from the gateway', true],
  ])('and that of the instance, in another subnet: %s list, %s: judges is %s (R-NACL-11)', (list, way, judges) => {
    const rule: AclRule = list === 'outbound' ? '50 deny tcp 443 to 0.0.0.0/0' : '50 deny tcp 443 from 0.0.0.0/0'
    const network = hub({ app: [rule, ...OPEN] })
    const answer =
      way === 'to the gateway'
        ? ask(network, 'eni-web', 'eni-far', 'tcp 443')
        : ask(network, 'eni-far', 'eni-web', 'tcp 443')
    expect(answer.verdict).toBe(judges ? 'unreachable' : 'reachable')
  })

  it('sees the addresses of the two ends on either side', () => {
    expect(ask(hub({ sameSubnet: true }), 'eni-web', 'eni-far', 'tcp 443 from 40000').judged).toEqual([
      'acl-app outbound tcp 10.0.1.10:40000 -> 10.1.1.10:443',
      'acl-app inbound tcp 10.0.1.10:40000 -> 10.1.1.10:443',
      'acl-default-far outbound tcp 10.0.1.10:40000 -> 10.1.1.10:443',
      'acl-default-far inbound tcp 10.0.1.10:40000 -> 10.1.1.10:443',
      'acl-default-far outbound tcp 10.1.1.10:443 -> 10.0.1.10:40000',
      'acl-default-far inbound tcp 10.1.1.10:443 -> 10.0.1.10:40000',
    ])
  })
})

describe('vector 33: a security group reference over a transit gateway (R-SG-9, R-SG-10)', () => {
  const support = (gateway: string | undefined, attachments: string | undefined): Estate => {
    const network = hub().securityGroup('far', ['tcp 443 from sg-any'])
    const own = (value: string | undefined) => (value === undefined ? {} : { SecurityGroupReferencingSupport: value })
    return network
      .with('transitGateway', 'tgw-hub', { Options: own(gateway) })
      .with('transitGatewayVpcAttachment', 'tgw-attach-hub-shop', { Options: own(attachments) })
      .with('transitGatewayVpcAttachment', 'tgw-attach-hub-far', { Options: own(attachments) })
  }

  it.each([
    ['enable', 'enable', 'reachable', []],
    ['enable', undefined, 'reachable', []],
    ['disable', 'enable', 'unreachable', ['forward SG_REFERENCING_SUPPORT tgw-hub']],
    [undefined, 'enable', 'unreachable', ['forward SG_REFERENCING_SUPPORT tgw-hub']],
    ['enable', 'disable', 'unreachable', ['forward SG_REFERENCING_SUPPORT tgw-attach-hub-far']],
  ])('inbound, gateway %s and attachments %s: %s', (gateway, attachments, verdict, blocked) => {
    const answer = ask(support(gateway, attachments), 'eni-web', 'eni-far', 'tcp 443')
    expect(answer.verdict).toBe(verdict)
    expect(answer.blocked).toEqual(blocked)
    expect(answer.assumptions).toEqual(gateway === undefined || attachments === undefined ? ['R-SG-10'] : [])
  })

  it('needs it on both attachments', () => {
    const one = support('enable', 'enable').with('transitGatewayVpcAttachment', 'tgw-attach-hub-far', {
      Options: { SecurityGroupReferencingSupport: 'disable' },
    })
    expect(ask(one, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unreachable')
  })

  it('outbound matches nothing, whatever the options', () => {
    const network = support('enable', 'enable')
      .securityGroup('far', ['all from 0.0.0.0/0'])
      .within('vpc-shop')
      .securityGroup('any', ['all to sg-far'])
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward SG_REFERENCES_NOT_PRESERVED tgw-hub'],
    })
  })

  it('works at an EFS mount target whose groups let everything out, and not at another (R-SG-26)', () => {
    const mounted = (outbound: GroupRule): Estate =>
      support('enable', 'enable')
        .securityGroup('far', ['tcp 443 from sg-any', outbound], { closed: true })
        .with('networkInterface', 'eni-far', {
          Description: 'EFS mount target for fs-0a1b2c3d (fsmt-0a1b2c3d)',
          RequesterManaged: true,
        })
        .within('subnet-far')
        .instance('plain', '10.1.1.20', { groups: ['far'] })
    const open = mounted('all to 0.0.0.0/0')
    expect(ask(open, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
    const closed = mounted('tcp 443 to 0.0.0.0/0')
    expect(ask(closed, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward SG_REFERENCES_NOT_PRESERVED tgw-hub'],
    })
    // Whoever merely has the same groups is no mount target.
    expect(ask(closed, 'eni-web', 'eni-plain', 'tcp 443').verdict).toBe('reachable')
  })

  it('does not work to an attachment in use1-az3 either (R-SG-9)', () => {
    const network = support('enable', 'enable').with('subnet', 'subnet-far-door', { AvailabilityZoneId: 'use1-az3' })
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unreachable')
  })

  it('does not work from use1-az3', () => {
    const network = support('enable', 'enable')
      .with('subnet', 'subnet-app', { AvailabilityZoneId: 'use1-az3' })
      .with('subnet', 'subnet-door', { AvailabilityZoneId: 'use1-az3' })
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unreachable')
  })
})

describe('a transit gateway policy table', () => {
  it('may route what comes in by an attachment without a route table, by entries that nobody read (R-TGW-17)', () => {
    const bare = hub({ table: { associated: ['far'], propagated: both } })
    expect(ask(bare, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unreachable')
    expectByPolicyOf('tgw-hub', bare, 'tgw-attach-hub-shop', 'tgw-other')
  })
})

describe('static NAT of an attachment', () => {
  const natted = (network: Estate, support: string): Estate =>
    network.with('transitGatewayAttachment', 'tgw-attach-hub-shop', { NatGatewaySupport: support })
  const three = hub()
    .vpc('other', '10.2.0.0/16')
    .securityGroup('other', ['all from 0.0.0.0/0'])
    .subnet('other', '10.2.1.0/24', { routes: { '10.0.0.0/8': 'tgw-hub', '100.64.0.0/10': 'tgw-hub' } })
    .instance('other', '10.2.1.10', { groups: ['other'] })
    .transitGatewayAttachment('other', ['other'])

  it.each(['enabled', 'enabling', 'disabling'])(
    'may rewrite what passes the attachment, in and out, while it is %s: its rules were not read',
    (support) => {
      const network = natted(three, support)
      expect(ask(network, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unknown')
      expect(ask(network, 'eni-far', 'eni-web', 'tcp 443').verdict).toBe('unknown')
      expect(ask(network, 'eni-far', 'eni-other', 'tcp 443').verdict).toBe('reachable')
    },
  )

  it('rewrites nothing where it is disabled', () => {
    expect(ask(natted(three, 'disabled'), 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('reachable')
  })

  it('gives the VPC other addresses, which are propagated in place of its own', () => {
    const worked = three.with('transitGatewayRoutes', 'tgw-rtb-hub', { RoutesScope: 'searched', Routes: [] })
    const asked = (support: string, to: string) => ask(natted(worked, support), 'eni-other', to, 'tcp 443').verdict
    expect(asked('disabled', '100.64.1.10')).toBe('unreachable')
    expect(asked('enabled', '100.64.1.10')).toBe('unknown')
    expect(asked('enabled', '10.0.1.10')).toBe('unknown')
    expect(asked('enabled', '10.1.1.10')).toBe('reachable')
  })
})

describe('the zone of a packet', () => {
  /** The far VPC is attached by zones b and c, of which the client is in neither. */
  const spread = (closed: readonly AclRule[] = OPEN): Estate =>
    estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('app', '10.0.1.0/24', { routes: { '10.0.0.0/8': 'tgw-hub' } })
      .instance('web', '10.0.1.10', { groups: ['any'] })
      .vpc('far', '10.1.0.0/16')
      .subnet('far-b', '10.1.1.0/24', { zone: 'b', routes: { '10.0.0.0/8': 'tgw-hub' } })
      .instance('far', '10.1.1.10', { groups: ['any'] })
      .subnet('far-c', '10.1.2.0/24', { zone: 'c', routes: {}, acl: closed })
      .transitGateway('hub')
      .transitGatewayAttachment('shop', ['app'])
      .transitGatewayAttachment('far', ['far-b', 'far-c'])

  it('that the other attachment lacks makes the gateway pick one (R-TGW-9)', () => {
    expect(ask(spread(), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({ verdict: 'reachable', conditions: [] })
    expect(ask(spread(['100 allow all from 0.0.0.0/0']), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      conditions: ['TGW_ZONE_CHOICE tgw-attach-hub-far'],
      blocked: ['forward SUBNET_ACL_RESTRICTION acl-far-c outbound'],
    })
  })

  it('that the other attachment has is kept (R-TGW-9)', () => {
    const network = spread(['100 allow all from 0.0.0.0/0'])
      .within('vpc-shop')
      .subnet('app-b', '10.0.2.0/24', { zone: 'b', routes: { '10.0.0.0/8': 'tgw-hub' } })
      .instance('web-b', '10.0.2.10', { groups: ['any'] })
      .with('transitGatewayVpcAttachment', 'tgw-attach-hub-shop', { SubnetIds: ['subnet-app', 'subnet-app-b'] })
    expect(ask(network, 'eni-web-b', 'eni-far', 'tcp 443')).toMatchObject({ verdict: 'reachable', conditions: [] })
  })
})

describe('vector 34: an inspection VPC in two zones', () => {
  /** Two spokes whose traffic goes through appliances, one in each zone of the inspection VPC; so does that of peered gateways. */
  const inspected = (ApplianceModeSupport: 'enable' | 'disable' | undefined, ...peers: readonly string[]): Estate =>
    estate()
      .vpc('left', '10.1.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('left', '10.1.1.0/24', { zone: 'a', routes: { '0.0.0.0/0': 'tgw-hub' } })
      .instance('left', '10.1.1.10', { groups: ['any'] })
      .vpc('right', '10.2.0.0/16')
      .subnet('right', '10.2.1.0/24', { zone: 'b', routes: { '0.0.0.0/0': 'tgw-hub' } })
      .instance('right', '10.2.1.10', { groups: ['any'] })
      .subnet('right-a', '10.2.2.0/24', { zone: 'a', routes: { '0.0.0.0/0': 'tgw-hub' } })
      .instance('right-a', '10.2.2.10', { groups: ['any'] })
      .vpc('inspect', '10.9.0.0/16')
      .subnet('door-a', '10.9.0.0/28', { zone: 'a', routes: { '0.0.0.0/0': 'vpce-a' } })
      .subnet('door-b', '10.9.0.16/28', { zone: 'b', routes: { '0.0.0.0/0': 'vpce-b' } })
      .subnet('wall-a', '10.9.1.0/28', { zone: 'a', routes: { '0.0.0.0/0': 'tgw-hub' } })
      .inspectionEndpoint('a', '10.9.1.5')
      .subnet('wall-b', '10.9.1.16/28', { zone: 'b', routes: { '0.0.0.0/0': 'tgw-hub' } })
      .inspectionEndpoint('b', '10.9.1.20')
      .transitGateway('hub')
      .transitGatewayAttachment('left', ['left'])
      .transitGatewayAttachment('right', ['right', 'right-a'])
      .transitGatewayAttachment('inspect', ['door-a', 'door-b'])
      .transitGatewayRouteTable('spokes', {
        associated: ['left', 'right', ...peers],
        routes: { '0.0.0.0/0': 'inspect' },
      })
      .transitGatewayRouteTable('inspect', {
        associated: ['inspect'],
        propagated: ['left', 'right'],
        routes: Object.fromEntries(peers.map((peer) => ['10.8.0.0/16', peer])),
      })
      .with('transitGatewayVpcAttachment', 'tgw-attach-hub-inspect', { Options: { ApplianceModeSupport } })

  it('sees a flow between zones in one direction at each, without appliance mode (R-TGW-11, R-FLOW-11)', () => {
    const { verdict, blocked } = ask(inspected('disable'), 'eni-left', 'eni-right', 'tcp 443')
    expect(verdict).toBe('one-way')
    expect(blocked.map((each) => each.split(' ').slice(0, 2).join(' '))).toEqual(['return ASYMMETRIC_INSPECTION'])
  })

  it('has no appliance mode where that was not read, as AWS sets it up, and the answer says so (R-TGW-11)', () => {
    const asked = (mode: 'disable' | undefined) => ask(inspected(mode), 'eni-left', 'eni-right', 'tcp 443')
    expect(asked(undefined)).toMatchObject({ verdict: 'one-way', assumptions: ['R-NACL-17', 'R-TGW-11'] })
    expect(asked('disable')).toMatchObject({ verdict: 'one-way', assumptions: ['R-NACL-17'] })
  })

  it('sees a flow within a zone in both directions', () => {
    expect(ask(inspected('disable'), 'eni-left', 'eni-right-a', 'tcp 443')).toMatchObject({
      verdict: 'conditional',
      conditions: ['PATH_THROUGH_GWLB_NOT_CHECKED vpce-a'],
      blocked: [],
    })
  })

  it('sees both directions of every flow at one appliance, in appliance mode (R-TGW-11)', () => {
    const { verdict, blocked, conditions } = ask(inspected('enable'), 'eni-left', 'eni-right', 'tcp 443')
    expect({ verdict, blocked }).toEqual({ verdict: 'conditional', blocked: [] })
    expect(conditions).toContain('PATH_THROUGH_GWLB_NOT_CHECKED vpce-a')
  })

  it('keeps to the zone of one end where the other is behind a peering and has none (R-TGW-11, R-TGW-15)', () => {
    const network = inspected('enable', 'tgw-attach-hub-far')
      .in({ account: '111111111111', region: 'eu-west-1' })
      .vpc('far', '10.8.0.0/16')
      .securityGroup('far', ['all from 0.0.0.0/0'])
      .subnet('far', '10.8.1.0/24', { routes: { '0.0.0.0/0': 'tgw-far' } })
      .instance('far', '10.8.1.10', { groups: ['far'] })
      .transitGateway('far')
      .transitGatewayAttachment('far', ['far'])
      .transitGatewayPeering('hub', 'far')
      .transitGatewayRouteTable('far', {
        associated: ['far', 'tgw-attach-hub-far'],
        propagated: ['far'],
        routes: { '10.0.0.0/8': 'tgw-attach-hub-far' },
      })
    const asked = (from: string, to: string) => {
      const { verdict, blocked, conditions } = ask(network, from, to, 'tcp 443')
      return [verdict, ...blocked, ...conditions]
    }
    const through = (wall: string) => ['conditional', `PATH_THROUGH_GWLB_NOT_CHECKED ${wall}`]
    expect(asked('eni-left', 'eni-far')).toEqual(through('vpce-a'))
    expect(asked('eni-right', 'eni-far')).toEqual(through('vpce-b'))
    expect(asked('eni-far', 'eni-left')).toEqual(through('vpce-a'))
    expect(asked('eni-far', 'eni-right')).toEqual(through('vpce-b'))
  })
})

describe('peered transit gateways', () => {
  const abroad = { account: '111111111111', region: 'eu-west-1' }
  const across = (
    back: TransitTableOptions['routes'] = { '10.0.0.0/16': 'tgw-attach-near-far' },
    associated: readonly string[] = ['far', 'tgw-attach-near-far'],
  ): Estate =>
    estate()
      .vpc('shop', '10.0.0.0/16')
      .securityGroup('any', ['all from 0.0.0.0/0'])
      .subnet('app', '10.0.1.0/24', { routes: { '10.0.0.0/8': 'tgw-near' } })
      .instance('web', '10.0.1.10', { groups: ['any'] })
      .transitGateway('near')
      .transitGatewayAttachment('shop', ['app'])
      .transitGatewayRouteTable('near', {
        associated: ['shop', 'tgw-attach-near-far'],
        propagated: ['shop'],
        routes: { '10.1.0.0/16': 'tgw-attach-near-far' },
      })
      .in(abroad)
      .vpc('far', '10.1.0.0/16')
      .securityGroup('far', ['all from 0.0.0.0/0'])
      .subnet('far', '10.1.1.0/24', { routes: { '10.0.0.0/8': 'tgw-far' } })
      .instance('far', '10.1.1.10', { groups: ['far'] })
      .transitGateway('far')
      .transitGatewayAttachment('far', ['far'])
      .transitGatewayPeering('near', 'far')
      .transitGatewayRouteTable('far', { associated, propagated: ['far'], routes: back })

  it('need static routes on both sides, and each applies its own table (R-TGW-15, R-TGW-3)', () => {
    expect(ask(across(), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'reachable',
      forward:
        'sg-any > acl-default-shop > rtb-app > tgw-attach-near-shop > acl-default-shop > tgw-rtb-near > tgw-rtb-far > ' +
        'tgw-attach-far-far > sg-far > eni-far',
      back:
        'eni-far > acl-default-far > rtb-far > tgw-attach-far-far > acl-default-far > tgw-rtb-far > tgw-rtb-near > ' +
        'tgw-attach-near-shop > eni-web',
    })
    expect(ask(across({}), 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'one-way',
      blocked: ['return TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT tgw-rtb-far'],
    })
  })

  it('of Cloud WAN propagate what BGP brings, which shows only where what is propagated was listed (R-TGW-4)', () => {
    const peering = { TransitGatewayAttachmentId: 'tgw-attach-near-far', ResourceType: 'peering', State: 'enabled' }
    const listed = across()
      .with('transitGatewayRoutes', 'tgw-rtb-near', { RoutesScope: 'static', Routes: [] })
      .with('transitGatewayRouteTablePropagations', 'tgw-rtb-near', { TransitGatewayRouteTablePropagations: [] })
    const propagating = listed.with('transitGatewayRouteTablePropagations', 'tgw-rtb-near', {
      TransitGatewayRouteTablePropagations: [peering],
    })
    expect(ask(listed, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unreachable')
    expect(ask(propagating, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unknown')
  })

  it('may have static NAT, whose rules were not read', () => {
    const natted = across().with('transitGatewayAttachment', 'tgw-attach-near-far', { NatGatewaySupport: 'enabled' })
    expect(ask(natted, 'eni-web', 'eni-far', 'tcp 443').verdict).toBe('unknown')
  })

  it('may be routed by a policy table where no route table is associated, whose entries nobody read (R-TGW-17)', () => {
    const bare = across(undefined, ['far'])
    expect(ask(bare, 'eni-web', 'eni-far', 'tcp 443')).toMatchObject({
      verdict: 'unreachable',
      blocked: ['forward TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION tgw-attach-near-far'],
    })
    expectByPolicyOf('tgw-far', bare, 'tgw-attach-near-far', 'tgw-near')
  })

  it('both have to be in service (R-FLOW-10)', () => {
    const inState = (State: string) =>
      ask(across().with('transitGateway', 'tgw-far', { State }), 'eni-web', 'eni-far', 'tcp 443')
    expect(inState('deleted')).toMatchObject({ verdict: 'unreachable', blocked: ['forward BAD_STATE tgw-far'] })
    expect(inState('pending').verdict).toBe('unknown')
    expect(inState('modifying').verdict).toBe('reachable')
  })

  it('do not carry the identity of a sender (R-TGW-15, R-SG-9)', () => {
    const enabled = { Options: { SecurityGroupReferencingSupport: 'enable' } }
    const network = across()
      .securityGroup('far', ['tcp 443 from sg-any'])
      .with('transitGateway', 'tgw-near', enabled)
      .with('transitGateway', 'tgw-far', enabled)
    expect(ask(network, 'eni-web', 'eni-far', 'tcp 443').blocked).toEqual([
      'forward SG_REFERENCES_NOT_PRESERVED tgw-attach-near-far',
    ])
  })
})
