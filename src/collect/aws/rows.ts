/** Everything that ztnet asks of AWS, one row a call. */
import type { Kind } from '../../snapshot/schema.ts'
import { ec2Rows } from './ec2-rows.ts'
import { kindsOf, type Row } from './row.ts'
import { serviceRows } from './service-rows.ts'

export const rows: readonly Row[] = [...ec2Rows, ...serviceRows]

/** The kinds that would have been told of by a call, named by service and operation. */
export function kindsAskedBy(service: string, call: string): readonly Kind[] {
  return [...new Set(rows.filter((row) => row.service === service && row.call === call).flatMap(kindsOf))]
}
