/**
 * A word for a shell, as `toWord` of the command: quoted so that nothing in it runs or is replaced.
 *
 * Windows has two shells. Double quotes suit both, cmd and PowerShell, unless the word has what one of them replaces; then the
 * quotes are those of PowerShell, as cmd has none.
 *
 * @param platform of the shell. @default this one
 */
export function toWord(text: string, platform: NodeJS.Platform = process.platform): string {
  if (platform !== 'win32') return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
  if (/^[\w:./\\-]+$/.test(text)) return text
  // PowerShell takes the typographic ones for quotes too.
  return /[$`%!"“”„^]/.test(text) ? `'${text.replaceAll(/['‘’‚‛]/g, '$&$&')}'` : `"${text}"`
}

/** The command that enters a folder, also one that begins as an option of `cd` does. */
export function toEnter(folder: string, platform: NodeJS.Platform = process.platform): string {
  const path = folder.startsWith('-') ? `${platform === 'win32' ? '.\\' : './'}${folder}` : folder
  return `cd ${toWord(path, platform)}`
}
