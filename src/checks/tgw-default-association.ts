import type { Check } from './check.ts'
import { defaultTables } from './tgw-default-tables.ts'

export const tgwDefaultAssociation: Check = {
  id: 'tgw-default-association',
  severity: 'medium',
  title: 'a transit gateway associates every attachment with its default route table',
  why: 'whatever is attached next sees all that the default table leads to, before anybody decided that it may',
  docs: 'https://docs.aws.amazon.com/vpc/latest/tgw/tgw-best-design-practices.html',
  mend: 'turn default route table association off, and associate each attachment with the table of its segment',
  find: (context) => defaultTables(context, 'association'),
}
