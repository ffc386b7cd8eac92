import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import type { BundleLimits } from '../bundle/limits.ts'
import { assembleBundle } from '../bundle/read-bundle.ts'
import { createReading } from '../bundle/reading.ts'
import { FleetError } from '../fleet-error.ts'
import type { BundleCommit, ContextHubClient } from './context-hub-client.ts'
import { readAnswer, readEntries, type PulledCommit } from './read-answer.ts'
import { toPullError } from './to-pull-error.ts'

/** What to pull. The members of a commit event fit as they are. */
export interface PullOptions {
  /** A client of the npm package `langsmith`; it knows the API key and the address. */
  readonly client: ContextHubClient
  /** Handle of the agent or skill, or `owner/handle`; without an owner, in the workspace of the API key. */
  readonly repo: string
  /** Hash of the commit, 8 to 64 hexadecimal digits, or a tag such as `production`. */
  readonly commit: string
  /** `agent` or `skill`; `repo_type` of a commit event. @default 'agent' */
  readonly type?: string | undefined
  /** Who made the commit, for the manifest: `created_by` of a commit event. @default none */
  readonly author?: string | null | undefined
  /** When it was made, for the manifest: `created_at` of a commit event. @default none */
  readonly createdAt?: string | null | undefined
  /** Limits in bytes; those of the archive and its expansion do not apply. @default those of `readBundle` */
  readonly limits?: BundleLimits | undefined
}

const rules: OptionRules<PullOptions> = {
  client: allow.required(allow.having('a client of the package langsmith', 'pullAgent', 'pullSkill')),
  // Checked as names: they have their own codes.
  repo: allow.anything,
  commit: allow.anything,
  type: allow.anything,
  author: allow.anything,
  createdAt: allow.anything,
  limits: allow.record,
}

/** A bundle, and where it comes from. */
export interface PulledBundle {
  readonly bundle: AgentBundle
  /** For `deployBundle`. */
  readonly commit: BundleCommit
}

/**
 * Pulls one commit of an agent or a skill from LangSmith's Context Hub, as the same bundle that Fleet's webhook would bring.
 * The rules and limits for names, sizes and documents are those of an archive. They apply to what the client has read: it
 * holds the whole answer in memory.
 *
 * A skill becomes a bundle with `skills/<handle>/` and no `AGENTS.md`. Agents and skills that the commit links are in the
 * bundle, as LangSmith resolved them.
 *
 * @throws FleetError `REPO_INVALID` for a name that no repository can have, `COMMIT_NOT_FOUND`, `PULL_DENIED`, `PULL_FAILED`
 * when a later try may pass, `PULL_INVALID`, `COMMIT_MISMATCH`, `LINK_UNRESOLVED`, `SKILL_MD_MISSING`, and the codes of
 * `readFolder`
 * @throws SallyportError `OPTION_INVALID` for a limit that is not a number
 * @example
 * receiver.on('context_hub.commit.created.v1', async ({ data: { commit } }) => {
 *   const { repo_handle: repo, repo_type: type, commit_hash, created_by: author } = commit
 *   const pulled = await pullBundle({ client, repo, type, commit: commit_hash, author })
 *   await deployBundle(pulled.bundle, '/srv/agents', { name: repo, commit: pulled.commit })
 * })
 */
export async function pullBundle(options: PullOptions): Promise<PulledBundle> {
  checkOptions('pullBundle', options, rules)
  const { repo, commit, author, createdAt } = options
  const type = checkRepo(options)
  const reading = createReading(options.limits)
  const { hash, entries } = await pull(options, type)
  // A tag may lead anywhere; a hash names one commit.
  if (hashForm.test(commit) && !hash.toLowerCase().startsWith(commit.toLowerCase()))
    throw new FleetError('COMMIT_MISMATCH', { path: repo, detail: `asked for ${commit}` })
  const handle = repo.slice(repo.indexOf('/') + 1)
  if (type === 'skill' && !entries.some(([path]) => path === 'SKILL.md'))
    throw new FleetError('SKILL_MD_MISSING', { path: repo })
  const { files, directories } = await readEntries(entries, type === 'skill' ? `skills/${handle}/` : '', reading)
  const bundle = await assembleBundle(files, directories, reading, type)
  const made = { author: author ?? undefined, createdAt: createdAt ?? undefined }
  return { bundle, commit: { repo, type, hash, ...made } }
}

const hashForm = /^[0-9a-f]{8,64}$/i
// The client writes it into a URL as it is, so `..` would lead elsewhere.
const repoForm = /^(?:(?:-|\w[\w-]{0,127})\/)?\w[\w-]{0,255}$/
const longestVersion = 256

function checkRepo({ repo, commit, type = 'agent' }: PullOptions): 'agent' | 'skill' {
  const fail = (detail: string): never => {
    throw new FleetError('REPO_INVALID', { path: typeof repo === 'string' ? repo : undefined, detail })
  }
  if (typeof repo !== 'string' || !repoForm.test(repo)) return fail('repo is not "handle" or "owner/handle"')
  if (typeof commit !== 'string' || commit === '' || commit.length > longestVersion)
    return fail('commit is neither a hash nor a tag')
  return type === 'agent' || type === 'skill' ? type : fail('type is neither "agent" nor "skill"')
}

async function pull({ client, repo, commit }: PullOptions, type: 'agent' | 'skill'): Promise<PulledCommit> {
  const options = { version: commit }
  try {
    return readAnswer(await (type === 'skill' ? client.pullSkill(repo, options) : client.pullAgent(repo, options)))
  } catch (error) {
    throw toPullError(error, repo)
  }
}
