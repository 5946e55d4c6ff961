/** The clients of the AWS SDK, each loaded when it is first used: one for a service in an account and region, with the SDK's adaptive
 *  retries, whose token bucket each client has to itself, as AWS counts calls per account, region and service. */
import type { Answer } from '../describe-calls.ts'
import type { Input, Service } from './row.ts'

/** Gives credentials, from a cache as long as they are good. */
export type Credentials = () => Promise<Identity>

interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

export interface Connection {
  readonly region: string
  readonly endpoint: string | undefined
  /** Makes a provider that looks for credentials anew. */
  readonly credentials: () => Credentials
}

/** The clients of one account in one region. */
export interface Clients {
  /** @throws what the SDK throws, after its retries. */
  send(service: Service, call: string, input: Input): Promise<Answer>
  /** Looks for credentials anew, unless that happened since `generation`. */
  renew(generation: number): void
  readonly generation: number
  close(): void
}

interface Client {
  send(command: object): Promise<Answer>
  destroy(): void
}

type Constructor<T> = new (input: object) => T

/** More than the three of the SDK: a large estate is always throttled somewhere. `AWS_MAX_ATTEMPTS` says otherwise. */
const ATTEMPTS = 8

// the notice is for developers; `engines` says which Node versions ztnet supports
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

export function clientsOf({ region, endpoint, credentials }: Connection): Clients {
  const clients = new Map<Service, Promise<Client>>()
  let provider = credentials()
  let generation = 0
  return {
    async send(service, call, input) {
      const { load } = modules[service]
      const sdk = (await load()) as Readonly<Record<string, Constructor<object>>>
      const Command = sdk[`${call}Command`]
      if (Command === undefined) throw new TypeError(`the client of ${service} has no ${call}`)
      return (await clientOf(service)).send(new Command(input))
    },
    renew(since) {
      if (since !== generation) return
      generation++
      provider = credentials()
      this.close()
    },
    get generation() {
      return generation
    },
    close() {
      // why one cannot be made is told to whoever sends by it
      for (const client of clients.values()) void client.then((each) => each.destroy()).catch(() => {})
      clients.clear()
    },
  }

  /** One that cannot be made is not kept. */
  function clientOf(service: Service): Promise<Client> {
    const known = clients.get(service)
    if (known !== undefined) return known
    const client = connect(service)
    clients.set(service, client)
    client.catch(() => clients.get(service) === client && clients.delete(service))
    return client
  }

  async function connect(service: Service): Promise<Client> {
    const { load, client } = modules[service]
    const sdk = (await load()) as unknown as Readonly<Record<string, Constructor<Client>>>
    const Client = sdk[client] as Constructor<Client>
    return new Client({
      region,
      credentials: provider,
      retryMode: 'adaptive',
      ...(process.env['AWS_MAX_ATTEMPTS'] === undefined && { maxAttempts: ATTEMPTS }),
      ...(endpoint !== undefined && { endpoint }),
      requestHandler: { connectionTimeout: 10_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
    })
  }
}

const modules: { readonly [S in Service]: { readonly load: () => Promise<object>; readonly client: string } } = {
  directconnect: { load: () => import('@aws-sdk/client-direct-connect'), client: 'DirectConnectClient' },
  ec2: { load: () => import('@aws-sdk/client-ec2'), client: 'EC2Client' },
  ecs: { load: () => import('@aws-sdk/client-ecs'), client: 'ECSClient' },
  efs: { load: () => import('@aws-sdk/client-efs'), client: 'EFSClient' },
  eks: { load: () => import('@aws-sdk/client-eks'), client: 'EKSClient' },
  elasticache: { load: () => import('@aws-sdk/client-elasticache'), client: 'ElastiCacheClient' },
  elb: { load: () => import('@aws-sdk/client-elastic-load-balancing'), client: 'ElasticLoadBalancingClient' },
  elbv2: { load: () => import('@aws-sdk/client-elastic-load-balancing-v2'), client: 'ElasticLoadBalancingV2Client' },
  lambda: { load: () => import('@aws-sdk/client-lambda'), client: 'LambdaClient' },
  'network-firewall': { load: () => import('@aws-sdk/client-network-firewall'), client: 'NetworkFirewallClient' },
  networkmanager: { load: () => import('@aws-sdk/client-networkmanager'), client: 'NetworkManagerClient' },
  opensearch: { load: () => import('@aws-sdk/client-opensearch'), client: 'OpenSearchClient' },
  organizations: { load: () => import('@aws-sdk/client-organizations'), client: 'OrganizationsClient' },
  rds: { load: () => import('@aws-sdk/client-rds'), client: 'RDSClient' },
  redshift: { load: () => import('@aws-sdk/client-redshift'), client: 'RedshiftClient' },
  sts: { load: () => import('@aws-sdk/client-sts'), client: 'STSClient' },
  'vpc-lattice': { load: () => import('@aws-sdk/client-vpc-lattice'), client: 'VPCLatticeClient' },
}
