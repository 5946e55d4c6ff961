/** A matrix in every format: readable, exact where programs read it, and harmless whatever names there are. */
import { describe, expect, it } from 'vitest'
import { type BlastResult, compile, type MatrixResult, type ReachAllResult } from '../../src/index.ts'
import { blastMarkdown } from '../../src/report/blast-markdown.ts'
import { blastText } from '../../src/report/blast-text.ts'
import { matrixCsv } from '../../src/report/matrix-csv.ts'
import { matrixMarkdown, reachAllMarkdown } from '../../src/report/matrix-markdown.ts'
import { matrixText, reachAllText } from '../../src/report/matrix-text.ts'
import { styleOf } from '../../src/report/style.ts'
import { type Estate, estate } from '../build.ts'
import { examples } from '../examples/all.ts'

const plain = styleOf({ colour: false, columns: 100 })
const coloured = styleOf({ colour: true, columns: 100 })

const tags = (all: Readonly<Record<string, string>>) => Object.entries(all).map(([Key, Value]) => ({ Key, Value }))

/** A web server that the internet reaches, and a database that it reaches. */
const named = (name: string): Estate =>
  estate()
    .vpc('shop', '10.0.0.0/16')
    .internetGateway('shop')
    .subnet('a', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
    .securityGroup('web', ['tcp 443 from 0.0.0.0/0'])
    .securityGroup('db', ['tcp 5432 from sg-web'])
    .instance('web', '10.0.0.10', { groups: ['web'], publicIp: '54.1.1.1' })
    .subnet('b', '10.0.1.0/24', { routes: {} })
    .instance('db', '10.0.1.10', { groups: ['db'] })
    .with('instance', 'i-web', { Tags: tags({ Name: name, team: name }) })
    .with('subnet', 'subnet-a', { Tags: tags({ Name: name }) })
    .with('subnet', 'subnet-b', { Tags: tags({ Name: name, team: name }) })

const matrixOf = (name: string, by = 'tag:team'): MatrixResult => compile(named(name).snapshot()).matrix({ by })
const csvOf = (result: MatrixResult): string => [...matrixCsv(result)].join('')
const reachAllOf = (name: string): ReachAllResult =>
  compile(named(name).snapshot()).reachAll({ from: 'i-web' }, 'tag:team')
const blastOf = (name: string): BlastResult => compile(named(name).snapshot()).blast('internet', { by: 'tag:team' })

/** Each report of an estate in which somebody chose this name. */
const reports: readonly (readonly [string, (name: string) => string])[] = [
  ['matrix as text', (name) => matrixText(matrixOf(name), plain)],
  ['matrix by subnet as text', (name) => matrixText(matrixOf(name, 'subnet'), plain)],
  ['matrix as Markdown', (name) => matrixMarkdown(matrixOf(name))],
  ['matrix as CSV', (name) => csvOf(matrixOf(name))],
  ['reach * as text', (name) => reachAllText(reachAllOf(name), plain)],
  ['reach * as Markdown', (name) => reachAllMarkdown(reachAllOf(name))],
  ['blast as text', (name) => blastText(blastOf(name), plain)],
  ['blast as Markdown', (name) => blastMarkdown(blastOf(name))],
]

describe('the places of a matrix', () => {
  it('are told with what they resolved to', () => {
    const result = compile(named('frontend').snapshot()).matrix({ by: 'interface', from: 'i-web', to: 'internet' })
    expect(result.places).toMatchObject({ from: { selector: 'i-web', kind: 'instance' }, to: { selector: 'internet' } })
    expect(result.places?.from?.resolved.map(({ id }) => id)).toContain('eni-web')
    expect(matrixText(result, plain)).toMatch(/ {2}from +i-web.*frontend.*\n {2}to +any address on the internet/)
    expect(matrixMarkdown(result)).toMatch(/- \*\*from\*\* .*i-web.*\n- \*\*to\*\* .*any address on the internet/)
  })

  it('are none where none was named', () => {
    expect(matrixOf('frontend')).not.toHaveProperty('places')
  })
})

describe('a name that somebody chose', () => {
  it.each(reports)('steers no terminal: %s', (_, report) => {
    const text = report('\u001b[2Jevil\u0007\u202egnp\r\nnext')
    expect(text).toContain('evil')
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })

  it.each(reports.filter(([what]) => what.endsWith('Markdown')))('is no markup: %s', (_, report) => {
    const text = report('`|x| <img src=x> [a](b)')
    const rows = text.split('\n').filter((line) => line.startsWith('| '))
    const columns = (line: string): number => line.match(/(?<!\\)\|/g)?.length ?? 0
    for (const row of rows) expect([7, 8, 6, 5, 4]).toContain(columns(row))
    expect(text.replaceAll(/`[^`]*`/g, '')).not.toMatch(/<img|\[a\]/)
  })

  it.each(reports.filter(([what]) => what.endsWith('text')))(
    'makes no line wider than the terminal: %s',
    (_, report) => {
      for (const name of ['x'.repeat(256), 'sehr-lange-namen-'.repeat(12), 'ウェブ'.repeat(40)])
        expect(
          report(name)
            .split('\n')
            .filter((line) => line.length > 100),
        ).toEqual([])
    },
  )

  it.each(['=HYPERLINK("http://evil","x")', '+1', '-1+1', '@SUM(A1)', '\t=1', '＝1'])(
    'is no formula in a spreadsheet: %s',
    (name) => {
      for (const cell of parseCsv(csvOf(matrixOf(name))).flat()) expect(cell).not.toMatch(/^[=+\-@\t\r＝]/)
    },
  )
})

describe('CSV', () => {
  it('has as many fields in each line, quoted as RFC 4180 says, and lines that end in CRLF', () => {
    const text = csvOf(matrixOf('a "b", c'))
    const records = parseCsv(text)
    expect(new Set(records.map((record) => record.length))).toEqual(new Set([records[0]!.length]))
    expect(records.flat()).toContain('tag:team=a "b", c')
    expect(text.endsWith('\r\n')).toBe(true)
  })

  it('has a line for each flow, and one for each cell without any', () => {
    const result = compile(examples.get('three-tier')!).matrix()
    const lines = result.cells.reduce((sum, { flows }) => sum + Math.max(1, flows.length), 0)
    expect(parseCsv(csvOf(result))).toHaveLength(1 + lines)
  })

  it.each([...examples])('of %s has no two lines that read alike, counts and examples left aside', (_, snapshot) => {
    const of = compile(snapshot)
    for (const by of ['tier', 'subnet', 'interface']) {
      const [head, ...records] = parseCsv(csvOf(of.matrix({ by })))
      const counts = new Set(head!.flatMap((name, at) => (/pairs|example/.test(name) ? [at] : [])))
      const read = records.map((record) => record.filter((_, at) => !counts.has(at)).join('|'))
      expect(new Set(read).size, by).toBe(records.length)
    }
  })

  it('names the addresses of an AWS service that packets go to, which their words leave out', () => {
    const [head, ...records] = parseCsv(csvOf(compile(examples.get('three-tier')!).matrix({ from: 'private' })))
    const destinations = (to: string): readonly string[] =>
      records.filter((record) => record[head!.indexOf('to')] === to).map((record) => record.at(-1)!)
    expect(head!.at(-1)).toBe('destinations')
    expect(destinations('aws-services')).toContain('10.20.80.20-10.20.80.22; 10.20.81.20-10.20.81.22')
    expect(new Set([...destinations('internet'), ...destinations('database')])).toEqual(new Set(['']))
  })

  it('of more cells than are written at once has the head once, and every cell', () => {
    const { cells, ...rest } = compile(examples.get('three-tier')!).matrix()
    const many = Array.from({ length: 2500 }, (_, at) => ({ ...cells[at % cells.length]!, from: `from-${at}` }))
    const records = parseCsv(csvOf({ ...rest, cells: many }))
    expect(new Set(records.map(([from]) => from))).toEqual(new Set(['from', ...many.map(({ from }) => from)]))
    expect(records.filter(([from]) => from === 'from')).toHaveLength(1)
  })
})

describe('text', () => {
  it.each([...examples])(
    'of %s is the same without colour, so that no state is told by colour alone',
    (_, snapshot) => {
      const of = compile(snapshot)
      const bare = (text: string): string => text.replaceAll(/\u001b\[\d+m/g, '')
      for (const by of ['tier', 'interface']) {
        const result = of.matrix({ by })
        expect(bare(matrixText(result, coloured))).toBe(matrixText(result, plain))
      }
      const result = of.blast('internet')
      expect(bare(blastText(result, coloured))).toBe(blastText(result, plain))
    },
  )

  it('is a table where it fits, and a list where it does not, with one line for what is out of reach', () => {
    const of = compile(examples.get('three-tier')!)
    expect(matrixText(of.matrix(), plain)).toMatch(/^from \\ to +public/m)
    const list = matrixText(of.matrix({ by: 'interface' }), plain)
    expect(list).not.toContain('from \\ to')
    expect(list.match(/^ {2}unreachable /gm)!.length).toBeLessThanOrEqual(
      of.matrix({ by: 'interface' }).groups.from.length,
    )
  })

  it.each([...examples])('of %s counts among what is out of reach only what can be asked about', (_, snapshot) => {
    const of = compile(snapshot)
    for (const end of [{ to: 'internet' }, { from: of.matrix({ by: 'interface' }).groups.from[0]!.key }]) {
      const result = of.reachAll(end)
      const { cells, verdicts } = result.totals
      const [, count, all] = /^ {2}unreachable +(\d+) of (\d+):/m.exec(reachAllText(result, plain)) ?? [0, 0, cells]
      expect([Number(count), Number(all)]).toEqual([verdicts.unreachable, cells])
    }
  })

  it('breaks the head of a row that is too long for a line', () => {
    const result = compile(examples.get('three-tier')!).matrix({ by: 'interface' })
    const from = result.groups.from.map((group) => ({ ...group, name: 'w'.repeat(250) }))
    const text = matrixText({ ...result, groups: { ...result.groups, from } }, plain)
    expect(text).toMatch(/^from eni-.*\n +w+/m)
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([])
  })

  it('says so where there is nothing to ask about', () => {
    const empty = compile(estate().vpc('empty', '10.0.0.0/16').snapshot())
    expect(matrixText(empty.matrix({ by: 'tier', from: '10.0.0.0/16', to: 'internet' }), plain)).toContain(
      '0 unreachable'.slice(2),
    )
    expect(matrixText(empty.matrix(), plain)).toMatch(/0 cells, 0 pairs of members[^]*internet/)
  })
})

describe('a blast', () => {
  it('says in its headline that more is not known, in every format', () => {
    const result = compile(examples.get('dangling')!).blast('private')
    expect(result.totals.reached).toBe(0)
    expect(blastText(result, plain)).toMatch(/^REACHED .*: none of 2 interfaces, and more that is not known$/m)
    expect(blastMarkdown(result)).toMatch(/^### .*: none of 2 interfaces, and more that is not known$/m)
  })
})

/** A reader of RFC 4180 that knows nothing of how we write it. */
const parseCsv = (text: string): string[][] => {
  const records: string[][] = [[]]
  let field = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (isQuoted) {
      if (character !== '"') field += character
      else if (text[at + 1] === '"') field += text[++at]
      else isQuoted = false
    } else if (character === '"') isQuoted = true
    else if (character === ',' || (character === '\r' && text[at + 1] === '\n')) {
      records.at(-1)!.push(field)
      field = ''
      if (character === '\r') {
        at++
        records.push([])
      }
    } else field += character
  }
  expect(records.pop()).toEqual([])
  return records
}

describe('a matrix in a terminal', () => {
  const of = (snapshot: string, columns: number, by = 'tier'): string =>
    matrixText(compile(examples.get(snapshot)!).matrix({ by }), styleOf({ colour: false, columns }))

  it('names the verdict of every flow that there is no room for', () => {
    const text = of('hybrid', 100)
    expect(text).toMatch(/icmp types.*\n.*\n.*1\/2 pairs\n +\+ 1 one-way\n/)
    expect(text).not.toMatch(/\+ \d+ more/)
  })

  it('names in a list the verdict of every flow that is counted', () => {
    const result = compile(examples.get('hybrid')!).matrix({})
    const cells = result.cells.map((cell) => {
      const [flow] = cell.flows
      if (!flow) return cell
      const others = [1, 2, 3, 4].map((port) => ({ ...flow, text: [`tcp ${port}`] }))
      return { ...cell, flows: [flow, ...others, { ...flow, verdict: 'unknown' as const, text: ['udp 53'] }] }
    })
    expect(matrixText({ ...result, cells }, styleOf({ colour: false, columns: 60 }))).toMatch(
      /tcp 3 .*\n +\.\.\. and 1 more, 1 unknown\n/,
    )
  })

  it('tells what reads alike once', () => {
    expect(of('hybrid', 100)).toMatch(/^onprem +reachable +one-way\n +tcp 443 \.\.\. +tcp 5432 \.\.\.\n +>=1\/2 pairs/m)
  })

  it.each(['hybrid', 'three-tier', 'dangling', 'dual-stack'])(
    'explains every mark, and none that is not there: %s',
    (name) => {
      const [grid = '', legend = ''] = of(name, 120).split('\n\n').slice(1)
      const explained = legend.split('\n').map((line) => line.split(/ {2,}/)[0]!)
      const marks: readonly (readonly [RegExp, string])[] = [
        [/ -( |$)/m, '-'],
        [/\d\/\d+ pair/, 'n/m pairs'],
        [/>=/, '>='],
        [/\.\.\./, '...'],
        [/\(IPv[46]/, '(IPv4)'],
        [/\+ \d+ more/, '+ n more'],
        [/\+ \d+ one-way/, '+ n one-way'],
        [/\+ \d+ unknown/, '+ n unknown'],
        [/ conditional/, 'conditional'],
        [/ one-way/, 'one-way'],
        [/ unknown/, 'unknown'],
      ]
      for (const [mark, word] of marks) expect([word, explained.includes(word)]).toEqual([word, mark.test(grid)])
    },
  )

  it('breaks no id and no number: where there is no room it is a list', () => {
    expect(of('load-balancer', 100, 'interface')).toMatch(/^from eni-06843d9f020e50761 \(tickets-nlb\), 1 interface$/m)
    expect(of('load-balancer', 120, 'interface')).toContain('from \\ to')
    for (const columns of [60, 80, 100, 120])
      for (const name of ['hybrid', 'three-tier', 'load-balancer'])
        for (const by of ['tier', 'vpc-tier', 'interface', 'subnet'])
          expect(of(name, columns, by)).not.toMatch(/types 3-$|^ *\d{1,3}-$|\d-( |$)/m)
  })
})

describe('what an intruder could reach, in text', () => {
  /** A web server, and what lies behind it, as if that were reached by a load balancer. */
  const result = compile(named('web').snapshot()).blast('internet', { by: 'interface' })
  const [target] = result.targets
  const [way] = target!.ways
  const [link] = way!.chain
  const [flow] = link!.flows
  const lossy = { ...flow!, verdict: 'one-way' as const, text: ['udp 53'] }
  const through = { ...link!, through: { id: 'eni-alb', name: 'alb' } }
  const behind = { ...result.targets[1]!.ways[0]!, chain: [through, ...result.targets[1]!.ways[0]!.chain.slice(1)] }
  const text = blastText(
    {
      ...result,
      targets: [
        { ...target!, ways: [{ ...way!, chain: [{ ...link!, flows: [flow!, lossy] }] }] },
        { ...result.targets[1]!, ways: [behind] },
      ],
    },
    plain,
  )

  it('is told with packets that fare worse, and with other ways that are known', () => {
    expect(text).toMatch(/internet -> web: tcp 443; one-way: udp 53\n +also internet -> web through alb: tcp 443\n/)
    expect(text).toContain('In 2 steps')
    expect(text).toContain('There may be others: ztnet reach')
  })

  it('names the packets of a link once', () => {
    expect(text.match(/tcp 443; one-way/g)).toHaveLength(1)
    expect(text).toMatch(/^ {2}reachable +\S+ \(web\) {2}1 of 1 interface$/m)
  })
})
