/** The security groups and network ACLs of a VPC of a synthetic organisation, as sentences: the shapes that teams write, references,
 *  CIDR blocks, prefix lists, ICMP and a protocol without ports among them. */
import { chanceOf } from '../chance.ts'
import type { AclRule, GroupRule } from '../../build/rules.ts'
import { hasOwnGroup, type InterfacePlan } from './interfaces.ts'
import { blockText, type Organisation, type SubnetPlan, type Tier, type VpcPlan } from './plan.ts'
import { addressText, sharedVpcOf } from './plan.ts'

export interface GroupPlan {
  readonly name: string
  readonly rules: readonly GroupRule[]
  /** The VPC that a group of another VPC is in, by the group's id, and the peering that the reference goes by. */
  readonly foreign?: ReadonlyMap<string, { readonly vpc: VpcPlan; readonly peering?: string }>
}

const APPS = 8

/** About twenty. `default` is AWS's own. */
export const groupsOf = (organisation: Organisation, vpc: VpcPlan): readonly GroupPlan[] => {
  const chance = chanceOf(organisation.seed, `groups of VPC ${vpc.index}`)
  const { lists } = vpc.hub
  const group = (name: string): string => vpc.idOf('sg', name)
  const app = (): string => group(`app${chance.below(APPS)}`)
  const inside = (rule: string): GroupRule[] =>
    [...vpc.blocks, ...some(vpc.ipv6Block)].map((block) => `${rule} ${block}` as GroupRule)
  const anyone = (rule: string): GroupRule[] =>
    ['0.0.0.0/0', ...(vpc.ipv6Block === undefined ? [] : ['::/0'])].map((block) => `${rule} ${block}` as GroupRule)
  const all = anyone('all to')
  const shared = sharedVpcOf(organisation, vpc.hub)
  const [fromEdgeOnly, openBastion, closedAlb] = [chance.happens(0.25), chance.happens(0.05), chance.happens(0.4)]
  return [
    { name: 'default', rules: [`all from ${group('default')}`, ...all] },
    {
      name: 'alb',
      rules: [
        ...(fromEdgeOnly ? [`tcp 443 from ${lists.edge}` as const] : anyone('tcp 443 from')),
        ...anyone('tcp 80 from'),
        'icmp 3/4 from 0.0.0.0/0',
        ...(closedAlb ? ([`tcp 8080 to ${group('app0')}`, `tcp 8081 to ${group('app1')}`] as const) : all),
      ],
    },
    {
      name: 'nlb',
      rules: ['tcp 443 from 10.0.0.0/8', `tcp 443 from ${lists.offices}`, 'udp 8443 from 10.0.0.0/8', ...all],
    },
    {
      name: 'web',
      rules: [...anyone('tcp 443 from'), `tcp 22 from ${group('bastion')}`, 'icmp 3/4 from 0.0.0.0/0', ...all],
    },
    {
      name: 'bastion',
      rules: [
        `tcp 22 from ${lists.offices}`,
        `icmp 8 from ${lists.offices}`,
        ...(openBastion ? (['tcp 22 from 0.0.0.0/0'] as const) : []),
        ...inside('tcp 22 to'),
        ...anyone('tcp 443 to'),
      ],
    },
    monitoring(vpc, shared, inside),
    { name: 'endpoints', rules: inside('tcp 443 from') },
    {
      name: 'functions',
      rules: [
        ...anyone('tcp 443 to'),
        `tcp 443 to ${lists.s3}`,
        `tcp 5432 to ${group('db0')}`,
        ...inside('udp 53 to'),
        ...inside('tcp 53 to'),
      ],
    },
    {
      name: 'batch',
      rules: [`tcp 1024-65535 from ${group('batch')}`, `udp 7946 from ${group('batch')}`, ...all],
    },
    {
      name: 'cache',
      rules: [
        `tcp 6379-6380 from ${group('app0')}`,
        `tcp 6379-6380 from ${app()}`,
        `tcp 11211 from ${group('functions')}`,
        ...all,
      ],
    },
    {
      name: 'targets',
      rules: [
        'tcp 8443 from 10.0.0.0/8',
        'udp 8443 from 10.0.0.0/8',
        ...inside('tcp 30000-32767 from'),
        `tcp 30000-32767 from ${lists.offices}`,
        '47 from 172.16.0.0/12',
        ...all,
      ],
    },
    ...DATABASE_PORTS.map((port, number): GroupPlan => {
      const [more, closed] = [chance.happens(0.3), chance.happens(0.5)]
      const peer = chance.pick([
        '172.20.0.0/16',
        '10.0.0.0/8',
        shared?.blocks[0] ?? '10.0.0.0/20',
        partOf(vpc, chance.below(3)),
      ])
      return {
        name: `db${number}`,
        rules: [
          `tcp ${port} from ${app()}`,
          `tcp ${port} from ${app()}`,
          `tcp ${port} from ${group('bastion')}`,
          ...(number === 0 ? [`tcp ${port} from ${group('functions')}` as const] : []),
          ...(more ? [`tcp ${port} from ${peer}` as const] : []),
          ...(closed ? inside('tcp 443 to') : all),
        ],
      }
    }),
    ...Array.from({ length: APPS }, (_, number) => application(organisation, vpc, number)),
  ]
}

