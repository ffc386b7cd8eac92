import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { decodeBody, type JsonObject } from 'sallyport/provider'
import { describeError, SallyportError, type ErrorCode } from 'sallyport'
import {
  FleetError,
  readBundle,
  readFolder,
  toToolNameInterrupts,
  type AgentBundle,
  type BundleLimits,
  type DeployOptions,
} from '@sallyport/fleet'
import { CliError } from '../cli-error.ts'
import { toExitCode } from '../exit-codes.ts'

/** The bundle in a file or folder, or why it was rejected. */
export type Inspection =
  | { readonly file: string; readonly ok: true; readonly bundle: AgentBundle }
  | {
      readonly file: string
      readonly ok: false
      readonly code: string
      readonly message: string
      /** `unavailable`: it is missing or cannot be read; else it was rejected. */
      readonly exit: 'no' | 'unavailable'
    }

// The provider's limit for a delivery.
const largestPayload = 48 * 1024 * 1024

/** What a command's options say of reading; a command has others too. */
type ReadOptions = Pick<BundleLimits, 'allowUnflaggedUtf8'>

/** Reads the bundle in an archive, a Fleet payload or a folder, recognised by its content. */
export async function readSource(file: string, base: string, options: ReadOptions): Promise<Inspection> {
  const { allowUnflaggedUtf8 } = options
  try {
    return { file, ok: true, bundle: await read(resolve(base, file), { allowUnflaggedUtf8 }) }
  } catch (error) {
    return { file, ok: false, ...describe(error) }
  }
}

/** Reads one bundle. @throws CliError with the code of the reason */
export async function readOneBundle(file: string, base: string, options: ReadOptions): Promise<AgentBundle> {
  const source = await readSource(file, base, options)
  if (source.ok) return source.bundle
  const fix = source.exit === 'no' ? 'Run `sallyport bundle inspect` for details.' : 'Check the path.'
  throw new CliError(source.exit, source.code, `${file}: ${source.message}`, { fix })
}

/** A bundle with its interrupts in a form, as `deploy --interrupts` writes them. */
export async function inForm(bundle: AgentBundle, form: DeployOptions['interrupts']): Promise<AgentBundle> {
  return form === 'tool-names' ? (await toToolNameInterrupts(bundle)).bundle : bundle
}

/** Reads the whole Fleet payload in a file; `undefined` if it is an archive or a folder. */
export async function readPayloadFile(file: string, base: string): Promise<JsonObject | undefined> {
  const path = resolve(base, file)
  const facts = await stat(path)
  if (!facts.isFile() || facts.size > largestPayload) return undefined
  const bytes = await readFile(path)
  if (isArchive(bytes, path)) return undefined
  const decoded = decodeBody(bytes)
  return decoded.ok ? decoded.body : undefined
}

async function read(path: string, limits: BundleLimits): Promise<AgentBundle> {
  const facts = await stat(path)
  if (facts.isDirectory()) return readFolder(path, limits)
  if (!facts.isFile()) {
    const fix = 'Name a ZIP archive, a payload or a folder.'
    throw new CliError('unavailable', 'NOT_A_FILE', 'not a file or folder', { fix })
  }
  if (facts.size > largestPayload) throw new FleetError('ARCHIVE_TOO_LARGE')
  const bytes = await readFile(path)
  return readBundle(isArchive(bytes, path) ? bytes : readPayload(bytes), limits)
}

function isArchive(bytes: Buffer, path: string): boolean {
  if (bytes.toString('latin1', 0, 2) === 'PK') return true
  // If it is neither, the archive reader says what is wrong with it.
  return !/^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(bytes.toString('latin1', 0, 1024)) && !path.endsWith('.json')
}

/** The base64 text of the archive in a payload. */
function readPayload(bytes: Buffer): string {
  const decoded = decodeBody(bytes)
  if (!decoded.ok) throw invalidPayload(decoded.code)
  const { files } = decoded.body
  const content =
    typeof files === 'object' && files !== null && 'content_base64' in files ? files.content_base64 : undefined
  if (typeof content !== 'string') {
    const fix = 'Name the payload as Fleet sends it, or the archive.'
    throw new CliError('no', 'PAYLOAD_INVALID', 'files.content_base64 is missing or is not text', { fix })
  }
  return content
}

function invalidPayload(code: ErrorCode): CliError {
  const { title, fix } = describeError(code)
  return new CliError('no', code, `${title}: ${fix}`)
}

function describe(error: unknown): Pick<Inspection & { ok: false }, 'code' | 'message' | 'exit'> {
  if (SallyportError.is(error)) {
    const isUnavailable = error instanceof CliError && error.exitCode === toExitCode('unavailable')
    return { code: error.code, message: error.message, exit: isUnavailable ? 'unavailable' : 'no' }
  }
  // The system's own messages contain absolute paths.
  const { code = 'unknown' } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return { code: 'NOT_FOUND', message: 'no such file or folder', exit: 'unavailable' }
  return { code: 'NOT_READABLE', message: `cannot be read (${code})`, exit: 'unavailable' }
}
