/** Snapshot files: what is read back, in which forms, and what is left when writing fails. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { loadSnapshot, readSnapshotFile, writeSnapshotFile } from '../../src/collect/snapshot-file.ts'
import { ZtnetError } from '../../src/errors.ts'
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { folder } from './folder.ts'

const place = { account: '111111111111', region: 'us-east-1' }
const snapshot: Snapshot = {
  version: 1,
  coverage: [{ kind: 'vpc', ...place }],
  gaps: [{ code: 'CALL_FAILED', message: 'no answer: Zeitüberschreitung' }],
  resources: Array.from({ length: 500 }, (_, i) => {
    const id = `vpc-${String(i).padStart(4, '0')}`
    return { kind: 'vpc', ...place, id, raw: { VpcId: id, Tags: [{ Key: 'Name', Value: `網路 ${i} 🚦` }] } }
  }),
}

describe.each(['net.json', 'net.json.gz'])('%s', (name) => {
  it('comes back as it was written', async () => {
    const path = `${folder()}/${name}`
    await writeSnapshotFile(path, snapshot)
    expect(await readSnapshotFile(path)).toEqual(snapshot)
    expect(await loadSnapshot(path)).toEqual({ snapshot, warnings: [] })
  })

  it('comes back the same when it is read line by line', async () => {
    const path = `${folder()}/${name}`
    await writeSnapshotFile(path, snapshot)
    expect(await readSnapshotFile(path, 100)).toEqual(snapshot)
  })

  it('has the same bytes each time', async () => {
    const root = folder()
    await writeSnapshotFile(`${root}/a-${name}`, snapshot)
    await writeSnapshotFile(`${root}/b-${name}`, { ...snapshot, resources: [...snapshot.resources].reverse() })
    expect(readFileSync(`${root}/a-${name}`).equals(readFileSync(`${root}/b-${name}`))).toBe(true)
  })
})

describe('a snapshot file', () => {
  it('is told by its content, not by its name', async () => {
    const root = folder()
    await writeSnapshotFile(`${root}/net.json`, snapshot)
    const bytes = readFileSync(`${root}/net.json`)
    writeFileSync(`${root}/net.txt`, gzipSync(bytes))
    expect(await readSnapshotFile(`${root}/net.txt`)).toEqual(snapshot)
    await writeSnapshotFile(`${root}/net.json.gz`, snapshot)
    expect(gunzipSync(readFileSync(`${root}/net.json.gz`)).equals(bytes)).toBe(true)
  })

  it('that a tool laid out anew is the same snapshot', async () => {
    const root = folder()
    await writeSnapshotFile(`${root}/net.json`, snapshot)
    const document = JSON.parse(readFileSync(`${root}/net.json`, 'utf8')) as object
    const turned = Object.fromEntries(Object.entries(document).reverse())
    writeFileSync(`${root}/pretty.json`, JSON.stringify(turned, undefined, 4))
    expect(await readSnapshotFile(`${root}/pretty.json`)).toEqual(snapshot)
    expect((await loadSnapshot(`${root}/pretty.json`)).snapshot).toEqual(snapshot)
  })

  it('is one that a link names: the link stays a link', async () => {
    const root = folder({ 'real.json': 'old' })
    symlinkSync(`${root}/real.json`, `${root}/link.json`)
    await writeSnapshotFile(`${root}/link.json`, snapshot)
    expect(await readSnapshotFile(`${root}/real.json`)).toEqual(snapshot)
  })
})

describe('writing that fails', () => {
  // a value that no JSON can hold: the defect shows in the middle of the file
  const unwritable = {
    ...snapshot,
    resources: [...snapshot.resources, { kind: 'vpc', ...place, id: 'vpc-x', raw: { VpcId: 'vpc-x', Bad: 1n } }],
  }

  it.each(['net.json', 'net.json.gz'])('leaves %s as it was, and nothing beside it', async (name) => {
    const root = folder({ [name]: 'precious' })
    await expect(writeSnapshotFile(`${root}/${name}`, unwritable as unknown as Snapshot)).rejects.toThrow(TypeError)
    expect(readFileSync(`${root}/${name}`, 'utf8')).toBe('precious')
    expect(readdirSync(root)).toEqual([name])
  })

  it('into a folder that is not there is an error that names the file', async () => {
    const path = `${folder()}/nowhere/net.json`
    await expect(writeSnapshotFile(path, snapshot)).rejects.toMatchObject({
      code: 'SNAPSHOT_NOT_WRITTEN',
      place: { file: path },
    })
  })

  it('over a folder is an error, and the folder stays', async () => {
    const root = folder()
    mkdirSync(`${root}/net.json`)
    await expect(writeSnapshotFile(`${root}/net.json`, snapshot)).rejects.toMatchObject({
      code: 'SNAPSHOT_NOT_WRITTEN',
    })
    expect(readdirSync(root)).toEqual(['net.json'])
  })
})

describe('a file that is no snapshot', () => {
  const text = '{"format":"ztnet-snapshot","version":1,\n"coverage":[\n],\n"gaps":[\n],\n"resources":[\n{"kind":"vpc",'
  const bad: readonly [what: string, content: string | Buffer, code: string, at: string | undefined, said: RegExp][] = [
    ['empty', '', 'SNAPSHOT_FORMAT', undefined, /net\.json is empty/],
    ['prose', 'not a snapshot', 'SNAPSHOT_FORMAT', 'line 1, column 1', /net\.json is not JSON: unexpected "not"/],
    ['cut off', text, 'SNAPSHOT_MALFORMED', 'line 7', /not valid JSON at line 7/],
    [
      'cut off and laid out otherwise',
      '{\n  "format": "ztnet-snapshot",\n',
      'SNAPSHOT_FORMAT',
      'line 3, column 1',
      /is cut off/,
    ],
    [
      'compressed and cut off',
      gzipSync(text).subarray(0, 30),
      'SNAPSHOT_UNREADABLE',
      undefined,
      /compressed content has no end/,
    ],
    ['of a newer version', '{"format":"ztnet-snapshot","version":9}', 'SNAPSHOT_VERSION', 'version', /version 9/],
    ['of another format', '{"format":"other"}', 'SNAPSHOT_FORMAT', undefined, /not a ztnet snapshot/],
    ['a list', '[]', 'SNAPSHOT_FORMAT', undefined, /not a ztnet snapshot/],
    [
      'without format',
      '{"version":1,"coverage":[],"gaps":[],"resources":[]}',
      'SNAPSHOT_EMPTY',
      'net.json',
      /neither a ztnet snapshot nor describe JSON/,
    ],
  ]

  it.each(bad)('%s: an error that names file and place', async (_, content, code, at, said) => {
    const path = `${folder({ 'net.json': content })}/net.json`
    const error: unknown = await loadSnapshot(path).catch((reason: unknown) => reason)
    if (!(error instanceof ZtnetError)) throw error
    expect(error.code).toBe(code)
    expect(error.place).toEqual(at === undefined ? { file: path } : { file: path, at })
    expect(error.message).toMatch(said)
    expect(error.hint).toBeTruthy()
  })

  it('cut off, read line by line: the line is named', async () => {
    const path = `${folder({ 'net.json': text })}/net.json`
    await expect(readSnapshotFile(path, 10)).rejects.toMatchObject({
      code: 'SNAPSHOT_MALFORMED',
      place: { file: path, at: 'line 7' },
    })
  })

  it('compressed and cut off, read line by line: an error, not a hang', async () => {
    const whole = `${text}${'x'.repeat(1000)}`
    const path = `${folder({ 'net.json': gzipSync(whole).subarray(0, -20) })}/net.json`
    await expect(readSnapshotFile(path, 10)).rejects.toMatchObject({ code: 'SNAPSHOT_UNREADABLE' })
  })

  it('missing: an error that names it', async () => {
    const path = `${folder()}/net.json`
    await expect(readSnapshotFile(path)).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND', place: { file: path } })
  })
})
