/** Every folder of conformance and real data loads, and what was not understood in it is named. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { importDescribeFolder } from '../../src/collect/describe-files.ts'
import { formatSnapshotLines, parseSnapshotLines } from '../../src/snapshot/lines.ts'
import { folder } from './folder.ts'

const shared = fileURLToPath(new URL('../../../shared/', import.meta.url))
const present = existsSync(shared)
const under = (name: string) => (present ? readdirSync(join(shared, name)).map((each) => join(shared, name, each)) : [])
const networks = under('conformance')
  .filter((path) => existsSync(join(path, 'cases.jsonl')))
  .map((path) => join(path, 'aws'))
const recordings = under('real-data').filter((path) => statSync(path).isDirectory())

test.skipIf(!present && process.env['CI'] === undefined)(
  'the shared folders are here (else this file says nothing)',
  () => {
    expect(networks.length, `no conformance folders below ${shared}`).toBeGreaterThan(0)
    expect(recordings.length, `no real data below ${shared}`).toBeGreaterThan(0)
  },
)

describe.each(networks.map((path) => [relative(shared, path), path]))('%s', (_, path) => {
  it('is understood to the last record', () => {
    const { snapshot, warnings } = importDescribeFolder(path)
    expect(snapshot.gaps).toEqual([])
    expect(warnings).toEqual([])
    const kinds = new Set(snapshot.resources.map(({ kind }) => kind))
    for (const kind of ['vpc', 'subnet', 'routeTable', 'networkAcl', 'securityGroup', 'networkInterface'] as const) {
      expect(kinds).toContain(kind)
    }
    expect(snapshot.resources.map(({ region }) => region)).not.toContain('unknown')
  })

  it('holds every id of its describe files, with every field that says something', () => {
    const written = [...formatSnapshotLines(importDescribeFolder(path).snapshot)]
    const ids = new Set(written.join('\n').match(idForm))
    for (const file of jsonFiles(path)) {
      const text = readFileSync(file, 'utf8').replace(/"CustomerGatewayConfiguration": *"(?:[^"\\]|\\.)*"/g, '')
      for (const id of text.match(idForm) ?? []) expect(ids, `${id} of ${relative(path, file)}`).toContain(id)
    }
  })

  it('comes back from its text unchanged', () => {
    const lines = [...formatSnapshotLines(importDescribeFolder(path).snapshot)]
    expect([...formatSnapshotLines(parseSnapshotLines(lines))]).toEqual(lines)
  })
})

describe.each(recordings.map((path) => [relative(shared, path), path]))('%s', (_, path) => {
  it('each file is taken or named, alone and beside another', () => {
    const silent = allFiles(path).filter((file) => {
      const name = relative(path, file)
      const root = folder({ [name]: readFileSync(file), 'good.json': { NatGateways: [] } })
      const { snapshot, warnings } = importDescribeFolder(root)
      const taken = snapshot.resources.length > 0 || snapshot.coverage.length > 1
      return !taken && !warnings.some((warning) => warning.includes(name)) && !basename(name).startsWith('sts-')
    })
    expect(silent).toEqual([])
  })
})

describe('what real data is not', () => {
  test.skipIf(!present)('a folder of Terraform plans is an error that says so', () => {
    expect(() => importDescribeFolder(join(shared, 'real-data/tfplan-json'))).toThrow(
      /holds no describe JSON: .* is a Terraform plan/,
    )
  })

  test.skipIf(!present)('a folder without route tables claims nothing about them', () => {
    const { snapshot } = importDescribeFolder(join(shared, 'real-data/cloudmapper-demo'))
    const kinds = snapshot.coverage.map(({ kind }) => kind)
    expect(kinds).toContain('subnet')
    expect(kinds).not.toContain('routeTable')
    expect(kinds).not.toContain('networkAcl')
  })
})

const idForm =
  /\b(?:vpc|subnet|eni|sg|rtb|acl|igw|nat|pcx|vpce|tgw|tgw-rtb|tgw-attach|vgw|cgw|vpn|i|eipalloc|pl)-[0-9a-f]{8,17}\b/g

function jsonFiles(path: string): string[] {
  return allFiles(path).filter((file) => file.endsWith('.json'))
}

function allFiles(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
}
