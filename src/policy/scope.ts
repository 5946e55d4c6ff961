/** A scope of AWS Network Access Analyzer as policy: every path that it matches and does not exclude is a finding there, so each match is a
 *  `deny`, and each exclusion an exception. https://docs.aws.amazon.com/vpc/latest/network-access-analyzer/working-with-network-access-scopes.html */
import { ZtnetError } from '../errors.ts'
import { nearest, quoted } from '../analysis/place-names.ts'
import type { Exception, Policy, Rule } from './policy.ts'
import type { PortWord } from './ports.ts'
import type { Selector, Term, TypeWord } from './selector.ts'
import type { Span } from './written.ts'

/** Reads the JSON of a scope, or of describe-network-insights-access-scope-content. Throws `ZtnetError` for what is none, and for what
 *  ztnet cannot ask exactly. */
export const policyOfScope = (text: string, file: string): Policy => {
  const reader = new ScopeReader(file)
  const root = reader.parse(text)
  const content = (root['NetworkInsightsAccessScopeContent'] ?? root) as Json
  reader.known(content, ['MatchPaths', 'ExcludePaths', 'NetworkInsightsAccessScopeId'], '')
  const matches = reader.paths(content['MatchPaths'], 'MatchPaths')
  if (matches.length === 0) throw reader.odd('MatchPaths', 'a scope matches at least one path')
  const excluded = reader.paths(content['ExcludePaths'], 'ExcludePaths')
  const span: Span = { file, line: 1, column: 1, endLine: 1, endColumn: 2 }
  const through = excluded.filter((each) => each.through)
  const rules = matches.map((path, index): Rule => {
    const id = `match-${index + 1}`
    const { from, to, ports } = path
    const common = { from, to, bothWays: false, ...(ports && { ports }) }
    const verb: Rule['verb'] =
      through.length > 0
        ? { is: 'via', through: through.flatMap((each) => each.through!), ...common }
        : { is: 'deny', ...common }
    return { id, severity: 'high', onUnknown: 'warn', families: [4], verb, span }
  })
  const exceptions = rules.flatMap(({ id }) =>
    excluded
      .filter((each) => !each.through)
      .map((path, index): Exception => ({
        id: `exclude-${index + 1}`,
        rule: id,
        from: path.from,
        to: path.to,
        ...(path.ports && { ports: path.ports }),
        reason: 'excluded by the scope',
        owner: 'the scope',
        expires: '9999-12-31',
        span,
      })),
  )
  return {
    file,
    extends: [],
    tiers: new Map(),
    accounts: new Map(),
    peers: new Map(),
    rules,
    checks: new Map(),
    onlyChecks: [],
    exceptions,
    critical: [],
    ci: {},
  }
}

type Json = Readonly<Record<string, unknown>>

interface Path {
  readonly from: Selector
  readonly to: Selector
  readonly ports?: readonly PortWord[]
  readonly through?: Selector
}

class ScopeReader {
  readonly #file: string
  readonly #span: Span

  constructor(file: string) {
    this.#file = file
    this.#span = { file, line: 1, column: 1, endLine: 1, endColumn: 2 }
  }

