/** Packets worth trying on a snapshot: senders it has, addresses at the ends of the blocks it names, ports at the ends of its ranges.
 *  Reads raw records and nothing else, so that any snapshot will do. */
import type fc from 'fast-check'
import type { RawOf } from '../../src/snapshot/schema.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { type Block, blockOf, familyOf, textOf, within, withinAny } from '../oracle/address.ts'
import { isBehindConnection } from '../oracle/onpremises.ts'
import { type PlainPacket, simulate, type Start } from '../oracle/simulate.ts'
import { type Choices, drawn } from './choices.ts'
import { BEHIND_VPN, type Group, programs, withGaps } from './network.ts'
import { ON_PREMISES } from './on-premises.ts'
import { STRANGERS } from './rules.ts'

export interface Question {
  readonly from: Start
  readonly packet: PlainPacket
}

/** Interfaces that a question may start from: those of workloads, not those by which AWS runs its own gateways. Sorted ids. */
export const sendersOf = (snapshot: Snapshot): readonly string[] =>
  interfacesOf(snapshot)
    .filter(isWorkload)
    .map(({ NetworkInterfaceId }) => NetworkInterfaceId)
    .sort()

const isWorkload = ({ InterfaceType, Description }: RawOf<'networkInterface'>): boolean =>
  ![
    'nat_gateway',
    'transit_gateway',
    'network_load_balancer',
    'vpc_endpoint',
    'gateway_load_balancer_endpoint',
  ].includes(InterfaceType ?? 'interface') && !(Description ?? '').startsWith('ELB ')

const interfacesOf = (snapshot: Snapshot): readonly RawOf<'networkInterface'>[] =>
  snapshot.resources.flatMap((resource) => (resource.kind === 'networkInterface' ? [resource.raw] : []))

/** All private addresses of an interface, delegated prefixes by a member of each. */
const addressesOf = (raw: RawOf<'networkInterface'>): readonly string[] => [
  ...new Set(
    [
      raw.PrivateIpAddress,
      ...(raw.PrivateIpAddresses ?? []).map((each) => each.PrivateIpAddress),
      ...(raw.Ipv6Addresses ?? []).map((each) => each.Ipv6Address),
      ...(raw.Ipv4Prefixes ?? []).map((each) => each.Ipv4Prefix && textInside(blockOf(each.Ipv4Prefix), 3n)),
      ...(raw.Ipv6Prefixes ?? []).map((each) => each.Ipv6Prefix && textInside(blockOf(each.Ipv6Prefix), 3n)),
    ].flatMap((text) => text ?? []),
  ),
]

const textInside = ({ family, first }: Block, offset: bigint): string => textOf(family, first + offset)

/** Packets with their senders. About two thirds are the deepest of a few tries, as the oracle sees it: blind tries nearly always end
 *  at the first filter and prove little. `tries` of 1 turns that off. Throws where nobody can send. */
export const packetArbitrary = (snapshot: Snapshot, tries = TRIES): fc.Arbitrary<Question> => {
  const material = materialOf(snapshot)
  return drawn((choices) => drawDeep(choices, snapshot, material, tries))
}

/** A network of a group with questions about it: what a test of agreement quantifies over. Both shrink together. With `gaps`, a record
 *  or two could not be read. */
export const asked = (group: Group, count: number, gaps = false): fc.Arbitrary<Asked> =>
  drawn((choices) => {
    const whole = programs[group](choices)
    const lacking = gaps ? withGaps(choices, whole) : whole
    const snapshot = sendersOf(lacking).length > 0 ? lacking : whole
    // Asked of what was there: an interface that could not be read is as good a destination as any.
    const material = materialOf(whole, sendersOf(snapshot))
    const questions = Array.from({ length: count }, () => drawDeep(choices, snapshot, material, TRIES))
    return { whole, snapshot, questions }
  })

interface Asked {
  /** The network with nothing missing. */
  readonly whole: Snapshot
  readonly snapshot: Snapshot
  readonly questions: readonly Question[]
}

const TRIES = 6

const drawDeep = (choices: Choices, snapshot: Snapshot, material: Material, tries: number): Question => {
  const count = tries > 1 && choices.chance(65) ? tries : 1
  const questions = Array.from({ length: count }, () => drawQuestion(choices, material))
  if (count === 1) return questions[0]!
  const depths = questions.map((question) => depthOf(snapshot, question))
  return questions[depths.indexOf(Math.max(...depths))]!
}

/** How far a packet gets, there and back. */
const depthOf = (snapshot: Snapshot, { from, packet }: Question): number =>
  Math.max(...simulate(snapshot, from, packet).map(({ trail }) => trail.length))

