/** Answers of AWS as one snapshot: whose they are, which object each speaks of, what one resource is by several of them, what was read
 *  whole and what was not. Where the answers come from, a folder or live AWS, is not known here. */
import type { Kind } from '../snapshot/schema.ts'
import { resourceSchemas } from '../snapshot/schema.ts'
import { admit, type RecordShape } from '../snapshot/shape.ts'
import type { Gap, Resource, Snapshot } from '../snapshot/snapshot.ts'
import { coverageOf } from './coverage.ts'
import { malformed, notUnderstood, pathOf, readAnswer, type Facts, type Found } from './describe-answer.ts'
import { parentOf } from './describe-calls.ts'
import { merged } from './merge.ts'
import { namedBy, Parents, type Parent } from './object-names.ts'
import { ownerIn, regionIn, spansRegions, standing, Votes, type Place, type Standing } from './places.ts'

/** One answer, and where it stood. */
export interface Source {
  /** As messages call it: relative to the folder that was named. */
  readonly name: string
  readonly standing: Standing
  readonly facts: Facts
}

/** `outer` are the folders around those in the name. */
export function sourceOf(name: string, facts: Facts, outer: readonly string[] = []): Source {
  return { name, standing: standing(name.split('/').slice(0, -1), outer), facts }
}

/** An answer that is at hand, under the name that its file would have. */
export function sourceOfAnswer(name: string, answer: unknown): Source {
  return sourceOf(name, readAnswer(name, answer))
}

export interface Assembled {
  readonly snapshot: Snapshot
  /** What was passed over, in sentences. */
  readonly notes: readonly string[]
}

/** The snapshot that the answers make, whatever their order. `more` are gaps that are known besides. */
export function assembled(
  answers: readonly Source[],
  { collectedAt, more = [] }: { readonly collectedAt?: string | undefined; readonly more?: readonly Gap[] } = {},
): Assembled {
  const sources = answers.map(copied)
  const places = placesOf(sources)
  nameByFile(sources)
  leaveOutCutShort(sources, places)
  const { resources, gaps } = mergedFrom(sources, places)
  noteUndescribed(sources, places, resources)
  const snapshot: Snapshot = {
    version: 1,
    ...(collectedAt === undefined ? {} : { collectedAt }),
    coverage: coverageOf(
      sources.map((source) => ({ facts: source.facts, places: placesIn(source, places) })),
      resources,
    ),
    gaps: [...more, ...sources.flatMap((source) => gapsOf(source, places)), ...gaps],
    resources,
  }
  return { snapshot, notes: notesOn(sources) }
}

/** With lists of its own, to which is added what all answers tell together: the answers themselves can be assembled again. */
function copied({ name, standing, facts }: Source): Source {
  const { found, listsOf, lacking, gaps } = facts
  const own = { found: [...found], listsOf: [...listsOf], lacking: new Set(lacking), gaps: [...gaps] }
  return { name, standing, facts: { ...facts, ...own } }
}

// ---- places

/** The account that asked and the region it asked in, by source. */
type Places = ReadonlyMap<Source, Place>

function placesOf(sources: readonly Source[]): Places {
  const accounts = new Votes()
  const regions = new Votes()
  for (const { standing, facts } of sources) {
    if (standing.account === undefined) voteForAccount(accounts, standing, facts)
    if (standing.region === undefined) voteForRegion(regions, standing, facts)
  }
  const placeOf = ({ standing: { account, region, others } }: Source): Place => ({
    account: account ?? accounts.winner(others),
    region: region ?? regions.winner(others),
  })
  return new Map(sources.map((source) => [source, placeOf(source)]))
}

/** get-caller-identity settles it; else what only its owner can describe outweighs what may be shared. */
function voteForAccount(votes: Votes, { others }: Standing, facts: Facts): void {
  if (facts.reader !== undefined) votes.cast(others, facts.reader, 1e9)
  for (const { kind, id, owner } of facts.found) {
    if (owner !== undefined) votes.cast(others, owner, kind === 'instance' || id.startsWith('arn:') ? 1e4 : 1)
  }
}

function voteForRegion(votes: Votes, { others }: Standing, facts: Facts): void {
  for (const { kind, raw, id } of facts.found) {
    const candidate = regionIn(kind, raw, id)
    if (candidate !== undefined) votes.cast(others, candidate, 1)
  }
}

