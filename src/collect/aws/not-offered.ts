/** Services and calls that AWS does not have in every region. Where one is missing there is nothing to know: that is no gap. */
import { lookup } from 'node:dns/promises'
import type { Row } from './row.ts'

/** What AWS answers where it does not know a call, or does not have what it is about:
 *  https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and the common errors of the other services. */
const CODES: ReadonlySet<string> = new Set([
  'InvalidAction',
  'UnknownEndpoint',
  'UnknownOperationException',
  'Unsupported',
  'UnsupportedOperation',
  'UnsupportedOperationException',
])

/** What no region lacks: without an answer to these it is not known what is there. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'DescribeAddresses',
  'DescribeAvailabilityZones',
  'DescribeInternetGateways',
  'DescribeNetworkAcls',
  'DescribeNetworkInterfaces',
  'DescribeRouteTables',
  'DescribeSecurityGroups',
  'DescribeSubnets',
  'DescribeVpcs',
])

/** Whether an error says that the region does not have the call. Of calls about one object it says something of the object instead.
 *  @param isName whether the name service knows a host */
export async function isNotOffered(
  error: unknown,
  { service, call, per }: Pick<Row, 'service' | 'call' | 'per'>,
  isName: (host: string) => Promise<boolean> = isHost,
): Promise<boolean> {
  if (!(error instanceof Error) || per !== undefined || (service === 'ec2' && EVERYWHERE.has(call))) return false
  return CODES.has(error.name) || isMissingEndpoint(error, isName)
}

/** Services without an endpoint in a region have no name there. Nor do others as long as the network is down: EC2, which is everywhere,
 *  must have one. */
async function isMissingEndpoint(
  error: Error & { readonly code?: unknown; readonly hostname?: unknown },
  isName: (host: string) => Promise<boolean>,
): Promise<boolean> {
  const { code, hostname } = error
  const [, region] = /^[a-z0-9-]+(\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?)$/.exec(String(hostname)) ?? []
  return code === 'ENOTFOUND' && region !== undefined && isName(`ec2${region}`)
}

function isHost(host: string): Promise<boolean> {
  return lookup(host).then(
    () => true,
    () => false,
  )
}
