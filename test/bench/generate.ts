/** A synthetic AWS organisation as a snapshot: the same options give the same bytes. Kind by kind and place by place, in the order of a
 *  snapshot file, so that a file of a million interfaces is written without holding more than the records of one account. */
import { byCodeUnit } from '../../src/collections.ts'
import { closeSync, openSync, writeSync } from 'node:fs'
import { formatSnapshotLines } from '../../src/snapshot/lines.ts'
import { type Kind, type RawOf, resourceSchemas } from '../../src/snapshot/schema.ts'
import type { Coverage, Resource, Snapshot } from '../../src/snapshot/snapshot.ts'
import * as hubs from './organisation/hub-records.ts'
import * as interfaces from './organisation/interface-records.ts'
import { balancersOf, type InterfacePlan, interfacesOf } from './organisation/interfaces.ts'
import * as networks from './organisation/network-records.ts'
import { type Hub, isIn, type Organisation, type OrganisationOptions, type Place } from './organisation/plan.ts'
import { planOrganisation, type VpcPlan, zoneId, zoneName } from './organisation/plan.ts'

export { MIXES, type Mix, type OrganisationOptions } from './organisation/plan.ts'

/** All of it in memory: for up to some ten thousand interfaces. */
export const generateSnapshot = (options: OrganisationOptions): Snapshot => {
  const organisation = planOrganisation(options)
  return { ...empty(organisation), resources: kinds.flatMap((kind) => [...portions(organisation, kind)].flat()) }
}

/** Written as it is made. */
export const writeGenerated = (path: string, options: OrganisationOptions): void => {
  const organisation = planOrganisation(options)
  const file = openSync(path, 'w')
  try {
    for (const text of texts(linesOf(organisation))) writeWhole(file, Buffer.from(text))
  } finally {
    closeSync(file)
  }
}

/** The lines of the file: those of an empty snapshot, with the resources where it has none. */
function* linesOf(organisation: Organisation): Generator<string> {
  const frame = [...formatSnapshotLines(empty(organisation))]
  const end = frame.pop()!
  yield* frame
  let before: string | undefined
  for (const kind of kinds)
    for (const resources of portions(organisation, kind))
      for (const line of resourceLines(resources)) {
        if (before !== undefined) yield `${before},`
        before = line
      }
  if (before !== undefined) yield before
  yield end
}

/** As the snapshot format lays them out, without the commas between them. */
const resourceLines = (resources: readonly Resource[]): readonly string[] => {
  const lines = [...formatSnapshotLines({ version: 1, coverage: [], gaps: [], resources })]
  return lines.slice(lines.indexOf('"resources":[') + 1, -1).map((line) => line.replace(/,$/, ''))
}

function* texts(lines: Iterable<string>): Generator<string> {
  let text = ''
  for (const line of lines) {
    text += `${line}\n`
    if (text.length < 1 << 20) continue
    yield text
    text = ''
  }
  yield text
}

const writeWhole = (file: number, bytes: Buffer): void => {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written)
}

/** Every kind was read in every place: what is not there is none. */
const empty = ({ places }: Organisation): Snapshot => {
  const coverage = kinds.flatMap((kind) => places.map((place): Coverage => ({ kind, ...place })))
  return { version: 1, collectedAt: '2026-01-31T12:00:00Z', coverage, gaps: [], resources: [] }
}

const kinds = (Object.keys(resourceSchemas) as Kind[]).sort(byCodeUnit)

/** The resources of a kind in the order of a snapshot, place by place. */
function* portions(organisation: Organisation, kind: Kind): Generator<readonly Resource[]> {
  const entries = records[kind]
  if (!entries) return
  for (const place of organisation.places) {
    const resources = entries(organisation, place).map(([id, raw]) => ({ kind, ...place, id, raw }) as Resource)
    if (resources.length > 0) yield resources.sort((a, b) => byCodeUnit(a.id, b.id))
  }
}

type Entries<K extends Kind> = (organisation: Organisation, place: Place) => (readonly [id: string, raw: RawOf<K>])[]

