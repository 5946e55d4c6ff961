/** The oracle on the smallest network that shows a rule: what the measured folders do not reach. Facts of AWS by rule id; the
 *  engine has its own. */
import { describe, expect, test } from 'vitest'
import type { RawOf } from '../../src/snapshot/schema.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import {
  add,
  addAcl,
  addGroup,
  addInterface,
  addPrefixList,
  addRoute,
  addRules,
  addSubnet,
  addTable,
  addVpc,
  type AclPlan,
  type Draft,
  finished,
  type GroupPlan,
  HOME,
  type InterfacePlan,
  newDraft,
  nextId,
  OTHER_REGION,
  type Permission,
  type Place,
  type Route,
  type SubnetPlan,
  type VpcPlan,
  zoneName,
} from '../arbitrary/draft.ts'
import { type Fate, type PlainPacket, simulate, type Start, type Verdict, verdictOf } from './simulate.ts'

const OPEN: Permission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] }
const tcp = (port: number, from: Partial<Permission>): Permission => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  ...from,
})
const STRANGER = '8.8.8.8'

/** A VPC with a subnet per zone, each with a table and a list of its own, all open. */
interface Site {
  readonly vpc: VpcPlan
  readonly subnets: readonly SubnetPlan[]
  readonly acls: readonly AclPlan[]
}

const site = (
  draft: Draft,
  net = 1,
  options: { place?: Place; ipv6?: 'public' | 'private'; zones?: number[] } = {},
): Site => {
  const vpc = addVpc(draft, { place: options.place ?? HOME, net, ipv6: options.ipv6 ?? 'none', more: [] })
  addTable(draft, vpc, 'private')
  const acls: AclPlan[] = []
  const subnets = (options.zones ?? [0, 1]).map((zone) => {
    const acl = addAcl(draft, vpc)
    acls.push(acl)
    return addSubnet(draft, vpc, { zone, table: addTable(draft, vpc, 'private'), acl })
  })
  return { vpc, subnets, acls }
}

const permit = (acl: AclPlan, egress: boolean, entry: Partial<AclPlan['entries'][number]>, number = 50): void => {
  acl.entries.push({
    RuleNumber: number,
    Egress: egress,
    Protocol: '-1',
    RuleAction: 'allow',
    CidrBlock: '0.0.0.0/0',
    ...entry,
  })
}
const deny = (acl: AclPlan, egress: boolean, entry: Partial<AclPlan['entries'][number]>, number = 40): void =>
  permit(acl, egress, { RuleAction: 'deny', ...entry }, number)

const group = (
  draft: Draft,
  vpc: VpcPlan,
  ingress: Permission[] = [OPEN],
  egress: Permission[] = [OPEN],
): GroupPlan => {
  const made = addGroup(draft, vpc)
  made.ingress.push(...ingress)
  made.egress.push(...egress)
  return made
}

const host = (
  draft: Draft,
  subnet: SubnetPlan,
  groups: readonly GroupPlan[],
  shape: Partial<Parameters<typeof addInterface>[2]> = {},
): InterfacePlan => addInterface(draft, subnet, { groups, instance: true, ipv6: true, ...shape })

const publicOf = (of: InterfacePlan): string => of.raw.Association!.PublicIp!

/** Opens every list that said nothing in a direction, writes everything down. */
const build = (draft: Draft): Snapshot => {
  const known = built.get(draft)
  if (known) return known
  for (const vpc of draft.vpcs) {
    for (const acl of vpc.acls)
      for (const egress of [false, true])
        if (!acl.entries.some((entry) => entry.Egress === egress && entry.RuleNumber === 50)) {
          permit(acl, egress, {})
          permit(acl, egress, { CidrBlock: undefined, Ipv6CidrBlock: '::/0' }, 51)
        }
    addRules(draft, vpc)
  }
  const snapshot = finished(draft)
  built.set(draft, snapshot)
  return snapshot
}

/** A draft is written down when it is first asked about, and is not to be changed after that. */
const built = new WeakMap<Draft, Snapshot>()

type Header = Partial<Omit<PlainPacket, 'source' | 'destination' | 'family'>>

/** An interface by its first address, or an address on the internet or on premises. */
type From = InterfacePlan | string | { readonly onPremises: string }

const startOf = (from: From): Start => {
  if (typeof from === 'string') return 'internet'
  return 'onPremises' in from ? 'onprem' : { interface: from.id }
}

const sourceOf = (from: From, family: 4 | 6): string => {
  if (typeof from === 'string') return from
  return 'onPremises' in from ? from.onPremises : (family === 4 ? from.v4 : from.v6)[0]!
}

const fateOf = (draft: Draft, from: From, to: string, header: Header = {}): Fate => {
  const start = startOf(from)
  const family = to.includes(':') ? 6 : 4
  const source = sourceOf(from, family)
  const ports =
    (header.protocol ?? 6) === 6 || header.protocol === 17 ? { sourcePort: 50000, destinationPort: 443 } : {}
  return simulate(build(draft), start, { family, source, destination: to, protocol: 6, ...ports, ...header })
}

const verdict = (...question: Parameters<typeof fateOf>): Verdict => verdictOf(fateOf(...question))

const attachIgw = (draft: Draft, vpc: VpcPlan): Partial<Route> => {
  const id = nextId(draft, 'igw')
  add(draft, 'internetGateway', vpc.place, id, {
    InternetGatewayId: id,
    Attachments: [{ VpcId: vpc.id, State: 'available' }],
  })
  return { GatewayId: id }
}

const peer = (draft: Draft, a: VpcPlan, b: VpcPlan): Partial<Route> => {
  const id = nextId(draft, 'pcx')
  const side = (vpc: VpcPlan) => ({
    VpcId: vpc.id,
    Region: vpc.place.region,
    CidrBlockSet: vpc.cidrs.map((CidrBlock) => ({ CidrBlock })),
  })
  add(draft, 'vpcPeeringConnection', a.place, id, {
    VpcPeeringConnectionId: id,
    RequesterVpcInfo: side(a),
    AccepterVpcInfo: side(b),
    Status: { Code: 'active' },
  })
  return { VpcPeeringConnectionId: id }
}

const nat = (draft: Draft, subnet: SubnetPlan, kind: 'public' | 'private' = 'public'): Partial<Route> => {
  const id = nextId(draft, 'nat')
  const holder = addInterface(draft, subnet, {
    groups: [],
    type: 'nat_gateway',
    checked: false,
    publics: kind === 'public' ? [0] : [],
  })
  add(draft, 'natGateway', subnet.vpc.place, id, {
    NatGatewayId: id,
    VpcId: subnet.vpc.id,
    SubnetId: subnet.id,
    State: 'available',
    ConnectivityType: kind,
    NatGatewayAddresses: [
      { NetworkInterfaceId: holder.id, PrivateIp: holder.v4[0], PublicIp: holder.raw.Association?.PublicIp },
    ],
  })
  return { NatGatewayId: id }
}

