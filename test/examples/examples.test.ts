/** The bundled examples: the files say what their sources say, look like AWS, and teach what their README promises. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { formatSnapshotLines } from '../../src/snapshot/lines.ts'
import { resourceSchemas } from '../../src/snapshot/schema.ts'
import { admit } from '../../src/snapshot/shape.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { simulate, verdictOf } from '../oracle/simulate.ts'
import { examples, snapshotsFolder } from './all.ts'

const readme = readFileSync(join(snapshotsFolder, 'README.md'), 'utf8')
const scratch = mkdtempSync(join(tmpdir(), 'ztnet-examples-'))

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})

describe('the files in snapshots/', () => {
  it('are the examples and no others, each with its section in the README', () => {
    const names = [...examples.keys()].sort()
    expect(readdirSync(snapshotsFolder).sort()).toEqual(['README.md', ...names.map((name) => `${name}.json`)].sort())
    expect([...readme.matchAll(/^## (.+)$/gm)].map(([, name = '']) => name).sort()).toEqual(names)
  })

  it.each([...examples])('%s is up to date: if this fails, npm run snapshots', (name, snapshot) => {
    const written = [...formatSnapshotLines(snapshot)].map((line) => `${line}\n`).join('')
    expect(readFileSync(join(snapshotsFolder, `${name}.json`), 'utf8')).toBe(written)
  })

  it.each([...examples])('%s holds records that a snapshot may hold', (_, snapshot) => {
    const misfits = snapshot.resources.map(({ kind, raw }) => admit(resourceSchemas[kind].raw, structuredClone(raw)))
    expect(misfits.filter((misfit) => misfit !== undefined)).toEqual([])
  })

  it.each([...examples])('%s has ids of the shape that AWS gives', (_, snapshot) => {
    const text = JSON.stringify(
      snapshot.resources.map(({ id, raw }) => ({ id, ...raw, Tags: [], TagSet: [], TagList: [] })),
    )
    const ids =
      text.match(/(?<![\w-])(?:vpc|subnet|eni|i|sg|acl|rtb|igw|eigw|nat|pcx|tgw|vpce|pl|eipalloc)-[\w-]+/g) ?? []
    expect(ids.length).toBeGreaterThan(20)
    expect(ids.filter((id) => !/^[a-z-]+-([0-9a-f]{8}|0[0-9a-f]{16})$/.test(id))).toEqual([])
  })

  it('have the default collected last', () => {
    const latest = [...examples].sort(([, a], [, b]) => (a.collectedAt! < b.collectedAt! ? 1 : -1))
    expect(latest.map(([name]) => name)[0]).toBe('three-tier')
    expect(latest[0]![1].collectedAt).not.toBe(latest[1]![1].collectedAt)
  })
})

/** What the README says, and more: name, question, verdict. */
const questions = [
  ['three-tier', 'db-subnet internet', 'unreachable'],
  ['three-tier', 'intra internet', 'unreachable'],
  ['three-tier', 'shop-worker-1 internet', 'unreachable'],
  ['three-tier', 'shop-app-1 internet --protocol tcp --port 443', 'reachable'],
  ['three-tier', 'internet shop-web --protocol tcp --port 443', 'reachable'],
  ['three-tier', 'internet private', 'unreachable'],
  ['three-tier', 'internet database', 'unreachable'],
  ['three-tier', 'internet intra', 'unreachable'],
  ['three-tier', 'shop-web database', 'unreachable'],
  ['three-tier', 'private database --protocol tcp --port 5432', 'reachable'],
  ['three-tier', 'intra database --protocol tcp --port 5432', 'reachable'],
  ['three-tier', 'private aws:s3 --protocol tcp --port 443', 'reachable'],
  ['nat-gateway', 'reports internet --protocol tcp --port 443', 'unreachable'],
  ['nat-gateway', 'invoices internet --protocol tcp --port 443', 'reachable'],
  ['nat-gateway', 'internet invoices', 'unreachable'],
  ['peering', 'collector ledger --protocol tcp --port 443', 'one-way'],
  ['peering', 'checkout ledger --protocol tcp --port 443', 'reachable'],
  ['peering', 'checkout collector --protocol tcp --port 443', 'unreachable'],
  ['transit-hub', 'prod-api dev-api', 'unreachable'],
  ['transit-hub', 'prod-api resolver --protocol udp --port 53', 'reachable'],
  ['transit-hub', 'dev-api resolver --protocol udp --port 53', 'reachable'],
  ['transit-hub', 'nightly-batch resolver --protocol udp --port 53', 'unreachable'],
  ['nacl-return', 'teller audit --protocol tcp --port 443', 'one-way'],
  ['nacl-return', 'teller accounts --protocol tcp --port 443', 'conditional'],
  ['nacl-return', 'teller journal --protocol tcp --port 443', 'reachable'],
  ['private-link', 'checkout fraud-score-endpoint --protocol tcp --port 443', 'reachable'],
  ['private-link', 'scorer checkout', 'unreachable'],
  ['dangling', 'till internet --protocol tcp --port 443', 'unknown'],
  ['dangling', 'till legacy', 'unknown'],
  ['dangling', 'bastion till --protocol tcp --port 22', 'unknown'],
  ['dangling', 'till stock --protocol tcp --port 443', 'reachable'],
  ['dual-stack', 'ingest internet --ipv6', 'reachable'],
  ['dual-stack', 'ingest internet --ipv4', 'unreachable'],
  ['dual-stack', 'internet ingest --ipv6', 'one-way'],
  ['dual-stack', 'internet gateway --ipv4 --protocol tcp --port 443', 'reachable'],
  ['dual-stack', 'internet gateway --ipv6 --protocol tcp --port 443', 'unreachable'],
  ['load-balancer', 'kiosk tickets-nlb --protocol tcp --port 443', 'unreachable'],
  ['load-balancer', 'kiosk tickets-nlb --protocol tcp --port 8443', 'reachable'],
  ['load-balancer', 'kiosk 10.9.2.10 --protocol tcp --port 8443', 'unreachable'],
  ['load-balancer', 'kiosk 10.9.2.10 --protocol tcp --port 9443', 'reachable'],
  ['hybrid', 'onprem order-api --protocol tcp --port 443', 'reachable'],
  ['hybrid', '172.31.0.1 order-api', 'unreachable'],
  ['hybrid', 'onprem salaries --protocol tcp --port 5432', 'one-way'],
  ['hybrid', 'order-api onprem --protocol tcp --port 443', 'reachable'],
] as const

