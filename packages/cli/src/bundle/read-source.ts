import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { decodeBody, type JsonObject } from 'sallyport/provider'
import { describeError, type ErrorCode } from 'sallyport'
import { FleetError, readBundle, readFolder, type AgentBundle } from '@sallyport/fleet'
import { CliError } from '../cli-error.ts'

/** What an argument holds, or why it was refused. */
export type Inspection =
  | { readonly file: string; readonly ok: true; readonly bundle: AgentBundle }
  | { readonly file: string; readonly ok: false; readonly code: string; readonly message: string }

// As the provider bounds a delivery.
const largestPayload = 48 * 1024 * 1024

/** Reads the bundle in an archive, in a Fleet payload or in a folder; which of them it is, its content tells. */
export async function readSource(file: string, base: string): Promise<Inspection> {
  try {
    return { file, ok: true, bundle: await read(resolve(base, file)) }
  } catch (error) {
    return { file, ok: false, ...describe(error) }
  }
}

/**
 * The bundle that an argument holds.
 *
 * @throws CliError with the code of the reason
 */
export async function readOneBundle(file: string, base: string): Promise<AgentBundle> {
  const source = await readSource(file, base)
  if (source.ok) return source.bundle
  throw new CliError('no', source.code, `${file}: ${source.message}`)
}

/** Reads the Fleet payload in a file, whole; `undefined` when the file is an archive or a folder. */
export async function readPayloadFile(file: string, base: string): Promise<JsonObject | undefined> {
  const path = resolve(base, file)
  const facts = await stat(path)
  if (!facts.isFile() || facts.size > largestPayload) return undefined
  const bytes = await readFile(path)
  if (isArchive(bytes, path)) return undefined
  const decoded = decodeBody(bytes)
  return decoded.ok ? decoded.body : undefined
}

async function read(path: string): Promise<AgentBundle> {
  const facts = await stat(path)
  if (facts.isDirectory()) return readFolder(path)
  if (!facts.isFile()) throw new Problem('NOT_A_FILE', 'It is neither a file nor a folder')
  if (facts.size > largestPayload) throw new FleetError('ARCHIVE_TOO_LARGE')
  const bytes = await readFile(path)
  return readBundle(isArchive(bytes, path) ? bytes : readPayload(bytes))
}

function isArchive(bytes: Buffer, path: string): boolean {
  if (bytes.toString('latin1', 0, 2) === 'PK') return true
  // What is neither is left to the reader of archives, which says what is wrong with it.
  return !/^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(bytes.toString('latin1', 0, 1024)) && !path.endsWith('.json')
}

/** The archive's text in the payload of a delivery; of all else in there, a bundle knows nothing. */
function readPayload(bytes: Buffer): string {
  const decoded = decodeBody(bytes)
  if (!decoded.ok) throw toProblem(decoded.code)
  const { files } = decoded.body
  const content =
    typeof files === 'object' && files !== null && 'content_base64' in files ? files.content_base64 : undefined
  if (typeof content !== 'string') throw new Problem('PAYLOAD_INVALID', 'There is no text in files.content_base64')
  return content
}

/** A reason of this command's own. */
class Problem extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

function toProblem(code: ErrorCode): Problem {
  const { title, fix } = describeError(code)
  return new Problem(code, `${title}: ${fix}`)
}

function describe(error: unknown): { code: string; message: string } {
  if (FleetError.is(error) || error instanceof Problem) return { code: error.code, message: error.message }
  // The system's own messages hold absolute paths.
  const { code = 'unknown' } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return { code: 'NOT_FOUND', message: 'There is no such file or folder' }
  return { code: 'NOT_READABLE', message: `It cannot be read (${code})` }
}
