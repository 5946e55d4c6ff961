/** A matrix as Parquet, read back by DuckDB: the views say what the matrix says. Skipped where the optional package is not installed, save in
 *  CI. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { compile } from '../../src/index.ts'
import { examples } from '../examples/all.ts'
import { folder } from './process.ts'

const duckdb = await import('@duckdb/node-api').catch(() => undefined)
const isMissing = duckdb === undefined && process.env['CI'] !== 'true'

const writeMatrix = (snapshot: string, output: string, ...more: string[]): Promise<number> =>
  main(['', '', 'matrix', '--format', 'parquet', '-o', output, '--quiet', '--snapshot', `example:${snapshot}`, ...more])

/** Runs the views in the folder's name, then a question. */
const query = async (path: string, sql: string): Promise<readonly Record<string, unknown>[]> => {
  const instance = await duckdb!.DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const views = readFileSync(join(path, 'view.sql'), 'utf8')
  for (const statement of views.replaceAll(/^--.*$/gm, '').split(';'))
    if (statement.trim() !== '') await connection.run(statement.replaceAll("read_parquet('", `read_parquet('${path}/`))
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson()
  connection.closeSync()
  instance.closeSync()
  return rows
}

describe.skipIf(isMissing)('a matrix as Parquet (needs npm install @duckdb/node-api)', () => {
  const path = join(folder(), 'matrix')

  beforeAll(async () => {
    await writeMatrix('three-tier', path)
  })

  it('is a folder of tables and a file of views', () => {
    expect(readdirSync(path).sort()).toEqual([
      ...['block_lists.parquet', 'blocks.parquet', 'bundles.parquet', 'flows.parquet', 'groups.parquet'],
      ...['members.parquet', 'packets.parquet', 'unknowns.parquet', 'view.sql'],
    ])
  })

  it('has in its cells the flows and pairs of the matrix', async () => {
    const cells = await query(path, 'SELECT from_key, to_key, verdict, ip_version, by_public_address, pairs FROM cells')
    const expected = compile(examples.get('three-tier')!)
      .matrix()
      .cells.flatMap(({ from, to, flows }) =>
        flows.map((flow) => [from, to, flow.verdict, flow.family, flow.byPublicAddress ?? false, flow.pairs].join(' ')),
      )
    expect(cells.map((row) => Object.values(row).join(' ')).sort()).toEqual(expected.sort())
  })

  it('tells by port who reaches whom, pair by pair', async () => {
    const pairs = await query(
      path,
      `SELECT DISTINCT from_member, to_member FROM pairs JOIN packets USING (packets)
       WHERE protocol_first <= 6 AND protocol_last >= 6 AND destination_port_first <= 5432 AND destination_port_last >= 5432`,
    )
    const matrix = compile(examples.get('three-tier')!).matrix({ by: 'interface' }, { protocol: 'tcp', port: 5432 })
    const expected = matrix.cells
      .filter(({ verdict }) => verdict !== 'unreachable')
      .map(({ from, to }) => `${from} ${to}`)
    expect(expected.length).toBeGreaterThan(4)
    expect(pairs.map((row) => Object.values(row).join(' ')).sort()).toEqual(expected.sort())
  })

  it('has fewer bundles than pairs where interfaces fare alike', async () => {
    const [counts] = await query(
      path,
      'SELECT (SELECT count(*) FROM bundles) AS bundles, (SELECT sum(pairs) FROM bundles) AS pairs',
    )
    expect(Number(counts!['bundles'])).toBeLessThan(Number(counts!['pairs']))
  })

  it('is written anew over what an earlier one left, and the same twice, byte by byte', async () => {
    const files = readdirSync(path).sort()
    const bytes = (): string => files.map((name) => readFileSync(join(path, name)).toString('hex')).join('\n')
    const before = bytes()
    expect(await writeMatrix('three-tier', path)).toBe(0)
    expect(bytes()).toBe(before)
  })

  it('names what is not known, and is incomplete then', async () => {
    const other = join(folder(), 'matrix')
    expect(await writeMatrix('dangling', other, '--require-complete')).toBe(3)
    const unknowns = await query(other, 'SELECT DISTINCT code FROM unknowns ORDER BY code')
    expect(unknowns.map(({ code }) => code)).toEqual(['SECURITY_GROUP_UNKNOWN', 'UNKNOWN_RESOURCE'])
  })

  it('leaves nothing behind where it cannot be written, and nothing else is overwritten', async () => {
    const cwd = folder()
    expect(await writeMatrix('three-tier', join(cwd, 'missing', 'matrix'))).toBe(2)
    mkdirSync(join(cwd, 'mine'))
    writeFileSync(join(cwd, 'mine', 'notes.txt'), 'kept')
    expect(await writeMatrix('three-tier', join(cwd, 'mine'))).toBe(2)
    expect(readdirSync(cwd)).toEqual(['mine'])
  })
})