/** Every record under its account and region, and those of one resource joined. */
function mergedFrom(sources: readonly Source[], places: Places) {
  const regionOfVpc = regionsOfVpcs(sources)
  const sightings: Resource[] = []
  /** Of each sighting, where the records of its source begin. */
  const origins: { readonly source: Source; readonly first: number }[] = []
  for (const source of sources) {
    const place = places.get(source) as Place
    const origin = { source, first: sightings.length }
    for (const found of source.facts.found) {
      sightings.push(sighting(found, source.standing, place, regionOfVpc))
      origins.push(origin)
    }
  }
  return merged(sightings, (index) => {
    const { source, first } = origins[index] as (typeof origins)[number]
    const path = pathOf(source.facts.found[index - first] as Found)
    const { account: reader } = places.get(source) as Place
    return { reader, source: path === '' ? source.name : `${source.name}: ${path}` }
  })
}

function sighting(found: Found, standing: Standing, place: Place, regionOfVpc: ReadonlyMap<unknown, string>): Resource {
  const { kind, id, raw, owner } = found
  // the text that all of the place share, where it is the same: comparing one with itself costs nothing
  const account = owner === undefined || owner === place.account ? place.account : owner
  const stated = standing.region === undefined || spansRegions(kind) ? regionIn(kind, raw, id) : undefined
  const region = stated ?? standing.region ?? regionOfVpc.get(raw['VpcId']) ?? place.region
  return { kind, account, region, id, raw } as unknown as Resource
}

/** Where the folders do not tell the region, the zones of subnets and interfaces tell that of their VPC. */
function regionsOfVpcs(sources: readonly Source[]): ReadonlyMap<unknown, string> {
  const regions = new Map<unknown, string>()
  for (const { standing, facts } of sources) {
    if (standing.region !== undefined) continue
    for (const { kind, id, raw } of facts.found) {
      const region = raw['VpcId'] === undefined ? undefined : regionIn(kind, raw, id)
      if (region !== undefined) regions.set(raw['VpcId'], region)
    }
  }
  return regions
}

// ---- answers that do not name their object

/** Gives answers about one object the id that the name of their file carries; what stays without is a gap. */
function nameByFile(sources: readonly Source[]): void {
  const parents = parentsIn(sources)
  for (const { name, facts } of sources) {
    for (const { kinds, raw } of facts.nameless) {
      const named = namedBy(name, kinds, parents)
      if (named === undefined) facts.gaps.push(withoutObject(name, Object.keys(kinds) as Kind[]))
      else takeNamed(name, facts, named, raw)
    }
    for (const [i, { kind, parent }] of facts.listsOf.entries()) {
      const parentKind = parentOf[kind]
      if (parent !== undefined || parentKind === undefined) continue
      facts.listsOf[i] = { kind, parent: namedBy(name, { [parentKind]: kind }, parents)?.id }
    }
  }
}

const isParent: ReadonlySet<Kind> = new Set(Object.values(parentOf))

function parentsIn(sources: readonly Source[]): Parents {
  const parents: Parent[] = []
  for (const { facts } of sources) {
    for (const found of facts.found) if (isParent.has(found.kind)) parents.push(parent(found))
  }
  return new Parents(parents)
}

function parent({ kind, id, raw }: Found): Parent {
  const name = raw['LoadBalancerName'] ?? raw['TargetGroupName']
  return { kind, id, name: typeof name === 'string' ? name : undefined }
}

function takeNamed(file: string, facts: Facts, { kind, id }: { kind: Kind; id: string }, raw: Found['raw']): void {
  const shape: RecordShape = resourceSchemas[kind].raw
  const misfit = admit(shape, raw)
  const owner = ownerIn(kind, raw, id)
  if (misfit === undefined) facts.found.push({ kind, id, raw, within: '', index: undefined, owner })
  else {
    facts.lacking.add(kind)
    facts.gaps.push(malformed(file, kind, misfit.at, misfit.expected, misfit.got, id))
  }
}

/** The kinds whose record is the list that a parent has. */
const isListOfParent: ReadonlySet<Kind> = new Set(
  (Object.keys(parentOf) as Kind[]).filter((kind) => resourceSchemas[kind].id.length === 0),
)

