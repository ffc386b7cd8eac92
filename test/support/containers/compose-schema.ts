import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'

// dclint ships the schema of the Compose specification; it allows no member that is not in it.
const path = createRequire(import.meta.url)
  .resolve('dclint')
  .replace(/dist.*$/, 'schemas/compose.schema.json')
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, validateSchema: false })
const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')) as object)

/** Reports what a compose file has that the Compose specification does not allow. */
export function checkCompose(file: unknown): string[] {
  if (validate(file)) return []
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath} ${message} ${JSON.stringify(params)}`
  })
}
