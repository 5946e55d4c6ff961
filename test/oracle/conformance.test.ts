/** The oracle against verdicts that nobody on this project wrote, most of them measured on AWS: how it proves that it read the
 *  rules rightly before it judges the engine. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readFolder } from './folder.ts'
import { type PlainPacket, simulate, type Start, type Verdict, verdictOf } from './simulate.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'

interface Case {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly port?: number
  readonly sourcePort?: number
  readonly icmpType?: number
  readonly icmpCode?: number
  readonly expect: 'reachable' | 'blocked' | 'one-way'
  readonly direction?: 'forward' | 'both'
}

const conformance = fileURLToPath(new URL('../../../shared/conformance/', import.meta.url))
const present = existsSync(conformance)
const folders = present
  ? readdirSync(conformance)
      .filter((name) => existsSync(`${conformance}${name}/cases.jsonl`))
      .sort()
  : []

test.skipIf(!present && process.env['CI'] === undefined)(
  'the conformance folders are here (else this file says nothing)',
  () => {
    expect(folders.length, `no conformance folders at ${conformance}`).toBeGreaterThan(0)
  },
)

describe.each(folders)('%s', (name) => {
  const cases = readFileSync(`${conformance}${name}/cases.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case)
  const snapshot = readFolder(`${conformance}${name}/aws`)

  test(`agrees with all ${cases.length} cases`, () => {
    const wrong = cases.flatMap((each) => {
      const verdict = ask(snapshot, each)
      return agrees(each, verdict) ? [] : [`${each.id}: expected ${each.expect}, got ${verdict}`]
    })
    expect(wrong).toEqual([])
  })
})

/** What the shared runner counts as agreement. */
const agrees = ({ expect, direction }: Case, verdict: Verdict): boolean => {
  const forward = direction === 'forward'
  if (expect === 'reachable') return verdict === 'reachable' || (forward && verdict === 'one-way')
  if (expect === 'one-way') return verdict === 'one-way'
  return verdict === 'unreachable' || (!forward && verdict === 'one-way')
}

const NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 }

/** `to` an interface means its address: the first of the sender's family. */
const ask = (snapshot: Snapshot, { from, to, protocol, port, sourcePort, icmpType, icmpCode }: Case): Verdict => {
  const start: Start = from.startsWith('eni-') ? { interface: from } : 'internet'
  const number = NUMBERS[protocol] ?? Number(protocol)
  const packet: PlainPacket = {
    family: 4,
    source: start === 'internet' ? from : addressOfInterface(snapshot, from),
    destination: to.startsWith('eni-') ? addressOfInterface(snapshot, to) : to,
    protocol: number,
    ...(number === 6 || number === 17 ? { sourcePort: sourcePort ?? 1024, destinationPort: port ?? 0 } : {}),
    ...(number === 1 ? { icmpType: icmpType ?? 8, icmpCode: icmpCode ?? 0 } : {}),
  }
  return verdictOf(simulate(snapshot, start, packet))
}

const addressOfInterface = (snapshot: Snapshot, id: string): string => {
  const found = snapshot.resources.find((resource) => resource.kind === 'networkInterface' && resource.id === id)
  if (found?.kind !== 'networkInterface' || found.raw.PrivateIpAddress === undefined)
    throw new Error(`no interface ${id}`)
  return found.raw.PrivateIpAddress
}