interface Material {
  readonly senders: readonly RawOf<'networkInterface'>[]
  /** By family. */
  readonly private: Readonly<Record<4 | 6, readonly string[]>>
  readonly public: readonly string[]
  readonly listening: readonly string[]
  readonly bounds: Readonly<Record<4 | 6, readonly string[]>>
  /** On premises, where a connection leads. */
  readonly premises: Readonly<Record<4 | 6, readonly string[]>>
  readonly ports: readonly number[]
  /** Ports that somebody meant to open at an address: listeners, services, rules of its groups. */
  readonly openAt: ReadonlyMap<string, readonly number[]>
  readonly hasGatewayEndpoint: boolean
  /** The blocks of all VPCs. */
  readonly owned: readonly Block[]
  readonly routers: readonly bigint[]
}

const materialOf = (snapshot: Snapshot, known: readonly string[] = sendersOf(snapshot)): Material => {
  const interfaces = interfacesOf(snapshot)
  const senders = interfaces.filter(({ NetworkInterfaceId }) => known.includes(NetworkInterfaceId))
  if (senders.length === 0) throw new Error('nobody in this snapshot sends')
  // What the interfaces of transit gateways and inspection endpoints do with packets to themselves, nobody says: not asked.
  const isSilent = ({ InterfaceType = '' }: RawOf<'networkInterface'>) =>
    ['transit_gateway', 'gateway_load_balancer_endpoint'].includes(InterfaceType)
  const silent = interfaces.filter(isSilent).flatMap(addressesOf)
  const addresses = interfaces.filter((raw) => !isSilent(raw)).flatMap(addressesOf)
  const listening = interfaces
    .filter(({ InterfaceType, Description }) => InterfaceType === 'vpc_endpoint' || Description?.startsWith('ELB '))
    .flatMap((raw) => [...addressesOf(raw), ...publicsOf(raw)])
  const publics = interfaces.flatMap(publicsOf)
  const idle = snapshot.resources.flatMap((each) => (each.kind === 'address' ? (each.raw.PublicIp ?? []) : []))
  const blocks = [...textsIn(snapshot.resources.map(({ raw }) => raw))].filter((text) =>
    /^[0-9a-f.:]+\/\d+$/.test(text),
  )
  const routers = snapshot.resources.flatMap((each) =>
    each.kind === 'subnet' && each.raw.CidrBlock !== undefined ? [blockOf(each.raw.CidrBlock).first + 1n] : [],
  )
  const bounds = blocks.flatMap((text) => boundsOf(blockOf(text))).filter((text) => !silent.includes(text))
  const of = (family: 4 | 6, texts: readonly string[]) =>
    [...new Set(texts)].filter((text) => familyOf(text) === family)
  const isThere = (text: string) => isBehindConnection(snapshot, familyOf(text), blockOf(text).first)
  const premises = [...bounds, ...ON_PREMISES].filter(isThere)
  return {
    senders,
    private: { 4: of(4, addresses), 6: of(6, addresses) },
    public: [...new Set([...publics, ...idle])],
    listening,
    bounds: { 4: of(4, bounds), 6: of(6, bounds) },
    premises: { 4: of(4, premises), 6: of(6, premises) },
    ports: portsIn(snapshot),
    openAt: openPorts(snapshot),
    hasGatewayEndpoint: snapshot.resources.some(
      ({ kind, raw }) => kind === 'vpcEndpoint' && raw.VpcEndpointType === 'Gateway',
    ),
    owned: snapshot.resources
      .flatMap((each) =>
        each.kind === 'vpc' ? (each.raw.CidrBlockAssociationSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []) : [],
      )
      .map(blockOf),
    routers,
  }
}

const publicsOf = ({ PrivateIpAddresses }: RawOf<'networkInterface'>): readonly string[] =>
  (PrivateIpAddresses ?? []).flatMap(({ Association }) => Association?.PublicIp ?? [])

/** The ends of a block and what lies just outside. */
const boundsOf = ({ family, first, last }: Block): string[] => {
  const top = family === 4 ? (1n << 32n) - 1n : (1n << 128n) - 1n
  return [first, last, first - 1n, last + 1n]
    .filter((address) => address >= 0n && address <= top)
    .map((address) => textOf(family, address))
}

