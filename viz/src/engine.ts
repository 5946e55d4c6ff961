/** The engine of ztnet in a worker: answers questions about the snapshots of the file, one after the other. */
import { blast } from '../../src/analysis/blast.ts'
import { parseGrouping } from '../../src/analysis/groups.ts'
import type { Progress } from '../../src/analysis/progress.ts'
import { matrix, reachAll } from '../../src/analysis/matrix.ts'
import { filterOf } from '../../src/analysis/packet-words.ts'
import { resolvePlace } from '../../src/analysis/place.ts'
import { type End, reach, type ReachResult } from '../../src/analysis/reach.ts'
import { declarePolicyTiersOf, declareTiers } from '../../src/analysis/tiers-declared.ts'
import { type Compiled, compile } from '../../src/aws/compile.ts'
import { once } from '../../src/collections.ts'
import { ZtnetError } from '../../src/errors.ts'
import { Network } from '../../src/network/network.ts'
import { parseBlock } from '../../src/packet/address.ts'
import { shownHops } from '../../src/report/reach-words.ts'
import { flowLinks } from '../../src/scene/flows.ts'
import { whereaboutsOf } from '../../src/scene/whereabouts.ts'
import { snapshotLineReader } from '../../src/snapshot/lines.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { decoded, inflated } from './compressed.ts'
import { factsOf, membersOf } from './facts.ts'
import type { Answers, DeclaredTiers, Ends, Kind, Load, Places, Questions, Reply, Request } from './protocol.ts'
import { search } from './search-index.ts'

interface Scope {
  addEventListener(type: 'message', listener: (event: { readonly data: Load | Request }) => void): void
  postMessage(message: Reply): void
}

const scope = self as unknown as Scope
let loaded: Load = { snapshots: [], tiers: [] }
const estates = new Map<number, Promise<Compiled>>()

scope.addEventListener('message', ({ data }) => {
  if ('snapshots' in data) loaded = data
  else void answered(data)
})

const answered = async (request: Request): Promise<void> => {
  const { id, snapshot } = request
  const progress: Progress = (done, of) => scope.postMessage({ id, done, of })
  try {
    const compiled = await estateOf(snapshot)
    const answer = (ANSWERS[request.kind] as Answer<Kind>)(compiled, request.question, progress)
    scope.postMessage({ id, answer })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof ZtnetError && error.hint !== undefined)
      scope.postMessage({ id, error: message, hint: error.hint })
    else scope.postMessage({ id, error: message })
  }
}

const estateOf = (index: number): Promise<Compiled> =>
  once(estates, index, async () => {
    const network = new Network(await snapshotOf(loaded.snapshots[index] ?? ''))
    const tiers = loaded.tiers[index]
    if (tiers) declare(network, tiers)
    return compile(network)
  })

const declare = (network: Network, { by, subnets, policyTiers }: DeclaredTiers): void => {
  declareTiers(network, by, subnets)
  const tiers = Object.entries(policyTiers).map(
    ([name, taken]) => [name, { members: () => taken.members, subnets: new Set(taken.subnets) }] as const,
  )
  declarePolicyTiersOf(network, { file: by, tiers: new Map(tiers) })
}

const snapshotOf = async (text: string): Promise<Snapshot> => {
  const reader = snapshotLineReader()
  const lines = inflated(decoded(text)).pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await lines.read()
    if (done) break
    const parts = (rest + value).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) reader.line(part)
  }
  if (rest !== '') reader.line(rest)
  return reader.end()
}

type Answer<K extends Kind> = (compiled: Compiled, question: Questions[K], progress: Progress) => Answers[K]

