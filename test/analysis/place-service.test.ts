/** Which service an interface is of, by what AWS wrote on it. */
import { describe, expect, it } from 'vitest'
import { serviceBehind } from '../../src/analysis/place-service.ts'
import type { RawOf } from '../../src/snapshot/schema.ts'

const described = (Description: string, RequesterManaged?: boolean): RawOf<'networkInterface'> => ({
  NetworkInterfaceId: 'eni-1',
  SubnetId: 'subnet-1',
  VpcId: 'vpc-1',
  Description,
  ...(RequesterManaged !== undefined && { RequesterManaged }),
})

const ATTACHMENT = 'arn:aws:ecs:us-east-1:111111111111:attachment/5c3a'

describe('the service behind an interface', () => {
  it.each([
    ['RDSNetworkInterface', { service: 'rds' }],
    ['EFS mount target for fs-0123 (fsmt-1)', { service: 'efs', name: 'fs-0123' }],
    [ATTACHMENT, { service: 'ecs' }],
  ])('is that of its description, %s, where a requester manages it or that was not read', (text, service) => {
    expect(serviceBehind(described(text, true))).toEqual(service)
    expect(serviceBehind(described(text))).toEqual(service)
  })

  it.each(['EFS mount target for fs-0123 (fsmt-1)', ATTACHMENT])(
    'is not what somebody wrote on an interface of his own: %s (R-ENI-6)',
    (text) => expect(serviceBehind(described(text, false))).toBeUndefined(),
  )

  it.each([
    ['Amazon EKS prod', { service: 'eks', name: 'prod' }],
    ['AWS Lambda VPC ENI-orders', { service: 'lambda', name: 'orders' }],
  ])('is told of %s though no requester manages it: a role of the user made it', (text, service) =>
    expect(serviceBehind(described(text, false))).toEqual(service),
  )
})
