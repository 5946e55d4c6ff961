/** `ztnet diff <old> <new>`: what a change makes reachable, and which settings did it. */
import { type Command, Option } from 'commander'
import type { DiffResult } from '../diff/diff.ts'
import type { Grouping } from '../analysis/groups.ts'
import { type Match, parseMatch } from '../diff/identity.ts'
import { filterOf, type PacketWords } from '../analysis/packet-words.ts'
import { groupingOption } from './matrix.ts'
import { json, terminalStyle, write } from './output.ts'
import { addPacketOptions } from './packet-options.ts'
import { progressOf } from './progress.ts'
import { loadNamed } from './snapshot-choice.ts'

interface DiffOptions extends PacketWords {
  readonly by: Grouping
  readonly match: Match
  readonly failOn: 'opened' | 'any' | 'never'
  readonly format: 'text' | 'markdown' | 'json'
  readonly output?: string
  readonly color: boolean
  readonly quiet?: boolean
}

/** `end` takes the exit status. */
export const addDiffCommand = (program: Command, end: (status: number) => void): void => {
  const command = program
    .command('diff')
    .summary('what a change makes reachable, and which settings did it')
    .description(
      'Compares two snapshots: what flows between places that both have and did not, what no longer does, and which of the settings that changed did it; then places that are new or gone, with what they bring.',
    )
    .argument('<old>', 'snapshot file, folder of describe JSON, example:<name>, or <revision>:<path> as git knows it')
    .argument('<new>', 'the same')
    .addOption(groupingOption().default('tier'))
    .addOption(
      new Option('--match <how>', 'which resource is which: by id, name or tag:<Key>')
        .default('id')
        .argParser(parseMatch),
    )
  addPacketOptions(command)
    .addOption(
      new Option('--fail-on <what>', 'exit with 1 if more gets through than did, or if anything changed')
        .choices(['opened', 'any', 'never'])
        .default('never'),
    )
    .addOption(new Option('--format <format>', 'how to answer').choices(['text', 'markdown', 'json']).default('text'))
    .addOption(new Option('-o, --output <file>', 'write there instead of stdout'))
    .addOption(new Option('--quiet', 'no progress on stderr'))
    .addOption(new Option('--no-color', 'plain text'))
    .addHelpText('after', EXAMPLES)
    .action(async (before: string, after: string, options: DiffOptions) => {
      const filter = filterOf(options)
      const [old, young] = [await loadNamed(before), await loadNamed(after)]
      const { diff } = await import('../diff/diff.ts')
      const { progress, end: done } = progressOf('diff', options)
      const result = diff(old, young, { by: options.by, match: options.match, filter }, progress)
      done()
      await write(await inFormat(result, { before, after }, options), options.output)
      if (fails(result, options.failOn)) end(1)
    })
}

/** What is new brings flows, too: an interface that fares as others of its group does not. */
const fails = ({ totals, changes, places }: DiffResult, on: DiffOptions['failOn']): boolean => {
  if (on === 'never') return false
  const opens = totals.opened > 0 || places.new.some(({ likeOthers, flows }) => !likeOthers && flows.length > 0)
  return opens || (on === 'any' && (changes.length > 0 || places.new.length > 0 || places.gone.length > 0))
}

const EXAMPLES = `
Members of a group are the interfaces that send or receive in their own name. One that autoscaling replaced by another of the
same role (subnet, groups, owner) is the same place. With --match name, staging compares with production.

Examples:
  $ ztnet diff HEAD~1:snapshots/prod.json snapshots/prod.json
  $ ztnet diff old.json new.json --by vpc-tier --fail-on opened
  $ ztnet diff staging.json production.json --match name
  $ ztnet diff old.json new.json --format markdown -o comment.md

Exit status: 0 answered, 1 a difference that --fail-on names, 2 wrong input.`

const inFormat = async (
  result: DiffResult,
  names: { readonly before: string; readonly after: string },
  options: DiffOptions,
): Promise<string> => {
  switch (options.format) {
    case 'json':
      return `${json(result, 2)}\n`
    case 'markdown':
      return (await import('../report/diff-markdown.ts')).diffMarkdown(result, names)
    case 'text':
      return (await import('../report/diff-text.ts')).diffText(result, names, terminalStyle(options))
  }
}