/** Every text inside records, however deep: blocks are recognised by their look. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (Array.isArray(value)) for (const each of value) yield* textsIn(each)
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) yield* textsIn(each)
}

/** Both ends of every range of ports in rules, listeners and target groups, and their neighbours. */
const portsIn = (snapshot: Snapshot): number[] => {
  const ports = new Set<number>([443, 22])
  const around = (port: number | undefined) => {
    for (const each of port === undefined ? [] : [port - 1, port, port + 1])
      if (each >= 0 && each <= 65535) ports.add(each)
  }
  for (const resource of snapshot.resources)
    if (resource.kind === 'networkAcl')
      for (const { PortRange } of resource.raw.Entries ?? []) {
        around(PortRange?.From)
        around(PortRange?.To)
      }
    else if (resource.kind === 'securityGroup')
      for (const rule of [...(resource.raw.IpPermissions ?? []), ...(resource.raw.IpPermissionsEgress ?? [])]) {
        if (rule.IpProtocol.startsWith('icmp')) continue
        around(rule.FromPort)
        around(rule.ToPort)
      }
    else if (resource.kind === 'listener') around(resource.raw.Port)
    else if (resource.kind === 'classicLoadBalancer')
      for (const { Listener } of resource.raw.ListenerDescriptions ?? []) around(Listener?.LoadBalancerPort)
  return [...ports].sort((a, b) => a - b)
}

const openPorts = (snapshot: Snapshot): ReadonlyMap<string, readonly number[]> => {
  const listeners = new Map<string, number[]>()
  const rules = new Map<string, number[]>()
  const put = (map: Map<string, number[]>, key: string, port: number | undefined) => {
    if (port !== undefined && port >= 0) map.set(key, [...(map.get(key) ?? []), port])
  }
  for (const { kind, id, raw } of snapshot.resources)
    if (kind === 'listener') put(listeners, `ELB ${raw.LoadBalancerArn?.split(':loadbalancer/')[1]}`, raw.Port)
    else if (kind === 'classicLoadBalancer')
      for (const { Listener } of raw.ListenerDescriptions ?? []) put(listeners, `ELB ${id}`, Listener?.LoadBalancerPort)
    else if (kind === 'securityGroup')
      for (const rule of raw.IpPermissions ?? [])
        if (['tcp', 'udp', '6'].includes(rule.IpProtocol)) {
          put(rules, id, rule.FromPort)
          put(rules, id, rule.ToPort)
        }
  return new Map(
    interfacesOf(snapshot).flatMap((raw) => {
      const ports =
        raw.InterfaceType === 'vpc_endpoint'
          ? [443]
          : (listeners.get(raw.Description ?? '') ??
            (raw.Groups ?? []).flatMap(({ GroupId }) => rules.get(GroupId ?? '') ?? []))
      return [...addressesOf(raw), ...publicsOf(raw)].map((address): [string, number[]] => [address, ports])
    }),
  )
}

const SERVICES: readonly (readonly [string, number, number])[] = [
  ['169.254.169.253', 17, 53],
  ['169.254.169.254', 6, 80],
  ['169.254.169.123', 17, 123],
  ['fd00:ec2::254', 6, 80],
]

const STORAGE = ['52.216.0.7', '3.5.0.9', '52.94.1.1']

const drawQuestion = (choices: Choices, material: Material): Question => {
  const { chance, pick, weighted } = choices
  const inwards = material.public.length > 0 && chance(22)
  const family = weighted([
    [7, 4],
    [3, 6],
  ] as const)
  if (material.premises[family].length > 0 && chance(35)) return drawFromOnPremises(choices, material, family)
  const fit = material.senders.filter((raw) => addressesOf(raw).some((text) => familyOf(text) === family))
  if (inwards || fit.length === 0) return drawFromInternet(choices, material, family)
  const sender = pick(fit)
  const own = addressesOf(sender).filter((text) => familyOf(text) === family)
  const source = pick(own)
  const destination = drawDestination(choices, material, family, source)
  return {
    from: { interface: sender.NetworkInterfaceId },
    packet: { family, source, destination, ...drawTransport(choices, material, family, destination) },
  }
}

const drawFromInternet = (choices: Choices, material: Material, family: 4 | 6): Question => {
  const { chance, pick } = choices
  const strangers = STRANGERS.filter((text) => familyOf(text) === family)
  const bounds = material.bounds[family]
  // Blocks of VPCs may look public, and whoever is in them sends from there.
  const outside = bounds.filter((text) => !withinAny(material.owned, family, blockOf(text).first))
  const source = outside.length > 0 && chance(15) ? pick(outside) : pick(strangers)
  const calls = material.listening.filter((text) => material.public.includes(text))
  const reachable = family === 6 ? material.private[6] : calls.length > 0 && chance(40) ? calls : material.public
  const destination = reachable.length > 0 && !chance(3) ? pick(reachable) : pick(strangers)
  return {
    from: 'internet',
    packet: { family, source, destination, ...drawTransport(choices, material, family, destination) },
  }
}

