/**
 * Every finding of `checkRuntime`. An `error` keeps the agent from loading. A `warning` means that a runtime reads something
 * other than this package does.
 */
export const runtimeCodes = {
  CONFIG_MISSING: ['error', 'There is no config.json'],
  MODEL_MISSING: ['error', 'config.json names no model where the runtime looks for it'],
  MODEL_INVALID: ['error', 'The model is not text, or empty'],
  TOOLS_MISSING: ['error', 'There is no tools.json'],
  TOOLS_LIST_MISSING: ['error', 'A tools.json has no list of tools'],
  TOOL_INCOMPLETE: ['error', 'A tool has no name, server URL or server name'],
  SERVER_URL_INVALID: ['error', 'The URL of a server cannot be read'],
  JSON_BYTE_ORDER_MARK: ['error', 'A JSON file begins with a byte order mark'],
  JSON_TOO_DEEP: ['error', 'A JSON file is nested too deeply for Python'],
  JSON_NUMBER_TOO_LONG: ['error', 'A number in a JSON file is too long for Python'],
  INTERRUPT_FATAL: ['error', 'The value of an interrupt stops the runtime'],
  FILE_IS_FOLDER: ['error', 'A folder has the name of a file that the runtime reads'],
  SUBAGENT_NAME_INVALID: ['error', 'The name of a subagent is not accepted'],
  FRONT_MATTER_FATAL: ['error', 'The YAML of a skill stops the runtime'],
  TOO_MANY_FILES: ['error', 'There are more files than the import accepts'],
  TOTAL_TOO_LARGE: ['error', 'The files together are larger than the import accepts'],
  MODEL_NULL: ['warning', 'The model is null, so the runtime takes its default'],
  ARCHIVE_WRAPPED: ['warning', 'The archive has a folder around everything'],
  ENVIRONMENT_FILE: ['warning', 'The runtime loads .env into its environment'],
  SERVER_LOCAL: ['warning', 'A tool is on this machine'],
  SERVER_URL_REWRITTEN: ['warning', 'The import changes the URL of a server'],
  INTERRUPT_WITHOUT_EFFECT: ['warning', 'An interrupt is switched on, but the runtime does not stop'],
  SKILL_NESTED: ['warning', 'A skill is inside another folder'],
  SKILL_FILE_MISSING: ['warning', 'A folder of skills/ has no SKILL.md'],
  SKILL_NOT_LOADED: ['warning', 'A skill is left out'],
  SKILL_NAME_DIFFERS: ['warning', 'A skill has another name than its folder'],
  SKILL_NAME_TWICE: ['warning', 'Two skills have the same name'],
  SKILL_DESCRIPTION_DIFFERS: ['warning', 'The description of a skill is read differently'],
  SKILL_DESCRIPTION_CUT: ['warning', 'The description of a skill is cut'],
  SUBAGENT_FILE_MISSING: ['warning', 'A folder of subagents/ has no AGENTS.md'],
  SUBAGENT_FRONT_MATTER_DIFFERS: ['warning', 'The front matter of a subagent ends elsewhere, or is not found'],
  SUBAGENT_DESCRIPTION_DIFFERS: ['warning', 'The description of a subagent is read differently'],
  SUBAGENT_NOT_DESCRIBED: ['warning', 'A subagent has no description'],
  SUBAGENT_MODEL_DIFFERS: ['warning', 'The model of a subagent is read differently'],
  SUBAGENT_TOOLS_SHARED: ['warning', 'The tools of a subagent are given to every agent'],
  TEXT_BYTE_ORDER_MARK: ['warning', 'The prompt begins with a byte order mark'],
  TEXT_UNCHECKED: ['warning', 'A file is too long or too unusual to be checked'],
} as const satisfies Readonly<Record<string, readonly ['error' | 'warning', string]>>

/** A stable code of a finding. */
export type RuntimeCode = keyof typeof runtimeCodes
