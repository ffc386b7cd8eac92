import { invalidOption } from '../console-error.ts'
import type { ConsoleHandler } from '../create-console.ts'

/** @throws ConsoleError `CONSOLE_OPTION_INVALID` for what `createConsole` did not return */
export function checkHandler(handler: ConsoleHandler): void {
  const isHandler = typeof handler === 'function' && typeof (handler as Partial<ConsoleHandler>).basePath === 'string'
  if (!isHandler) invalidOption('mount: the handler must be what createConsole returns; call mount(createConsole(…))')
}
