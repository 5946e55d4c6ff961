/** Which AWS service put an interface where it is, and for which of its resources: by requester and description. AWS promises neither,
 *  so what this says names things and never decides about packets (R-ENI-6). */
import { descriptionOf } from '../snapshot/interface-description.ts'
import type { RawOf } from '../snapshot/schema.ts'

export interface ServiceInterface {
  readonly service: Service
  /** The resource's own name, where the description bears it. */
  readonly name?: string
}

export type Service = 'rds' | 'elasticache' | 'redshift' | 'dax' | 'lambda' | 'efs' | 'eks' | 'ecs' | 'opensearch'

/** Those whose interfaces are databases or caches. */
export const DATABASE_SERVICES: ReadonlySet<Service> = new Set<Service>(['rds', 'elasticache', 'redshift', 'dax'])

/** The service behind an interface; undefined for one of which AWS says that a user made it, or of a service not listed here. */
export const serviceBehind = (raw: RawOf<'networkInterface'>): ServiceInterface | undefined => {
  const { Description: description = '', RequesterId: requester } = raw
  for (const { service, says } of DESCRIPTIONS) {
    const found = says.exec(MANAGED.has(service) ? descriptionOf(raw) : description)
    if (!found) continue
    const name = found[1]
    return name === undefined ? { service } : { service, name }
  }
  const service = requester === undefined ? undefined : REQUESTERS.get(requester)
  if (service) return { service }
  return raw.InterfaceType === 'lambda' ? { service: 'lambda' } : undefined
}

/** Those whose interfaces are known to count as managed by a requester. Lambda and EKS make theirs in the name of a role of the user, so that
 *  AWS says of these what it says of a user's own; emulators say it of databases too; of the others that was not seen either way. */
const MANAGED: ReadonlySet<Service> = new Set<Service>(['efs', 'ecs'])

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

const DESCRIPTIONS: readonly { readonly service: Service; readonly says: RegExp }[] = [
  { service: 'rds', says: /^RDSNetworkInterface/ },
  { service: 'redshift', says: /^RedshiftNetworkInterface/ },
  { service: 'elasticache', says: /^ElastiCache(?: (?:cluster )?(\S+))?/ },
  { service: 'dax', says: /^DAX (\S+)/ },
  // The name is the function's that first needed the interface; functions with the same subnets and groups share it.
  { service: 'lambda', says: new RegExp(`^AWS Lambda VPC ENI[-: ]+(?!${UUID}$)(.+?)(?:-${UUID})?$`) },
  { service: 'lambda', says: /^AWS Lambda VPC ENI/ },
  { service: 'efs', says: /^EFS mount target for (fs-[0-9a-f]+)/ },
  { service: 'eks', says: /^Amazon EKS (\S+)$/ },
  { service: 'ecs', says: /^arn:aws[\w-]*:ecs:[^:]*:\d*:attachment\// },
  { service: 'opensearch', says: /^ES (\S+)/ },
]

const REQUESTERS: ReadonlyMap<string, Service> = new Map([
  ['amazon-rds', 'rds'],
  ['amazon-elasticache', 'elasticache'],
  ['amazon-redshift', 'redshift'],
])
