import type { Check } from './check.ts'
import { defaultTables } from './tgw-default-tables.ts'

export const tgwDefaultPropagation: Check = {
  id: 'tgw-default-propagation',
  severity: 'medium',
  title: 'a transit gateway propagates the routes of every attachment to its default route table',
  why: 'whatever is attached next becomes reachable from all that use the default table, before anybody decided that it may',
  docs: 'https://docs.aws.amazon.com/vpc/latest/tgw/tgw-best-design-practices.html',
  mend: 'turn default route table propagation off, and write or propagate the routes that each segment needs',
  find: (context) => defaultTables(context, 'propagation'),
}
