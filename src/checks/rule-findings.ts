/** Breaches of rules -> findings: those of one rule between the same two groups of people's words are one, with its packets, its proof and
 *  its fingerprint. */
import type { Compiled } from '../aws/compile.ts'
import { FlowWords } from '../analysis/matrix.ts'
import { groupedBy, type NonEmpty, once } from '../collections.ts'
import { type L4Set, l4Algebra, NOTHING } from '../packet/l4.ts'
import { packetsAsJson } from '../packet/describe.ts'
import { PacketSet } from '../packet/set.ts'
import { lineOf } from '../packet/transport.ts'
import { VERDICTS } from '../reach/verdict.ts'
import { FAMILIES } from '../packet/address.ts'
import type { Check } from './check.ts'
import type { Party } from '../policy/crowd.ts'
import { causesOf, flowsWithin, obstaclesOf, witnessFor } from '../policy/evidence.ts'
import type { Finding, FindingEnd } from '../policy/finding.ts'
import { fingerprintOf, protocolClassOf } from '../policy/fingerprint.ts'
import type { Rule } from '../policy/policy.ts'
import { selectorText } from '../policy/rule-text.ts'
import type { Breach } from '../policy/violations.ts'

/** What to prove: who exactly sends what to whom takes longer than one packet. */
export interface Proofs {
  /** Of how many findings, from the first on. */
  readonly flows: number
}

/** What one rule tells of two groups of people's words. */
export interface Telling {
  readonly breaches: Readonly<NonEmpty<Breach>>
  /** By rule: what of these packets breaks it too. */
  readonly also: ReadonlyMap<string, readonly PacketSet[]>
}

/** In the order given: each telling is one finding. */
export const findingsOfBreaches = (
  compiled: Compiled,
  tellings: readonly Telling[],
  proofs: Proofs,
  check?: Check,
): Finding[] => {
  const words = new FlowWords(compiled, {})
  return tellings.map((each, at) => findingOf(words, each, at < proofs.flows, check))
}

/** By rule, then by ends. */
export const groupedByEnds = (breaches: readonly Breach[]): readonly Readonly<NonEmpty<Breach>>[] => [
  ...groupedBy(breaches, ({ rule, from, to }) => `${rule.id}\n${from.identity.key}\n${to.identity.key}`).values(),
]

export const fingerprintOfBreaches = (breaches: Readonly<NonEmpty<Breach>>): string => {
  const [{ rule, from, to }] = breaches
  return fingerprintOf([rule.id, from.identity.key, to.identity.key, protocolClassOf(lineOfSets(setsOf(breaches)))])
}

/** What must work, and cannot between people who are not there. */
export const findingOfNobody = (rule: Rule, side: string): Finding => ({
  rule: rule.id,
  kind: 'rule',
  severity: rule.severity,
  title: `nothing is there that could work: ${side} selects nothing in this snapshot`,
  packets: [],
  text: [],
  causes: [],
  fingerprint: fingerprintOf([rule.id, side]),
  ...(rule.span && { place: rule.span }),
  remedy: `name in \`${side}\` what is there, or take the rule away`,
})

const findingOf = (
  words: FlowWords,
  { breaches, also: others }: Telling,
  flows: boolean,
  check: Check | undefined,
): Finding => {
  const ordered = breaches.toSorted(
    (a, b) => VERDICTS.indexOf(a.flow.verdict) - VERDICTS.indexOf(b.flow.verdict) || b.pairs - a.pairs,
  )
  const [first] = ordered as NonEmpty<Breach>
  const { rule, from, to } = first
  const isMissing = rule.verb.is === 'require'
  const sets = setsOf(breaches)
  const text = [...new Set(sets.flatMap((packets) => textOf(words, first, packets)))]
  const witness = isMissing ? undefined : witnessFor(first)
  const obstacles = isMissing ? obstaclesOf(first) : undefined
  const exact = flows && !isMissing ? flowsWithin(breaches) : undefined
  const also = [...others.keys()].sort()
  return {
    rule: rule.id,
    kind: check ? 'check' : 'rule',
    severity: rule.severity,
    title: titleOf(rule, from, to, text),
    verdict: first.flow.verdict,
    from: endOf(
      from,
      breaches.map((breach) => breach.from),
    ),
    to: endOf(
      to,
      breaches.map((breach) => breach.to),
    ),
    packets: sets.flatMap(packetsAsJson),
    text,
    pairs: { breaking: breakingIn(breaches), of: pairsOf(breaches) },
    ...(exact && { flows: exact }),
    ...(witness && { witness }),
    causes: witness ? causesOf(witness) : (obstacles?.causes ?? []),
    ...(also.length > 0 && { also }),
    fingerprint: fingerprintOfBreaches(breaches),
    ...(rule.span && { place: rule.span }),
    ...(check ? { remedy: check.mend } : remedyOf(rule, obstacles?.remedy)),
  }
}

