/** Records of what the network account of a synthetic organisation has in each region: transit gateway, its tables, prefix lists. */
import { addressText, type Hub, type Organisation, type VpcPlan } from './plan.ts'
import { tags } from './network-records.ts'

export const prefixListRecords = (hub: Hub) =>
  listsOf(hub).map(({ id, name, owner }) => ({
    PrefixListId: id,
    PrefixListName: name,
    PrefixListArn: `arn:aws:ec2:${hub.place.region}:${owner === 'AWS' ? 'aws' : owner}:prefix-list/${id}`,
    AddressFamily: 'IPv4',
    OwnerId: owner,
    State: 'create-complete',
    Version: 1,
    MaxEntries: 60,
  }))

export const prefixListEntries = (hub: Hub) =>
  listsOf(hub).map(({ id, blocks }) => ({ id, raw: { Entries: blocks.map((Cidr) => ({ Cidr })) } }))

const listsOf = ({ lists, place: { account, region } }: Hub) => [
  { id: lists.offices, name: 'offices', owner: account, blocks: OFFICES },
  { id: lists.edge, name: 'com.amazonaws.global.cloudfront.origin-facing', owner: 'AWS', blocks: EDGE },
  { id: lists.s3, name: `com.amazonaws.${region}.s3`, owner: 'AWS', blocks: S3 },
]

const OFFICES = [
  '203.0.113.0/25',
  '203.0.113.192/27',
  '198.51.100.16/28',
  '198.51.100.64/26',
  '192.0.2.0/24',
  '172.20.0.0/16',
  '172.21.8.0/21',
  '192.168.40.0/22',
]

/** Forty blocks of addresses that AWS announces. */
const EDGE = Array.from({ length: 40 }, (_, n) => {
  const [first, length] = [[13, 18, 52, 99, 108, 130, 143, 204][n % 8]!, 18 + (n % 6)]
  return `${addressText(((first << 24) | ((60 + n * 3) << 16) | ((n & 3) << 14)) >>> 0)}/${length}`
})

const S3 = ['52.216.0.0/15', '54.231.0.0/16', '3.5.0.0/19', '16.182.0.0/16', '18.34.0.0/19', '18.34.232.0/21']

export const transitGatewayRecord = ({ gateway, place }: Hub, number: number) => ({
  TransitGatewayId: gateway,
  TransitGatewayArn: `arn:aws:ec2:${place.region}:${place.account}:transit-gateway/${gateway}`,
  OwnerId: place.account,
  State: 'available',
  Description: 'core',
  CreationTime: '2024-01-10T09:00:00Z',
  Options: {
    AmazonSideAsn: 64512 + number,
    AutoAcceptSharedAttachments: 'enable',
    DefaultRouteTableAssociation: 'disable',
    DefaultRouteTablePropagation: 'disable',
    SecurityGroupReferencingSupport: 'enable',
    DnsSupport: 'enable',
    VpnEcmpSupport: 'enable',
    MulticastSupport: 'disable',
  },
  Tags: tags({ Name: 'core' }),
})

export const tableId = (hub: Hub, table: string): string => hub.idOf('tgw-rtb', table)

export const tableRecords = (hub: Hub) =>
  hub.tables.map((table) => ({
    TransitGatewayRouteTableId: tableId(hub, table),
    TransitGatewayId: hub.gateway,
    State: 'available',
    CreationTime: '2024-01-10T09:00:00Z',
    DefaultAssociationRouteTable: false,
    DefaultPropagationRouteTable: false,
    Tags: tags({ Name: table }),
  }))

interface Attached {
  readonly id: string
  readonly type: 'vpc' | 'vpn' | 'peering'
  readonly resource: string
  readonly owner: string
  /** The table it is associated with. */
  readonly table: string
  /** The tables that learn its blocks. */
  readonly into: readonly string[]
  readonly blocks: readonly string[]
}

/** The production table also leads to other regions; the VPN is with the shared one. */
const attachedTo = (organisation: Organisation, hub: Hub): readonly Attached[] => {
  const mesh = organisation.mix === 'mesh'
  const vpcs = organisation.vpcs
    .filter((vpc) => vpc.hub === hub && vpc.attachment !== undefined)
    .map((vpc): Attached => ({
      id: vpc.attachment!.id,
      type: 'vpc',
      resource: vpc.id,
      owner: vpc.place.account,
      table: mesh ? 'mesh' : vpc.environment,
      into: mesh || vpc.environment === 'shared' ? hub.tables : [vpc.environment, 'shared'],
      blocks: [...vpc.blocks, ...(vpc.attachment!.ipv6 ? [vpc.ipv6Block!] : [])],
    }))
  const vpn: Attached = {
    id: hub.vpn.attachment,
    type: 'vpn',
    resource: hub.vpn.connection,
    owner: hub.place.account,
    table: mesh ? 'mesh' : 'shared',
    into: mesh ? ['mesh'] : ['prod', 'shared'],
    blocks: ['172.16.0.0/12', '192.168.0.0/16'],
  }
  const peerings = organisation.links.flatMap(({ attachment, ends }): Attached[] => {
    const other = ends.find((end) => end !== hub)!
    if (!ends.includes(hub)) return []
    return [
      {
        id: attachment,
        type: 'peering',
        resource: other.gateway,
        owner: hub.place.account,
        table: mesh ? 'mesh' : 'prod',
        into: [],
        blocks: other.blocks,
      },
    ]
  })
  return [...vpcs, vpn, ...peerings]
}

