import { createReceiver, SallyportError } from 'sallyport'
import { loadProvider, readSecrets, type ChosenProvider, type NamedProvider } from '../choose-provider.ts'
import { CliError } from '../cli-error.ts'
import { describeReference, type FoundSecret, type Environment } from '../config/secret-reference.ts'
import { toShownUrl } from '@sallyport/platforms'
import { error, ok, skipped, warning, type Finding } from './check.ts'
import { checkRotation } from './check-rotation.ts'
import { checkSecret } from './check-secret.ts'

const longestTolerance = 600
const shortestTolerance = 30
const largestBody = 64 * 1024 * 1024

/** Checks the secrets and settings of one provider. */
export async function checkProvider(
  named: NamedProvider,
  environment: Environment,
  isConfigured: boolean,
): Promise<Finding[]> {
  const { name, references } = named
  let secrets: FoundSecret[]
  try {
    secrets = readSecrets(named, undefined, environment)
  } catch (cause) {
    if (!(cause instanceof CliError)) throw cause
    if (cause.code === 'SECRET_MISSING' && !isConfigured) return []
    return [
      error(
        'secret-present',
        name,
        cause.message,
        cause.fix || `Put the secret at ${references.map(describeReference).join(' or ')}.`,
      ),
    ]
  }
  const chosen = await loadProvider(named)
  return [
    ...secrets.flatMap((secret) => checkSecret(chosen, secret)),
    ...checkRotation(name, secrets, Date.now()),
    ...checkSettings(chosen, secrets),
    ...checkAddress(chosen),
  ]
}

function checkSettings({ name, provider, settings }: ChosenProvider, secrets: readonly FoundSecret[]): Finding[] {
  const findings: Finding[] = []
  try {
    const { toleranceMs, limits, scheme } = createReceiver(provider, {
      secret: secrets.map(({ source, secret }) => ({ id: source, secret })),
      toleranceMs: settings.toleranceMs,
      maxBodyBytes: settings.maxBodyBytes,
    }).describe()
    const tolerance = toleranceMs / 1000
    if (provider.scheme.freshness.from === 'nowhere')
      findings.push(
        skipped('replay-guard', name, `age ${scheme.freshness}: only the replay guard or the inbox stops replays`),
      )
    else if (tolerance > longestTolerance)
      findings.push(
        warning(
          'tolerance',
          name,
          `a captured delivery stays valid for ${tolerance} s`,
          `Set a tolerance of at most ${longestTolerance} s; 300 s is usual.`,
        ),
      )
    else if (tolerance < shortestTolerance)
      findings.push(
        warning(
          'tolerance',
          name,
          `a tolerance of ${tolerance} s rejects genuine deliveries if clocks differ`,
          'Set a tolerance of 300 s.',
        ),
      )
    else findings.push(ok('tolerance', name, `${tolerance} s`))
    if (limits.maxBodyBytes > largestBody)
      findings.push(
        warning(
          'limits',
          name,
          `bodies of up to ${limits.maxBodyBytes.toLocaleString('en')} bytes are buffered`,
          'Set maxBodyBytes to the largest body the sender sends.',
        ),
      )
  } catch (cause) {
    if (!SallyportError.is(cause)) throw cause
    // checkSecret reports the format of a secret.
    if (cause.code !== 'SECRET_INVALID') findings.push(error('settings', name, cause.message, 'Fix the configuration.'))
  }
  if (settings.legacyBodySignature)
    findings.push(
      warning(
        'legacy-signature',
        name,
        'the older signature covers no time, so the age of a delivery cannot be checked',
        'Remove legacyBodySignature once the sender signs the time.',
      ),
    )
  return findings
}

function checkAddress({ name, provider, settings }: ChosenProvider): Finding[] {
  if (settings.url === undefined) return []
  const { protocol, hostname } = new URL(settings.url)
  const isLocal = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  if (protocol === 'https:' || isLocal) return [ok('https', name, toShownUrl(settings.url))]
  const isBare = !provider.scheme.needsBody
  const make = isBare ? error : warning
  const what = isBare ? 'the shared secret crosses the network unencrypted' : 'payloads cross the network unencrypted'
  return [make('https', name, `${toShownUrl(settings.url)}: ${what}`, 'Serve the endpoint over HTTPS.')]
}
