/** `ztnet explain`: what a code or a built-in check means. */
import { type Command, Option } from 'commander'
import { terminalStyle, write } from './output.ts'

interface ExplainOptions {
  readonly format: 'text' | 'json'
  readonly output?: string
  readonly color: boolean
}

export const addExplainCommand = (program: Command): void => {
  program
    .command('explain')
    .argument(
      '<code or check>',
      'a code such as ENI_SG_RULES_MISMATCH, a built-in check, a rule of ztnet/tiers-v1, or an assumption such as R-IGW-6',
    )
    .summary('what a code or check means, its rule, its docs page, how to mend it')
    .description('Tells what a code in an answer, or a built-in check, means.')
    .addOption(new Option('--format <format>', 'how to answer').choices(['text', 'json']).default('text'))
    .addOption(new Option('-o, --output <file>', 'write there instead of stdout'))
    .addHelpText('after', '\nExamples:\n  $ ztnet explain SUBNET_ACL_RESTRICTION\n  $ ztnet explain trust-by-address')
    .action(async (id: string, options: ExplainOptions) => {
      const { explanationOf } = await import('./explain.ts')
      await write(explanationOf(id, options.format, terminalStyle(options)), options.output)
    })
}
