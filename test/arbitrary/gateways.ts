/** Draws what stands between a VPC and the internet: internet, egress-only and NAT gateways of every kind, and Block Public Access. */
import type { Choices } from './choices.ts'
import {
  add,
  addInterface,
  addPrefixList,
  addTable,
  type Draft,
  HOME,
  nextId,
  nextPublic,
  type Place,
  type VpcPlan,
  zoneId,
  zoneName,
} from './draft.ts'
import { drawSubnet } from './vpc.ts'

/** Everything that leads to the internet. */
export const drawInternetEdge = (choices: Choices, draft: Draft, vpc: VpcPlan): void => {
  drawInternetGateway(choices, draft, vpc)
  if (vpc.v6 !== undefined && choices.chance(60)) addEgressOnlyGateway(choices, draft, vpc)
  const kinds = choices.some(['public', 'private', 'regional'] as const, 0, 2)
  for (const kind of kinds) drawNatGateway(choices, draft, vpc, kind)
}

export const drawInternetGateway = ({ chance }: Choices, draft: Draft, vpc: VpcPlan): void => {
  const id = nextId(draft, 'igw')
  const attached = !chance(7)
  add(draft, 'internetGateway', vpc.place, id, {
    InternetGatewayId: id,
    OwnerId: vpc.place.account,
    Attachments: attached ? [{ VpcId: vpc.id, State: 'available' }] : [],
  })
  vpc.targets.push({ route: { GatewayId: id }, families: [4, 6], towards: ['internet'], weight: 6 })
}

const addEgressOnlyGateway = ({ chance }: Choices, draft: Draft, vpc: VpcPlan): void => {
  const id = nextId(draft, 'eigw')
  add(draft, 'egressOnlyInternetGateway', vpc.place, id, {
    EgressOnlyInternetGatewayId: id,
    Attachments: [{ VpcId: vpc.id, State: chance(8) ? 'detached' : 'attached' }],
  })
  vpc.targets.push({ route: { EgressOnlyInternetGatewayId: id }, families: [6], towards: ['internet'], weight: 5 })
}

export const drawNatGateway = (
  choices: Choices,
  draft: Draft,
  vpc: VpcPlan,
  kind: 'public' | 'private' | 'regional',
): void => {
  const { chance, int, pick, weighted } = choices
  const id = nextId(draft, 'nat')
  const state = weighted([
    [18, 'available'],
    [1, 'pending'],
    [1, 'deleted'],
  ])
  if (state === 'deleted')
    add(draft, 'natGateway', vpc.place, id, {
      NatGatewayId: id,
      VpcId: vpc.id,
      SubnetId: pick(vpc.subnets).id,
      State: state,
    })
  else if (kind === 'regional') drawRegionalAddresses(choices, draft, vpc, id, state)
  else {
    // A gateway beside its clients is as lawful as one in a subnet of its own (R-NAT-9).
    const fit = vpc.subnets.filter(({ table }) => table.leaning === 'public')
    const shared = fit.length > 0 && chance(70) ? fit : vpc.subnets
    const subnet = chance(60) ? pick(shared) : drawSubnet(choices, draft, vpc)
    const isPublic = kind === 'public'
    const secondaries = chance(25) ? 1 : 0
    const {
      id: holder,
      v4,
      raw,
    } = addInterface(draft, subnet, {
      groups: [],
      type: 'nat_gateway',
      description: `Interface for NAT Gateway ${id}`,
      checked: false,
      secondaries,
      publics: isPublic ? v4Indexes(secondaries) : [],
    })
    add(draft, 'natGateway', vpc.place, id, {
      NatGatewayId: id,
      VpcId: vpc.id,
      SubnetId: subnet.id,
      State: state,
      ConnectivityType: kind,
      AvailabilityMode: 'zonal',
      NatGatewayAddresses: v4.map((PrivateIp, index) => ({
        NetworkInterfaceId: holder,
        PrivateIp,
        PublicIp: raw.PrivateIpAddresses?.[index]?.Association?.PublicIp,
        IsPrimary: index === 0,
        Status: int(0, index === 0 ? 15 : 3) > 0 ? 'succeeded' : 'failed',
      })),
    })
  }
  const towards = kind === 'private' ? (['internet', 'vpc', 'inside'] as const) : (['internet', 'vpc'] as const)
  vpc.targets.push({ route: { NatGatewayId: id }, families: [4], towards, weight: kind === 'private' ? 2 : 5 })
}

const v4Indexes = (secondaries: number): number[] => Array.from({ length: 1 + secondaries }, (_, index) => index)

