/** Asks the engine about an estate, and tells the answer in a few words, so that a fact about AWS reads as one. Knows how answers are
 *  told, and nothing of AWS. */
import type { Hop } from '../../src/analysis/explain.ts'
import { filterOf } from '../../src/analysis/packet-words.ts'
import { resolvePlace } from '../../src/analysis/place.ts'
import { reach, type ReachResult } from '../../src/analysis/reach.ts'
import { type Compiled, compile } from '../../src/aws/compile.ts'
import { Network } from '../../src/network/network.ts'
import type { Verdict } from '../../src/reach/verdict.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'

export interface Answer {
  readonly verdict: Verdict
  /** The components on the way of the witness, in order: `sg-web > acl-app > rtb-app > eni-db`. Those that only carry are left out. */
  readonly forward: string
  /** The same of the answer's way back. */
  readonly back: string
  /** The header of the witness as each network ACL judged it: `acl-app outbound tcp 10.0.1.10:1024 -> 10.0.2.20:5432`. */
  readonly judged: readonly string[]
  /** The header that the witness was delivered with. */
  readonly arrivedAs: string
  /** Everything in the way, in order: `forward SUBNET_ACL_RESTRICTION acl-db inbound`. */
  readonly blocked: readonly string[]
  /** What configuration does not settle: `CLIENT_PORT client`. */
  readonly conditions: readonly string[]
  readonly unknowns: readonly string[]
  readonly assumptions: readonly string[]
  /** All of it. */
  readonly result: ReachResult
}

/** An estate of the builder, or one whose snapshot was changed beyond what the builder says. */
export interface Asked {
  snapshot(): Snapshot
}

/** `packets`: `tcp 443`, `tcp 443 from 53`, `udp 1-100`, `icmp`, `icmp 3/4`, `gre`, `all`. */
export const ask = (estate: Asked, from: string, to: string, packets: string): Answer => {
  const { network, ...rest } = compiled(estate)
  const result = reach({ network, ...rest }, resolvePlace(network, from), resolvePlace(network, to), filter(packets))
  const { verdict, witness, blocked, conditions, unknowns, assumptions } = result
  const out = followed(witness?.text ?? '', witness?.forward ?? [])
  const back = followed(answering(out.at(-1)?.after ?? ''), witness?.return ?? [])
  return {
    verdict,
    forward: way(out),
    back: way(back),
    judged: [...out, ...back].flatMap(({ hop, before }) =>
      hop.code === 'SUBNET_ACL_ALLOWS' ? [`${hop.resource} ${hop.rule?.split(' ')[0]} ${before}`] : [],
    ),
    arrivedAs: out.at(-1)?.after ?? '',
    blocked: blocked.map(({ leg, code, direction, ...at }) =>
      [leg, code, short(at), ...(FILTERS.has(code) ? [direction] : [])].join(' '),
    ),
    conditions: conditions.map(({ code, ...at }) => `${code} ${short(at)}`),
    unknowns: unknowns.map(({ code, ...at }) => `${code} ${short(at)}`),
    assumptions: assumptions.map(({ rule }) => rule),
    result,
  }
}

/** What judges either direction by rules of its own. */
const FILTERS: ReadonlySet<string> = new Set([
  'ELB_ACL_RESTRICTION',
  'ENI_SG_RULES_MISMATCH',
  'SG_HAS_NO_RULES',
  'SUBNET_ACL_RESTRICTION',
  'VPC_BLOCK_PUBLIC_ACCESS_ENABLED',
])

const compiledEstates = new WeakMap<Asked, Compiled>()

const compiled = (estate: Asked): Compiled => {
  const known = compiledEstates.get(estate)
  if (known) return known
  const made = compile(new Network(estate.snapshot()))
  compiledEstates.set(estate, made)
  return made
}

const filter = (packets: string) => {
  const match = /^(\S+)(?: (\d+(?:-\d+)?)(?:\/(\d+))?)?(?: from (\d+))?$/.exec(packets)
  if (!match) throw new Error(`no packets: ${packets}`)
  const [, protocol, first, icmpCode, sourcePort] = match
  const numbers = protocol?.startsWith('icmp') ? { icmpType: first, icmpCode } : { port: first, sourcePort }
  return filterOf({ protocol, ...numbers })
}

interface Followed {
  readonly hop: Hop
  readonly before: string
  readonly after: string
}

/** Hops with the header before and after each: a hop states a header only where it changed it. */
const followed = (start: string, hops: readonly Hop[]): Followed[] => {
  let header = start
  return hops.map((hop) => {
    const before = header
    header = hop.packet ?? header
    return { hop, before, after: header }
  })
}

/** An id, or the Name of what has an ARN. */
const short = ({ resource, name }: { readonly resource: string; readonly name?: string }): string =>
  resource.startsWith('arn:') ? (name ?? resource) : resource

/** The header of the answer: source and destination change places. */
const answering = (header: string): string =>
  header.replace(/(\S+) -> (\S+)/, '$2 -> $1').replace('echo request', 'echo reply')

const way = (hops: readonly Followed[]): string =>
  hops
    .filter(({ hop }) => !CARRIES.has(hop.code))
    .map(({ hop }) => short(hop))
    // What knows a conversation and then takes delivery of the answer is one station.
    .filter((resource, index, all) => resource !== all[index - 1])
    .join(' > ')

const CARRIES: ReadonlySet<string> = new Set([
  'LEAVES_SUBNET',
  'SAME_SUBNET',
  'ADDRESS_OF_INTERFACE',
  'LOCAL_DELIVERY',
  'RETURNS_TO_SENDER',
])
