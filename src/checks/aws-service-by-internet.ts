import type { Check } from './check.ts'

/** Judged as a rule of a policy would be: packets to AWS services that arrive there past every VPC endpoint. */
export const awsServiceByInternet: Check = {
  id: 'aws-service-by-internet',
  severity: 'low',
  title: 'traffic to an AWS service leaves by the internet, although a VPC endpoint could carry it',
  why: 'on an endpoint it stays inside AWS, an endpoint policy can say whose data may go where, and NAT costs nothing',
  docs: 'https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html',
  mend: 'make a gateway endpoint for the service, and add the route tables of the subnets to it',
  past: { to: 'aws-services', through: 'vpc-endpoint' },
}
