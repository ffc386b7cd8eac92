/** Program that installs packages, as npm itself calls it. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun'

/** What to type, by task. */
interface Commands {
  readonly install: string
  readonly dev: string
  readonly start: string
  readonly test: string
  readonly check: string
  readonly sallyport: string
}

const commands: Readonly<Record<PackageManager, Commands>> = {
  npm: {
    install: 'npm install',
    dev: 'npm run dev',
    start: 'npm start',
    test: 'npm test',
    check: 'npm run check',
    sallyport: 'npx sallyport',
  },
  pnpm: {
    install: 'pnpm install',
    dev: 'pnpm dev',
    start: 'pnpm start',
    test: 'pnpm test',
    check: 'pnpm check',
    sallyport: 'pnpm sallyport',
  },
  yarn: {
    install: 'yarn',
    dev: 'yarn dev',
    start: 'yarn start',
    test: 'yarn test',
    check: 'yarn check',
    sallyport: 'yarn sallyport',
  },
  bun: {
    install: 'bun install',
    dev: 'bun run dev',
    start: 'bun run start',
    test: 'bun run test',
    check: 'bun run check',
    sallyport: 'bunx sallyport',
  },
}

/** The package manager that started this program, by the variable that all of them set. @default npm */
export function findPackageManager(env: NodeJS.ProcessEnv): PackageManager {
  const [name = ''] = (env['npm_config_user_agent'] ?? '').split('/')
  return Object.hasOwn(commands, name) ? (name as PackageManager) : 'npm'
}

/** What to type with a package manager. */
export function commandsOf(manager: PackageManager): Commands {
  return commands[manager]
}

/** A text with npm's commands, for another package manager. */
export function translateCommands(text: string, manager: PackageManager): string {
  return Object.entries(commands.npm).reduce(
    (result, [task, typed]) => result.replaceAll(typed, commands[manager][task as keyof Commands]),
    text,
  )
}
