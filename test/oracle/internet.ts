/** Internet and egress-only gateways, Block Public Access at them, and the internet itself, with the Amazon services on it. */
import { blockOf, type Family, within, withinAny } from './address.ts'
import {
  coversIn,
  edgeTableOf,
  interfaceById,
  type Entry,
  type Estate,
  type Interface,
  isAttached,
  isPublicV6,
  isWithoutPrivate,
  type Mapping,
  natOfPublic,
  owns,
  prefixListOf,
  subnetAround,
  vpcBlocks,
} from './estate.ts'
import {
  anonymous,
  drop,
  type Flight,
  type Answering,
  isEcho,
  judged,
  mirror,
  type Origin,
  type Packet,
  type Place,
  samePacket,
  TCP,
  to,
  unknown,
} from './flight.ts'
import { routesFor } from './route-table.ts'

// ---- addresses

/** R-ADDR-14, without the estate's own addresses. */
const NOT_INTERNET_V4 = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '0.0.0.0/8',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '198.18.0.0/15',
].map(blockOf)

export const isInternetAddress = (family: Family, address: bigint): boolean =>
  family === 4
    ? !withinAny(NOT_INTERNET_V4, 4, address)
    : within(blockOf('2000::/3'), 6, address) && !within(blockOf('2001:db8::/32'), 6, address)

/** The estate's own public addresses: what nobody on the internet can send from. */
export const isOurs = (estate: Estate, family: Family, address: bigint): boolean => {
  if (family === 6) return vpcOfV6(estate, address) !== undefined
  return (
    estate.mappings.some(({ outside }) => outside === address) ||
    elasticAddress(estate, address) !== undefined ||
    natOfPublic(estate, address) !== undefined
  )
}

const elasticAddress = (estate: Estate, address: bigint): Entry<'address'> | undefined =>
  estate.all('address').find(({ raw }) => raw.PublicIp !== undefined && blockOf(raw.PublicIp).first === address)

const vpcOfV6 = (estate: Estate, address: bigint): string | undefined =>
  estate.all('vpc').find(({ id }) => withinAny(vpcBlocks(estate, id), 6, address))?.id

// ---- outwards

type Outwards = Place & { readonly at: 'internet gateway, outwards' }