/** R-NAT-13 to R-NAT-15: no subnet, a table of its own, addresses by zone, of which the private ones may not be listed. */
const drawRegionalAddresses = (choices: Choices, draft: Draft, vpc: VpcPlan, id: string, state: string): void => {
  const { chance, some } = choices
  const zones = some([0, 1], 1, 2)
  const isListed = chance(70)
  const first = 10 + 4 * draft.resources.filter(({ kind }) => kind === 'natGateway').length
  add(draft, 'natGateway', vpc.place, id, {
    NatGatewayId: id,
    VpcId: vpc.id,
    RouteTableId: addTable(draft, vpc, 'public', true).id,
    State: state,
    ConnectivityType: 'public',
    AvailabilityMode: 'regional',
    AutoProvisionZones: chance(30) ? 'disabled' : 'enabled',
    NatGatewayAddresses: zones.map((zone) => ({
      AvailabilityZone: zoneName(vpc.place, zone),
      AvailabilityZoneId: zoneId(vpc.place, zone),
      ...(isListed && { PrivateIp: `${vpc.cidrs[0]!.split('.').slice(0, 2).join('.')}.250.${first + zone}` }),
      PublicIp: nextPublic(draft),
      Status: 'succeeded',
    })),
  })
}

/** R-BPA-1 to R-BPA-5: the account's mode with its exclusions, some of it being changed (R-FLOW-10), and at times what AWS states on
 *  subnets or VPCs, which may contradict it: it is read at another time. */
export const drawBlockPublicAccess = ({ chance, pick, some }: Choices, draft: Draft): void => {
  const modes = ['block-ingress', 'block-bidirectional'] as const
  const stating = chance(30) ? pick(['subnet', 'vpc']) : undefined
  for (const resource of draft.resources)
    if (resource.kind === stating && chance(80))
      Object.assign(resource.raw, { BlockPublicAccessStates: { InternetGatewayBlockMode: pick(['off', ...modes]) } })
  const place: Place = HOME
  const changing = chance(25)
  add(draft, 'vpcBlockPublicAccessOptions', place, 'options', {
    AwsAccountId: place.account,
    AwsRegion: place.region,
    State: changing ? 'update-in-progress' : 'update-complete',
    InternetGatewayBlockMode: pick(changing ? ['off', ...modes] : modes),
  })
  const vpcs = draft.vpcs.filter((vpc) => vpc.place === place)
  const arns = vpcs.flatMap((vpc) => [`vpc/${vpc.id}`, ...vpc.subnets.map((subnet) => `subnet/${subnet.id}`)])
  for (const resource of some(arns, 0, 3)) {
    const id = nextId(draft, 'vpcbpa-exclude')
    add(draft, 'vpcBlockPublicAccessExclusion', place, id, {
      ExclusionId: id,
      ResourceArn: `arn:aws:ec2:${place.region}:${place.account}:${resource}`,
      InternetGatewayExclusionMode: pick(['allow-bidirectional', 'allow-egress']),
      State: chance(60) ? pick(['create-complete', 'update-complete']) : pick(NOT_IN_FORCE),
    })
  }
}

/** States of an exclusion that is not in force for certain. */
const NOT_IN_FORCE = [
  'create-in-progress',
  'update-in-progress',
  'delete-in-progress',
  'disable-in-progress',
  'delete-complete',
]

/** The addresses of S3 and DynamoDB in a region, as AWS publishes them to both describe calls. */
export const addServiceLists = (draft: Draft, { account, region }: Place): readonly string[] =>
  [['s3', ['52.216.0.0/15', '3.5.0.0/20']] as const, ['dynamodb', ['52.94.0.0/22']] as const].map(
    ([service, entries]) => {
      const name = `com.amazonaws.${region}.${service}`
      const id = addPrefixList(draft, { account, region }, entries, name)
      add(draft, 'prefixList', { account, region }, id, { PrefixListId: id, PrefixListName: name, Cidrs: entries })
      return id
    },
  )

/** Parts of the public addresses that are in use, brought along by their owner: announced by AWS, or not (R-ADDR-18). */
export const drawOwnRanges = ({ pick, some }: Choices, draft: Draft): void => {
  const ranges = [
    '54.10.0.0/30',
    '54.10.0.2/31',
    '54.10.0.4/30',
    '54.10.0.8/29',
    ...draft.vpcs.flatMap(({ v6 }) => (v6 === undefined ? [] : [`${v6}00::/56`])),
  ]
  for (const Cidr of some(ranges, 1, 2))
    add(draft, 'byoipCidr', HOME, Cidr, {
      Cidr,
      State: pick(['advertised', 'provisioned', 'pending-provision', 'pending-advertising', 'pending-withdrawal']),
    })
}

/** An elastic address that nobody uses (R-ADDR-16). */
export const addIdleAddress = (draft: Draft, place: Place): void => {
  const AllocationId = nextId(draft, 'eipalloc')
  add(draft, 'address', place, AllocationId, { AllocationId, PublicIp: nextPublic(draft), Domain: 'vpc' })
}
