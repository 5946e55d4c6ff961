/** `ztnet matrix`, `blast` and `reach` with `*` as processes: exit statuses, what goes where. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder, words, ztnet } from './process.ts'

const asked = (line: string) => ztnet([...words(line)])

describe('a question that is answered ends with 0, whatever the verdicts', () => {
  it.concurrent.each([
    ['matrix --snapshot example:three-tier', /^Who can reach whom, by tier\n/],
    ['matrix --snapshot example:dangling --format markdown', /^### Who can reach whom/],
    ['matrix --snapshot example:dangling --format csv', /^from,from_name,to,/],
    ['matrix --snapshot example:three-tier --by tag:Name --from internet --to database', /^Who can reach whom/],
    ['matrix --from * --to database --snapshot example:three-tier', /^Who can reach whom, by tier, to database\n/],
    ['reach * db-subnet --snapshot example:three-tier', /^REACHABLE {2}\* -> db-subnet/],
    ['reach db-subnet * --snapshot example:three-tier', /^UNREACHABLE {2}db-subnet -> \*/],
    ['blast internet --snapshot example:three-tier', /^REACHED {2}from internet/],
    ['matrix --help', /^Usage: ztnet matrix/],
    ['blast --help', /^Usage: ztnet blast/],
  ])('%s', async (line, said) => {
    const { status, stdout, stderr } = await ztnet([...words(line), ...(line.includes('--help') ? [] : ['--quiet'])])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(said)
  })

  it.concurrent.each(['matrix', 'blast internet', 'reach internet *'])('%s says the same as JSON', async (command) => {
    const { status, stdout } = await asked(`${command} --snapshot example:peering --format json`)
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, snapshot: { gaps: 0 } })
  })

  it.concurrent('one JSON line for reach with *', async () => {
    const { stdout } = await asked('reach internet * --snapshot example:peering --format jsonl')
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })
})

it.concurrent.each(['matrix', 'blast internet', 'reach internet *'])(
  '%s by a tag that nothing bears says so',
  async (command) => {
    const { status, stderr } = await asked(`${command} --by tag:naem --snapshot example:three-tier --quiet`)
    expect(status).toBe(0)
    expect(stderr).toBe('ztnet: no subnet, interface or instance bears a tag "naem"; keys are case-sensitive\n')
  },
)

describe('by tier, with a policy that has tiers of its own', () => {
  // What several take is of the first, and a Name takes interfaces.
  const POLICY = `version: 1
tiers:
  pci:      { subnet: { name: "shop-database-*" } }
  database: { subnet: { name: ["shop-database-*", "shop-intra-*"] } }
  workers:  { name: "shop-worker-*" }
rules: [{ id: pci-in, only: { into: pci, from: [private, intra] } }]
`
  interface Told {
    readonly groups: { readonly from: readonly { readonly key: string; readonly members: readonly string[] }[] }
    readonly cells: readonly { readonly from: string; readonly to: string; readonly verdict: string }[]
  }
  const told = async (by: string): Promise<Told> => {
    const { stdout } = await ztnet(
      [...words(`matrix --snapshot example:three-tier --by ${by} --quiet --format json`)],
      {
        cwd: folder({ 'ztnet.yaml': POLICY }),
      },
    )
    return JSON.parse(stdout) as Told
  }
  const sizes = ({ groups }: Told): readonly string[] =>
    groups.from.map(({ key, members }) => `${key} ${members.length}`)

  it('has a group for each of them, as check names them, after those that all commands know', async () => {
    const result = await told('tier')
    expect(sizes(result)).toEqual(['public 2', 'private 4', 'database 8', 'pci 2', 'workers 1', 'internet 0'])
    expect(result.cells.find(({ from, to }) => from === 'private' && to === 'pci')?.verdict).toBe('reachable')
  })

  it('has them within each VPC', async () => {
    const vpc = 'vpc:vpc-07c4fe8d243835b53'
    expect(sizes(await told('vpc-tier'))).toEqual([
      `${vpc}/public 2`,
      `${vpc}/private 4`,
      `${vpc}/database 8`,
      `${vpc}/pci 2`,
      `${vpc}/workers 1`,
      'internet 0',
    ])
  })

  it('calls groups by what reach takes', async () => {
    const { groups, cells } = await told('vpc-tier')
    const [from, to] = [groups.from[4]!.key, groups.from[3]!.key]
    const { stdout } = await ztnet(
      [...words('reach'), from, to, ...words('--snapshot example:three-tier --quiet --format json')],
      { cwd: folder({ 'ztnet.yaml': POLICY }) },
    )
    const cell = cells.find((each) => each.from === from && each.to === to)
    expect((JSON.parse(stdout) as { readonly verdict: string }).verdict).toBe(cell?.verdict)
  })
})