describe('one VPC', () => {
  test('no network ACL judges what stays in its subnet (R-NACL-4)', () => {
    const draft = newDraft()
    const { vpc, subnets, acls } = site(draft)
    for (const egress of [false, true]) deny(acls[0]!, egress, {})
    const all = group(draft, vpc)
    const [a, b] = [host(draft, subnets[0]!, [all]), host(draft, subnets[0]!, [all])]
    expect(verdict(draft, a, b.v4[0]!)).toBe('reachable')
  })

  test('a reply without an ephemeral rule is lost, which is not the same as no way there (R-NACL-3)', () => {
    const draft = newDraft()
    const { vpc, subnets, acls } = site(draft)
    permit(acls[0]!, false, { Protocol: '6', PortRange: { From: 443, To: 443 } })
    const all = group(draft, vpc)
    const [a, b] = [host(draft, subnets[0]!, [all]), host(draft, subnets[1]!, [all])]
    expect(verdict(draft, a, b.v4[0]!)).toBe('one-way')
  })

  test('the lowest rule number decides, whatever the order of listing (R-NACL-2)', () => {
    for (const [number, expected] of [
      [40, 'unreachable'],
      [60, 'reachable'],
    ] as const) {
      const draft = newDraft()
      const { vpc, subnets, acls } = site(draft)
      permit(acls[1]!, false, {})
      deny(acls[1]!, false, { Protocol: '6', PortRange: { From: 443, To: 443 } }, number)
      const all = group(draft, vpc)
      const [a, b] = [host(draft, subnets[0]!, [all]), host(draft, subnets[1]!, [all])]
      expect(verdict(draft, a, b.v4[0]!)).toBe(expected)
    }
  })

  test('tcp 0-65535 admits neither UDP nor echo (R-SG-4)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    const open = group(draft, vpc)
    const tcpOnly = group(draft, vpc, [{ ...tcp(0, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] }), ToPort: 65535 }])
    const [a, b] = [host(draft, subnets[0]!, [open]), host(draft, subnets[0]!, [tcpOnly])]
    expect(verdict(draft, a, b.v4[0]!)).toBe('reachable')
    expect(verdict(draft, a, b.v4[0]!, { protocol: 17 })).toBe('unreachable')
    expect(verdict(draft, a, b.v4[0]!, { protocol: 1, icmpType: 8, icmpCode: 0 })).toBe('unreachable')
  })

  test('an IPv4 rule says nothing about IPv6 (R-SG-5)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft, 1, { ipv6: 'public' })
    const open = group(draft, vpc)
    const v4 = group(draft, vpc, [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }])
    const [a, b] = [host(draft, subnets[0]!, [open]), host(draft, subnets[0]!, [v4])]
    expect(verdict(draft, a, b.v4[0]!)).toBe('reachable')
    expect(verdict(draft, a, b.v6[0]!)).toBe('unreachable')
  })

  test('an appliance on the way takes the identity that a reference needs, and an address rule makes it conditional (R-SG-11)', () => {
    for (const [through, byAddress, expected] of [
      [false, false, 'reachable'],
      [true, false, 'unreachable'],
      [true, true, 'conditional'],
    ] as const) {
      const draft = newDraft()
      const { vpc, subnets } = site(draft, 1, { zones: [0, 1, 0] })
      const own = group(draft, vpc, [])
      own.ingress.push({ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: own.id }] })
      if (byAddress) own.ingress.push({ IpProtocol: '-1', IpRanges: [{ CidrIp: '10.1.0.0/24' }] })
      const [a, b] = [host(draft, subnets[0]!, [own]), host(draft, subnets[1]!, [own])]
      const appliance = host(draft, subnets[2]!, [group(draft, vpc)], { checked: false })
      if (through) {
        addRoute(subnets[0]!.table, subnets[1]!.cidr, { NetworkInterfaceId: appliance.id })
        addRoute(subnets[1]!.table, subnets[0]!.cidr, { NetworkInterfaceId: appliance.id })
      }
      expect(verdict(draft, a, b.v4[0]!)).toBe(expected)
    }
  })

  test('an appliance that sees one direction only loses the reply (R-FLOW-11), and a checked one everything (R-ENI-2)', () => {
    for (const [checked, expected] of [
      [false, 'one-way'],
      [true, 'unreachable'],
    ] as const) {
      const draft = newDraft()
      const { vpc, subnets } = site(draft, 1, { zones: [0, 1, 0] })
      const all = group(draft, vpc)
      const [a, b] = [host(draft, subnets[0]!, [all]), host(draft, subnets[1]!, [all])]
      const appliance = host(draft, subnets[2]!, [all], { checked })
      addRoute(subnets[0]!.table, subnets[1]!.cidr, { NetworkInterfaceId: appliance.id })
      expect(verdict(draft, a, b.v4[0]!)).toBe(expected)
    }
  })

  test('an egress reference admits to members and to nobody else (R-SG-9)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    const members = group(draft, vpc)
    const others = group(draft, vpc)
    const to = group(draft, vpc, [], [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: members.id }] }])
    const from = host(draft, subnets[0]!, [to])
    const [member, other] = [host(draft, subnets[1]!, [members]), host(draft, subnets[1]!, [others])]
    expect(verdict(draft, from, member.v4[0]!)).toBe('reachable')
    expect(verdict(draft, from, other.v4[0]!)).toBe('unreachable')
  })

  test('membership is by id, in whatever VPC the group was made (R-SG-16)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    const foreign = group(draft, site(draft, 2).vpc)
    const referring = group(draft, vpc, [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: foreign.id }] }])
    const [a, b] = [host(draft, subnets[0]!, [foreign]), host(draft, subnets[1]!, [referring])]
    expect(verdict(draft, a, b.v4[0]!)).toBe('reachable')
  })

  test('a blackhole drops and does not fall through (R-ROUTE-11)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    const igw = attachIgw(draft, vpc)
    addRoute(subnets[0]!.table, '0.0.0.0/0', igw)
    addRoute(subnets[0]!.table, '8.8.8.0/24', igw, 'blackhole')
    const a = host(draft, subnets[0]!, [group(draft, vpc)], { publics: [0] })
    expect(verdict(draft, a, '1.1.1.1')).toBe('reachable')
    expect(verdict(draft, a, STRANGER)).toBe('unreachable')
  })

  test('a more specific prefix list entry beats a broader static route, and equal lists leave the choice to AWS (R-ROUTE-5, R-ROUTE-9)', () => {
    for (const [second, expected] of [
      [undefined, 'reachable'],
      ['blackhole', 'conditional'],
    ] as const) {
      const draft = newDraft()
      const { vpc, subnets } = site(draft)
      const igw = attachIgw(draft, vpc)
      const { table } = subnets[0]!
      addRoute(table, '8.0.0.0/8', igw, 'blackhole')
      addRoute(table, addPrefixList(draft, HOME, ['8.8.8.0/24']), igw)
      if (second) addRoute(table, addPrefixList(draft, HOME, ['8.8.8.0/24']), igw, second)
      const a = host(draft, subnets[0]!, [group(draft, vpc)], { publics: [0] })
      expect(verdict(draft, a, STRANGER)).toBe(expected)
    }
  })

  test('lists that overlap leave the choice to AWS whatever their lengths (R-ROUTE-9)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    const igw = attachIgw(draft, vpc)
    const { table } = subnets[0]!
    addRoute(table, addPrefixList(draft, HOME, ['8.8.0.0/16']), igw)
    addRoute(table, addPrefixList(draft, HOME, ['8.8.8.0/24']), igw, 'blackhole')
    expect(verdict(draft, host(draft, subnets[0]!, [group(draft, vpc)], { publics: [0] }), STRANGER)).toBe(
      'conditional',
    )
  })

  test('a propagated route beats neither an equal static one nor local, however narrow (R-ROUTE-4, R-ROUTE-6)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    const { table } = subnets[0]!
    const learned = { GatewayId: 'vgw-00000001', Origin: 'EnableVgwRoutePropagation', State: 'active' }
    table.routes.push({ ...learned, DestinationCidrBlock: '8.8.8.0/24' })
    table.routes.push({ ...learned, DestinationCidrBlock: subnets[1]!.cidr })
    addRoute(subnets[1]!.table, '8.8.8.0/24', attachIgw(draft, vpc))
    table.routes.push({ ...subnets[1]!.table.routes.at(-1)! })
    const all = group(draft, vpc)
    const [a, b] = [host(draft, subnets[0]!, [all], { publics: [0] }), host(draft, subnets[1]!, [all])]
    expect(verdict(draft, a, STRANGER)).toBe('reachable')
    expect(verdict(draft, a, b.v4[0]!)).toBe('reachable')
  })

  test('DNS, metadata and time pass all filters, and only where they are (R-SVC-1, R-SVC-3)', () => {
    const draft = newDraft()
    const { vpc, subnets, acls } = site(draft)
    for (const egress of [false, true]) deny(acls[0]!, egress, {})
    const a = host(draft, subnets[0]!, [group(draft, vpc, [], [])])
    expect(verdict(draft, a, '10.1.0.2', { protocol: 17, destinationPort: 53 })).toBe('reachable')
    expect(verdict(draft, a, '169.254.169.254', { destinationPort: 80 })).toBe('reachable')
    expect(verdict(draft, a, '169.254.168.9')).toBe('unreachable')
  })

  test('nobody may call a function, and a detached interface is nobody (R-COMP-1, R-FLOW-10)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    const all = group(draft, vpc)
    const a = host(draft, subnets[0]!, [all])
    const lambda = host(draft, subnets[1]!, [all], { type: 'lambda' })
    const idle = host(draft, subnets[1]!, [all], { status: 'available' })
    expect(verdict(draft, a, lambda.v4[0]!)).toBe('unreachable')
    expect(verdict(draft, lambda, a.v4[0]!)).toBe('reachable')
    expect(verdict(draft, a, idle.v4[0]!)).toBe('unreachable')
    expect(verdict(draft, idle, a.v4[0]!)).toBe('unreachable')
  })

  test('what was not read is unknown, unless something else blocks anyway', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    const all = group(draft, vpc)
    const [a, b] = [host(draft, subnets[0]!, [all]), host(draft, subnets[1]!, [all])]
    Object.assign(b.raw, { Groups: [{ GroupId: 'sg-unread' }] })
    expect(verdict(draft, a, b.v4[0]!)).toBe('unknown')
    const blocked = newDraft()
    const there = site(blocked)
    deny(there.acls[1]!, false, {})
    const c = host(blocked, there.subnets[0]!, [group(blocked, there.vpc)])
    const d = host(blocked, there.subnets[1]!, [group(blocked, there.vpc)])
    Object.assign(c.raw, { Groups: [{ GroupId: 'sg-unread' }] })
    const fate = fateOf(blocked, c, d.v4[0]!)
    expect(verdictOf(fate)).toBe('unreachable')
    expect(fate[0]?.unknowns).toEqual(['security group sg-unread is not in the snapshot'])
  })
})

