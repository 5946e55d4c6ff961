/** The notation of stateful rules, as far as the header of a packet decides: `action protocol source port -> destination port
 *  (options)`, with lists, negations and variables. Knows nothing of firewalls and policies.
 *  https://docs.suricata.io/en/latest/rules/intro.html */
import { addressLine, type AddressSet, type Family, parseBlock, prefixSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { EVERYTHING, type L4Set, l4Algebra, NOTHING, PORTED, portsLine, wholeProtocol } from '../packet/l4.ts'
import { ICMP, ICMPV6, TCP, UDP } from '../packet/protocol.ts'
import { ALL_PORTS, type PortSet } from '../packet/transport.ts'
import { type Match, mirroredMatch } from './firewall-rule.ts'

/** One rule as it is written, in a string or in fields. */
export interface WrittenRule {
  readonly action: string
  readonly protocol: string
  readonly source: string
  readonly sourcePort: string
  /** Takes packets the other way round too. */
  readonly bothWays: boolean
  readonly destination: string
  readonly destinationPort: string
  readonly options: readonly RuleOption[]
}

export interface RuleOption {
  readonly keyword: string
  readonly settings: readonly string[]
}

/** What names stand for; undefined for one that cannot be resolved. */
export interface Names {
  readonly family: Family
  readonly addresses: (name: string) => AddressSet | undefined
  readonly ports: (name: string) => PortSet | undefined
}

/** A box of headers, and whether a packet in it is taken for certain. */
export interface Taken extends Match {
  readonly sure: boolean
}

/** What a rule takes; undefined where it refers to what is not known, or makes no sense. */
export const takenBy = (rule: WrittenRule, names: Names): readonly Taken[] | undefined => {
  const sources = addressesIn(rule.source, names)
  const destinations = addressesIn(rule.destination, names)
  const sourcePorts = portsIn(rule.sourcePort, names)
  const destinationPorts = portsIn(rule.destinationPort, names)
  const protocol = protocolOf(rule.protocol)
  if (!sources || !destinations || !sourcePorts || !destinationPorts) return undefined
  const towards = flowOf(rule.options)
  const sure = protocol.sure && towards !== 'unsettled' && rule.options.every(({ keyword }) => PLAIN.has(keyword))
  const written = boxes({ sources, destinations, line: protocol.line, sourcePorts }, destinationPorts)
  // A rule for what comes back is no rule for the request, whose header is the mirror of it.
  if (towards === 'client')
    return written.flatMap((each) => mirroredMatch(each).map((match) => ({ ...match, sure: false })))
  const ways = written.flatMap((each) => (rule.bothWays ? [each, ...mirrored(each)] : [each]))
  return ways.map((each) => ({ ...each, sure: each.sure && sure }))
}

/** Whether ports keep a rule from taking what has no ports is not documented. */
export const boxes = (match: Match, destinationPorts: PortSet): readonly Taken[] => {
  const [from, to] = [match.sourcePorts, destinationPorts]
  if (intervals.equals(from, ALL_PORTS) && intervals.equals(to, ALL_PORTS)) return [{ ...match, sure: true }]
  const admitted = l4Algebra.union(portsLine(TCP, to), portsLine(UDP, to))
  return [
    { ...match, line: l4Algebra.intersect(match.line, admitted), sure: true },
    { ...match, line: l4Algebra.subtract(match.line, PORTED), sourcePorts: ALL_PORTS, sure: false },
  ].filter(({ line, sourcePorts }) => line !== NOTHING && sourcePorts.length > 0)
}

const mirrored = (taken: Taken): readonly Taken[] =>
  mirroredMatch(taken).map((match) => ({ ...match, sure: taken.sure }))

/** The rules in a string, in order; undefined for a line that is none. */
export const parseRules = (text: string): readonly (WrittenRule | undefined)[] =>
  text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseRule)

/** The part before the options. */
export const headerText = (rule: WrittenRule): string => {
  const { action, protocol, source, sourcePort, bothWays, destination, destinationPort } = rule
  const header = [action, protocol, source, sourcePort, bothWays ? '<>' : '->', destination, destinationPort]
  return header.join(' ')
}

export const optionOf = (rule: WrittenRule, keyword: string): string | undefined =>
  rule.options.find((option) => option.keyword === keyword)?.settings[0]

const parseRule = (text: string): WrittenRule | undefined => {
  const [, header, options] = /^([^(]*)\((.*)\)$/.exec(text) ?? []
  if (header === undefined || options === undefined) return undefined
  const [action, protocol, source, sourcePort, direction, destination, destinationPort, ...more] = words(header)
  if (destinationPort === undefined || more.length > 0 || !DIRECTIONS.has(direction!)) return undefined
  return {
    action: action!.toLowerCase(),
    protocol: protocol!,
    source: source!,
    sourcePort: sourcePort!,
    bothWays: direction === '<>',
    destination: destination!,
    destinationPort,
    options: optionsIn(options),
  }
}

const DIRECTIONS: ReadonlySet<string> = new Set(['->', '<>'])

/** Cut at blanks outside of brackets. */
const words = (header: string): readonly string[] => cut(header.trim(), /\s/).filter((word) => word !== '')

const cut = (text: string, at: RegExp): readonly string[] => {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    if (character === '[') depth++
    if (character === ']') depth--
    if (depth === 0 && at.test(character)) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}

/** `msg:"a; b"; sid:1;`: a semicolon inside of quotes or behind a backslash ends nothing. */
export const optionsIn = (text: string): readonly RuleOption[] =>
  [...text.matchAll(/(?:\\.|"(?:\\.|[^"\\])*"|[^;"\\])+/g)]
    .map(([option]) => option.trim())
    .filter((option) => option !== '')
    .map((option) => {
      const [, keyword, settings] = /^([^:]*)(?::(.*))?$/s.exec(option)!
      return { keyword: keyword!.trim(), settings: settings === undefined ? [] : [settings.trim()] }
    })

