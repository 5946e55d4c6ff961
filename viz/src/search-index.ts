/** Finds things by id, Name, address, CIDR block or tag: what begins like the text first, then what holds it. Walks the snapshot each time,
 *  which takes some tens of milliseconds for a hundred thousand interfaces and no memory. */
import { TIERS } from '../../src/analysis/tiers-declared.ts'
import { subnetsByTier } from '../../src/analysis/tiers.ts'
import { labelOf } from '../../src/analysis/place.ts'
import { type Network, nameOfResource } from '../../src/network/network.ts'
import { tagsOf } from '../../src/snapshot/tags.ts'
import { formatAddress, parseBlock, prefixSet } from '../../src/packet/address.ts'
import * as intervals from '../../src/packet/intervals.ts'
import { whereaboutsOf } from '../../src/scene/whereabouts.ts'
import type { Kind } from '../../src/snapshot/schema.ts'
import type { Resource } from '../../src/snapshot/snapshot.ts'
import { foundInterface } from './facts.ts'
import type { Found } from './protocol.ts'

export const search = (network: Network, text: string, most: number): readonly Found[] => {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return keywords(network, '').slice(0, most)
  const block = /[.:]/.test(wanted) ? parseBlock(wanted) : undefined
  const ranked: { readonly rank: number; readonly found: () => Found }[] = keywords(network, wanted).map((found) => ({
    rank: 0,
    found: () => found,
  }))
  const add = (rank: number | undefined, found: () => Found): void => {
    if (rank !== undefined) ranked.push({ rank, found })
  }
  for (const kind of NAMED)
    for (const resource of network.all(kind)) {
      const name = nameOfResource(resource)
      const cidrs = cidrsOf(resource.raw)
      const tag = tagLike(resource, wanted)
      const cidr = cidrs.find((each) => each.startsWith(wanted) || (block && contains(each, block.first)))
      const rank =
        rankOf(wanted, resource.id, name) ?? (cidr === undefined ? undefined : 4) ?? (tag === undefined ? undefined : 5)
      const by = rankOf(wanted, resource.id, name) === undefined ? (cidr ?? tag) : undefined
      add(rank, () => ({
        selector: resource.id,
        ...(name !== undefined && { name }),
        kind: WORDS[kind]!,
        ...(by !== undefined && { by }),
        boxes: whereaboutsOf(network, resource.id),
      }))
    }
  for (const each of network.interfaces()) {
    const { id } = each
    const name = labelOf(network, each)
    const rank = rankOf(wanted, id, name)
    if (rank !== undefined) {
      add(rank + 0.5, () => foundInterface(network, each))
      continue
    }
    const own = [...each.addresses, ...each.publicMappings.map(([, address]) => address)]
    const address =
      own.map(formatAddress).find((word) => word.startsWith(wanted)) ??
      (block && own.some((one) => typeof one === typeof block.first && one >= block.first && one < block.end)
        ? formatAddress(own[0]!)
        : undefined)
    const by = address ?? tagLike(each, wanted)
    if (by !== undefined) add(address === undefined ? 5 : 3, () => foundInterface(network, each, by))
  }
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ found }) => found())
}

const rankOf = (wanted: string, id: string, name: string | undefined): number | undefined => {
  const own = name?.toLowerCase()
  if (own === wanted || id.toLowerCase() === wanted) return 0
  if (own?.startsWith(wanted) || id.toLowerCase().startsWith(wanted)) return 1
  return own?.includes(wanted) || id.toLowerCase().includes(wanted) ? 2 : undefined
}

/** Words that mean a place by themselves. */
const keywords = (network: Network, wanted: string): readonly Found[] => {
  const tiers = subnetsByTier(network)
  return [
    ...['internet', 'aws-services', 'onprem'].map((selector) => ({ selector, kind: 'outside', boxes: [selector] })),
    ...TIERS.filter((tier) => (tiers.get(tier)?.length ?? 0) > 0).map((selector) => ({
      selector,
      kind: 'tier',
      boxes: [],
    })),
  ].filter(({ selector }) => selector.includes(wanted))
}

const WORDS: { readonly [K in Kind]?: string } = {
  vpc: 'VPC',
  subnet: 'subnet',
  instance: 'instance',
  loadBalancer: 'load balancer',
  natGateway: 'NAT gateway',
  vpcEndpoint: 'VPC endpoint',
  securityGroup: 'security group',
  transitGateway: 'transit gateway',
  vpcPeeringConnection: 'VPC peering',
  internetGateway: 'internet gateway',
}

const NAMED = Object.keys(WORDS) as Kind[]

const cidrsOf = (raw: object): readonly string[] => {
  const {
    CidrBlock,
    CidrBlockAssociationSet = [],
    Ipv6CidrBlockAssociationSet = [],
  } = raw as {
    readonly CidrBlock?: string
    readonly CidrBlockAssociationSet?: readonly { readonly CidrBlock?: string }[]
    readonly Ipv6CidrBlockAssociationSet?: readonly { readonly Ipv6CidrBlock?: string }[]
  }
  return [
    CidrBlock,
    ...CidrBlockAssociationSet.map((each) => each.CidrBlock),
    ...Ipv6CidrBlockAssociationSet.map((each) => each.Ipv6CidrBlock),
  ].flatMap((each) => each ?? [])
}

const contains = (cidr: string, address: number | bigint): boolean => {
  const block = parseBlock(cidr)
  return block !== undefined && typeof block.first === typeof address && intervals.has(prefixSet(block), address)
}

/** `Key=Value`, where key or value holds the text. */
const tagLike = (resource: Pick<Resource, 'raw'>, wanted: string): string | undefined => {
  for (const { Key = '', Value = '' } of tagsOf(resource)) {
    const text = `${Key}=${Value}`
    if (text.toLowerCase().includes(wanted)) return text
  }
  return undefined
}