  parse(text: string): Json {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      throw this.odd('', `it is no JSON: ${error instanceof Error ? error.message : String(error)}`)
    }
    return this.#object(value, '')
  }

  paths(value: unknown, at: string): readonly Path[] {
    if (value === undefined || value === null) return []
    if (!Array.isArray(value)) throw this.odd(at, 'a list of paths is expected')
    return value.map((each: unknown, index) => this.#path(each, `${at}[${index}]`))
  }

  odd(at: string, why: string): ZtnetError {
    return new ZtnetError('SCOPE_INVALID', why, {
      place: { file: this.#file, ...(at !== '' && { at }) },
      hint: 'Give the JSON of a Network Access Analyzer scope, with MatchPaths and ExcludePaths.',
    })
  }

  known(value: Json, keys: readonly string[], at: string): void {
    for (const key of Object.keys(value)) {
      if (keys.includes(key)) continue
      const [like] = nearest(key, keys, 1)
      throw this.odd(at, `${quoted(key)} is no key here${like === undefined ? '' : `; did you mean ${quoted(like)}?`}`)
    }
  }

  #path(value: unknown, at: string): Path {
    const path = this.#object(value, at)
    this.known(path, ['Source', 'Destination', 'ThroughResources'], at)
    const source = this.#end(path['Source'], `${at}.Source`)
    const destination = this.#end(path['Destination'], `${at}.Destination`)
    const headers = [source.headers, destination.headers].filter((each) => each !== undefined)
    const ports = this.#ports(headers, at)
    const through = path['ThroughResources']
    if (through !== undefined && (path['Source'] !== undefined || path['Destination'] !== undefined))
      throw this.odd(at, 'ztnet reads ThroughResources alone, without Source and Destination in the same exclusion')
    return {
      from: source.selector ?? this.#addresses(headers, 'Source', at) ?? ANYBODY(this.#span),
      to: destination.selector ?? this.#addresses(headers, 'Destination', at) ?? ANYBODY(this.#span),
      ...(ports && { ports }),
      ...(through !== undefined && { through: this.#through(through, `${at}.ThroughResources`) }),
    }
  }

  #end(value: unknown, at: string): { readonly selector?: Selector; readonly headers?: Json } {
    if (value === undefined || value === null) return {}
    const end = this.#object(value, at)
    this.known(end, ['ResourceStatement', 'PacketHeaderStatement'], at)
    const { ResourceStatement: resources, PacketHeaderStatement: headers } = end
    return {
      ...(resources !== undefined && { selector: this.#resources(resources, `${at}.ResourceStatement`) }),
      ...(headers !== undefined && { headers: this.#object(headers, `${at}.PacketHeaderStatement`) }),
    }
  }

  #resources(value: unknown, at: string): Selector {
    const statement = this.#object(value, at)
    this.known(statement, ['Resources', 'ResourceTypes'], at)
    const ids = this.#texts(statement['Resources'], `${at}.Resources`) ?? []
    const types = this.#texts(statement['ResourceTypes'], `${at}.ResourceTypes`) ?? []
    if (ids.length + types.length === 0) throw this.odd(at, 'it names no resource and no type')
    return [
      ...ids.map((id): Term => this.#resource(id, at)),
      ...types.map((type): Term => this.#type(type, `${at}.ResourceTypes`)),
    ]
  }

  #resource(text: string, at: string): Term {
    const id = text.startsWith('arn:aws') && /:ec2:/.test(text) ? text.slice(text.lastIndexOf('/') + 1) : text
    if (id.startsWith('igw-')) return { is: 'keyword', keyword: 'internet', span: this.#span }
    if (id.startsWith('vgw-')) return { is: 'keyword', keyword: 'onprem', span: this.#span }
    if (/^(i|eni|sg|subnet|vpc|vpce|tgw-attach)-|^arn:/.test(id)) return { is: 'place', text: id, span: this.#span }
    throw this.odd(at, `${quoted(text)} is none of the resources that begin or end a path`)
  }

  #type(text: string, at: string): Term {
    const keyword = TYPES_AS_PLACES.get(text)
    if (keyword) return { is: 'keyword', keyword, span: this.#span }
    const type = TYPES.get(text)
    if (type) return { is: 'match', all: [{ on: 'type', values: [type] }], span: this.#span }
    throw this.odd(
      at,
      `${quoted(text)} is no type that ztnet can ask about; it knows ${[...TYPES_AS_PLACES.keys(), ...TYPES.keys()].join(', ')}`,
    )
  }

  #through(value: unknown, at: string): Selector {
    if (!Array.isArray(value) || value.length !== 1) throw this.odd(at, 'exactly one statement is expected')
    const [{ ResourceStatement }] = value.map((each: unknown) => this.#object(each, at)) as [Json]
    const statement = this.#object(ResourceStatement, at)
    const ids = this.#texts(statement['Resources'], at) ?? []
    const types = this.#texts(statement['ResourceTypes'], at) ?? []
    return [
      ...ids.map((id): Term => ({
        is: 'place',
        text: id.startsWith('arn:') && id.includes(':ec2:') ? id.slice(id.lastIndexOf('/') + 1) : id,
        span: this.#span,
      })),
      ...types.map((type): Term => {
        const known = TYPES.get(type) ?? WAYS.get(type)
        if (!known) throw this.odd(at, `${quoted(type)} is no type that packets cross`)
        return { is: 'match', all: [{ on: 'type', values: [known] }], span: this.#span }
      }),
    ]
  }

  #ports(headers: readonly Json[], at: string): readonly PortWord[] | undefined {
    const words = headers.flatMap((each): readonly PortWord[] => {
      this.known(each, HEADER_KEYS, `${at}.PacketHeaderStatement`)
      if (each['SourcePorts'] !== undefined)
        throw this.odd(at, 'source ports are not asked about: ztnet takes any client port')
      const protocols = this.#texts(each['Protocols'], at)
      const ports = this.#texts(each['DestinationPorts'], at)
      const numbers = protocols?.map((text) => ({ tcp: 6, udp: 17 })[text.toLowerCase()])
      if (numbers?.some((number) => number === undefined)) throw this.odd(at, 'protocols are tcp and udp')
      if (!protocols && !ports) return []
      const own = (numbers as number[] | undefined) ?? [6, 17]
      if (!ports) return [{ text: protocols!.join('|'), protocols: own }]
      return ports.map((text): PortWord => {
        const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
        if (first === undefined || Number(last) > 65535 || Number(first) > Number(last))
          throw this.odd(at, `${quoted(text)} is no port`)
        return { text, protocols: own, range: [Number(first), Number(last)] }
      })
    })
    return words.length > 0 ? words : undefined
  }

  #addresses(headers: readonly Json[], side: 'Source' | 'Destination', at: string): Selector | undefined {
    const terms = headers.flatMap((each): readonly Term[] => [
      ...(this.#texts(each[`${side}Addresses`], at) ?? []).map((text): Term => ({
        is: 'place',
        text,
        span: this.#span,
      })),
      ...(this.#texts(each[`${side}PrefixLists`], at) ?? []).map((text): Term => ({
        is: 'match',
        all: [{ on: 'prefix-list', values: [text] }],
        span: this.#span,
      })),
    ])
    return terms.length > 0 ? terms : undefined
  }

  #texts(value: unknown, at: string): readonly string[] | undefined {
    if (value === undefined || value === null) return undefined
    if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value
    throw this.odd(at, 'a list of texts is expected')
  }

  #object(value: unknown, at: string): Json {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
    throw this.odd(at, 'an object is expected')
  }
}

const ANYBODY = (span: Span): Selector => [{ is: 'keyword', keyword: 'any', span }]

const HEADER_KEYS = [
  'SourceAddresses',
  'DestinationAddresses',
  'SourcePorts',
  'DestinationPorts',
  'SourcePrefixLists',
  'DestinationPrefixLists',
  'Protocols',
]

const TYPES_AS_PLACES: ReadonlyMap<string, 'internet' | 'onprem' | 'estate'> = new Map([
  ['AWS::EC2::InternetGateway', 'internet'],
  ['AWS::EC2::VPNGateway', 'onprem'],
  ['AWS::EC2::NetworkInterface', 'estate'],
] as const)

const TYPES: ReadonlyMap<string, TypeWord> = new Map([
  ['AWS::EC2::VPCEndpoint', 'vpc-endpoint'],
  ['AWS::EC2::Instance', 'instance'],
  ['AWS::ElasticLoadBalancing::LoadBalancer', 'load-balancer'],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'load-balancer'],
] as const)

const WAYS: ReadonlyMap<string, TypeWord> = new Map([
  ['AWS::EC2::NatGateway', 'nat-gateway'],
  ['AWS::EC2::InternetGateway', 'internet-gateway'],
  ['AWS::EC2::TransitGatewayAttachment', 'transit-gateway'],
  ['AWS::EC2::VPCPeeringConnection', 'vpc-peering'],
  ['AWS::NetworkFirewall::NetworkFirewall', 'network-firewall'],
  ['AWS::NetworkFirewall::Firewall', 'network-firewall'],
] as const)
