/** `ztnet matrix`: who can reach whom on what, tier by tier or by any grouping. */
import { type Command, Option } from 'commander'
import { type Grouping, GROUPINGS, parseGrouping, unusedTag } from '../analysis/groups.ts'
import type { MatrixQuestion, MatrixResult } from '../analysis/matrix.ts'
import { filterOf, type PacketWords } from '../analysis/packet-words.ts'
import { resolvePlace } from '../analysis/place.ts'
import { ANYTHING, quoted } from '../analysis/place-names.ts'
import type { Compiled } from '../aws/compile.ts'
import { endIncomplete, jsonDocument, type Output, terminalStyle, warn, write } from './output.ts'
import { addPacketOptions } from './packet-options.ts'
import { withProgress } from './progress.ts'
import { chooseNetwork } from './network-choice.ts'

interface MatrixOptions extends PacketWords {
  readonly snapshot?: string
  readonly by: Grouping
  readonly from?: string
  readonly to?: string
  readonly format: 'text' | 'markdown' | 'csv' | 'json' | 'parquet'
  readonly output?: string
  readonly color: boolean
  readonly quiet?: boolean
  readonly requireComplete?: boolean
}

/** `end` takes the exit status. */
export const addMatrixCommand = (program: Command, end: (status: number) => void): void => {
  const command = program
    .command('matrix')
    .summary('who can reach whom on what, tier by tier or by any grouping')
    .description(
      'Tells for every two groups which packets flow from members of the one to members of the other, and between how many pairs. The internet, AWS services and what lies beyond VPN are rows and columns too, where the estate has to do with them.',
    )
    .addOption(new Option('--snapshot <path>', 'snapshot file, folder of describe JSON, or example:<name>'))
    .addOption(groupingOption().default('tier'))
    .addOption(new Option('--from <place>', 'senders in this place only'))
    .addOption(new Option('--to <place>', 'receivers in this place only'))
  addPacketOptions(command)
    .addOption(new Option('--require-complete', 'exit with 3 if any part of the answer is unknown'))
    .addOption(
      new Option('--format <format>', 'how to answer')
        .choices(['text', 'markdown', 'csv', 'json', 'parquet'])
        .default('text'),
    )
    .addOption(new Option('-o, --output <file>', 'write there instead of stdout; for parquet a folder'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: MatrixOptions) => {
      const { by } = options
      const filter = filterOf(options)
      const folder = options.format === 'parquet' ? await parquetFolderOf(options) : undefined
      const compiled = await chooseNetwork(options.snapshot)
      tellUnusedTag(compiled, by)
      const place = (selector: string | undefined) =>
        selector === undefined || selector === ANYTHING ? undefined : resolvePlace(compiled.network, selector)
      const [from, to] = [place(options.from), place(options.to)]
      const question: MatrixQuestion = { by, filter, ...(from && { from }), ...(to && { to }) }
      const isComplete =
        folder === undefined
          ? await answer(compiled, question, options)
          : await fill(folder, compiled, question, options)
      if (options.requireComplete === true && !isComplete) endIncomplete(end)
    })
}

/** Says whether the answer is complete. */
const answer = async (compiled: Compiled, question: MatrixQuestion, options: MatrixOptions): Promise<boolean> => {
  const { matrix } = await import('../analysis/matrix.ts')
  const result = await withProgress('matrix', options, (progress) => matrix(compiled, question, progress))
  await write(await inFormat(result, options), options.output)
  return !isIncomplete(result)
}

const parquetFolderOf = async ({ output }: MatrixOptions): Promise<string> =>
  (await import('./matrix-parquet.ts')).parquetFolder(output)

/** The same for a folder of Parquet files. */
const fill = async (
  folder: string,
  compiled: Compiled,
  question: MatrixQuestion,
  options: MatrixOptions,
): Promise<boolean> => {
  const { matrixBlocks } = await import('../analysis/matrix-blocks.ts')
  const { matrixTables, matrixViews } = await import('../report/matrix-tables.ts')
  const { writeParquet } = await import('./matrix-parquet.ts')
  const blocks = await withProgress('matrix', options, (progress) => matrixBlocks(compiled, question, progress))
  const tables = matrixTables(blocks)
  await writeParquet(folder, tables, matrixViews(blocks, tables))
  const flows = blocks.bundles.flatMap((bundle) => bundle.flows.flows)
  return blocks.unknowns.length === 0 && flows.every(({ verdict }) => verdict !== 'unknown')
}

/** An answer in one group is right where nothing bears the tag, and seldom what was meant. */
export const tellUnusedTag = ({ network }: Compiled, by: Grouping): void => {
  const key = unusedTag(network, by)
  if (key !== undefined) warn(`no subnet, interface or instance bears a tag ${quoted(key)}; keys are case-sensitive`)
}

/** The words that `matrix` and `reach` with `*` group by. */
export const groupingOption = (): Option =>
  new Option('--by <grouping>', `group by ${GROUPINGS.join(', ')} or tag:<Key>`).argParser(parseGrouping)

export const isIncomplete = ({ cells, unknowns }: Pick<MatrixResult, 'cells' | 'unknowns'>): boolean =>
  unknowns.length > 0 ||
  cells.some(({ verdict, flows }) => verdict === 'unknown' || flows.some((flow) => flow.verdict === 'unknown'))

const EXAMPLES = `
Members of a group are the interfaces that send or receive in their own name,
load balancer nodes and interface endpoints among them, in the tier, subnet, VPC
and account that they stand in; those of NAT and transit gateways are not. An
interface with several security groups is a member of each. Tiers of
./ztnet.yaml are groups too: of several, the first that takes an interface has
it, as in ztnet check. "4/10 pairs" counts pairs of one sender and one receiver.

Examples:
  $ ztnet matrix --snapshot example:three-tier
  $ ztnet matrix --by subnet --from private --protocol tcp --port 5432
  $ ztnet matrix --by tag:team --format csv -o matrix.csv
  $ ztnet matrix --format parquet -o out && cd out && duckdb -init view.sql

Exit status: 0 answered, 2 wrong input, 3 incomplete where completeness was
asked for.`

const inFormat = async (result: MatrixResult, options: MatrixOptions): Promise<Output> => {
  switch (options.format) {
    case 'json':
      return jsonDocument(result)
    case 'csv':
      return (await import('../report/matrix-csv.ts')).matrixCsv(result)
    case 'markdown':
      return (await import('../report/matrix-markdown.ts')).matrixMarkdown(result)
    case 'parquet':
      throw new Error('parquet is no text')
    case 'text':
      return (await import('../report/matrix-text.ts')).matrixText(result, terminalStyle(options))
  }
}
