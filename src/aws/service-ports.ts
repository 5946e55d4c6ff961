/** Where the services of AWS listen behind an interface endpoint. Data, for which AWS has no one page: each service's own guide names its
 *  ports. https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
import * as intervals from '../packet/intervals.ts'
import { l4, type L4Set, ports } from '../packet/l4.ts'
import { TCP } from '../packet/protocol.ts'
import { serviceName } from './service-name.ts'

export interface ServicePorts {
  readonly all: L4Set
  /** Never encrypted. */
  readonly plain: L4Set
  /** Encrypted if the client asks for it. */
  readonly negotiated: L4Set
}

/** HTTPS alone, unless the service is listed here (R-VPCE-6). */
export const servicePorts = (name: string): ServicePorts => {
  const { encrypted = [], plain = [], negotiated = [] } = SERVICES.get(serviceName(name)) ?? HTTPS
  return {
    all: tcp([...encrypted, ...plain, ...negotiated]),
    plain: tcp(plain),
    negotiated: tcp(negotiated),
  }
}

const tcp = (ranges: readonly Range[]): L4Set =>
  l4(intervals.unionAll(ranges.map(([from, to = from]) => ports(TCP, from, to).points)))

type Range = readonly [from: number, to?: number]

interface Listening {
  readonly encrypted?: readonly Range[]
  readonly plain?: readonly Range[]
  readonly negotiated?: readonly Range[]
}

const HTTPS: Listening = { encrypted: [[443]] }
const WEB: Listening = { encrypted: [[443]], plain: [[80]] }
const SMTP: Listening = { encrypted: [[465], [2465]], negotiated: [[25], [587], [2587]] }
const CASSANDRA: Listening = { encrypted: [[9142]] }

const SERVICES: ReadonlyMap<string, Listening> = new Map([
  ['appstream.streaming', { encrypted: [[443], [1400, 1499]] }],
  ['cassandra', CASSANDRA],
  ['cassandra-fips', CASSANDRA],
  ['dynamodb', WEB],
  ['email-smtp', SMTP],
  ['email-smtp-fips', SMTP],
  ['iot.data', { encrypted: [[443], [8443], [8883]] }],
  ['s3', WEB],
  ['storagegateway', { encrypted: [[443], [1026, 1028], [1031], [2222]] }],
  ['transcribestreaming', { encrypted: [[443], [8443]] }],
  // SFTP; FTP and FTPS with their data connections; AS2.
  ['transfer.server', { encrypted: [[22]], negotiated: [[21], [8192, 8200]], plain: [[5080]] }],
])
