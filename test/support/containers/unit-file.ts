/** A unit file of systemd: its sections, each with the values of a setting in order. */
export type UnitFile = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** Reads a unit file. @throws Error naming the line for one that is no section, setting or comment */
export function readUnitFile(text: string): UnitFile {
  const sections: Record<string, Record<string, string[]>> = {}
  let section: Record<string, string[]> | undefined
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue
    const [, title] = /^\[(\w+)\]$/.exec(line) ?? []
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? []
    if (title !== undefined) section = sections[title] ??= {}
    else if (section === undefined || name === undefined) throw new Error(`line ${index + 1} is no setting: ${line}`)
    else (section[name] ??= []).push(value!)
  }
  return sections
}

/** The environment of a service, with `%S` and `%d` replaced by folders. */
export function toEnvironment(
  unit: UnitFile,
  folders: { readonly S: string; readonly d: string },
): Record<string, string> {
  const pairs = (unit['Service']?.['Environment'] ?? []).flatMap((line) => line.split(' '))
  const filled = pairs.map((pair) => pair.replaceAll(/%([Sd])/g, (_all, name: 'S' | 'd') => folders[name]))
  return Object.fromEntries(filled.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}
