const line = /[^\r\n]*(?:\r\n|\r|\n|$)/y
// As dotenv of Python, Node and Docker, and shells: `export`, quotes around the name, and a colon instead of the sign are read by
// some of them. A name without a value has no effect.
const assignment = /^[\s\ufeff]*(?:export\s+)?["']?([^\s=:#"']{1,256})["']?\s*[=:]/

/** The names that a file such as `.env` sets, with their lines. `undefined` for a line that sets none. */
export function* readEnvFile(
  text: string,
): Generator<{ readonly name: string; readonly line: number } | undefined, void> {
  line.lastIndex = 0
  for (let number = 1, position = 0; position < text.length; number++) {
    line.lastIndex = position
    const [content] = line.exec(text)!
    position += content.length
    const [, name] = assignment.exec(content) ?? []
    yield name === undefined ? undefined : { name, line: number }
  }
}
