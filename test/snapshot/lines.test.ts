/** The text form of a snapshot: its layout, its laws, and what is said of text that is not one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ZtnetError } from '../../src/errors.ts'
import { formatSnapshotLines, parseSnapshotDocument, parseSnapshotLines } from '../../src/snapshot/lines.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { snapshots } from './arbitrary.ts'

const place = { account: '111111111111', region: 'us-east-1' }
const small: Snapshot = {
  version: 1,
  collectedAt: '2026-01-31T12:00:00Z',
  coverage: [
    { kind: 'vpc', ...place },
    { kind: 'subnet', ...place },
  ],
  gaps: [{ code: 'CALL_FAILED', message: 'no answer', kind: 'natGateway', ...place }],
  resources: [
    { kind: 'vpc', ...place, id: 'vpc-1', raw: { VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16' } },
    { kind: 'subnet', ...place, id: 'subnet-2', raw: { VpcId: 'vpc-1', SubnetId: 'subnet-2' } },
    { kind: 'subnet', ...place, id: 'subnet-1', raw: { VpcId: 'vpc-1', SubnetId: 'subnet-1', Tags: [] } },
  ],
}

const text = (snapshot: Snapshot) => [...formatSnapshotLines(snapshot)].join('\n')

describe('a snapshot as text', () => {
  it('is JSON with one resource a line, by kind, account, region and id', () => {
    expect(text(small).split('\n')).toEqual([
      '{"format":"ztnet-snapshot","version":1,"collectedAt":"2026-01-31T12:00:00Z",',
      '"coverage":[',
      '{"kind":"subnet","account":"111111111111","region":"us-east-1"},',
      '{"kind":"vpc","account":"111111111111","region":"us-east-1"}',
      '],',
      '"gaps":[',
      '{"code":"CALL_FAILED","message":"no answer","kind":"natGateway","account":"111111111111","region":"us-east-1"}',
      '],',
      '"resources":[',
      '{"kind":"subnet","account":"111111111111","region":"us-east-1","id":"subnet-1","raw":{"SubnetId":"subnet-1","VpcId":"vpc-1"}},',
      '{"kind":"subnet","account":"111111111111","region":"us-east-1","id":"subnet-2","raw":{"SubnetId":"subnet-2","VpcId":"vpc-1"}},',
      '{"kind":"vpc","account":"111111111111","region":"us-east-1","id":"vpc-1","raw":{"CidrBlock":"10.0.0.0/16","VpcId":"vpc-1"}}',
      ']}',
    ])
  })

  it('without anything in it is still valid JSON', () => {
    const empty: Snapshot = { version: 1, coverage: [], gaps: [], resources: [] }
    expect(JSON.parse(text(empty))).toEqual({ format: 'ztnet-snapshot', ...empty })
    expect(parseSnapshotLines(text(empty).split('\n'))).toEqual(empty)
  })

  it('can be read with the line ends that a checkout on Windows gives it', () => {
    expect(
      text(
        parseSnapshotLines(
          text(small)
            .split('\n')
            .map((line) => `${line}\r`),
        ),
      ),
    ).toBe(text(small))
  })

  it('keeps unknown fields and unknown values', () => {
    const raw = { VpcId: 'vpc-1', State: 'folded', NextYears: { Field: [1, { deep: true }] } }
    const future: Snapshot = { ...small, resources: [{ kind: 'vpc', ...place, id: 'vpc-1', raw }] }
    expect(parseSnapshotLines(text(future).split('\n')).resources[0]?.raw).toEqual(raw)
  })
})

describe('laws of the text form', () => {
  it('same facts, same bytes, in whatever order they are held', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const shuffled = {
          ...snapshot,
          coverage: [...snapshot.coverage].reverse(),
          gaps: [...snapshot.gaps].reverse(),
          resources: [...snapshot.resources].reverse().map((each) => ({ ...each, raw: reordered(each.raw) })),
        } as Snapshot
        expect(text(shuffled)).toBe(text(snapshot))
      }),
    )
  })

  it('what was written and read is written the same', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const once = text(snapshot)
        expect(text(parseSnapshotLines(once.split('\n')))).toBe(once)
      }),
    )
  })

  it('read line by line or as one JSON value, however laid out, it is the same snapshot', () => {
    fc.assert(
      fc.property(snapshots, fc.constantFrom(undefined, 2), (snapshot, indent) => {
        const lines = parseSnapshotLines(text(snapshot).split('\n'))
        const document: unknown = JSON.parse(JSON.stringify(JSON.parse(text(snapshot)), undefined, indent))
        expect(parseSnapshotDocument(document)).toEqual(lines)
      }),
    )
  })

  it('every field that says something comes back, and no other', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const back = parseSnapshotLines(text(snapshot).split('\n'))
        const saying = (each: Snapshot['resources'][number]) => {
          return JSON.stringify([each.kind, each.account, each.region, each.id, reordered(meaning(each.raw) ?? {})])
        }
        expect(back.resources.map(saying).sort()).toEqual(snapshot.resources.map(saying).sort())
      }),
    )
  })
})

describe('text that is not a snapshot, or not a whole one', () => {
  const lines = text(small).split('\n')
  const replaced = (index: number, line: string) => lines.with(index, line)
  const bad: [what: string, lines: readonly string[], code: string, said: RegExp][] = [
    ['nothing', [], 'SNAPSHOT_FORMAT', /net\.json is not a ztnet snapshot: it is empty/],
    ['white space', ['', '  '], 'SNAPSHOT_FORMAT', /is empty/],
    ['prose', ['# Networks'], 'SNAPSHOT_MALFORMED', /line 1/],
    ['other JSON', ['{"Vpcs":[]}'], 'SNAPSHOT_FORMAT', /net\.json is not a ztnet snapshot/],
    [
      'a newer version',
      replaced(0, '{"format":"ztnet-snapshot","version":2,'),
      'SNAPSHOT_VERSION',
      /version 2.*reads version 1/,
    ],
    ['no version', replaced(0, '{"format":"ztnet-snapshot",'), 'SNAPSHOT_VERSION', /version unknown/],
    [
      'a date that is none',
      replaced(0, '{"format":"ztnet-snapshot","version":1,"collectedAt":7,'),
      'SNAPSHOT_MALFORMED',
      /collectedAt: expected string, got number/,
    ],
    [
      'a resource cut in two',
      [...lines.slice(0, 10), (lines[10] as string).slice(0, 50)],
      'SNAPSHOT_MALFORMED',
      /line 11/,
    ],
    ['the end missing', lines.slice(0, 11), 'SNAPSHOT_MALFORMED', /ends at line 11, before its last resource/],
    ['only a header', lines.slice(0, 1), 'SNAPSHOT_MALFORMED', /ends at line 1/],
    ['another section', replaced(5, '"holes":['), 'SNAPSHOT_FORMAT', /line 6/],
    [
      'coverage without a region',
      replaced(2, '{"kind":"vpc","account":"1"},'),
      'SNAPSHOT_MALFORMED',
      /line 3: region: expected string, got nothing/,
    ],
    [
      'a gap without words',
      replaced(6, '{"code":"X"}'),
      'SNAPSHOT_MALFORMED',
      /line 7: message: expected string, got nothing/,
    ],
    [
      'a resource that is a text',
      replaced(9, '"subnet-1",'),
      'SNAPSHOT_MALFORMED',
      /line 10: expected object, got string/,
    ],
    [
      'a resource without an id',
      replaced(9, '{"kind":"vpc","account":"1","region":"r","raw":{}},'),
      'SNAPSHOT_MALFORMED',
      /line 10: id/,
    ],
    [
      'a resource without its record',
      replaced(9, '{"kind":"vpc","account":"1","region":"r","id":"v"},'),
      'SNAPSHOT_MALFORMED',
      /line 10: raw: expected object, got nothing/,
    ],
    [
      'a record with a wrong type',
      replaced(9, '{"kind":"vpc","account":"1","region":"r","id":"v","raw":{"VpcId":"v","CidrBlock":7}},'),
      'SNAPSHOT_MALFORMED',
      /line 10: raw\.CidrBlock: expected string, got number/,
    ],
    [
      'a record under the id of another',
      replaced(9, '{"kind":"vpc","account":"1","region":"r","id":"v","raw":{"VpcId":"w"}},'),
      'SNAPSHOT_MALFORMED',
      /vpc v holds the record of w/,
    ],
    [
      'one resource twice',
      replaced(9, lines[10] as string),
      'SNAPSHOT_MALFORMED',
      /holds subnet subnet-2 of account 111111111111 in us-east-1 twice/,
    ],
  ]

  it.each(bad)('%s: an error that names file and place', (_, given, code, said) => {
    const error = failureOf(() => parseSnapshotLines(given, 'net.json'))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(said)
    expect(error.place.file).toBe('net.json')
    expect(error.hint).toBeTruthy()
  })

  it('a section that is missing or no list is named', () => {
    const document: unknown = { format: 'ztnet-snapshot', version: 1, coverage: [], gaps: {}, resources: [] }
    expect(failureOf(() => parseSnapshotDocument(document, 'net.json')).message).toMatch(
      /no list of gaps: expected list, got object/,
    )
  })

  it('a kind of resource that only a newer ztnet knows is a gap, and the rest counts', () => {
    const newer = replaced(9, '{"kind":"wormhole","account":"1","region":"r","id":"w-1","raw":{}},')
    const { resources, gaps } = parseSnapshotLines(newer)
    expect(resources.map(({ id }) => id)).toEqual(['subnet-2', 'vpc-1'])
    expect(gaps).toContainEqual(expect.objectContaining({ code: 'NOT_UNDERSTOOD', id: 'w-1', source: 'line 10' }))
  })
})

function failureOf(act: () => unknown): ZtnetError {
  try {
    act()
  } catch (error) {
    if (error instanceof ZtnetError) return error
    throw error
  }
  throw new Error('nothing failed')
}

/** The same value, the keys of its objects in the opposite order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [name, reordered(field)])
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? 1 : -1)))
}

/** A second opinion on what a record says: without what is null or empty. Instants are spelled by rules of their own. */
function meaning(value: unknown): unknown {
  if (value === null || value === '' || value === undefined) return undefined
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((each: unknown) => elementMeaning(each))
  if (typeof value !== 'object') return value
  const fields = Object.entries(value)
    .map(([name, field]): [string, unknown] => [name, meaning(field)])
    .filter(([, field]) => field !== undefined)
  return fields.length === 0 ? undefined : Object.fromEntries(fields)
}

function elementMeaning(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return meaning(value) ?? (Array.isArray(value) ? [] : {})
}
