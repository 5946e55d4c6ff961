/** The judgement of the published schema of SARIF 2.1.0, which is of draft 4, by the validator that comes with it. */
import { createRequire } from 'node:module'

const require = createRequire(createRequire(import.meta.url).resolve('@microsoft/jest-sarif'))

interface Validator {
  addMetaSchema(schema: unknown): void
  compile(schema: unknown): { (value: unknown): boolean; readonly errors?: readonly unknown[] | null }
}

const Ajv = require('ajv') as new (options: object) => Validator
const ajv = new Ajv({ schemaId: 'auto', allErrors: true })
ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json'))
const validate = ajv.compile(require('./schemas/sarif-2.1.0-rtm.5.json'))

export const sarifFaults = (log: unknown): readonly unknown[] => (validate(log) ? [] : (validate.errors ?? []))
