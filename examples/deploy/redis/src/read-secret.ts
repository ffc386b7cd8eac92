import { readFileSync } from 'node:fs'

/**
 * Reads a secret from the file that `<name>_FILE` names, else from the variable itself. A file shows up in no list of processes and
 * in no crash report, and only its owner may read it. One line break at its end is dropped: editors add it.
 */
export function readSecret(name: string): string {
  const file = process.env[`${name}_FILE`]
  const secret = file ? readFileSync(file, 'utf8').replace(/\r?\n$/, '') : process.env[name]
  if (!secret) throw new Error(`${name} is missing; set ${name}_FILE to a file with the secret`)
  return secret
}
