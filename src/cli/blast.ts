/** `ztnet blast`: what an intruder somewhere could reach, directly and over stepping stones. */
import { type Command, Option } from 'commander'
import type { BlastResult, PortRange } from '../analysis/blast.ts'
import type { Grouping } from '../analysis/groups.ts'
import { filterOf } from '../analysis/packet-words.ts'
import { resolvePlace } from '../analysis/place.ts'
import { ZtnetError } from '../errors.ts'
import { groupingOption, tellUnusedTag } from './matrix.ts'
import { endIncomplete, jsonDocument, type Output, terminalStyle, write } from './output.ts'
import { withProgress } from './progress.ts'
import { chooseNetwork } from './network-choice.ts'

interface BlastOptions {
  readonly snapshot?: string
  readonly by: Grouping
  readonly maxSteps?: number
  readonly ports?: readonly PortRange[]
  readonly ipv4?: boolean
  readonly ipv6?: boolean
  readonly format: 'text' | 'json' | 'markdown'
  readonly output?: string
  readonly color: boolean
  readonly quiet?: boolean
  readonly requireComplete?: boolean
}

/** `end` takes the exit status. */
export const addBlastCommand = (program: Command, end: (status: number) => void): void => {
  program
    .command('blast')
    .summary('what an intruder there could reach, directly and over stepping stones')
    .description(
      'Tells what packets from a place can reach, and from there, step by step: a host that is reached on a TCP or UDP port may be used to go on. From internet it tells the ways in; where internet or aws-services is reached, data may leave.',
    )
    .argument('<place>', 'where the intruder is: internet, an instance, a tier, or any other place')
    .addOption(new Option('--snapshot <path>', 'snapshot file, folder of describe JSON, or example:<name>'))
    .addOption(new Option('--max-steps <n>', 'no more steps than this (default: any number)').argParser(stepsOf))
    .addOption(
      new Option('--ports <ports>', 'only these destination ports can be used to go on (default: all)').argParser(
        portsOf,
      ),
    )
    .addOption(groupingOption().default('vpc-tier'))
    .addOption(new Option('--ipv4', 'IPv4 only'))
    .addOption(new Option('--ipv6', 'IPv6 only'))
    .addOption(new Option('--require-complete', 'exit with 3 if any part of the answer is unknown'))
    .addOption(new Option('--format <format>', 'how to answer').choices(['text', 'json', 'markdown']).default('text'))
    .addOption(new Option('-o, --output <file>', 'write there instead of stdout'))
    .addHelpText('after', EXAMPLES)
    .action(async (from: string, options: BlastOptions) => {
      const { by, maxSteps, ports } = options
      const { families } = filterOf(options)
      const compiled = await chooseNetwork(options.snapshot)
      tellUnusedTag(compiled, options.by)
      const question = {
        place: resolvePlace(compiled.network, from),
        by,
        ...(maxSteps !== undefined && { maxSteps }),
        ...(ports && { ports }),
        ...(families && { families }),
      }
      const { blast } = await import('../analysis/blast.ts')
      const result = await withProgress('blast', options, (progress) => blast(compiled, question, progress))
      await write(await inFormat(result, options), options.output)
      if (options.requireComplete === true && (result.unknowns.length > 0 || result.unknownLinks.length > 0))
        endIncomplete(end)
    })
}

const EXAMPLES = `
A step is a connection or datagram that arrives: also one that depends on
something, or whose answer is lost, and it is marked so. What is unknown is
listed apart and never followed. Load balancers and endpoints are no hosts to go
on from, but what is sent to them reaches the hosts behind them. Lambda
functions take no connections.

Examples:
  $ ztnet blast internet --snapshot example:three-tier
  $ ztnet blast i-0a1b2c3d --max-steps 2 --ports 22,3389,443
  $ ztnet blast private --format json -o blast.json

Exit status: 0 answered, 2 wrong input, 3 incomplete where completeness was
asked for.`

const stepsOf = (text: string): number => {
  const steps = Number(text)
  if (!/^\d+$/.test(text) || steps < 1)
    throw new ZtnetError('QUESTION_ODD', `${JSON.stringify(text)} is no number of steps`, { hint: 'give 1 or more' })
  return steps
}

const portsOf = (text: string): readonly PortRange[] =>
  text.split(',').map((part) => filterOf({ protocol: 'tcp', port: part.trim() }).ports!)

const inFormat = async (result: BlastResult, options: BlastOptions): Promise<Output> => {
  switch (options.format) {
    case 'json':
      return jsonDocument(result)
    case 'markdown':
      return (await import('../report/blast-markdown.ts')).blastMarkdown(result)
    case 'text':
      return (await import('../report/blast-text.ts')).blastText(result, terminalStyle(options))
  }
}