describe('the internet edge', () => {
  test('a public address without a route answers nobody; a route without a public address calls nobody (R-IGW-2, R-IGW-6)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    const igw = attachIgw(draft, vpc)
    addRoute(subnets[1]!.table, '0.0.0.0/0', igw)
    const all = group(draft, vpc)
    const unrouted = host(draft, subnets[0]!, [all], { publics: [0] })
    const unnamed = host(draft, subnets[1]!, [all])
    const both = host(draft, subnets[1]!, [all], { publics: [0] })
    expect(verdict(draft, unrouted, STRANGER)).toBe('unreachable')
    expect(verdict(draft, STRANGER, publicOf(unrouted))).toBe('one-way')
    expect(verdict(draft, unnamed, STRANGER)).toBe('unreachable')
    expect(verdict(draft, both, STRANGER)).toBe('reachable')
    expect(verdict(draft, STRANGER, publicOf(both))).toBe('reachable')
    expect(verdict(draft, '10.9.9.9', publicOf(both))).toBe('unreachable')
  })

  test('out by one public address and in by another, references do not hold (R-IGW-9, R-SG-6)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    for (const { table } of subnets) addRoute(table, '0.0.0.0/0', attachIgw(draft, vpc))
    const own = group(draft, vpc, [])
    own.ingress.push({ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: own.id }] })
    const [a, b] = [
      host(draft, subnets[0]!, [own], { publics: [0] }),
      host(draft, subnets[1]!, [own], { publics: [0] }),
    ]
    const c = host(draft, subnets[1]!, [group(draft, vpc)], { publics: [0] })
    expect(verdict(draft, a, publicOf(b))).toBe('unreachable')
    expect(verdict(draft, a, b.v4[0]!)).toBe('reachable')
    expect(verdict(draft, a, publicOf(c))).toBe('reachable')
  })

  test('an egress-only gateway lets out and not in, and private IPv6 leaves by no gateway (R-EIGW-1, R-ADDR-11)', () => {
    for (const ipv6 of ['public', 'private'] as const) {
      const draft = newDraft()
      const { vpc, subnets } = site(draft, 1, { ipv6 })
      const id = nextId(draft, 'eigw')
      add(draft, 'egressOnlyInternetGateway', HOME, id, {
        EgressOnlyInternetGatewayId: id,
        Attachments: [{ VpcId: vpc.id, State: 'attached' }],
      })
      const igw = attachIgw(draft, vpc)
      addRoute(subnets[0]!.table, '::/0', { EgressOnlyInternetGatewayId: id })
      addRoute(subnets[1]!.table, '::/0', igw)
      const all = group(draft, vpc)
      const [hidden, open] = [host(draft, subnets[0]!, [all]), host(draft, subnets[1]!, [all])]
      const is = (expected: Verdict) => (ipv6 === 'public' ? expected : 'unreachable')
      expect(verdict(draft, hidden, '2606:4700::1111')).toBe(is('reachable'))
      // It arrives by the internet gateway, and the reply leaves by a device that never saw it (R-IGW-7).
      expect(verdict(draft, '2606:4700::1111', hidden.v6[0]!)).toBe(is('one-way'))
      expect(verdict(draft, open, '2606:4700::1111')).toBe(is('reachable'))
    }
  })

  test('through a NAT gateway four crossings judge, each at the address the packet has there (R-NACL-13)', () => {
    const setUp = (prepare: (client: AclPlan, gateway: AclPlan, natIp: string) => void): Verdict => {
      const draft = newDraft()
      const { vpc, subnets, acls } = site(draft)
      addRoute(subnets[1]!.table, '0.0.0.0/0', attachIgw(draft, vpc))
      addRoute(subnets[0]!.table, '0.0.0.0/0', nat(draft, subnets[1]!))
      const client = host(draft, subnets[0]!, [group(draft, vpc)])
      prepare(acls[0]!, acls[1]!, `${vpc.interfaces[0]!.v4[0]}/32`)
      return verdict(draft, client, STRANGER)
    }
    const stranger = { CidrBlock: '8.8.8.8/32' }
    const client = { CidrBlock: '10.1.0.0/24' }
    expect(setUp(() => {})).toBe('reachable')
    expect(setUp((acl) => deny(acl, true, stranger))).toBe('unreachable')
    expect(setUp((_, acl) => deny(acl, false, client))).toBe('unreachable')
    expect(setUp((_, acl) => deny(acl, true, stranger))).toBe('unreachable')
    expect(setUp((_, acl) => deny(acl, false, stranger))).toBe('one-way')
    expect(setUp((_, acl) => deny(acl, true, client))).toBe('one-way')
    expect(setUp((acl) => deny(acl, false, stranger))).toBe('one-way')
    // The client's subnet never sees the gateway's own address.
    expect(setUp((acl, _, natIp) => deny(acl, false, { CidrBlock: natIp }))).toBe('reachable')
    // Whether the reply passes depends on the port that the gateway takes (R-NAT-2).
    const half = { Protocol: '6', PortRange: { From: 40000, To: 65535 }, ...stranger }
    expect(setUp((_, acl) => deny(acl, false, half))).toBe('conditional')
  })

  test('a client beside its NAT gateway meets no list on that leg (R-NAT-9)', () => {
    const draft = newDraft()
    const { vpc, subnets, acls } = site(draft)
    const { table } = subnets[0]!
    const gateway = nat(draft, subnets[1]!)
    addRoute(subnets[1]!.table, '0.0.0.0/0', attachIgw(draft, vpc))
    addRoute(table, '0.0.0.0/0', gateway)
    const shared = addSubnet(draft, vpc, { zone: 1, table, acl: acls[0]! })
    const beside = nat(draft, shared)
    addRoute(table, '9.9.9.0/24', beside)
    deny(acls[0]!, true, { CidrBlock: '9.9.9.9/32' })
    const client = host(draft, shared, [group(draft, vpc)])
    // The gateway beside the client loops back into its own table, so only the first leg tells.
    const trail = fateOf(draft, client, '9.9.9.9')[0]?.trail.join('\n') ?? ''
    expect(trail).toMatch(/translates/)
  })

  test.each([
    ['without a route of its own to the internet', { routed: false }, {}, 'unreachable'],
    ['that is private and routed to an internet gateway', { kind: 'private' }, {}, 'unreachable'],
    ['for GRE', {}, { protocol: 47 }, 'unreachable'],
    ['for echo', {}, { protocol: 1, icmpType: 8, icmpCode: 0 }, 'reachable'],
  ] as const)('a NAT gateway %s (R-NAT-1, R-NAT-4, R-NAT-5)', (_, set, header, expected) => {
    const { routed = true, kind = 'public' } = set as { routed?: boolean; kind?: 'public' | 'private' }
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    const igw = attachIgw(draft, vpc)
    if (routed) addRoute(subnets[1]!.table, '0.0.0.0/0', igw)
    addRoute(subnets[0]!.table, '0.0.0.0/0', nat(draft, subnets[1]!, kind))
    expect(verdict(draft, host(draft, subnets[0]!, [group(draft, vpc)]), STRANGER, header)).toBe(expected)
  })

  test('a regional NAT gateway has a table and no list; a zone without address is unknown where zones are kept by hand (R-NAT-13, R-NAT-14)', () => {
    for (const [byHand, zone, expected] of [
      ['enabled', 1, 'reachable'],
      ['disabled', 0, 'reachable'],
      ['disabled', 1, 'unknown'],
    ] as const) {
      const draft = newDraft()
      const { vpc, subnets } = site(draft)
      const table = addTable(draft, vpc, 'public', true)
      addRoute(table, '0.0.0.0/0', attachIgw(draft, vpc))
      const id = nextId(draft, 'nat')
      add(draft, 'natGateway', HOME, id, {
        NatGatewayId: id,
        VpcId: vpc.id,
        RouteTableId: table.id,
        State: 'available',
        AvailabilityMode: 'regional',
        AutoProvisionZones: byHand,
        NatGatewayAddresses: [{ AvailabilityZoneId: 'use1-az1', PrivateIp: '10.1.250.5', PublicIp: '54.10.9.9' }],
      })
      for (const subnet of subnets) addRoute(subnet.table, '0.0.0.0/0', { NatGatewayId: id })
      const client = host(
        draft,
        subnets.find((subnet) => subnet.zone === zone)!,
        [group(draft, vpc)],
      )
      expect(verdict(draft, client, STRANGER)).toBe(expected)
      expect(verdict(draft, STRANGER, '54.10.9.9')).toBe('unreachable')
    }
  })

  test.each([
    ['pending', 'unreachable'],
    ['deleting', 'unreachable'],
    // It has given the address back, and somebody on the internet may have it now.
    ['deleted', 'reachable'],
    ['failed', 'reachable'],
  ] as const)(
    'the public address of a regional NAT gateway that is %s is %s (R-ADDR-14, R-NAT-3)',
    (state, expected) => {
      const draft = newDraft()
      const { vpc, subnets } = site(draft)
      addRoute(subnets[0]!.table, '0.0.0.0/0', attachIgw(draft, vpc))
      const id = nextId(draft, 'nat')
      add(draft, 'natGateway', HOME, id, {
        NatGatewayId: id,
        VpcId: vpc.id,
        State: state,
        AvailabilityMode: 'regional',
        NatGatewayAddresses: [{ AvailabilityZoneId: 'use1-az1', PublicIp: '54.10.9.9' }],
      })
      const client = host(draft, subnets[0]!, [group(draft, vpc)], { publics: [0] })
      expect(verdict(draft, client, '54.10.9.9')).toBe(expected)
      expect(verdict(draft, client, STRANGER)).toBe('reachable')
      expect(verdict(draft, '54.10.9.9', publicOf(client))).toBe(expected)
    },
  )

  test('NAT64 reaches IPv4 through 64:ff9b::/96 (R-NAT-12)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft, 1, { ipv6: 'public' })
    addRoute(subnets[1]!.table, '0.0.0.0/0', attachIgw(draft, vpc))
    addRoute(subnets[0]!.table, '64:ff9b::/96', nat(draft, subnets[1]!))
    const client = host(draft, subnets[0]!, [group(draft, vpc)])
    expect(verdict(draft, client, '64:ff9b::808:808')).toBe('reachable')
    expect(verdict(draft, client, '64:ff9b::808:808', { protocol: 58, icmpType: 128, icmpCode: 0 })).toBe('reachable')
    expect(verdict(draft, client, '64:ff9b::a01:105')).toBe('unreachable')
  })

  test('Block Public Access: by mode, exclusion and kind of gateway (R-BPA-2 to R-BPA-5)', () => {
    const ask = (mode: string, exclusion?: string, states: { options?: string; exclusion?: string } = {}) => {
      const draft = newDraft()
      const { vpc, subnets } = site(draft)
      addRoute(subnets[1]!.table, '0.0.0.0/0', attachIgw(draft, vpc))
      addRoute(subnets[0]!.table, '0.0.0.0/0', nat(draft, subnets[1]!))
      const all = group(draft, vpc)
      const inner = host(draft, subnets[0]!, [all])
      const outer = host(draft, subnets[1]!, [all], { publics: [0] })
      add(draft, 'vpcBlockPublicAccessOptions', HOME, 'options', {
        InternetGatewayBlockMode: mode,
        State: states.options ?? 'update-complete',
      })
      if (exclusion)
        add(draft, 'vpcBlockPublicAccessExclusion', HOME, 'x', {
          ExclusionId: 'x',
          ResourceArn: `arn:aws:ec2:us-east-1:1:subnet/${subnets[1]!.id}`,
          InternetGatewayExclusionMode: exclusion,
          State: states.exclusion ?? 'create-complete',
        })
      return [
        verdict(draft, inner, STRANGER),
        verdict(draft, outer, STRANGER),
        verdict(draft, STRANGER, publicOf(outer)),
      ]
    }
    expect(ask('off')).toEqual(['reachable', 'reachable', 'reachable'])
    expect(ask('block-ingress')).toEqual(['reachable', 'unreachable', 'unreachable'])
    expect(ask('block-bidirectional')).toEqual(['unreachable', 'unreachable', 'unreachable'])
    expect(ask('block-ingress', 'allow-bidirectional')).toEqual(['reachable', 'reachable', 'reachable'])
    expect(ask('block-bidirectional', 'allow-egress')).toEqual(['reachable', 'reachable', 'unreachable'])
    // R-FLOW-10
    const changing = { options: 'update-in-progress' }
    expect(ask('off', undefined, changing)).toEqual(['unknown', 'unknown', 'unknown'])
    expect(ask('block-ingress', 'allow-bidirectional', changing)).toEqual(['reachable', 'reachable', 'reachable'])
    expect(ask('block-ingress', 'allow-egress', changing)).toEqual(['reachable', 'unknown', 'unknown'])
    for (const state of ['create-in-progress', 'delete-in-progress'])
      expect(ask('block-ingress', 'allow-bidirectional', { exclusion: state })).toEqual([
        'reachable',
        'unknown',
        'unknown',
      ])
    expect(ask('block-bidirectional', 'allow-egress', { exclusion: 'update-in-progress' })).toEqual([
      'reachable',
      'reachable',
      'unknown',
    ])
  })
})

describe('peering', () => {
  const pair = (draft: Draft, options: { far?: Place } = {}) => {
    const [near, far] = [site(draft, 1), site(draft, 2, { place: options.far ?? HOME })]
    const way = peer(draft, near.vpc, far.vpc)
    return { near, far, way }
  }

  test('without a route back the reply is lost, unless a NAT gateway asked (R-PCX-1, R-NAT-8)', () => {
    const draft = newDraft()
    const { near, far, way } = pair(draft)
    addRoute(near.subnets[0]!.table, '10.2.0.0/16', way)
    addRoute(near.subnets[1]!.table, '10.2.0.0/16', nat(draft, near.subnets[0]!, 'private'))
    const [direct, hidden] = near.subnets.map((subnet) => host(draft, subnet, [group(draft, near.vpc)]))
    const server = host(draft, far.subnets[0]!, [group(draft, far.vpc)])
    expect(verdict(draft, direct!, server.v4[0]!)).toBe('one-way')
    expect(verdict(draft, hidden!, server.v4[0]!)).toBe('reachable')
  })

  test('references hold inside a region and not beyond (R-PCX-6)', () => {
    for (const [place, expected] of [
      [HOME, 'reachable'],
      [OTHER_REGION, 'unreachable'],
    ] as const) {
      const draft = newDraft()
      const { near, far, way } = pair(draft, { far: place })
      addRoute(near.subnets[0]!.table, '10.2.0.0/16', way)
      addRoute(far.subnets[0]!.table, '10.1.0.0/16', way)
      const clients = group(draft, near.vpc)
      const client = host(draft, near.subnets[0]!, [clients])
      const server = host(draft, far.subnets[0]!, [
        group(draft, far.vpc, [
          { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: clients.id, PeeringStatus: 'active' }] },
        ]),
      ])
      expect(verdict(draft, client, server.v4[0]!)).toBe(expected)
    }
  })

  test('is not transitive, and its gateways are its own (R-PCX-2, R-PCX-3)', () => {
    const draft = newDraft()
    const { near, far, way } = pair(draft)
    const third = site(draft, 3)
    addRoute(near.subnets[0]!.table, '0.0.0.0/0', way)
    addRoute(far.subnets[0]!.table, '0.0.0.0/0', attachIgw(draft, far.vpc))
    addRoute(far.subnets[0]!.table, '10.3.0.0/16', peer(draft, far.vpc, third.vpc))
    const client = host(draft, near.subnets[0]!, [group(draft, near.vpc)], { publics: [0] })
    const beyond = host(draft, third.subnets[0]!, [group(draft, third.vpc)])
    expect(verdict(draft, client, beyond.v4[0]!)).toBe('unreachable')
    expect(verdict(draft, client, STRANGER)).toBe('unreachable')
  })

  test('two peers with one block: the reply goes where the table says (R-PCX-5)', () => {
    const draft = newDraft()
    const hub = site(draft, 1)
    const [left, right] = [site(draft, 2), site(draft, 2)]
    const ways = [left, right].map(({ vpc }) => peer(draft, hub.vpc, vpc))
    const server = host(draft, hub.subnets[0]!, [group(draft, hub.vpc)])
    const clients = [left, right].map(({ vpc, subnets }, index) => {
      addRoute(subnets[0]!.table, '10.1.0.0/16', ways[index]!)
      return host(draft, subnets[0]!, [group(draft, vpc)])
    })
    addRoute(hub.subnets[0]!.table, '10.2.0.0/16', ways[1]!)
    expect(clients.map((client) => verdict(draft, client, server.v4[0]!))).toEqual(['one-way', 'reachable'])
  })
})

