/** `ztnet reach`: can packets get from one place to another, which ones, by which path, and if not, why. */
import { type Command, Option } from 'commander'
import type { Grouping } from '../analysis/groups.ts'
import type { ReachAllResult } from '../analysis/matrix.ts'
import { filterOf, type PacketWords } from '../analysis/packet-words.ts'
import { ANYTHING } from '../analysis/place-names.ts'
import { type Place, resolvePlace } from '../analysis/place.ts'
import type { Filter } from '../analysis/question.ts'
import { reach, type ReachResult } from '../analysis/reach.ts'
import type { Compiled } from '../aws/compile.ts'
import { shellCommand } from '../changes/change-text.ts'
import { ZtnetError } from '../errors.ts'
import type { Verdict } from '../reach/verdict.ts'
import { VERDICTS } from '../reach/verdict.ts'
import { groupingOption, isIncomplete, tellUnusedTag } from './matrix.ts'
import { withProgress } from './progress.ts'
import { answerBatch } from './reach-batch.ts'
import { chooseNetwork } from './network-choice.ts'
import { endIncomplete, json, jsonDocument, type Output, terminalStyle, warn, warnOf, write } from './output.ts'
import { addPacketOptions } from './packet-options.ts'

interface ReachOptions extends PacketWords {
  readonly snapshot?: string
  readonly format: 'text' | 'json' | 'jsonl' | 'markdown'
  readonly output?: string
  readonly color: boolean
  readonly batch?: string
  readonly expect?: Verdict
  readonly explain?: boolean
  readonly requireComplete?: boolean
  readonly by?: Grouping
  readonly quiet?: boolean
}

/** `end` takes the exit status. */
export const addReachCommand = (program: Command, end: (status: number) => void): void => {
  const command = program
    .command('reach')
    .summary('can it, which packets exactly, by which path, and if not: every reason')
    .description(
      'Tells which packets flow from one place to another and back. Places: internet, an id or ARN, an IP or CIDR block, a tier, a Name, tag:Key=Value, vpc:<name>/<tier>... With * for one end: everything that the other can reach, or that can reach it.',
    )
    .argument('[from]', 'where packets set out')
    .argument('[to]', 'where they are to arrive')
    .addOption(new Option('--snapshot <path>', 'snapshot file, folder of describe JSON, or example:<name>'))
  addPacketOptions(command)
    .addOption(new Option('--expect <verdict>', 'exit with 1 unless this is the verdict').choices([...VERDICTS]))
    .addOption(new Option('--require-complete', 'exit with 3 if any part of the answer is unknown'))
    .addOption(new Option('--explain', 'show every step, packet and code'))
    .addOption(groupingOption())
    .addOption(new Option('--batch <file>', 'questions as JSON lines, - for standard input; answers as JSON lines'))
    .addOption(
      new Option('--format <format>', 'how to answer').choices(['text', 'json', 'jsonl', 'markdown']).default('text'),
    )
    .addOption(new Option('-o, --output <file>', 'write there instead of stdout'))
    .addHelpText('after', EXAMPLES)
    .action(async (from: string | undefined, to: string | undefined, options: ReachOptions) => {
      if (options.batch !== undefined) {
        refuseBeside(from, options)
        return answerBatch(options.batch, await load(options), options.output)
      }
      if (from === undefined || to === undefined)
        throw new ZtnetError('QUESTION_ODD', 'two places are needed, from and to', {
          hint: 'for example: ztnet reach db-subnet internet',
        })
      const filter = filterOf(options)
      if (from === ANYTHING || to === ANYTHING) return answerAll(from, to, filter, options, end)
      if (options.by !== undefined)
        throw new ZtnetError('QUESTION_ODD', '--by is for questions about everything', {
          hint: "write '*' for one of the places",
        })
      const compiled = await load(options)
      const { network } = compiled
      const [sender, receiver] = [resolvePlace(network, from), resolvePlace(network, to)]
      const sooner = soonerWay(sender, receiver)
      if (sooner !== undefined && options.quiet !== true)
        warnOf(['so many pairs are looked at one by one, which takes long; by groups it is told in seconds:'], sooner)
      const result = await withProgress('reach', options, (progress) =>
        reach(compiled, sender, receiver, filter, progress),
      )
      const text = await inFormat(result, options, {
        markdown: async () => (await import('../report/reach-markdown.ts')).reachMarkdown(result),
        text: async () =>
          (await import('../report/reach-text.ts')).reachText(result, terminalStyle(options), {
            explain: options.explain ?? false,
          }),
      })
      await write(text, options.output)
      const { verdict, unknowns } = result
      endBy({ verdict, isIncomplete: verdict === 'unknown' || unknowns.length > 0 }, options, end)
    })
}

