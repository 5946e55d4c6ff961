/** The network interfaces of one VPC of a synthetic organisation: those that services put there, and workload up to the number asked
 *  for. Made when asked for, and the same each time: a large organisation never holds all of them. */
import { type Chance, chanceOf, digits } from '../chance.ts'
import { addressText, type Organisation, type SubnetPlan, type Tier, type VpcPlan } from './plan.ts'

export interface InterfacePlan {
  readonly id: string
  /** Unique in its VPC. */
  readonly key: string
  readonly subnet: SubnetPlan
  readonly address: string
  readonly ipv6: string | undefined
  readonly publicIp: string | undefined
  /** The allocation of its public address, where it is an elastic one. */
  readonly allocation: string | undefined
  /** Names of security groups. */
  readonly groups: readonly string[]
  readonly type: string
  readonly description: string
  /** The service that made it. */
  readonly requester: string | undefined
  readonly instance: string | undefined
}

export const interfacesOf = (organisation: Organisation, vpc: VpcPlan): readonly InterfacePlan[] => {
  const build = builder(organisation.seed, vpc)
  addServices(build, organisation, vpc)
  const chance = chanceOf(organisation.seed, `workload of VPC ${vpc.index}`)
  const free = vpc.interfaces - build.made.length
  if (free < 0) throw new Error(`${vpc.interfaces} interfaces are too few for a VPC`)
  for (let n = 0; n < free; n++) addWorkload(build, organisation, vpc, chance, tierAt((n + 0.5) / free), n)
  return build.made
}

/** Services that a VPC has endpoints for: at least the first. */
export const endpointsOf = (organisation: Organisation, vpc: VpcPlan): readonly string[] =>
  ENDPOINTS.slice(0, 1 + chanceOf(organisation.seed, `endpoints of VPC ${vpc.index}`).below(ENDPOINTS.length))

export interface BalancerPlan {
  readonly kind: 'app' | 'net'
  readonly name: string
  readonly tier: Tier
  readonly isPublic: boolean
  readonly groups: readonly string[]
  /** `app/<name>/<hash>`: ends its ARN, and is the description of its interfaces. */
  readonly suffix: string
  readonly arn: string
}

/** An application load balancer for the internet, a network load balancer for other VPCs; half of these have a security group. */
export const balancersOf = (vpc: VpcPlan): readonly BalancerPlan[] => {
  const plan = (kind: 'app' | 'net', name: string, tier: Tier, isPublic: boolean, groups: readonly string[]) => {
    const suffix = `${kind}/${name}/${vpc.idOf('lb', name).slice(-16)}`
    const arn = `arn:aws:elasticloadbalancing:${vpc.place.region}:${vpc.place.account}:loadbalancer/${suffix}`
    return { kind, name, tier, isPublic, groups, suffix, arn }
  }
  return [
    plan('app', `front-${vpc.index}`, 'public', true, ['alb']),
    plan('net', `inner-${vpc.index}`, 'private', false, vpc.index % 2 === 0 ? ['nlb'] : []),
  ]
}

const ENDPOINTS = ['ssm', 'ecr.api', 'logs'] as const

interface Workload {
  readonly groups: readonly string[]
  readonly by: 'instance' | 'task' | 'function' | 'database' | 'cache'
}

const WORKLOAD: Readonly<Record<Tier, readonly [Workload, ...Workload[]]>> = {
  public: [
    { groups: ['web', 'monitoring'], by: 'instance' },
    { groups: ['web'], by: 'instance' },
    { groups: ['bastion', 'monitoring'], by: 'instance' },
    { groups: ['targets'], by: 'instance' },
  ],
  private: [
    ...Array.from({ length: 8 }, (_, k): Workload => ({ groups: [`app${k}`, 'monitoring'], by: 'instance' })),
    ...Array.from({ length: 8 }, (_, k): Workload => ({ groups: [`app${k}`], by: 'task' })),
    { groups: ['targets', 'monitoring'], by: 'instance' },
    { groups: ['app0', 'app1', 'monitoring'], by: 'task' },
    { groups: ['batch', 'monitoring'], by: 'instance' },
    { groups: ['functions'], by: 'function' },
    { groups: ['app2', 'targets'], by: 'instance' },
    { groups: ['default', 'monitoring'], by: 'instance' },
  ] as readonly Workload[] as readonly [Workload],
  database: [
    { groups: ['db0'], by: 'database' },
    { groups: ['db1', 'monitoring'], by: 'database' },
    { groups: ['cache'], by: 'cache' },
    { groups: ['db2'], by: 'database' },
    { groups: ['db0', 'monitoring'], by: 'database' },
  ],
  intra: [
    { groups: ['batch'], by: 'task' },
    { groups: ['functions'], by: 'function' },
    { groups: ['default'], by: 'instance' },
  ],
}

/** A tenth is public, two thirds are private, and the rest is shared by the other two. */
const tierAt = (share: number): Tier =>
  share < 0.1 ? 'public' : share < 0.76 ? 'private' : share < 0.88 ? 'database' : 'intra'

interface Addition {
  readonly type?: string
  readonly groups?: readonly string[]
  readonly description?: string
  readonly requester?: string
  readonly instance?: string
  readonly public?: 'elastic' | 'amazon'
  readonly ipv6?: boolean
}

interface Builder {
  readonly made: InterfacePlan[]
  readonly add: (key: string, subnet: SubnetPlan, addition: Addition) => void
  readonly subnets: (tier: Tier) => readonly SubnetPlan[]
}