const ANSWERS: { readonly [K in Kind]: Answer<K> } = {
  reach: (compiled, { from, to, packets }) => {
    const { network } = compiled
    const result = reach(compiled, resolvePlace(network, from), resolvePlace(network, to), filterOf(packets))
    const { witness, blocked, conditions, unknowns, flows } = result
    const ids = [
      ...[
        ...(witness ? [...shownHops(witness, 'forward'), ...shownHops(witness, 'return')] : []),
        ...blocked,
        ...conditions,
        ...unknowns,
      ].map(({ resource }) => resource),
      ...flows.flatMap((flow) => [...flow.from.slice(0, MOST_PLACES), ...flow.to.slice(0, MOST_PLACES)]),
      ...[...result.from.resolved, ...result.to.resolved].slice(0, MOST_PLACES).map(({ id }) => id),
    ]
    return { result, places: placesOf(network, ids), ends: endsOf(network, result) }
  },
  'reach-all': (compiled, { place, side, packets }, progress) => {
    const { network } = compiled
    const question = { place: resolvePlace(network, place), side, by: 'vpc-tier', filter: filterOf(packets) } as const
    const result = reachAll(compiled, question, progress)
    return {
      result,
      places: placesOf(
        network,
        [...result.groups.from, ...result.groups.to].map(({ key }) => key),
      ),
    }
  },
  blast: (compiled, { from, packets }, progress) => {
    const { network } = compiled
    const { families, ports } = filterOf(packets)
    const result = blast(
      compiled,
      {
        place: resolvePlace(network, from),
        by: 'vpc-tier',
        ...(families && { families }),
        ...(ports && { ports: [ports] }),
      },
      progress,
    )
    const ids = result.targets.flatMap(({ key, ways }) => [
      key,
      ...ways.flatMap(({ chain }) => chain.flatMap((link) => [link.from.id, link.to.id])),
    ])
    return { result, places: placesOf(network, ids) }
  },
  matrix: (compiled, { by, packets }, progress) =>
    matrix(compiled, { by: parseGrouping(by), filter: filterOf(packets) }, progress),
  flows: (compiled, { vpc, packets }, progress) => {
    const filter = filterOf(packets)
    if (vpc === undefined) return flowLinks(compiled, { filter }, progress)
    const place = resolvePlace(compiled.network, vpc)
    return [
      ...flowLinks(compiled, { from: place, filter }, progress),
      ...flowLinks(compiled, { to: place, filter }, progress),
    ]
  },
  search: ({ network }, { text, most }) => search(network, text, most),
  thing: ({ network }, { id, isDrawn }) => {
    const facts = factsOf(network, id)
    if (!facts && !isDrawn) refuseUnknown(network, id)
    return facts
  },
  members: ({ network }, { subnet }) => membersOf(network, subnet),
}

/** Throws `ZtnetError` for what names nothing. Tiers without members and what no packet ends at are places all the same. */
const refuseUnknown = (network: Network, selector: string): void => {
  try {
    resolvePlace(network, selector)
  } catch (error) {
    if (!(error instanceof ZtnetError) || error.code === 'PLACE_UNKNOWN' || error.code === 'PLACE_SYNTAX') throw error
  }
}

/** More ends of one answer than these are not lit one by one. */
const MOST_PLACES = 200

const placesOf = (network: Network, ids: readonly string[]): Places =>
  Object.fromEntries([...new Set(ids)].map((id) => [id, whereaboutsOf(network, id)]))

const endsOf = (network: Network, { from, to, witness }: ReachResult): Ends => ({
  from: placeOf(network, from, witness?.packet.sources),
  to: placeOf(network, to, witness?.packet.destinations),
})

/** What was named, where it is one thing; else the interface that has the address. */
const placeOf = (network: Network, { resolved }: End, addresses: readonly string[] = []): readonly string[] => {
  const things = resolved.filter(({ kind }) => kind !== 'network-interface')
  const interfaces = resolved.filter(({ kind }) => kind === 'network-interface')
  const [only, ...others] = things.length > 0 ? things : interfaces
  const itself = only && others.length === 0 ? whereaboutsOf(network, only.id) : []
  if (itself.length > 0) return itself
  const own = new Set(interfaces.map(({ id }) => id))
  const block = addresses[0] === undefined ? undefined : parseBlock(addresses[0])
  const holder = block && network.holdersOf(block.first).find(({ id }) => own.has(id))
  const found = holder?.id ?? interfaces[0]?.id
  return found === undefined ? [] : whereaboutsOf(network, found)
}