describe('what an example teaches', () => {
  it.each(questions)('%s: %s is %s', async (name, question, verdict) => {
    expect(await ask(`${question} --snapshot example:${name}`)).toMatchObject({ verdict })
  })

  it('is what the README says of the command that it shows', () => {
    const shown = [...readme.matchAll(/^ {4}node bin\/ztnet\.js reach (.+) --snapshot example:(.+)\n\n`([\w-]+)`/gm)]
    expect(shown.map(([, , name = '']) => name).sort()).toEqual([...examples.keys()].sort())
    const tested = questions.map(([name, question, verdict]) => `${name}: ${question} is ${verdict}`)
    expect(tested).toEqual(
      expect.arrayContaining(shown.map(([, question, name, verdict]) => `${name}: ${question} is ${verdict}`)),
    )
  })

  it('has several reasons of which each would do, where the database asks for the internet', async () => {
    const { blocked } = await ask('db-subnet internet --protocol tcp --port 443 --snapshot example:three-tier')
    const codes = new Set(blocked.map(({ code }) => code))
    expect([...codes]).toEqual(
      expect.arrayContaining(['SG_HAS_NO_RULES', 'SUBNET_ACL_RESTRICTION', 'NO_ROUTE_TO_DESTINATION']),
    )
  })

  it('rests on nothing that AWS leaves open, in the default', async () => {
    const { assumptions, unknowns } = await ask('database internet --snapshot example:three-tier')
    expect({ assumptions, unknowns }).toEqual({ assumptions: [], unknowns: [] })
  })
})