describe('transit gateways', () => {
  interface Spokes {
    readonly sites: readonly [Site, Site]
    readonly doors: readonly [SubnetPlan, SubnetPlan]
    readonly doorAcls: readonly [AclPlan, AclPlan]
    readonly hosts: readonly [InterfacePlan, InterfacePlan]
    readonly groups: readonly [GroupPlan, GroupPlan]
  }

  interface Wiring {
    /** Attachment subnets of their own, or those of the hosts. */
    readonly shared?: boolean
    readonly zoneOfDoors?: number
    readonly unassociated?: boolean
    readonly routes?: readonly { DestinationCidrBlock: string; Type: string; State: string; to?: 0 | 1 }[]
    readonly referencing?: string
    readonly attachmentReferencing?: string
  }

  const spokes = (draft: Draft, wiring: Wiring = {}): Spokes => {
    const tgw = nextId(draft, 'tgw')
    const rtb = nextId(draft, 'tgw-rtb')
    add(draft, 'transitGateway', HOME, tgw, {
      TransitGatewayId: tgw,
      OwnerId: HOME.account,
      Options: { ...(wiring.referencing ? { SecurityGroupReferencingSupport: wiring.referencing } : {}) },
    })
    add(draft, 'transitGatewayRouteTable', HOME, rtb, { TransitGatewayRouteTableId: rtb, TransitGatewayId: tgw })
    const made = [1, 2].map((net) => {
      const here = site(draft, net, { zones: [0] })
      const doorAcl = wiring.shared ? here.acls[0]! : addAcl(draft, here.vpc)
      const door = wiring.shared
        ? here.subnets[0]!
        : addSubnet(draft, here.vpc, {
            zone: wiring.zoneOfDoors ?? 0,
            table: addTable(draft, here.vpc, 'private'),
            acl: doorAcl,
          })
      const id = nextId(draft, 'tgw-attach')
      add(draft, 'transitGatewayVpcAttachment', HOME, id, {
        TransitGatewayAttachmentId: id,
        TransitGatewayId: tgw,
        VpcId: here.vpc.id,
        State: 'available',
        SubnetIds: [door.id],
        Options: {
          ...(wiring.attachmentReferencing ? { SecurityGroupReferencingSupport: wiring.attachmentReferencing } : {}),
        },
      })
      add(draft, 'transitGatewayAttachment', HOME, id, {
        TransitGatewayAttachmentId: id,
        TransitGatewayId: tgw,
        ResourceType: 'vpc',
        ResourceId: here.vpc.id,
        State: 'available',
        ...(wiring.unassociated ? {} : { Association: { TransitGatewayRouteTableId: rtb, State: 'associated' } }),
      })
      addRoute(here.subnets[0]!.table, '10.0.0.0/8', { TransitGatewayId: tgw })
      const all = group(draft, here.vpc)
      return { here, door, doorAcl, id, all, host: host(draft, here.subnets[0]!, [all]) }
    })
    const [a, b] = made as [(typeof made)[0], (typeof made)[0]]
    const routes = wiring.routes ?? [
      { DestinationCidrBlock: '10.1.0.0/16', Type: 'propagated', State: 'active', to: 0 },
      { DestinationCidrBlock: '10.2.0.0/16', Type: 'propagated', State: 'active', to: 1 },
    ]
    add(draft, 'transitGatewayRoutes', HOME, rtb, {
      RoutesScope: 'searched',
      Routes: routes.map(({ to, ...route }) => ({
        ...route,
        ...(to === undefined
          ? {}
          : { TransitGatewayAttachments: [{ TransitGatewayAttachmentId: [a, b][to]!.id, ResourceType: 'vpc' }] }),
      })),
    })
    return {
      sites: [a.here, b.here],
      doors: [a.door, b.door],
      doorAcls: [a.doorAcl, b.doorAcl],
      hosts: [a.host, b.host],
      groups: [a.all, b.all],
    }
  }

  const between = (wiring: Wiring, prepare: (of: Spokes) => void = () => {}): Verdict => {
    const draft = newDraft()
    const of = spokes(draft, wiring)
    prepare(of)
    return verdict(draft, of.hosts[0], of.hosts[1].v4[0]!)
  }

  test('carry where zones, associations and tables allow (R-TGW-1, R-TGW-2, R-TGW-6)', () => {
    expect(between({})).toBe('reachable')
    expect(between({ zoneOfDoors: 1 })).toBe('unreachable')
    expect(between({ unassociated: true })).toBe('unreachable')
    const there = { DestinationCidrBlock: '10.2.0.0/16', Type: 'propagated', State: 'active', to: 1 } as const
    const back = { DestinationCidrBlock: '10.1.0.0/16', Type: 'propagated', State: 'active', to: 0 } as const
    expect(between({ routes: [there] })).toBe('one-way')
    expect(
      between({ routes: [there, back, { DestinationCidrBlock: '10.2.0.0/16', Type: 'static', State: 'blackhole' }] }),
    ).toBe('unreachable')
    expect(between({ routes: [{ ...there, to: 0 }, back] })).toBe('unreachable')
  })

  /** From host 1 to host 2, with everything towards or from the other side denied at one list in one direction. */
  test.each([
    ['its own subnet', 'instance', 0, true, 'unreachable'],
    ['its own subnet', 'instance', 0, false, 'one-way'],
    ['the attachment subnet near it', 'door', 0, false, 'unreachable'],
    ['the attachment subnet near it', 'door', 0, true, 'one-way'],
    ['the attachment subnet far from it', 'door', 1, true, 'unreachable'],
    ['the attachment subnet far from it', 'door', 1, false, 'one-way'],
    ['the subnet of the receiver', 'instance', 1, false, 'unreachable'],
    ['the subnet of the receiver', 'instance', 1, true, 'one-way'],
  ] as const)(
    'apart from its attachment a host is judged at %s (%s %i, egress %s) (R-NACL-11)',
    (_, which, side, egress, expected) => {
      expect(
        between({}, ({ sites, doorAcls }) => {
          deny(which === 'door' ? doorAcls[side] : sites[side].acls[0]!, egress, { CidrBlock: '10.0.0.0/8' })
        }),
      ).toBe(expected)
    },
  )

  test.each([
    [0, true, 'unreachable'],
    [0, false, 'unreachable'],
    [1, false, 'one-way'],
    [1, true, 'one-way'],
  ] as const)(
    'beside its attachment both lists judge the way in and none the way out (side %i, egress %s) (R-NACL-12)',
    (side, egress, expected) => {
      expect(
        between({ shared: true }, ({ sites }) => {
          deny(sites[side].acls[0]!, egress, { CidrBlock: '10.0.0.0/8' })
        }),
      ).toBe(expected)
    },
  )

  test.each([
    [{ referencing: 'enable' }, 'ingress', 'reachable'],
    [{}, 'ingress', 'unreachable'],
    [{ referencing: 'enable', attachmentReferencing: 'disable' }, 'ingress', 'unreachable'],
    [{ referencing: 'enable' }, 'egress', 'unreachable'],
  ] as const)(
    'references hold inwards only, where both flags are on (%j, %s) (R-SG-9, R-SG-10)',
    (wiring, direction, expected) => {
      expect(
        between(wiring, ({ groups: [clients, servers] }) => {
          const by = direction === 'ingress' ? servers.ingress : clients.egress
          const other = direction === 'ingress' ? clients : servers
          by.splice(0, by.length, { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: other.id }] })
        }),
      ).toBe(expected)
    },
  )

  test('what a spoke may not use beyond: a gateway endpoint, and references at an interface endpoint (R-GWE-3, R-SG-9)', () => {
    const draft = newDraft()
    const { sites, hosts, doors, groups } = spokes(draft, {
      referencing: 'enable',
      routes: [
        { DestinationCidrBlock: '10.1.0.0/16', Type: 'propagated', State: 'active', to: 0 },
        { DestinationCidrBlock: '0.0.0.0/0', Type: 'static', State: 'active', to: 1 },
      ],
    })
    const { vpc, subnets } = sites[1]
    const tgw = draft.resources.find(({ kind }) => kind === 'transitGateway')!.id
    addRoute(sites[0].subnets[0]!.table, '0.0.0.0/0', { TransitGatewayId: tgw })
    const list = addPrefixList(draft, HOME, ['52.216.0.0/15'], 'com.amazonaws.us-east-1.s3')
    const bare = { VpcId: vpc.id, State: 'available' }
    add(draft, 'vpcEndpoint', HOME, 'vpce-s3', { ...bare, VpcEndpointId: 'vpce-s3', VpcEndpointType: 'Gateway' })
    for (const { table } of [doors[1], subnets[0]!]) addRoute(table, list, { GatewayId: 'vpce-s3' })
    const guard = group(draft, vpc, [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: groups[0].id }] }])
    const node = addInterface(draft, subnets[0]!, { groups: [guard], type: 'vpc_endpoint' })
    const server = host(draft, subnets[0]!, [guard])
    add(draft, 'vpcEndpoint', HOME, 'vpce-ssm', {
      ...bare,
      VpcEndpointId: 'vpce-ssm',
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.us-east-1.ssm',
      NetworkInterfaceIds: [node.id],
    })
    expect(verdict(draft, hosts[1], '52.216.0.7')).toBe('reachable')
    expect(verdict(draft, hosts[0], '52.216.0.7')).toBe('unreachable')
    expect(verdict(draft, hosts[0], server.v4[0]!)).toBe('reachable')
    expect(verdict(draft, hosts[0], node.v4[0]!)).toBe('unreachable')
  })

  test('tables that send a packet round in circles end in a loop, not in an answer (R-FLOW-8)', () => {
    const draft = newDraft()
    const { hosts, doors } = spokes(draft)
    const tgw = draft.resources.find(({ kind }) => kind === 'transitGateway')!.id
    addRoute(doors[1].table, '10.2.0.0/24', { TransitGatewayId: tgw })
    const fate = fateOf(draft, hosts[0], hosts[1].v4[0]!)
    expect(verdictOf(fate)).toBe('unreachable')
    expect(fate[0]?.trail.at(-1)).toContain('ROUTE_LOOP')
  })
})

