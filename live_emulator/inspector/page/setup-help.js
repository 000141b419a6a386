/** What to put into a terminal so that a program finds this emulator. Pure. */

/** @type {Record<string, (name: string, value: string) => string>} */
const SHELLS = {
  sh: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  // PowerShell takes the typographic quotation marks for apostrophes, too.
  powershell: (name, value) =>
    `$env:${name} = '${value.replace(/['\u2018-\u201b]/g, "$&$&")}'`,
};

/**
 * @param {Record<string, string>} variables
 * @param {string} shell "sh" or "powershell".
 * @returns {string}
 */
export function exportsFor(variables, shell) {
  const write = SHELLS[shell];
  return Object.entries(variables)
    .map(([name, value]) => write(name, value))
    .join("\n");
}