const records: { readonly [K in Kind]?: Entries<K> } = {
  address: ofInterfaces(interfaces.addressRecord, ({ allocation }) => allocation),
  availabilityZone: (_, place) =>
    [0, 1, 2].map((zone) => [
      zoneName(place, zone),
      {
        ZoneName: zoneName(place, zone),
        ZoneId: zoneId(place, zone),
        RegionName: place.region,
        ZoneType: 'availability-zone',
        State: 'available',
      },
    ]),
  egressOnlyInternetGateway: ofVpcs((_, vpc) =>
    networks.egressOnlyGatewayRecords(vpc).map((raw) => [raw.EgressOnlyInternetGatewayId, raw]),
  ),
  instance: ofInterfaces(interfaces.instanceRecord, ({ instance }) => instance),
  internetGateway: ofVpcs((_, vpc) => {
    const raw = networks.internetGatewayRecord(vpc)
    return [[raw.InternetGatewayId, raw]]
  }),
  listener: ofVpcs((_, vpc) => interfaces.listenerRecords(vpc).map((raw) => [raw.ListenerArn, raw])),
  listenerRule: ofVpcs((_, vpc) => interfaces.listenerRuleRecords(vpc).map((raw) => [raw.RuleArn, raw])),
  loadBalancer: ofVpcs((_, vpc) =>
    balancersOf(vpc).map((balancer) => [balancer.arn, interfaces.balancerRecord(vpc, balancer)]),
  ),
  loadBalancerAttributes: ofVpcs((_, vpc) =>
    balancersOf(vpc).map((balancer) => [balancer.arn, interfaces.balancerAttributes(balancer)]),
  ),
  managedPrefixList: ofHubs((_, hub) => hubs.prefixListRecords(hub).map((raw) => [raw.PrefixListId, raw])),
  managedPrefixListEntries: ofHubs((_, hub) => hubs.prefixListEntries(hub).map(({ id, raw }) => [id, raw])),
  natGateway: ofVpcs((organisation, vpc) =>
    networks.natGatewayRecords(organisation, vpc).map((raw) => [raw.NatGatewayId, raw]),
  ),
  networkAcl: ofVpcs((organisation, vpc) =>
    networks.aclRecords(organisation, vpc).map((raw) => [raw.NetworkAclId, raw]),
  ),
  networkInterface: ofInterfaces(interfaces.interfaceRecord, ({ id }) => id),
  routeTable: ofVpcs((organisation, vpc) =>
    networks.tableRecords(organisation, vpc).map((raw) => [raw.RouteTableId, raw]),
  ),
  securityGroup: ofVpcs((organisation, vpc) =>
    networks.groupRecords(organisation, vpc).map((raw) => [raw.GroupId, raw]),
  ),
  subnet: ofVpcs((_, vpc) => vpc.subnets.map((subnet) => [subnet.id, networks.subnetRecord(vpc, subnet)])),
  targetGroup: ofVpcs((_, vpc) => interfaces.targetGroupRecords(vpc).map((raw) => [raw.TargetGroupArn, raw])),
  targetGroupAttributes: ofVpcs((_, vpc) => interfaces.targetGroupAttributes(vpc).map(({ arn, raw }) => [arn, raw])),
  targetHealth: ofVpcs((organisation, vpc) =>
    interfaces.targetHealth(organisation, vpc).map(({ arn, raw }) => [arn, raw]),
  ),
  transitGateway: ofHubs((organisation, hub) => [
    [hub.gateway, hubs.transitGatewayRecord(hub, organisation.hubs.indexOf(hub))],
  ]),
  transitGatewayAttachment: ofHubs((organisation, hub) =>
    hubs.attachmentRecords(organisation, hub).map((raw) => [raw.TransitGatewayAttachmentId, raw]),
  ),
  transitGatewayPeeringAttachment: ofHubs((organisation, hub) =>
    hubs.linkRecords(organisation, hub).map((raw) => [raw.TransitGatewayAttachmentId, raw]),
  ),
  transitGatewayPrefixListReferences: ofHubs((_, hub) =>
    hub.tables.map((table) => [hubs.tableId(hub, table), { TransitGatewayPrefixListReferences: [] }]),
  ),
  transitGatewayRouteTable: ofHubs((_, hub) =>
    hubs.tableRecords(hub).map((raw) => [raw.TransitGatewayRouteTableId, raw]),
  ),
  transitGatewayRouteTableAssociations: ofHubs((organisation, hub) =>
    hubs.tableContents(organisation, hub).map(({ id, associations }) => [id, associations]),
  ),
  transitGatewayRouteTablePropagations: ofHubs((organisation, hub) =>
    hubs.tableContents(organisation, hub).map(({ id, propagations }) => [id, propagations]),
  ),
  transitGatewayRoutes: ofHubs((organisation, hub) =>
    hubs.tableContents(organisation, hub).map(({ id, routes }) => [id, routes]),
  ),
  transitGatewayVpcAttachment: ofVpcs((_, vpc) =>
    hubs.vpcAttachmentRecords(vpc).map((raw) => [raw.TransitGatewayAttachmentId, raw]),
  ),
  vpc: ofVpcs((_, vpc) => [[vpc.id, networks.vpcRecord(vpc)]]),
  vpcAttribute: ofVpcs((_, vpc) => [[vpc.id, networks.vpcAttributeRecord(vpc)]]),
  vpcBlockPublicAccessOptions: (_, { account, region }) => [
    [
      'options',
      {
        AwsAccountId: account,
        AwsRegion: region,
        State: 'default-state',
        InternetGatewayBlockMode: 'off',
        ManagedBy: 'account',
        ExclusionsAllowed: 'allowed',
      },
    ],
  ],
  vpcEndpoint: ofVpcs((organisation, vpc) =>
    networks.endpointRecords(organisation, vpc).map((raw) => [raw.VpcEndpointId, raw]),
  ),
  vpcPeeringConnection: ofVpcs((organisation, vpc) =>
    networks.peeringRecords(organisation, vpc).map((raw) => [raw.VpcPeeringConnectionId, raw]),
  ),
  vpnConnection: ofHubs((_, hub) => [[hub.vpn.connection, hubs.vpnRecord(hub)]]),
}

function ofVpcs<K extends Kind>(of: (organisation: Organisation, vpc: VpcPlan) => ReturnType<Entries<K>>): Entries<K> {
  return (organisation, place) =>
    organisation.vpcs.filter((vpc) => isIn(vpc.place, place)).flatMap((vpc) => of(organisation, vpc))
}

/** Those interfaces that have such an id. */
function ofInterfaces<K extends Kind>(
  record: (vpc: VpcPlan, each: InterfacePlan, id: string) => RawOf<K>,
  idOf: (each: InterfacePlan) => string | undefined,
): Entries<K> {
  return ofVpcs((organisation, vpc) =>
    interfacesOf(organisation, vpc).flatMap((each): ReturnType<Entries<K>> => {
      const id = idOf(each)
      return id === undefined ? [] : [[id, record(vpc, each, id)]]
    }),
  )
}

function ofHubs<K extends Kind>(of: (organisation: Organisation, hub: Hub) => ReturnType<Entries<K>>): Entries<K> {
  return (organisation, place) =>
    organisation.hubs.filter((hub) => isIn(hub.place, place)).flatMap((hub) => of(organisation, hub))
}
