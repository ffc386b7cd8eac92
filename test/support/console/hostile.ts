/** Texts that would run, redraw a page or disguise themselves where they are shown carelessly. */
export const hostileTexts: readonly string[] = [
  '<script>globalThis.hacked = 1</script>',
  '"><img src=x onerror="globalThis.hacked = 1">',
  "' autofocus onfocus='globalThis.hacked = 1",
  '<svg/onload=globalThis.hacked=1>',
  'javascript:globalThis.hacked=1//',
  '</title><style>body{display:none}</style>',
  '{{constructor.constructor("globalThis.hacked=1")()}}',
  'safe\u202etxt.exe',
  'zero\u200bwidth\u2066\u0000\u001b[31mred',
  `${'very-long-'.repeat(300)}end`,
  '__proto__',
]