const builder = (seed: number, vpc: VpcPlan): Builder => {
  const made: InterfacePlan[] = []
  const taken = new Map<SubnetPlan, number>()
  let published = 0
  return { made, add, subnets: (tier) => vpc.subnets.filter((subnet) => subnet.tier === tier) }

  function add(key: string, subnet: SubnetPlan, addition: Addition): void {
    const host = hostOf(subnet, taken)
    const isPublic = addition.public !== undefined
    made.push({
      id: vpc.idOf('eni', key),
      key,
      subnet,
      address: addressText(subnet.first + host),
      ipv6: addition.ipv6 ? ipv6Of(subnet, digits(seed, `IPv6 ${vpc.index} ${key}`)) : undefined,
      publicIp: isPublic ? publicAddress(vpc.index * 256 + published++) : undefined,
      allocation: addition.public === 'elastic' ? vpc.idOf('eipalloc', key) : undefined,
      groups: addition.groups ?? [],
      type: addition.type ?? 'interface',
      description: addition.description ?? '',
      requester: addition.requester,
      instance: addition.instance,
    })
  }
}

/** AWS keeps the first four and the last address of a subnet, and gives the others in no order. */
const hostOf = (subnet: SubnetPlan, taken: Map<SubnetPlan, number>): number => {
  const number = taken.get(subnet) ?? 0
  if (number >= subnet.size - 5) throw new Error(`no more room in ${subnet.id}`)
  taken.set(subnet, number + 1)
  return 4 + ((number * 83 + 29) % (subnet.size - 5))
}

const ipv6Of = ({ ipv6Block }: SubnetPlan, random: string): string | undefined =>
  ipv6Block?.replace('/64', [0, 4, 8].map((at) => parseInt(random.slice(at, at + 4), 16).toString(16)).join(':'))

/** Of 54.64.0.0/10: an odd factor scatters them over it and gives none twice. */
const publicAddress = (number: number): string =>
  addressText((0x36400000 + (Math.imul(number, 0x2545f491) & 0x3fffff)) >>> 0)

const addServices = ({ add, subnets }: Builder, organisation: Organisation, vpc: VpcPlan): void => {
  const zonal = (tier: Tier, use: (subnet: SubnetPlan, zone: number) => void): void =>
    subnets(tier).slice(0, 3).forEach(use)
  zonal('public', (subnet, zone) => {
    if (zone < vpc.natGateways)
      add(`nat ${zone}`, subnet, {
        type: 'nat_gateway',
        description: `Interface for NAT Gateway ${vpc.idOf('nat', String(zone))}`,
        requester: 'amazon-aws',
        public: 'elastic',
      })
  })
  if (vpc.attachment)
    zonal('intra', (subnet, zone) =>
      add(`attachment ${zone}`, subnet, {
        type: 'transit_gateway',
        description: `Network Interface for Transit Gateway Attachment ${vpc.attachment!.id}`,
        requester: 'amazon-aws',
      }),
    )
  for (const service of endpointsOf(organisation, vpc))
    zonal('private', (subnet, zone) =>
      add(`${service} ${zone}`, subnet, {
        type: 'vpc_endpoint',
        description: `VPC Endpoint Interface ${vpc.idOf('vpce', service)}`,
        requester: 'amazon-vpce',
        groups: ['endpoints'],
      }),
    )
  for (const { kind, name, tier, isPublic, groups, suffix } of balancersOf(vpc))
    zonal(tier, (subnet, zone) =>
      add(`${name} ${zone}`, subnet, {
        type: kind === 'net' ? 'network_load_balancer' : 'interface',
        description: `ELB ${suffix}`,
        requester: 'amazon-elb',
        groups,
        ...(isPublic && { public: 'amazon' as const }),
      }),
    )
}

const addWorkload = (
  { add, subnets }: Builder,
  { mix }: Organisation,
  vpc: VpcPlan,
  chance: Chance,
  tier: Tier,
  n: number,
): void => {
  const [odds, own, published] = [chance.number(), chance.happens(0.3), chance.number()]
  const list = WORKLOAD[tier]
  // What comes first is much more frequent.
  const { groups, by } = list[Math.floor(list.length * odds ** 1.5)]!
  const key = `${tier} ${n}`
  const among = subnets(tier)
  add(key, among[n % among.length]!, {
    groups: own && mix === 'adversarial' ? [ownGroup(key)] : groups,
    ...madeBy(vpc, by, key),
    ...(tier === 'public' &&
      published < 0.9 && { public: published < 0.2 ? ('elastic' as const) : ('amazon' as const) }),
    ipv6: by === 'instance' || by === 'task',
  })
}

const OWN = 'own '

/** The group of one interface alone. */
const ownGroup = (key: string): string => `${OWN}${key}`

export const hasOwnGroup = ({ groups }: InterfacePlan): boolean => groups[0]?.startsWith(OWN) ?? false

const madeBy = (vpc: VpcPlan, by: Workload['by'], key: string): Addition => {
  const uuid = vpc
    .idOf('', key)
    .slice(-12)
    .replace(/^(.{4})(.{4})/, '$1-$2-')
  switch (by) {
    case 'instance':
      return { instance: vpc.idOf('i', key) }
    case 'task':
      return {
        description: `arn:aws:ecs:${vpc.place.region}:${vpc.place.account}:attachment/${uuid}`,
        requester: 'amazon-ecs',
      }
    case 'function':
      return { type: 'lambda', description: `AWS Lambda VPC ENI-worker-${uuid}`, requester: 'amazon-lambda' }
    case 'database':
      return { description: 'RDSNetworkInterface', requester: 'amazon-rds' }
    case 'cache':
      return { description: `ElastiCache cache-${uuid}`, requester: 'amazon-elasticache' }
  }
}
