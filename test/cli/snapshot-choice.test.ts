/** Which snapshot a command works on: what is named, else what the surroundings suggest, in the order of the product's contract. */
import { randomBytes } from 'node:crypto'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { formatSnapshotLines } from '../../src/snapshot/lines.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { estate } from '../build.ts'
import { snapshotsFolder } from '../examples/all.ts'
import { folder, type Surroundings, ztnet } from './process.ts'

const fileOf = (snapshot: Snapshot): string => [...formatSnapshotLines(snapshot)].map((line) => `${line}\n`).join('')

/** A network with one instance, by which an answer shows where it comes from. */
const snapshotOf = (name: string, collectedAt?: string): string =>
  fileOf(
    estate()
      .vpc(name, '10.0.0.0/16')
      .subnet('app', '10.0.1.0/24')
      .instance(`from-${name}`, '10.0.1.10')
      .snapshot(collectedAt),
  )

/** Blank for JSON, and as large compressed as it is. */
const noise = (length: number): string => Array.from(randomBytes(length), (byte) => ' \t\r\n'[byte % 4]).join('')

/** The instance that the answer is about, and what stderr says of the choice. */
const chosen = async (surroundings: Surroundings, ...args: readonly string[]) => {
  const { status, stdout, stderr } = await ztnet(
    ['reach', '10.0.1.10', 'internet', '--format', 'json', ...args],
    surroundings,
  )
  if (status !== 0) return { status, stderr }
  const { from } = JSON.parse(stdout) as { readonly from: { readonly resolved: readonly { readonly name?: string }[] } }
  return { from: from.resolved.at(-1)?.name, stderr }
}