/** The parent of whose list a record is all that anybody tells: whoever finds it there takes the list for read. */
function parentIn({ kind, id, raw }: Found): unknown {
  return isListOfParent.has(kind) ? id : kind === 'listener' ? raw['LoadBalancerArn'] : undefined
}

/** A part of what a route table, a prefix list, a load balancer or another parent lists says nothing of what is not in it, and nothing in
 *  its records would say that they are a part: then that list was not read. That holds for its other parts too, the last of which has no
 *  token and looks whole. */
function leaveOutCutShort(sources: readonly Source[], places: Places): void {
  const keyOf = (source: Source, found: Found): string | undefined => {
    const parent = parentIn(found)
    const { account, region } = places.get(source) as Place
    return typeof parent === 'string' ? `${found.kind} ${parent} ${account} ${region}` : undefined
  }
  const cut = new Set<string | undefined>()
  for (const source of sources) {
    if (source.facts.isCutShort) for (const found of source.facts.found) cut.add(keyOf(source, found))
  }
  cut.delete(undefined)
  if (cut.size === 0) return
  for (const source of sources) {
    const { found } = source.facts
    let kept = 0
    for (const each of found) if (!cut.has(keyOf(source, each))) found[kept++] = each
    found.length = kept
  }
}

function withoutObject(file: string, parents: readonly Kind[]): Gap {
  const inWords = parents.map((kind) => kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)).join(' or ')
  const gap = notUnderstood(file, `does not say of which ${inWords} it speaks`)
  return { ...gap, remedy: 'Let its name carry the id: <call>__<id>.json.' }
}

// ---- what was read, and what was not

/** The place of a file; several, where no folder tells the region and its records lie in several. */
function placesIn(source: Source, places: Places): readonly Place[] {
  const place = places.get(source) as Place
  if (source.standing.region !== undefined) return [place]
  const regions = new Set<string>()
  for (const { kind, id, raw } of source.facts.found) regions.add(regionIn(kind, raw, id) ?? place.region)
  return regions.size === 0 ? [place] : [...regions].map((region) => ({ account: place.account, region }))
}

/** The gaps of a file; those about a kind concern the account and region of the file. */
function gapsOf(source: Source, places: Places): Gap[] {
  const { account, region } = places.get(source) as Place
  return source.facts.gaps.map((gap) => (gap.kind === undefined ? gap : { account, region, ...gap }))
}

/** What a list names and no answer describes is missing, unless the call that would have described it failed and says so. */
function noteUndescribed(sources: readonly Source[], places: Places, resources: readonly Resource[]): void {
  const kinds = new Set(sources.flatMap(({ facts }) => facts.listed.map(({ kind }) => kind)))
  if (kinds.size === 0) return
  const described = new Set<string>()
  for (const { kind, raw } of resources) {
    if (!kinds.has(kind)) continue
    for (const field of resourceSchemas[kind].id) described.add(`${kind} ${String((raw as Found['raw'])[field])}`)
  }
  const failed = new Set<string>()
  for (const source of sources) {
    const { account, region } = places.get(source) as Place
    for (const { code, kind } of source.facts.gaps) {
      if (code === 'ACCESS_DENIED' || code === 'CALL_FAILED') failed.add(`${kind} ${account} ${region}`)
    }
  }
  for (const source of sources) {
    const { account, region } = places.get(source) as Place
    for (const { kind, id, at } of source.facts.listed) {
      if (described.has(`${kind} ${id}`)) continue
      source.facts.lacking.add(kind)
      if (failed.has(`${kind} ${account} ${region}`)) continue
      source.facts.gaps.push({
        code: 'INCOMPLETE',
        message: `${source.name} names ${id}, which no file describes (${at})`,
        kind,
        id,
        source: `${source.name}: ${at}`,
        remedy: 'Add the output of the call that describes it.',
      })
    }
  }
}

/** What was passed over, one sentence for all files alike. */
function notesOn(sources: readonly Source[]): string[] {
  const files = new Map<string, string[]>()
  for (const { name, facts } of sources) {
    for (const { what, why } of facts.passedOver) {
      const sentence = `passed over ${what} (${why})`
      const alike = files.get(sentence)
      if (alike === undefined) files.set(sentence, [name])
      else alike.push(name)
    }
  }
  return [...files].map(([sentence, [first, ...more]]) => {
    return `${first}${more.length === 0 ? '' : ` and ${more.length} more`}: ${sentence}`
  })
}
