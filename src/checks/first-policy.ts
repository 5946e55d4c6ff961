/** A first `ztnet.yaml` for a network: the tiers that were found in it, with a word where somebody must look. */
import type { Compiled } from '../aws/compile.ts'
import { harmless } from '../analysis/harmless.ts'
import { declarationOf, type Declaration, type Tier } from '../analysis/tiers-declared.ts'
import { subnetsByTier } from '../analysis/tiers.ts'
import { someOf } from '../analysis/short-lists.ts'
import { once } from '../collections.ts'
import { fits, fitsAny } from '../pattern.ts'
import { nameOfResource, type Of } from '../network/network.ts'

export interface FirstPolicyOptions {
  /** Where the JSON Schema of the file is published. */
  readonly schema: string
  readonly snapshot?: string
  readonly baseline?: string
}

export const firstPolicy = (compiled: Compiled, { schema, snapshot, baseline }: FirstPolicyOptions): string => {
  const tiers = [...subnetsByTier(compiled.network)]
    .filter(([tier, subnets]) => tier !== 'other' && subnets.length > 0)
    .flatMap(([tier, subnets]) => tierLines(compiled, tier, subnets))
  const others = subnetsByTier(compiled.network).get('other') ?? []
  return `${[
    `# yaml-language-server: $schema=${schema}`,
    '# Who may reach whom. ztnet check judges it on computed packets; ztnet check --list lists the built-in checks.',
    'version: 1',
    ...(snapshot === undefined ? [] : [`snapshot: ${textInYaml(snapshot)}`]),
    'extends: [ztnet/tiers-v1] # the four tiers of a zero-trust VPC; a rule with the id of one of its rules replaces it',
    'defaults: { severity: high, on-unknown: warn, families: [ipv4, ipv6] }',
    ...(tiers.length > 0 ? ['tiers:', ...tiers] : ['tiers: {} # no subnet of the four tiers was found']),
    ...(others.length > 0
      ? [
          `  # ${others.length} more ${others.length === 1 ? 'subnet is' : 'subnets are'} of no tier that has rules (transit, inspection, endpoints, edge): ztnet tiers tells why`,
        ]
      : []),
    'rules: []',
    '  # - { id: app-db-works, require: { from: private, to: database, ports: [tcp/5432] } }',
    '  # - { id: ssh-from-nowhere, severity: critical, deny: { from: any, to: estate, ports: [tcp/22] } }',
    'exceptions: []',
    '  # - { id: EX-1, rule: db-in, from: { name: bastion-* }, ports: [tcp/5432], reason: "...", owner: "...", expires: 2027-01-31 }',
    'ci:',
    '  fail-on: low',
    ...(baseline === undefined
      ? []
      : [
          `  baseline: ${baseline} # what was found when this file was made, accepted until it is mended: ztnet baseline`,
        ]),
    '  max-exception-days: 180',
  ].join('\n')}\n`
}

const tierLines = (compiled: Compiled, tier: Tier, subnets: readonly Of<'subnet'>[]): string[] => {
  const declared = subnets.map((subnet) => [subnet, declarationOf(compiled.network, subnet)] as const)
  const terms = [...byTag(declared), ...byName(compiled, tier, declared)]
  const guessed = declared.filter(([, declaration]) => !declaration).map(([subnet]) => subnet)
  const own = guessed.map(({ id }) => `{ subnet: ${id} }`)
  const selectors = [...terms, ...own]
  const note =
    guessed.length > 0
      ? [
          `  # guessed for ${listed(guessed)}: nothing declares a tier; routes and use make ${guessed.length === 1 ? 'it' : 'them'} ${tier}. Look, and tag ${guessed.length === 1 ? 'it' : 'them'}`,
        ]
      : []
  const value = selectors.length === 1 ? selectors[0]! : `[${selectors.join(', ')}]`
  return [...note, `  ${tier}: ${value}`]
}

/** In quotes. */
const textInYaml = (text: string): string => harmless(JSON.stringify(text))

type Declared = readonly (readonly [Of<'subnet'>, Declaration | undefined])[]

const byTag = (declared: Declared): string[] => {
  const values = new Map<string, Set<string>>()
  for (const [, declaration] of declared)
    if (declaration && 'tag' in declaration.by)
      once(values, declaration.by.tag, () => new Set()).add(declaration.by.value)
  return [...values].map(([tag, all]) => {
    const quotedValues = [...all].sort().map((value) => textInYaml(value))
    return `{ subnet: { ${textInYaml(`tag:${tag}`)}: ${quotedValues.length === 1 ? quotedValues[0]! : `[${quotedValues.join(', ')}]`} } }`
  })
}

/** One pattern where it means just these subnets, else each by its id. */
const byName = ({ network }: Compiled, tier: Tier, declared: Declared): string[] => {
  const named = declared.filter(([, declaration]) => declaration && 'name' in declaration.by)
  if (named.length === 0) return []
  const words = new Set(named.map(([, declaration]) => (declaration!.by as { readonly word: string }).word))
  const ids = new Set(
    subnetsByTier(network)
      .get(tier)!
      .map(({ id }) => id),
  )
  const meansOthers = (pattern: string): boolean =>
    network.all('subnet').some((subnet) => !ids.has(subnet.id) && fits(pattern)(nameOfResource(subnet) ?? ''))
  const patterns = [...words].map((word) => `*${word}*`)
  const isNamed = fitsAny(patterns)
  const isWhole = named.every(([subnet]) => isNamed(nameOfResource(subnet) ?? ''))
  if (isWhole && !patterns.some(meansOthers))
    return patterns.map((pattern) => `{ subnet: { name: ${textInYaml(pattern)} } }`)
  return named.map(([subnet]) => `{ subnet: ${subnet.id} }`)
}

const listed = (subnets: readonly Of<'subnet'>[]): string =>
  someOf(
    subnets.map((subnet) => harmless(nameOfResource(subnet) ?? subnet.id)),
    3,
  )
