/** `ztnet tiers`: which subnet is which tier, and why. */
import { type Command, Option } from 'commander'
import { type TierReport, tierReport } from '../analysis/tiers.ts'
import type { Network } from '../network/network.ts'
import { FAMILIES } from '../packet/address.ts'
import { terminalStyle, warn, warnOf, write } from './output.ts'
import { chooseNetwork } from './network-choice.ts'

interface TiersOptions {
  readonly snapshot?: string
  readonly format: 'text' | 'json' | 'markdown'
  readonly output?: string
  readonly color: boolean
}

export const addTiersCommand = (program: Command): void => {
  program
    .command('tiers')
    .summary('which subnet is which tier, and why')
    .description(
      'Tells the tier of every subnet: what a tag or its Name declares, what its routes make of it, what it is used for, and where these disagree.',
    )
    .addOption(new Option('--snapshot <path>', 'snapshot file, folder of describe JSON, or example:<name>'))
    .addOption(new Option('--format <format>', 'how to answer').choices(['text', 'json', 'markdown']).default('text'))
    .addOption(new Option('-o, --output <file>', 'write there instead of stdout'))
    .addHelpText('after', '\nExample:\n  $ ztnet tiers --snapshot example:three-tier')
    .action(async (options: TiersOptions) => {
      const compiled = await chooseNetwork(options.snapshot)
      const report = tierReport(compiled)
      const isRead = compiled.network.snapshot.coverage.some(({ kind }) => kind === 'subnet')
      if (report.totals.subnets === 0 && !isRead)
        warn('the subnets were not read: add the output of `aws ec2 describe-subnets`')
      tellOddBlocks(compiled.network)
      await write(await inFormat(report, options), options.output)
    })
}

/** What a subnet has in place of a CIDR block: tiers do not depend on it, everything else that is asked about the subnet does. */
const tellOddBlocks = (network: Network): void => {
  for (const { id } of network.all('subnet')) for (const family of FAMILIES) network.subnetBlocks(id, family)
  const told = new Set(network.snapshot.gaps)
  for (const gap of network.gaps) if (gap.kind === 'subnet' && !told.has(gap)) warnOf([gap.message], gap.remedy)
}

const inFormat = async (report: TierReport, options: TiersOptions): Promise<string> => {
  const { tiersJson, tiersMarkdown, tiersText } = await import('../report/tiers-text.ts')
  switch (options.format) {
    case 'json':
      return tiersJson(report)
    case 'markdown':
      return tiersMarkdown(report)
    case 'text':
      return tiersText(report, terminalStyle(options))
  }
}
