/** Which route of a table takes a packet: longest prefix by linear scan, then the documented priorities. Knows no targets. */
import { blockOf, within, withinAny } from './address.ts'
import { type Entry, type Estate, prefixListOf, vpcBlocks } from './estate.ts'
import type { Packet } from './flight.ts'

export type Route = NonNullable<Entry<'routeTable'>['raw']['Routes']>[number]

export interface Lookup {
  /** Several where overlapping prefix lists leave the choice to AWS (R-ROUTE-9); none where no route matches. */
  readonly routes: readonly Route[]
  /** Says why the answer may be wrong: a prefix list that nobody read could hold a better route. */
  readonly doubt: string | undefined
  /** Where there is a doubt: routes to such lists. */
  readonly doubtful: readonly Route[]
}

interface Candidate {
  readonly route: Route
  readonly length: number
  readonly rank: number
}

export const routesFor = (estate: Estate, table: Entry<'routeTable'>, vpc: string, packet: Packet): Lookup => {
  const candidates: Candidate[] = []
  const doubtful: Route[] = []
  let doubt: string | undefined
  const inside = withinAny(vpcBlocks(estate, vpc), packet.family, packet.destination)
  for (const route of table.raw.Routes ?? []) {
    // R-ROUTE-12: not installed.
    if (route.State === 'filtered') continue
    // R-ROUTE-6: what a virtual private gateway announces never beats `local`.
    if (route.Origin === 'EnableVgwRoutePropagation' && inside) continue
    const offer = (text: string, rank: number) => {
      const block = blockOf(text)
      if (within(block, packet.family, packet.destination)) candidates.push({ route, length: block.length, rank })
    }
    const cidr = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock
    if (cidr !== undefined) offer(cidr, rankOf(route))
    if (route.DestinationPrefixListId === undefined) continue
    const entries = prefixListOf(estate, route.DestinationPrefixListId)
    if (entries === undefined) {
      // A list holds nothing of the VPC itself: only whole subnets may be more specific than `local` (R-ROUTE-7). It is of one family.
      const family = estate.get('managedPrefixList', route.DestinationPrefixListId)?.raw.AddressFamily
      if (!inside && (family === undefined || family === `IPv${packet.family}`)) {
        doubt = `prefix list ${route.DestinationPrefixListId} is not in the snapshot`
        doubtful.push(route)
      }
    } else for (const entry of entries) offer(entry, PREFIX_LIST)
  }
  const others = candidates.filter(({ rank }) => rank !== PREFIX_LIST)
  const longest = Math.max(-1, ...others.map(({ length }) => length))
  const best = Math.max(0, ...others.filter(({ length }) => length === longest).map(({ rank }) => rank))
  // Nothing on a list can be better than a static route to the very address (R-ROUTE-4).
  if (best === STATIC && longest === (packet.family === 4 ? 32 : 128)) doubt = undefined
  // Any list that has something better than every other route may be the one that AWS picked.
  const lists = candidates.filter(
    ({ rank, length }) => rank === PREFIX_LIST && (length > longest || (length === longest && rank > best)),
  )
  if (lists.length > 0) return { routes: [...new Set(lists.map(({ route }) => route))], doubt, doubtful }
  // Two static routes to one destination cannot exist (R-ROUTE-16).
  const winner = others.find(({ length, rank }) => length === longest && rank === best)
  return { routes: winner ? [winner.route] : [], doubt, doubtful }
}

/** R-ROUTE-4, R-ROUTE-21: static, prefix list, route server, propagated. */
const STATIC = 4
const PREFIX_LIST = 3

const rankOf = (route: Route): number => {
  if (route.Origin === 'EnableVgwRoutePropagation') return 1
  if (route.Origin === 'Advertisement') return 2
  return STATIC
}