const DATABASE_PORTS = [5432, 3306, 1433] as const

/** The shared VPC's monitors come over the transit gateway, by reference where both ends keep references (R-SG-10). */
const monitoring = (vpc: VpcPlan, shared: VpcPlan | undefined, inside: (rule: string) => GroupRule[]): GroupPlan => {
  const rules: GroupRule[] = [...inside('tcp 9100-9101 from'), 'icmp from 10.0.0.0/8', 'tcp 443 to 0.0.0.0/0']
  if (!shared || shared === vpc || !vpc.attachment?.references) return { name: 'monitoring', rules }
  const monitors = shared.idOf('sg', 'monitoring')
  return {
    name: 'monitoring',
    rules: [...rules, `tcp 9100-9101 from ${monitors}`],
    foreign: new Map([[monitors, { vpc: shared }]]),
  }
}

const application = (organisation: Organisation, vpc: VpcPlan, number: number): GroupPlan => {
  const chance = chanceOf(organisation.seed, `group app${number} of VPC ${vpc.index}`)
  const group = (name: string): string => vpc.idOf('sg', name)
  const port = 8080 + number
  const rules: GroupRule[] = [`tcp ${port} from ${group('alb')}`]
  const foreign = new Map<string, { vpc: VpcPlan; peering: string }>()
  const sometimes = (probability: number, ...more: readonly GroupRule[]): void => {
    if (chance.happens(probability)) rules.push(...more)
  }
  sometimes(0.5, `tcp ${port + 1000} from ${group(`app${chance.below(APPS)}`)}`)
  sometimes(0.3, 'tcp 443 from 10.0.0.0/8')
  sometimes(0.3, `tcp ${port}-${port + 10} from ${vpc.hub.lists.offices}`)
  const other = organisation.vpcs[chance.below(organisation.vpcs.length)]!
  sometimes(0.2, `tcp 50051-50059 from ${partOf(vpc, chance.below(12))}`, `tcp 50051-50059 from ${other.blocks[0]}`)
  sometimes(0.15, `udp 4789 from ${group(`app${number}`)}`)
  sometimes(0.1, '47 from 172.16.0.0/12')
  for (const { id, ends } of organisation.peerings) {
    const peer = ends[0] === vpc ? ends[1] : ends[1] === vpc ? ends[0] : undefined
    if (!peer || !chance.happens(0.4)) continue
    const theirs = peer.idOf('sg', `app${chance.below(APPS)}`)
    rules.push(`tcp ${port} from ${theirs}`)
    foreign.set(theirs, { vpc: peer, peering: id })
  }
  const ipv6 = vpc.ipv6Block === undefined ? [] : (['all to ::/0'] as const)
  const closed: readonly GroupRule[] = [
    'tcp 443 to 0.0.0.0/0',
    'tcp 1024-65535 to 10.0.0.0/8',
    `udp 53 to ${vpc.blocks[0]}`,
    ...(number < 2 ? [`tcp 6379-6380 to ${group('cache')}` as const] : []),
  ]
  rules.push(...(chance.happens(0.25) ? closed : (['all to 0.0.0.0/0', ...ipv6] as const)))
  return { name: `app${number}`, rules, foreign }
}

/** Part of one of the first twelve subnets, cutting through it. */
const partOf = ({ subnets }: VpcPlan, number: number): string => {
  const { first } = subnets[number]!
  return blockText(first + 64, 64)
}

/** The adversary's groups: two single addresses in, two out, one of each in the VPC, the other anywhere. */
export const ownGroupOf = (organisation: Organisation, vpc: VpcPlan, each: InterfacePlan): GroupPlan => {
  if (!hasOwnGroup(each)) throw new Error(`${each.id} has no group of its own`)
  const chance = chanceOf(organisation.seed, `own group ${each.id}`)
  const someoneIn = ({ subnets }: VpcPlan): string =>
    `${addressText(subnets[chance.below(12)]!.first + 4 + chance.below(250))}/32`
  const anywhere = (): VpcPlan => organisation.vpcs[chance.below(organisation.vpcs.length)]!
  const port = 8080 + chance.below(40)
  return {
    name: each.groups[0]!,
    rules: [
      `tcp ${port}-8120 from ${vpc.idOf('sg', 'alb')}`,
      `tcp ${port}-8120 from ${someoneIn(vpc)}`,
      `tcp ${port}-8120 from ${someoneIn(anywhere())}`,
      'tcp 443 to 0.0.0.0/0',
      `tcp ${port}-8120 to ${someoneIn(vpc)}`,
      `tcp ${port}-8120 to ${someoneIn(anywhere())}`,
    ],
  }
}

export interface AclPlan {
  readonly name: string
  readonly isDefault: boolean
  readonly subnets: readonly SubnetPlan[]
  readonly rules: readonly AclRule[]
}

