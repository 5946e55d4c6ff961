/** What moto lacks, answered in the wire format of the service from what the documentation of the AWS CLI shows. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Fault } from './proxy.ts'
import { inEc2Xml } from './wire.ts'

const examples = fileURLToPath(new URL('../../../../shared/real-data/aws-cli-doc-examples/', import.meta.url))

/** Whether the recorded answers are there; in CI they must be. */
export const hasExamples = ((): boolean => {
  if (existsSync(examples)) return true
  if (process.env['CI'] === 'true') throw new Error(`${examples} is missing`)
  process.stderr.write(`skipped: tests with recorded answers, which are not in ${examples}\n`)
  return false
})()

/** Calls that moto lacks, and the recorded answer of each. */
const RECORDED: Readonly<Record<string, string>> = {
  DescribeLocalGateways: 'describe-local-gateways.1',
  DescribeLocalGatewayRouteTables: 'describe-local-gateway-route-tables.1',
  DescribeLocalGatewayRouteTableVpcAssociations: 'describe-local-gateway-route-table-vpc-associations.1',
  DescribeSecurityGroupVpcAssociations: 'describe-security-group-vpc-associations.1',
  DescribeTransitGatewayConnects: 'describe-transit-gateway-connects.1',
  DescribeTransitGatewayPolicyTables: 'describe-transit-gateway-policy-tables.1',
}

/** In one account and region: elsewhere there is nothing. */
export const recorded =
  (region: string): Fault =>
  ({ service, operation, region: asked, accessKey }) => {
    if (operation === 'DescribeVpcBlockPublicAccessOptions') return { body: inEc2Xml(operation, NOT_BLOCKED) }
    const file = RECORDED[operation]
    if (service !== 'ec2' || file === undefined || asked !== region || accessKey !== 'test') return undefined
    return { body: inEc2Xml(operation, JSON.parse(readFileSync(`${examples}ec2.${file}.json`, 'utf8')) as object) }
  }

/** As an account that never set it. */
const NOT_BLOCKED = { VpcBlockPublicAccessOptions: { State: 'default-state', InternetGatewayBlockMode: 'off' } }
