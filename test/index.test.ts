/** The library door, by programs that no compiler checks: what a question says and nobody understands is refused. */
import { describe, expect, it } from 'vitest'
import { compile, diff, ZtnetError } from '../src/index.ts'
import { examples } from './examples/all.ts'

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
