/** Answers are read, and stay as they were: assembled again, they make the same snapshot. */
import { expect, it } from 'vitest'
import { assembled, sourceOfAnswer } from '../../src/collect/assemble.ts'

const AT = '111111111111/us-east-1'
const ARN = 'arn:aws:elasticloadbalancing:us-east-1:111111111111'
const TARGETS = `${ARN}:targetgroup/shop/0123456789abcdef`

it('the same answers make the same snapshot again', () => {
  const health = { TargetHealthDescriptions: [{ Target: { Id: 'i-1' }, TargetHealth: { State: 'healthy' } }] }
  const answers = [
    sourceOfAnswer(`${AT}/groups.json`, { TargetGroups: [{ TargetGroupArn: TARGETS, TargetGroupName: 'shop' }] }),
    sourceOfAnswer(`${AT}/health__shop.json`, health),
    sourceOfAnswer(`${AT}/health__nobody.json`, health),
    sourceOfAnswer(`${AT}/listeners__nobody.json`, { Listeners: [] }),
    sourceOfAnswer(`${AT}/clusters.json`, { clusters: ['undescribed'] }),
  ]
  const once = assembled(answers)
  expect(once.snapshot.resources.map(({ kind }) => kind)).toEqual(['targetGroup', 'targetHealth'])
  expect(once.snapshot.gaps.map(({ code }) => code)).toEqual(['NOT_UNDERSTOOD', 'INCOMPLETE'])
  expect(assembled(answers)).toEqual(once)
})
