/** What Amazon runs beside every interface: DNS, instance and task metadata, time, licences. No security group, NACL or route
 *  table filters it (R-SVC-1). https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html */
import { type AddressSet, type Family, parseBlock, single } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Draft } from '../forwarding/draft.ts'
import { because, type Behaviour, type Plane } from './plane.ts'

/** Delivered to the service, whose answer passes by the same grace. */
export const amazonService: Behaviour<'amazonService'> = { here: () => {} }

/** Writes the hops of packets to these services as they leave an interface; gives the addresses it took. */
export const toAmazonServices = (plane: Plane, draft: Draft, vpcId: string): AddressSet => {
  const resolver = resolverOf(plane, vpcId)
  const dns = intervals.unionAll([...blocks(DNS[plane.family]), ...(resolver ? [resolver] : [])])
  const fixed = intervals.unionAll(blocks(FIXED[plane.family]))
  const reserved = intervals.subtract(neverForwarded(plane.family), intervals.unionAll(blocks(LATTICE[plane.family])))
  const supportsDns = plane.network.raw('vpcAttribute', vpcId)?.EnableDnsSupport?.Value
  if (supportsDns === false)
    draft.drop(because('DNS_SUPPORT_DISABLED', vpcId), { when: [{ on: 'destination', within: dns }], leg: 'request' })
  else service(plane, draft, dns, 'Amazon DNS', supportsDns === undefined ? ['R-SVC-6'] : [])
  service(plane, draft, fixed, 'Amazon service')
  const maybe = resolver ? [] : intervals.subtract(possibleResolvers(plane, vpcId), dns)
  if (maybe.length > 0)
    draft.unknown(because('UNKNOWN_RESOURCE', vpcId), {
      when: [{ on: 'destination', within: maybe }],
      leg: 'request',
    })
  const all = intervals.unionAll([dns, fixed, reserved, maybe])
  draft.drop(because('LINK_LOCAL_NOT_FORWARDED', vpcId), {
    when: [{ on: 'destination', within: intervals.subtract(reserved, intervals.union(dns, fixed)) }],
    leg: 'request',
  })
  return all
}

const service = (
  plane: Plane,
  draft: Draft,
  within: AddressSet,
  name: string,
  assumptions: readonly string[] = [],
): void => {
  draft.to(plane.at('amazonService', 'amazon', 'here'), because('AMAZON_PROVIDED_SERVICE', 'amazon', { name }), {
    when: [{ on: 'destination', within }],
    leg: 'request',
    effect: 'deliver',
    assumptions,
  })
}

/** The resolver at the base of the primary CIDR block plus two; a peer's cannot be asked (R-SVC-5). */
export const resolverOf = (
  { network, family }: Pick<Plane, 'network' | 'family'>,
  vpcId: string,
): AddressSet | undefined => {
  const text = family === 4 ? network.raw('vpc', vpcId)?.CidrBlock : undefined
  const prefix = text === undefined ? undefined : parseBlock(text)
  return prefix && single(Number(prefix.first) + 2)
}

/** Of a VPC that nobody described: it begins where one of the blocks around its subnets does, of /16 to /28 (R-ADDR-3, R-SVC-2). */
const possibleResolvers = ({ network, family }: Plane, vpcId: string): AddressSet =>
  family === 6 || network.get('vpc', vpcId)
    ? []
    : intervals.unionAll(
        network
          .subnetsOf(vpcId)
          .flatMap(({ id }) => [...intervals.ranges(network.subnetBlocks(id, 4))])
          .flatMap(([first]) => VPC_SIZES.map((size) => single(Number(first) - (Number(first) % size) + 2))),
      )

const VPC_SIZES = Array.from({ length: 13 }, (_, more) => 2 ** (4 + more))

/** R-SVC-2. */
const DNS = { 4: ['169.254.169.253'], 6: ['fd00:ec2::253'] } as const
const FIXED = {
  4: ['169.254.169.254', '169.254.169.123', '169.254.169.250', '169.254.169.251', '169.254.170.2', '169.254.170.23'],
  6: ['fd00:ec2::254', 'fd00:ec2::123', 'fd00:ec2::250', 'fd00:ec2::251', 'fd00:ec2::23'],
} as const

/** R-SVC-3. */
const NEVER_FORWARDED = { 4: ['169.254.168.0/22'], 6: ['fd00:ec2::/32'] } as const

/** Addresses that never leave the host of an interface, but for those of VPC Lattice (R-SVC-3). */
export const neverForwarded = (family: Family): AddressSet => intervals.unionAll(blocks(NEVER_FORWARDED[family]))

/** Inside that, and yet where VPC Lattice has routes of its own lead clients (R-LAT-1). */
const LATTICE = { 4: ['169.254.171.0/24'], 6: ['fd00:ec2:80::/64'] } as const

const blocks = (texts: readonly string[]): AddressSet[] =>
  texts.map((text) => {
    const { first, end } = parseBlock(text)!
    return intervals.interval(first, end)
  })
