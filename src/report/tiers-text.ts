/** A tier report for people, in a terminal or in Markdown: each subnet with its tier and the reasons, by VPC. Readable at 100 columns. */
import { harmless } from '../analysis/harmless.ts'
import type { SubnetTier, TierReport } from '../analysis/tiers.ts'
import { TIERS } from '../analysis/tiers-declared.ts'
import { byCodeUnit, groupedBy } from '../collections.ts'
import { code, escaped } from './markdown.ts'
import { labelled } from './reach-words.ts'
import { harmlessJson, indented, plural, type Style } from './style.ts'

export const tiersText = (report: TierReport, style: Style): string => {
  const sections = [headLines(report, style), ...byVpc(report).map((subnets) => vpcLines(subnets, style))]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

export const tiersMarkdown = (report: TierReport): string => {
  const sections = [
    ['### Tiers', '', `${summary(report)}.`],
    ...byVpc(report).map((subnets) => [
      `**${code(labelled(subnets[0]!.vpc))}** ${escaped(whereabouts(subnets[0]!))}`,
      '',
      '| tier | subnet | declared | effective | function | why |',
      '|---|---|---|---|---|---|',
      ...subnets.map(markdownRow),
    ]),
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

export const tiersJson = (report: TierReport): string => `${harmlessJson(JSON.stringify(report, null, 2))}\n`

const headLines = (report: TierReport, style: Style): string[] => {
  const { mismatches } = report.totals
  const differ =
    mismatches === 1
      ? '1 of them is not what it is declared to be'
      : `${mismatches} of them are not what they are declared to be`
  return [
    ...indented(style, 0, style.bold(summary(report))),
    ...(mismatches === 0 ? [] : indented(style, 0, style.warn(differ))),
    ...indented(
      style,
      0,
      style.dim('Policy goes by the declared tier, else by what the subnet is used for and where its routes lead.'),
    ),
  ]
}

const summary = ({ totals, subnets }: TierReport): string => {
  if (totals.subnets === 0) return 'The snapshot holds no subnet'
  const vpcs = new Set(subnets.map(({ vpc }) => vpc.id)).size
  const tiers = TIERS.filter((tier) => totals.tiers[tier] > 0).map((tier) => `${totals.tiers[tier]} ${tier}`)
  return `${plural(totals.subnets, 'subnet')} in ${plural(vpcs, 'VPC')}: ${tiers.join(', ')}`
}

/** Tiers in their own order, public first, whatever the ids. */
const byVpc = ({ subnets }: TierReport): readonly (readonly SubnetTier[])[] => {
  const groups = groupedBy(subnets, (subnet) => `${subnet.account} ${subnet.region} ${subnet.vpc.id}`)
  return [...groups.values()].map((group) =>
    group.sort(
      (a, b) =>
        TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier) ||
        byCodeUnit(a.name ?? '', b.name ?? '') ||
        byCodeUnit(a.id, b.id),
    ),
  )
}

const vpcLines = (subnets: readonly SubnetTier[], style: Style): string[] => [
  ...indented(style, 0, `${style.bold(harmless(labelled(subnets[0]!.vpc)))}, ${harmless(whereabouts(subnets[0]!))}`),
  `  ${style.dim(columns('TIER', 'DECLARED', 'EFFECTIVE', 'FUNCTION', 'SUBNET'))}`,
  ...subnets.flatMap((subnet) => subnetLines(subnet, style)),
]

const subnetLines = (subnet: SubnetTier, style: Style): string[] => {
  const { tier, declaredTier = '-', effectiveTier, function: use, mismatch } = subnet
  const row = columns(tier, declaredTier, effectiveTier, use, '')
  const isNarrow = style.columns < row.length + 2 + LEAST_NAME
  const [first = '', ...rest] = indented(style, isNarrow ? INDENT : row.length + 2, harmless(labelled(subnet)), 0)
  const beside = isNarrow ? '' : first.trimStart()
  return [
    `  ${style.bold(row.slice(0, WIDTHS[0]))}${row.slice(WIDTHS[0])}${beside}`.trimEnd(),
    ...(isNarrow ? [first] : []),
    ...rest,
    ...reasonsOf(subnet).flatMap((reason) => indented(style, INDENT, style.dim(harmless(reason)))),
    ...(mismatch ? indented(style, INDENT, style.warn(harmless(`! ${mismatch.reason}`))) : []),
  ]
}

/** Room for the longest word of each column and two spaces; the subnet comes last and is as long as it is. */
const WIDTHS = [10, 10, 17, 15] as const
const INDENT = 2 + WIDTHS[0]
/** An id and a little of a Name; with less room than that the subnet stands below. */
const LEAST_NAME = 30

const columns = (
  ...[tier, declared, effective, use, subnet]: readonly [string, string, string, string, string]
): string =>
  tier.padEnd(WIDTHS[0]) + declared.padEnd(WIDTHS[1]) + effective.padEnd(WIDTHS[2]) + use.padEnd(WIDTHS[3]) + subnet

const reasonsOf = ({ ownTier, declared, use, effective }: SubnetTier): readonly string[] => [
  ...(ownTier ? [ownTier.reason] : []),
  declared ? `${declared.reason}; ${use.reason}` : use.reason,
  effective.reason,
]

const markdownRow = (subnet: SubnetTier): string => {
  const { tier, declaredTier = '', effectiveTier, function: use, mismatch } = subnet
  const why = [...reasonsOf(subnet).map(escaped), ...(mismatch ? [`**${escaped(mismatch.reason)}**`] : [])].join('<br>')
  return `| ${tier} | ${code(labelled(subnet))} | ${declaredTier} | ${effectiveTier} | ${use} | ${why} |`
}

const whereabouts = ({ account, region }: SubnetTier): string => `account ${account}, ${region}`