describe('endpoints', () => {
  test('a gateway endpoint takes tcp/80, tcp/443 and echo for its own prefixes, from its own VPC (R-GWE-1 to R-GWE-4)', () => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft)
    const list = addPrefixList(draft, HOME, ['52.216.0.0/15'], 'com.amazonaws.us-east-1.s3')
    const id = nextId(draft, 'vpce')
    add(draft, 'vpcEndpoint', HOME, id, {
      VpcEndpointId: id,
      VpcId: vpc.id,
      State: 'available',
      VpcEndpointType: 'Gateway',
    })
    addRoute(subnets[0]!.table, list, { GatewayId: id })
    const client = host(draft, subnets[0]!, [group(draft, vpc)])
    const named = host(draft, subnets[0]!, [
      group(draft, vpc, [], [tcp(443, { PrefixListIds: [{ PrefixListId: list }] })]),
    ])
    const narrow = host(draft, subnets[0]!, [
      group(draft, vpc, [], [tcp(443, { IpRanges: [{ CidrIp: '10.0.0.0/8' }] })]),
    ])
    expect(verdict(draft, client, '52.216.0.7')).toBe('reachable')
    expect(verdict(draft, client, '52.216.0.7', { destinationPort: 22 })).toBe('unreachable')
    expect(verdict(draft, client, '52.216.0.7', { protocol: 1, icmpType: 8, icmpCode: 0 })).toBe('reachable')
    expect(verdict(draft, client, '3.5.0.1')).toBe('unreachable')
    expect(verdict(draft, named, '52.216.0.7')).toBe('reachable')
    expect(verdict(draft, narrow, '52.216.0.7')).toBe('unreachable')
  })

  test('an interface endpoint answers its port to whom its group admits, also over a peering, and never begins (R-VPCE-1 to R-VPCE-6)', () => {
    const draft = newDraft()
    const [near, far] = [site(draft, 1), site(draft, 2)]
    const way = peer(draft, near.vpc, far.vpc)
    addRoute(near.subnets[0]!.table, '10.2.0.0/16', way)
    addRoute(far.subnets[0]!.table, '10.1.0.0/16', way)
    const client = host(draft, near.subnets[0]!, [group(draft, near.vpc)])
    const id = nextId(draft, 'vpce')
    const make = (groups: GroupPlan[]) => addInterface(draft, far.subnets[0]!, { groups, type: 'vpc_endpoint' })
    const open = make([group(draft, far.vpc)])
    const shut = make([group(draft, far.vpc, [tcp(443, { IpRanges: [{ CidrIp: '10.2.0.0/16' }] })])])
    add(draft, 'vpcEndpoint', HOME, id, {
      VpcEndpointId: id,
      VpcId: far.vpc.id,
      State: 'available',
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.us-east-1.ssm',
      NetworkInterfaceIds: [open.id, shut.id],
    })
    expect(verdict(draft, client, open.v4[0]!)).toBe('reachable')
    expect(verdict(draft, client, open.v4[0]!, { destinationPort: 22 })).toBe('unreachable')
    expect(verdict(draft, client, open.v4[0]!, { protocol: 1, icmpType: 8, icmpCode: 0 })).toBe('unreachable')
    expect(verdict(draft, client, shut.v4[0]!)).toBe('unreachable')
    expect(verdict(draft, open, client.v4[0]!)).toBe('unreachable')
  })

  test('an inspection endpoint passes on, says so, and forgets who sent (R-GWLB-1, R-GWLB-2, R-GWLB-5)', () => {
    for (const [byReference, expected] of [
      [false, 'conditional'],
      [true, 'unreachable'],
    ] as const) {
      const draft = newDraft()
      const { vpc, subnets } = site(draft, 1, { zones: [0, 1, 0] })
      const id = nextId(draft, 'vpce')
      add(draft, 'vpcEndpoint', HOME, id, {
        VpcEndpointId: id,
        VpcId: vpc.id,
        State: 'available',
        VpcEndpointType: 'GatewayLoadBalancer',
        SubnetIds: [subnets[2]!.id],
      })
      addRoute(subnets[0]!.table, subnets[1]!.cidr, { GatewayId: id })
      addRoute(subnets[1]!.table, subnets[0]!.cidr, { GatewayId: id })
      const clients = group(draft, vpc)
      const rule: Permission = byReference ? { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: clients.id }] } : OPEN
      const [a, b] = [host(draft, subnets[0]!, [clients]), host(draft, subnets[1]!, [group(draft, vpc, [rule])])]
      const fate = fateOf(draft, a, b.v4[0]!)
      expect(verdictOf(fate)).toBe(expected)
      expect(fate.map(({ conditional }) => conditional)).toEqual(['inspection'])
    }
  })

  test('vectors 46 and 47: a firewall is asked for its rules (R-NFW-2, R-NFW-5 to R-NFW-7, R-NFW-10)', () => {
    type Policy = NonNullable<RawOf<'networkFirewallPolicy'>['FirewallPolicy']>
    const strict: Policy = {
      StatelessDefaultActions: ['aws:forward_to_sfe'],
      StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER' },
      StatefulDefaultActions: ['aws:drop_established'],
      StatefulRuleGroupReferences: [{ ResourceArn: 'domains', Priority: 1 }],
    }
    const dns = { protocol: 17, destinationPort: 53 }
    for (const [FirewallPolicy, packet, expected] of [
      [strict, {}, 'conditional'],
      [strict, dns, 'unreachable'],
      [{ StatelessDefaultActions: ['aws:forward_to_sfe'] }, dns, 'reachable'],
      [{ StatelessDefaultActions: ['aws:drop'] }, {}, 'unreachable'],
    ] as const) {
      const draft = newDraft()
      const { vpc, subnets } = site(draft, 1, { zones: [0, 1, 0] })
      const id = nextId(draft, 'vpce')
      add(draft, 'vpcEndpoint', HOME, id, {
        VpcEndpointId: id,
        VpcId: vpc.id,
        State: 'available',
        VpcEndpointType: 'GatewayLoadBalancer',
        SubnetIds: [subnets[2]!.id],
      })
      add(draft, 'networkFirewall', HOME, 'firewall', {
        FirewallName: 'firewall',
        FirewallPolicyArn: 'policy',
        VpcId: vpc.id,
        FirewallStatus: { SyncStates: { 'us-east-1a': { Attachment: { EndpointId: id } } } },
      })
      add(draft, 'networkFirewallPolicy', HOME, 'policy', { FirewallPolicyName: 'policy', FirewallPolicy })
      add(draft, 'networkFirewallRuleGroup', HOME, 'domains', {
        RuleGroupName: 'domains',
        RuleGroup: { RulesSource: { RulesSourceList: { GeneratedRulesType: 'ALLOWLIST' } } },
      })
      addRoute(subnets[0]!.table, subnets[1]!.cidr, { GatewayId: id })
      addRoute(subnets[1]!.table, subnets[0]!.cidr, { GatewayId: id })
      const open = [group(draft, vpc, [OPEN])]
      const [a, b] = [host(draft, subnets[0]!, open), host(draft, subnets[1]!, open)]
      expect(verdict(draft, a, b.v4[0]!, packet)).toBe(expected)
    }
  })
})