const drawFromOnPremises = (choices: Choices, material: Material, family: 4 | 6): Question => {
  const { pick, weighted } = choices
  const source = pick(material.premises[family])
  const pools: readonly (readonly [number, readonly string[]])[] = [
    [20, material.private[family]],
    [6, material.listening],
    [2, material.bounds[family]],
    [2, material.premises[family]],
    [family === 4 ? 1 : 0, material.public],
  ]
  const destination = pick(weighted(usable(material, family, source, pools)))
  return {
    from: 'onprem',
    packet: { family, source, destination, ...drawTransport(choices, material, family, destination) },
  }
}

/** Never the sender itself, which stays inside the host, and never the router of a subnet, which is no endpoint (R-ADDR-2). */
const drawDestination = ({ pick, weighted }: Choices, material: Material, family: 4 | 6, source: string): string => {
  const strangers = STRANGERS.filter((text) => familyOf(text) === family)
  const pools: readonly (readonly [number, readonly string[]])[] = [
    [10, material.private[family]],
    [14, material.listening],
    [4, strangers],
    [family === 4 ? 4 : 0, material.public],
    [2, material.bounds[family]],
    [3, material.bounds[family].filter((text) => within(blockOf(BEHIND_VPN), family, blockOf(text).first))],
    [family === 4 ? (material.hasGatewayEndpoint ? 6 : 1) : 0, STORAGE],
    [1, SERVICES.map(([address]) => address)],
    [family === 6 ? 1 : 0, ['64:ff9b::808:808', '64:ff9b::a01:a']],
    [18, material.premises[family]],
  ]
  return pick(weighted(usable(material, family, source, pools)))
}

/** Pools with what may be a destination. */
const usable = (
  material: Material,
  family: 4 | 6,
  source: string,
  pools: readonly (readonly [number, readonly string[]])[],
) =>
  pools
    .map(([weight, pool]) => [weight, pool.filter((text) => isDestination(material, family, source, text))] as const)
    .filter(([weight, pool]) => weight > 0 && pool.length > 0)

const isDestination = ({ routers }: Material, family: 4 | 6, source: string, text: string): boolean => {
  const address = blockOf(text).first
  if (familyOf(text) !== family || address === blockOf(source).first) return false
  if (family === 4 && (routers.includes(address) || within(blockOf('224.0.0.0/3'), 4, address))) return false
  return true
}

const drawTransport = (
  { chance, int, pick, weighted }: Choices,
  material: Material,
  family: 4 | 6,
  destination: string,
): Omit<PlainPacket, 'family' | 'source' | 'destination'> => {
  const service = SERVICES.find(([address]) => address === destination)
  const listens = material.listening.includes(destination)
  // No rule says which ICMP passes NAT64 (R-NAT-12).
  const typed = destination.startsWith('64:ff9b:') ? 0 : 4
  const protocol =
    (listens && chance(65) ? 6 : undefined) ??
    service?.[1] ??
    weighted([
      [10, 6],
      [4, 17],
      [typed, family === 4 ? 1 : 58],
      [1, 47],
      [1, 0],
    ] as const)
  if (protocol === 6 || protocol === 17) {
    const client = material.ports.filter((port) => port >= 1024)
    const sourcePort =
      client.length > 0 && chance(60) ? pick(client) : chance(80) ? int(1024, 65535) : pick(material.ports)
    return {
      protocol,
      sourcePort,
      destinationPort: service?.[2] ?? drawPort({ chance, int, pick }, material, destination),
    }
  }
  if (protocol === 1) return { protocol, icmpType: pick([8, 8, 8, 0, 3, 13]), icmpCode: pick([0, 0, 0, 4]) }
  if (protocol === 58) return { protocol, icmpType: pick([128, 128, 128, 129, 2]), icmpCode: pick([0, 0, 0, 1]) }
  return { protocol }
}

/** Mostly a port that somebody meant, else a port beside some range, else any. */
const drawPort = (
  { chance, int, pick }: Pick<Choices, 'chance' | 'int' | 'pick'>,
  { openAt, ports }: Material,
  destination: string,
): number => {
  const open = STORAGE.includes(destination) ? [80, 443] : (openAt.get(destination) ?? [])
  if (open.length > 0 && chance(75)) return pick(open)
  return chance(90) ? pick(ports) : int(0, 65535)
}
