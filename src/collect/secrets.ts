/** What a describe call answers and a snapshot must not hold: keys, passwords and the environment of programs. */
import type { Kind } from '../snapshot/schema.ts'
import { isRecord } from '../snapshot/shape.ts'

/** The record without the fields that hold secrets, at any depth; the record itself where it has none. */
export function withoutSecrets(kind: Kind, raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = secretFields[kind]
  return names === undefined ? raw : (without(raw, names) as Record<string, unknown>)
}

const secretFields: { readonly [K in Kind]?: ReadonlySet<string> } = {
  vpnConnection: new Set(['CustomerGatewayConfiguration', 'PreSharedKey', 'PreSharedKeyArn']),
  instance: new Set(['UserData']),
  function: new Set(['Environment']),
  ecsTask: new Set(['overrides']),
  dbInstance: new Set(['MasterUserPassword']),
  dbCluster: new Set(['MasterUserPassword']),
  redshiftCluster: new Set(['MasterUserPassword']),
  virtualInterface: new Set(['authKey', 'customerRouterConfig']),
}

function without(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((element) => without(element, names))
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([name]) => !names.has(name))
  return Object.fromEntries(kept.map(([name, field]) => [name, without(field, names)]))
}
