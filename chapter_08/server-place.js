/**
 * Finds out whether this page comes from the server of chapter 8, or only from the page
 * server, which has its files but not its routes. The pages of chapter 8 use it.
 */

/**
 * Return what the server says of itself and of the user; null if it is not the one that
 * served this page.
 *
 * @returns {Promise<any>}
 */
export async function askServer() {
  try {
    const response = await fetch("/api/me");
    const kind = response.headers.get("Content-Type") ?? "";
    return response.ok && kind.includes("json") ? await response.json() : null;
  } catch {
    return null;
  }
}

/**
 * Return the address of the page on the server of chapter 8, "" if it does not run.
 *
 * @returns {Promise<string>}
 */
export async function placeOfServer() {
  try {
    const { servers } = await (await fetch("/api/status")).json();
    const found = servers.find((/** @type {any} */ one) => one.chapter === 8);
    return found?.reachable ? found.page : "";
  } catch {
    return "";
  }
}