/** How to ask about very many pairs of interfaces group by group; undefined where they are not so many. */
export const soonerWay = (from: Place, to: Place): string | undefined => {
  const count = (place: Place): number => (place.is === 'interfaces' ? place.interfaces.length : 0)
  if (count(from) * count(to) < VERY_MANY) return undefined
  return shellCommand(['ztnet', 'matrix', '--from', from.selector, '--to', to.selector])
}

/** Two tiers of an estate of 10,000 interfaces have fewer, and are told in less than a minute. */
const VERY_MANY = 50_000_000

/** Everything that a place can reach, or that can reach it. */
const answerAll = async (
  from: string,
  to: string,
  filter: Filter,
  options: ReachOptions,
  end: (status: number) => void,
): Promise<void> => {
  if (from === to)
    throw new ZtnetError('QUESTION_ODD', 'everything to everything is a matrix', { hint: 'write: ztnet matrix' })
  if (options.explain === true)
    throw new ZtnetError('QUESTION_ODD', '--explain is for questions about two places', {
      hint: 'name the other place instead of *',
    })
  const side = to === ANYTHING ? 'from' : 'to'
  const compiled = await load(options)
  const place = resolvePlace(compiled.network, side === 'from' ? from : to)
  const { reachAll } = await import('../analysis/matrix.ts')
  const question = { place, side, by: options.by ?? 'vpc-tier', filter } as const
  tellUnusedTag(compiled, question.by)
  const result = await withProgress('reach', options, (progress) => reachAll(compiled, question, progress))
  const text = await inFormat(result, options, {
    markdown: async () => (await import('../report/matrix-markdown.ts')).reachAllMarkdown(result),
    text: async () => (await import('../report/matrix-text.ts')).reachAllText(result, terminalStyle(options)),
  })
  await write(text, options.output)
  endBy({ verdict: result.verdict, isIncomplete: isIncomplete(result) }, options, end)
}

const EXAMPLES = `
Examples:
  $ ztnet reach db-subnet internet --snapshot example:three-tier
  $ ztnet reach internet private --protocol tcp --port 22 --expect unreachable
  $ ztnet reach db-subnet '*'
  $ ztnet reach '*' db-subnet --by security-group --expect unreachable
  $ ztnet reach eni-0a1b 10.2.0.7 --protocol udp --port 53 --format json

Exit status: 0 answered, 1 an unmet --expect, 2 wrong input, 3 incomplete where
completeness was asked for.`

/** What asks one question says nothing of those in a file; to pass over it would answer something else than was asked. */
const refuseBeside = (from: string | undefined, options: ReachOptions): void => {
  const given = [
    ...(from === undefined ? [] : ['a place']),
    ...(options.expect === undefined ? [] : ['--expect']),
    ...(options.requireComplete === true ? ['--require-complete'] : []),
    ...(Object.keys(filterOf(options)).length === 0 ? [] : ['a choice of packets']),
    ...(options.explain === true ? ['--explain'] : []),
    ...(options.by === undefined ? [] : ['--by']),
    ...(options.format === 'markdown' ? ['--format markdown'] : []),
  ]
  if (given.length === 0) return
  throw new ZtnetError('QUESTION_ODD', `--batch takes its questions from the file, and ${given.join(', ')} was given`, {
    hint: 'write places and packets into the lines of the file; the answers are JSON lines',
  })
}

const load = ({ snapshot }: ReachOptions): Promise<Compiled> => chooseNetwork(snapshot)

const inFormat = async (
  result: ReachResult | ReachAllResult,
  { format }: ReachOptions,
  words: { readonly markdown: () => Promise<string>; readonly text: () => Promise<string> },
): Promise<Output> => {
  switch (format) {
    case 'json':
      return jsonDocument(result)
    case 'jsonl':
      return `${json(result)}\n`
    case 'markdown':
      return words.markdown()
    case 'text':
      return words.text()
  }
}

/** An expectation of `unreachable` is not met, and not refuted either, while any part is unknown. */
const endBy = (
  { verdict, isIncomplete: incomplete }: { readonly verdict: Verdict; readonly isIncomplete: boolean },
  { expect, requireComplete = false }: ReachOptions,
  end: (status: number) => void,
): void => {
  if (expect === 'unreachable' && incomplete && (verdict === 'unreachable' || verdict === 'unknown')) {
    warn('--expect unreachable is not proved: part of the answer is unknown')
    end(3)
  } else if (expect !== undefined && expect !== verdict) {
    warn(`--expect ${expect} is not met: the verdict is ${verdict}`)
    end(1)
  } else if (requireComplete && incomplete) endIncomplete(end)
}