describe('load balancers', () => {
  interface Plan {
    readonly type: 'network' | 'application'
    readonly groups?: (vpc: VpcPlan, draft: Draft) => GroupPlan[]
    readonly targets: readonly { of: InterfacePlan; by: 'instance' | 'ip'; state?: string }[]
    readonly attributes?: readonly { Key: string; Value: string }[]
    readonly crossZone?: boolean
  }

  /** One listener tcp/443 and one target group on port 8080, a node in this subnet. */
  const balancer = (draft: Draft, subnet: SubnetPlan, plan: Plan): InterfacePlan => {
    const { vpc } = subnet
    const words = `${plan.type === 'network' ? 'net' : 'app'}/it/1`
    const arn = `arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/${words}`
    const groups = plan.groups?.(vpc, draft) ?? (plan.type === 'network' ? [] : [group(draft, vpc)])
    const node = addInterface(draft, subnet, {
      groups,
      type: plan.type === 'network' ? 'network_load_balancer' : 'interface',
      description: `ELB ${words}`,
      checked: false,
    })
    add(draft, 'loadBalancer', HOME, arn, {
      LoadBalancerArn: arn,
      Type: plan.type,
      VpcId: vpc.id,
      State: { Code: 'active' },
      SecurityGroups: groups.map(({ id }) => id),
      AvailabilityZones: [0, 1].map((zone) => ({ ZoneName: zoneName(HOME, zone) })),
    })
    const cross = { Key: 'load_balancing.cross_zone.enabled', Value: String(plan.crossZone ?? true) }
    add(draft, 'loadBalancerAttributes', HOME, arn, { Attributes: [cross] })
    const targetGroup = 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/it'
    add(draft, 'listener', HOME, `${arn}/l`, {
      ListenerArn: `${arn}/l`,
      LoadBalancerArn: arn,
      Port: 443,
      Protocol: plan.type === 'network' ? 'TCP' : 'HTTPS',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroup }],
    })
    add(draft, 'targetGroup', HOME, targetGroup, {
      TargetGroupArn: targetGroup,
      Protocol: plan.type === 'network' ? 'TCP' : 'HTTP',
      Port: 8080,
      TargetType: plan.targets[0]!.by,
    })
    add(draft, 'targetHealth', HOME, targetGroup, {
      TargetHealthDescriptions: plan.targets.map(({ of, by, state = 'healthy' }) => ({
        Target: { Id: by === 'instance' ? of.instance! : of.v4[0]!, Port: 8080 },
        TargetHealth: { State: state },
      })),
    })
    if (plan.attributes) add(draft, 'targetGroupAttributes', HOME, targetGroup, { Attributes: plan.attributes })
    return node
  }

  const fromNode = { IpRanges: [{ CidrIp: '10.1.1.0/24' }] }
  const fromClient = { IpRanges: [{ CidrIp: '10.1.0.0/24' }] }

  /** A client in subnet 0, a node in subnet 1, a target in subnet 2. */
  const through = (
    target: (vpc: VpcPlan, draft: Draft) => GroupPlan,
    plan: Omit<Plan, 'targets'> & { by?: 'instance' | 'ip' },
    prepare: (acls: readonly AclPlan[]) => void = () => {},
  ): Verdict => {
    const draft = newDraft()
    const { vpc, subnets, acls } = site(draft, 1, { zones: [0, 1, 1] })
    const client = host(draft, subnets[0]!, [group(draft, vpc)])
    const server = host(draft, subnets[2]!, [target(vpc, draft)])
    const node = balancer(draft, subnets[1]!, { ...plan, targets: [{ of: server, by: plan.by ?? 'instance' }] })
    prepare(acls)
    return verdict(draft, client, node.v4[0]!)
  }

  const network = { type: 'network' } as const
  const application = { type: 'application' } as const
  const admits = (from: Partial<Permission>) => (vpc: VpcPlan, draft: Draft) => group(draft, vpc, [tcp(8080, from)])

  test('with the client address preserved the target must admit the client, else the node (R-LB-7, R-LB-9)', () => {
    expect(through(admits(fromClient), network)).toBe('reachable')
    expect(through(admits(fromNode), network)).toBe('unreachable')
    expect(through(admits(fromNode), { ...network, by: 'ip' })).toBe('reachable')
    expect(through(admits(fromClient), { ...network, by: 'ip' })).toBe('unreachable')
    const off = [{ Key: 'preserve_client_ip.enabled', Value: 'false' }]
    expect(through(admits(fromNode), { ...network, attributes: off })).toBe('reachable')
    expect(through(admits(fromNode), application)).toBe('reachable')
    expect(through(admits(fromClient), application)).toBe('unreachable')
  })

  test('a target may name the group of the load balancer, preserved or not; the listener alone is not enough (R-LB-6, R-LB-3)', () => {
    for (const plan of [network, application]) {
      const draft = newDraft()
      const { vpc, subnets } = site(draft, 1, { zones: [0, 1, 1] })
      const own = group(draft, vpc)
      const client = host(draft, subnets[0]!, [group(draft, vpc)])
      const server = host(draft, subnets[2]!, [
        group(draft, vpc, [tcp(8080, { UserIdGroupPairs: [{ GroupId: own.id }] })]),
      ])
      const node = balancer(draft, subnets[1]!, {
        ...plan,
        groups: () => [own],
        targets: [{ of: server, by: 'instance' }],
      })
      expect(verdict(draft, client, node.v4[0]!)).toBe('reachable')
      expect(verdict(draft, client, node.v4[0]!, { destinationPort: 444 })).toBe('unreachable')
    }
  })

  test('egress of the load balancer judges the target port (R-LB-3)', () => {
    const shut = (vpc: VpcPlan, draft: Draft) => [
      group(draft, vpc, [OPEN], [tcp(443, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] })]),
    ]
    expect(through(admits(fromNode), { ...application, groups: shut })).toBe('unreachable')
  })

  test('a preserved reply returns by the node and meets both lists, but no table, at the target (R-LB-10)', () => {
    const target = admits(fromClient)
    expect(through(target, network, (acls) => deny(acls[2]!, true, { CidrBlock: '10.1.0.0/24' }))).toBe('one-way')
    expect(through(target, network, (acls) => deny(acls[1]!, false, { CidrBlock: '10.1.2.0/24' }))).toBe('one-way')
    expect(through(target, network, (acls) => deny(acls[1]!, true, { CidrBlock: '10.1.0.0/24' }))).toBe('one-way')
    expect(through(target, network, (acls) => deny(acls[1]!, true, { CidrBlock: '10.1.2.0/24' }))).toBe('unreachable')
  })

  test('beside its node a target meets no list, there or back (R-NACL-16, R-LB-10)', () => {
    for (const by of ['instance', 'ip'] as const) {
      const draft = newDraft()
      const { vpc, subnets, acls } = site(draft)
      const all = group(draft, vpc)
      const [client, server] = [host(draft, subnets[0]!, [all]), host(draft, subnets[1]!, [all])]
      for (const egress of [false, true]) deny(acls[1]!, egress, { CidrBlock: '10.1.1.0/24' })
      deny(acls[1]!, false, { Protocol: '6', PortRange: { From: 8080, To: 8080 } })
      const node = balancer(draft, subnets[1]!, { ...network, targets: [{ of: server, by }] })
      expect(verdict(draft, client, node.v4[0]!)).toBe('reachable')
    }
  })

  test('healthy targets get the traffic, and with none healthy all do (R-LB-14)', () => {
    const ask = (states: readonly [string, string]) => {
      const draft = newDraft()
      const { vpc, subnets } = site(draft, 1, { zones: [0, 1, 1] })
      const client = host(draft, subnets[0]!, [group(draft, vpc)])
      const servers = [group(draft, vpc), group(draft, vpc, [])].map((one) => host(draft, subnets[2]!, [one]))
      const targets = servers.map((of, index) => ({ of, by: 'instance' as const, state: states[index]! }))
      return verdict(draft, client, balancer(draft, subnets[1]!, { ...network, targets }).v4[0]!)
    }
    expect(ask(['healthy', 'unhealthy'])).toBe('reachable')
    expect(ask(['unhealthy', 'healthy'])).toBe('unreachable')
    expect(ask(['unhealthy', 'unhealthy'])).toBe('conditional')
    expect(ask(['initial', 'draining'])).toBe('reachable')
    expect(ask(['unused', 'draining'])).toBe('unreachable')
  })

  test('without cross-zone a node uses the targets of its zone, and a client is never its own target (R-LB-12, R-LB-11)', () => {
    for (const [crossZone, expected] of [
      [true, 'reachable'],
      [false, 'unreachable'],
    ] as const) {
      const draft = newDraft()
      const { vpc, subnets } = site(draft, 1, { zones: [0, 1] })
      const all = group(draft, vpc)
      const [client, server] = [host(draft, subnets[1]!, [all]), host(draft, subnets[0]!, [all])]
      const node = balancer(draft, subnets[1]!, { ...network, crossZone, targets: [{ of: server, by: 'instance' }] })
      expect(verdict(draft, client, node.v4[0]!)).toBe(expected)
      expect(verdict(draft, server, node.v4[0]!)).toBe('unreachable')
    }
  })

  test('a classic one is judged on its way out of a subnet it never leaves; an application one is not (R-NACL-16)', () => {
    for (const [classic, expected] of [
      [true, 'unreachable'],
      [false, 'reachable'],
    ] as const) {
      const draft = newDraft()
      const { vpc, subnets, acls } = site(draft)
      deny(acls[1]!, true, { Protocol: '6', PortRange: { From: 8080, To: 8080 } })
      const all = group(draft, vpc)
      const [client, server] = [host(draft, subnets[0]!, [all]), host(draft, subnets[1]!, [all])]
      const make = (): InterfacePlan => {
        const node = addInterface(draft, subnets[1]!, { groups: [all], description: 'ELB old', checked: false })
        add(draft, 'classicLoadBalancer', HOME, 'old', {
          LoadBalancerName: 'old',
          SecurityGroups: [all.id],
          Instances: [{ InstanceId: server.instance }],
          ListenerDescriptions: [{ Listener: { LoadBalancerPort: 443, InstancePort: 8080 } }],
        })
        return node
      }
      const node = classic
        ? make()
        : balancer(draft, subnets[1]!, { ...application, targets: [{ of: server, by: 'instance' }] })
      expect(verdict(draft, client, node.v4[0]!)).toBe(expected)
    }
  })
})