export const attachmentRecords = (organisation: Organisation, hub: Hub) =>
  attachedTo(organisation, hub).map(({ id, type, resource, owner, table }) => ({
    TransitGatewayAttachmentId: id,
    TransitGatewayId: hub.gateway,
    TransitGatewayOwnerId: hub.place.account,
    ResourceOwnerId: owner,
    ResourceType: type,
    ResourceId: resource,
    State: 'available',
    CreationTime: '2024-01-10T09:00:00Z',
    Association: { TransitGatewayRouteTableId: tableId(hub, table), State: 'associated' },
  }))

/** What AWS tells of each table, by its id. */
export const tableContents = (organisation: Organisation, hub: Hub) => {
  const all = attachedTo(organisation, hub)
  return hub.tables.map((table) => {
    const learned = all.filter(({ into }) => into.includes(table))
    const listed = ({ id, resource, type }: Attached) => ({
      TransitGatewayAttachmentId: id,
      ResourceId: resource,
      ResourceType: type,
    })
    const routes = (those: readonly Attached[], Type: string) =>
      those.flatMap((each) =>
        each.blocks.map((DestinationCidrBlock) => ({
          DestinationCidrBlock,
          Type,
          State: 'active',
          TransitGatewayAttachments: [listed(each)],
        })),
      )
    const hole =
      table === 'nonprod'
        ? [{ DestinationCidrBlock: '172.16.0.0/12', Type: 'static', State: 'blackhole', TransitGatewayAttachments: [] }]
        : []
    const farther = all.filter((each) => each.type === 'peering' && ['prod', 'mesh'].includes(table))
    return {
      id: tableId(hub, table),
      associations: {
        Associations: all
          .filter((each) => each.table === table)
          .map((each) => ({ ...listed(each), State: 'associated' })),
      },
      propagations: {
        TransitGatewayRouteTablePropagations: learned.map((each) => ({ ...listed(each), State: 'enabled' })),
      },
      routes: {
        RoutesScope: 'searched',
        AdditionalRoutesAvailable: false,
        Routes: [...hole, ...routes(farther, 'static'), ...routes(learned, 'propagated')],
      },
    }
  })
}

/** In the account of the VPC. */
export const vpcAttachmentRecords = (vpc: VpcPlan) =>
  vpc.attachment === undefined
    ? []
    : [
        {
          TransitGatewayAttachmentId: vpc.attachment.id,
          TransitGatewayId: vpc.hub.gateway,
          VpcId: vpc.id,
          VpcOwnerId: vpc.place.account,
          State: 'available',
          CreationTime: '2024-02-20T09:00:00Z',
          SubnetIds: vpc.subnets.filter(({ tier }) => tier === 'intra').map(({ id }) => id),
          Options: {
            DnsSupport: 'enable',
            SecurityGroupReferencingSupport: vpc.attachment.references ? 'enable' : 'disable',
            Ipv6Support: vpc.attachment.ipv6 ? 'enable' : 'disable',
            ApplianceModeSupport: 'disable',
          },
          Tags: tags({ Name: vpc.name }),
        },
      ]

/** One record, with the side that asked for it. */
export const linkRecords = ({ links }: Organisation, hub: Hub) =>
  links
    .filter(({ ends: [from] }) => from === hub)
    .map(({ attachment, ends: [from, to] }) => ({
      TransitGatewayAttachmentId: attachment,
      RequesterTgwInfo: peerOf(from),
      AccepterTgwInfo: peerOf(to),
      State: 'available',
      CreationTime: '2024-01-11T09:00:00Z',
    }))

const peerOf = ({ gateway, place }: Hub) => ({
  TransitGatewayId: gateway,
  OwnerId: place.account,
  Region: place.region,
})

export const vpnRecord = ({ vpn, gateway, idOf }: Hub) => ({
  VpnConnectionId: vpn.connection,
  TransitGatewayId: gateway,
  CustomerGatewayId: idOf('cgw', 'offices'),
  State: 'available',
  Type: 'ipsec.1',
  Options: { StaticRoutesOnly: false },
  VgwTelemetry: [{ OutsideIpAddress: '52.94.10.11', Status: 'UP', AcceptedRouteCount: 2 }],
})