describe('the snapshot', () => {
  const files = {
    'named.json': snapshotOf('option'),
    'env.json': snapshotOf('environment'),
    'policy.json': snapshotOf('policy'),
    'snapshots/old.json': snapshotOf('old', '2026-01-01T00:00:00Z'),
    'snapshots/new.json': snapshotOf('new', '2026-02-01T00:00:00Z'),
    'snapshots/undated.json': snapshotOf('undated'),
    'snapshots/README.md': '# not a snapshot',
    'snapshots/other.json': { Vpcs: [] },
  }
  const env = { ZTNET_SNAPSHOT: 'env.json' }
  const withPolicy = { ...files, 'ztnet.yaml': 'version: 1\nsnapshot: policy.json\n' }

  it.concurrent('is what --snapshot names, and then nothing needs to be said of it', async () => {
    expect(await chosen({ cwd: folder(withPolicy), env }, '--snapshot', 'named.json')).toEqual({
      from: 'from-option',
      stderr: '',
    })
  })

  it.concurrent('else what ZTNET_SNAPSHOT names', async () => {
    expect(await chosen({ cwd: folder(withPolicy), env })).toEqual({
      from: 'from-environment',
      stderr: 'ztnet: snapshot: env.json\n',
    })
  })

  it.concurrent('else what ztnet.yaml names', async () => {
    expect(await chosen({ cwd: folder(withPolicy), env: { ZTNET_SNAPSHOT: '' } })).toEqual({
      from: 'from-policy',
      stderr: 'ztnet: snapshot: policy.json\n',
    })
  })

  it.concurrent('else the one in ./snapshots that was collected last, by the instant inside', async () => {
    expect(await chosen({ cwd: folder(files) })).toEqual({
      from: 'from-new',
      stderr: 'ztnet: snapshot: snapshots/new.json\n',
    })
  })

  it.concurrent('which may be compressed, and of which only the start is looked at', async () => {
    const old = gzipSync(snapshotOf('old', '2026-01-01T00:00:00Z') + noise(100_000))
    const cwd = folder({ 'snapshots/new.json': snapshotOf('new', '2026-02-01T00:00:00Z') })
    writeFileSync(join(cwd, 'snapshots/cut-off.json.gz'), old.subarray(0, -1000))
    expect(await chosen({ cwd })).toEqual({ from: 'from-new', stderr: 'ztnet: snapshot: snapshots/new.json\n' })
    writeFileSync(join(cwd, 'snapshots/newer.json.gz'), gzipSync(snapshotOf('newer', '2026-03-01T00:00:00Z')))
    expect(await chosen({ cwd })).toMatchObject({ from: 'from-newer' })
  })

  it.concurrent('past a damaged one, which is told', async () => {
    const cwd = folder({ 'snapshots/whole.json': snapshotOf('whole') })
    writeFileSync(join(cwd, 'snapshots/damaged.json.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    const { from, stderr } = await chosen({ cwd })
    expect(from).toBe('from-whole')
    expect(stderr).toMatch(
      /^ztnet: snapshots\/damaged\.json\.gz is damaged: .*; it is passed over\nztnet: snapshot: .*\n$/,
    )
  })

  it.concurrent('past broken ones, each of which is told, and not past files of something else', async () => {
    const cwd = folder({
      'snapshots/whole.json': snapshotOf('whole'),
      'snapshots/cut.json': snapshotOf('cut').slice(0, 300),
      'snapshots/empty.json': '',
      'snapshots/page.json': `<html>${' '.repeat(70_000)}`,
      'snapshots/other.json': { Vpcs: [] },
    })
    expect(await chosen({ cwd })).toEqual({
      from: 'from-whole',
      stderr: `${['cut', 'empty', 'page'].map((name) => `ztnet: snapshots/${name}.json is no whole JSON; it is passed over\n`).join('')}ztnet: snapshot: snapshots/whole.json\n`,
    })
  })

  it.concurrent('of a ztnet.yaml that is a link to nothing is an error that names both', async () => {
    const cwd = folder(files)
    symlinkSync('../gone.yaml', join(cwd, 'ztnet.yaml'))
    for (const args of [['tiers'], ['check'], ['diff', 'env.json', 'named.json']])
      expect(
        await ztnet([...args, ...(args[0] === 'diff' ? [] : ['--snapshot', 'named.json'])], { cwd }),
      ).toMatchObject({
        status: 2,
        stderr: 'ztnet: ztnet.yaml: it is a link to ../gone.yaml, which is not there\n  Mend the link, or remove it.\n',
      })
  })

  it.concurrent('of two collected at one instant, however it is spelt, the first by name', async () => {
    const cwd = folder({
      'snapshots/b.json': snapshotOf('b', '2026-02-01T00:00:00Z'),
      'snapshots/a.json': snapshotOf('a', '2026-02-01T00:00:00.000Z'),
    })
    expect(await chosen({ cwd })).toMatchObject({ from: 'from-a' })
  })

  it.concurrent('may be named by environment and policy as an example, too', async () => {
    const { status, stderr } = await ztnet(['tiers'], { env: { ZTNET_SNAPSHOT: 'example:peering' } })
    expect(status).toBe(0)
    expect(stderr).toMatch(/^ztnet: snapshot: .*peering\.json\n$/)
    const cwd = folder({ 'ztnet.yaml': 'snapshot: example:dangling' })
    expect((await ztnet(['tiers'], { cwd })).stdout).toContain('branch')
  })

  it.concurrent('is an error where there is none, and the error says what to do', async () => {
    expect(await chosen({ cwd: folder() })).toEqual({
      status: 2,
      stderr:
        'ztnet: no snapshot was named, and there is none in ./snapshots\n' +
        '  name one with --snapshot: a snapshot file, a folder of describe JSON, or example:three-tier\n',
    })
  })

  it.concurrent('of a ztnet.yaml that is broken is an error that names the file and the line', async () => {
    const broken = await chosen({ cwd: folder({ ...files, 'ztnet.yaml': 'snapshot: [policy.json' }) })
    expect(broken).toMatchObject({ status: 2 })
    expect(broken.stderr).toMatch(/^ztnet: ztnet\.yaml: .*line 1/)
    const odd = await chosen({ cwd: folder({ ...files, 'ztnet.yaml': 'snapshot: 5' }) })
    expect(odd.stderr).toMatch(
      /^ztnet: ztnet\.yaml: line 1, column 11 \(snapshot\): the path of a snapshot is expected here/,
    )
  })

  it.concurrent('is looked for elsewhere where ztnet.yaml names none', async () => {
    expect(await chosen({ cwd: folder({ ...files, 'ztnet.yaml': 'version: 1' }) })).toMatchObject({ from: 'from-new' })
  })
})

describe('what --snapshot may name', () => {
  it.concurrent('a compressed snapshot, also under a name that does not say so', async () => {
    const cwd = folder()
    for (const name of ['packed.json.gz', 'packed.bin']) {
      writeFileSync(join(cwd, name), gzipSync(snapshotOf('packed')))
      expect(await chosen({ cwd }, '--snapshot', name)).toEqual({ from: 'from-packed', stderr: '' })
    }
  })

  it.concurrent('an example by name, from any folder', async () => {
    const { status, stdout } = await ztnet(['tiers', '--snapshot', 'example:three-tier'])
    expect(status).toBe(0)
    expect(stdout).toContain('shop-database-eu-central-1a')
  })

  it.concurrent('a folder of describe JSON, with a warning for each file that is not understood', async () => {
    const cwd = folder({
      'estate/vpcs.json': { Vpcs: [{ VpcId: 'vpc-1', CidrBlock: '10.0.0.0/16' }] },
      'estate/subnets.json': { Subnets: [{ SubnetId: 'subnet-1', VpcId: 'vpc-1', CidrBlock: '10.0.1.0/24' }] },
      'estate/interfaces.json': {
        NetworkInterfaces: [
          {
            NetworkInterfaceId: 'eni-1',
            SubnetId: 'subnet-1',
            VpcId: 'vpc-1',
            PrivateIpAddress: '10.0.1.10',
            TagSet: [{ Key: 'Name', Value: 'from-describe' }],
          },
        ],
      },
      'estate/notes.json': { Wormholes: [] },
    })
    const found = await chosen({ cwd }, '--snapshot', 'estate')
    expect(found.from).toBe('from-describe')
    expect(found.stderr).toMatch(
      /^ztnet: notes\.json has parts that ztnet does not read: Wormholes[^\n]*\n {2}Replace it by the output of an `aws [^\n]*\n$/,
    )
  })
})

it('the clone itself has three-tier as its default', () => {
  const [first = ''] = readFileSync(join(snapshotsFolder, 'three-tier.json'), 'utf8').split('\n')
  expect(first).toContain('"format":"ztnet-snapshot"')
})