describe('networks on premises', () => {
  type Vpn = Partial<RawOf<'vpnConnection'>>
  type Attachment = Partial<RawOf<'transitGatewayAttachment'>>

  const OFFICE = '192.168.1.7'
  const office = { onPremises: OFFICE }
  const UP: Vpn = { VgwTelemetry: [{ Status: 'DOWN' }, { Status: 'UP' }] }
  const DOWN: Vpn = { VgwTelemetry: [{ Status: 'DOWN' }, { Status: 'DOWN' }] }
  const BGP: Vpn = { Options: { StaticRoutesOnly: false } }
  const SILENT = { icmpType: 3, icmpCode: 4, protocol: 1 }

  const vgw = (draft: Draft, vpc: VpcPlan, raw: Partial<RawOf<'vpnGateway'>> = {}): string => {
    const id = nextId(draft, 'vgw')
    const VpcAttachments = [{ VpcId: vpc.id, State: 'attached' }]
    add(draft, 'vpnGateway', HOME, id, { VpnGatewayId: id, State: 'available', VpcAttachments, ...raw })
    return id
  }

  /** Static where it has prefixes. */
  const vpn = (draft: Draft, of: Vpn, prefixes: readonly string[] = [], raw: Vpn = {}): string => {
    const id = nextId(draft, 'vpn')
    add(draft, 'vpnConnection', HOME, id, {
      VpnConnectionId: id,
      State: 'available',
      Routes: prefixes.map((DestinationCidrBlock) => ({ DestinationCidrBlock, State: 'available' })),
      ...UP,
      ...of,
      ...raw,
      Options: { StaticRoutesOnly: prefixes.length > 0, ...raw.Options },
    })
    return id
  }

  /** What a gateway learned, as a table that it propagates into shows it. */
  const learn = (table: SubnetPlan['table'], id: string, blocks: readonly string[]): void => {
    table.propagating.push(id)
    for (const block of blocks)
      table.routes.push({
        ...(block.includes(':') ? { DestinationIpv6CidrBlock: block } : { DestinationCidrBlock: block }),
        GatewayId: id,
        Origin: 'EnableVgwRoutePropagation',
        State: 'active',
      })
  }

  /** A host whose subnet sends everything by a gateway, which VPNs of these prefixes join to premises. */
  const joined = (vpns: readonly (readonly [readonly string[], Vpn])[], raw: Partial<RawOf<'vpnGateway'>> = {}) => {
    const draft = newDraft()
    const { vpc, subnets, acls } = site(draft, 1, { ipv6: 'public' })
    const id = vgw(draft, vpc, raw)
    const made = vpns.map(([prefixes, shape]) => vpn(draft, { VpnGatewayId: id }, prefixes, shape))
    for (const { table } of subnets)
      for (const everything of ['0.0.0.0/0', '::/0']) addRoute(table, everything, { GatewayId: id })
    return { draft, vpc, subnets, acls, id, made, a: host(draft, subnets[0]!, [group(draft, vpc)]) }
  }

  const both = ({ draft, a }: ReturnType<typeof joined>, address = OFFICE): readonly [Verdict, Verdict] => [
    verdict(draft, a, address),
    verdict(draft, { onPremises: address }, a.v4[0]!),
  ]

  const all = (expected: Verdict) => [expected, expected]

  test('a static VPN leads there and back, and from there and back (R-VGW-1, R-VPN-2)', () => {
    const way = joined([[['192.168.0.0/16'], {}]])
    expect(both(way)).toEqual(all('reachable'))
    expect(fateOf(way.draft, way.a, OFFICE)[0]?.deliveredTo).toBe('onprem')
    // Nothing else is on premises but what a prefix names.
    expect(both(way, '172.16.0.1')).toEqual(all('unreachable'))
  })

  test('network ACLs and groups judge it as anything that crosses a subnet; nobody there is in a group (R-SG-11)', () => {
    const shut = joined([[['192.168.0.0/16'], {}]])
    deny(shut.acls[0]!, false, { CidrBlock: '192.168.0.0/16' })
    expect(both(shut)).toEqual(['one-way', 'unreachable'])
    const owed = joined([[['192.168.0.0/16'], {}]])
    const members = group(owed.draft, owed.vpc, [], [])
    for (const rules of [members.ingress, members.egress])
      rules.push({ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: members.id }] })
    expect(both({ ...owed, a: host(owed.draft, owed.subnets[0]!, [members]) })).toEqual(all('unreachable'))
  })

  test('an answer that has no way back is lost', () => {
    const { draft, vpc, subnets } = joined([[['192.168.0.0/16'], {}]])
    const apart = addSubnet(draft, vpc, { zone: 0, table: addTable(draft, vpc, 'private'), acl: vpc.acls[0]! })
    const b = host(draft, apart, [group(draft, vpc)])
    expect(subnets).not.toContain(apart)
    expect(verdict(draft, office, b.v4[0]!)).toBe('one-way')
    expect(verdict(draft, office, b.v4[0]!, SILENT)).toBe('reachable')
  })

  test.each([
    ['one tunnel up', UP, 'reachable'],
    ['no telemetry', { VgwTelemetry: undefined }, 'reachable'],
    ['empty telemetry', { VgwTelemetry: [] }, 'reachable'],
    ['no tunnel up', DOWN, 'conditional'],
  ] as const)('a VPN with %s (R-VPN-1)', (_, shape, expected) => {
    expect(both(joined([[['192.168.0.0/16'], shape as Vpn]]))).toEqual(all(expected))
  })

  test('a selector takes what is inside it on either side (R-VPN-3)', () => {
    const by = (Options: Vpn['Options']) => both(joined([[['192.168.0.0/16'], { Options }]]))
    expect(by({ LocalIpv4NetworkCidr: '192.168.1.0/24', RemoteIpv4NetworkCidr: '10.1.0.0/16' })).toEqual(
      all('reachable'),
    )
    expect(by({ LocalIpv4NetworkCidr: '192.168.2.0/24' })).toEqual(all('unreachable'))
    expect(by({ RemoteIpv4NetworkCidr: '10.2.0.0/16' })).toEqual(all('unreachable'))
  })

  test('a learned prefix is by BGP VPNs, by Direct Connect, or by somebody nobody read (R-VPN-2, R-DX-3)', () => {
    const ask = (shape: Vpn, direct?: 'virtual interface' | 'association') => {
      const way = joined([[shape === BGP ? [] : ['10.0.0.0/8'], { ...shape, ...DOWN }]])
      if (direct === 'virtual interface')
        add(way.draft, 'virtualInterface', HOME, 'dxvif-1', { virtualInterfaceId: 'dxvif-1', virtualGatewayId: way.id })
      if (direct === 'association')
        add(way.draft, 'directConnectGatewayAssociation', HOME, 'dxassoc-1', {
          associationId: 'dxassoc-1',
          associatedGateway: { id: way.id },
        })
      learn(way.subnets[1]!.table, way.id, ['192.168.0.0/16'])
      return both(way)
    }
    expect(ask(BGP)).toEqual(all('conditional'))
    expect(ask({})).toEqual(all('reachable'))
    // A healthy way first (R-VGW-2).
    expect(ask(BGP, 'virtual interface')).toEqual(all('reachable'))
    expect(ask(BGP, 'association')).toEqual(all('reachable'))
  })

  test("a static route that is propagated is the static VPN's alone", () => {
    const way = joined([
      [['192.168.0.0/16'], DOWN],
      [[], BGP],
    ])
    learn(way.subnets[1]!.table, way.id, ['192.168.0.0/16'])
    expect(both(way)).toEqual(all('conditional'))
  })

  test('whose tunnels are up carries before the longest prefix; of several, any (R-VGW-2)', () => {
    const two = (first: string, one: Vpn, second: string, other: Vpn) =>
      both(
        joined([
          [[first], one],
          [[second], other],
        ]),
      )
    const narrow: Vpn = { Options: { RemoteIpv4NetworkCidr: '10.2.0.0/16' } }
    expect(two('192.168.0.0/16', UP, '192.168.1.0/24', DOWN)).toEqual(all('reachable'))
    expect(two('192.168.0.0/16', { ...UP, ...narrow }, '192.168.1.0/24', UP)).toEqual(all('reachable'))
    expect(two('192.168.0.0/16', UP, '192.168.0.0/16', DOWN)).toEqual(all('reachable'))
    expect(two('192.168.0.0/16', UP, '192.168.0.0/16', { ...DOWN, ...narrow })).toEqual(all('reachable'))
    expect(two('192.168.0.0/16', UP, '192.168.0.0/16', { ...UP, ...narrow })).toEqual(all('conditional'))
    expect(two('192.168.0.0/16', narrow, '192.168.0.0/16', narrow)).toEqual(all('unreachable'))
    expect(two('192.168.0.0/16', UP, '192.168.0.0/16', { State: 'pending' })).toEqual(all('conditional'))
    expect(two('192.168.0.0/16', UP, '192.168.0.0/16', { State: 'deleted' })).toEqual(all('reachable'))
  })

  test.each([
    ['a gateway that is deleted', { State: 'deleted' }, 'unreachable'],
    ['a gateway that is pending', { State: 'pending' }, 'unknown'],
    ['a gateway of no VPC any more', { VpcAttachments: [{ VpcId: 'vpc-00000001', State: 'detached' }] }, 'unreachable'],
    ['a gateway on its way to the VPC', { VpcAttachments: [{ VpcId: 'vpc-00000001', State: 'attaching' }] }, 'unknown'],
  ] as const)('%s (R-FLOW-10)', (_, raw, expected) => {
    expect(both(joined([[['192.168.0.0/16'], {}]], raw as Partial<RawOf<'vpnGateway'>>))).toEqual(all(expected))
  })

  test('a gateway serves the VPC that it is attached to, and its own addresses alone (R-VGW-3)', () => {
    const { draft, id } = joined([[['192.168.0.0/16'], {}]])
    const other = site(draft, 2)
    addRoute(other.subnets[0]!.table, '192.168.0.0/16', { GatewayId: id })
    const b = host(draft, other.subnets[0]!, [group(draft, other.vpc)])
    expect(verdict(draft, b, OFFICE)).toBe('unreachable')
    expect(verdict(draft, office, b.v4[0]!)).toBe('unreachable')
    // The resolver of a VPC is for those inside.
    expect(verdict(draft, office, '10.1.0.2', { protocol: 17, destinationPort: 53 })).toBe('unreachable')
  })

  test('what BGP taught it, and no table shows, may be anything (R-VGW-1)', () => {
    expect(both(joined([[[], BGP]]))).toEqual(all('unknown'))
    expect(
      both(
        joined([
          [['192.168.0.0/16'], {}],
          [[], BGP],
        ]),
        '172.16.0.1',
      ),
    ).toEqual(all('unknown'))
  })

  test('what BGP may have taught it can be longer than any prefix that is known, and is then carried by another (R-VGW-2)', () => {
    const ask = (shape: Vpn, isSeen: boolean) => {
      const way = joined([
        [['192.168.0.0/16'], { Options: { RemoteIpv4NetworkCidr: '10.2.0.0/16' } }],
        [[], shape],
      ])
      if (isSeen) learn(way.subnets[1]!.table, way.id, ['172.16.0.0/12'])
      return both(way)
    }
    expect(ask(BGP, false)).toEqual(all('conditional'))
    expect(ask(BGP, true)).toEqual(all('unreachable'))
  })

  test('beyond what is on premises nobody knows: public addresses, and blocks of other VPCs', () => {
    const way = joined([[['0.0.0.0/0'], {}]])
    const { draft, a } = way
    const other = site(draft, 2)
    const b = host(draft, other.subnets[0]!, [group(draft, other.vpc)])
    expect(verdict(draft, a, STRANGER)).toBe('unknown')
    expect(verdict(draft, a, b.v4[0]!)).toBe('unknown')
    expect(verdict(draft, a, '10.3.0.1')).toBe('reachable')
    for (const nobody of [STRANGER, b.v4[0]!, '127.0.0.1', '240.0.0.1'])
      expect(verdict(draft, { onPremises: nobody }, a.v4[0]!)).toBe('unreachable')
  })

  test('the VPNs of a virtual private gateway carry no IPv6; Direct Connect does (R-VGW-5)', () => {
    for (const [direct, expected] of [
      [false, 'unreachable'],
      [true, 'reachable'],
    ] as const) {
      const { draft, subnets, id, a } = joined([[[], BGP]])
      if (direct)
        add(draft, 'virtualInterface', HOME, 'dxvif-1', { virtualInterfaceId: 'dxvif-1', virtualGatewayId: id })
      learn(subnets[1]!.table, id, ['fd99::/16', '192.168.0.0/16'])
      expect(verdict(draft, a, 'fd99::7')).toBe(expected)
      expect(verdict(draft, { onPremises: 'fd99::7' }, a.v6[0]!)).toBe(expected)
      expect(verdict(draft, a, OFFICE)).toBe('reachable')
    }
  })

  test('an edge table leads what comes in, as far as a middlebox that sees one direction only (R-EDGE-1, R-FLOW-11)', () => {
    for (const [redirected, answered, expected] of [
      [false, false, 'reachable'],
      [true, false, 'one-way'],
      [true, true, 'conditional'],
    ] as const) {
      const { draft, vpc, subnets, id, a } = joined([[['192.168.0.0/16'], {}]])
      const edge = addTable(draft, vpc, 'private', true, id)
      const box = host(draft, subnets[1]!, [group(draft, vpc)], { checked: false })
      if (redirected) addRoute(edge, subnets[0]!.cidr, { NetworkInterfaceId: box.id })
      if (answered) addRoute(subnets[0]!.table, '192.168.0.0/16', { NetworkInterfaceId: box.id })
      expect(verdict(draft, office, a.v4[0]!)).toBe(expected)
    }
  })

  test('two VPCs of one block, each with a gateway to that place: by one of them (R-PCX-5)', () => {
    for (const [open, expected] of [
      [true, 'reachable'],
      [false, 'conditional'],
    ] as const) {
      const { draft, a } = joined([[['192.168.0.0/16'], {}]])
      const twin = site(draft, 1)
      const id = vgw(draft, twin.vpc)
      vpn(draft, { VpnGatewayId: id }, ['192.168.0.0/16'])
      addRoute(twin.subnets[0]!.table, '0.0.0.0/0', { GatewayId: id })
      const b = host(draft, twin.subnets[0]!, [group(draft, twin.vpc, open ? [OPEN] : [])])
      expect(b.v4).toEqual(a.v4)
      expect(verdict(draft, office, a.v4[0]!)).toBe(expected)
    }
  })

  test('a gateway that was not read may be around (R-FLOW-10)', () => {
    const { draft, a } = joined([[['192.168.0.0/16'], {}]])
    const snapshot = build(draft)
    const without = (...lost: readonly string[]): Snapshot => ({
      ...snapshot,
      coverage: snapshot.coverage.filter(({ kind }) => !lost.includes(kind)),
      resources: snapshot.resources.filter(({ kind }) => !lost.includes(kind)),
    })
    const packet = { family: 4, source: OFFICE, destination: a.v4[0]!, protocol: 6, sourcePort: 50000 } as const
    const ask = (of: Snapshot) => verdictOf(simulate(of, 'onprem', { ...packet, destinationPort: 443 }))
    expect(ask(snapshot)).toBe('reachable')
    expect(ask(without('vpnGateway'))).toBe('unknown')
    expect(ask(without('vpnConnection'))).toBe('unknown')
    // Nor what its edge table is.
    expect(ask(without('routeTable'))).toBe('unknown')
  })

  interface Wiring {
    /** What tables lead where: by attachment, VPC first, then in the order of `others`. */
    readonly tables?: readonly (readonly (readonly [string, number | 'blackhole'])[])[]
    /** Other attachments, of which type, and with which table. */
    readonly others: readonly (Attachment & { readonly table?: number | 'none' })[]
    readonly before?: (draft: Draft, gateway: string) => void
  }

  /** A host behind a transit gateway; attachment 0 is its VPC's, with table 0. */
  const hub = ({ tables = [[]], others, before }: Wiring) => {
    const draft = newDraft()
    const { vpc, subnets } = site(draft, 1, { zones: [0], ipv6: 'public' })
    const tgw = nextId(draft, 'tgw')
    add(draft, 'transitGateway', HOME, tgw, { TransitGatewayId: tgw, OwnerId: HOME.account })
    before?.(draft, tgw)
    const rtbs = tables.map(() => nextId(draft, 'tgw-rtb'))
    const attach = ({ table = 0, ...raw }: Wiring['others'][number]): string => {
      const id = nextId(draft, 'tgw-attach')
      const Association =
        table === 'none' ? undefined : { TransitGatewayRouteTableId: rtbs[table], State: 'associated' }
      const ids = { TransitGatewayAttachmentId: id, TransitGatewayId: tgw }
      add(draft, 'transitGatewayAttachment', HOME, id, { ...ids, State: 'available', Association, ...raw })
      return id
    }
    const own = attach({ ResourceType: 'vpc', ResourceId: vpc.id })
    add(draft, 'transitGatewayVpcAttachment', HOME, own, {
      TransitGatewayAttachmentId: own,
      TransitGatewayId: tgw,
      VpcId: vpc.id,
      State: 'available',
      SubnetIds: [subnets[0]!.id],
      Options: { Ipv6Support: 'enable' },
    })
    const attachments = [own, ...others.map(attach)]
    for (const [index, id] of rtbs.entries()) {
      add(draft, 'transitGatewayRouteTable', HOME, id, { TransitGatewayRouteTableId: id, TransitGatewayId: tgw })
      const routes = new Map<string, string[]>()
      for (const [block, by] of tables[index]!)
        routes.set(block, [...(routes.get(block) ?? []), by === 'blackhole' ? by : attachments[by]!])
      add(draft, 'transitGatewayRoutes', HOME, id, {
        RoutesScope: 'searched',
        Routes: [...routes].map(([DestinationCidrBlock, ids]) => ({
          DestinationCidrBlock,
          Type: 'static',
          State: ids.includes('blackhole') ? 'blackhole' : 'active',
          TransitGatewayAttachments: ids
            .filter((each) => each !== 'blackhole')
            .map((TransitGatewayAttachmentId) => ({ TransitGatewayAttachmentId })),
        })),
      })
      add(draft, 'transitGatewayRouteTablePropagations', HOME, id, { TransitGatewayRouteTablePropagations: [] })
    }
    for (const everything of ['0.0.0.0/0', '::/0']) addRoute(subnets[0]!.table, everything, { TransitGatewayId: tgw })
    return { draft, tgw, vpc, a: host(draft, subnets[0]!, [group(draft, vpc)]) }
  }

  /** There, and from there. */
  const through = (wiring: Wiring, address = OFFICE): readonly [Verdict, Verdict] => {
    const { draft, a } = hub(wiring)
    const own = address.includes(':') ? a.v6[0]! : a.v4[0]!
    return [verdict(draft, a, address), verdict(draft, { onPremises: address }, own)]
  }

  const HOST = ['10.1.0.0/16', 0] as const
  const HOST_6 = ['2600:1f14:0:100::/56', 0] as const
  const PREMISES = ['192.168.0.0/16', 1] as const
  const byVpn = { ResourceType: 'vpn', ResourceId: 'vpn-00000001' } as const
  const byDirectConnect = { ResourceType: 'direct-connect-gateway', ResourceId: 'dxgw-1' } as const
  const withVpn =
    (...shapes: readonly Vpn[]) =>
    (draft: Draft, TransitGatewayId: string): void => {
      for (const shape of shapes) vpn(draft, { TransitGatewayId }, [], shape)
    }

  test.each([
    ['up', UP, 'reachable'],
    ['down', DOWN, 'conditional'],
    ['with a selector that leaves it out', { Options: { LocalIpv4NetworkCidr: '10.0.0.0/8' } }, 'unreachable'],
    ['with IPv6 inside', { Options: { TunnelInsideIpVersion: 'ipv6' } }, 'unreachable'],
    ['deleted', { State: 'deleted' }, 'unreachable'],
    ['pending', { State: 'pending' }, 'unknown'],
  ] as const)('a VPN of a transit gateway, %s (R-VPN-1, R-VPN-3)', (_, shape, expected) => {
    const tables = [[HOST, PREMISES]]
    expect(through({ tables, others: [byVpn], before: withVpn(shape as Vpn) })).toEqual(all(expected))
  })

  test('a VPN of a transit gateway carries IPv6 where that is what is inside', () => {
    for (const [version, expected] of [
      ['ipv6', 'reachable'],
      ['ipv4', 'unreachable'],
      [undefined, 'unreachable'],
    ] as const) {
      const before = withVpn({ Options: { TunnelInsideIpVersion: version } })
      const tables = [[HOST_6, ['fd99::/16', 1] as const]]
      expect(through({ tables, others: [byVpn], before }, 'fd99::7')).toEqual(all(expected))
    }
  })

  test.each([
    ['gone', { State: 'deleted' }, 'unreachable'],
    ['not there yet', { State: 'pending' }, 'unknown'],
    ['that may translate addresses', { NatGatewaySupport: 'enabled' }, 'unknown'],
  ] as const)('an attachment %s (R-FLOW-10)', (_, raw, expected) => {
    expect(through({ tables: [[HOST, PREMISES]], others: [{ ...byVpn, ...raw }], before: withVpn({}) })).toEqual(
      all(expected),
    )
  })

  test('what comes in follows the table of its attachment, by which it need not be known itself (R-TGW-2)', () => {
    const others = [{ ...byVpn, table: 1 }]
    const ask = (...tables: NonNullable<Wiring['tables']>) => through({ tables, others, before: withVpn({}) })
    expect(ask([PREMISES], [HOST])).toEqual(all('reachable'))
    expect(ask([PREMISES], [])).toEqual(['one-way', 'unreachable'])
    expect(ask([PREMISES], [['10.1.0.0/16', 'blackhole']])).toEqual(['one-way', 'unreachable'])
    // Whoever has a longer prefix that is dropped, or goes another way, may still send by the shorter one.
    const withLonger = (...to: readonly NonNullable<Wiring['tables']>[number][number][1][]) =>
      ask([['192.168.0.0/16', 1], ...to.map((each) => ['192.168.1.0/24', each] as const)], [HOST])
    expect(withLonger('blackhole')).toEqual(['unreachable', 'one-way'])
    expect(through({ tables: [[PREMISES]], others: [{ ...byVpn, table: 'none' }], before: withVpn({}) })).toEqual([
      'one-way',
      'unreachable',
    ])
  })

  test('to public addresses and to blocks of VPCs nobody knows what an attachment does', () => {
    const { draft, a } = hub({ tables: [[HOST, ['0.0.0.0/0', 1]]], others: [byVpn], before: withVpn({}) })
    const other = site(draft, 2)
    expect(verdict(draft, a, STRANGER)).toBe('unknown')
    expect(verdict(draft, a, host(draft, other.subnets[0]!, [group(draft, other.vpc)]).v4[0]!)).toBe('unknown')
    expect(verdict(draft, a, '172.16.0.1')).toBe('reachable')
  })

  test('a Direct Connect gateway brings what it is allowed to tell of, and takes everything (R-DX-2)', () => {
    const ask = (...allowed: readonly string[]) => {
      const before = (draft: Draft, id: string) => {
        if (allowed.length > 0)
          add(draft, 'directConnectGatewayAssociation', HOME, 'dxassoc-1', {
            associationId: 'dxassoc-1',
            directConnectGatewayId: 'dxgw-1',
            associatedGateway: { id },
            allowedPrefixesToDirectConnectGateway: allowed.map((cidr) => ({ cidr })),
          })
      }
      const { draft, a } = hub({ tables: [[HOST, PREMISES]], others: [byDirectConnect], before })
      return [verdict(draft, a, OFFICE, SILENT), verdict(draft, office, a.v4[0]!, SILENT), verdict(draft, a, OFFICE)]
    }
    expect(ask('10.0.0.0/8')).toEqual(['reachable', 'reachable', 'reachable'])
    expect(ask('10.2.0.0/16', '10.1.0.0/25')).toEqual(['reachable', 'reachable', 'reachable'])
    expect(ask('10.2.0.0/16')).toEqual(['reachable', 'unreachable', 'one-way'])
    expect(ask()).toEqual(['reachable', 'unknown', 'unknown'])
  })

  test('of two ways in any is taken, but for one that does not lead on; of two ways there any is (R-TGW-4)', () => {
    const narrow: Vpn = { Options: { RemoteIpv4NetworkCidr: '10.2.0.0/16' } }
    const second = { ResourceType: 'vpn', ResourceId: 'vpn-00000002' } as const
    const there = ['192.168.0.0/16', 2] as const
    const ask = (shape: Vpn, ...onwards: (readonly [string, number | 'blackhole'])[]) =>
      through({
        tables: [[HOST, PREMISES], [there], onwards],
        others: [byVpn, { ...second, table: 2 }],
        before: withVpn({}, shape),
      })
    expect(ask({}, HOST)).toEqual(all('reachable'))
    expect(ask(DOWN, HOST)).toEqual(all('conditional'))
    expect(ask(narrow, HOST)).toEqual(all('conditional'))
    expect(ask(narrow)).toEqual(all('reachable'))
    expect(ask(narrow, ['10.1.0.0/16', 'blackhole'])).toEqual(all('reachable'))
    expect(
      through({ tables: [[HOST, PREMISES, there]], others: [byVpn, second], before: withVpn({}, narrow) }),
    ).toEqual(all('conditional'))
  })

  test('a request that came by one connection may be answered by another', () => {
    const { draft, vpc, a } = hub({ tables: [[HOST, PREMISES]], others: [byVpn], before: withVpn({}) })
    const id = vgw(draft, vpc)
    vpn(draft, { VpnGatewayId: id }, ['192.168.1.0/24'])
    addRoute(a.subnet.table, '192.168.1.0/24', { GatewayId: id })
    const fate = fateOf(draft, office, a.v4[0]!)
    expect(verdictOf(fate)).toBe('reachable')
    expect(fate[0]?.trail).toContain(`${id} delivers on premises`)
  })

  test('where tables or attachments were not read somebody may be behind them (R-TGW-23)', () => {
    const { draft, a } = hub({ tables: [[HOST, PREMISES]], others: [byVpn], before: withVpn({}) })
    const snapshot = build(draft)
    const packet = { family: 4, source: OFFICE, destination: a.v4[0]!, protocol: 6, sourcePort: 50000 } as const
    const ask = (...lost: readonly string[]) => {
      const isLost = ({ kind, raw }: Snapshot['resources'][number]) =>
        lost.includes(kind) && (!('ResourceType' in raw) || raw.ResourceType !== 'vpc')
      const coverage = snapshot.coverage.filter(({ kind }) => !lost.includes(kind))
      const part = { ...snapshot, coverage, resources: snapshot.resources.filter((each) => !isLost(each)) }
      return verdictOf(simulate(part, 'onprem', { ...packet, destinationPort: 443 }))
    }
    expect(ask()).toBe('reachable')
    expect(ask('transitGatewayRoutes')).toBe('unknown')
    expect(ask('transitGatewayAttachment')).toBe('unknown')
    expect(ask('transitGatewayRoutes', 'transitGatewayAttachment')).toBe('unknown')
  })

  test('from one site to another by way of a transit gateway', () => {
    const { draft } = hub({
      tables: [[PREMISES, ['172.16.0.0/12', 2]]],
      others: [byVpn, { ResourceType: 'vpn', ResourceId: 'vpn-00000002' }],
      before: withVpn({}, {}),
    })
    expect(verdict(draft, office, '172.16.0.1')).toBe('reachable')
  })
})
