/** The library door, by programs that no compiler checks: what a question says and nobody understands is refused, and what an answer says was
 *  asked can be asked again. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filterOf, wordsOf } from '../src/analysis/packet-words.ts'
import { compile, diff, type Estate, ZtnetError } from '../src/index.ts'
import { examples } from './examples/all.ts'
import { folder, words, ztnet } from './cli/process.ts'

const snapshot = examples.get('three-tier')!
const estate = compile(snapshot)
const anyhow = (question: unknown): never => question as never

const refusal = (ask: () => unknown): string => {
  try {
    ask()
  } catch (error) {
    if (error instanceof ZtnetError) return `${error.message}; ${error.hint}`
    throw error
  }
  return 'answered'
}

describe('a question with a key that means nothing is refused, with the nearest that does', () => {
  it.each<readonly [string, () => unknown, RegExp]>([
    [
      'reach',
      () => estate.reach('private', 'database', anyhow({ protocl: 'tcp' })),
      /^"protocl" is no key of a question; did you mean protocol\? known are protocol, port, sourcePort, icmpType, icmpCode, ipv4, ipv6$/,
    ],
    [
      'judge',
      () => estate.judge('private', 'database', anyhow({ ports: 443 })),
      /^"ports" is no key.*did you mean port\?/,
    ],
    ['reachAll', () => estate.reachAll(anyhow({ frm: 'private' })), /^"frm" is no key.*did you mean from\?/],
    [
      'reachAll',
      () => estate.reachAll({ from: 'private' }, 'tier', anyhow({ IPV4: true })),
      /^"IPV4".*did you mean ipv4\?/,
    ],
    ['matrix', () => estate.matrix(anyhow({ form: 'private' })), /^"form" is no key.*did you mean from\?/],
    [
      'matrix',
      () => estate.matrix(anyhow({ protocol: 'tcp' })),
      /^"protocol" is no key of a question; known are by, from, to$/,
    ],
    ['matrix', () => estate.matrix({}, anyhow({ sourceport: 1 })), /^"sourceport".*did you mean sourcePort\?/],
    ['blast', () => estate.blast('internet', anyhow({ maxsteps: 1 })), /^"maxsteps".*did you mean maxSteps\?/],
    [
      'check',
      () => estate.check(anyhow({ today: '2026-11-25', polcy: 'version: 1' })),
      /^"polcy".*did you mean policy\?/,
    ],
    ['diff', () => diff(snapshot, snapshot, anyhow({ mach: 'name' })), /^"mach".*did you mean match\?/],
    ['diff', () => diff(snapshot, snapshot, {}, anyhow({ prot: 'tcp' })), /^"prot" is no key.*did you mean/],
  ])('%s', (_, ask, said) => {
    expect(refusal(ask)).toMatch(said)
  })

  it('where it says something: a key without value says nothing', () => {
    expect(refusal(() => estate.judge('private', 'database', anyhow({ protocl: undefined })))).toBe('answered')
  })
})

describe('a question of another kind than is understood is refused', () => {
  it.each<readonly [string, () => unknown, RegExp]>([
    [
      'a word for an object',
      () => estate.reach('private', 'database', anyhow('tcp')),
      /^a question is an object, and this is string; known keys are/,
    ],
    [
      'a list of ports',
      () => estate.reach('private', 'database', anyhow({ port: [443] })),
      /^port must be a word or a num/,
    ],
    [
      'a word for a flag',
      () => estate.reach('private', 'database', anyhow({ ipv4: 'no' })),
      /^ipv4 must be true or false/,
    ],
    [
      'an object for a place',
      () => estate.reach(anyhow({ from: 'private' }), 'database'),
      /^a place is named by a text/,
    ],
    ['one place', () => estate.reach('private', anyhow(undefined)), /^a place is named by a text, and this is nothing/],
    ['everything between two places', () => estate.reachAll({ from: 'private', to: 'database' }), /^two places are/],
    ['everything of nothing', () => estate.reachAll(anyhow({})), /^no place is named/],
  ])('%s', (_, ask, said) => {
    expect(refusal(ask)).toMatch(said)
  })
})

describe('what was asked, as an answer repeats it', () => {
  const packets = [
    {},
    { protocol: 'tcp', port: 443 },
    { protocol: 'TCP', port: '8000-8443', sourcePort: '40000', ipv4: true },
    { protocol: 47, ipv6: true },
    { protocol: 'icmp', icmpType: 3, icmpCode: '4' },
    { port: '22-22', ipv4: true, ipv6: true },
  ]

  it.each(packets)('gives the same answer when it is asked again: %o', (asked) => {
    const { from, to, ...again } = estate.reach('private', 'database', asked).query
    expect(estate.reach(from, to, again)).toEqual(estate.reach('private', 'database', asked))

    const all = estate.reachAll({ to: 'database' }, 'subnet', asked)
    const { by, from: everything, to: place, ...rest } = all.query
    expect(estate.reachAll({ from: everything, to: place }, by, rest)).toEqual(all)

    const matrix = estate.matrix({ by: 'subnet', to: 'internet' }, asked)
    const { by: grouping, from: sender, to: receiver, ...headers } = matrix.query
    expect(estate.matrix({ by: grouping, ...(sender && { from: sender }), to: receiver! }, headers)).toEqual(matrix)

    const changed = diff(snapshot, snapshot, { by: 'tier' }, asked)
    const { by: grouped, match, ...ways } = changed.query
    expect(diff(snapshot, snapshot, { by: grouped, match }, ways)).toEqual(changed)
  })

  it('has * for everything, which every question about many understands', () => {
    const { query } = estate.reachAll({ to: 'database' })
    expect(query.from).toBe('*')
    expect(estate.matrix({ from: query.from, to: query.to })).toEqual(estate.matrix({ to: 'database' }))
  })

  it('of a blast as well', () => {
    const asked: Parameters<Estate['blast']>[1] = {
      ports: [
        [443, 443],
        [8000, 9000],
      ],
      maxSteps: 1,
      ipv4: true,
    }
    const result = estate.blast('internet', asked)
    const { from, ...again } = result.query
    expect(estate.blast(from, again)).toEqual(result)
  })

  it('is a line of a batch', async () => {
    const results = packets.map((asked) => estate.reach('private', 'database', asked))
    const input = results.map(({ query }) => JSON.stringify(query)).join('\n')
    const { stdout, stderr } = await ztnet(words('reach --batch - --snapshot example:three-tier'), {
      cwd: folder(),
      input,
    })
    const answers = stdout.trimEnd().split('\n')
    expect(stderr).toBe('')
    expect(answers.map((line) => (JSON.parse(line) as { readonly verdict: string }).verdict)).toEqual(
      results.map(({ verdict }) => verdict),
    )
  })

  it('means the same packets, whichever were asked about', () => {
    const number = (most: number) => fc.option(fc.integer({ min: 0, max: most }), { nil: undefined })
    const of = fc.record({
      protocol: fc.option(fc.constantFrom('any', 'tcp', 'udp', 'icmp', 'icmp6', 'gre', 1, 6, 58, 47, 255), {
        nil: undefined,
      }),
      port: number(65535),
      sourcePort: number(65535),
      icmpType: number(255),
      icmpCode: number(255),
      ipv4: fc.boolean(),
      ipv6: fc.boolean(),
    })
    fc.assert(
      fc.property(of, (asked) => {
        let filter
        try {
          filter = filterOf(asked)
        } catch {
          return
        }
        expect(filterOf(wordsOf(filter))).toEqual(filter)
      }),
      { numRuns: 1000 },
    )
  })
})
