/** The judgement of the published schema of SARIF 2.1.0, which is of draft 4. */
import { createRequire } from 'node:module'
import { default as Ajv } from 'ajv-draft-04'

const require = createRequire(import.meta.url)
const schema = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object
const validate = new Ajv.default({
  strict: false,
  allErrors: true,
  validateFormats: false,
  unicodeRegExp: false,
}).compile(schema)

export const sarifFaults = (log: unknown): readonly unknown[] => (validate(log) ? [] : (validate.errors ?? []))