/** Options that take nothing away from what the header says (R-NFW-9). */
const PLAIN: ReadonlySet<string> = new Set(['flow', 'msg', 'sid', 'rev', 'metadata', 'classtype', 'priority'])

/** What of a conversation the rule looks at: what comes from the client counts as the header does. */
const flowOf = (options: readonly RuleOption[]): 'server' | 'client' | 'unsettled' => {
  const words = options
    .filter(({ keyword }) => keyword === 'flow')
    .flatMap(({ settings }) => settings.flatMap((each) => each.split(',')))
    .map((word) => word.trim())
  if (words.some((word) => FROM_SERVER.has(word))) return 'client'
  return words.every((word) => FROM_CLIENT.has(word)) ? 'server' : 'unsettled'
}

const FROM_SERVER: ReadonlySet<string> = new Set(['to_client', 'from_server'])
const FROM_CLIENT: ReadonlySet<string> = new Set(['to_server', 'from_client', 'established'])

interface Protocol {
  readonly line: L4Set
  /** Nothing but the protocol number is looked at. */
  readonly sure: boolean
}

/** Protocols of the application layer are found in the content, on whatever port (R-NFW-8). */
const protocolOf = (text: string): Protocol =>
  PROTOCOLS.get(text.toLowerCase()) ?? { line: CARRIED_BY_TCP.has(text.toLowerCase()) ? ALL_TCP : PORTED, sure: false }

const ALL_TCP = wholeProtocol(TCP)
const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['ip', { line: EVERYTHING, sure: true }],
  ['tcp', { line: ALL_TCP, sure: true }],
  ['udp', { line: wholeProtocol(UDP), sure: true }],
  ['icmp', { line: l4Algebra.union(wholeProtocol(ICMP), wholeProtocol(ICMPV6)), sure: true }],
])
const CARRIED_BY_TCP: ReadonlySet<string> = new Set([
  ...['http', 'http1', 'http2', 'tls', 'ssl', 'ftp', 'ftp-data', 'smb', 'ssh', 'smtp', 'imap', 'msn', 'rdp', 'mqtt'],
  ...['tcp-pkt', 'tcp-stream'],
])

export const addressesIn = (text: string, names: Names): AddressSet | undefined =>
  setIn(text, {
    all: addressLine(names.family),
    named: names.addresses,
    single: (word) => {
      const block = parseBlock(word)
      return block && (block.family === names.family ? prefixSet(block) : [])
    },
  })

export const portsIn = (text: string, names: Names): PortSet | undefined =>
  setIn<number>(text, { all: ALL_PORTS, named: names.ports, single: portRange })

/** `80`, `80:90`, `1024:`, `:1023`. */
const portRange = (text: string): PortSet | undefined => {
  const [, single, first, last] = /^(?:(\d+)|(\d*):(\d*))$/.exec(text) ?? []
  if (single === undefined && first === undefined) return undefined
  const from = Number(single ?? (first === '' ? 0 : first))
  const to = Number(single ?? (last === '' ? 65535 : last))
  return from <= to && to <= 65535 ? [from, to + 1] : undefined
}

interface Notation<P extends intervals.Point> {
  readonly all: intervals.Intervals<P>
  readonly named: (name: string) => intervals.Intervals<P> | undefined
  readonly single: (text: string) => intervals.Intervals<P> | undefined
}

/** `any`, `!x`, `[x, y, !z]`, `$NAME`, `@NAME`: what is listed less what is negated. */
const setIn = <P extends intervals.Point>(
  written: string,
  notation: Notation<P>,
): intervals.Intervals<P> | undefined => {
  const text = written.trim()
  if (/^any$/i.test(text)) return notation.all
  if (text.startsWith('$') || text.startsWith('@')) return notation.named(text)
  const elements = cut(text, /,/)
  if (elements.length === 1 && text.startsWith('!')) {
    const negated = setIn(text.slice(1), notation)
    return negated && intervals.subtract(notation.all, negated)
  }
  if (elements.length === 1 && !text.startsWith('[')) return notation.single(text)
  const listed = elements.length === 1 ? cut(text.slice(1, -1), /,/) : elements
  if (elements.length === 1 && !text.endsWith(']')) return undefined
  const [negations, plain] = [listed.filter(isNegated), listed.filter((each) => !isNegated(each))]
  const sets = plain.map((each) => setIn(each, notation))
  const without = negations.map((each) => setIn(each.trim().slice(1), notation))
  if ([...sets, ...without].includes(undefined)) return undefined
  const base = plain.length === 0 ? notation.all : intervals.unionAll(sets as readonly intervals.Intervals<P>[])
  return intervals.subtract(base, intervals.unionAll(without as readonly intervals.Intervals<P>[]))
}

const isNegated = (text: string): boolean => text.trim().startsWith('!')