export const setsOf = (breaches: readonly Breach[]): readonly PacketSet[] =>
  joined(breaches.map(({ packets }) => packets))

/** One set for each family that occurs. */
export const joined = (sets: readonly PacketSet[]): readonly PacketSet[] =>
  FAMILIES.map((family) =>
    PacketSet.union(
      family,
      sets.filter((each) => each.family === family),
    ),
  ).filter((packets) => !packets.isEmpty())

const lineOfSets = (sets: readonly PacketSet[]): L4Set =>
  sets.reduce((all, packets) => l4Algebra.union(all, lineOf(packets.transports())), NOTHING)

const textOf = (words: FlowWords, { from, to }: Breach, packets: PacketSet): readonly string[] =>
  words.textOf(packets, from, to)

const titleOf = ({ verb }: Rule, from: Party, to: Party, text: readonly string[]): string => {
  const [sender, receiver] = [from.identity.label, to.identity.label]
  const packets = shortText(text)
  switch (verb.is) {
    case 'require':
      return `${sender} cannot reach ${receiver} on ${packets}`
    case 'via':
      return `${sender} reaches ${receiver} past ${selectorText(verb.through)} on ${packets}`
    default:
      return `${sender} reaches ${receiver} on ${packets}`
  }
}

/** The first of what a title has room for. */
const shortText = (text: readonly string[]): string => {
  const [first = 'nothing', ...rest] = text
  // Between two ranges: half a port number is another port.
  const cut = first.slice(0, 87)
  const shown =
    first.length > 90 ? `${cut.slice(0, Math.max(cut.lastIndexOf(','), cut.lastIndexOf(';'), 1))}, ...` : first
  return rest.length === 0 ? shown : `${shown} and more`
}

const endOf = ({ identity: { label, key, kind } }: Party, parties: readonly Party[]): FindingEnd => ({
  label,
  key,
  kind,
  members: [...new Set(parties)].reduce((sum, { members }) => sum + (members?.length ?? 0), 0),
})

/** Flows of one pair in both families, or of several verdicts, are one pair: of each two groups that with most counts. That is exact where all
 *  of them are the same pairs, and never more than there are. */
const breakingIn = (breaches: readonly Breach[]): number => {
  const most = new Map<string, Map<string, number>>()
  for (const { from, to, flow, pairs } of breaches) {
    const key = `${from.key}\n${to.key}`
    const known = once(most, key, () => new Map())
    const way = `${flow.family} ${flow.translated} ${flow.verdict}`
    known.set(way, (known.get(way) ?? 0) + pairs)
  }
  const ofGroups = [...groupsOf(breaches).values()]
  const limit = ofGroups.reduce((sum, pairs) => sum + pairs, 0)
  const counted = [...most.values()].reduce((sum, ways) => sum + Math.max(...ways.values()), 0)
  return Math.min(limit, counted)
}

const pairsOf = (breaches: readonly Breach[]): number =>
  [...groupsOf(breaches).values()].reduce((sum, pairs) => sum + pairs, 0)

const groupsOf = (breaches: readonly Breach[]): ReadonlyMap<string, number> =>
  new Map(
    breaches.map(({ from, to }) => {
      const [senders, receivers] = [from.members?.length ?? 1, to.members?.length ?? 1]
      return [`${from.key}\n${to.key}`, senders * receivers - (from === to ? senders : 0)] as const
    }),
  )

const remedyOf = ({ verb, why }: Rule, obstacle: string | undefined): Pick<Finding, 'remedy'> => {
  if (obstacle !== undefined) return { remedy: obstacle }
  if (verb.is === 'via') return { remedy: `route these packets through ${selectorText(verb.through)}` }
  return why === undefined ? {} : { remedy: `${why}: take away one of the settings that let it pass` }
}
