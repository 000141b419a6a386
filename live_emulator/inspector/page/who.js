/** Who a client is, by what it says of itself. Pure. */

/** @type {Record<string, string>} */
const LANGUAGES = { python: "Python", node: "Node", go: "Go", java: "Java", dotnet: ".NET" };

const BROWSERS = [
  ["Edge", /Edg\/(\d+)/],
  ["Chrome", /(?:Chrome|HeadlessChrome|CriOS)\/(\d+)/],
  ["Firefox", /(?:Firefox|FxiOS)\/(\d+)/],
  ["Safari", /Version\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari/],
];

/**
 * @param {string} sdk As `x-goog-api-client` says.
 * @returns {string}
 */
function sdkName(sdk) {
  const name = /google-genai-sdk\/([\w.+-]+)/.exec(sdk);
  if (!name) return "";
  const language = /gl-(\w+)\/v?([\w.+-]+)/.exec(sdk);
  const words = language && `${LANGUAGES[language[1]] ?? language[1]} ${language[2]}`;
  return [`google-genai ${name[1]}`, words].filter(Boolean).join(", ");
}

/**
 * @param {string} agent As `User-Agent` says.
 * @returns {string}
 */
function agentName(agent) {
  for (const [name, pattern] of BROWSERS) {
    const found = /** @type {RegExp} */ (pattern).exec(agent);
    if (found) return `${name} ${found[1]}`;
  }
  const library = /(websockets|aiohttp|ws|undici)\/([\w.+-]+)/i.exec(agent);
  if (library) return `${library[1]} ${library[2]}`;
  return agent.split(" ")[0];
}

/**
 * @param {{sdk?: string, agent?: string, origin?: string}} client
 * @returns {string} Empty if it says nothing.
 */
export function who({ sdk = "", agent = "", origin = "" }) {
  const name = sdkName(sdk) || sdkName(agent) || agentName(agent);
  const place = /^https?:\/\//.test(origin) ? `page of ${origin.split("//")[1]}` : "";
  return [name, place].filter(Boolean).join(", ");
}
