/** Folders of `aws ... describe-*` JSON as one snapshot, whichever tool wrote them and however they are nested. Files are told apart by
 *  the keys of their content (`describe-calls.ts`); names count only for account, region and what an answer does not name. */
import { existsSync, statSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { ZtnetError } from '../errors.ts'
import { resourceSchemas, type Kind } from '../snapshot/schema.ts'
import { admit, type RecordShape } from '../snapshot/shape.ts'
import type { Gap, Resource, Snapshot } from '../snapshot/snapshot.ts'
import { coverageOf } from './coverage.ts'
import { malformed, noFacts, notUnderstood, pathOf, readAnswer, type Facts, type Found } from './describe-answer.ts'
import { parentOf } from './describe-calls.ts'
import { fileTree, type FileTree, type TreeFile } from './file-tree.ts'
import { looksLikeJson, readJsonFile, readProblem } from './json-file.ts'
import { merged } from './merge.ts'
import { namedBy, type Parent } from './object-names.ts'
import { ownerIn, regionIn, spansRegions, standing, Votes, type Place, type Standing } from './places.ts'

export interface ImportOptions {
  /** When the files were collected, ISO 8601 in UTC. Without it the same folder gives the same snapshot on any day. */
  readonly collectedAt?: string
}

export interface Imported {
  readonly snapshot: Snapshot
  /** Sentences for the user: what was not understood (each is a gap too), then what was passed over. */
  readonly warnings: readonly string[]
}

/** Reads all describe JSON below a folder, or one file of it. Files and records that cannot be used become gaps and warnings.
 *  @throws ZtnetError where the folder is missing or nothing in it can be used. */
export function importDescribeFolder(path: string, options: ImportOptions = {}): Imported {
  if (!existsSync(path)) throw missing(path)
  const tree = fileTree(path)
  const outer = resolve(statSync(path).isFile() ? dirname(path) : path)
    .split(sep)
    .slice(-2)
  const sources = tree.files.map((file) => readSource(file, outer))
  const places = placesOf(sources)
  nameByFile(sources)
  const { resources, gaps } = mergedFrom(sources, places)
  const allGaps = [...unreadable(tree), ...sources.flatMap((source) => gapsOf(source, places)), ...gaps]
  if (!sources.some(({ facts }) => facts.understood)) throw nothingUnderstood(path, allGaps)
  const snapshot: Snapshot = {
    version: 1,
    ...(options.collectedAt === undefined ? {} : { collectedAt: options.collectedAt }),
    coverage: coverageOf(
      sources.map((source) => ({ facts: source.facts, places: placesIn(source, places) })),
      resources,
    ),
    gaps: allGaps,
    resources,
  }
  return { snapshot, warnings: [...allGaps.map((gap) => gap.message), ...notesOn(sources)] }
}

interface Source {
  /** As messages call it: relative to the folder that was named. */
  readonly name: string
  readonly standing: Standing
  readonly facts: Facts
}

/** `outer` are the folders around those in the file's name. */
function readSource(file: TreeFile, outer: readonly string[]): Source {
  return { name: file.name, standing: standing(file.name.split('/').slice(0, -1), outer), facts: readFacts(file) }
}

function readFacts(file: TreeFile): Facts {
  const facts = noFacts()
  try {
    if (!/\.json(\.gz)?$/i.test(file.name) && !looksLikeJson(file.path)) {
      facts.passedOver.push({ what: 'files that are not JSON', why: 'not the answer of a call' })
      return facts
    }
  } catch (error) {
    facts.gaps.push(notUnderstood(file.name, readProblem(error)))
    return facts
  }
  const parsed = readJsonFile(file.path)
  if ('value' in parsed) return readAnswer(file.name, parsed.value)
  facts.gaps.push(notUnderstood(file.name, parsed.fault.problem, parsed.fault.at))
  return facts
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
  const origins: { readonly source: Source; readonly first: number }[] = []
  for (const source of sources) {
    const place = places.get(source) as Place
    origins.push({ source, first: sightings.length })
    for (const found of source.facts.found) sightings.push(sighting(found, source.standing, place, regionOfVpc))
  }
  return merged(sightings, (index) => {
    const { source, first } = origins.findLast((origin) => origin.first <= index) as (typeof origins)[number]
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

function parentsIn(sources: readonly Source[]): readonly Parent[] {
  const parents: Parent[] = []
  for (const { facts } of sources) {
    for (const found of facts.found) if (isParent.has(found.kind)) parents.push(parent(found))
  }
  return parents
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
  return source.facts.gaps.map((gap) => (gap.kind === undefined ? gap : { ...gap, account, region }))
}

function unreadable(tree: FileTree): Gap[] {
  return tree.unreadable.map(({ name, problem }) => notUnderstood(name, problem))
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

function missing(path: string): ZtnetError {
  const hint = 'Name an existing snapshot file, or a folder of `aws ... describe-*` JSON.'
  return new ZtnetError('SNAPSHOT_NOT_FOUND', `${path} does not exist`, { hint, place: { file: path } })
}

function nothingUnderstood(path: string, gaps: readonly Gap[]): ZtnetError {
  const reasons = gaps.slice(0, 3).map((gap) => gap.message)
  const more = gaps.length > reasons.length ? `; and ${gaps.length - reasons.length} more` : ''
  const nature = statSync(path).isFile() ? 'is neither a ztnet snapshot nor describe JSON' : 'holds no describe JSON'
  const message = `${path} ${nature}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}${more}`}`
  const hint = 'Put the output of `aws ec2 describe-vpcs`, `describe-subnets` and so on into it, one file per call.'
  const at = gaps[0]?.source
  return new ZtnetError('SNAPSHOT_EMPTY', message, { hint, place: { file: path, ...(at === undefined ? {} : { at }) } })
}