/** The VPC's default, which allows all, and in a closed VPC one for each tier. */
export const aclsOf = (organisation: Organisation, vpc: VpcPlan): readonly AclPlan[] => {
  const families = ['0.0.0.0/0', ...(vpc.ipv6Block === undefined ? [] : ['::/0'])]
  const open = families.flatMap((block): Statement[] => [`allow all from ${block}`, `allow all to ${block}`])
  const standard = { name: 'default', isDefault: true, rules: numbered(vpc, open) }
  if (!vpc.closed) return [{ ...standard, subnets: vpc.subnets }]
  const tiers = Object.entries(tierRules(organisation, vpc)).map(([tier, rules]) => ({
    name: tier,
    isDefault: false,
    subnets: vpc.subnets.filter((subnet) => subnet.tier === tier),
    rules: numbered(vpc, rules),
  }))
  return [{ ...standard, subnets: [] }, ...tiers]
}

type Statement = `${'allow' | 'deny'} ${GroupRule}`

/** By tens, the rules that deny the rest at the end as AWS lists them. */
const numbered = (vpc: VpcPlan, rules: readonly Statement[]): readonly AclRule[] => [
  ...rules.map((rule, index): AclRule => `${100 + 10 * index} ${rule}`),
  '32767 deny all from 0.0.0.0/0',
  '32767 deny all to 0.0.0.0/0',
  ...(vpc.ipv6Block === undefined ? [] : (['32768 deny all from ::/0', '32768 deny all to ::/0'] as const)),
]

const tierRules = (organisation: Organisation, vpc: VpcPlan): Readonly<Record<Tier, readonly Statement[]>> => {
  const ephemeral = chanceOf(organisation.seed, `ACLs of VPC ${vpc.index}`).happens(0.5) ? 1024 : 32768
  const dual = vpc.ipv6Block !== undefined
  const inside = [...vpc.blocks, ...some(vpc.ipv6Block)]
  const bothWays = (rule: string, block: string): Statement[] =>
    (['from', 'to'] as const).map((way) => `${rule} ${way} ${block}` as Statement)
  const whole = inside.flatMap((block) => bothWays('allow all', block))
  const privates = vpc.subnets.filter(({ tier }) => tier === 'private').map(({ first, size }) => blockText(first, size))
  const shared = sharedVpcOf(organisation, vpc.hub)?.blocks[0]
  return {
    public: [
      'deny tcp from 185.220.101.0/24',
      // Takes some answers to NAT gateways as well, as nobody meant it to.
      ...(vpc.index % 3 === 0 ? (['deny tcp 3389 from 0.0.0.0/0'] as const) : []),
      ...whole,
      'allow tcp 80 from 0.0.0.0/0',
      'allow tcp 443 from 0.0.0.0/0',
      'allow tcp 22 from 203.0.113.0/24',
      ...bothWays('allow tcp 1024-65535', '0.0.0.0/0'),
      ...bothWays('allow udp 1024-65535', '0.0.0.0/0'),
      ...bothWays('allow icmp', '0.0.0.0/0'),
      'allow tcp 80 to 0.0.0.0/0',
      'allow tcp 443 to 0.0.0.0/0',
      'allow all to 10.0.0.0/8',
      ...(dual
        ? ([
            'allow tcp 443 from ::/0',
            'allow tcp 1024-65535 from ::/0',
            'allow icmpv6 from ::/0',
            'allow all to ::/0',
          ] as const)
        : []),
    ],
    private: [
      ...whole,
      ...bothWays('deny tcp 23', '10.0.0.0/8'),
      'allow tcp 443 from 10.0.0.0/8',
      'allow tcp 8080-8099 from 10.0.0.0/8',
      'allow tcp 8443 from 10.0.0.0/8',
      ...(shared === undefined ? [] : [`allow tcp 9100-9101 from ${shared}` as const]),
      'allow tcp 22 from 172.16.0.0/12',
      `allow tcp ${ephemeral}-65535 from 0.0.0.0/0`,
      'allow udp 1024-65535 from 0.0.0.0/0',
      'allow icmp 0/0 from 0.0.0.0/0',
      'allow all to 0.0.0.0/0',
      ...(dual ? bothWays('allow all', '::/0') : []),
    ],
    database: [
      ...privates.flatMap((block): Statement[] => [
        ...DATABASE_PORTS.map((port): Statement => `allow tcp ${port} from ${block}`),
        `allow tcp 6379-6380 from ${block}`,
        `allow tcp 1024-65535 to ${block}`,
      ]),
      ...inside.flatMap((block): Statement[] => [
        `allow tcp 9100-9101 from ${block}`,
        `allow tcp 1024-65535 to ${block}`,
        `allow tcp 443 to ${block}`,
        `allow tcp 32768-60999 from ${block}`,
      ]),
    ],
    intra: [...whole, ...bothWays('deny all', '0.0.0.0/0')],
  }
}

const some = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value])
