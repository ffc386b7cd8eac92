import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import {
  checkPolicy,
  checkRuntime,
  checkToolAuth,
  crossCheckTools,
  definePolicy,
  readPolicy,
  ToolAuthRequirements,
  type BundlePolicy,
} from '@sallyport/fleet'
import { SallyportError } from 'sallyport'
import type * as z from 'zod'
import { inForm, readOneBundle, readPayloadFile } from '../../bundle/read-source.ts'
import { renderPolicy, type PolicySource } from '../../bundle/render-policy.ts'
import { renderRuntime, toRuntimeRecord } from '../../bundle/render-runtime.ts'
import { CliError } from '../../cli-error.ts'
import { action, type Context } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { collect, interruptsOption, unflaggedOption } from '../../options.ts'
import { readNamedFile } from '../../read-named-file.ts'
import { readText } from '../../read-text.ts'
import { hang } from '../../text/wrap.ts'

/** `sallyport bundle check`. */
export function createCheckCommand(): CommandUnknownOpts {
  const command = new Command('check')
    .summary('check a bundle against a policy, and its tools against this environment')
    .description(
      'Checks a bundle against a policy: MCP hosts, required approvals, models, sizes, keys in files. For a payload, it also checks that the credentials its tools need are present; it never reads their values.',
    )
    .argument('<bundle>', 'ZIP archive, payload or folder')
    .option('--policy <file>', 'policy as JSON (default: "policy" in the configuration, else the built-in rules)')
    .option('--runtime', 'also check whether the runtimes of Fleet agents load it, and read what is read here')
    .option('--oauth <provider:scope,…>', 'a connected OAuth provider with its scopes; repeatable', collect)
    .addOption(interruptsOption())
    .addOption(unflaggedOption())
    .action(
      action(async ({ output, cwd, loadConfig }, file, options) => {
        const { policy, source } = await findPolicy(options.policy, cwd, loadConfig)
        const bundle = await inForm(await readOneBundle(file, cwd, options), options.interrupts)
        const report = await checkPolicy(bundle, policy)
        const requirements = await readRequirements(file, cwd)
        const readiness =
          requirements &&
          (await checkToolAuth(
            requirements,
            // Not `.env`: that of the bundle's folder must not vouch for it.
            { env: process.env, oauth: readOauth(options.oauth), variables: policy.variables },
            bundle,
          ))
        const runtime = options.runtime === true ? await checkRuntime(bundle) : undefined
        const ok = report.ok && readiness?.ready !== false && runtime?.ok !== false
        const { findings, omitted } = report
        const { toTable, exitCode: _exit, ...auth } = readiness ?? {}
        const text = [
          output.style(ok ? 'green' : 'red', ok ? '✓ check passed' : '✗ check failed'),
          renderPolicy(report, source, output.columns),
          wrapTools(toTable?.() ?? '', output.columns),
          runtime === undefined ? '' : renderRuntime(runtime, output.columns),
        ]
        output.result(
          {
            ok,
            file,
            digest: bundle.digest,
            policy: source,
            findings,
            omitted,
            auth: readiness && auth,
            tools: requirements && (await crossCheckTools(bundle, requirements)),
            runtime: runtime && toRuntimeRecord(runtime),
          },
          text.filter((part) => part !== '').join('\n'),
        )
        return ok ? undefined : 'no'
      }),
    )
  return addHelp(command, {
    examples: [
      ['bundle check agent.zip --policy policy.json', 'in a pipeline'],
      ['bundle check agent.zip --runtime', 'will it load?'],
      ['bundle check payload.json --oauth google:calendar.readonly', 'check credentials too'],
    ],
    exits: {
      no: 'the check found an error, a credential is missing, a runtime does not load the agent, or the bundle was rejected',
      configuration: 'the policy is invalid',
      unavailable: 'the bundle or the policy cannot be read',
    },
  })
}

/** The policy that an option names, else the configured one, else the built-in rules. */
async function findPolicy(
  name: string | undefined,
  cwd: string,
  loadConfig: Context['loadConfig'],
): Promise<{ policy: BundlePolicy; source: PolicySource }> {
  if (name !== undefined) return { policy: await readPolicyFile(cwd, name), source: { from: '--policy', file: name } }
  const { config, path } = await loadConfig()
  if (config.policy === undefined) return { policy: {}, source: { from: 'built-in' } }
  return { policy: definePolicy(config.policy), source: { from: 'configuration', file: path } }
}

/** Further lines begin behind the status of a tool. */
function wrapTools(table: string, columns: number): string {
  const lines = table.split('\n').map((line) => hang(line.slice(0, 11), line.slice(11), columns))
  return table === '' ? '' : lines.join('\n')
}

async function readPolicyFile(cwd: string, name: string): Promise<BundlePolicy> {
  const text = readText(await readNamedFile(cwd, name, '--policy'), `--policy: ${name}`)
  try {
    return readPolicy(text)
  } catch (error) {
    // With a cause, the text is not acceptable as JSON.
    if (!SallyportError.is(error) || error.cause === undefined) throw error
    throw new CliError('configuration', 'POLICY_INVALID', `--policy: ${name}: ${error.message}`, {
      fix: 'Write one JSON object; docs/fleet.md lists the rules.',
    })
  }
}

/** The credentials the tools need; `undefined` if the file is not a payload. */
async function readRequirements(file: string, cwd: string): Promise<z.infer<typeof ToolAuthRequirements> | undefined> {
  const payload = await readPayloadFile(file, cwd)
  if (payload === undefined) return undefined
  const { success, data } = ToolAuthRequirements.safeParse(payload['tool_auth_requirements'] ?? [])
  if (success) return data
  throw new CliError('no', 'PAYLOAD_INVALID', `${file}: tool_auth_requirements does not match the documented format`, {
    fix: 'Capture the payload again, as Fleet sends it.',
  })
}

function readOauth(given: readonly string[] = []): Record<string, string[]> {
  return Object.fromEntries(
    given.map((text): [string, string[]] => {
      const [provider = '', scopes = ''] = text.split(':', 2)
      return [provider, scopes.split(',').filter((scope) => scope !== '')]
    }),
  )
}
