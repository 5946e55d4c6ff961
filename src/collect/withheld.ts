/** What a describe call answers and a snapshot must not hold: keys, passwords and the environment of programs, and what changes by the
 *  minute although the network does not. */
import type { Kind } from '../snapshot/schema.ts'
import { isRecord } from '../snapshot/shape.ts'

/** The record without the fields that are withheld, at any depth; the record itself where its kind has none. */
export function withoutWithheld(kind: Kind, raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = withheldFields[kind]
  return names === undefined ? raw : (without(raw, names) as Record<string, unknown>)
}

const password = ['MasterUserPassword']
const restorable = ['EarliestRestorableTime', 'LatestRestorableTime']

const withheldFields: { readonly [K in Kind]?: ReadonlySet<string> } = {
  vpnConnection: new Set(['CustomerGatewayConfiguration', 'PreSharedKey', 'PreSharedKeyArn']),
  virtualInterface: new Set(['authKey', 'customerRouterConfig']),
  instance: new Set(['UserData']),
  function: new Set(['Environment']),
  ecsTask: new Set(['overrides']),
  dbInstance: new Set([...password, ...restorable]),
  dbCluster: new Set([...password, ...restorable]),
  redshiftCluster: new Set([...password, 'ExpectedNextSnapshotScheduleTime', 'NextMaintenanceWindowStartTime']),
  fileSystem: new Set(['SizeInBytes']),
}

function without(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((element) => without(element, names))
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([name]) => !names.has(name))
  return Object.fromEntries(kept.map(([name, field]) => [name, without(field, names)]))
}
