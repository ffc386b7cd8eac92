import { SallyportError } from 'sallyport'
import * as z from 'zod'
import type { VariableRules } from '../../variables/judge-variable.ts'
import { parseHostPattern } from './patterns.ts'

const Host = z
  .string()
  .refine(
    (text) => parseHostPattern(text) !== undefined,
    'expected a host such as "mcp.example.com" or "*.example.com:8443"',
  )
const Bytes = z.int().nonnegative()

/** The schema of a policy. An unknown member is an error, so that a misspelt rule is not silently off. */
export const BundlePolicySchema = z.strictObject({
  mcpHosts: z.array(Host).optional(),
  httpsOnly: z.boolean().optional(),
  keepInterrupts: z
    .array(z.union([z.string().min(1), z.strictObject({ tool: z.string().min(1), server: Host.optional() })]))
    .optional(),
  effectiveInterrupts: z.union([z.boolean(), z.literal('warn')]).optional(),
  models: z.array(z.string().min(1)).optional(),
  maxFileBytes: Bytes.optional(),
  maxTotalBytes: Bytes.optional(),
  maxFiles: Bytes.optional(),
  secrets: z.union([z.boolean(), z.literal('warn')]).optional(),
  envFiles: z.boolean().optional(),
  variables: z.strictObject({ allow: z.array(z.string().min(1)) }).optional(),
})

/** Tools of one server that must be set to ask a person before they run. */
export interface InterruptRule {
  /** Name of the tool; `*` matches any characters. */
  readonly tool: string
  /** Host of the server, as in `mcpHosts`. @default any server */
  readonly server?: string | undefined
}

/** Rules for bundles, as plain data that fits into a JSON file. A rule that is missing is not checked, except for defaults. */
export interface BundlePolicy {
  /**
   * Allowed hosts of MCP servers: exact, or `*.example.com` for every subdomain. Without a port, only the scheme's default port
   * is allowed; `:*` allows any. An empty list allows none.
   */
  readonly mcpHosts?: readonly string[] | undefined
  /** Reject MCP servers without HTTPS. @default true */
  readonly httpsOnly?: boolean | undefined
  /**
   * Tools that must be set to ask a person before they run, in the agent and in every subagent. `*` matches any characters. With `server`,
   * a host as in `mcpHosts`, the rule applies to the tools of that server.
   */
  readonly keepInterrupts?: readonly (string | InterruptRule)[] | undefined
  /**
   * Report every tool that is set to ask a person but that the runtime runs without asking, as an error (`true`) or a warning.
   * This is so for every key that Fleet exports: check the bundle as you deploy it, see `toToolNameInterrupts`.
   *
   * @default 'warn'
   */
  readonly effectiveInterrupts?: boolean | 'warn' | undefined
  /** Allowed models of the agent and its subagents, such as `anthropic:claude-*`. */
  readonly models?: readonly string[] | undefined
  /** Most bytes of one file. */
  readonly maxFileBytes?: number | undefined
  /** Most bytes of all files together. */
  readonly maxTotalBytes?: number | undefined
  /** Most files. */
  readonly maxFiles?: number | undefined
  /** Report well-known shapes of keys in files, as errors or as warnings. @default true */
  readonly secrets?: boolean | 'warn' | undefined
  /** Allow files that set variables, such as `.env`, which the runtime loads into its environment. @default false */
  readonly envFiles?: boolean | undefined
  /**
   * The only variables that the bundle may set, such as `{ allow: ['APP_*'] }`. One that steers a process needs its exact name.
   *
   * @default all that steer no process
   */
  readonly variables?: VariableRules | undefined
}

/**
 * Checks a policy at start-up: unknown members, invalid hosts and invalid sizes are errors.
 *
 * @throws SallyportError `OPTION_INVALID` naming the member
 * @example
 * const policy = definePolicy({ mcpHosts: ['*.example.com'], keepInterrupts: ['gmail_send_*'], models: ['anthropic:*'] })
 */
export function definePolicy(policy: BundlePolicy): BundlePolicy {
  const result = BundlePolicySchema.safeParse(policy)
  if (result.success) return policy
  const [issue] = result.error.issues
  const place = issue!.path.length === 0 ? 'policy' : `policy.${issue!.path.join('.')}`
  throw new SallyportError('OPTION_INVALID', `${place}: ${issue!.message}`)
}