/** R-IGW-1 to R-IGW-5, R-IGW-8. */
export const outByInternetGateway = (estate: Estate, flight: Flight, place: Outwards): Flight[] => {
  const { gateway, vpc, subnet, origin } = place
  const { packet } = flight
  const record = estate.get('internetGateway', gateway)
  if (!record) return [unknown(flight, `${gateway} is not in the snapshot`)]
  if (!isAttachedTo(record, vpc)) return [drop(flight, `IGW_NOT_ATTACHED ${gateway} to ${vpc}`)]
  if (!isInternetAddress(packet.family, packet.destination)) return [drop(flight, 'IGW refuses a private destination')]
  const publicSource = publicSourceOf(estate, vpc, packet)
  if (publicSource === undefined) return [drop(flight, 'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS')]
  const sentByNat = flight.sessions.some(({ kind, after }) => kind === 'nat gateway' && after.source === packet.source)
  const allowed = mayCross(estate, flight, vpc, subnet, 'out', sentByNat ? 'nat gateway' : 'direct', origin)
  if (!allowed) return [drop(flight, 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED')]
  const bare = anonymous(allowed)
  if (!bare) return [drop(flight, 'SG_EGRESS by reference ends at the internet gateway')]
  const change = { packet: { ...packet, source: publicSource } }
  return [to(crossing(bare, `igw ${vpc} out`), { at: 'internet' }, `${gateway} to the internet`, change)]
}

const isAttachedTo = (gateway: Entry<'internetGateway'> | Entry<'egressOnlyInternetGateway'>, vpc: string): boolean =>
  (gateway.raw.Attachments ?? []).some(
    ({ VpcId, State }) => VpcId === vpc && (State === 'available' || State === 'attached'),
  )

const publicSourceOf = (estate: Estate, vpc: string, { family, source }: Packet): bigint | undefined => {
  if (family === 4) return estate.mappings.find((each) => each.vpc === vpc && each.inside === source)?.outside
  const holder = estate.interfaces.find((each) => each.vpc === vpc && isAttached(each.status) && owns(each, 6, source))
  if (!holder || deniesGateways(estate, holder) || !isPublicV6(estate, vpc, source)) return undefined
  return source
}

/** R-ADDR-13, R-VPCE-12, R-LB-18: what the load balancer's attribute says, else the interface; else endpoints do and internal ones. */
const deniesGateways = (estate: Estate, { type, raw }: Interface): boolean => {
  const words = /^ELB ((?:app|net)\/.*)/.exec(raw.Description ?? '')?.[1]
  const balancer = words && estate.all('loadBalancer').find(({ id }) => id.endsWith(`:loadbalancer/${words}`))
  if (!balancer) return raw.DenyAllIgwTraffic ?? (type === 'vpc_endpoint' || type === 'gateway_load_balancer_endpoint')
  const attributes = estate.get('loadBalancerAttributes', balancer.id)?.raw.Attributes ?? []
  const said = attributes.find(({ Key }) => Key === 'ipv6.deny_all_igw_traffic')?.Value
  return said === undefined ? (raw.DenyAllIgwTraffic ?? balancer.raw.Scheme === 'internal') : said === 'true'
}

/** R-EIGW-1, R-EIGW-2. */
export const outByEgressOnlyGateway = (
  estate: Estate,
  flight: Flight,
  { gateway, vpc, subnet, origin }: Place & { readonly at: 'egress-only gateway' },
): Flight[] => {
  const { packet } = flight
  const record = estate.get('egressOnlyInternetGateway', gateway)
  if (!record) return [unknown(flight, `${gateway} is not in the snapshot`)]
  if (!isAttachedTo(record, vpc)) return [drop(flight, `BAD_STATE ${gateway} is not attached to ${vpc}`)]
  if (flight.leg === 'reply') return [drop(flight, `${gateway} never saw the request`)]
  if (packet.family === 4) return [drop(flight, 'an egress-only gateway is for IPv6')]
  if (!isInternetAddress(6, packet.destination)) return [drop(flight, 'EIGW refuses a private destination')]
  const source = publicSourceOf(estate, vpc, packet)
  if (source === undefined) return [drop(flight, 'EIGW refuses a source that is not a public address of its VPC')]
  const allowed = mayCross(estate, flight, vpc, subnet, 'out', 'egress-only gateway', origin)
  if (!allowed) return [drop(flight, 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED')]
  const bare = anonymous(allowed)
  if (!bare) return [drop(flight, 'SG_EGRESS by reference ends at the egress-only gateway')]
  return [to(crossing(bare, `eigw ${vpc} out`), { at: 'internet' }, `${gateway} to the internet`)]
}

/** Gateways remember who began, so only requests leave a trace. */
const crossing = (flight: Flight, gateway: string): Flight =>
  flight.leg === 'request' ? { ...flight, crossed: [...flight.crossed, gateway] } : flight

// ---- on the internet

/** R-ADDR-18: the world finds its way to what AWS announces; whether it announces a range just now may be on its way to change. */
export const intoAws = (estate: Estate, flight: Flight): Flight[] => {
  const { family, destination } = flight.packet
  const states = estate
    .all('byoipCidr')
    .filter(({ raw: { Cidr } }) => Cidr !== undefined && withinAny([blockOf(Cidr)], family, destination))
    .map(({ raw: { State } }) => State)
  if (isInternetAddress(family, destination) && states.length > 0 && !states.includes('advertised')) {
    if (states.includes('pending-advertising') || states.includes('pending-withdrawal'))
      return [unknown(flight, 'its range is about to be advertised, or withdrawn')]
    return [drop(flight, 'its range is not advertised')]
  }
  return [to(flight, { at: 'internet' }, 'from out there')]
}

/** Towards an address of the estate, where it enters again (R-IGW-9), or to a stranger. */
export const onTheInternet = (estate: Estate, flight: Flight, origin: Packet): Flight[] => {
  const { packet, leg } = flight
  const { family, destination } = packet
  if (family === 4) {
    const mapping = estate.mappings.find(({ outside }) => outside === destination)
    if (mapping) return inByInternetGateway(estate, flight, mapping.vpc, mapping)
    // The estate's also while no mapping is in force (R-ADDR-14), and nobody begins a conversation with it in any state (R-NAT-3).
    const nat = natOfPublic(estate, destination)
    const elastic = elasticAddress(estate, destination)
    const holder = elastic?.raw.NetworkInterfaceId
    const around =
      estate.get('natGateway', nat)?.raw.VpcId ??
      (holder === undefined ? undefined : interfaceById(estate, holder)?.vpc)
    // What would become of it inside is not asked before it is known to get in.
    if (around !== undefined && gatewayMayBeMissing(estate, around))
      return [unknown(flight, `internet gateways around ${around} were not read`)]
    if (nat !== undefined) return [drop(flight, `NGW_NO_SESSION ${nat}`)]
    if (holder !== undefined && !interfaceById(estate, holder))
      return [unknown(flight, `${holder} is not in the snapshot`)]
    if (elastic) return [drop(flight, `${elastic.id} is bound to nothing that is in use (R-ADDR-16)`)]
  } else {
    const vpc = vpcOfV6(estate, destination)
    if (vpc !== undefined) {
      if (leg === 'reply' && flight.crossed.includes(`eigw ${vpc} out`))
        return [to(flight, { at: 'local', vpc, from: undefined }, 'reply enters by the egress-only gateway')]
      return inByInternetGateway(estate, flight, vpc, undefined)
    }
  }
  if (leg === 'reply') {
    const awaited = mirror(origin)
    const complete = flight.sessions.length === 0 && awaited !== undefined && samePacket(awaited, packet)
    if (!complete) return [drop(flight, 'a stranger gets the reply')]
    return [to(flight, { at: 'returned', to: 'internet' }, 'reply reaches its client')]
  }
  if (!isInternetAddress(family, destination)) return [drop(flight, 'no such address on the internet')]
  if (isStorageService(estate, packet) && !storageAnswers(packet))
    return [drop(flight, 'the service does not answer this')]
  const answers: Answering = mirror(packet) ? { how: 'from', place: { at: 'out there' } } : { how: 'no reply due' }
  return [to(flight, { at: 'delivered', to: 'internet', answers }, 'delivered to the internet')]
}

const gatewayMayBeMissing = (estate: Estate, vpc: string): boolean =>
  !coversIn(estate, 'internetGateway', vpc) && !estate.all('internetGateway').some((each) => isAttachedTo(each, vpc))

/** R-GWE-4: S3 and DynamoDB, by whatever path. */
const isStorageService = (estate: Estate, { family, destination }: Packet): boolean => {
  const blocks = estate.once('blocks of S3 and DynamoDB', () =>
    [...estate.all('prefixList'), ...estate.all('managedPrefixList')]
      .filter(({ raw }) => /^com\.amazonaws\.[^.]+\.(ipv6\.)?(s3|dynamodb)$/.test(raw.PrefixListName ?? ''))
      .flatMap(({ id }) => prefixListOf(estate, id) ?? [])
      .map(blockOf),
  )
  return withinAny(blocks, family, destination)
}

export const storageAnswers = (packet: Packet): boolean =>
  isEcho(packet) || (packet.protocol === TCP && [80, 443].includes(packet.destinationPort ?? -1))

// ---- inwards

/** R-IGW-3 to R-IGW-5; the private destination then follows an edge table or local delivery (R-EDGE-1, R-EDGE-3). */
const inByInternetGateway = (estate: Estate, flight: Flight, vpc: string, mapping: Mapping | undefined): Flight[] => {
  const { packet } = flight
  if (!mapping && !isPublicV6(estate, vpc, packet.destination)) return [drop(flight, 'a private IPv6 address')]
  const gateway = estate.all('internetGateway').find((each) => isAttachedTo(each, vpc))
  if (!gateway)
    return [
      coversIn(estate, 'internetGateway', vpc)
        ? drop(flight, `${vpc} has no internet gateway`)
        : unknown(flight, `internet gateways around ${vpc} were not read`),
    ]
  if (!isInternetAddress(packet.family, packet.source)) return [drop(flight, 'IGW refuses a private source')]
  const inner = mapping ? { ...packet, destination: mapping.inside } : packet
  const holder = mapping
    ? undefined
    : estate.interfaces.find((each) => each.vpc === vpc && isAttached(each.status) && owns(each, 6, packet.destination))
  if (!mapping && !holder && coversIn(estate, 'networkInterface', vpc))
    return [drop(flight, `nobody has the address in ${vpc}`)]
  if (holder && deniesGateways(estate, holder))
    return [drop(flight, `${holder.id} denies all internet gateway traffic`)]
  const around = holder?.subnet ?? subnetAround(estate, vpc, packet.family, packet.destination)
  const crossed = mayCross(estate, flight, vpc, mapping ? mapping.subnet : around, 'in', 'direct')
  if (!crossed) return [drop(flight, 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED')]
  const edge = edgeTableOf(estate, gateway.id)
  if (edge) {
    // By the private address, whichever it is where it is not listed (R-EDGE-3).
    const routes = isWithoutPrivate(estate, inner.destination)
      ? (edge.raw.Routes ?? [])
      : routesFor(estate, edge, vpc, inner).routes.slice(0, 1)
    if (routes.length === 0 || routes.some(({ GatewayId }) => GatewayId !== 'local'))
      return [unknown(flight, `${edge.id} redirects what enters by ${gateway.id}`)]
  }
  // Nothing that a middlebox passes on gets further than the packet itself would (R-ENI-2).
  const overlooked = { unknown: `the edge table of ${gateway.id} was not read` }
  const allowed = edge || coversIn(estate, 'routeTable', vpc) ? crossed : judged(crossed, overlooked)!
  const change = { packet: inner }
  return [
    to(crossing(allowed, `igw ${vpc} in`), { at: 'local', vpc, from: undefined }, `${gateway.id} into ${vpc}`, change),
  ]
}

// ---- Block Public Access

type Crossing = 'direct' | 'nat gateway' | 'egress-only gateway'
type Mode = 'off' | 'block-bidirectional' | 'block-ingress'
type Excluded = 'allow-bidirectional' | 'allow-egress' | 'nothing'

/** R-BPA-2 to R-BPA-5, for the side that began: the reply to a packet that crossed this gateway crosses it as well. While something
 *  is being changed all that may be in force is tried; what comes out differently is not known (R-FLOW-10). */
const mayCross = (
  estate: Estate,
  flight: Flight,
  vpc: string,
  subnet: string | undefined,
  direction: 'in' | 'out',
  crossing: Crossing,
  origin?: Origin,
): Flight | undefined => {
  const opposite = direction === 'in' ? 'out' : 'in'
  if (flight.leg === 'reply' && flight.crossed.includes(`igw ${vpc} ${opposite}`)) return flight
  const fates = new Set<boolean>()
  for (const mode of possibleModes(estate, vpc, subnet))
    // R-NFW-14: out of a firewall, only what is excluded of the VPC counts.
    for (const excluded of possiblyExcluded(estate, vpc, origin === 'firewall' ? undefined : subnet))
      fates.add(crosses(mode, excluded, direction, crossing))
  if (fates.size > 1) return judged(flight, { unknown: `Block Public Access of ${vpc} is being changed` })
  return fates.has(true) ? flight : undefined
}

const crosses = (mode: Mode, excluded: readonly Excluded[], direction: 'in' | 'out', crossing: Crossing): boolean => {
  if (mode === 'off' || excluded.includes('allow-bidirectional')) return true
  if (direction === 'in') return false
  return mode === 'block-bidirectional' ? excluded.includes('allow-egress') : crossing !== 'direct'
}

/** R-BPA-1: what the subnet says, or else its VPC, is in force there; the account's mode tells where both are silent. That one is any
 *  while it is being changed: nobody says whether the old or the new one is shown. */
const possibleModes = (estate: Estate, vpc: string, subnet: string | undefined): readonly Mode[] => {
  const owner = estate.get('vpc', vpc)
  const said =
    (subnet === undefined ? undefined : estate.get('subnet', subnet)?.raw.BlockPublicAccessStates)
      ?.InternetGatewayBlockMode ?? owner?.raw.BlockPublicAccessStates?.InternetGatewayBlockMode
  if (said === 'off' || said === 'block-bidirectional' || said === 'block-ingress') return [said]
  const account = owner?.raw.OwnerId ?? owner?.account
  const options = estate
    .all('vpcBlockPublicAccessOptions')
    .find(
      ({ account: at, region, raw }) =>
        (raw.AwsAccountId ?? at) === account && (raw.AwsRegion ?? region) === owner?.region,
    )
  if (options?.raw.State === 'update-in-progress') return ['off', 'block-ingress', 'block-bidirectional']
  const mode = options?.raw.InternetGatewayBlockMode
  return [mode === 'block-bidirectional' || mode === 'block-ingress' ? mode : 'off']
}

/** All that may be excluded together, of the VPC and the subnet; without a subnet only the VPC's counts (R-BPA-8). */
const possiblyExcluded = (
  estate: Estate,
  vpc: string,
  subnet: string | undefined,
): readonly (readonly Excluded[])[] => {
  let together: Excluded[][] = [[]]
  for (const { raw } of estate.all('vpcBlockPublicAccessExclusion')) {
    const id = (raw.ResourceArn ?? '').split('/').at(-1)
    if (id !== vpc && (subnet === undefined || id !== subnet)) continue
    const alternatives = excludedBy(raw.State, raw.InternetGatewayExclusionMode as Excluded)
    together = together.flatMap((so) => alternatives.map((one) => [...so, one]))
  }
  return together
}

const excludedBy = (state: string | undefined, mode: Excluded): readonly Excluded[] => {
  switch (state) {
    case 'create-complete':
    case 'update-complete':
      return [mode]
    case 'update-in-progress':
      return ['allow-bidirectional', 'allow-egress']
    case 'create-in-progress':
    case 'delete-in-progress':
    case 'disable-in-progress':
      return [mode, 'nothing']
    default:
      return ['nothing']
  }
}
