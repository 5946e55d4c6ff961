/** A matrix as a folder of Parquet files, with a view that expands them to pairs. Written by DuckDB, which is an optional package. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { writeAside } from '../collect/write-aside.ts'
import { ZtnetError } from '../errors.ts'
import type { Table, Value } from '../report/matrix-tables.ts'

/** The folder that is to be written. Throws `ZtnetError` where none was named, or where it holds something else. */
export const parquetFolder = (output: string | undefined): string => {
  if (output === undefined || output === '-')
    throw new ZtnetError('OUTPUT_MISSING', 'parquet is a folder of files and does not go to stdout', {
      hint: 'name the folder: --format parquet -o matrix',
    })
  if (existsSync(output) && !isOurs(output))
    throw new ZtnetError('OUTPUT_FAILED', 'there is something else under this name', {
      place: { file: output },
      hint: 'name a folder that is not there yet, or one that a matrix was written to',
    })
  return output
}

const VIEWS = 'view.sql'

/** A folder that an earlier matrix was written to, or an empty one. */
const isOurs = (path: string): boolean =>
  statSync(path).isDirectory() && readdirSync(path).every((name) => name === VIEWS || name.endsWith('.parquet'))

/** Writes under a temporary name first, so that a failure leaves what was there. */
export const writeParquet = async (folder: string, tables: readonly Table[], views: string): Promise<void> => {
  const duckdb = await loadDuckdb()
  const temporary = `${folder.replace(/\/+$/, '')}.${process.pid}.tmp`
  const instance = await duckdb.DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    await writeAside(folder, temporary, async () => {
      mkdirSync(temporary)
      for (const table of tables) await writeTable(connection, table, join(temporary, `${table.name}.parquet`))
      writeFileSync(join(temporary, VIEWS), views)
      rmSync(folder, { recursive: true, force: true })
    })
  } catch (error) {
    throw new ZtnetError('OUTPUT_FAILED', `cannot write: ${error instanceof Error ? error.message : String(error)}`, {
      place: { file: folder },
      hint: 'name a folder inside of one that exists and may be written to',
    })
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const loadDuckdb = async (): Promise<typeof import('@duckdb/node-api')> => {
  try {
    return await import('@duckdb/node-api')
  } catch (error) {
    throw new ZtnetError('DUCKDB_MISSING', 'parquet is written by DuckDB, and its package is not installed', {
      hint: `npm install @duckdb/node-api, or ask for --format csv (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`,
    })
  }
}

const TYPES = { integer: 'BIGINT', text: 'VARCHAR', boolean: 'BOOLEAN', texts: 'VARCHAR' } as const

const writeTable = async (
  connection: DuckDBConnection,
  { name, columns, rows }: Table,
  file: string,
): Promise<void> => {
  const definition = columns.map(([column, type]) => `"${column}" ${TYPES[type]}`).join(', ')
  await connection.run(`CREATE TABLE "${name}" (${definition})`)
  const appender = await connection.createAppender(name)
  for (const row of rows) {
    for (const value of row) append(appender, value)
    appender.endRow()
  }
  appender.closeSync()
  const selected = columns.map(([column, type]) =>
    type === 'texts' ? `string_split("${column}", ',') AS "${column}"` : `"${column}"`,
  )
  const path = file.replaceAll("'", "''")
  await connection.run(
    `COPY (SELECT ${selected.join(', ')} FROM "${name}") TO '${path}' (FORMAT parquet, COMPRESSION zstd)`,
  )
}

const append = (appender: DuckDBAppender, value: Value): void => {
  if (value === null) appender.appendNull()
  else if (typeof value === 'string') appender.appendVarchar(value)
  else if (typeof value === 'boolean') appender.appendBoolean(value)
  else appender.appendBigInt(BigInt(value))
}