describe('--require-complete', () => {
  it.concurrent.each([
    [0, 'matrix --snapshot example:three-tier'],
    [3, 'matrix --snapshot example:dangling'],
    [0, 'matrix --snapshot example:dangling --from stock --to till --protocol tcp --port 443'],
    [3, 'blast till --snapshot example:dangling'],
    [0, 'blast internet --snapshot example:three-tier'],
    [3, 'reach till * --snapshot example:dangling'],
    [0, 'reach internet * --snapshot example:three-tier'],
  ])('ends with %i: %s', async (status, line) => {
    const ran = await asked(`${line} --require-complete`)
    expect(ran.status).toBe(status)
    expect(ran.stdout).not.toBe('')
  })
})

describe('--expect with *', () => {
  it.concurrent.each([
    [0, 'reachable', '* db-subnet --snapshot example:three-tier'],
    [1, 'unreachable', '* db-subnet --snapshot example:three-tier'],
    [0, 'unreachable', 'db-subnet * --snapshot example:three-tier'],
    [1, 'unreachable', 'teller * --snapshot example:nacl-return'],
    [3, 'unreachable', 'bastion * --protocol tcp --port 22 --snapshot example:dangling'],
  ])('ends with %i for %s: %s', async (status, verdict, question) => {
    const ran = await ztnet(['reach', ...words(question), '--expect', verdict])
    expect(ran.status).toBe(status)
  })
})

describe('wrong input ends with 2, says what is wrong and how to mend it, and prints no data', () => {
  it.concurrent.each([
    ['no grouping', 'matrix --by teams', /"teams" is nothing to group by\n.*tier, vpc-tier.*tag:<Key>/s],
    ['no format', 'matrix --format xml', /argument 'xml' is invalid.*parquet/s],
    ['no place', 'matrix --from nowhere --snapshot example:three-tier', /nothing in the snapshot is called "nowhere"/],
    ['ports of what has none', 'matrix --protocol gre --port 1', /protocol gre has no ports/],
    ['parquet to stdout', 'matrix --format parquet', /does not go to stdout\n.*-o matrix/s],
    ['everything to everything', 'reach * *', /everything to everything is a matrix\n.*ztnet matrix/s],
    ['everything explained', 'reach * db --explain', /--explain is for questions about two places/],
    ['two places grouped', 'reach a b --by tier', /--by is for questions about everything/],
    ['a batch grouped', 'reach --batch - --by tier', /and --by was given/],
    ['nobody', 'blast', /missing required argument 'place'/],
    ['no steps', 'blast internet --max-steps 0', /"0" is no number of steps/],
    ['no ports', 'blast internet --ports ssh', /"ssh" is no port/],
    ['nobody there', 'blast aws-services --snapshot example:three-tier', /nobody can be at aws-services/],
  ])('%s', async (_, line, said) => {
    const { status, stdout, stderr } = await asked(line)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it.concurrent('parquet over something else', async () => {
    const cwd = folder({ 'matrix/mine.txt': 'kept' })
    const { status, stderr } = await ztnet(words('matrix --format parquet -o matrix --snapshot example:three-tier'), {
      cwd,
    })
    expect(status).toBe(2)
    expect(stderr).toMatch(/^ztnet: matrix: there is something else under this name/)
    expect(readFileSync(join(cwd, 'matrix/mine.txt'), 'utf8')).toBe('kept')
  })
})

describe('output', () => {
  it.concurrent('is the same twice, byte by byte', async () => {
    const line = 'matrix --by security-group --format json --quiet --snapshot example:three-tier'
    const [first, second] = await Promise.all([asked(line), asked(line)])
    expect(first.stdout).toBe(second.stdout)
  })

  it.concurrent('goes to a file where one is named', async () => {
    const cwd = folder()
    const { stdout } = await ztnet(words('blast internet -o blast.txt --snapshot example:three-tier'), { cwd })
    expect(stdout).toBe('')
    expect(readFileSync(join(cwd, 'blast.txt'), 'utf8')).toMatch(/^REACHED/)
  })
})