/** A second opinion on single packets, from a simulator that shares nothing with the engine. */
describe('the oracle agrees', () => {
  it.each([
    ['three-tier', '10.20.64.12', '93.184.215.14', 443, 'unreachable'],
    ['three-tier', '10.20.16.21', '93.184.215.14', 443, 'reachable'],
    ['three-tier', '10.20.16.60', '93.184.215.14', 443, 'unreachable'],
    ['three-tier', '93.184.215.14', '18.184.77.36', 443, 'reachable'],
    ['three-tier', '10.20.16.21', '10.20.64.12', 5432, 'reachable'],
    ['three-tier', '10.20.80.40', '10.20.65.12', 5432, 'reachable'],
    ['three-tier', '10.20.16.60', '10.20.64.12', 5432, 'unreachable'],
    ['three-tier', '10.20.16.60', '10.20.32.40', 443, 'reachable'],
    ['three-tier', '10.20.80.40', '10.20.81.22', 443, 'reachable'],
    ['three-tier', '10.20.64.12', '3.5.136.9', 443, 'unreachable'],
    ['three-tier', '10.20.16.60', '3.5.136.9', 443, 'reachable'],
    ['nat-gateway', '10.0.1.20', '93.184.215.14', 443, 'reachable'],
    ['nat-gateway', '10.0.3.20', '93.184.215.14', 443, 'unreachable'],
    ['peering', '10.1.0.20', '10.2.0.20', 443, 'reachable'],
    ['peering', '10.3.0.20', '10.2.0.20', 443, 'one-way'],
    ['peering', '10.1.0.20', '10.3.0.20', 443, 'unreachable'],
    ['transit-hub', '10.8.0.20', '10.0.0.53', 53, 'reachable'],
    ['transit-hub', '10.8.0.20', '10.9.0.20', 443, 'unreachable'],
    ['transit-hub', '10.8.2.20', '10.0.0.53', 53, 'unreachable'],
    ['nacl-return', '10.5.0.20', '10.5.1.20', 443, 'one-way'],
    ['nacl-return', '10.5.0.20', '10.5.3.20', 443, 'reachable'],
    ['dangling', '10.7.0.20', '93.184.215.14', 443, 'unknown'],
    ['dangling', '10.7.0.20', '10.7.1.20', 443, 'unknown'],
    ['dangling', '10.7.0.20', '10.7.0.21', 443, 'reachable'],
    ['load-balancer', '10.9.0.20', '10.9.1.10', 443, 'unreachable'],
    ['load-balancer', '10.9.0.20', '10.9.1.10', 8443, 'reachable'],
    ['load-balancer', '10.9.0.20', '10.9.2.10', 8443, 'unreachable'],
    ['load-balancer', '10.9.0.20', '10.9.2.10', 9443, 'reachable'],
  ] as const)('%s: %s to %s, tcp %i, is %s', (name, source, destination, destinationPort, verdict) => {
    const snapshot = examples.get(name)!
    const packet = { family: 4, source, destination, protocol: 6, sourcePort: 40000, destinationPort } as const
    expect(verdictOf(simulate(snapshot, senderOf(snapshot, source), packet))).toBe(verdict)
  })
})

const senderOf = (snapshot: Snapshot, address: string) => {
  const found = snapshot.resources.find(
    (each) => each.kind === 'networkInterface' && each.raw.PrivateIpAddress === address,
  )
  return found ? { interface: found.id } : 'internet'
}

interface Answer {
  readonly verdict: string
  readonly blocked: readonly { readonly code: string }[]
  readonly assumptions: readonly unknown[]
  readonly unknowns: readonly unknown[]
}

/** The command as the README shows it, run in this process. */
const ask = async (question: string): Promise<Answer> => {
  const file = join(scratch, `${question.replaceAll(/\W+/g, '-')}.json`)
  const status = await main(['node', 'ztnet', 'reach', ...question.split(' '), '--format', 'json', '--output', file])
  expect(status).toBe(0)
  return JSON.parse(readFileSync(file, 'utf8')) as Answer
}
