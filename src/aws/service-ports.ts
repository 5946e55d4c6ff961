/** Where the services of AWS listen behind an interface endpoint. Data, for which AWS has no one page: each service's own guide names its
 *  ports. https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
import * as intervals from '../packet/intervals.ts'
import { l4, type L4Set, ports } from '../packet/l4.ts'
import { TCP } from '../packet/protocol.ts'
import { serviceName } from './service-name.ts'

/** HTTPS alone, unless the service is listed here (R-VPCE-6). */
export const servicePorts = (name: string): L4Set =>
  l4(
    intervals.unionAll(
      (SERVICES.get(serviceName(name)) ?? HTTPS).map(([from, to = from]) => ports(TCP, from, to).points),
    ),
  )

type Range = readonly [from: number, to?: number]

const HTTPS: readonly Range[] = [[443]]
const WEB: readonly Range[] = [[80], [443]]
const SMTP: readonly Range[] = [[25], [465], [587], [2465], [2587]]
const CASSANDRA: readonly Range[] = [[9142]]

const SERVICES: ReadonlyMap<string, readonly Range[]> = new Map([
  ['appstream.streaming', [[443], [1400, 1499]]],
  ['cassandra', CASSANDRA],
  ['cassandra-fips', CASSANDRA],
  ['dynamodb', WEB],
  ['email-smtp', SMTP],
  ['email-smtp-fips', SMTP],
  ['iot.data', [[443], [8443], [8883]]],
  ['s3', WEB],
  ['storagegateway', [[443], [1026, 1028], [1031], [2222]]],
  ['transcribestreaming', [[443], [8443]]],
  // SFTP; FTP and FTPS with their data connections; AS2.
  ['transfer.server', [[21, 22], [5080], [8192, 8200]]],
])
