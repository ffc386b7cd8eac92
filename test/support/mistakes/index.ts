import type { Mistake } from './mistake.ts'
import { anyOfMistakes } from './any-of.ts'
import { fleetMistakes, platformMistakes, sandboxMistakes } from './packages.ts'
import { handlerMistakes, mountMistakes, providerMistakes, receiverMistakes, secretMistakes } from './receiver.ts'
import { inboxMistakes, schemeMistakes, testingMistakes, verifyMistakes } from './verify-and-inbox.ts'

/** Every mistake, under the headings of docs/troubleshooting.md. */
export const mistakes: Readonly<Record<string, readonly Mistake[]>> = {
  Secrets: secretMistakes,
  Providers: providerMistakes,
  createReceiver: receiverMistakes,
  Handlers: handlerMistakes,
  anyOf: anyOfMistakes,
  Mounts: mountMistakes,
  'verify and diagnose': verifyMistakes,
  'Inbox and engines': inboxMistakes,
  'Tests and feeds': testingMistakes,
  'Providers of your own': schemeMistakes,
  Fleet: fleetMistakes,
  'Platform clients': platformMistakes,
  Sandbox: sandboxMistakes,
}
